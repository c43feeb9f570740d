//===- InputShapes: sizes of inputs that a user gives -------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_INPUTSHAPES_H
#define SNNC_COMPILER_IMPORT_ONNX_INPUTSHAPES_H

#include <onnx/onnx_pb.h>
#include <string>
#include <vector>

namespace snnc::onnx_import {

/// Gives inputs of `model` the shapes in `texts`, each "NAME=1x3x224x224", or "1x3x224x224" where there is one
/// input. Returns what is wrong with them, or "".
std::string setInputShapes(ONNX_NAMESPACE::ModelProto &model,
                           const std::vector<std::string> &texts);

} // namespace snnc::onnx_import

#endif
