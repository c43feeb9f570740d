//===- Where: one of two values, by a constant condition -------------------------------------------------------------===//
#include "compiler/import/onnx/Node.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Traits.h"

using namespace mlir;

namespace snnc::onnx_import {

namespace {

/// A condition that is known: 1 where it holds, else 0.
struct Condition {
  std::vector<int64_t> shape;
  std::vector<double> holds;

  Condition inverted() const {
    Condition other = *this;
    for (double &number : other.holds)
      number = 1 - number;
    return other;
  }
};

/// A constant where `condition` holds, else 0: a product would make NaN of 0 times an infinite mask.
FailureOr<Value> chooseConstant(Node &node, const Condition &condition, Value constant) {
  SmallVector<int64_t> shape;
  if (!OpTrait::util::getBroadcastedShape(condition.shape, Node::shapeOf(constant), shape))
    return node.error() << "condition " << showShape(condition.shape) << " does not broadcast to "
                        << showShape(Node::shapeOf(constant));
  std::vector<double> numbers = *readConstant(constant), chosen(countElements(shape));
  SmallVector<int64_t> at(shape.size(), 0);
  auto pick = [&](const std::vector<double> &from, ArrayRef<int64_t> own) {
    int64_t index = 0;
    for (size_t d = 0; d < own.size(); ++d)
      index = index * own[d] + (own[d] == 1 ? 0 : at[shape.size() - own.size() + d]);
    return from[index];
  };
  for (double &number : chosen) {
    number =
        pick(condition.holds, condition.shape) != 0 ? pick(numbers, Node::shapeOf(constant)) : 0;
    for (size_t d = at.size(); d-- > 0 && ++at[d] == shape[d];)
      at[d] = 0;
  }
  auto type = cast<RankedTensorType>(constant.getType()).clone(shape);
  return node.createConstant(makeConstant(type, chosen));
}

/// `value` where `condition` holds, else 0.
FailureOr<Value> choose(Node &node, const Condition &condition, Value value) {
  if (getConstantAttr(value))
    return chooseConstant(node, condition, value);
  auto element = cast<RankedTensorType>(value.getType()).getElementType();
  auto type = RankedTensorType::get(condition.shape, element);
  return node.create<ann::MulOp>(value, node.createConstant(makeConstant(type, condition.holds)));
}

/// Where(c, a, b) = a c + b (1 - c).
FailureOr<Value> importWhere(Node &node) {
  FailureOr<Value> yes = node.getInput(1), no = node.getInput(2);
  if (failed(yes) || failed(no))
    return failure();
  const Integers *known = node.findIntegers(0);
  if (!known)
    return node.error()
           << "condition depends on the network's input; only one that is known when the "
              "model is imported, as a constant mask is, becomes synapses";
  Condition condition{known->shape, {}};
  for (int64_t number : known->values)
    condition.holds.push_back(number != 0);
  FailureOr<Value> lhs = choose(node, condition, *yes);
  if (failed(lhs))
    return failure();
  FailureOr<Value> rhs = choose(node, condition.inverted(), *no);
  if (failed(rhs))
    return failure();
  return node.create<ann::AddOp>(*lhs, *rhs);
}

} // namespace

void addWhereHandlers(HandlerTable &table) { table["Where"] = importWhere; }

} // namespace snnc::onnx_import
