//===- Windows: which inputs a convolution sees at each of its outputs -------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_WINDOWS_H
#define SNNC_COMPILER_QUANTIZE_WINDOWS_H

#include "dialects/snn/SNN.h"
#include "dialects/support/Shapes.h"

namespace snnc::quantize {

/// A window over (channels, height, width); one-dimensional ones have height 1.
struct Window {
  int64_t height, width, strideY = 1, strideX, padY = 0, padX, dilationY = 1, dilationX;
};

struct Plane {
  int64_t height, width;
};

inline Plane getPlane(mlir::Value stream) {
  llvm::ArrayRef<int64_t> shape = snn::getStreamShape(stream.getType());
  return shape.size() == 3 ? Plane{shape[1], shape[2]} : Plane{1, shape[1]};
}

inline Window getWindow(snn::ConvOp conv) {
  llvm::ArrayRef<int64_t> kernel = getTensorShape(conv.getWeight()).drop_front(2);
  size_t x = kernel.size() - 1;
  Window window{1, kernel[x],         1, conv.getStrides()[x],
                0, conv.getPads()[x], 1, conv.getDilations()[x]};
  if (kernel.size() == 2) {
    window.height = kernel[0];
    window.strideY = conv.getStrides()[0];
    window.padY = conv.getPads()[0];
    window.dilationY = conv.getDilations()[0];
  }
  return window;
}

} // namespace snnc::quantize

#endif
