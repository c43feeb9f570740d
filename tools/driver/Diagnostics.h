//===- Diagnostics: one line a person can use ----------------------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_DIAGNOSTICS_H
#define SNNC_TOOLS_DRIVER_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringSet.h"
#include <string>

namespace snnc {

/// Prints "snnc: error: MESSAGE" on standard error.
void printError(const std::string &message);
/// The same with "warning".
void printWarning(const std::string &message);

/// While it lives, errors and warnings of the context become lines of the form
/// "snnc: error: model.onnx: node 'conv1': ...", without IR behind them. Remarks are shown only when
/// `verbose`. Only the first error is printed: what follows from it is noise. A warning that a node gives rise to several
/// times is printed once.
class DiagnosticPrinter {
public:
  DiagnosticPrinter(mlir::MLIRContext *context, std::string file, bool verbose);

private:
  mlir::ScopedDiagnosticHandler handler;
  std::string file;
  bool verbose;
  bool failed = false;
  llvm::StringSet<> warnings; ///< printed so far

  mlir::LogicalResult print(mlir::Diagnostic &diagnostic);
};

} // namespace snnc

#endif
