//===- Tensor: a dense array of numbers with a shape -------------------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_TENSOR_H
#define SNNC_COMPILER_REFERENCE_TENSOR_H

#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

namespace snnc::reference {

/// A dense row-major array of doubles. The oracle computes in float64 whatever the network's own
/// element type, so that its rounding never matters beside that of what it checks.
struct Tensor {
  std::vector<int64_t> shape;
  std::vector<double> data;

  Tensor() = default;
  explicit Tensor(std::vector<int64_t> dims, double fill = 0.0)
      : shape(std::move(dims)), data(elementCount(shape), fill) {}
  Tensor(std::vector<int64_t> dims, std::vector<double> values)
      : shape(std::move(dims)), data(std::move(values)) {}

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  int64_t size() const { return static_cast<int64_t>(data.size()); }

  static int64_t elementCount(const std::vector<int64_t> &dims) {
    return std::accumulate(dims.begin(), dims.end(), int64_t{1}, std::multiplies<>());
  }
};

} // namespace snnc::reference

#endif
