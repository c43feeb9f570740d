#include "compiler/import/onnx/Graph.h"

#include "compiler/import/onnx/Advice.h"
#include "dialects/support/Constants.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace ONNX_NAMESPACE;

namespace snnc::onnx_import {

namespace {

const HandlerTable &getHandlers() {
  static const HandlerTable table = [] {
    HandlerTable handlers;
    addArithmeticHandlers(handlers);
    addElementwiseHandlers(handlers);
    addLinearHandlers(handlers);
    addNormalizationHandlers(handlers);
    addPoolingHandlers(handlers);
    addSelectionHandlers(handlers);
    addShapeHandlers(handlers);
    addWhereHandlers(handlers);
    return handlers;
  }();
  return table;
}

std::string listOperators() { return llvm::join(listONNXOperators(), ", "); }

bool isSupported(const NodeProto &node) {
  bool isStandard = node.domain().empty() || node.domain() == "ai.onnx";
  return isStandard && (getHandlers().contains(node.op_type()) || node.op_type() == "Constant" ||
                        isShapeOperator(node.op_type()));
}

} // namespace

Graph::Graph(ModelProto &model, std::string file, std::string folder, MLIRContext &context,
             Batch batch, std::vector<ONNXNode> *nodes)
    : model(model), file(std::move(file)), folder(std::move(folder)), batch(batch), report(nodes),
      builder(&context) {}

InFlightDiagnostic Graph::error() const {
  return mlir::emitError(UnknownLoc::get(builder.getContext())) << file << ": ";
}

/// What a node gives that computes on integers: floats where it casts known ones to floats.
static Known castToFloats(Node &node, Integers integers) {
  Known known;
  Builder builder(node.location.getContext());
  int64_t to = node.op() == "Cast" ? node.getInt("to", 0) : 0;
  Type type = to == TensorProto::DOUBLE  ? Type(builder.getF64Type())
              : to == TensorProto::FLOAT ? Type(builder.getF32Type())
                                         : Type();
  if (!type || llvm::is_contained(integers.values, kBatch)) {
    known.integers = std::move(integers);
    return known;
  }
  std::vector<double> numbers(integers.values.begin(), integers.values.end());
  known.floats = makeConstant(RankedTensorType::get(integers.shape, type), numbers);
  return known;
}

static Known toKnown(Numbers numbers) {
  Known known;
  if (auto *floats = std::get_if<ElementsAttr>(&numbers))
    known.floats = *floats;
  else
    known.integers = std::move(std::get<Integers>(numbers));
  return known;
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
  if (failed(importNodes()) || failed(createReturn()) || failed(verify(*module)))
    return failure();
  return module;
}

/// All nodes, whatever becomes of one of them: every problem is to be known at once.
LogicalResult Graph::importNodes() {
  bool ok = true;
  for (NodeProto &proto : *model.mutable_graph()->mutable_node()) {
    auto missing = llvm::find_if(proto.input(),
                                 [&](const std::string &input) { return lost.contains(input); });
    LogicalResult imported = failure();
    std::string name = Node(*this, proto).getName();
    if (missing == proto.input().end())
      imported = importOrReport(proto);
    else if (report)
      report->push_back({name, proto.op_type(),
                         "needs the output of node '" + lost.lookup(*missing) + "'", true});
    if (succeeded(imported))
      continue;
    ok = false;
    for (const std::string &output : proto.output())
      lost[output] = name;
  }
  return success(ok);
}

LogicalResult Graph::importOrReport(NodeProto &proto) {
  if (!report)
    return importNode(proto);
  Node node(*this, proto);
  std::string problem;
  ScopedDiagnosticHandler capture(builder.getContext(), [&](Diagnostic &diagnostic) {
    std::string text = diagnostic.str();
    size_t start = text.find("): "); // file and node stand in columns of their own
    problem += (problem.empty() ? "" : "; ") +
               (start == std::string::npos ? text : text.substr(start + strlen("): ")));
    return success();
  });
  LogicalResult imported = importNode(proto);
  report->push_back({node.getName(), proto.op_type(), problem, false});
  return imported;
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
  if (report)
    return success(); // each will be reported
  NodeProto *first = nullptr;
  llvm::StringSet<> others;
  for (NodeProto &node : *model.mutable_graph()->mutable_node()) {
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
  if (StringRef advice = getAdvice(first->op_type()); !advice.empty())
    message << " (" << advice << ")";
  if (!others.empty()) {
    SmallVector<StringRef> names(others.keys());
    llvm::sort(names);
    message << ", nor are " << llvm::join(names, ", ");
  }
  return message << "; supported are " << listOperators();
}

LogicalResult Graph::readInitializers() {
  for (TensorProto &tensor : *model.mutable_graph()->mutable_initializer()) {
    std::string reason;
    FailureOr<Numbers> numbers = readTensor(tensor, folder, *builder.getContext(), reason);
    if (failed(numbers))
      return error() << "initializer '" << tensor.name() << "' cannot be read: " << reason;
    values[tensor.name()] = toKnown(std::move(*numbers));
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
    bool isFixed = dimension.dim_value() > 0;
    if (isBatch && isFixed && batch == Batch::Dynamic)
      fixedBatch = dimension.dim_value();
    if (isBatch && batch == Batch::One)
      shape.push_back(1);
    else if (isBatch && !(isFixed && batch == Batch::AsInFile))
      shape.push_back(ShapedType::kDynamic);
    else
      shape.push_back(dimension.dim_value());
  }
  if (shape.empty() && batch != Batch::AsInFile)
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

LogicalResult Graph::importNode(NodeProto &proto) {
  Node node(*this, proto);
  if (!isSupported(proto)) {
    InFlightDiagnostic message = node.error() << "operator is not supported";
    if (StringRef advice = getAdvice(proto.op_type()); !advice.empty())
      message << "; " << advice;
    return message;
  }
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
  return defineOutputs(node, *result);
}

LogicalResult Graph::defineOutputs(Node &node, Value first) {
  SmallVector<Value> results{first};
  llvm::append_range(results, node.getMoreOutputs());
  for (auto [i, name] : llvm::enumerate(node.proto.output())) {
    if (name.empty())
      continue;
    if (i < results.size()) {
      Known known;
      known.value = results[i];
      if (failed(define(node, name, std::move(known))))
        return failure();
      continue;
    }
    for (const NodeProto &other : model.graph().node())
      if (llvm::is_contained(other.input(), name))
        return node.error() << "output '" << name
                            << "' is used, but only the first output is supported";
  }
  return success();
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

/// A Constant, in all the ways to write one.
FailureOr<Known> Graph::importConstant(Node &node) {
  Known known;
  if (AttributeProto *value = node.getAttribute("value")) {
    std::string reason;
    FailureOr<Numbers> numbers =
        readTensor(*value->mutable_t(), folder, *builder.getContext(), reason);
    if (failed(numbers))
      return node.error() << "value cannot be read: " << reason;
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
  if (proto.op_type() == "Constant") {
    FailureOr<Known> constant = importConstant(node);
    if (failed(constant))
      return failure();
    known = std::move(*constant);
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
    std::string reason;
    FailureOr<Integers> result = computeIntegers(node, inputs, reason);
    if (failed(result))
      return node.error() << reason;
    known = castToFloats(node, std::move(*result));
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

namespace snnc {

std::vector<std::string> listONNXOperators() {
  std::vector<std::string> names;
  for (StringRef name : onnx_import::getHandlers().keys())
    names.push_back(name.str());
  llvm::sort(names);
  return names;
}

} // namespace snnc
