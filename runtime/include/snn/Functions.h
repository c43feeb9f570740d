//===- Functions: one table of what neurons can follow -----------------------------------------------------===//
//
// The snn dialect, the event program, the runtime and the reference interpreter share this table
// (Functions.def): a function's number, name, operands, parameters and tie rule are written once.
// docs/spec/snn.md, "Functions", says what each one computes.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNN_FUNCTIONS_H
#define SNN_FUNCTIONS_H

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace snn {

enum class Function : uint8_t {
#define SNN_FUNCTION(Case, ...) Case,
#include "snn/Functions.def"
};

/// What counts where y = f(x): `Above` sends the event of y >= f(x), `Below` that of y < f(x). The rules
/// are those of the paper's code.
enum class Tie : uint8_t { Above, Below };

/// Which operands to divide by s > 0 to divide the result by s: none will do, all of them, or the first.
enum class Homogeneity : uint8_t { None, All, First };

/// Where f is defined: everywhere, or where its last operand (for norm: plus epsilon) is positive. There,
/// an estimate below 0 counts as 0.
enum class Domain : uint8_t { All, Positive };

/// How integers compare with f(x): not at all, with a table of its values, exactly, or exactly between two bounds, which are
/// numbers of each neuron (docs/spec/fixed-point.md).
enum class IntegerForm : uint8_t { None, Table, Exact, Bounds };

/// What a parameter may be. `Any` admits infinities (a clip without a lower bound).
enum class Bound : uint8_t { Any, Finite, NotNegative, NotBelowFirst };

struct Parameter {
  std::string_view name;
  Bound bound = Bound::Any;
};

inline constexpr size_t kMaxParameters = 2;

struct FunctionInfo {
  std::string_view name;
  unsigned operands = 1;
  Parameter parameters[kMaxParameters]; ///< those it has come first; the others have no name
  Tie tie = Tie::Below;
  Homogeneity homogeneity = Homogeneity::None;
  Domain domain = Domain::All;
  /// Arithmetic operations of one comparison, about: an elementary function counts as 20.
  unsigned operations = 1;
  IntegerForm integers = IntegerForm::Table;
  /// The most bits by which one side of a comparison in integers is aligned, so that both fit in 64 bits (FX-Q12); 0: it
  /// needs none.
  uint32_t largestAlign = 0;

  constexpr unsigned parameterCount() const {
    unsigned count = 0;
    while (count < kMaxParameters && !parameters[count].name.empty())
      ++count;
    return count;
  }
};

namespace detail {
#define SNN_LIST(...) {__VA_ARGS__}
inline constexpr FunctionInfo kFunctions[] = {
#define SNN_FUNCTION(Case, name, operands, parameters, tie, homogeneity, domain, operations,       \
                     integers, align)                                                              \
  {name,           operands,   SNN_LIST parameters,   Tie::tie, Homogeneity::homogeneity,          \
   Domain::domain, operations, IntegerForm::integers, align},
#include "snn/Functions.def"
};
#undef SNN_LIST
} // namespace detail

inline constexpr size_t kFunctionCount = sizeof(detail::kFunctions) / sizeof(FunctionInfo);

constexpr const FunctionInfo &getInfo(Function function) {
  return detail::kFunctions[static_cast<size_t>(function)];
}

/// Whether parameter `index` of `function` may have the value that `parameters` give it.
constexpr bool isLegal(Function function, size_t index, const double *parameters) {
  constexpr double kLargest = 1.7976931348623157e308;
  double value = parameters[index];
  bool isFinite = value >= -kLargest && value <= kLargest;
  switch (getInfo(function).parameters[index].bound) {
  case Bound::Any:
    return value == value;
  case Bound::Finite:
    return isFinite;
  case Bound::NotNegative:
    return isFinite && value >= 0;
  case Bound::NotBelowFirst:
    return value >= parameters[0];
  }
  return false;
}

} // namespace snn

#endif
