#include "compiler/import/onnx/Graph.h"

#include "compiler/import/onnx/Advice.h"
#include "compiler/import/onnx/Quantized.h"
#include "dialects/ann/Attributes.h"
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
    addContribHandlers(handlers);
    addElementwiseHandlers(handlers);
    addIntegerProductHandlers(handlers);
    addLinearHandlers(handlers);
    addNormalizationHandlers(handlers);
    addPoolingHandlers(handlers);
    addQuantizationHandlers(handlers);
    addResizeHandlers(handlers);
    addSelectionHandlers(handlers);
    addShapeHandlers(handlers);
    addWhereHandlers(handlers);
    return handlers;
  }();
  return table;
}

std::string listOperators() { return llvm::join(listONNXOperators(), ", "); }

bool isSupported(const NodeProto &node) {
  std::string op = spellOperator(node);
  return getHandlers().contains(op) || op == "Constant" || op == "If" || isShapeOperator(op);
}

} // namespace

Graph::Graph(ModelProto &model, std::string file, std::string folder, MLIRContext &context,
             Batch batch, std::vector<ONNXNode> *nodes)
    : model(model), file(std::move(file)), folder(std::move(folder)), batch(batch), report(nodes),
      builder(&context), elementType(builder.getF32Type()), maker(model) {}

InFlightDiagnostic Graph::error() const {
  return mlir::emitError(UnknownLoc::get(builder.getContext())) << file << ": ";
}

Known *Graph::find(const std::string &name) {
  auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

ElementsAttr Graph::toElementType(ElementsAttr constant) const {
  auto type = cast<RankedTensorType>(constant.getShapedType());
  if (type.getElementType() == elementType)
    return constant;
  FailureOr<std::vector<double>> numbers = readNumbers(constant);
  return succeeded(numbers) ? makeConstant(type.clone(elementType), *numbers) : constant;
}

FailureOr<OwningOpRef<ModuleOp>> Graph::import() {
  if (!model.has_graph() || model.graph().node_size() + model.graph().output_size() == 0)
    return error() << "has no graph: truncated, or not an ONNX model";
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getUnknownLoc());
  (*module)->setAttr(ann::kSourceAttrName, builder.getStringAttr(file));
  if (failed(makeSteps()) || failed(checkOperators()) ||
      failed(readInitializers(*model.mutable_graph())) || failed(createFunction(*module)))
    return failure();
  if (failed(importSteps(steps)) || failed(createReturn()))
    return failure();
  if (batch != Batch::AsInFile)
    eraseUnused();
  if (failed(verify(*module)))
    return failure();
  return module;
}

LogicalResult Graph::makeSteps() {
  std::shared_ptr<const Opsets> opsets = readOpsets(model.opset_import());
  for (NodeProto &node : *model.mutable_graph()->mutable_node())
    if (data::Status done = maker.append(steps, node, opsets, getName(node)); !done)
      return error() << done.error();
  for (const ValueInfoProto &output : model.graph().output())
    read.insert(output.name());
  markUnread(steps, read);
  for (const Step &step : steps)
    if (failed(checkOpset(step)))
      return failure();
  return success();
}

LogicalResult Graph::checkOpset(const Step &step) {
  int64_t opset = step.opsets->getStandard();
  if (!step.isRead || (opset == 0 && !getDomain(step.node).empty()) ||
      (opset >= kOldestOpset && opset <= kNewestOpset))
    return success();
  return error() << "uses opset " << opset << "; supported are " << kOldestOpset << " to "
                 << kNewestOpset << " (export again with opset_version=17)";
}

/// All nodes, whatever becomes of one of them: every problem is to be known at once.
LogicalResult Graph::importSteps(Steps &steps) {
  bool ok = true;
  for (Step &step : steps) {
    if (!step.isRead) {
      addToReport(step, {step.name, step.op, "", false, true});
      continue;
    }
    auto missing = llvm::find_if(step.node.input(),
                                 [&](const std::string &input) { return lost.contains(input); });
    LogicalResult imported = failure();
    if (missing == step.node.input().end())
      imported = importOrReport(step);
    else
      addToReport(step, {step.name, step.op,
                         "needs the output of node '" + lost.lookup(*missing) + "'", true});
    if (succeeded(imported))
      continue;
    ok = false;
    for (const std::string &output : step.node.output())
      lost[output] = step.name;
  }
  return success(ok);
}

/// Nodes that are imported in parts have one entry, with the first problem of any.
void Graph::addToReport(const Step &step, ONNXNode entry) {
  if (!report)
    return;
  if (!step.isPart)
    return report->push_back(std::move(entry));
  ONNXNode &first = report->back();
  if (first.problem.empty()) {
    first.problem = entry.problem;
    first.isSkipped = entry.isSkipped;
  }
}

LogicalResult Graph::importOrReport(Step &step) {
  if (!report)
    return importStep(step);
  std::string problem;
  LogicalResult imported = failure();
  {
    ScopedDiagnosticHandler capture(builder.getContext(), [&](Diagnostic &diagnostic) {
      std::string text = diagnostic.str();
      size_t start = text.find("): "); // file and node stand in columns of their own
      problem += (problem.empty() ? "" : "; ") +
                 (start == std::string::npos ? text : text.substr(start + strlen("): ")));
      return success();
    });
    imported = importStep(step);
  }
  addToReport(step, {step.name, step.op, problem});
  return imported;
}

/// All unsupported operators in one message, before any work.
LogicalResult Graph::checkOperators() {
  if (report)
    return success(); // each will be reported
  Step *first = nullptr;
  llvm::StringSet<> others;
  for (Step &step : steps) {
    if (!step.isRead || isSupported(step.node))
      continue;
    if (!first)
      first = &step;
    else if (step.op != first->op)
      others.insert(step.op);
  }
  if (!first)
    return success();
  InFlightDiagnostic message = Node(*this, *first).error() << "operator is not supported";
  if (StringRef advice = getAdvice(spellOperator(first->node)); !advice.empty())
    message << " (" << advice << ")";
  if (!others.empty()) {
    SmallVector<StringRef> names(others.keys());
    llvm::sort(names);
    message << ", nor are " << llvm::join(names, ", ");
  }
  return message << "; supported are " << listOperators();
}

LogicalResult Graph::readInitializers(GraphProto &graph) {
  for (TensorProto &tensor : *graph.mutable_initializer()) {
    if (&graph == &model.graph() && !read.contains(tensor.name()))
      continue;
    data::Result<Numbers> numbers = readTensor(tensor, folder, *builder.getContext());
    if (!numbers)
      return error() << "initializer '" << tensor.name() << "' cannot be read: " << numbers.error();
    values[tensor.name()] = toKnown(std::move(*numbers));
  }
  return success();
}

LogicalResult Graph::define(const Node &node, const std::string &name, Known known) {
  if (find(name))
    return node.error() << "defines '" << name << "' a second time";
  values[name] = std::move(known);
  return success();
}

LogicalResult Graph::importStep(Step &step) {
  Node node(*this, step);
  if (!isSupported(step.node)) {
    InFlightDiagnostic message = node.error() << "operator is not supported";
    if (StringRef advice = getAdvice(spellOperator(step.node)); !advice.empty())
      message << "; " << advice;
    return message;
  }
  if (step.node.output_size() == 0)
    return node.error() << "has no output";
  for (const std::string &input : step.node.input())
    if (!input.empty() && !find(input))
      return node.error() << "input '" << input << "' is defined by no node before it";
  if (spellOperator(step.node) == "If")
    return importIf(node);
  FailureOr<bool> done = importIntegers(node);
  if (failed(done) || *done)
    return done;
  done = importOfQuantized(node);
  if (failed(done))
    return failure();
  if (*done)
    return defineOutputs(node, {});
  auto handler = getHandlers().find(spellOperator(step.node));
  if (handler == getHandlers().end())
    return node.error() << "can only compute shapes, and its inputs are not known integers";
  FailureOr<Value> result = handler->second(node);
  if (failed(result) || failed(node.checkAttributes()))
    return failure();
  return defineOutputs(node, *result);
}

/// Takes the branch of a condition that is known.
LogicalResult Graph::importIf(Node &node) {
  Known *condition = node.getKnown(0);
  if (!condition || !condition->integers || condition->integers->values.size() != 1 ||
      condition->integers->values[0] == kBatch)
    return node.error() << "its condition depends on data; export the network without control flow";
  bool isTrue = condition->integers->values[0] != 0;
  AttributeProto *branch = node.getAttribute(isTrue ? "then_branch" : "else_branch");
  if (!branch || !branch->has_g())
    return node.error() << "has no branch for its condition";
  GraphProto graph;
  graph.Swap(branch->mutable_g());
  Steps inner;
  if (data::Status done = maker.appendBranch(inner, graph, node.step.opsets, node.getName()); !done)
    return node.error() << done.error();
  llvm::StringSet<> needed;
  for (const ValueInfoProto &output : graph.output())
    needed.insert(output.name());
  markUnread(inner, needed);
  for (const Step &step : inner)
    if (failed(checkOpset(step)))
      return failure();
  if (failed(readInitializers(graph)) || failed(importSteps(inner)))
    return failure();
  for (int i = 0; i < std::min(graph.output_size(), node.proto.output_size()); ++i) {
    Known *known = find(graph.output(i).name());
    if (!known)
      return node.error() << "output '" << graph.output(i).name()
                          << "' of its branch is defined by no node";
    if (!node.proto.output(i).empty() && failed(define(node, node.proto.output(i), *known)))
      return failure();
  }
  return success();
}

LogicalResult Graph::defineOutputs(Node &node, Value first) {
  SmallVector<Known> results;
  if (node.getGiven().empty()) {
    FailureOr<std::optional<Quantization>> quantized = getMovedQuantization(node);
    if (failed(quantized))
      return failure();
    results.push_back(makeKnown(first, *quantized));
    for (Value value : node.getMoreOutputs())
      results.push_back(value ? makeKnown(value, *quantized) : Known()); // null: nobody may read it
  } else {
    llvm::append_range(results, node.getGiven());
  }
  for (auto [i, name] : llvm::enumerate(node.proto.output())) {
    if (name.empty())
      continue;
    bool isNothing =
        node.getGiven().empty() && i > 0 && i < results.size() && !node.getMoreOutputs()[i - 1];
    if (i < results.size() && !isNothing) {
      if (failed(define(node, name, std::move(results[i]))))
        return failure();
    } else if (read.contains(name)) {
      return node.error() << "output '" << name
                          << "' is used, but only the first output is supported";
    }
  }
  return success();
}

} // namespace snnc::onnx_import

namespace snnc {

std::vector<std::string> listONNXOperators() {
  std::vector<std::string> names;
  for (StringRef name : onnx_import::getHandlers().keys())
    names.push_back(name.str());
  llvm::append_range(names, onnx_import::listQuantizedOperators());
  llvm::sort(names);
  return names;
}

} // namespace snnc
