//===- Matrix products, batch normalization -----------------------------------------------------===//
#include "compiler/reference/Indexing.h"
#include "compiler/reference/Kernels.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::reference {

namespace {

/// Adds weight times a row to a row: the loop that all the time goes into.
void accumulate(double *out, const double *in, double weight, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    out[i] += weight * in[i];
}

} // namespace

Tensor gemm(ann::GemmOp op, const Tensor &input, const Tensor &weight, const Tensor *bias) {
  int64_t rows = input.shape[0], inner = input.shape[1];
  int64_t columns = weight.shape[op.getTransposeB() ? 0 : 1];
  Tensor result({rows, columns});
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) {
      double sum = bias ? bias->data[j] : 0.0;
      for (int64_t k = 0; k < inner; ++k)
        sum += input.data[i * inner + k] *
               weight.data[op.getTransposeB() ? j * inner + k : k * columns + j];
      result.data[i * columns + j] = sum;
    }
  return result;
}

Tensor matmul(const Tensor &lhs, const Tensor &rhs) {
  std::vector<int64_t> left = lhs.shape, right = rhs.shape;
  if (left.size() == 1)
    left.insert(left.begin(), 1);
  if (right.size() == 1)
    right.push_back(1);
  int64_t rows = left[left.size() - 2], inner = left.back(), columns = right.back();
  Shape leftBatch = Shape(left).drop_back(2), rightBatch = Shape(right).drop_back(2);
  std::vector<int64_t> batch(std::max(leftBatch.size(), rightBatch.size()), 1);
  for (Shape shape : {leftBatch, rightBatch})
    for (size_t d = 0; d < shape.size(); ++d) {
      int64_t &dimension = batch[batch.size() - shape.size() + d];
      dimension = std::max(dimension, shape[d]);
    }
  std::vector<int64_t> shape = batch;
  if (lhs.rank() > 1)
    shape.push_back(rows);
  if (rhs.rank() > 1)
    shape.push_back(columns);
  Tensor result(shape);
  double *out = result.data.data();
  forEach(batch, [&](Shape at) {
    const double *a = lhs.data.data() + broadcast(at, leftBatch) * rows * inner;
    const double *b = rhs.data.data() + broadcast(at, rightBatch) * inner * columns;
    for (int64_t i = 0; i < rows; ++i, out += columns)
      for (int64_t k = 0; k < inner; ++k)
        accumulate(out, b + k * columns, a[i * inner + k], columns);
  });
  return result;
}

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

} // namespace snnc::reference
