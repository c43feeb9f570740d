//===- Convolution ----------------------------------------------------------------------------------------===//
//
// Of up to three spatial dimensions: fewer are the last ones of three. The input of a group is copied once,
// with its border of zeros, and rows taken apart by the stride, so that neighbouring outputs read
// neighbouring inputs.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/reference/Convolution.h"

#include "compiler/reference/ConvolutionTile.h"
#include "compiler/reference/Kernels.h"
#include <vector>

namespace snnc::reference {

namespace {

struct Geometry {
  std::array<Axis, 3> axes;
  int64_t planes, rows, phase; ///< of the padded input; a row is one phase after the other

  explicit Geometry(const std::array<Axis, 3> &axes) : axes(axes) {
    planes = axes[0].padded();
    rows = axes[1].padded();
    phase = (axes[2].padded(kTileWidth) + axes[2].stride - 1) / axes[2].stride;
  }
  int64_t rowSize() const { return phase * axes[2].stride; }
  int64_t channelSize() const { return planes * rows * rowSize(); }
  /// Where input column x (with the border) is in its row.
  int64_t column(int64_t x) const { return x % axes[2].stride * phase + x / axes[2].stride; }

  /// Where each tap reads for output 0, in the order of the weights.
  std::vector<int64_t> getOffsets() const {
    std::vector<int64_t> offsets;
    for (int64_t i = 0; i < axes[0].kernel; ++i)
      for (int64_t j = 0; j < axes[1].kernel; ++j)
        for (int64_t k = 0; k < axes[2].kernel; ++k)
          offsets.push_back((i * axes[0].dilation * rows + j * axes[1].dilation) * rowSize() +
                            column(k * axes[2].dilation));
    return offsets;
  }

  /// `padded` is 0 where no input lies.
  void copy(const double *in, int64_t channels, std::vector<double> &padded) const {
    const auto &[a, b, c] = axes;
    for (int64_t channel = 0; channel < channels; ++channel)
      for (int64_t z = 0; z < a.in; ++z)
        for (int64_t y = 0; y < b.in; ++y) {
          double *to = padded.data() + channel * channelSize() +
                       ((z + a.pad) * rows + y + b.pad) * rowSize();
          if (c.stride == 1)
            std::copy_n(in, c.in, to + c.pad);
          else
            for (int64_t x = 0; x < c.in; ++x)
              to[column(x + c.pad)] = in[x];
          in += c.in;
        }
  }
};

/// All outputs of up to kTileChannels channels. `in` is padded; `bias` may be null.
void convolveChannels(const Geometry &g, const TileInput &in, const double *weights,
                      const double *bias, int64_t outputs, double *out) {
  const auto &[a, b, c] = g.axes;
  int64_t plane = a.out * b.out * c.out;
  int64_t weightStride = in.channels * static_cast<int64_t>(in.offsets.size());
  for (int64_t z = 0; z < a.out; ++z)
    for (int64_t y = 0; y < b.out; ++y)
      for (int64_t x = 0; x < c.out; x += kTileWidth) {
        double sums[kTileChannels][kTileWidth];
        for (int64_t o = 0; o < outputs; ++o)
          std::fill_n(sums[o], kTileWidth, bias ? bias[o] : 0.0);
        TileInput tile = in;
        tile.in += (z * a.stride * g.rows + y * b.stride) * g.rowSize() + x;
        convolveTile(tile, weights, weightStride, outputs, sums);
        for (int64_t o = 0; o < outputs; ++o)
          std::copy_n(sums[o], std::min(kTileWidth, c.out - x),
                      out + o * plane + (z * b.out + y) * c.out + x);
      }
}

} // namespace

void convolve(const ConvolutionShape &shape, const double *in, const double *weights,
              const double *bias, double *out) {
  const auto &[a, b, c] = shape.axes;
  const int64_t inPlane = a.in * b.in * c.in, outPlane = a.out * b.out * c.out;
  Geometry geometry(shape.axes);
  std::vector<int64_t> offsets = geometry.getOffsets();
  const auto taps = static_cast<int64_t>(offsets.size());
  std::vector<double> padded(shape.inputs * geometry.channelSize(), 0.0);
  for (int64_t group = 0; group < shape.groups; ++group) {
    geometry.copy(in + group * shape.inputs * inPlane, shape.inputs, padded);
    TileInput tile{padded.data(), shape.inputs, geometry.channelSize(), offsets};
    const int64_t end = (group + 1) * shape.outputs;
    for (int64_t o = group * shape.outputs; o < end; o += kTileChannels)
      convolveChannels(geometry, tile, weights + o * shape.inputs * taps, bias ? bias + o : nullptr,
                       std::min(kTileChannels, end - o), out + o * outPlane);
  }
}

Tensor conv(ann::ConvOp op, const Tensor &input, const Tensor &weight, const Tensor *bias) {
  std::vector<int64_t> shape(
      mlir::cast<mlir::RankedTensorType>(op.getOutput().getType()).getShape());
  shape[0] = input.shape[0];
  const size_t spatial = shape.size() - 2;
  ConvolutionShape convolution;
  for (size_t d = 0; d < spatial; ++d)
    convolution.axes[3 - spatial + d] = {input.shape[2 + d], shape[2 + d],    weight.shape[2 + d],
                                         op.getStrides()[d], op.getPads()[d], op.getDilations()[d]};
  convolution.groups = static_cast<int64_t>(op.getGroup());
  convolution.inputs = weight.shape[1];
  convolution.outputs = shape[1] / convolution.groups;
  Tensor result(shape);
  for (int64_t n = 0; n < shape[0]; ++n)
    convolve(convolution, input.data.data() + n * (input.size() / shape[0]), weight.data.data(),
             bias ? bias->data.data() : nullptr,
             result.data.data() + n * (result.size() / shape[0]));
  return result;
}

} // namespace snnc::reference
