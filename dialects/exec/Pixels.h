//===- Pixels: what a layer computes pixel by pixel, and what it may overwrite -----------------------------===//
//
// In the order of values, sums that are only gathered are there for one pixel at a time. What neurons end at is then written
// pixel after pixel, too, and may take the place of inputs that no later pixel reads.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_EXEC_PIXELS_H
#define SNNC_DIALECTS_EXEC_PIXELS_H

#include "dialects/exec/Exec.h"
#include <optional>

namespace snnc::exec {

/// Whether a kernel goes from pixel to pixel of the sums.
bool isGather(Kernel kernel);

/// Whether a pass gives its sums to deliveries of its own layer alone.
bool staysInLayer(PassOp pass);

/// Whether sums may be there pixel by pixel: all that they get is gathered, and what reads them, a population of one operand, a
/// requantize or what passes them on within the layer, takes a pixel after another.
bool isByPixel(mlir::Value sums);

/// The sums of the layer's population, or of the requantize that it ends in, where they are there pixel by pixel; else null.
mlir::Value getFused(LayerOp layer);

/// How many elements of an output's sums are there at a time, in the order of values: those of a pixel, or some columns of a
/// matrix, which are written in their form before the next are computed. Nothing where all are there.
std::optional<int64_t> getOutputPart(DecodeOp decode);

/// How many elements of `stream` the layer reads behind the last one of its own values that it has written, at the least: where
/// these begin as many elements before those, no value is written over one that is still to be read. Negative where they may
/// begin behind them; nothing where all is read before anything is written. Of a layer that reads the stream, and sends values.
std::optional<int64_t> getLead(LayerOp layer, mlir::Value stream);

} // namespace snnc::exec

#endif
