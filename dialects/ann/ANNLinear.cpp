//===- Shape inference of linear operators with weights --------------------------------------------------===//
#include "dialects/ann/Inference.h"
#include "mlir/Dialect/Traits.h"

using namespace mlir;

namespace snnc::ann {

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

//===- ConvTranspose ---------------------------------------------------------------------------------------===//

LogicalResult ConvTransposeOp::inferReturnTypes(MLIRContext *context,
                                                std::optional<Location> location, Adaptor op,
                                                Types &types) {
  ShapeErrors error("ann.conv_transpose", location, context);
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
      op.getPads().size() != 2 * spatial || op.getOutputPadding().size() != spatial)
    return error() << "needs " << spatial << " strides, dilations and output paddings and "
                   << 2 * spatial << " pads";
  int64_t group = op.getGroup();
  if (!allPositive(op.getStrides()) || !allPositive(op.getDilations()) ||
      !noneNegative(op.getPads()) || !noneNegative(op.getOutputPadding()) || group < 1 ||
      !allPositive(weight))
    return error()
           << "strides, dilations, group and weight dimensions must be at least 1, and pads "
              "and output paddings at least 0";
  if (in[1] != weight[0] || in[1] % group != 0)
    return error() << "weight takes " << weight[0] << " channels in " << group
                   << " groups, but the input has " << in[1];
  if (failed(checkChannels(error, "bias", op.getBias(), weight[1] * group)))
    return failure();
  SmallVector<int64_t> out{in[0], weight[1] * group};
  for (size_t d = 0; d < spatial; ++d) {
    out.push_back((in[2 + d] - 1) * op.getStrides()[d] +
                  (weight[2 + d] - 1) * op.getDilations()[d] + 1 + op.getOutputPadding()[d] -
                  op.getPads()[d] - op.getPads()[spatial + d]);
    if (out.back() < 1)
      return error() << "pads leave nothing of dimension " << 2 + d;
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
  bool raises = rhs.size() > lhs.size() && llvm::any_of(lhs, ShapedType::isDynamic);
  if (raises || !keepsBatch(ArrayRef(lhs).drop_back(2), ArrayRef(rhs).drop_back(2)))
    return error() << "must keep the dynamic batch in its place, found " << showShape(lhs)
                   << " and " << showShape(rhs);
  if (!row)
    out.push_back(lhs[lhs.size() - 2]);
  if (!column)
    out.push_back(rhs.back());
  return give(op.getLhs(), out, types);
}

} // namespace snnc::ann
