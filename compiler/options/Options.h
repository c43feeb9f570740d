//===- Options: every choice that a user has --------------------------------------------------------------------===//
//
// Options.td is the table; this header is what C++ sees of it:
//
//   - SNNC_OPTION_GROUP rows (Options.inc), of which structs have their members and commands their flags:
//       #define SNNC_OPTION_RUN(type, member, initial, ...) type member = initial;
//       #include "compiler/options/Options.inc"
//   - one enum for each choice among words, in namespace options, and how it is read.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_OPTIONS_OPTIONS_H
#define SNNC_COMPILER_OPTIONS_OPTIONS_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include <limits>
#include <string>
#include <vector>

namespace snnc {

/// What else the table says of a flag.
struct OptionTraits {
  std::vector<std::string> choices = {}; ///< all that it takes; empty: anything
  const char *shown = ""; ///< its default in words, where it is not the initial value
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool isRequired = false;
  bool hasImplied = false; ///< whether it may be given without a value
  char delimiter = 0;      ///< between several values in one word
};

namespace options {

#define SNNC_LIST(...) __VA_ARGS__
#define SNNC_CHOICE(Name, argument, cases, words) enum class Name { SNNC_LIST cases };
#include "compiler/options/Options.inc"

/// The name of a choice, and its words in the order of the enum.
template <typename Enum>
struct ChoiceInfo;

#define SNNC_CHOICE(Name, option, cases, words)                                                    \
  template <>                                                                                      \
  struct ChoiceInfo<Name> {                                                                        \
    static constexpr llvm::StringLiteral kName{option};                                            \
    static constexpr llvm::StringLiteral kWords[] = {SNNC_LIST words};                             \
  };
#include "compiler/options/Options.inc"
#undef SNNC_LIST

/// Where `text` stands among `words`; reports the words of option `name` through `emitError` where it is none of them.
mlir::FailureOr<size_t> findWord(llvm::StringRef name, llvm::ArrayRef<llvm::StringLiteral> words,
                                 llvm::StringRef text,
                                 llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// The choice that a user writes as `text`.
template <typename Enum>
mlir::FailureOr<Enum> parse(llvm::StringRef text,
                            llvm::function_ref<mlir::InFlightDiagnostic()> emitError) {
  using Info = ChoiceInfo<Enum>;
  mlir::FailureOr<size_t> index = findWord(Info::kName, Info::kWords, text, emitError);
  if (failed(index))
    return mlir::failure();
  return static_cast<Enum>(*index);
}

} // namespace options
} // namespace snnc

#endif
