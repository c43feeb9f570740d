//===- Shape inference of pools and reductions --------------------------------------------------------------===//
#include "dialects/ann/Inference.h"

using namespace mlir;

namespace snnc::ann {

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
  if (failed(inferPool("ann.max_pool", context, location, op, types)))
    return failure();
  ArrayRef<int64_t> in = getTensorShape(op.getInput()),
                    out = cast<RankedTensorType>(types.back()).getShape();
  for (size_t d = 0; d + 2 < in.size(); ++d)
    if (hasEmptyWindow(in[d + 2], op.getKernelShape()[d], op.getStrides()[d], op.getPads()[d],
                       op.getDilations()[d], out[d + 2]))
      return ShapeErrors("ann.max_pool", location, context)()
             << "has a window that holds padding only, along spatial dimension " << d
             << "; pads must be smaller than the kernel";
  return success();
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

template <typename Adaptor>
static LogicalResult inferReduction(StringRef name, MLIRContext *context,
                                    std::optional<Location> location, Adaptor op, Types &types) {
  ShapeErrors error(name, location, context);
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

LogicalResult ReduceMeanOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                             Adaptor op, Types &types) {
  return inferReduction("ann.reduce_mean", context, location, op, types);
}

LogicalResult ReduceSumOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor op, Types &types) {
  return inferReduction("ann.reduce_sum", context, location, op, types);
}

LogicalResult ReduceMaxOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor op, Types &types) {
  return inferReduction("ann.reduce_max", context, location, op, types);
}

LogicalResult ReduceMinOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor op, Types &types) {
  return inferReduction("ann.reduce_min", context, location, op, types);
}

} // namespace snnc::ann
