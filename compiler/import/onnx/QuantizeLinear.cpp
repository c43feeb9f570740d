//===- QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear --------------------------------------------===//
#include "compiler/import/onnx/Graph.h"
#include "compiler/import/onnx/Quantized.h"
#include "dialects/ann/Attributes.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace mlir;
using ONNX_NAMESPACE::TensorProto;

namespace snnc::onnx_import {

namespace {

/// Scale and zero point of a node, along one dimension where there are several.
struct Units {
  std::vector<double> scales, zeros;
  std::vector<int64_t> shape;        ///< of the scales
  int32_t type = TensorProto::UINT8; ///< of the integers
};

FailureOr<Units> readUnits(Node &node, int64_t scaleInput, int64_t zeroInput) {
  Units units;
  FailureOr<std::vector<double>> scales = node.getNumbers(scaleInput);
  if (failed(scales))
    return failure();
  units.scales = *scales;
  Known *scale = node.getKnown(scaleInput);
  units.shape = scale->integers ? scale->integers->shape
                                : getConstant(*scale).getShapedType().getShape().vec();
  for (double number : units.scales)
    if (!(number > 0) || !std::isfinite(number))
      return node.error() << "scale must be positive, found " << showNumber(number);
  if (int64_t type = node.getInt("output_dtype", 0))
    units.type = static_cast<int32_t>(type);
  units.zeros.assign(units.scales.size(), 0);
  if (!node.hasInput(zeroInput))
    return units;
  FailureOr<Integers> zeros = node.getIntegerTensor(zeroInput);
  if (failed(zeros))
    return failure();
  if (zeros->type)
    units.type = zeros->type;
  if (zeros->values.size() != units.scales.size())
    return node.error() << "has " << units.scales.size() << " scales, but " << zeros->values.size()
                        << " zero points";
  units.zeros.assign(zeros->values.begin(), zeros->values.end());
  return units;
}

/// For each element of a tensor, which scale is its own.
FailureOr<std::vector<size_t>> spread(Node &node, ArrayRef<int64_t> shape, const Units &units) {
  int64_t count = 1;
  for (int64_t dimension : shape)
    count *= dimension;
  int64_t block = node.getInt("block_size", 0);
  auto rank = static_cast<int64_t>(shape.size());
  int64_t axis = node.getInt("axis", 1);
  if (units.scales.size() == 1 && block == 0)
    return std::vector<size_t>(count, 0);
  if (axis < -rank || axis >= rank)
    return node.error() << "axis " << axis << " is not a dimension of a tensor of rank " << rank;
  axis += axis < 0 ? rank : 0;
  int64_t behind = 1, scales = block ? (shape[axis] + block - 1) / block : shape[axis];
  for (int64_t dimension : shape.drop_front(axis + 1))
    behind *= dimension;
  int64_t expected = block ? count / shape[axis] * scales : scales;
  if (static_cast<int64_t>(units.scales.size()) != expected)
    return node.error() << "has " << units.scales.size() << " scales, but " << expected
                        << " are needed along dimension " << axis;
  std::vector<size_t> owner;
  for (int64_t i = 0; i < count; ++i) {
    int64_t along = i / behind % shape[axis];
    int64_t row = i / (behind * shape[axis]);
    owner.push_back(block ? (row * scales + along / block) * behind + i % behind : along);
  }
  return owner;
}

LogicalResult dequantizeConstant(Node &node, const Integers &integers, const Units &units) {
  FailureOr<std::vector<size_t>> owner = spread(node, integers.shape, units);
  if (failed(owner))
    return failure();
  std::vector<double> numbers;
  for (auto [i, value] : llvm::enumerate(integers.values))
    numbers.push_back((static_cast<double>(value) - units.zeros[(*owner)[i]]) *
                      units.scales[(*owner)[i]]);
  Known known;
  known.floats =
      makeConstant(RankedTensorType::get(integers.shape, node.graph.getElementType()), numbers);
  node.give(std::move(known));
  return success();
}

LogicalResult quantizeConstant(Node &node, ElementsAttr constant, const Units &units,
                               std::pair<double, double> range) {
  FailureOr<std::vector<double>> numbers = readNumbers(constant);
  Integers integers{constant.getShapedType().getShape().vec(), {}, units.type};
  FailureOr<std::vector<size_t>> owner = spread(node, integers.shape, units);
  if (failed(numbers) || failed(owner))
    return failure();
  for (auto [i, number] : llvm::enumerate(*numbers)) {
    size_t unit = (*owner)[i];
    // Halves go to the even neighbour, as everywhere in ONNX. The quotient is one of f32 there, too.
    double quotient = static_cast<float>(number) / static_cast<float>(units.scales[unit]);
    integers.values.push_back(static_cast<int64_t>(
        std::clamp(std::nearbyint(quotient) + units.zeros[unit], range.first, range.second)));
  }
  Known known;
  known.integers = std::move(integers);
  node.give(std::move(known));
  return success();
}

struct Bounds {
  double lower = -INFINITY, upper = INFINITY;
};

/// What a value cannot exceed, by the operator that gives it.
Bounds getBounds(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  if (auto clip = dyn_cast<ann::ClipOp>(op))
    return {clip.getLower(), clip.getUpper()};
  if (isa<ann::ReluOp>(op))
    return {0, INFINITY};
  if (isa<ann::SigmoidOp, ann::HardSigmoidOp, ann::SoftmaxOp>(op))
    return {0, 1};
  if (isa<ann::TanhOp>(op))
    return {-1, 1};
  bool keepsBounds = isa<ann::MaxPoolOp, ann::GlobalAveragePoolOp, ann::ReduceMeanOp,
                         ann::ReshapeOp, ann::FlattenOp, ann::TransposeOp, ann::SliceOp,
                         ann::GatherOp, ann::ConcatOp, ann::ExpandOp, ann::ResizeOp>(op);
  if (auto pool = dyn_cast<ann::AveragePoolOp>(op)) {
    Bounds in = getBounds(pool.getInput());
    return {std::min(in.lower, 0.0), std::max(in.upper, 0.0)}; // its padding may count
  }
  if (!keepsBounds)
    return {};
  Bounds all{INFINITY, -INFINITY};
  for (Value operand : op->getOperands()) {
    Bounds one = getBounds(operand);
    all = {std::min(all.lower, one.lower), std::max(all.upper, one.upper)};
  }
  return all;
}

/// `value` with what its integers cannot express cut off. A Relu or a Clip before takes that in.
FailureOr<Value> saturate(Node &node, Value value, Bounds range, double step) {
  Bounds have = getBounds(value);
  bool cutsBelow = have.lower<range.lower - step, cutsAbove = have.upper> range.upper + step;
  if (!cutsBelow && !cutsAbove)
    return value;
  Operation *before = value.getDefiningOp();
  Value input = value;
  bool joins = isa_and_nonnull<ann::ReluOp, ann::ClipOp>(before);
  if (joins)
    input = before->getOperand(0);
  // What is no operator's own bound is none here either: it would ask for neurons for nothing.
  Bounds own = joins ? have : Bounds{};
  double lower = cutsBelow ? range.lower : own.lower, upper = cutsAbove ? range.upper : own.upper;
  Builder builder(value.getContext());
  auto attr = [&](double bound) {
    return std::isinf(bound) ? FloatAttr() : builder.getF64FloatAttr(bound);
  };
  Location location = node.location;
  if (joins)
    node.location = builder.getFusedLoc({before->getLoc(), location});
  FailureOr<Value> result = node.create<ann::ClipOp>(input, attr(lower), attr(upper));
  node.location = location;
  if (succeeded(result) && result->getDefiningOp<ann::ClipOp>())
    result->getDefiningOp()->setAttr(
        ann::kSaturationAttrName,
        builder.getDenseF64ArrayAttr({cutsBelow ? step : 0, cutsAbove ? step : 0}));
  return result;
}

FailureOr<Value> importQuantize(Node &node) {
  node.getInt("saturate", 1); // of 8-bit floats
  node.getInt("precision", 0);
  FailureOr<Units> units = readUnits(node, 1, 2);
  Known *input = node.getKnown(0);
  if (failed(units) || !input)
    return failure();
  std::optional<std::pair<double, double>> range = getIntegerRange(units->type);
  if (!range)
    return node.error()
           << "quantizes to a type that is not supported; integers of 4, 8 and 16 bits are";
  if (ElementsAttr constant = getConstant(*input))
    return failed(quantizeConstant(node, constant, *units, *range)) ? FailureOr<Value>(failure())
                                                                    : Value();
  FailureOr<Value> value = node.getInput(0);
  if (failed(value))
    return failure();
  if (units->scales.size() != 1 || node.getInt("block_size", 0) != 0)
    return node.error() << "quantizes an activation with " << units->scales.size()
                        << " scales; only one is supported";
  node.getInt("axis", 1);
  double scale = units->scales[0], zero = units->zeros[0];
  value = saturate(node, *value, {(range->first - zero) * scale, (range->second - zero) * scale},
                   scale);
  if (failed(value))
    return failure();
  node.give(makeKnown(*value, Quantization{scale, zero, {}, true}));
  return Value();
}

FailureOr<Value> importDynamicQuantize(Node &node) {
  FailureOr<Value> value = node.getInput(0);
  if (failed(value))
    return failure();
  if (node.proto.output_size() != 3)
    return node.error() << "must have three outputs";
  std::string scaleName = node.proto.output(1);
  Known scale, zero;
  scale.scale = DynamicScale{{}, {scaleName}};
  zero.zeroOf = scaleName;
  node.give(makeKnown(*value, Quantization{1, 0, {scaleName}, true}));
  node.give(std::move(scale));
  node.give(std::move(zero));
  return Value();
}

FailureOr<Value> importDequantize(Node &node) {
  Known *input = node.getKnown(0), *scale = node.getKnown(1);
  if (!input || !scale)
    return node.error() << "needs an input and a scale";
  if (scale->scale) {
    if (!input->quantized || scale->scale->symbols != input->quantized->symbols ||
        scale->scale->factors || failed(checkDynamicZero(node, *input->quantized, 2)))
      return node.error() << "scale is not that of its input";
    node.getInt("axis", 1);
    return input->value;
  }
  node.getInt("output_dtype", 0);
  FailureOr<Units> units = readUnits(node, 1, 2);
  if (failed(units))
    return failure();
  if (input->integers)
    return failed(dequantizeConstant(node, *input->integers, *units)) ? FailureOr<Value>(failure())
                                                                      : Value();
  if (!input->quantized || !input->quantized->isInteger || !input->quantized->symbols.empty())
    return node.error() << "input must be a quantized tensor";
  if (units->scales.size() != 1 || node.getInt("block_size", 0) != 0)
    return node.error() << "dequantizes an activation with " << units->scales.size()
                        << " scales; only one is supported";
  node.getInt("axis", 1);
  // number = value / s + z, and what is asked for is (number - zero) * scale.
  const Quantization &own = *input->quantized;
  double factor = units->scales[0] / own.scale;
  FailureOr<Value> value = multiply(node, input->value, factor);
  return failed(value) ? value
                       : shift(node, *value, (own.zero - units->zeros[0]) * units->scales[0]);
}

} // namespace

void addQuantizationHandlers(HandlerTable &table) {
  table["DequantizeLinear"] = importDequantize;
  table["DynamicQuantizeLinear"] = importDynamicQuantize;
  table["QuantizeLinear"] = importQuantize;
}

} // namespace snnc::onnx_import
