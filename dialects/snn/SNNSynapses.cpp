//===- Synapses: shapes, legality, fan-out --------------------------------------------------------------===//
#include "dialects/snn/SNN.h"

#include "llvm/ADT/SmallVector.h"
#include <algorithm>

using namespace mlir;

namespace snnc::snn {

OperandRange detail::getLeadingStreams(Operation *op) {
  OperandRange operands = op->getOperands();
  size_t count = 0;
  while (count < operands.size() && isa<SpikesType, CurrentType>(operands[count].getType()))
    ++count;
  return operands.take_front(count);
}

LogicalResult detail::verifySynapse(Operation *op) {
  auto synapse = cast<SynapseOpInterface>(op);
  StreamMeaning meaning = synapse.getCurrent().getType().getMeaning();
  for (Value stream : synapse.getStreams())
    if (getStreamMeaning(stream.getType()) != meaning)
      return op->emitOpError() << "mixes streams of changes with streams of rates";
  return success();
}

namespace {

/// Where shape inference reports what does not fit. Inference runs before there is an operation to
/// complain about, and without a location when it is only asked whether it would work.
struct Shapes {
  std::optional<Location> location;

  InFlightDiagnostic error(StringRef op) const {
    Location where = location.value_or(UnknownLoc());
    return mlir::emitError(where) << "'snn." << op << "' op ";
  }
};

std::string show(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::interleave(shape, stream, "x");
  return text;
}

ArrayRef<int64_t> shapeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getShape();
}

LogicalResult give(Value stream, ArrayRef<int64_t> shape, SmallVectorImpl<Type> &types) {
  types.push_back(CurrentType::get(stream.getContext(), shape, getStreamMeaning(stream.getType())));
  return success();
}

/// Positions of a window of `kernel` elements, `dilation` apart, on `size` elements and padding.
int64_t countWindows(int64_t size, int64_t kernel, int64_t stride, int64_t padding,
                     int64_t dilation) {
  int64_t room = size + padding - dilation * (kernel - 1) - 1;
  return room < 0 ? 0 : room / stride + 1;
}

bool allPositive(ArrayRef<int64_t> numbers) {
  return llvm::all_of(numbers, [](int64_t number) { return number >= 1; });
}

bool noneNegative(ArrayRef<int64_t> numbers) {
  return llvm::all_of(numbers, [](int64_t number) { return number >= 0; });
}

/// Whether a tensor of `shape` applies to every element of a stream: same rank, each dimension
/// either the stream's or 1.
bool broadcasts(ArrayRef<int64_t> shape, ArrayRef<int64_t> stream) {
  return shape.size() == stream.size() && llvm::all_of(llvm::zip(shape, stream), [](auto pair) {
           return std::get<0>(pair) == 1 || std::get<0>(pair) == std::get<1>(pair);
         });
}

LogicalResult inferBroadcast(StringRef name, StringRef operand, const Shapes &shapes, Value stream,
                             Value tensor, SmallVectorImpl<Type> &types) {
  ArrayRef<int64_t> shape = getStreamShape(stream.getType());
  if (!broadcasts(shapeOf(tensor), shape))
    return shapes.error(name) << operand << " of shape " << show(shapeOf(tensor))
                              << " does not apply to a stream of shape " << show(shape)
                              << ": each dimension must be the same or 1";
  return give(stream, shape, types);
}

} // namespace

//===- Conv -----------------------------------------------------------------------------------------------===//

LogicalResult ConvOp::inferReturnTypes(MLIRContext *, std::optional<Location> location, Adaptor op,
                                       SmallVectorImpl<Type> &types) {
  Shapes shapes{location};
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  ArrayRef<int64_t> weight = shapeOf(op.getWeight());
  size_t spatial = in.size() - 1;
  if (in.size() < 2 || in.size() > 3)
    return shapes.error("conv") << "stream must have 2 or 3 dimensions (channels, then one or two "
                                   "spatial ones), found "
                                << in.size();
  if (weight.size() != in.size() + 1)
    return shapes.error("conv") << "weight must have " << in.size() + 1 << " dimensions, found "
                                << weight.size();
  if (op.getStrides().size() != spatial || op.getDilations().size() != spatial ||
      op.getPads().size() != 2 * spatial)
    return shapes.error("conv") << "needs " << spatial << " strides, " << spatial
                                << " dilations and " << 2 * spatial << " pads";
  if (!allPositive(op.getStrides()) || !allPositive(op.getDilations()) ||
      !noneNegative(op.getPads()) || op.getGroup() < 1)
    return shapes.error("conv")
           << "strides, dilations and group must be at least 1, and pads at least 0";
  int64_t group = op.getGroup();
  if (in[0] != weight[1] * group)
    return shapes.error("conv") << "weight takes " << weight[1] * group
                                << " channels, but the stream has " << in[0];
  if (weight[0] % group != 0)
    return shapes.error("conv") << "weight has " << weight[0] << " output channels, which " << group
                                << " groups cannot share";
  if (op.getBias() && (shapeOf(op.getBias()).size() != 1 || shapeOf(op.getBias())[0] != weight[0]))
    return shapes.error("conv") << "bias must have the shape " << weight[0] << ", found "
                                << show(shapeOf(op.getBias()));
  SmallVector<int64_t> out{weight[0]};
  for (size_t d = 0; d < spatial; ++d) {
    out.push_back(countWindows(in[1 + d], weight[2 + d], op.getStrides()[d],
                               op.getPads()[d] + op.getPads()[spatial + d], op.getDilations()[d]));
    if (out.back() == 0)
      return shapes.error("conv") << "kernel " << show(weight.drop_front(2))
                                  << " does not fit into the stream " << show(in);
  }
  return give(op.getStream(), out, types);
}

int64_t ConvOp::getFanOut(unsigned) {
  ArrayRef<int64_t> weight = shapeOf(getWeight());
  int64_t fanOut = weight[0] / getGroup();
  for (size_t d = 2; d < weight.size(); ++d)
    fanOut *= llvm::divideCeil(weight[d], getStrides()[d - 2]);
  return fanOut;
}

//===- Gemm -----------------------------------------------------------------------------------------------===//

LogicalResult GemmOp::inferReturnTypes(MLIRContext *, std::optional<Location> location, Adaptor op,
                                       SmallVectorImpl<Type> &types) {
  Shapes shapes{location};
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  ArrayRef<int64_t> weight = shapeOf(op.getWeight());
  if (weight.size() != 2)
    return shapes.error("gemm") << "weight must have 2 dimensions, found " << weight.size();
  if (in.back() != weight[0])
    return shapes.error("gemm") << "weight has " << weight[0]
                                << " rows, but the stream's last dimension is " << in.back();
  if (op.getBias() && (shapeOf(op.getBias()).size() != 1 || shapeOf(op.getBias())[0] != weight[1]))
    return shapes.error("gemm") << "bias must have the shape " << weight[1] << ", found "
                                << show(shapeOf(op.getBias()));
  SmallVector<int64_t> out(in);
  out.back() = weight[1];
  return give(op.getStream(), out, types);
}

int64_t GemmOp::getFanOut(unsigned) { return shapeOf(getWeight())[1]; }

//===- AveragePool ------------------------------------------------------------------------------------------===//

LogicalResult AveragePoolOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                              Adaptor op, SmallVectorImpl<Type> &types) {
  Shapes shapes{location};
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  size_t spatial = in.size() - 1;
  if (in.size() < 2 || in.size() > 3)
    return shapes.error("average_pool")
           << "stream must have 2 or 3 dimensions (channels, then one or two spatial ones), found "
           << in.size();
  if (op.getKernelShape().size() != spatial || op.getStrides().size() != spatial ||
      op.getPads().size() != 2 * spatial)
    return shapes.error("average_pool") << "needs " << spatial << " kernel sizes, " << spatial
                                        << " strides and " << 2 * spatial << " pads";
  if (!allPositive(op.getStrides()) || !allPositive(op.getKernelShape()) ||
      !noneNegative(op.getPads()))
    return shapes.error("average_pool")
           << "kernel sizes and strides must be at least 1, and pads at least 0";
  SmallVector<int64_t> out{in[0]};
  for (size_t d = 0; d < spatial; ++d) {
    out.push_back(countWindows(in[1 + d], op.getKernelShape()[d], op.getStrides()[d],
                               op.getPads()[d] + op.getPads()[spatial + d], 1));
    if (out.back() == 0)
      return shapes.error("average_pool") << "kernel " << show(op.getKernelShape())
                                          << " does not fit into the stream " << show(in);
  }
  return give(op.getStream(), out, types);
}

int64_t AveragePoolOp::getFanOut(unsigned) {
  int64_t fanOut = 1;
  for (auto [kernel, stride] : llvm::zip(getKernelShape(), getStrides()))
    fanOut *= llvm::divideCeil(kernel, stride);
  return fanOut;
}

//===- Scale, Bias, Add ---------------------------------------------------------------------------------------===//

LogicalResult ScaleOp::inferReturnTypes(MLIRContext *, std::optional<Location> location, Adaptor op,
                                        SmallVectorImpl<Type> &types) {
  return inferBroadcast("scale", "factor", {location}, op.getStream(), op.getFactor(), types);
}

LogicalResult BiasOp::inferReturnTypes(MLIRContext *, std::optional<Location> location, Adaptor op,
                                       SmallVectorImpl<Type> &types) {
  return inferBroadcast("bias", "value", {location}, op.getStream(), op.getValue(), types);
}

LogicalResult AddOp::inferReturnTypes(MLIRContext *, std::optional<Location> location, Adaptor op,
                                      SmallVectorImpl<Type> &types) {
  ArrayRef<int64_t> lhs = getStreamShape(op.getLhs().getType());
  ArrayRef<int64_t> rhs = getStreamShape(op.getRhs().getType());
  if (lhs != rhs)
    return Shapes{location}.error("add")
           << "streams must have one shape, found " << show(lhs) << " and " << show(rhs);
  return give(op.getLhs(), lhs, types);
}

//===- Reshape, Transpose, Pad, Slice, Concat -------------------------------------------------------------------===//

LogicalResult ReshapeOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                          Adaptor op, SmallVectorImpl<Type> &types) {
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  ArrayRef<int64_t> out = op.getShape();
  auto count = [](ArrayRef<int64_t> shape) {
    int64_t product = 1;
    for (int64_t dimension : shape)
      product *= dimension;
    return product;
  };
  if (out.empty() || !allPositive(out) || count(in) != count(out))
    return Shapes{location}.error("reshape")
           << "shape " << show(out) << " does not hold the " << count(in) << " elements of the "
           << "stream " << show(in);
  return give(op.getStream(), out, types);
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                            Adaptor op, SmallVectorImpl<Type> &types) {
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  SmallVector<int64_t> sorted(op.getPerm());
  llvm::sort(sorted);
  bool isPermutation = sorted.size() == in.size();
  for (size_t i = 0; isPermutation && i < sorted.size(); ++i)
    isPermutation = sorted[i] == static_cast<int64_t>(i);
  if (!isPermutation)
    return Shapes{location}.error("transpose")
           << "perm must be a permutation of the stream's " << in.size() << " dimensions";
  SmallVector<int64_t> out;
  for (int64_t dimension : op.getPerm())
    out.push_back(in[dimension]);
  return give(op.getStream(), out, types);
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *, std::optional<Location> location, Adaptor op,
                                      SmallVectorImpl<Type> &types) {
  Shapes shapes{location};
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  if (op.getPads().size() != 2 * in.size())
    return shapes.error("pad") << "needs " << 2 * in.size() << " pads, found "
                               << op.getPads().size();
  SmallVector<int64_t> out;
  for (size_t d = 0; d < in.size(); ++d) {
    out.push_back(in[d] + op.getPads()[d] + op.getPads()[in.size() + d]);
    if (out.back() < 1)
      return shapes.error("pad") << "leaves nothing of dimension " << d;
  }
  return give(op.getStream(), out, types);
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *, std::optional<Location> location, Adaptor op,
                                        SmallVectorImpl<Type> &types) {
  Shapes shapes{location};
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  if (op.getStarts().size() != in.size() || op.getSizes().size() != in.size() ||
      op.getSteps().size() != in.size())
    return shapes.error("slice") << "needs " << in.size() << " starts, sizes and steps";
  for (size_t d = 0; d < in.size(); ++d) {
    int64_t first = op.getStarts()[d];
    int64_t last = first + (op.getSizes()[d] - 1) * op.getSteps()[d];
    if (op.getSizes()[d] < 1 || op.getSteps()[d] == 0 || std::min(first, last) < 0 ||
        std::max(first, last) >= in[d])
      return shapes.error("slice") << "leaves dimension " << d << " of size " << in[d];
  }
  return give(op.getStream(), op.getSizes(), types);
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                         Adaptor op, SmallVectorImpl<Type> &types) {
  Shapes shapes{location};
  if (op.getStreams().empty())
    return shapes.error("concat") << "needs at least one stream";
  SmallVector<int64_t> out(getStreamShape(op.getStreams().front().getType()));
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= static_cast<int64_t>(out.size()))
    return shapes.error("concat") << "axis " << axis << " is not a dimension of the streams";
  out[axis] = 0;
  for (Value stream : op.getStreams()) {
    SmallVector<int64_t> shape(getStreamShape(stream.getType()));
    int64_t size = shape.size() == out.size() ? shape[axis] : 0;
    if (shape.size() == out.size())
      shape[axis] = out[axis];
    if (shape != out)
      return shapes.error("concat") << "streams differ in more than dimension " << axis;
    out[axis] += size;
  }
  return give(op.getStreams().front(), out, types);
}

} // namespace snnc::snn
