//===- Check: `snnc check`, what becomes of each node of a model ---------------------------------------------------===//
#ifndef SNNC_COMPILER_DRIVER_CHECK_H
#define SNNC_COMPILER_DRIVER_CHECK_H

#include "compiler/pipeline/Pipeline.h"
#include <string>

namespace snnc {

struct CheckOptions {
  std::string model; ///< .onnx, .mlir or .mlirbc
  std::string json;  ///< file for the table in JSON; "-": standard output, and no table
  std::vector<std::string> inputShapes; ///< of an ONNX file: NAME=1x3x224x224
  std::vector<std::string> outputNames; ///< as of CompileOptions
  PipelineOptions pipeline;             ///< what it would be compiled with
};

/// Prints a table of all nodes. Returns the exit code: 1 when one is not supported or the model cannot
/// be read.
int check(const CheckOptions &options);

} // namespace snnc

#endif
