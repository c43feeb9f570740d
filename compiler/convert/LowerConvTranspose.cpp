//===- Transposed convolutions become convolutions of a spread-out input -----------------------------------===//
//
// The transpose of a convolution adds a weighted kernel to its output at every input element, `strides`
// apart. The same sums come from a convolution with the kernel turned around, over the input with
// strides - 1 silent elements behind each of its own: padding and reshapes move events, and cost none.
//
//===----------------------------------------------------------------------------------------------------===//
#include "compiler/convert/Lowering.h"

#include "dialects/support/Shapes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace snnc {

namespace {

Value reshape(Operation *op, Lowering &lowering, Value stream, ArrayRef<int64_t> shape) {
  return lowering.builder.create<snn::ReshapeOp>(op->getLoc(), stream, shape);
}

/// C x H x W with strides - 1 silent positions behind every one.
Value spread(Operation *op, Lowering &lowering, Value stream, ArrayRef<int64_t> strides) {
  if (llvm::all_of(strides, [](int64_t stride) { return stride == 1; }))
    return stream;
  SmallVector<int64_t> shape(snn::getStreamShape(stream.getType()));
  SmallVector<int64_t> apart{shape[0]}, begins{0}, ends{0};
  for (auto [d, stride] : llvm::enumerate(strides)) {
    apart.append({shape[d + 1], 1});
    begins.append({0, 0});
    ends.append({0, stride - 1});
    shape[d + 1] *= stride;
  }
  begins.append(ends);
  Value padded = lowering.builder.create<snn::PadOp>(
      op->getLoc(), reshape(op, lowering, stream, apart), begins, llvm::APFloat(0.0));
  return reshape(op, lowering, padded, shape);
}

/// The stream with `amounts` (begins, then ends) of silence around it; of negative ones the border is cut.
Value padOrCut(Operation *op, Lowering &lowering, Value stream, ArrayRef<int64_t> amounts) {
  size_t rank = amounts.size() / 2;
  SmallVector<int64_t> pads(amounts), starts(rank, 0), steps(rank, 1);
  SmallVector<int64_t> sizes(snn::getStreamShape(stream.getType()));
  for (size_t d = 0; d < rank; ++d) {
    starts[d] = std::max<int64_t>(0, -amounts[d]);
    sizes[d] -= starts[d] + std::max<int64_t>(0, -amounts[rank + d]);
    pads[d] = std::max<int64_t>(0, amounts[d]);
    pads[rank + d] = std::max<int64_t>(0, amounts[rank + d]);
  }
  if (ArrayRef(sizes) != snn::getStreamShape(stream.getType()))
    stream = lowering.builder.create<snn::SliceOp>(op->getLoc(), stream, starts, sizes, steps);
  if (llvm::any_of(pads, [](int64_t pad) { return pad > 0; }))
    stream = lowering.builder.create<snn::PadOp>(op->getLoc(), stream, pads, llvm::APFloat(0.0));
  return stream;
}

/// Weights of C x O/group x kernel as O x C/group x kernel, the kernel turned around.
std::vector<double> turnAround(ArrayRef<double> weight, ArrayRef<int64_t> shape, int64_t group) {
  int64_t inputs = shape[0] / group, outputs = shape[1], taps = countElements(shape.drop_front(2));
  std::vector<double> turned(weight.size());
  for (int64_t g = 0; g < group; ++g)
    for (int64_t c = 0; c < inputs; ++c)
      for (int64_t o = 0; o < outputs; ++o)
        for (int64_t k = 0; k < taps; ++k)
          turned[((g * outputs + o) * inputs + c) * taps + taps - 1 - k] =
              weight[((g * inputs + c) * outputs + o) * taps + k];
  return turned;
}

} // namespace

FailureOr<Value> lowerConvTranspose(Operation *op, Lowering &lowering) {
  auto conv = cast<ann::ConvTransposeOp>(op);
  FailureOr<std::vector<double>> weight = lowering.getConstant(op, conv.getWeight(), "weight");
  if (failed(weight))
    return failure();
  SmallVector<int64_t> shape(getTensorShape(conv.getWeight()));
  size_t spatial = shape.size() - 2;
  if (spatial > 2)
    return op->emitOpError() << "has " << spatial
                             << " spatial dimensions; spiking convolutions have one or two";
  auto group = static_cast<int64_t>(conv.getGroup());
  std::vector<double> turned = turnAround(*weight, shape, group);
  SmallVector<int64_t> kernel{shape[1] * group, shape[0] / group}, pads(2 * (spatial + 1), 0);
  for (size_t d = 0; d < spatial; ++d) {
    kernel.push_back(shape[d + 2]);
    int64_t reach = conv.getDilations()[d] * (shape[d + 2] - 1);
    pads[d + 1] = reach - conv.getPads()[d];
    // Behind the last element lies silence already, of strides - 1.
    pads[spatial + 1 + d + 1] = reach - conv.getPads()[spatial + d] + conv.getOutputPadding()[d] -
                                (conv.getStrides()[d] - 1);
  }
  Value bias;
  if (conv.getBias()) {
    FailureOr<std::vector<double>> numbers = lowering.getConstant(op, conv.getBias(), "bias");
    if (failed(numbers))
      return failure();
    bias = lowering.constant(op->getLoc(), getTensorShape(conv.getBias()), *numbers);
  }
  Value stream = spread(op, lowering, lowering.getStream(conv.getInput()), conv.getStrides());
  stream = padOrCut(op, lowering, stream, pads);
  SmallVector<int64_t> ones(spatial, 1), zeros(2 * spatial, 0);
  return lowering.builder
      .create<snn::ConvOp>(op->getLoc(), stream, lowering.constant(op->getLoc(), kernel, turned),
                           bias, ones, zeros, conv.getDilations(), conv.getGroup())
      .getCurrent();
}

} // namespace snnc
