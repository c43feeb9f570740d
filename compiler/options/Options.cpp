#include "compiler/options/Options.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace snnc::options {

FailureOr<size_t> findWord(StringRef name, ArrayRef<llvm::StringLiteral> words, StringRef text,
                           llvm::function_ref<InFlightDiagnostic()> emitError) {
  const auto *found = llvm::find(words, text);
  if (found == words.end())
    return emitError() << name << " '" << text << "' is not one of " << llvm::join(words, ", ");
  return found - words.begin();
}

} // namespace snnc::options
