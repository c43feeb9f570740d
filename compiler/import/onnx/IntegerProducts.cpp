//===- ConvInteger and MatMulInteger: sums of products of integers ----------------------------------------===//
#include "compiler/import/onnx/Graph.h"
#include "compiler/import/onnx/Quantized.h"
#include "compiler/import/onnx/Windows.h"
#include "dialects/support/Constants.h"

using namespace mlir;

namespace snnc::onnx_import {

namespace {

/// An operand of ConvInteger or MatMulInteger: integers minus their zero point, in the units of an activation.
struct IntegerOperand {
  Value value;
  double scale = 1;
  std::vector<std::string> symbols;
};

FailureOr<IntegerOperand> getIntegerOperand(Node &node, int64_t index, int64_t zeroInput,
                                            int64_t axis) {
  Known *known = node.getKnown(index);
  if (known && known->quantized && !known->quantized->symbols.empty()) {
    if (failed(checkDynamicZero(node, *known->quantized, zeroInput)))
      return failure();
    return IntegerOperand{known->value, known->quantized->scale, known->quantized->symbols};
  }
  std::vector<int64_t> zeros{0};
  if (node.hasInput(zeroInput)) {
    FailureOr<std::vector<int64_t>> given = node.getIntegers(zeroInput);
    if (failed(given))
      return failure();
    zeros = *given;
  }
  if (known && known->quantized && zeros.size() == 1) {
    const Quantization &own = *known->quantized;
    FailureOr<Value> value =
        shift(node, known->value, (own.zero - static_cast<double>(zeros[0])) * own.scale);
    if (failed(value))
      return failure();
    return IntegerOperand{*value, own.scale, {}};
  }
  FailureOr<Integers> integers = node.getIntegerTensor(index);
  if (failed(integers))
    return failure();
  ArrayRef<int64_t> shape = integers->shape;
  axis += axis < 0 ? static_cast<int64_t>(shape.size()) : 0;
  if (zeros.size() != 1 && (axis >= static_cast<int64_t>(shape.size()) ||
                            static_cast<int64_t>(zeros.size()) != shape[axis]))
    return node.error() << "has " << zeros.size() << " zero points, which do not fit input "
                        << index;
  int64_t behind = 1;
  for (size_t d = axis + 1; d < shape.size(); ++d)
    behind *= shape[d];
  std::vector<double> numbers;
  for (auto [i, number] : llvm::enumerate(integers->values)) {
    size_t zero = zeros.size() == 1 ? 0 : static_cast<int64_t>(i) / behind % shape[axis];
    numbers.push_back(static_cast<double>(number - zeros[zero]));
  }
  auto type = RankedTensorType::get(shape, node.graph.getElementType());
  return IntegerOperand{node.createConstant(makeConstant(type, numbers)), 1, {}};
}

/// Imports Conv or MatMul on what the integers stand for.
FailureOr<Value> importIntegerProduct(Node &node, bool isConv) {
  FailureOr<IntegerOperand> a = getIntegerOperand(node, 0, 2, isConv ? 1 : -2),
                            b = getIntegerOperand(node, 1, 3, isConv ? 0 : -1);
  if (failed(a) || failed(b))
    return failure();
  FailureOr<Value> value = isConv ? importConvolution(node, a->value, b->value, Value())
                                  : node.create<ann::MatMulOp>(a->value, b->value);
  if (failed(value))
    return failure();
  node.give(
      makeKnown(*value, Quantization{a->scale * b->scale, 0, merge(a->symbols, b->symbols), true}));
  return Value();
}

} // namespace

void addIntegerProductHandlers(HandlerTable &table) {
  table["ConvInteger"] = [](Node &node) { return importIntegerProduct(node, true); };
  table["MatMulInteger"] = [](Node &node) { return importIntegerProduct(node, false); };
}

} // namespace snnc::onnx_import
