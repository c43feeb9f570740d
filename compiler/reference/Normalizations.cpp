//===- Normalizations ------------------------------------------------------------------------------------------===//
//
// All of them shift and scale rows of elements that lie side by side to mean 0 and variance 1; they
// differ in what a row is, and in which factor an element gets afterwards.
//
//===----------------------------------------------------------------------------------------------------===//
#include "compiler/reference/Indexing.h"
#include "compiler/reference/Kernels.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::reference {

Tensor batchNorm(ann::BatchNormOp op, const Tensor &input, const Tensor &scale, const Tensor &bias,
                 const Tensor &mean, const Tensor &variance) {
  double epsilon = op.getEpsilon().convertToDouble();
  int64_t channels = input.shape[1], plane = input.size() / (input.shape[0] * channels);
  Tensor result(input.shape);
  for (int64_t i = 0; i < input.size(); ++i) {
    int64_t c = i / plane % channels;
    result.data[i] =
        (input.data[i] - mean.data[c]) / std::sqrt(variance.data[c] + epsilon) * scale.data[c] +
        bias.data[c];
  }
  return result;
}

namespace {

/// (x - mean) / sqrt(variance + epsilon) of every row of `length` elements.
Tensor normalizeRows(const Tensor &input, int64_t length, double epsilon) {
  Tensor result(input.shape);
  for (int64_t first = 0; first < input.size(); first += length) {
    const double *in = input.data.data() + first;
    double mean = std::accumulate(in, in + length, 0.0) / static_cast<double>(length);
    double variance = 0;
    for (int64_t i = 0; i < length; ++i)
      variance += (in[i] - mean) * (in[i] - mean);
    double deviation = std::sqrt(variance / static_cast<double>(length) + epsilon);
    for (int64_t i = 0; i < length; ++i)
      result.data[first + i] = (in[i] - mean) / deviation;
  }
  return result;
}

/// One factor and one shift per channel (dimension 1).
Tensor scaleChannels(Tensor tensor, const Tensor &scale, const Tensor &bias) {
  int64_t channels = tensor.shape[1], plane = 1;
  for (int64_t d = 2; d < tensor.rank(); ++d)
    plane *= tensor.shape[d];
  for (int64_t i = 0; i < tensor.size(); ++i) {
    int64_t c = i / plane % channels;
    tensor.data[i] = tensor.data[i] * scale.data[c] + bias.data[c];
  }
  return tensor;
}

} // namespace

Tensor layerNorm(ann::LayerNormOp op, const Tensor &input, const Tensor &scale,
                 const Tensor *bias) {
  int64_t length = scale.size();
  Tensor result = normalizeRows(input, length, op.getEpsilon().convertToDouble());
  for (int64_t i = 0; i < result.size(); ++i)
    result.data[i] = result.data[i] * scale.data[i % length] + (bias ? bias->data[i % length] : 0);
  return result;
}

Tensor instanceNorm(ann::InstanceNormOp op, const Tensor &input, const Tensor &scale,
                    const Tensor &bias) {
  int64_t length = input.size() / (input.shape[0] * input.shape[1]);
  return scaleChannels(normalizeRows(input, length, op.getEpsilon().convertToDouble()), scale,
                       bias);
}

Tensor groupNorm(ann::GroupNormOp op, const Tensor &input, const Tensor &scale,
                 const Tensor &bias) {
  int64_t length = input.size() / (input.shape[0] * static_cast<int64_t>(op.getNumGroups()));
  return scaleChannels(normalizeRows(input, length, op.getEpsilon().convertToDouble()), scale,
                       bias);
}

namespace {

/// Calls `action(element, row)` with every element and the row along `axis` that it is of.
template <typename Action>
void visitRows(const Tensor &input, int64_t axis, Action action) {
  std::vector<int64_t> kept = input.shape;
  kept[axis] = 1;
  int64_t i = 0;
  forEach(input.shape, [&](Shape at) { action(i++, broadcast(at, kept)); });
}

/// One number per row.
Tensor makeRows(const Tensor &input, int64_t axis, double fill) {
  std::vector<int64_t> kept = input.shape;
  kept[axis] = 1;
  return Tensor(kept, fill);
}

Tensor findLargest(int64_t axis, const Tensor &input) {
  Tensor largest = makeRows(input, axis, -HUGE_VAL);
  visitRows(input, axis, [&](int64_t i, int64_t row) {
    largest.data[row] = std::max(largest.data[row], input.data[i]);
  });
  return largest;
}

} // namespace

Tensor softmax(int64_t axis, const Tensor &input) {
  // The largest element is subtracted first: that changes nothing but that exp cannot overflow.
  Tensor largest = findLargest(axis, input), sum = makeRows(input, axis, 0), result(input.shape);
  visitRows(input, axis, [&](int64_t i, int64_t row) {
    result.data[i] = std::exp(input.data[i] - largest.data[row]);
    sum.data[row] += result.data[i];
  });
  visitRows(input, axis, [&](int64_t i, int64_t row) { result.data[i] /= sum.data[row]; });
  return result;
}

Tensor logSoftmax(int64_t axis, const Tensor &input) {
  Tensor largest = findLargest(axis, input), sum = makeRows(input, axis, 0), result(input.shape);
  visitRows(input, axis, [&](int64_t i, int64_t row) {
    sum.data[row] += std::exp(input.data[i] - largest.data[row]);
  });
  visitRows(input, axis, [&](int64_t i, int64_t row) {
    result.data[i] = input.data[i] - largest.data[row] - std::log(sum.data[row]);
  });
  return result;
}

Tensor argMax(int64_t axis, const Tensor &input) {
  Tensor largest = makeRows(input, axis, -HUGE_VAL), index = makeRows(input, axis, 0),
         seen = makeRows(input, axis, 0);
  visitRows(input, axis, [&](int64_t i, int64_t row) {
    if (input.data[i] > largest.data[row]) {
      largest.data[row] = input.data[i];
      index.data[row] = seen.data[row];
    }
    ++seen.data[row];
  });
  return index;
}

} // namespace snnc::reference
