//===- Convolution: on plain numbers, for whoever has an input, weights and a window -------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_CONVOLUTION_H
#define SNNC_COMPILER_REFERENCE_CONVOLUTION_H

#include <algorithm>
#include <array>
#include <cstdint>

namespace snnc::reference {

/// One spatial dimension.
struct Axis {
  int64_t in = 1, out = 1, kernel = 1, stride = 1, pad = 0, dilation = 1;

  /// Inputs with the border, so many that no window and no tile ends behind them.
  int64_t padded(int64_t tile = 1) const {
    int64_t outputs = (out + tile - 1) / tile * tile;
    return std::max(in + pad, (outputs - 1) * stride + (kernel - 1) * dilation + 1);
  }
};

/// Three spatial dimensions; a convolution of fewer has them last. Channels are those of one group.
struct ConvolutionShape {
  std::array<Axis, 3> axes;
  int64_t groups = 1, inputs = 1, outputs = 1;
};

/// Of one sample: `in` [groups * inputs][z][y][x], `weights` [groups * outputs][inputs][kernel], `bias` one for each output
/// channel or null, `out` [groups * outputs][z][y][x]. Every output is its bias plus the products in the order of its
/// weights, none fused with its addition: the same bytes on every machine.
void convolve(const ConvolutionShape &shape, const double *in, const double *weights,
              const double *bias, double *out);

} // namespace snnc::reference

#endif
