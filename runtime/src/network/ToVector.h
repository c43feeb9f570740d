//===- ToVector: numbers of a program file ------------------------------------------------------------------===//
#ifndef SNN_SRC_NETWORK_TOVECTOR_H
#define SNN_SRC_NETWORK_TOVECTOR_H

#include <cstring>
#include <flatbuffers/flatbuffers.h>
#include <vector>

namespace snn::detail {

static_assert(FLATBUFFERS_LITTLEENDIAN, "numbers are read as they lie in the file");

/// None where there are none. A damaged file may have its numbers anywhere, so that they are copied, not read in place.
template <typename T>
std::vector<T> toVector(const flatbuffers::Vector<T> *vector) {
  std::vector<T> numbers(vector ? vector->size() : 0);
  if (!numbers.empty())
    std::memcpy(numbers.data(), vector->Data(), numbers.size() * sizeof(T));
  return numbers;
}

} // namespace snn::detail

#endif
