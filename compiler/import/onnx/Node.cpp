#include "compiler/import/onnx/Node.h"

#include "compiler/import/onnx/Graph.h"
#include "compiler/import/onnx/Quantized.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/StringSwitch.h"
#include <charconv>
#include <cstdlib>

using namespace mlir;
using ONNX_NAMESPACE::AttributeProto;

namespace snnc::onnx_import {

Node::Node(Graph &graph, Step &step)
    : graph(graph), step(step), proto(step.node),
      location(NameLoc::get(graph.getBuilder().getStringAttr(step.name))) {}

int64_t Node::opset() const {
  int64_t opset = step.opsets->getStandard();
  return opset == 0 ? kNewestOpset : opset; // of a file that has only operators of other domains
}

OpBuilder &Node::builder() { return graph.getBuilder(); }

bool Node::hasInput(int64_t index) const {
  return index < proto.input_size() && !proto.input(static_cast<int>(index)).empty();
}

ArrayRef<int64_t> Node::shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

InFlightDiagnostic Node::error() const {
  return graph.error() << "node '" << getName() << "' (" << step.op << "): ";
}

Known *Node::getKnown(int64_t index) {
  return hasInput(index) ? graph.find(proto.input(static_cast<int>(index))) : nullptr;
}

/// Whether an infinite constant means something to an operator: as a mask, as a bound, or to whoever reads it moved.
static bool takesInfinity(StringRef op) {
  return llvm::StringSwitch<bool>(op)
      .Cases("Add", "Sub", "Where", "Max", "Min", true)
      .Cases("Cast", "Concat", "Expand", "Gather", "Identity", "Reshape", "Slice", "Split", true)
      .Cases("Squeeze", "Tile", "Transpose", "Unsqueeze", true)
      .Default(false);
}

FailureOr<Value> Node::getInput(int64_t index) {
  if (!hasInput(index))
    return error() << "input " << index << " is missing";
  const std::string &name = proto.input(static_cast<int>(index));
  Known *known = graph.find(name);
  if (known && !known->value && known->floats) {
    std::optional<size_t> infinity =
        takesInfinity(op()) ? std::nullopt : findInfinity(known->floats);
    if (infinity)
      return error() << "input '" << name << "' is infinite at element " << *infinity
                     << "; was the training run stopped in time?";
    known->value = createConstant(graph.toElementType(known->floats));
  }
  if (!known || !known->value)
    return error() << "input '" << name << "' must be a tensor of floats";
  if (!known->quantized || takesQuantized)
    return known->value;
  if (known->quantized->isInteger)
    return error() << "computes with integers that depend on the network's input ('" << name
                   << "'), which have no form here; cast them to float first";
  if (!known->quantized->symbols.empty())
    return error() << "input '" << name
                   << "' is in units that depend on the data; multiply it by its scale first";
  return toNumbers(*this, *known);
}

FailureOr<std::vector<int64_t>> Node::getIntegers(int64_t index) {
  FailureOr<Integers> integers = getIntegerTensor(index);
  if (failed(integers))
    return failure();
  return std::move(integers->values);
}

const Integers *Node::findIntegers(int64_t index) {
  Known *known = getKnown(index);
  return known && known->integers ? &*known->integers : nullptr;
}

FailureOr<Integers> Node::getIntegerTensor(int64_t index) {
  if (const Integers *known = findIntegers(index))
    return *known;
  return error() << "input " << index
                 << " must be integers that are known when the model is imported";
}

FailureOr<std::vector<double>> Node::getNumbers(int64_t index) {
  Known *known = getKnown(index);
  if (known && known->integers && !llvm::is_contained(known->integers->values, kBatch))
    return std::vector<double>(known->integers->values.begin(), known->integers->values.end());
  ElementsAttr floats = known && known->value ? getConstantAttr(known->value)
                        : known               ? known->floats
                                              : ElementsAttr();
  if (floats)
    return readNumbers(floats);
  return error() << "input " << index << " must be constant";
}

FailureOr<double> Node::getNumber(int64_t index) {
  FailureOr<std::vector<double>> numbers = getNumbers(index);
  if (failed(numbers))
    return failure();
  if (numbers->size() != 1)
    return error() << "input " << index << " must be one constant number, found "
                   << numbers->size();
  return numbers->front();
}

Value Node::createConstant(ElementsAttr value) {
  return builder().create<ann::ConstantOp>(location, value);
}

//===- Attributes --------------------------------------------------------------------------------------------===//

AttributeProto *Node::getAttribute(StringRef name) {
  asked.insert(name);
  for (AttributeProto &attribute : *proto.mutable_attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

bool Node::hasAttribute(StringRef name) { return getAttribute(name) != nullptr; }

int64_t Node::getInt(StringRef name, int64_t usual) {
  const AttributeProto *attribute = getAttribute(name);
  return attribute ? attribute->i() : usual;
}

double Node::getFloat(StringRef name, double usual) {
  const AttributeProto *attribute = getAttribute(name);
  if (!attribute)
    return usual;
  char decimal[32] = {};
  std::to_chars(decimal, decimal + sizeof(decimal) - 1, attribute->f());
  return std::strtod(decimal, nullptr);
}

std::string Node::getString(StringRef name, StringRef usual) {
  const AttributeProto *attribute = getAttribute(name);
  return attribute ? attribute->s() : usual.str();
}

std::vector<int64_t> Node::getInts(StringRef name, std::vector<int64_t> usual) {
  const AttributeProto *attribute = getAttribute(name);
  return attribute ? std::vector<int64_t>(attribute->ints().begin(), attribute->ints().end())
                   : usual;
}

FailureOr<std::optional<std::vector<int64_t>>> Node::getIntsOrInput(StringRef name, int64_t index) {
  if (hasAttribute(name))
    return std::optional(getInts(name, {}));
  if (!hasInput(index))
    return std::optional<std::vector<int64_t>>();
  FailureOr<std::vector<int64_t>> integers = getIntegers(index);
  if (failed(integers))
    return failure();
  return std::optional(std::move(*integers));
}

LogicalResult Node::checkAttributes() {
  for (const AttributeProto &attribute : proto.attribute())
    if (!asked.contains(attribute.name()))
      return error() << "attribute '" << attribute.name() << "' is not supported";
  return success();
}

//===- Operations ----------------------------------------------------------------------------------------------===//

/// The result of an operation on constants that are not big: those stay as they are in the file.
static ElementsAttr foldConstants(Operation *op) {
  constexpr int64_t kSmall = 1 << 12;
  SmallVector<Attribute> operands;
  for (Value operand : op->getOperands()) {
    operands.push_back(getConstantAttr(operand));
    if (!operands.back() || countElements(getTensorShape(operand)) > kSmall)
      return {};
  }
  SmallVector<OpFoldResult> results;
  if (failed(op->fold(operands, results)) || results.size() != 1)
    return {};
  return dyn_cast_or_null<ElementsAttr>(dyn_cast<Attribute>(results.front()));
}

FailureOr<Value> Node::finish(Operation *op) {
  std::string reason;
  SmallVector<Type> types;
  LogicalResult inferred = failure();
  {
    ScopedDiagnosticHandler capture(op->getContext(), [&](Diagnostic &diagnostic) {
      reason = diagnostic.str();
      return success();
    });
    inferred = cast<InferTypeOpInterface>(op).inferReturnTypes(
        op->getContext(), op->getLoc(), op->getOperands(), op->getRawDictionaryAttrs(),
        op->getPropertiesStorage(), op->getRegions(), types);
  }
  if (succeeded(inferred)) {
    op->getResult(0).setType(types.front());
    ElementsAttr constant = foldConstants(op);
    if (!constant)
      return op->getResult(0);
    op->erase();
    return createConstant(constant);
  }
  op->erase();
  StringRef text = reason;
  text.consume_front("'");
  size_t end = text.find("' op ");
  return error() << (end == StringRef::npos ? text : text.drop_front(end + strlen("' op ")));
}

FailureOr<int64_t> normalizeAxis(Node &node, int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank)
    return node.error() << "axis " << axis << " is not a dimension of a tensor of rank " << rank;
  return axis < 0 ? axis + rank : axis;
}

} // namespace snnc::onnx_import
