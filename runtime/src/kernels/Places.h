//===- Places: positions and the windows that they are part of -----------------------------------------------===//
#ifndef SNN_SRC_KERNELS_PLACES_H
#define SNN_SRC_KERNELS_PLACES_H

#include "runtime/src/kernels/Kernels.h"

namespace snn::detail {

/// The windows along one dimension that a position lies in, of `all`: from `first` to before `last`. They are not dilated.
struct Windows {
  uint32_t first, last;
  Windows(uint32_t at, uint32_t pad, uint32_t kernel, uint32_t stride, Range all)
      : first(std::max(at + pad < kernel ? 0 : (at + pad - kernel) / stride + 1, all.begin)),
        last(std::min((at + pad) / stride + 1, all.end)) {}
};

/// The rows of windows, of `all`, that row `y` of the inputs lies in, and the columns for column `x`.
template <typename T>
Windows getRows(const Delivery<T> &d, uint32_t y, Range all) {
  return {y, d.padY, d.kernelHeight, d.strideY, {all.begin, all.endOf(d.out.height)}};
}
template <typename T>
Windows getColumns(const Delivery<T> &d, uint32_t x) {
  return {x, d.padX, d.kernelWidth, d.strideX, {0, d.out.width}};
}

/// Calls `visit(outputPosition, tap)` for every window in `rows` that the input position (y, x) is part of; windows may be
/// dilated.
template <typename T, typename Visit>
void forDilatedWindows(const Delivery<T> &d, uint32_t y, uint32_t x, Range rows, Visit visit) {
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

/// The same, without a division for every tap where they are not.
template <typename T, typename Visit>
void forWindows(const Delivery<T> &d, uint32_t y, uint32_t x, Range all, Visit visit) {
  if (d.dilationY != 1 || d.dilationX != 1)
    return forDilatedWindows(d, y, x, all, visit);
  const Windows rows = getRows(d, y, all), columns = getColumns(d, x);
  for (uint32_t row = rows.first; row < rows.last; ++row)
    for (uint32_t column = columns.first; column < columns.last; ++column)
      visit(row * d.out.width + column,
            (y + d.padY - row * d.strideY) * d.kernelWidth + (x + d.padX - column * d.strideX));
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
