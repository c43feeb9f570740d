//===- Convolution, matrix products, batch normalization -----------------------------------------------------===//
#include "compiler/reference/Indexing.h"
#include "compiler/reference/Kernels.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::reference {

namespace {

/// One spatial dimension of a convolution.
struct Axis {
  int64_t in = 1, out = 1, kernel = 1, stride = 1, pad = 0, dilation = 1;

  /// The first and one past the last output position whose tap `k` lies inside the input.
  std::pair<int64_t, int64_t> getRange(int64_t k) const {
    int64_t offset = k * dilation - pad;
    int64_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
    int64_t last = in - offset <= 0 ? 0 : (in - offset - 1) / stride + 1;
    return {first, std::min(last, out)};
  }
};

/// Adds weight times a strided row to a row: the loop that all the time goes into.
void accumulate(double *out, const double *in, double weight, int64_t count, int64_t stride) {
  if (stride == 1) {
    for (int64_t i = 0; i < count; ++i)
      out[i] += weight * in[i];
    return;
  }
  for (int64_t i = 0; i < count; ++i)
    out[i] += weight * in[i * stride];
}

/// One input channel into one output channel, over up to three spatial dimensions.
void convolvePlane(double *out, const double *in, const double *weight, const Axis (&axes)[3]) {
  const auto &[a, b, c] = axes;
  for (int64_t i = 0; i < a.kernel; ++i)
    for (int64_t j = 0; j < b.kernel; ++j)
      for (int64_t k = 0; k < c.kernel; ++k) {
        double w = weight[(i * b.kernel + j) * c.kernel + k];
        auto [z0, z1] = a.getRange(i);
        auto [y0, y1] = b.getRange(j);
        auto [x0, x1] = c.getRange(k);
        for (int64_t z = z0; z < z1; ++z)
          for (int64_t y = y0; y < y1; ++y) {
            int64_t from = ((z * a.stride + i * a.dilation - a.pad) * b.in + y * b.stride +
                            j * b.dilation - b.pad) *
                               c.in +
                           x0 * c.stride + k * c.dilation - c.pad;
            accumulate(out + (z * b.out + y) * c.out + x0, in + from, w, x1 - x0, c.stride);
          }
      }
}

} // namespace

Tensor conv(ann::ConvOp op, const Tensor &input, const Tensor &weight, const Tensor *bias) {
  std::vector<int64_t> shape(cast<RankedTensorType>(op.getOutput().getType()).getShape());
  shape[0] = input.shape[0];
  size_t spatial = shape.size() - 2;
  Axis axes[3];
  int64_t inPlane = 1, outPlane = 1, kernel = 1;
  for (size_t d = 0; d < spatial; ++d) {
    Axis &axis = axes[3 - spatial + d];
    axis = {input.shape[2 + d], shape[2 + d],    weight.shape[2 + d],
            op.getStrides()[d], op.getPads()[d], op.getDilations()[d]};
    inPlane *= axis.in;
    outPlane *= axis.out;
    kernel *= axis.kernel;
  }
  int64_t channels = input.shape[1], outputs = shape[1], perGroup = weight.shape[1];
  int64_t outputsPerGroup = outputs / static_cast<int64_t>(op.getGroup());
  Tensor result(shape);
  for (int64_t n = 0; n < shape[0]; ++n)
    for (int64_t o = 0; o < outputs; ++o) {
      double *out = result.data.data() + (n * outputs + o) * outPlane;
      std::fill(out, out + outPlane, bias ? bias->data[o] : 0.0);
      for (int64_t c = 0; c < perGroup; ++c) {
        int64_t channel = o / outputsPerGroup * perGroup + c;
        convolvePlane(out, input.data.data() + (n * channels + channel) * inPlane,
                      weight.data.data() + (o * perGroup + c) * kernel, axes);
      }
    }
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
        accumulate(out, b + k * columns, a[i * inner + k], columns, 1);
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
