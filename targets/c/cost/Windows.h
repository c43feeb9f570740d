//===- Windows: how many places of windows lie within what they slide over --------------------------------===//
#ifndef SNNC_TARGETS_C_COST_WINDOWS_H
#define SNNC_TARGETS_C_COST_WINDOWS_H

#include "dialects/exec/Exec.h"

namespace snnc::c {

/// Of a convolution or a pool; one spatial dimension is a single row.
struct Window {
  explicit Window(exec::DeliverOp deliver);

  double inChannels, outputsPerGroup, inPixels, outPixels, kernelSize, kernelHeight;

  /// Over all output pixels: places of the window that are not padding, and rows of it that have any.
  double getTaps() const { return taps[0] * taps[1]; }
  double getRows() const { return taps[0] * outWidth; }

private:
  double taps[2]; ///< along rows and columns, over all of them
  double outWidth;
};

} // namespace snnc::c

#endif
