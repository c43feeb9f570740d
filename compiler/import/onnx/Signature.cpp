//===- The inputs and outputs of a graph, as those of a function --------------------------------------------===//
#include "compiler/import/onnx/Graph.h"
#include "compiler/import/onnx/Quantized.h"
#include "dialects/ann/Attributes.h"
#include "dialects/support/Constants.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace ONNX_NAMESPACE;

namespace snnc::onnx_import {

/// How a user gives the sizes of an input: "--input-shape x=1x3xHEIGHTx224", with a name for each that is unknown.
static std::string spellInputShape(const ValueInfoProto &input) {
  std::string text = "--input-shape " + input.name() + "=";
  for (auto [d, dimension] : llvm::enumerate(input.type().tensor_type().shape().dim())) {
    text += d > 0 ? "x" : "";
    if (dimension.dim_value() > 0)
      text += std::to_string(dimension.dim_value());
    else if (d == 0)
      text += "1";
    else
      text += dimension.dim_param().empty() ? "SIZE" : StringRef(dimension.dim_param()).upper();
  }
  return text;
}

/// Integers come as numbers, which a Cast or a DequantizeLinear then makes floats of.
static bool isInputType(int32_t type) {
  return isFloatType(type) || getIntegerRange(type) || type == TensorProto::INT64;
}

FailureOr<RankedTensorType> Graph::getInputType(const ValueInfoProto &input) {
  const TypeProto_Tensor &tensor = input.type().tensor_type();
  if (!input.type().has_tensor_type() || !isInputType(tensor.elem_type()))
    return error() << "input '" << input.name() << "' must be a tensor of numbers";
  SmallVector<int64_t> shape;
  for (auto [d, dimension] : llvm::enumerate(tensor.shape().dim())) {
    bool isFixed = dimension.dim_value() > 0, isBatch = d == 0 && batch != Batch::None;
    if (!isBatch && !isFixed)
      return error() << "input '" << input.name() << "' has an unknown dimension " << d
                     << (dimension.dim_param().empty() ? "" : " ('" + dimension.dim_param() + "')")
                     << "; only the batch may vary: give sizes with " << spellInputShape(input)
                     << ", or export with fixed sizes";
    if (isBatch && isFixed && batch == Batch::Dynamic)
      fixedBatch = dimension.dim_value();
    if (isBatch && batch == Batch::One)
      shape.push_back(1);
    else if (isBatch && !(isFixed && batch == Batch::AsInFile))
      shape.push_back(ShapedType::kDynamic);
    else
      shape.push_back(dimension.dim_value());
  }
  if (tensor.shape().dim().empty() && batch != Batch::AsInFile)
    return error() << "input '" << input.name() << "' has no shape; give one with --input-shape "
                   << input.name() << "=1x3x224x224";
  return RankedTensorType::get(shape, elementType);
}

LogicalResult Graph::createFunction(ModuleOp module) {
  SmallVector<const ValueInfoProto *> inputs;
  for (const ValueInfoProto &input : model.graph().input())
    if (!find(input.name()) &&
        !isInitializer(input.name())) // old files list weights as inputs, too
      inputs.push_back(&input);
  // An input that nothing reads is none, as long as another is.
  auto isRead = [&](const ValueInfoProto *input) { return read.contains(input->name()); };
  if (llvm::any_of(inputs, isRead))
    llvm::erase_if(inputs, [&](const ValueInfoProto *input) { return !isRead(input); });
  bool isDouble = llvm::any_of(inputs, [](const ValueInfoProto *input) {
    return input->type().tensor_type().elem_type() == TensorProto::DOUBLE;
  });
  elementType = isDouble ? cast<FloatType>(builder.getF64Type()) : builder.getF32Type();
  SmallVector<Type> types;
  for (const ValueInfoProto *input : inputs) {
    FailureOr<RankedTensorType> type = getInputType(*input);
    if (failed(type))
      return failure();
    types.push_back(*type);
  }
  builder.setInsertionPointToEnd(module.getBody());
  function = builder.create<func::FuncOp>(NameLoc::get(builder.getStringAttr(file)), "main",
                                          builder.getFunctionType(types, {}));
  Block *block = function.addEntryBlock();
  for (auto [i, input] : llvm::enumerate(inputs)) {
    function.setArgAttr(i, ann::kNameAttrName, builder.getStringAttr(input->name()));
    Known &known = values[input->name()];
    known.value = block->getArgument(i);
    int32_t type = input->type().tensor_type().elem_type();
    if (!isFloatType(type))
      known.quantized = Quantization();
    if (type == TensorProto::UINT8)
      function.setArgAttr(i, ann::kBytesAttrName, builder.getUnitAttr());
  }
  builder.setInsertionPointToEnd(block);
  return success();
}

bool Graph::isInitializer(const std::string &name) const {
  return llvm::any_of(model.graph().initializer(),
                      [&](const TensorProto &tensor) { return tensor.name() == name; });
}

/// An output of the network. Samples have at least one dimension: one number each is N x 1.
FailureOr<Value> Graph::getResult(const std::string &name) {
  Known *known = find(name);
  if (!known)
    return error() << "output '" << name << "' is defined by no node";
  if (!known->value)
    return error() << "output '" << name << "' does not depend on the input";
  NodeProto nothing;
  Step step;
  step.name = name;
  step.op = "output";
  step.opsets = std::make_shared<Opsets>();
  Node node(*this, step);
  if (known->quantized) {
    if (!known->quantized->symbols.empty())
      return error() << "output '" << name << "' is in units that depend on the data";
    FailureOr<Value> numbers = toNumbers(node, *known);
    if (failed(numbers))
      return failure();
  }
  size_t rank = Node::shapeOf(known->value).size();
  if (batch == Batch::AsInFile || rank >= 2 || (rank == 1 && batch == Batch::None))
    return known->value;
  SmallVector<int64_t> shape{batch == Batch::Dynamic ? -1 : 1, 1};
  if (rank == 1 && batch == Batch::One && Node::shapeOf(known->value)[0] != 1)
    return known->value; // the batch is gone, and comes back in front
  if (batch == Batch::None)
    shape = {1};
  else if (rank == 0 && batch == Batch::Dynamic)
    return error() << "output '" << name << "' is one number for the whole batch";
  return node.create<ann::ReshapeOp>(known->value, shape);
}

LogicalResult Graph::createReturn() {
  SmallVector<Value> results;
  SmallVector<Type> types;
  for (const ValueInfoProto &output : model.graph().output()) {
    FailureOr<Value> result = getResult(output.name());
    if (failed(result))
      return failure();
    results.push_back(*result);
    types.push_back(result->getType());
  }
  if (results.empty())
    return error() << "has no output";
  builder.create<func::ReturnOp>(function.getLoc(), results);
  function.setType(builder.getFunctionType(function.getArgumentTypes(), types));
  for (auto [i, output] : llvm::enumerate(model.graph().output()))
    function.setResultAttr(i, ann::kNameAttrName, builder.getStringAttr(output.name()));
  return success();
}

/// What was created for something that another operation has taken in since.
void Graph::eraseUnused() {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.front())))
    if (!isa<func::ReturnOp>(op) && op.use_empty())
      op.erase();
}

} // namespace snnc::onnx_import
