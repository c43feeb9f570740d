//===- Operators that work element by element --------------------------------------------------------------------===//
#include "compiler/import/onnx/Node.h"

using namespace mlir;

namespace snnc::onnx_import {

namespace {

template <typename Op>
FailureOr<Value> importUnary(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  return node.create<Op>(*input);
}

/// Operators of one or more inputs, combined pairwise from the left (Sum, Max), or of just two (Add).
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

/// In inference these give what they get.
FailureOr<Value> importIdentity(Node &node) {
  node.getFloat("ratio", 0.5);
  node.getInt("seed", 0);
  return node.getInput(0);
}

FailureOr<Value> importCast(Node &node) {
  int64_t to = node.getInt("to", 0);
  if (to != ONNX_NAMESPACE::TensorProto::FLOAT && to != ONNX_NAMESPACE::TensorProto::DOUBLE)
    return node.error() << "casts an activation to something else than float";
  return node.getInput(0);
}

} // namespace

void addElementwiseHandlers(HandlerTable &table) {
  table["Add"] = importNary<ann::AddOp>;
  table["Cast"] = importCast;
  table["Dropout"] = importIdentity;
  table["Identity"] = importIdentity;
  table["Max"] = importNary<ann::MaxOp>;
  table["Relu"] = importUnary<ann::ReluOp>;
  table["Sum"] = importNary<ann::AddOp>;
}

} // namespace snnc::onnx_import
