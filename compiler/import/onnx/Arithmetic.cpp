//===- Arithmetic of several inputs, element by element ------------------------------------------------------------===//
#include "compiler/import/onnx/Handlers.h"

#include "dialects/support/Numbers.h"

using namespace mlir;

namespace snnc::onnx_import {

namespace {

FailureOr<Value> importSquare(Node &node, Value input) { return node.create<ann::SquareOp>(input); }

template <typename Op>
FailureOr<Value> importBinary(Node &node) {
  FailureOr<Value> lhs = node.getInput(0), rhs = node.getInput(1);
  if (failed(lhs) || failed(rhs))
    return failure();
  return node.create<Op>(*lhs, *rhs);
}

/// Operators of one or more inputs, combined pairwise from the left.
template <typename Op>
FailureOr<Value> importNary(Node &node) {
  FailureOr<Value> result = node.getInput(0);
  for (int64_t i = 1; i < node.inputCount() && succeeded(result); ++i) {
    FailureOr<Value> next = node.getInput(i);
    if (failed(next))
      return failure();
    result = node.create<Op>(*result, *next);
  }
  return result;
}

FailureOr<Value> importMean(Node &node) {
  FailureOr<Value> sum = importNary<ann::AddOp>(node);
  return failed(sum) ? sum : scaleBy(node, *sum, 1.0 / static_cast<double>(node.inputCount()));
}

FailureOr<Value> importMul(Node &node) {
  FailureOr<Value> lhs = node.getInput(0), rhs = node.getInput(1);
  if (failed(lhs) || failed(rhs))
    return failure();
  return *lhs == *rhs ? importSquare(node, *lhs) : node.create<ann::MulOp>(*lhs, *rhs);
}

/// Powers that have a neuron, or can be built of those that do.
FailureOr<Value> importPow(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  FailureOr<double> exponent = node.getNumber(1);
  if (failed(input) || failed(exponent))
    return failure();
  if (*exponent == 1)
    return *input;
  if (*exponent == 2)
    return importSquare(node, *input);
  if (*exponent == 3) {
    FailureOr<Value> square = importSquare(node, *input);
    if (failed(square))
      return failure();
    return node.create<ann::MulOp>(*input, *square);
  }
  if (*exponent == 4) {
    FailureOr<Value> square = importSquare(node, *input);
    if (failed(square))
      return failure();
    return importSquare(node, *square);
  }
  if (*exponent == 0.5)
    return node.create<ann::SqrtOp>(*input);
  if (*exponent == -1)
    return node.create<ann::ReciprocalOp>(*input);
  if (*exponent == -0.5) {
    FailureOr<Value> root = node.create<ann::SqrtOp>(*input);
    if (failed(root))
      return failure();
    return node.create<ann::ReciprocalOp>(*root);
  }
  return node.error() << "exponent " << showNumber(*exponent)
                      << " is not supported; 1, 2, 3, 4, 0.5, -0.5 and -1 are";
}

} // namespace

void addArithmeticHandlers(HandlerTable &table) {
  table["Add"] = importBinary<ann::AddOp>;
  table["Div"] = importBinary<ann::DivOp>;
  table["Max"] = importNary<ann::MaxOp>;
  table["Mean"] = importMean;
  table["Min"] = importNary<ann::MinOp>;
  table["Mul"] = importMul;
  table["Pow"] = importPow;
  table["Sub"] = importBinary<ann::SubOp>;
  table["Sum"] = importNary<ann::AddOp>;
}

} // namespace snnc::onnx_import
