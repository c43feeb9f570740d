//===- Tables: numbers as C -------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_C_TABLES_H
#define SNNC_TARGETS_CORE_C_TABLES_H

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace snnc::core {

/// A table of numbers, some in a line.
template <typename T>
std::string writeTable(const std::string &type, const std::string &name,
                       const std::vector<T> &numbers) {
  std::string text =
      fmt::format("static const {} {}[{}] = {{", type, name, std::max<size_t>(1, numbers.size()));
  for (size_t i = 0; i < numbers.size(); ++i)
    text += fmt::format("{}{},", i % 16 == 0 ? "\n  " : " ", numbers[i]);
  return text + (numbers.empty() ? "0};\n" : "\n};\n");
}

} // namespace snnc::core

#endif
