#include "tools/driver/Diagnostics.h"

#include "compiler/support/Text.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "llvm/Support/Path.h"
#include <fmt/core.h>

using namespace mlir;

namespace snnc {

void printError(const std::string &message) {
  fmt::print(stderr, "snnc: error: {}\n", showText(message));
}
void printWarning(const std::string &message) {
  fmt::print(stderr, "snnc: warning: {}\n", showText(message));
}

namespace {

/// "3:4" in a text file or "node 'conv1'", or nothing for a location that says nothing more than `file`.
std::string describe(Location location, StringRef file) {
  std::string text;
  location->walk([&](Location part) {
    if (auto name = dyn_cast<NameLoc>(part); name && name.getName() != file) {
      text = fmt::format("node '{}'", name.getName().str());
      return WalkResult::interrupt();
    }
    if (auto line = dyn_cast<FileLineColLoc>(part); line && line.getLine() > 0) {
      text = fmt::format("{}:{}", line.getLine(), line.getColumn());
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return text;
}

} // namespace

DiagnosticPrinter::DiagnosticPrinter(MLIRContext *context, std::string path, bool verbose)
    : handler(context, [this](Diagnostic &diagnostic) { return print(diagnostic); }),
      file(llvm::sys::path::filename(path).str()), verbose(verbose) {}

LogicalResult DiagnosticPrinter::print(Diagnostic &diagnostic) {
  bool isError = diagnostic.getSeverity() == DiagnosticSeverity::Error;
  bool isRemark = diagnostic.getSeverity() == DiagnosticSeverity::Remark;
  if ((isError && failed) || (isRemark && !verbose) ||
      diagnostic.getSeverity() == DiagnosticSeverity::Note)
    return success();
  failed |= isError;
  std::string message = diagnostic.str();
  // Importers and readers name their file themselves.
  if (!StringRef(message).contains(file)) {
    std::string place = describe(diagnostic.getLocation(), file);
    message = place.empty() ? fmt::format("{}: {}", file, message)
                            : fmt::format("{}: {}: {}", file, place, message);
  }
  bool isWarning = diagnostic.getSeverity() == DiagnosticSeverity::Warning;
  if (isWarning && !warnings.insert(message).second)
    return success();
  fmt::print(stderr, "snnc: {}: {}\n",
             isError    ? "error"
             : isRemark ? "remark"
                        : "warning",
             showText(message));
  return success();
}

} // namespace snnc
