//===- ProgramWriter: from the snn dialect to an event program (.snnb) ----------------------------===//
//
// The writer decides nothing: every operation of the dialect has its counterpart in the format
// (runtime/format/program.fbs), and is written as it is.
//
//===--------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CPU_PROGRAMWRITER_H
#define SNNC_TARGETS_CPU_PROGRAMWRITER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "snn/Program.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace snnc::cpu {

struct ProgramInfo {
  std::string model;  ///< the network's name
  uint32_t steps = 0; ///< time steps to run by default
  // What was found on calibration data, where there was any.
  std::optional<::snn::InputRange> inputRange = {};
  std::vector<::snn::Reference> references = {};
  std::vector<std::string> metrics = {}; ///< as users asked for
};

/// The bytes of the program for `network`, a function of snn operations between one encode and one
/// decode for each output, and heads behind those. The same network gives the same bytes. Emits an error at an operation that has no place
/// in a program.
mlir::FailureOr<std::vector<uint8_t>> writeProgram(mlir::func::FuncOp network,
                                                   const ProgramInfo &info);

/// The name of a layer: what its location calls it, else the operation.
std::string getName(mlir::Operation *op);

} // namespace snnc::cpu

#endif
