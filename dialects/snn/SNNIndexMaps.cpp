//===- Synapses that move elements: shapes, and where each comes from -----------------------------------------------------===//
#include "dialects/snn/SynapseShapes.h"
#include "dialects/support/Shapes.h"
#include <algorithm>

using namespace mlir;

namespace snnc::snn {

namespace {

::snn::IndexMap::Shape toShape(ArrayRef<int64_t> numbers) {
  return {numbers.begin(), numbers.end()};
}

/// Every element of a stream, where it is.
::snn::IndexMap begin(Value stream) {
  return ::snn::IndexMap(toShape(getStreamShape(stream.getType())));
}

} // namespace

//===- What they give -----------------------------------------------------------------------------------------===//

LogicalResult ReshapeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                          Adaptor op, SmallVectorImpl<Type> &types) {
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  ArrayRef<int64_t> out = op.getShape();
  if (out.empty() || !allPositive(out) || countElements(in) != countElements(out))
    return ShapeErrors("snn.reshape", location, context)()
           << "shape " << showShape(out) << " does not hold the " << countElements(in)
           << " elements of the "
           << "stream " << showShape(in);
  return detail::give(op.getStream(), out, types);
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor op, SmallVectorImpl<Type> &types) {
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  if (!isPermutation(op.getPerm(), in.size()))
    return ShapeErrors("snn.transpose", location, context)()
           << "perm must be a permutation of the stream's " << in.size() << " dimensions";
  SmallVector<int64_t> out;
  for (int64_t dimension : op.getPerm())
    out.push_back(in[dimension]);
  return detail::give(op.getStream(), out, types);
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                      Adaptor op, SmallVectorImpl<Type> &types) {
  ShapeErrors error("snn.pad", location, context);
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  if (op.getPads().size() != 2 * in.size())
    return error() << "needs " << 2 * in.size() << " pads, found " << op.getPads().size();
  SmallVector<int64_t> out;
  for (size_t d = 0; d < in.size(); ++d) {
    out.push_back(in[d] + op.getPads()[d] + op.getPads()[in.size() + d]);
    if (out.back() < 1)
      return error() << "leaves nothing of dimension " << d;
  }
  return detail::give(op.getStream(), out, types);
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                        Adaptor op, SmallVectorImpl<Type> &types) {
  ShapeErrors error("snn.slice", location, context);
  ArrayRef<int64_t> in = getStreamShape(op.getStream().getType());
  if (op.getStarts().size() != in.size() || op.getSizes().size() != in.size() ||
      op.getSteps().size() != in.size())
    return error() << "needs " << in.size() << " starts, sizes and steps";
  for (size_t d = 0; d < in.size(); ++d) {
    int64_t first = op.getStarts()[d];
    int64_t last = first + (op.getSizes()[d] - 1) * op.getSteps()[d];
    if (op.getSizes()[d] < 1 || op.getSteps()[d] == 0 || std::min(first, last) < 0 ||
        std::max(first, last) >= in[d])
      return error() << "leaves dimension " << d << " of size " << in[d];
  }
  return detail::give(op.getStream(), op.getSizes(), types);
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor op, SmallVectorImpl<Type> &types) {
  ShapeErrors error("snn.concat", location, context);
  if (op.getStreams().empty())
    return error() << "needs at least one stream";
  SmallVector<int64_t> out(getStreamShape(op.getStreams().front().getType()));
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= static_cast<int64_t>(out.size()))
    return error() << "axis " << axis << " is not a dimension of the streams";
  out[axis] = 0;
  for (Value stream : op.getStreams()) {
    SmallVector<int64_t> shape(getStreamShape(stream.getType()));
    int64_t size = shape.size() == out.size() ? shape[axis] : 0;
    if (shape.size() == out.size())
      shape[axis] = out[axis];
    if (shape != out)
      return error() << "streams differ in more than dimension " << axis;
    out[axis] += size;
  }
  return detail::give(op.getStreams().front(), out, types);
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor op, SmallVectorImpl<Type> &types) {
  ShapeErrors error("snn.gather", location, context);
  SmallVector<int64_t> shape(getStreamShape(op.getStream().getType()));
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= static_cast<int64_t>(shape.size()))
    return error() << "axis " << axis << " is not a dimension of the stream";
  if (op.getIndices().empty())
    return error() << "needs at least one index";
  for (int64_t index : op.getIndices())
    if (index < 0 || index >= shape[axis])
      return error() << "index " << index << " is outside of dimension " << axis << " of size "
                     << shape[axis];
  shape[axis] = static_cast<int64_t>(op.getIndices().size());
  return detail::give(op.getStream(), shape, types);
}

int64_t GatherOp::getFanOut(unsigned) {
  std::vector<int64_t> copies(getStreamShape(getStream().getType())[getAxis()], 0);
  for (int64_t index : getIndices())
    ++copies[index];
  return *llvm::max_element(copies);
}

//===- Where it comes from ------------------------------------------------------------------------------------===//

::snn::IndexMap ReshapeOp::getIndexMap(unsigned) {
  return begin(getStream()).reshape(toShape(getShape()));
}

::snn::IndexMap TransposeOp::getIndexMap(unsigned) {
  return begin(getStream()).transpose(toShape(getPerm()));
}

::snn::IndexMap PadOp::getIndexMap(unsigned) { return begin(getStream()).pad(toShape(getPads())); }

double PadOp::getBorder() { return getValue().convertToDouble(); }

::snn::IndexMap SliceOp::getIndexMap(unsigned) {
  return begin(getStream()).slice(toShape(getStarts()), toShape(getSizes()), toShape(getSteps()));
}

::snn::IndexMap ConcatOp::getIndexMap(unsigned index) {
  auto axis = static_cast<int64_t>(getAxis());
  int64_t offset = 0;
  for (Value before : getStreams().take_front(index))
    offset += getStreamShape(before.getType())[axis];
  return begin(getStreams()[index]).insert(axis, offset, getCurrent().getType().getShape()[axis]);
}

::snn::IndexMap GatherOp::getIndexMap(unsigned) {
  return begin(getStream()).gather(static_cast<int64_t>(getAxis()), toShape(getIndices()));
}

} // namespace snnc::snn
