//===- Fewer steps, fewer events: choices made on calibration data ----------------------------------===//
#ifndef SNNC_COMPILER_TUNE_PASSES_H
#define SNNC_COMPILER_TUNE_PASSES_H

#include "compiler/tune/Bench.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace snnc {

#define GEN_PASS_DECL
#include "compiler/tune/Passes.h.inc"

/// Both passes run networks, and so need the writer of event programs.
std::unique_ptr<mlir::Pass> createTuneSchedulePass(tune::WriteProgram write,
                                                   const TuneSchedulePassOptions &options = {});
std::unique_ptr<mlir::Pass> createCorrectBiasPass(tune::WriteProgram write,
                                                  const CorrectBiasPassOptions &options = {});

/// Registers `--snn-tune-schedule` and `--snn-correct-bias`.
void registerTunePasses(tune::WriteProgram write);

} // namespace snnc

#endif
