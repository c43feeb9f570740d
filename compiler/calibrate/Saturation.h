//===- Saturation: bounds of quantized tensors that calibration never reaches ----------------------------===//
//
// A quantized file cuts every activation off where its integers end (`ann.saturation`). Where the calibration images,
// times the headroom, stay within these bounds, and one step beyond at most, they are not what the network computes: a
// linear layer stays one, and a Relu a Relu.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_CALIBRATE_SATURATION_H
#define SNNC_COMPILER_CALIBRATE_SATURATION_H

#include "dialects/ann/ANN.h"

namespace snnc {

/// Takes those bounds off `clip` that its operand, seen from `min` to `max`, does not exceed; all of it where none is
/// left.
void relaxSaturation(ann::ClipOp clip, double min, double max);

} // namespace snnc

#endif
