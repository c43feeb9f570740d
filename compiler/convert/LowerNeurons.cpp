//===- Activations become neurons -----------------------------------------------------------------------===//
//
// A neuron's estimate y can only reach as far as its schedule's steps add up to, so it works in units
// of `m`, the largest activation seen in calibration. Where f(x / m) = f(x) / m its input is divided
// by m, which weights can absorb; else (and for one m per neuron, which weights cannot absorb) the
// neuron itself compares m y with f(x). Either way a scale behind it turns units into values.
//
//===--------------------------------------------------------------------------------------------===//
#include "compiler/convert/Lowering.h"

#include "dialects/support/Constants.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc {

namespace {

/// Activations that never exceed this in calibration count as silent and are not scaled.
constexpr double kSilent = 1e-5;

/// The unit of each neuron, in the stream's shape with 1 where it is the same.
struct Units {
  SmallVector<int64_t> shape;
  std::vector<double> values;

  bool perNeuron(ArrayRef<int64_t> stream) const {
    return llvm::any_of(ArrayRef(shape).drop_front(), [](int64_t d) { return d != 1; });
  }
};

/// Units from the operation's `ann.range`, or nothing without one.
std::optional<Units> getUnits(Operation *op, ArrayRef<int64_t> stream) {
  auto range = op->getAttrOfType<ann::RangeAttr>(ann::ANNDialect::kRangeAttrName);
  if (!range)
    return std::nullopt;
  auto lower = range.getLower().getValues<double>(), upper = range.getUpper().getValues<double>();
  Units units;
  for (auto [low, high] : llvm::zip(lower, upper)) {
    double largest = std::max(std::abs(low), std::abs(high));
    units.values.push_back(largest > kSilent ? largest : 1.0);
  }
  ArrayRef<int64_t> shape = range.getUpper().getType().getShape();
  units.shape.assign(stream.size(), 1);
  if (shape.size() == 1)
    units.shape[0] = shape[0];
  if (shape.size() > 1)
    units.shape.assign(shape.begin(), shape.end());
  return units;
}

snn::ScheduleAttr getSchedule(const ConversionOptions &options, int64_t depth) {
  return options.schedule.withStart(
      static_cast<int64_t>(std::floor(options.skew * static_cast<double>(depth))));
}

Value createScale(Location loc, Lowering &lowering, Value stream, const Units &units,
                  bool inverse) {
  std::vector<double> factor = units.values;
  if (inverse)
    for (double &value : factor)
      value = 1.0 / value;
  return lowering.builder.create<snn::ScaleOp>(loc, stream,
                                               lowering.constant(loc, units.shape, factor));
}

FailureOr<Value> lowerNeuron(Operation *op, Lowering &lowering, snn::Function function) {
  const ConversionOptions &options = lowering.options;
  Location loc = op->getLoc();
  SmallVector<Value> currents;
  int64_t depth = 0;
  for (Value operand : op->getOperands()) {
    Value stream = lowering.getStream(operand);
    if (!stream)
      return op->emitOpError() << "of a constant has no spiking form";
    currents.push_back(lowering.toCurrent(loc, stream));
    depth = std::max(depth, lowering.getDepth(stream));
  }
  auto shape = llvm::to_vector(snn::getStreamShape(currents.front().getType()));
  for (Value current : currents)
    if (snn::getStreamShape(current.getType()) != ArrayRef<int64_t>(shape))
      return op->emitOpError()
             << "of two activations needs one shape; insert the expansion before it";

  std::optional<Units> units = getUnits(op, shape);
  bool isRate = options.dynamics == Dynamics::Subgradient;
  ::snn::Homogeneity homogeneity = ::snn::getInfo(function).homogeneity;
  bool scaleInput =
      units && homogeneity == ::snn::Homogeneity::All && (isRate || !units->perNeuron(shape));
  if (scaleInput)
    for (Value &current : currents)
      current = createScale(loc, lowering, current, *units, /*inverse=*/true);
  ElementsAttr range;
  if (units && !scaleInput)
    range = makeConstant(RankedTensorType::get(units->shape, lowering.elementType), units->values);

  Value spikes;
  if (isRate) {
    if (function != snn::Function::Relu)
      return op->emitOpError() << "has no rate-coded form; subgradient dynamics converts relu only "
                                  "(use signgd)";
    auto type = snn::SpikesType::get(op->getContext(), shape, snn::SpikeCode::Binary);
    spikes = lowering.builder.create<snn::IfOp>(loc, type, currents.front(), options.schedule);
  } else {
    auto type = snn::SpikesType::get(op->getContext(), shape, options.code.getKind());
    spikes = lowering.builder.create<snn::NeuronOp>(
        loc, type, currents, function, getSchedule(options, depth), options.code, range,
        /*params=*/DenseF64ArrayAttr());
  }
  Value result = units ? createScale(loc, lowering, spikes, *units, false) : spikes;
  lowering.setDepth(result, depth + 1);
  return result;
}

FailureOr<Value> lowerRelu(Operation *op, Lowering &lowering) {
  return lowerNeuron(op, lowering, snn::Function::Relu);
}

FailureOr<Value> lowerMax(Operation *op, Lowering &lowering) {
  return lowerNeuron(op, lowering, snn::Function::Max);
}

} // namespace

void addNeuronHandlers(HandlerTable &table) {
  table["ann.relu"] = lowerRelu;
  table["ann.max"] = lowerMax;
}

} // namespace snnc
