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

/// Passes that run networks need the writer of event programs. What the first three have chosen they say to `tell`, where that is
/// there, and in a remark.
std::unique_ptr<mlir::Pass> createFitSchedulePass(tune::WriteProgram write, tune::Tell tell = {},
                                                  const FitSchedulePassOptions &options = {});
std::unique_ptr<mlir::Pass> createTuneSchedulePass(tune::WriteProgram write, tune::Tell tell = {},
                                                   const TuneSchedulePassOptions &options = {});
std::unique_ptr<mlir::Pass> createTuneUpdatesPass(tune::WriteProgram write, tune::Tell tell = {},
                                                  const TuneUpdatesPassOptions &options = {});
std::unique_ptr<mlir::Pass> createCorrectBiasPass(tune::WriteProgram write,
                                                  const CorrectBiasPassOptions &options = {});

/// Registers the passes of this folder.
void registerTunePasses(tune::WriteProgram write);

} // namespace snnc

#endif
