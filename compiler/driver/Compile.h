//===- Compile: `snnc compile`, from a model file to an event program -------------------------------------===//
#ifndef SNNC_COMPILER_DRIVER_COMPILE_H
#define SNNC_COMPILER_DRIVER_COMPILE_H

#include "compiler/pipeline/Pipeline.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <optional>
#include <vector>

namespace snnc {

struct CompileOptions {
  std::string model;                    ///< .onnx, .mlir or .mlirbc
  std::string output;                   ///< .snnb; empty: the model's name with that ending
  std::vector<std::string> outputNames; ///< of the network, in this order; empty: all
  PipelineOptions pipeline;
  uint32_t steps = 0;                   ///< time steps to run by default; 0: by the schedule
  std::vector<std::string> inputShapes; ///< of an ONNX file: NAME=1x3x224x224
  std::vector<double> mean, std;        ///< per channel, of x / 255 for data of bytes
  std::vector<std::string> emitIR;      ///< PHASE=FILE
  std::string json;                     ///< report of what was measured and quantized; empty: none
  std::vector<std::string> metrics;     ///< how outputs are judged: [NAME=]KIND; empty: as fits
  bool quiet = false;                   ///< nothing on standard output
  bool verbose = false;                 ///< show remarks of the passes
};

/// The network in `options.model` after every phase, written nowhere but as --emit-ir asks. Null after it has
/// printed what is wrong.
mlir::OwningOpRef<mlir::ModuleOp> compileNetwork(const CompileOptions &options,
                                                 mlir::MLIRContext &context);

/// The program of the network in `options.model` as the bytes of a .snnb file; prints what quantization did to
/// it. Nothing after it has printed what is wrong.
std::optional<std::vector<uint8_t>> compileProgram(const CompileOptions &options);

/// Returns the exit code.
int compile(const CompileOptions &options);

} // namespace snnc

#endif
