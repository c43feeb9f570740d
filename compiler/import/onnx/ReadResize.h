//===- ReadResize: what a Resize or an Upsample asks for --------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_READRESIZE_H
#define SNNC_COMPILER_IMPORT_ONNX_READRESIZE_H

#include "compiler/import/onnx/Handlers.h"

namespace snnc::onnx_import {

/// How positions of the output are found in the input.
struct ResizeRule {
  std::string mode, coordinates, rounding;
  double cubicCoefficient = -0.75;
  bool excludesOutside = false;
};

/// What becomes of one dimension.
struct Resized {
  int64_t in = 0, out = 0;
  double scale = 1;
  double first = 0, last = 1; ///< the part of it that tf_crop_and_resize shows

  bool isSame() const { return in == out && scale == 1 && first == 0 && last == 1; }
  /// Whether `scale` is a whole number that the sizes agree with.
  bool isMultiple() const { return out % in == 0 && scale == static_cast<double>(out / in); }
};

mlir::FailureOr<ResizeRule> readResizeRule(Node &node);

/// What becomes of each dimension of an input of `shape`, the batch among them (it stays).
mlir::FailureOr<std::vector<Resized>> readResized(Node &node, const ResizeRule &rule,
                                                  mlir::ArrayRef<int64_t> shape);

} // namespace snnc::onnx_import

#endif
