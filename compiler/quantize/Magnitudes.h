//===- Magnitudes: how large every element of every stream gets on images -----------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_MAGNITUDES_H
#define SNNC_COMPILER_QUANTIZE_MAGNITUDES_H

#include "compiler/reference/Synapses.h"
#include <optional>

namespace snnc::quantize {

using reference::Numbers;

/// Reads `snn.magnitudes`, `headroom` times as large as seen.
class Magnitudes {
public:
  explicit Magnitudes(double headroom) : headroom(headroom) {}
  /// Of each element; nothing is known without images. A stream that was made on the way to integers is as large as that
  /// which it was made of.
  std::optional<Numbers> get(mlir::Value stream) const;
  /// Of all elements.
  std::optional<double> getLargest(mlir::Value stream) const;

private:
  double headroom;
};

} // namespace snnc::quantize

#endif
