//===- Places: positions and the windows that they are part of -----------------------------------------------===//
#ifndef SNN_SRC_KERNELS_PLACES_H
#define SNN_SRC_KERNELS_PLACES_H

#include "runtime/src/kernels/Kernels.h"

namespace snn::detail {

/// Calls `visit(outputPosition, tap)` for every window in `rows` that the input position (y, x) is part of.
template <typename T, typename Visit>
void forWindows(const Delivery<T> &d, uint32_t y, uint32_t x, Range rows, Visit visit) {
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky) {
    int64_t fromTop = int64_t{y} + d.padY - int64_t{ky} * d.dilationY;
    if (fromTop < int64_t{rows.begin} * d.strideY || fromTop % d.strideY != 0 ||
        fromTop / d.strideY >= rows.endOf(d.out.height))
      continue;
    auto row = static_cast<uint32_t>(fromTop / d.strideY) * d.out.width;
    for (uint32_t kx = 0; kx < d.kernelWidth; ++kx) {
      int64_t fromLeft = int64_t{x} + d.padX - int64_t{kx} * d.dilationX;
      if (fromLeft < 0 || fromLeft % d.strideX != 0 || fromLeft / d.strideX >= d.out.width)
        continue;
      visit(row + static_cast<uint32_t>(fromLeft / d.strideX), ky * d.kernelWidth + kx);
    }
  }
}

struct Place {
  uint32_t channel, y, x;
};

/// Which channel and position element `index` is.
template <typename T>
Place locate(const Delivery<T> &d, uint32_t index) {
  if (d.channelLast) {
    uint32_t position = index / d.in.channels;
    return {index % d.in.channels, position / d.in.width, position % d.in.width};
  }
  uint32_t plane = d.in.height * d.in.width;
  uint32_t position = index % plane;
  return {index / plane, position / d.in.width, position % d.in.width};
}

} // namespace snn::detail

#endif
