#include "targets/c/cost/TableBytes.h"

#include "llvm/Support/ErrorHandling.h"
#include <utility>

using llvm::StringRef;

namespace snnc::c {

/// Bytes of an element of a table, or of a record of pointers and numbers of 32 bits (snn_kernels.h, snn_values.h).
static uint64_t getTypeBytes(StringRef type) {
  static constexpr std::pair<StringRef, uint64_t> kSizes[] = {
      {"uint8_t", 1},       {"int16_t", 2},       {"uint16_t", 2},         {"int32_t", 4},
      {"uint32_t", 4},      {"snn_input", 24},    {"snn_numbers", 8},      {"snn_conv", 92},
      {"snn_gemm", 28},     {"snn_pool", 72},     {"snn_map", 28},         {"snn_map_wide", 28},
      {"snn_copy", 8},      {"snn_mapped", 12},   {"snn_mapped_wide", 12}, {"snn_population", 48},
      {"snn_stairs", 16},   {"snn_closed", 40},   {"snn_periodic", 36},    {"snn_matmul", 52},
      {"snn_rounding", 20}, {"snn_copy_wide", 8}, {"snn_dot", 20},         {"snn_dot_window", 88}};
  for (auto [name, bytes] : kSizes)
    if (name == type)
      return bytes;
  llvm_unreachable("a table of a type that has no size here");
}

uint64_t countTableBytes(StringRef text) {
  constexpr StringRef kBegin = "static const ";
  uint64_t bytes = 0;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    if (!line.consume_front(kBegin))
      continue;
    auto [type, declared] = line.split(' ');
    uint64_t count = 1;
    if (size_t open = declared.find('['); open != StringRef::npos && open < declared.find('='))
      declared.substr(open + 1).split(']').first.getAsInteger(10, count);
    // Compilers leave out what is read for traces only: the steps of neurons that end without.
    bytes += count * getTypeBytes(type);
  }
  return bytes;
}

} // namespace snnc::c
