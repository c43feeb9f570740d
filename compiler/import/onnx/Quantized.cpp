#include "compiler/import/onnx/Quantized.h"

#include "compiler/import/onnx/Graph.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <array>
#include <cmath>

using namespace mlir;
using ONNX_NAMESPACE::TensorProto;

namespace snnc::onnx_import {

bool isFloatType(int64_t type) {
  return type == TensorProto::FLOAT || type == TensorProto::DOUBLE ||
         type == TensorProto::FLOAT16 || type == TensorProto::BFLOAT16;
}

static ElementsAttr makeScalar(Node &node, double number) {
  auto type = RankedTensorType::get({}, node.graph.getElementType());
  return makeConstant(type, ArrayRef<double>(number));
}

ElementsAttr getConstant(const Known &known) {
  return known.value ? getConstantAttr(known.value) : known.floats;
}

static FailureOr<Value> multiply(Node &node, Value value, ElementsAttr factors) {
  FailureOr<std::vector<double>> numbers = readNumbers(factors);
  if (succeeded(numbers) && llvm::all_of(*numbers, [](double number) { return number == 1; }))
    return value;
  return node.create<ann::MulOp>(value, node.createConstant(node.graph.toElementType(factors)));
}

FailureOr<Value> multiply(Node &node, Value value, double factor) {
  return multiply(node, value, makeScalar(node, factor));
}

FailureOr<Value> shift(Node &node, Value value, double by) {
  return by == 0 ? FailureOr<Value>(value)
                 : node.create<ann::AddOp>(value, node.createConstant(makeScalar(node, by)));
}

std::vector<std::string> merge(const std::vector<std::string> &a,
                               const std::vector<std::string> &b) {
  std::vector<std::string> all = a;
  llvm::append_range(all, b);
  llvm::sort(all);
  return all;
}

Known makeKnown(Value value, std::optional<Quantization> quantized) {
  Known known;
  known.value = value;
  known.quantized = std::move(quantized);
  return known;
}

namespace {

/// Operators that give elements of their inputs, or the larger of two, as they are.
bool isMove(StringRef op) {
  return llvm::StringSwitch<bool>(op)
      .Cases("Concat", "DepthToSpace", "Dropout", "Expand", "Flatten", "Gather", true)
      .Cases("GlobalMaxPool", "Identity", "MaxPool", "Pad", "Reshape", "Slice", true)
      .Cases("SpaceToDepth", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze", true)
      .Default(false);
}

/// `factors` times `other`; either may be null, which counts as 1.
FailureOr<ElementsAttr> multiplyConstants(Node &node, ElementsAttr factors, ElementsAttr other) {
  if (!factors || !other)
    return factors ? factors : other;
  FailureOr<Value> product =
      node.create<ann::MulOp>(node.createConstant(node.graph.toElementType(factors)),
                              node.createConstant(node.graph.toElementType(other)));
  ElementsAttr constant = succeeded(product) ? getConstantAttr(*product) : ElementsAttr();
  if (!constant)
    return node.error() << "multiplies scales that are too large";
  return constant;
}

//===- Ordinary operators on quantized tensors ---------------------------------------------------------------===//

LogicalResult importCast(Node &node, const Known &input) {
  int64_t to = node.getInt("to", 0);
  Quantization quantized = *input.quantized;
  if (isFloatType(to)) {
    quantized.isInteger = false;
    node.give(
        makeKnown(input.value, quantized.isIdentity() ? std::nullopt : std::optional(quantized)));
    return success();
  }
  if (!quantized.isInteger || (to != TensorProto::INT32 && to != TensorProto::INT64))
    return node.error() << "casts an activation to something else than float";
  node.give(makeKnown(input.value, quantized));
  return success();
}

/// Numbers in units of their scale, times that scale.
LogicalResult importMul(Node &node, const Known &input, const Known &other) {
  Quantization quantized = *input.quantized;
  if (quantized.isInteger || quantized.zero != 0)
    return node.error()
           << "multiplies integers that depend on the network's input; cast them to float first";
  ElementsAttr factors = other.scale ? other.scale->factors : getConstant(other);
  if (!factors && !other.scale)
    return node.error() << "multiplies something in units that depend on the data by an activation";
  if (other.scale && other.scale->symbols != quantized.symbols)
    return node.error() << "multiplies by a scale that is not that of its input";
  FailureOr<ElementsAttr> all =
      multiplyConstants(node, makeScalar(node, 1 / quantized.scale), factors);
  FailureOr<Value> value =
      failed(all) ? FailureOr<Value>(failure()) : multiply(node, input.value, *all);
  if (failed(value))
    return failure();
  std::optional<Quantization> left;
  if (!other.scale && !quantized.symbols.empty())
    left = Quantization{1, 0, quantized.symbols, false};
  node.give(makeKnown(*value, left));
  return success();
}

/// A bias of integers on sums of integers.
LogicalResult importAdd(Node &node, const Known &input, const Known &other) {
  const Quantization &quantized = *input.quantized;
  if (!other.integers || !quantized.symbols.empty())
    return node.error()
           << "adds to integers that depend on the network's input; cast them to float first";
  std::vector<double> numbers;
  for (int64_t number : other.integers->values)
    numbers.push_back(static_cast<double>(number) * quantized.scale);
  auto type = RankedTensorType::get(other.integers->shape, node.graph.getElementType());
  FailureOr<Value> sum =
      node.create<ann::AddOp>(input.value, node.createConstant(makeConstant(type, numbers)));
  if (failed(sum))
    return failure();
  node.give(makeKnown(*sum, quantized));
  return success();
}

/// Two scales, one or both of which depend on the data.
LogicalResult importScaleMul(Node &node, const Known &a, const Known &b) {
  DynamicScale product;
  ElementsAttr factors[2];
  for (auto [i, known] : llvm::enumerate(std::array{&a, &b})) {
    factors[i] = known->scale ? known->scale->factors : getConstant(*known);
    if (!known->scale && !factors[i])
      return node.error() << "multiplies a scale that depends on the data by an activation";
    if (known->scale)
      product.symbols = merge(product.symbols, known->scale->symbols);
  }
  FailureOr<ElementsAttr> all = multiplyConstants(node, factors[0], factors[1]);
  if (failed(all))
    return failure();
  product.factors = *all;
  Known known;
  known.scale = std::move(product);
  node.give(std::move(known));
  return success();
}

} // namespace

std::optional<std::pair<double, double>> getIntegerRange(int32_t type) {
  using Range = std::pair<double, double>;
  switch (type) {
  case TensorProto::UINT8:
    return Range{0, 255};
  case TensorProto::INT8:
    return Range{-128, 127};
  case TensorProto::UINT16:
    return Range{0, 65535};
  case TensorProto::INT16:
    return Range{-32768, 32767};
  case TensorProto::INT32:
    return Range{-0x1p31, 0x1p31 - 1};
  case kUInt4:
    return Range{0, 15};
  case kInt4:
    return Range{-8, 7};
  default:
    return std::nullopt;
  }
}

FailureOr<Value> toNumbers(Node &node, Known &known) {
  FailureOr<Value> value = multiply(node, known.value, 1 / known.quantized->scale);
  if (succeeded(value))
    value = shift(node, *value, known.quantized->zero);
  if (failed(value))
    return failure();
  known.value = *value;
  known.quantized.reset();
  return known.value;
}

LogicalResult checkDynamicZero(Node &node, const Quantization &quantized, int64_t zeroInput) {
  Known *zero = node.getKnown(zeroInput);
  if (quantized.symbols.size() != 1 || !zero || zero->zeroOf != quantized.symbols[0])
    return node.error() << "input " << zeroInput
                        << " is not the zero point of its dynamically quantized input";
  return success();
}

FailureOr<bool> importOfQuantized(Node &node) {
  StringRef op = node.op();
  Known *a = node.getKnown(0), *b = node.getKnown(1);
  bool isBinary = a && b && node.inputCount() == 2;
  if (op == "Cast" && a && a->quantized)
    return failed(importCast(node, *a)) ? FailureOr<bool>(failure()) : true;
  if (op == "Mul" && isBinary) {
    if (a->quantized && b->quantized)
      return node.error() << "multiplies two activations in units of their scales";
    if (a->quantized || b->quantized) {
      LogicalResult done = a->quantized ? importMul(node, *a, *b) : importMul(node, *b, *a);
      return failed(done) ? FailureOr<bool>(failure()) : true;
    }
    if (a->scale || b->scale)
      return failed(importScaleMul(node, *a, *b)) ? FailureOr<bool>(failure()) : true;
  }
  if (op == "Add" && isBinary && a->quantized.has_value() != b->quantized.has_value()) {
    if (b->quantized)
      std::swap(a, b);
    if (a->quantized->isInteger)
      return failed(importAdd(node, *a, *b)) ? FailureOr<bool>(failure()) : true;
  }
  if (isMove(op))
    node.takeQuantized();
  return false;
}

FailureOr<std::optional<Quantization>> getMovedQuantization(Node &node) {
  std::optional<Quantization> common;
  bool isMixed = false, isAny = false;
  for (int64_t i = 0; i < node.inputCount(); ++i) {
    Known *known = node.getKnown(i);
    if (!known || !known->value)
      continue;
    isMixed |= isAny && known->quantized != common;
    common = known->quantized;
    isAny = true;
  }
  if (!isMove(node.op()))
    return std::optional<Quantization>();
  if (isMixed)
    return node.error() << "joins tensors that are quantized differently; dequantize them first";
  return common;
}

} // namespace snnc::onnx_import
