//===- Repeated: numbers of a population, kept once where they repeat ---------------------------------------===//
//
// Ranges, multipliers and backgrounds are the same for all pixels of a channel, but for the border. A number
// for every neuron would be as much to load as the neurons themselves.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_SUPPORT_REPEATED_H
#define SNN_SRC_SUPPORT_REPEATED_H

#include "runtime/src/support/Aligned.h"
#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>

namespace snn::detail {

/// Neurons that the kernels take together.
inline constexpr uint32_t kNeuronBlock = 64;

template <typename T>
class Repeated {
public:
  Repeated() = default;
  Repeated(const std::vector<T> &values) : Repeated(std::span<const T>(values)) {}
  explicit Repeated(std::span<const T> values) : count(values.size()) {
    std::unordered_map<std::string_view, uint32_t> known;
    for (size_t first = 0; first < values.size(); first += kNeuronBlock) {
      size_t size = std::min<size_t>(kNeuronBlock, values.size() - first);
      std::string_view bytes(reinterpret_cast<const char *>(values.data() + first),
                             size * sizeof(T));
      auto [place, isNew] = known.try_emplace(bytes, static_cast<uint32_t>(distinct.size()));
      places.push_back(place->second);
      if (!isNew)
        continue;
      distinct.insert(distinct.end(), values.begin() + first, values.begin() + first + size);
      distinct.resize(places.back() + kNeuronBlock);
    }
  }

  bool empty() const { return count == 0; }
  size_t size() const { return count; }
  T operator[](size_t i) const { return distinct[places[i / kNeuronBlock] + i % kNeuronBlock]; }
  /// A number for every element.
  std::vector<T> expand() const {
    std::vector<T> values(count);
    for (size_t i = 0; i < count; ++i)
      values[i] = (*this)[i];
    return values;
  }
  /// Those of some elements, the first of which is a multiple of kNeuronBlock.
  void copy(uint32_t begin, uint32_t end, T *to) const {
    for (uint32_t first = begin; first < end; first += kNeuronBlock)
      std::copy_n(from(first), std::min(kNeuronBlock, end - first), to + (first - begin));
  }
  /// The numbers of the kNeuronBlock elements from `first`, a multiple of it, on.
  const T *from(size_t first) const { return distinct.data() + places[first / kNeuronBlock]; }

private:
  size_t count = 0;
  Aligned<T> distinct;          ///< whole blocks
  std::vector<uint32_t> places; ///< by block: where it is among them
};

} // namespace snn::detail

#endif
