//===- Spelling: how people write schedules and codes on a command line ---------------------------===//
//
// One grammar for the driver's flags and the passes' options:
//
//   schedule   exponential:FIRST,RATIO | inverse:FIRST | constant:FIRST | dyadic:FIRST,REPEAT,STEPS
//   code       sign | ternary | ternary:DEAD_ZONE        (0.5 when it is left out)
//   input code direct | float | spike
//
//===--------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_CONVERT_SPELLING_H
#define SNNC_COMPILER_CONVERT_SPELLING_H

#include "dialects/snn/SNN.h"

namespace snnc {

using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// The attribute that `text` spells. Reports what is wrong with it through `emitError`.
mlir::FailureOr<snn::ScheduleAttr> parseSchedule(mlir::MLIRContext *context, llvm::StringRef text,
                                                 EmitError emitError);
mlir::FailureOr<snn::CodeAttr> parseCode(mlir::MLIRContext *context, llvm::StringRef text,
                                         EmitError emitError);
mlir::FailureOr<snn::InputCode> parseInputCode(llvm::StringRef text, EmitError emitError);

} // namespace snnc

#endif
