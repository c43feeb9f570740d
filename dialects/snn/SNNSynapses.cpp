//===- Synapses: shapes, legality, fan-out --------------------------------------------------------------===//
#include "dialects/snn/SynapseShapes.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ErrorHandling.h"
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

namespace {

/// FX-Q1: streams and weights are all integer or all real; what is added has 32 bits, what
/// multiplies at most 16.
LogicalResult verifyArithmetic(Operation *op, SynapseOpInterface synapse) {
  bool fixed = synapse.getCurrent().getType().getIsFixed();
  for (Value stream : synapse.getStreams())
    if (isFixed(stream.getType()) != fixed)
      return op->emitOpError() << "mixes integer streams with real ones";
  size_t first = synapse.getStreams().size();
  for (Value operand : op->getOperands().drop_front(first)) {
    Type type = cast<RankedTensorType>(operand.getType()).getElementType();
    bool isAdded = operand == synapse.getAddedConstant().numbers;
    if (isa<IntegerType>(type) != fixed)
      return op->emitOpError() << "of " << (fixed ? "integer" : "real") << " streams needs "
                               << (fixed ? "integer" : "real") << " weights, found " << type;
    if (fixed && isAdded != type.isInteger(32))
      return op->emitOpError() << (isAdded ? "adds a bias of i32"
                                           : "multiplies by weights of i2 to i16")
                               << ", found " << type;
  }
  if (auto pool = dyn_cast<AveragePoolOp>(op); pool && fixed && getCommonCount(pool) == 0)
    return op->emitOpError() << "averages windows of too many different sizes for integers";
  if (auto requantize = dyn_cast<RequantizeOp>(op))
    return detail::verifyFixed(requantize);
  if (auto shift = op->getAttrOfType<IntegerAttr>("shift"))
    if (shift.getInt() < 0 || shift.getInt() > 15 || (shift.getInt() > 0 && !fixed))
      return op->emitOpError() << "shifts integer streams by 0 to 15, found " << shift.getInt();
  return success();
}

/// SNN-S3: whatever is no stream is a constant, so that every pass and executor can read its numbers.
LogicalResult verifyWeights(Operation *op, SynapseOpInterface synapse) {
  for (Value weight : op->getOperands().drop_front(synapse.getStreams().size())) {
    ElementsAttr attr = getConstantAttr(weight);
    if (attr && holdsNumbers(attr))
      continue;
    InFlightDiagnostic error = op->emitOpError() << "needs constant weights, found ";
    if (attr)
      error << "a constant whose numbers are missing or of another size than its type";
    else if (auto argument = dyn_cast<BlockArgument>(weight))
      error << "argument " << argument.getArgNumber() << " of the function";
    else
      error << "the result of '" << weight.getDefiningOp()->getName() << "'";
    return error;
  }
  return success();
}

} // namespace

std::vector<double> readWeights(Value weight) {
  std::optional<std::vector<double>> numbers = readConstant(weight);
  if (!numbers)
    llvm::report_fatal_error("the weights of a synapse are no constant, though it was verified");
  return std::move(*numbers);
}

LogicalResult detail::give(Value stream, ArrayRef<int64_t> shape, SmallVectorImpl<Type> &types) {
  types.push_back(CurrentType::get(stream.getContext(), shape, getStreamMeaning(stream.getType()),
                                   isFixed(stream.getType())));
  return success();
}

LogicalResult detail::verifySynapse(Operation *op) {
  auto synapse = cast<SynapseOpInterface>(op);
  if (failed(verifyWeights(op, synapse)))
    return failure();
  // SNN-S2
  StreamMeaning meaning = synapse.getCurrent().getType().getMeaning();
  for (Value stream : synapse.getStreams())
    if (getStreamMeaning(stream.getType()) != meaning)
      return op->emitOpError() << "mixes streams of changes with streams of rates";
  // SNN-B1
  if (synapse.isBilinear() && meaning == StreamMeaning::Rate)
    return op->emitOpError() << "multiplies the estimates that changes add up to; rates have none";
  return verifyArithmetic(op, synapse);
}

namespace {

/// Whether a tensor of `shape` applies to every element of a stream: same rank, each dimension
/// either the stream's or 1.
bool broadcasts(ArrayRef<int64_t> shape, ArrayRef<int64_t> stream) {
  return shape.size() == stream.size() && llvm::all_of(llvm::zip(shape, stream), [](auto pair) {
           return std::get<0>(pair) == 1 || std::get<0>(pair) == std::get<1>(pair);
         });
}

LogicalResult inferBroadcast(const ShapeErrors &error, StringRef operand, Value stream,
                             Value tensor, SmallVectorImpl<Type> &types) {
  ArrayRef<int64_t> shape = getStreamShape(stream.getType());
  if (!broadcasts(getTensorShape(tensor), shape))
    return error() << operand << " of shape " << showShape(getTensorShape(tensor))
                   << " does not apply to a stream of shape " << showShape(shape)
                   << ": each dimension must be the same or 1";
  return detail::give(stream, shape, types);
}

} // namespace

//===- Conv -----------------------------------------------------------------------------------------------===//

LogicalResult ConvOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                       Adaptor op, SmallVectorImpl<Type> &types) {
  ShapeErrors error("snn.conv", location, context);
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  ArrayRef<int64_t> weight = getTensorShape(op.getWeight());
  size_t spatial = in.size() - 1;
  if (in.size() < 2 || in.size() > 3)
    return error() << "stream must have 2 or 3 dimensions (channels, then one or two "
                      "spatial ones), found "
                   << in.size();
  if (weight.size() != in.size() + 1)
    return error() << "weight must have " << in.size() + 1 << " dimensions, found "
                   << weight.size();
  if (op.getStrides().size() != spatial || op.getDilations().size() != spatial ||
      op.getPads().size() != 2 * spatial)
    return error() << "needs " << spatial << " strides, " << spatial << " dilations and "
                   << 2 * spatial << " pads";
  if (!allPositive(op.getStrides()) || !allPositive(op.getDilations()) ||
      !noneNegative(op.getPads()) || op.getGroup() < 1)
    return error() << "strides, dilations and group must be at least 1, and pads at least 0";
  int64_t group = op.getGroup();
  if (in[0] != weight[1] * group)
    return error() << "weight takes " << weight[1] * group << " channels, but the stream has "
                   << in[0];
  if (weight[0] % group != 0)
    return error() << "weight has " << weight[0] << " output channels, which " << group
                   << " groups cannot share";
  if (op.getBias() &&
      (getTensorShape(op.getBias()).size() != 1 || getTensorShape(op.getBias())[0] != weight[0]))
    return error() << "bias must have the shape " << weight[0] << ", found "
                   << showShape(getTensorShape(op.getBias()));
  SmallVector<int64_t> out{weight[0]};
  for (size_t d = 0; d < spatial; ++d) {
    out.push_back(countWindows(in[1 + d], weight[2 + d], op.getStrides()[d],
                               op.getPads()[d] + op.getPads()[spatial + d], op.getDilations()[d]));
    if (out.back() == 0)
      return error() << "kernel " << showShape(weight.drop_front(2))
                     << " does not fit into the stream " << showShape(in);
  }
  return detail::give(op.getStream(), out, types);
}

int64_t ConvOp::getFanOut(unsigned) {
  ArrayRef<int64_t> weight = getTensorShape(getWeight());
  int64_t fanOut = weight[0] / getGroup();
  for (size_t d = 2; d < weight.size(); ++d)
    fanOut *= llvm::divideCeil(weight[d], getStrides()[d - 2]);
  return fanOut;
}

WeightLayout ConvOp::getWeightLayout() {
  ArrayRef<int64_t> shape = getTensorShape(getWeight());
  WeightLayout layout;
  layout.outputs = shape[0];
  layout.inputs = shape[1];
  layout.taps = countElements(shape.drop_front(2));
  layout.groups = static_cast<int64_t>(getGroup());
  layout.inputStride = layout.taps;
  layout.outputStride = layout.getFanIn();
  return layout;
}

//===- Gemm -----------------------------------------------------------------------------------------------===//

LogicalResult GemmOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                       Adaptor op, SmallVectorImpl<Type> &types) {
  ShapeErrors error("snn.gemm", location, context);
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  ArrayRef<int64_t> weight = getTensorShape(op.getWeight());
  if (weight.size() != 2)
    return error() << "weight must have 2 dimensions, found " << weight.size();
  if (in.back() != weight[0])
    return error() << "weight has " << weight[0] << " rows, but the stream's last dimension is "
                   << in.back();
  if (op.getBias() &&
      (getTensorShape(op.getBias()).size() != 1 || getTensorShape(op.getBias())[0] != weight[1]))
    return error() << "bias must have the shape " << weight[1] << ", found "
                   << showShape(getTensorShape(op.getBias()));
  SmallVector<int64_t> out(in);
  out.back() = weight[1];
  return detail::give(op.getStream(), out, types);
}

int64_t GemmOp::getFanOut(unsigned) { return getTensorShape(getWeight())[1]; }

WeightLayout GemmOp::getWeightLayout() {
  ArrayRef<int64_t> shape = getTensorShape(getWeight());
  WeightLayout layout;
  layout.outputs = shape[1];
  layout.inputs = shape[0];
  layout.inputStride = shape[1];
  layout.outputStride = 1;
  layout.inDimension = layout.outDimension = getStreamShape(getStream().getType()).size() - 1;
  return layout;
}

//===- AveragePool ------------------------------------------------------------------------------------------===//

LogicalResult AveragePoolOp::inferReturnTypes(MLIRContext *context,
                                              std::optional<Location> location, Adaptor op,
                                              SmallVectorImpl<Type> &types) {
  ShapeErrors error("snn.average_pool", location, context);
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  size_t spatial = in.size() - 1;
  if (in.size() < 2 || in.size() > 3)
    return error()
           << "stream must have 2 or 3 dimensions (channels, then one or two spatial ones), found "
           << in.size();
  if (op.getKernelShape().size() != spatial || op.getStrides().size() != spatial ||
      op.getPads().size() != 2 * spatial)
    return error() << "needs " << spatial << " kernel sizes, " << spatial << " strides and "
                   << 2 * spatial << " pads";
  if (!allPositive(op.getStrides()) || !allPositive(op.getKernelShape()) ||
      !noneNegative(op.getPads()))
    return error() << "kernel sizes and strides must be at least 1, and pads at least 0";
  SmallVector<int64_t> out{in[0]};
  for (size_t d = 0; d < spatial; ++d) {
    out.push_back(countWindows(in[1 + d], op.getKernelShape()[d], op.getStrides()[d],
                               op.getPads()[d] + op.getPads()[spatial + d], 1));
    if (out.back() == 0)
      return error() << "kernel " << showShape(op.getKernelShape())
                     << " does not fit into the stream " << showShape(in);
  }
  return detail::give(op.getStream(), out, types);
}

int64_t AveragePoolOp::getFanOut(unsigned) {
  int64_t fanOut = 1;
  for (auto [kernel, stride] : llvm::zip(getKernelShape(), getStrides()))
    fanOut *= llvm::divideCeil(kernel, stride);
  return fanOut;
}

//===- Scale, Bias, Add ---------------------------------------------------------------------------------------===//

LogicalResult ScaleOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                        Adaptor op, SmallVectorImpl<Type> &types) {
  return inferBroadcast({"snn.scale", location, context}, "factor", op.getStream(), op.getFactor(),
                        types);
}

LogicalResult BiasOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                       Adaptor op, SmallVectorImpl<Type> &types) {
  return inferBroadcast({"snn.bias", location, context}, "value", op.getStream(), op.getValue(),
                        types);
}

LogicalResult AddOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                      Adaptor op, SmallVectorImpl<Type> &types) {
  ArrayRef<int64_t> lhs = getStreamShape(op.getLhs().getType());
  ArrayRef<int64_t> rhs = getStreamShape(op.getRhs().getType());
  if (lhs != rhs)
    return ShapeErrors("snn.add", location, context)()
           << "streams must have one shape, found " << showShape(lhs) << " and " << showShape(rhs);
  return detail::give(op.getLhs(), lhs, types);
}

//===- MatMul, Mul ------------------------------------------------------------------------------------------===//

LogicalResult MatMulOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor op, SmallVectorImpl<Type> &types) {
  ArrayRef<int64_t> lhs = getStreamShape(op.getLhs().getType());
  ArrayRef<int64_t> rhs = getStreamShape(op.getRhs().getType());
  size_t rank = lhs.size();
  if (rank < 2 || rhs.size() != rank || lhs.drop_back(2) != rhs.drop_back(2) ||
      lhs[rank - 1] != rhs[rank - 2])
    return ShapeErrors("snn.matmul", location, context)()
           << "streams must be ...xNxK and ...xKxM with the same leading dimensions, found "
           << showShape(lhs) << " and " << showShape(rhs);
  SmallVector<int64_t> shape(lhs);
  shape.back() = rhs.back();
  return detail::give(op.getLhs(), shape, types);
}

int64_t MatMulOp::getFanOut(unsigned index) {
  return index == 0 ? getStreamShape(getRhs().getType()).back()
                    : getStreamShape(getLhs().getType()).drop_back().back();
}
bool MatMulOp::isBilinear() { return true; }

LogicalResult MulOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                      Adaptor op, SmallVectorImpl<Type> &types) {
  ArrayRef<int64_t> lhs = getStreamShape(op.getLhs().getType());
  ArrayRef<int64_t> rhs = getStreamShape(op.getRhs().getType());
  if (lhs != rhs)
    return ShapeErrors("snn.mul", location, context)()
           << "streams must have one shape, found " << showShape(lhs) << " and " << showShape(rhs);
  return detail::give(op.getLhs(), lhs, types);
}

int64_t MulOp::getFanOut(unsigned) { return 1; }
bool MulOp::isBilinear() { return true; }

LogicalResult RequantizeOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor op,
                                             SmallVectorImpl<Type> &types) {
  return detail::give(op.getStream(), getStreamShape(op.getStream().getType()), types);
}

} // namespace snnc::snn
