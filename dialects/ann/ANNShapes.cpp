//===- Shape inference of operators that only move elements --------------------------------------------------===//
#include "dialects/ann/Inference.h"

using namespace mlir;

namespace snnc::ann {

LogicalResult FlattenOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                          Adaptor op, Types &types) {
  ShapeErrors error("ann.flatten", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  int64_t axis = op.getAxis();
  if (axis < 0 || axis > static_cast<int64_t>(in.size()))
    return error() << "axis must be between 0 and " << in.size() << ", found " << axis;
  bool dynamic = !in.empty() && ShapedType::isDynamic(in[0]);
  if (dynamic && axis != 1)
    return error() << "axis must be 1 to keep the dynamic batch, found " << axis;
  int64_t rows = dynamic ? ShapedType::kDynamic : countElements(in.take_front(axis));
  return give(op.getInput(), {rows, countElements(in.drop_front(axis))}, types);
}

LogicalResult ReshapeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                          Adaptor op, Types &types) {
  ShapeErrors error("ann.reshape", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  SmallVector<int64_t> out(op.getShape());
  for (int64_t dimension : out)
    if (dimension < -1)
      return error() << "dimensions must be -1 or at least 0, found " << dimension;
  int64_t unknowns = llvm::count(out, -1);
  if (unknowns > 1)
    return error() << "at most one dimension can follow from the others, found " << unknowns;
  bool dynamic = !in.empty() && ShapedType::isDynamic(in[0]);
  if (!in.empty() && llvm::any_of(in.drop_front(), ShapedType::isDynamic))
    return error() << "needs the dynamic batch in front, found " << showShape(in);
  if (dynamic && (unknowns == 0 || out[0] != -1))
    return error() << "must keep the dynamic batch: the first dimension must be -1";
  int64_t given = countElements(dynamic ? in.drop_front() : in), wanted = 1;
  for (int64_t dimension : out)
    if (dimension != -1)
      wanted *= dimension;
  bool fits = unknowns == 0 || dynamic ? given == wanted : wanted != 0 && given % wanted == 0;
  if (!fits)
    return error() << "shape " << showShape(out) << " does not hold the elements of "
                   << showShape(in);
  for (int64_t &dimension : out)
    if (dimension == -1)
      dimension = dynamic ? ShapedType::kDynamic : given / wanted;
  return give(op.getInput(), out, types);
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor op, Types &types) {
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  if (!isPermutation(op.getPerm(), in.size()))
    return ShapeErrors("ann.transpose", location, context)()
           << "perm must be a permutation of the input's " << in.size() << " dimensions";
  SmallVector<int64_t> out;
  for (int64_t dimension : op.getPerm())
    out.push_back(in[dimension]);
  return give(op.getInput(), out, types);
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                      Adaptor op, Types &types) {
  ShapeErrors error("ann.pad", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput()), pads = op.getPads();
  if (pads.size() != 2 * in.size())
    return error() << "needs " << 2 * in.size() << " pads, found " << pads.size();
  SmallVector<int64_t> out;
  for (size_t d = 0; d < in.size(); ++d) {
    int64_t begin = pads[d], end = pads[in.size() + d];
    if (ShapedType::isDynamic(in[d]) && (begin != 0 || end != 0))
      return error() << "pads the dynamic batch dimension";
    out.push_back(ShapedType::isDynamic(in[d]) ? in[d] : in[d] + begin + end);
    if (!ShapedType::isDynamic(in[d]) && out.back() < 1)
      return error() << "leaves nothing of dimension " << d;
  }
  return give(op.getInput(), out, types);
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                        Adaptor op, Types &types) {
  ShapeErrors error("ann.slice", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  ArrayRef<int64_t> starts = op.getStarts(), sizes = op.getSizes(), steps = op.getSteps();
  if (starts.size() != in.size() || sizes.size() != in.size() || steps.size() != in.size())
    return error() << "needs " << in.size() << " starts, sizes and steps";
  SmallVector<int64_t> out;
  for (size_t d = 0; d < in.size(); ++d) {
    bool whole = starts[d] == 0 && sizes[d] == -1 && steps[d] == 1;
    if (ShapedType::isDynamic(in[d]) && !whole)
      return error() << "must take the dynamic batch whole: start 0, size -1, step 1";
    out.push_back(whole ? in[d] : sizes[d]);
    if (whole)
      continue;
    int64_t last = starts[d] + (sizes[d] - 1) * steps[d];
    if (sizes[d] < 1 || steps[d] == 0 || std::min(starts[d], last) < 0 ||
        std::max(starts[d], last) >= in[d])
      return error() << "leaves dimension " << d << " of size " << in[d];
  }
  return give(op.getInput(), out, types);
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor op, Types &types) {
  ShapeErrors error("ann.concat", location, context);
  if (op.getInputs().empty())
    return error() << "needs at least one operand";
  SmallVector<int64_t> out(getTensorShape(op.getInputs().front()));
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= static_cast<int64_t>(out.size()) || ShapedType::isDynamic(out[axis]))
    return error() << "axis " << axis << " is not a static dimension of " << showShape(out);
  out[axis] = 0;
  for (Value input : op.getInputs()) {
    SmallVector<int64_t> shape(getTensorShape(input));
    int64_t size = shape.size() == out.size() ? shape[axis] : 0;
    if (shape.size() == out.size())
      shape[axis] = out[axis];
    if (shape != out || size < 0)
      return error() << "operands differ in more than dimension " << axis;
    out[axis] += size;
  }
  return give(op.getInputs().front(), out, types);
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor op, Types &types) {
  ShapeErrors error("ann.gather", location, context);
  SmallVector<int64_t> out(getTensorShape(op.getInput()));
  auto axis = static_cast<int64_t>(op.getAxis());
  if (axis < 0 || axis >= static_cast<int64_t>(out.size()) || ShapedType::isDynamic(out[axis]))
    return error() << "axis " << axis << " is not a static dimension of " << showShape(out);
  if (op.getIndices().empty())
    return error() << "needs at least one index";
  for (int64_t index : op.getIndices())
    if (index < 0 || index >= out[axis])
      return error() << "index " << index << " lies outside of dimension " << axis << " of size "
                     << out[axis];
  out[axis] = static_cast<int64_t>(op.getIndices().size());
  return give(op.getInput(), out, types);
}

LogicalResult ExpandOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor op, Types &types) {
  ShapeErrors error("ann.expand", location, context);
  ArrayRef<int64_t> in = getTensorShape(op.getInput());
  SmallVector<int64_t> shape(op.getShape()), out;
  bool dynamic = !in.empty() && ShapedType::isDynamic(in[0]);
  bool keeps = dynamic && shape.size() == in.size() && shape[0] == -1;
  if (keeps)
    shape[0] = 1;
  if (!allPositive(shape))
    return error() << "dimensions of shape must be at least 1, found "
                   << *llvm::find_if(shape, [](int64_t dimension) { return dimension < 1; })
                   << (dynamic ? "; -1 stands for the batch, in the first place only" : "");
  if (dynamic && (shape.size() > in.size() || (shape.size() == in.size() && shape[0] != 1)))
    return error() << "must keep the dynamic batch as the first dimension";
  if (!OpTrait::util::getBroadcastedShape(in, shape, out))
    return error() << "input " << showShape(in) << " does not broadcast to " << showShape(shape);
  return give(op.getInput(), out, types);
}

LogicalResult ResizeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor op, Types &types) {
  ShapeErrors error("ann.resize", location, context);
  SmallVector<int64_t> out(getTensorShape(op.getInput()));
  if (out.size() < 3)
    return error() << "input must have 3 dimensions or more (batch, channels, spatial), found "
                   << out.size();
  if (failed(checkStatic(error, op.getInput())))
    return failure();
  if (op.getScales().size() != out.size() - 2 || !allPositive(op.getScales()))
    return error() << "needs " << out.size() - 2 << " scales of at least 1";
  for (auto [dimension, scale] : llvm::zip(llvm::drop_begin(out, 2), op.getScales()))
    dimension *= scale;
  return give(op.getInput(), out, types);
}

} // namespace snnc::ann
