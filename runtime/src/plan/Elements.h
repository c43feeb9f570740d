//===- Elements: where the elements of streams and tensors lie ------------------------------------------------===//
#ifndef SNN_SRC_PLAN_ELEMENTS_H
#define SNN_SRC_PLAN_ELEMENTS_H

#include "runtime/src/plan/Plan.h"
#include <cmath>

namespace snn::detail {

/// Row-major strides.
inline std::vector<uint64_t> getStrides(const Shape &shape) {
  std::vector<uint64_t> strides(shape.size(), 1);
  for (size_t d = shape.size() - 1; d > 0; --d)
    strides[d - 1] = strides[d] * shape[d];
  return strides;
}

/// The position of each element along each dimension is visited in row-major order.
template <typename Visit>
void forEach(const Shape &shape, Visit visit) {
  Shape at(shape.size(), 0);
  for (uint64_t i = 0, count = countElements(shape); i < count; ++i) {
    visit(static_cast<uint32_t>(i), at);
    for (size_t d = at.size(); d-- > 0 && ++at[d] == shape[d];)
      at[d] = 0;
  }
}

/// Which numbers a plan has: the network's own, or their magnitudes, for bounds.
enum class Numbers { Signed, Magnitudes };

inline double pick(double number, Numbers numbers) {
  return numbers == Numbers::Magnitudes ? std::abs(number) : number;
}

/// One number per element, in storage order, from a tensor that broadcasts to `shape`.
template <typename T>
std::vector<T> expand(const TensorView &tensor, const Shape &shape,
                      Numbers numbers = Numbers::Signed) {
  std::vector<uint32_t> order = getStorageOrder(shape);
  std::vector<uint64_t> strides = getStrides(tensor.shape);
  std::vector<T> result(order.size());
  forEach(shape, [&](uint32_t i, const Shape &at) {
    uint64_t from = 0;
    for (size_t d = 0; d < at.size(); ++d)
      from += tensor.shape[d] == 1 ? 0 : at[d] * strides[d];
    result[order[i]] = static_cast<T>(pick(tensor[from], numbers));
  });
  return result;
}

} // namespace snn::detail

#endif
