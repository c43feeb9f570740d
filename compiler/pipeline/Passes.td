//===- Passes of the pipeline itself ------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_PIPELINE_PASSES_TD
#define SNNC_COMPILER_PIPELINE_PASSES_TD

include "mlir/Pass/PassBase.td"

def VerifyPhasePass : Pass<"snn-verify-phase", "::mlir::ModuleOp"> {
  let summary = "check what a phase of the pipeline promises";
  let description = [{
    Changes nothing. The pipeline runs it behind every phase that did something, so that a pass finds what it relies on, and
    a phase that breaks its promise is named. `phase` is one of import, port, calibrate, convert, tune and
    quantize; what each promises is the table of docs/architecture.md.

    Each operation that breaks a promise gets an error, and a note that says what the phase promises.
  }];
  let options = [Option<"phase", "phase", "std::string", "\"\"",
                        "import | port | calibrate | convert | tune | quantize">];
}

#endif
