//===- Transposed convolutions and matrix products --------------------------------------------------------------===//
#include "compiler/reference/Indexing.h"
#include "compiler/reference/Kernels.h"

#include <algorithm>

using namespace mlir;

namespace snnc::reference {

namespace {

/// Adds weight times a row to a row: the loop that all the time goes into.
void accumulate(double *out, const double *in, double weight, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    out[i] += weight * in[i];
}

} // namespace

Tensor convTranspose(ann::ConvTransposeOp op, const Tensor &input, const Tensor &weight,
                     const Tensor *bias) {
  std::vector<int64_t> shape(cast<RankedTensorType>(op.getOutput().getType()).getShape());
  shape[0] = input.shape[0];
  Tensor result(shape);
  int64_t outputs = shape[1], perGroup = weight.shape[1], plane = result.size();
  plane /= std::max<int64_t>(1, shape[0] * outputs);
  if (bias)
    for (int64_t i = 0; i < result.size(); ++i)
      result.data[i] = bias->data[i / plane % outputs];
  int64_t inputsPerGroup = input.shape[1] / static_cast<int64_t>(op.getGroup());
  Shape kernel = Shape(weight.shape).drop_front(2);
  SmallVector<int64_t> to(shape.size()), tap(weight.shape.size());
  int64_t i = 0;
  // Every element of the input adds its weighted kernel to the output.
  forEach(input.shape, [&](Shape at) {
    double x = input.data[i++];
    tap[0] = at[1];
    to[0] = at[0];
    for (int64_t o = 0; o < perGroup; ++o) {
      tap[1] = o;
      to[1] = at[1] / inputsPerGroup * perGroup + o;
      forEach(kernel, [&](Shape k) {
        for (size_t d = 0; d < k.size(); ++d) {
          tap[2 + d] = k[d];
          to[2 + d] =
              at[2 + d] * op.getStrides()[d] + k[d] * op.getDilations()[d] - op.getPads()[d];
        }
        if (int64_t position = flatten(to, shape); position >= 0)
          result.data[position] += x * weight.data[flatten(tap, weight.shape)];
      });
    }
  });
  return result;
}

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

} // namespace snnc::reference
