//===- Shape inference of normalizations ---------------------------------------------------------------------===//
#include "dialects/ann/Inference.h"

using namespace mlir;

namespace snnc::ann {

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

LogicalResult LayerNormOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor op, Types &types) {
  ShapeErrors error("ann.layer_norm", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  auto axis = static_cast<int64_t>(op.getAxis()), rank = static_cast<int64_t>(in.size());
  if (axis < 0 || axis >= rank)
    return error() << "axis must be between 0 and " << rank - 1 << ", found " << axis;
  ArrayRef<int64_t> part = in.drop_front(axis);
  if (llvm::any_of(part, ShapedType::isDynamic))
    return error() << "normalizes over a dynamic dimension of " << showShape(in);
  if (getTensorShape(op.getScale()) != part)
    return error() << "scale must have the shape " << showShape(part) << ", found "
                   << showShape(getTensorShape(op.getScale()));
  if (op.getBias() && getTensorShape(op.getBias()) != part)
    return error() << "bias must have the shape " << showShape(part) << ", found "
                   << showShape(getTensorShape(op.getBias()));
  return give(op.getInput(), in, types);
}

LogicalResult InstanceNormOp::inferReturnTypes(MLIRContext *context,
                                               std::optional<Location> location, Adaptor op,
                                               Types &types) {
  ShapeErrors error("ann.instance_norm", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  if (in.size() < 3)
    return error() << "input must have 3 dimensions or more (batch, channels, spatial), found "
                   << in.size();
  if (failed(checkStatic(error, op.getInput())) ||
      failed(checkChannels(error, "scale", op.getScale(), in[1])) ||
      failed(checkChannels(error, "bias", op.getBias(), in[1])))
    return failure();
  return give(op.getInput(), in, types);
}

LogicalResult GroupNormOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor op, Types &types) {
  ShapeErrors error("ann.group_norm", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  if (in.size() < 2)
    return error() << "input must have a channel dimension behind its batch";
  auto groups = static_cast<int64_t>(op.getNumGroups());
  if (failed(checkStatic(error, op.getInput())))
    return failure();
  if (groups < 1 || in[1] % groups != 0)
    return error() << in[1] << " channels cannot be shared by " << groups << " groups";
  if (failed(checkChannels(error, "scale", op.getScale(), in[1])) ||
      failed(checkChannels(error, "bias", op.getBias(), in[1])))
    return failure();
  return give(op.getInput(), in, types);
}

static LogicalResult checkAxis(const ShapeErrors &error, ArrayRef<int64_t> in, int64_t axis) {
  if (axis < 0 || axis >= static_cast<int64_t>(in.size()) || ShapedType::isDynamic(in[axis]))
    return error() << "axis " << axis << " is not a static dimension of " << showShape(in);
  return success();
}

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                          Adaptor op, Types &types) {
  ShapeErrors error("ann.softmax", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  if (failed(checkAxis(error, in, static_cast<int64_t>(op.getAxis()))))
    return failure();
  return give(op.getInput(), in, types);
}

LogicalResult LogSoftmaxOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                             Adaptor op, Types &types) {
  ShapeErrors error("ann.log_softmax", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  if (failed(checkAxis(error, in, static_cast<int64_t>(op.getAxis()))))
    return failure();
  return give(op.getInput(), in, types);
}

LogicalResult ArgMaxOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor op, Types &types) {
  ShapeErrors error("ann.argmax", location, context);
  SmallVector<int64_t> shape(getTensorShape(op.getInput()));
  if (failed(checkAxis(error, shape, static_cast<int64_t>(op.getAxis()))))
    return failure();
  shape[op.getAxis()] = 1;
  return give(op.getInput(), shape, types);
}

//===- Softmax in parts ------------------------------------------------------------------------------------===//

std::optional<int64_t> getSoftmaxAxis(Operation *op) {
  auto exp = dyn_cast<ExpOp>(op);
  if (!exp)
    return std::nullopt;
  std::optional<int64_t> axis;
  for (Operation *user : exp->getUsers())
    if (auto sum = dyn_cast<ReduceSumOp>(user); sum && sum.getAxes().size() == 1 && !axis)
      axis = sum.getAxes().front();
  auto dividesBySum = [&](Operation *user) {
    auto div = dyn_cast<DivOp>(user);
    auto sum = div ? div.getRhs().getDefiningOp<ReduceSumOp>() : ReduceSumOp();
    return sum && sum.getInput() == exp.getOutput() && div.getLhs() == exp.getOutput();
  };
  for (Operation *user : exp->getUsers())
    if (!isa<ReduceSumOp>(user) ? !dividesBySum(user)
                                : !llvm::all_of(user->getUsers(), dividesBySum))
      return std::nullopt;
  return axis;
}

} // namespace snnc::ann
