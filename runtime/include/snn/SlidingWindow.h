//===- SlidingWindow: where windows of convolutions and pools lie, along one dimension ---------------------===//
//
// Window w takes the elements w * stride - before + tap * dilation for taps below `kernel`; those outside of the
// map are padding. Compiler, runtime and the simulator of cores find shapes, fan-outs and neighbours from here.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SLIDINGWINDOW_H
#define SNN_SLIDINGWINDOW_H

#include <algorithm>
#include <cstdint>

namespace snn {

struct SlidingWindow {
  int64_t size = 1; ///< elements of the map
  int64_t kernel = 1, stride = 1;
  int64_t before = 0, after = 0; ///< padding
  int64_t dilation = 1;

  /// How many windows there are; 0 when none fits.
  constexpr int64_t count() const {
    int64_t room = size + before + after - dilation * (kernel - 1) - 1;
    return room < 0 ? 0 : room / stride + 1;
  }

  /// The element under a tap of a window; outside of 0 to `size` it is padding.
  constexpr int64_t getElement(int64_t window, int64_t tap) const {
    return window * stride - before + tap * dilation;
  }

  /// Taps of a window that lie on the map.
  constexpr int64_t countCovered(int64_t window) const {
    int64_t covered = 0;
    for (int64_t tap = 0; tap < kernel; ++tap)
      covered += getElement(window, tap) >= 0 && getElement(window, tap) < size;
    return covered;
  }

  /// Calls `visit(window, tap)` for each of the first `windows` windows that have `element` under a tap, by tap.
  template <typename Visit>
  constexpr void forEachOf(int64_t element, int64_t windows, Visit visit) const {
    for (int64_t tap = 0; tap < kernel; ++tap) {
      int64_t from = element + before - tap * dilation;
      if (from >= 0 && from % stride == 0 && from / stride < windows)
        visit(from / stride, tap);
    }
  }
};

} // namespace snn

#endif
