//===- What is known on import: constants, shapes, arithmetic on integers ------------------------------------===//
#include "dialects/support/Constants.h"
#include "compiler/import/onnx/Graph.h"
#include "compiler/import/onnx/Quantized.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace ONNX_NAMESPACE;

namespace snnc::onnx_import {

Known toKnown(Numbers numbers) {
  Known known;
  if (auto *floats = std::get_if<ElementsAttr>(&numbers))
    known.floats = *floats;
  else
    known.integers = std::move(std::get<Integers>(numbers));
  return known;
}

/// What a node gives that computes on integers: floats where it casts known ones to floats, or fills with them.
static FailureOr<Known> finishIntegers(Node &node, Integers integers) {
  Known known;
  int64_t to = node.op() == "Cast" ? node.getInt("to", 0) : 0;
  std::vector<double> numbers(integers.values.begin(), integers.values.end());
  if (node.op() == "ConstantOfShape") {
    AttributeProto *fill = node.getAttribute("value");
    to = fill ? fill->t().data_type() : TensorProto::FLOAT;
    if (fill && isFloatType(to)) {
      TensorProto tensor = fill->t();
      data::Result<Numbers> read = readTensor(tensor, "", *node.location.getContext());
      FailureOr<std::vector<double>> values = failure();
      if (read)
        values = readNumbers(std::get<ElementsAttr>(*read));
      if (failed(values) || values->size() != 1)
        return node.error() << "fills with something else than one number";
      numbers.assign(numbers.size(), values->front());
    }
  }
  if (!isFloatType(to) || llvm::is_contained(integers.values, kBatch)) {
    if (to == TensorProto::BOOL)
      for (int64_t &value : integers.values)
        value = value != 0;
    integers.type = to ? static_cast<int32_t>(to) : integers.type;
    known.integers = std::move(integers);
    return known;
  }
  Builder builder(node.location.getContext());
  Type type = to == TensorProto::DOUBLE ? Type(builder.getF64Type()) : Type(builder.getF32Type());
  known.floats = makeConstant(RankedTensorType::get(integers.shape, type), numbers);
  return known;
}

/// The shape of a node's first input, with the batch as a symbol.
FailureOr<std::vector<int64_t>> Graph::getShape(Node &node) {
  Known *known = node.getKnown(0);
  node.takeQuantized();
  if (known && known->integers)
    return known->integers->shape;
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  std::vector<int64_t> shape(Node::shapeOf(*input));
  for (int64_t &dimension : shape)
    if (ShapedType::isDynamic(dimension))
      dimension = kBatch;
  return shape;
}

/// A Constant, in all the ways to write one.
FailureOr<Known> Graph::importConstant(Node &node) {
  Known known;
  if (AttributeProto *value = node.getAttribute("value")) {
    data::Result<Numbers> numbers = readTensor(*value->mutable_t(), folder, *builder.getContext());
    if (!numbers)
      return node.error() << "value cannot be read: " << numbers.error();
    return toKnown(std::move(*numbers));
  }
  AttributeProto *number = node.getAttribute("value_float");
  AttributeProto *list = node.getAttribute("value_floats");
  if (number || list) {
    std::vector<double> values;
    SmallVector<int64_t> shape;
    if (list) {
      values.assign(list->floats().begin(), list->floats().end());
      shape = {list->floats_size()};
    } else {
      values = {number->f()};
    }
    known.floats = makeConstant(RankedTensorType::get(shape, builder.getF32Type()), values);
  } else if (node.hasAttribute("value_int")) {
    known.integers = Integers::scalar(node.getInt("value_int", 0));
  } else if (node.hasAttribute("value_ints")) {
    known.integers = Integers::list(node.getInts("value_ints", {}));
  } else {
    return node.error() << "has none of the attributes value, value_float(s), value_int(s)";
  }
  return known;
}

/// Constants, and nodes that compute on known integers. Returns whether the node was one of those.
FailureOr<bool> Graph::importIntegers(Node &node) {
  const NodeProto &proto = node.proto;
  Known known;
  if (!getDomain(proto).empty())
    return false;
  if (proto.op_type() == "Constant") {
    FailureOr<Known> constant = importConstant(node);
    if (failed(constant))
      return failure();
    known = std::move(*constant);
  } else if (proto.op_type() == "Shape" || proto.op_type() == "Size") {
    FailureOr<std::vector<int64_t>> sizes = getShape(node);
    if (failed(sizes))
      return failure();
    std::vector<int64_t> &shape = *sizes;
    auto rank = static_cast<int64_t>(shape.size());
    int64_t start = node.getInt("start", 0), end = node.getInt("end", rank);
    start = std::clamp(start < 0 ? start + rank : start, int64_t{0}, rank);
    end = std::clamp(end < 0 ? end + rank : end, start, rank);
    if (proto.op_type() == "Shape")
      known.integers = Integers::list({shape.begin() + start, shape.begin() + end});
    else if (llvm::is_contained(shape, kBatch))
      return node.error() << "counts the elements of the batch";
    else
      known.integers = Integers::scalar(countElements(shape));
  } else {
    std::vector<const Integers *> inputs;
    for (const std::string &input : proto.input()) {
      Known *found = input.empty() ? nullptr : find(input);
      if (found && !found->integers)
        return false;
      inputs.push_back(found ? &*found->integers : nullptr);
    }
    if (!isShapeOperator(proto.op_type()) || inputs.empty())
      return false;
    FailureOr<Integers> result = computeIntegers(node, inputs);
    if (failed(result))
      return failure();
    FailureOr<Known> finished = finishIntegers(node, std::move(*result));
    if (failed(finished))
      return failure();
    known = std::move(*finished);
  }
  if (failed(define(node, proto.output(0), std::move(known))))
    return failure();
  return true;
}

} // namespace snnc::onnx_import
