//===- Shape inference of linear operators and pools ----------------------------------------------------===//
#include "dialects/ann/ANN.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Traits.h"

using namespace mlir;

namespace snnc::ann {

namespace {

using Types = SmallVectorImpl<Type>;

/// A tensor of `shape` with the element type of `like`.
LogicalResult give(Value like, ArrayRef<int64_t> shape, Types &types) {
  types.push_back(
      RankedTensorType::get(shape, cast<RankedTensorType>(like.getType()).getElementType()));
  return success();
}

/// Only the batch may be dynamic.
LogicalResult checkStatic(const ShapeErrors &error, Value input) {
  for (int64_t dimension : getTensorShape(input).drop_front())
    if (ShapedType::isDynamic(dimension))
      return error() << "input " << showShape(getTensorShape(input))
                     << " must be static behind its batch dimension";
  return success();
}

/// A bias or another tensor of one number per channel.
LogicalResult checkChannels(const ShapeErrors &error, StringRef name, Value tensor,
                            int64_t channels) {
  if (tensor && (getTensorShape(tensor).size() != 1 || getTensorShape(tensor)[0] != channels))
    return error() << name << " must have the shape " << channels << ", found "
                   << showShape(getTensorShape(tensor));
  return success();
}

} // namespace

//===- Conv ------------------------------------------------------------------------------------------------===//

LogicalResult ConvOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                       Adaptor op, Types &types) {
  ShapeErrors error("ann.conv", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput()), weight = getTensorShape(op.getWeight());
  size_t spatial = in.size() - 2;
  if (in.size() < 3 || in.size() > 5)
    return error() << "input must have 3 to 5 dimensions (batch, channels, spatial), found "
                   << in.size();
  if (failed(checkStatic(error, op.getInput())))
    return failure();
  if (weight.size() != in.size())
    return error() << "weight must have " << in.size() << " dimensions, found " << weight.size();
  if (op.getStrides().size() != spatial || op.getDilations().size() != spatial ||
      op.getPads().size() != 2 * spatial)
    return error() << "needs " << spatial << " strides, " << spatial << " dilations and "
                   << 2 * spatial << " pads";
  if (!allPositive(op.getStrides()) || !allPositive(op.getDilations()) ||
      !noneNegative(op.getPads()) || op.getGroup() < 1 || !allPositive(weight))
    return error()
           << "strides, dilations, group and weight dimensions must be at least 1, and pads "
              "at least 0";
  int64_t group = op.getGroup();
  if (in[1] != weight[1] * group)
    return error() << "weight takes " << weight[1] * op.getGroup()
                   << " channels, but the input has " << in[1];
  if (weight[0] % op.getGroup() != 0)
    return error() << "weight has " << weight[0] << " output channels, which " << op.getGroup()
                   << " groups cannot share";
  if (failed(checkChannels(error, "bias", op.getBias(), weight[0])))
    return failure();
  SmallVector<int64_t> out{in[0], weight[0]};
  for (size_t d = 0; d < spatial; ++d) {
    out.push_back(countWindows(in[2 + d], weight[2 + d], op.getStrides()[d],
                               op.getPads()[d] + op.getPads()[spatial + d], op.getDilations()[d]));
    if (out.back() == 0)
      return error() << "kernel " << showShape(weight.drop_front(2))
                     << " does not fit into the input " << showShape(in);
  }
  return give(op.getInput(), out, types);
}

//===- Gemm and MatMul ---------------------------------------------------------------------------------------===//

LogicalResult GemmOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                       Adaptor op, Types &types) {
  ShapeErrors error("ann.gemm", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput()), weight = getTensorShape(op.getWeight());
  if (in.size() != 2 || weight.size() != 2)
    return error() << "input and weight must have 2 dimensions, found " << in.size() << " and "
                   << weight.size();
  int64_t k = weight[op.getTransposeB() ? 1 : 0], m = weight[op.getTransposeB() ? 0 : 1];
  if (in[1] != k)
    return error() << "weight takes " << k << " inputs, but the input has " << showShape(in[1]);
  if (failed(checkChannels(error, "bias", op.getBias(), m)))
    return failure();
  return give(op.getInput(), {in[0], m}, types);
}

LogicalResult MatMulOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor op, Types &types) {
  ShapeErrors error("ann.matmul", location, context);
  SmallVector<int64_t> lhs(getTensorShape(op.getLhs())), rhs(getTensorShape(op.getRhs()));
  if (lhs.empty() || rhs.empty())
    return error() << "operands must have at least 1 dimension";
  bool row = lhs.size() == 1, column = rhs.size() == 1;
  if (row)
    lhs.insert(lhs.begin(), 1);
  if (column)
    rhs.push_back(1);
  if (lhs.back() != rhs[rhs.size() - 2] || ShapedType::isDynamic(lhs.back()))
    return error() << "inner dimensions must be static and the same, found " << showShape(lhs)
                   << " and " << showShape(rhs);
  SmallVector<int64_t> out;
  if (!OpTrait::util::getBroadcastedShape(ArrayRef(lhs).drop_back(2), ArrayRef(rhs).drop_back(2),
                                          out))
    return error() << "leading dimensions must broadcast, found " << showShape(lhs) << " and "
                   << showShape(rhs);
  if (!row)
    out.push_back(lhs[lhs.size() - 2]);
  if (!column)
    out.push_back(rhs.back());
  return give(op.getLhs(), out, types);
}

//===- BatchNorm, and operands that broadcast ------------------------------------------------------------------===//

LogicalResult BatchNormOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor op, Types &types) {
  ShapeErrors error("ann.batch_norm", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  if (in.size() < 2)
    return error() << "input must have a channel dimension behind its batch";
  if (failed(checkChannels(error, "scale", op.getScale(), in[1])) ||
      failed(checkChannels(error, "bias", op.getBias(), in[1])) ||
      failed(checkChannels(error, "mean", op.getMean(), in[1])) ||
      failed(checkChannels(error, "variance", op.getVariance(), in[1])))
    return failure();
  return give(op.getInput(), in, types);
}

static LogicalResult inferBroadcast(StringRef name, MLIRContext *context,
                                    std::optional<Location> location, Value lhs, Value rhs,
                                    Types &types) {
  SmallVector<int64_t> out;
  if (!OpTrait::util::getBroadcastedShape(getTensorShape(lhs), getTensorShape(rhs), out))
    return ShapeErrors(name, location, context)()
           << "operands must broadcast, found " << showShape(getTensorShape(lhs)) << " and "
           << showShape(getTensorShape(rhs));
  return give(lhs, out, types);
}

LogicalResult AddOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                      Adaptor op, Types &types) {
  return inferBroadcast("ann.add", context, location, op.getLhs(), op.getRhs(), types);
}

LogicalResult MaxOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                      Adaptor op, Types &types) {
  return inferBroadcast("ann.max", context, location, op.getLhs(), op.getRhs(), types);
}

//===- Pools and means -------------------------------------------------------------------------------------------===//

/// Windows of a pool along one dimension. With `ceilMode` the last one may reach beyond the padding,
/// if it begins inside of input and left padding.
static int64_t countPoolWindows(int64_t size, int64_t kernel, int64_t stride, int64_t begin,
                                int64_t end, int64_t dilation, bool ceilMode) {
  int64_t windows = countWindows(size, kernel, stride, begin + end, dilation);
  int64_t room = size + begin + end - dilation * (kernel - 1) - 1;
  if (ceilMode && room >= 0 && room % stride != 0 && windows * stride < size + begin)
    ++windows;
  return windows;
}

template <typename Adaptor>
static LogicalResult inferPool(StringRef name, MLIRContext *context,
                               std::optional<Location> location, Adaptor op, Types &types) {
  ShapeErrors error(name, location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  if (in.size() < 3 || in.size() > 5)
    return error() << "input must have 3 to 5 dimensions (batch, channels, spatial), found "
                   << in.size();
  if (failed(checkStatic(error, op.getInput())))
    return failure();
  size_t spatial = in.size() - 2;
  ArrayRef<int64_t> kernel = op.getKernelShape(), pads = op.getPads();
  if (kernel.size() != spatial || op.getStrides().size() != spatial ||
      op.getDilations().size() != spatial || pads.size() != 2 * spatial)
    return error() << "needs " << spatial << " kernel sizes, strides and dilations and "
                   << 2 * spatial << " pads";
  if (!allPositive(kernel) || !allPositive(op.getStrides()) || !allPositive(op.getDilations()) ||
      !noneNegative(pads))
    return error() << "kernel sizes, strides and dilations must be at least 1, and pads at least 0";
  SmallVector<int64_t> out{in[0], in[1]};
  for (size_t d = 0; d < spatial; ++d) {
    out.push_back(countPoolWindows(in[2 + d], kernel[d], op.getStrides()[d], pads[d],
                                   pads[spatial + d], op.getDilations()[d], op.getCeilMode()));
    if (out.back() == 0)
      return error() << "kernel " << showShape(kernel) << " does not fit into the input "
                     << showShape(in);
  }
  return give(op.getInput(), out, types);
}

LogicalResult AveragePoolOp::inferReturnTypes(MLIRContext *context,
                                              std::optional<Location> location, Adaptor op,
                                              Types &types) {
  return inferPool("ann.average_pool", context, location, op, types);
}

LogicalResult MaxPoolOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                          Adaptor op, Types &types) {
  return inferPool("ann.max_pool", context, location, op, types);
}

LogicalResult GlobalAveragePoolOp::inferReturnTypes(MLIRContext *context,
                                                    std::optional<Location> location, Adaptor op,
                                                    Types &types) {
  ShapeErrors error("ann.global_average_pool", location, context);
  SmallVector<int64_t> out(getTensorShape(op.getInput()));
  if (out.size() < 3)
    return error() << "input must have 3 dimensions or more (batch, channels, spatial), found "
                   << out.size();
  if (failed(checkStatic(error, op.getInput())))
    return failure();
  std::fill(out.begin() + 2, out.end(), 1);
  return give(op.getInput(), out, types);
}

LogicalResult ReduceMeanOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                             Adaptor op, Types &types) {
  ShapeErrors error("ann.reduce_mean", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  SmallVector<int64_t> out;
  int64_t last = -1;
  for (int64_t axis : op.getAxes()) {
    if (axis <= last || axis >= static_cast<int64_t>(in.size()))
      return error() << "axes must be ascending dimensions of the input, found " << axis;
    if (ShapedType::isDynamic(in[axis]))
      return error() << "reduces the dynamic batch dimension";
    last = axis;
  }
  for (int64_t d = 0; d < static_cast<int64_t>(in.size()); ++d)
    if (!llvm::is_contained(op.getAxes(), d))
      out.push_back(in[d]);
    else if (op.getKeepdims())
      out.push_back(1);
  return give(op.getInput(), out, types);
}

} // namespace snnc::ann
