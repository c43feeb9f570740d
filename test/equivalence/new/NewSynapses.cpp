#include "test/equivalence/new/NewSynapses.h"

#include "dialects/snn/SynapseShapes.h"
#include "dialects/support/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include <numeric>

using namespace mlir;
using ::snn::IndexMap;

#include "test/equivalence/new/NewSynapsesDialect.cpp.inc"

#define GET_OP_CLASSES
#include "test/equivalence/new/NewSynapses.cpp.inc"

namespace snnc::test::fresh {

void NewDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "test/equivalence/new/NewSynapses.cpp.inc"
      >();
}

namespace {

IndexMap::Shape getShape(Value stream) {
  ArrayRef<int64_t> shape = snn::getStreamShape(stream.getType());
  return {shape.begin(), shape.end()};
}

/// `shape` with another last dimension.
IndexMap::Shape withLast(IndexMap::Shape shape, int64_t last) {
  shape.back() = last;
  return shape;
}

/// A border behind every element of the last dimension, `before` of it and `behind` of it.
IndexMap pair(const IndexMap &map, int64_t before, int64_t behind) {
  IndexMap::Shape shape = map.out(), pads(2 * (shape.size() + 1), 0);
  IndexMap::Shape apart = shape;
  apart.push_back(1);
  pads[shape.size()] = before;
  pads.back() = behind;
  return map.reshape(apart).pad(pads).reshape(withLast(shape, 2 * shape.back()));
}

} // namespace

LogicalResult RollOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor op,
                                       SmallVectorImpl<Type> &types) {
  return snn::detail::give(op.getStream(), getShape(op.getStream()), types);
}

IndexMap RollOp::getIndexMap(unsigned) {
  IndexMap::Shape shape = getShape(getStream());
  int64_t count = IndexMap::countElements(shape);
  IndexMap::Shape indices(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i)
    indices[static_cast<size_t>((i + static_cast<int64_t>(getBy())) % count)] = i;
  return IndexMap(shape).reshape({count}).gather(0, indices).reshape(shape);
}

LogicalResult SpreadOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  IndexMap::Shape shape = getShape(op.getStream());
  return snn::detail::give(op.getStream(), withLast(shape, 2 * shape.back() - 1), types);
}

IndexMap SpreadOp::getIndexMap(unsigned) {
  IndexMap map = pair(IndexMap(getShape(getStream())), 0, 1);
  IndexMap::Shape pads(2 * map.out().size(), 0);
  pads.back() = -1;
  return map.pad(pads);
}

double SpreadOp::getBorder() { return getValueAttr().getValueAsDouble(); }

LogicalResult MirrorOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  IndexMap::Shape shape = getShape(op.getStream());
  return snn::detail::give(op.getStream(), withLast(shape, 2 * shape.back()), types);
}

IndexMap MirrorOp::getIndexMap(unsigned) {
  IndexMap::Shape shape = getShape(getStream()), indices(static_cast<size_t>(shape.back()));
  std::iota(indices.begin(), indices.end(), 0);
  indices.insert(indices.end(), indices.rbegin(), indices.rend());
  return IndexMap(shape).gather(static_cast<int64_t>(shape.size()) - 1, indices);
}

int64_t MirrorOp::getFanOut(unsigned) { return 2; }

LogicalResult WeaveOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor op,
                                        SmallVectorImpl<Type> &types) {
  IndexMap::Shape shape = getShape(op.getEven());
  return snn::detail::give(op.getEven(), withLast(shape, 2 * shape.back()), types);
}

IndexMap WeaveOp::getIndexMap(unsigned index) {
  return pair(IndexMap(getShape(getOperand(index))), index, 1 - index);
}

double WeaveOp::getBorder() { return getValueAttr().getValueAsDouble(); }

LogicalResult BandOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor op,
                                       SmallVectorImpl<Type> &types) {
  return snn::detail::give(
      op.getStream(),
      withLast(getShape(op.getStream()), op.getWeights().getShapedType().getDimSize(0)), types);
}

Value BandOp::decompose(OpBuilder &builder) {
  ArrayRef<int64_t> shape = getWeights().getShapedType().getShape();
  const int64_t outputs = shape[0], taps = shape[1], inputs = getShape(getStream()).back();
  const std::vector<double> band = *readNumbers(getWeights());
  std::vector<double> matrix(static_cast<size_t>(inputs * outputs), 0);
  for (int64_t m = 0; m < outputs; ++m)
    for (int64_t tap = 0; tap < taps; ++tap)
      matrix[static_cast<size_t>((m + tap) * outputs + m)] =
          band[static_cast<size_t>(m * taps + tap)];
  auto type = RankedTensorType::get({inputs, outputs}, builder.getF64Type());
  Value weight = builder.create<arith::ConstantOp>(getLoc(), makeConstant(type, matrix));
  return builder.create<snn::GemmOp>(getLoc(), getStream(), weight, Value(), uint64_t{0});
}

} // namespace snnc::test::fresh
