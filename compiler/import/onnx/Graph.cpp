#include "compiler/import/onnx/Graph.h"

#include "mlir/IR/Verifier.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace ONNX_NAMESPACE;

namespace snnc::onnx_import {

namespace {

constexpr int64_t kOldestOpset = 7, kNewestOpset = 20;

const HandlerTable &getHandlers() {
  static const HandlerTable table = [] {
    HandlerTable handlers;
    addElementwiseHandlers(handlers);
    addLinearHandlers(handlers);
    addPoolingHandlers(handlers);
    addShapeHandlers(handlers);
    return handlers;
  }();
  return table;
}

std::string listOperators() {
  SmallVector<StringRef> names(getHandlers().keys());
  llvm::sort(names);
  return llvm::join(names, ", ");
}

bool isSupported(const NodeProto &node) {
  bool isStandard = node.domain().empty() || node.domain() == "ai.onnx";
  return isStandard && (getHandlers().contains(node.op_type()) || node.op_type() == "Constant" ||
                        isShapeOperator(node.op_type()));
}

} // namespace

Graph::Graph(const ModelProto &model, std::string file, std::string folder, MLIRContext &context)
    : model(model), file(std::move(file)), folder(std::move(folder)), builder(&context) {}

InFlightDiagnostic Graph::error() const {
  return mlir::emitError(UnknownLoc::get(builder.getContext())) << file << ": ";
}

Known *Graph::find(const std::string &name) {
  auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

FailureOr<OwningOpRef<ModuleOp>> Graph::import() {
  if (!model.has_graph() || model.graph().node_size() == 0)
    return error() << "has no graph: truncated, or not an ONNX model";
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getUnknownLoc());
  (*module)->setAttr("ann.source", builder.getStringAttr(file));
  if (failed(readOpset()) || failed(checkOperators()) || failed(readInitializers()) ||
      failed(createFunction(*module)))
    return failure();
  for (const NodeProto &node : model.graph().node())
    if (failed(importNode(node)))
      return failure();
  if (failed(createReturn()) || failed(verify(*module)))
    return failure();
  return module;
}

LogicalResult Graph::readOpset() {
  for (const OperatorSetIdProto &set : model.opset_import())
    if (set.domain().empty() || set.domain() == "ai.onnx")
      opset = set.version();
  if (opset < kOldestOpset || opset > kNewestOpset)
    return error() << "uses opset " << opset << "; supported are " << kOldestOpset << " to "
                   << kNewestOpset << " (export again with opset_version=17)";
  return success();
}

/// All unsupported operators in one message, before any work.
LogicalResult Graph::checkOperators() {
  const NodeProto *first = nullptr;
  llvm::StringSet<> others;
  for (const NodeProto &node : model.graph().node()) {
    if (isSupported(node))
      continue;
    if (!first)
      first = &node;
    else if (node.op_type() != first->op_type())
      others.insert(node.op_type());
  }
  if (!first)
    return success();
  InFlightDiagnostic message = Node(*this, *first).error() << "operator is not supported";
  if (!others.empty()) {
    SmallVector<StringRef> names(others.keys());
    llvm::sort(names);
    message << ", nor are " << llvm::join(names, ", ");
  }
  return message << "; supported are " << listOperators();
}

LogicalResult Graph::readInitializers() {
  for (const TensorProto &tensor : model.graph().initializer()) {
    std::string reason;
    FailureOr<Numbers> numbers = readTensor(tensor, folder, reason);
    if (failed(numbers))
      return error() << "initializer '" << tensor.name() << "' cannot be read: " << reason;
    Known known;
    if (auto *floats = std::get_if<Floats>(&*numbers))
      known.floats = std::move(*floats);
    else
      known.integers = std::move(std::get<Integers>(*numbers));
    values[tensor.name()] = std::move(known);
  }
  return success();
}

FailureOr<RankedTensorType> Graph::getInputType(const ValueInfoProto &input) {
  const TypeProto_Tensor &tensor = input.type().tensor_type();
  bool isFloat = tensor.elem_type() == TensorProto::FLOAT;
  bool isDouble = tensor.elem_type() == TensorProto::DOUBLE;
  if (!input.type().has_tensor_type() || (!isFloat && !isDouble))
    return error() << "input '" << input.name() << "' must be a tensor of floats";
  SmallVector<int64_t> shape;
  for (const TensorShapeProto_Dimension &dimension : tensor.shape().dim()) {
    bool isBatch = shape.empty();
    if (!isBatch && dimension.dim_value() <= 0)
      return error() << "input '" << input.name() << "' has an unknown dimension " << shape.size()
                     << (dimension.dim_param().empty() ? "" : " ('" + dimension.dim_param() + "')")
                     << "; only the batch may vary: export with fixed sizes";
    if (isBatch && dimension.dim_value() > 0)
      fixedBatch = dimension.dim_value();
    shape.push_back(isBatch ? ShapedType::kDynamic : dimension.dim_value());
  }
  if (shape.empty())
    return error() << "input '" << input.name() << "' has no shape";
  return RankedTensorType::get(shape,
                               isDouble ? Type(builder.getF64Type()) : Type(builder.getF32Type()));
}

LogicalResult Graph::createFunction(ModuleOp module) {
  SmallVector<Type> types;
  SmallVector<const ValueInfoProto *> inputs;
  for (const ValueInfoProto &input : model.graph().input()) {
    if (find(input.name()))
      continue; // an initializer that old files list as an input, too
    FailureOr<RankedTensorType> type = getInputType(input);
    if (failed(type))
      return failure();
    types.push_back(*type);
    inputs.push_back(&input);
  }
  builder.setInsertionPointToEnd(module.getBody());
  function = builder.create<func::FuncOp>(NameLoc::get(builder.getStringAttr(file)), "main",
                                          builder.getFunctionType(types, {}));
  Block *block = function.addEntryBlock();
  for (auto [i, input] : llvm::enumerate(inputs)) {
    function.setArgAttr(i, "ann.name", builder.getStringAttr(input->name()));
    values[input->name()].value = block->getArgument(i);
  }
  builder.setInsertionPointToEnd(block);
  return success();
}

LogicalResult Graph::define(const Node &node, const std::string &name, Known known) {
  if (find(name))
    return node.error() << "defines '" << name << "' a second time";
  values[name] = std::move(known);
  return success();
}

LogicalResult Graph::importNode(const NodeProto &proto) {
  Node node(*this, proto);
  if (proto.output_size() == 0)
    return node.error() << "has no output";
  for (const std::string &input : proto.input())
    if (!input.empty() && !find(input))
      return node.error() << "input '" << input << "' is defined by no node before it";
  FailureOr<bool> done = importIntegers(node);
  if (failed(done))
    return failure();
  if (*done)
    return success();
  auto handler = getHandlers().find(proto.op_type());
  if (handler == getHandlers().end())
    return node.error() << "can only compute shapes, and its inputs are not known integers";
  FailureOr<Value> result = handler->second(node);
  if (failed(result) || failed(node.checkAttributes()))
    return failure();
  for (int i = 1; i < proto.output_size(); ++i)
    if (!proto.output(i).empty())
      for (const NodeProto &other : model.graph().node())
        if (llvm::is_contained(other.input(), proto.output(i)))
          return node.error() << "output '" << proto.output(i)
                              << "' is used, but only the first output is supported";
  Known known;
  known.value = *result;
  return define(node, proto.output(0), std::move(known));
}

/// The shape of a node's first input, with the batch as a symbol.
FailureOr<std::vector<int64_t>> Graph::getShape(Node &node) {
  Known *known = node.hasInput(0) ? find(node.proto.input(0)) : nullptr;
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

/// Constants, and nodes that compute on known integers. Returns whether the node was one of those.
FailureOr<bool> Graph::importIntegers(Node &node) {
  const NodeProto &proto = node.proto;
  Known known;
  std::string reason;
  if (proto.op_type() == "Constant" && node.hasAttribute("value")) {
    FailureOr<Numbers> numbers = readTensor(node.getAttribute("value")->t(), folder, reason);
    if (failed(numbers))
      return node.error() << "value cannot be read: " << reason;
    if (auto *floats = std::get_if<Floats>(&*numbers))
      known.floats = std::move(*floats);
    else
      known.integers = std::move(std::get<Integers>(*numbers));
  } else if (proto.op_type() == "Constant" &&
             (node.hasAttribute("value_float") || node.hasAttribute("value_floats"))) {
    const AttributeProto *list = node.getAttribute("value_floats");
    Floats floats;
    if (list) {
      floats.shape = {list->floats_size()};
      floats.values.assign(list->floats().begin(), list->floats().end());
    } else {
      floats.values = {node.getFloat("value_float", 0)};
    }
    known.floats = std::move(floats);
  } else if (proto.op_type() == "Constant" && node.hasAttribute("value_int")) {
    known.integers = Integers::scalar(node.getInt("value_int", 0));
  } else if (proto.op_type() == "Constant" && node.hasAttribute("value_ints")) {
    known.integers = Integers::list(node.getInts("value_ints", {}));
  } else if (proto.op_type() == "Constant") {
    return node.error() << "has none of the attributes value, value_float(s), value_int(s)";
  } else if (proto.op_type() == "Shape") {
    FailureOr<std::vector<int64_t>> sizes = getShape(node);
    if (failed(sizes))
      return failure();
    std::vector<int64_t> &shape = *sizes;
    auto rank = static_cast<int64_t>(shape.size());
    int64_t start = node.getInt("start", 0), end = node.getInt("end", rank);
    start = std::clamp(start < 0 ? start + rank : start, int64_t{0}, rank);
    end = std::clamp(end < 0 ? end + rank : end, start, rank);
    known.integers = Integers::list({shape.begin() + start, shape.begin() + end});
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
    FailureOr<Integers> result = computeIntegers(node, inputs, reason);
    if (failed(result))
      return node.error() << reason;
    known.integers = std::move(*result);
  }
  if (failed(define(node, proto.output(0), std::move(known))))
    return failure();
  return true;
}

LogicalResult Graph::createReturn() {
  SmallVector<Value> results;
  SmallVector<Type> types;
  for (const ValueInfoProto &output : model.graph().output()) {
    Known *known = find(output.name());
    if (!known)
      return error() << "output '" << output.name() << "' is defined by no node";
    if (!known->value)
      return error() << "output '" << output.name() << "' does not depend on the input";
    results.push_back(known->value);
    types.push_back(known->value.getType());
  }
  if (results.empty())
    return error() << "has no output";
  builder.create<func::ReturnOp>(function.getLoc(), results);
  function.setType(builder.getFunctionType(function.getArgumentTypes(), types));
  for (auto [i, output] : llvm::enumerate(model.graph().output()))
    function.setResultAttr(i, "ann.name", builder.getStringAttr(output.name()));
  return success();
}

} // namespace snnc::onnx_import
