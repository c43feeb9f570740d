//===- Synapses that move elements: where each comes from -----------------------------------------------------===//
#include "dialects/snn/SNN.h"

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
