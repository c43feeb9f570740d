//===- Tables: numbers as C initializers ----------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_TABLES_H
#define SNNC_TARGETS_C_TABLES_H

#include "compiler/support/Text.h"
#include "mlir/IR/BuiltinAttributes.h"
#include <string>
#include <vector>

namespace snnc::c {

/// A float, with all of its digits.
std::string toFloat(double number);

/// `static const TYPE NAME[N] = {...};`, a comment line before it.
template <typename T>
std::string makeTable(const std::string &comment, const std::string &type, const std::string &name,
                      const std::vector<T> &values) {
  std::string text = "/* " + toComment(comment) + " */\nstatic const " + type + " " + name + "[" +
                     std::to_string(values.size()) + "] = {";
  std::string line = "\n   ";
  for (size_t i = 0; i < values.size(); ++i) {
    std::string number;
    if constexpr (std::is_floating_point_v<T>)
      number = toFloat(values[i]);
    else
      number = std::to_string(values[i]);
    number = " " + number + (i + 1 < values.size() ? "," : "");
    if (line.size() + number.size() > 100) {
      text += line;
      line = "\n   ";
    }
    line += number;
  }
  return text + line + "};\n";
}

/// The shortest front part whose repetition gives all values.
template <typename T>
std::vector<T> getPeriod(const std::vector<T> &values) {
  for (size_t period = 1; period < values.size(); ++period) {
    if (values.size() % period != 0)
      continue;
    bool repeats = true;
    for (size_t i = period; repeats && i < values.size(); ++i)
      repeats = values[i] == values[i - period];
    if (repeats)
      return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(period)};
  }
  return values;
}

/// Weights of 8, 4 or 2 bits, in rows of whole bytes.
struct PackedWeights {
  std::vector<unsigned> bytes;
  uint32_t bits = 8, rowBytes = 0;
};

/// A matrix K x M as it is.
PackedWeights packRows(mlir::ElementsAttr weights);

/// Weights O x C/group x kernel of a convolution as [input channel][tap][output channel of its group].
PackedWeights packWindows(mlir::ElementsAttr weights, int64_t group);
/// The same as [tap][input channel][output channel], of one group.
PackedWeights packTaps(mlir::ElementsAttr weights);
/// Weights C x 1 x kernel of as many groups as channels, as [tap][channel].
PackedWeights packChannels(mlir::ElementsAttr weights);

/// Rows of 8-bit weights, none of which is below -127, as kernels of dot products have them (snn_dot of snn_values.h).
std::vector<int32_t> packDot(const PackedWeights &rows, size_t columns);

} // namespace snnc::c

#endif
