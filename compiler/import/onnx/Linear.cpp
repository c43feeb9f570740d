//===- Operators with weights -----------------------------------------------------------------------------------------===//
#include "compiler/import/onnx/Windows.h"
#include "dialects/support/Constants.h"

using namespace mlir;

namespace snnc::onnx_import {

namespace {

FailureOr<Value> getOptionalInput(Node &node, int64_t index) {
  return node.hasInput(index) ? node.getInput(index) : FailureOr<Value>(Value());
}

FailureOr<Value> importConv(Node &node) {
  FailureOr<Value> input = node.getInput(0), weight = node.getInput(1),
                   bias = getOptionalInput(node, 2);
  if (failed(input) || failed(weight) || failed(bias))
    return failure();
  ArrayRef<int64_t> shape = Node::shapeOf(*weight);
  if (shape.size() != Node::shapeOf(*input).size() || shape.size() < 3)
    return node.error() << "input and weight must have the same 3 to 5 dimensions, found "
                        << Node::shapeOf(*input).size() << " and " << shape.size();
  FailureOr<Windows> windows = readWindows(node, Node::shapeOf(*input), shape.drop_front(2));
  if (failed(windows))
    return failure();
  return node.create<ann::ConvOp>(*input, *weight, *bias, windows->strides, windows->pads,
                                  windows->dilations,
                                  static_cast<uint64_t>(node.getInt("group", 1)));
}

/// A constant times a number; the value itself when that is 1.
FailureOr<Value> scaleConstant(Node &node, Value value, double factor, StringRef name) {
  if (factor == 1)
    return value;
  std::optional<std::vector<double>> numbers = readConstant(value);
  if (!numbers)
    return node.error() << name << " is " << factor << ", which needs constant weights";
  for (double &number : *numbers)
    number *= factor;
  auto type = cast<RankedTensorType>(value.getType());
  return node.createConstant({type.getShape().vec(), *numbers, type.getElementType().isF64()});
}

/// C of a Gemm as one bias per column; a scalar or 1 x M as well as M.
FailureOr<Value> shapeBias(Node &node, Value bias, int64_t columns) {
  std::optional<std::vector<double>> numbers = readConstant(bias);
  if (!numbers || (numbers->size() != 1 && static_cast<int64_t>(numbers->size()) != columns))
    return node.error() << "C must be a constant with one number per column";
  if (numbers->size() == 1)
    numbers->assign(columns, numbers->front());
  bool isDouble = cast<RankedTensorType>(bias.getType()).getElementType().isF64();
  return node.createConstant({{columns}, *numbers, isDouble});
}

FailureOr<Value> importGemm(Node &node) {
  FailureOr<Value> input = node.getInput(0), weight = node.getInput(1),
                   bias = getOptionalInput(node, 2);
  double alpha = node.getFloat("alpha", 1), beta = node.getFloat("beta", 1);
  bool transposeA = node.getInt("transA", 0) != 0, transposeB = node.getInt("transB", 0) != 0;
  if (failed(input) || failed(weight) || failed(bias))
    return failure();
  if (Node::shapeOf(*weight).size() != 2)
    return node.error() << "B must be a matrix, found " << Node::shapeOf(*weight).size()
                        << " dimensions";
  if (transposeA)
    input = node.create<ann::TransposeOp>(*input, ArrayRef<int64_t>{1, 0});
  weight = scaleConstant(node, *weight, alpha, "alpha");
  if (failed(input) || failed(weight))
    return failure();
  if (*bias) {
    bias = shapeBias(node, *bias, Node::shapeOf(*weight)[transposeB ? 0 : 1]);
    if (succeeded(bias))
      bias = scaleConstant(node, *bias, beta, "beta");
    if (failed(bias))
      return failure();
  }
  return node.create<ann::GemmOp>(*input, *weight, *bias, transposeB);
}

FailureOr<Value> importMatMul(Node &node) {
  FailureOr<Value> lhs = node.getInput(0), rhs = node.getInput(1);
  if (failed(lhs) || failed(rhs))
    return failure();
  return node.create<ann::MatMulOp>(*lhs, *rhs);
}

FailureOr<Value> importBatchNorm(Node &node) {
  SmallVector<Value> inputs;
  for (int64_t i = 0; i < 5; ++i) {
    FailureOr<Value> input = node.getInput(i);
    if (failed(input))
      return failure();
    inputs.push_back(*input);
  }
  node.getFloat("momentum", 0.9); // of training
  node.getInt("spatial", 1);
  if (node.getInt("training_mode", 0) != 0)
    return node.error() << "is in training mode; export the model with model.eval()";
  return node.create<ann::BatchNormOp>(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4],
                                       llvm::APFloat(node.getFloat("epsilon", 1e-5)));
}

} // namespace

void addLinearHandlers(HandlerTable &table) {
  table["BatchNormalization"] = importBatchNorm;
  table["Conv"] = importConv;
  table["Gemm"] = importGemm;
  table["MatMul"] = importMatMul;
}

} // namespace snnc::onnx_import
