//===- Activations become neurons -----------------------------------------------------------------------===//
//
// A neuron's estimate y can only reach as far as its schedule's steps add up to, so it works in units
// of `m`, the largest activation seen in calibration. Where dividing operands divides the function
// (homogeneity in snn/Functions.def) and weights can absorb it, the operands are divided by m; else the
// neuron itself compares m y with f(x). Either way a scale behind it turns units into values.
//
//===--------------------------------------------------------------------------------------------===//
#include "compiler/convert/Lowering.h"

#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>
#include <cmath>
#include <numbers>

using namespace mlir;

namespace snnc {

namespace {

/// The unit of each neuron, in the stream's shape with 1 where it is the same.
struct Units {
  SmallVector<int64_t> shape;
  std::vector<double> values;

  /// Whether they differ along one dimension at most, so that weights can absorb them.
  bool areFoldable() const {
    return llvm::count_if(shape, [](int64_t dimension) { return dimension != 1; }) <= 1;
  }
};

/// Whether numbers of `type` can be divided by `unit`.
bool isUnit(double unit, FloatType type) {
  return unit >= APFloat::getSmallestNormalized(type.getFloatSemantics()).convertToDouble();
}

/// Units from the operation's `ann.range`, or nothing without one. What was always 0 counts in the largest unit of
/// its layer: whatever it may do on other images is not known, and hardly more than what its neighbours do. In the
/// paper's code it is not scaled.
std::optional<Units> getUnits(Operation *op, const Lowering &lowering, ArrayRef<int64_t> stream) {
  auto range = op->getAttrOfType<ann::RangeAttr>(ann::ANNDialect::kRangeAttrName);
  if (!range)
    return std::nullopt;
  auto lower = range.getLower().getValues<double>(), upper = range.getUpper().getValues<double>();
  Units units;
  for (auto [low, high] : llvm::zip(lower, upper))
    units.values.push_back(std::max(std::abs(low), std::abs(high)));
  auto type = cast<FloatType>(cast<RankedTensorType>(op->getResult(0).getType()).getElementType());
  double largest = *llvm::max_element(units.values);
  bool isScaled = isUnit(largest, type) && !lowering.options.scalesOnlyRelu;
  for (double &unit : units.values)
    if (!isUnit(unit, type))
      unit = isScaled ? largest : 1.0;
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

/// Operands to divide by s so that the result is divided by s.
size_t countScaledOperands(snn::Function function) {
  const ::snn::FunctionInfo &info = ::snn::getInfo(function);
  return info.homogeneity == ::snn::Homogeneity::All     ? info.operands
         : info.homogeneity == ::snn::Homogeneity::First ? 1
                                                         : 0;
}

/// The streams of an operation's operands, as currents of its result's shape.
FailureOr<SmallVector<Value>> getCurrents(Operation *op, Lowering &lowering) {
  auto result = cast<RankedTensorType>(op->getResult(0).getType());
  if (result.getRank() < 2)
    return op->emitOpError() << "result must keep the batch as its first dimension";
  SmallVector<Value> currents;
  for (Value operand : op->getOperands()) {
    Value stream = lowering.getStream(operand);
    if (!stream)
      return op->emitOpError() << "of a constant has no spiking form";
    FailureOr<Value> expanded = lowering.expand(op, stream, result.getShape().drop_front());
    if (failed(expanded))
      return failure();
    currents.push_back(lowering.toCurrent(op->getLoc(), *expanded));
  }
  return currents;
}

} // namespace

FailureOr<Value> lowerNeuron(Operation *op, Lowering &lowering, snn::Function function,
                             ArrayRef<double> params) {
  FailureOr<SmallVector<Value>> currents = getCurrents(op, lowering);
  if (failed(currents))
    return failure();
  return createNeuron(op, lowering, function, params, *currents);
}

namespace {

/// The spikes of a population, as they are sent.
FailureOr<Value> createPopulation(Operation *op, Lowering &lowering, snn::Function function,
                                  ArrayRef<double> params, ArrayRef<Value> currents,
                                  ElementsAttr range) {
  const ConversionOptions &options = lowering.options;
  OpBuilder &builder = lowering.builder;
  Location loc = op->getLoc();
  int64_t depth = 0;
  for (Value current : currents)
    depth = std::max(depth, lowering.getDepth(current));
  ArrayRef<int64_t> shape = snn::getStreamShape(currents.front().getType());
  Value spikes;
  if (options.dynamics == Dynamics::Subgradient) {
    if (function != snn::Function::Relu)
      return op->emitOpError() << "has no rate-coded form; subgradient dynamics converts relu only "
                                  "(use signgd)";
    auto type = snn::SpikesType::get(op->getContext(), shape, snn::SpikeCode::Binary);
    spikes = builder.create<snn::IfOp>(loc, type, currents.front(), options.schedule);
  } else {
    auto type = snn::SpikesType::get(op->getContext(), shape, options.code.getKind());
    auto paramsAttr = params.empty() ? DenseF64ArrayAttr() : builder.getDenseF64ArrayAttr(params);
    spikes =
        builder.create<snn::NeuronOp>(loc, type, currents, function, getSchedule(options, depth),
                                      options.code, range, paramsAttr);
  }
  lowering.setDepth(spikes, depth + 1);
  return spikes;
}

/// Warns where an activation can never be reached, because the steps of the schedule do not add up to it: in
/// units of the largest activation, to 1. What is missing may be as much as the last step, which is what neurons
/// are off by anyway.
void checkReach(Operation *op, const Lowering &lowering, const std::optional<Units> &units,
                ArrayRef<int64_t> stream) {
  std::optional<Units> seen = getUnits(op, lowering, stream);
  if (!seen || lowering.options.dynamics == Dynamics::Subgradient)
    return;
  snn::ScheduleAttr schedule = lowering.options.schedule;
  double largest = *llvm::max_element(seen->values), reach = schedule.getReach();
  double last = schedule.getSteps() == snn::ScheduleAttr::kUnlimited
                    ? 0
                    : schedule.getStepSize(schedule.getStart() + schedule.getSteps() - 1);
  if (!units && largest > reach)
    op->emitWarning() << "activations of up to " << showNumber(largest)
                      << " are beyond the schedule's reach of " << showNumber(reach)
                      << "; scale them (--scale-per channel)";
  // Additions of steps may round.
  else if (units && reach + last < 1 - 1e-9)
    op->emitWarning() << "activations of up to " << showNumber(largest)
                      << " are beyond the schedule, whose steps add up to " << showNumber(reach)
                      << " of that; begin with a larger step, or take more (--schedule)";
}

/// The result's units become those of the network. The depth stays.
Value withUnits(Operation *op, Lowering &lowering, Value spikes, const Units &units) {
  Value result = createScale(op->getLoc(), lowering, spikes, units, /*inverse=*/false);
  lowering.setDepth(result, lowering.getDepth(spikes));
  return result;
}

/// Units to work in; in the reference's mode only relu has them.
std::optional<Units> chooseUnits(Operation *op, const Lowering &lowering,
                                 ArrayRef<int64_t> stream) {
  if (lowering.options.scalesOnlyRelu && !isa<ann::ReluOp>(op))
    return std::nullopt;
  return getUnits(op, lowering, stream);
}

} // namespace

FailureOr<Value> createNeuron(Operation *op, Lowering &lowering, snn::Function function,
                              ArrayRef<double> params, SmallVector<Value> currents) {
  Location loc = op->getLoc();
  ArrayRef<int64_t> shape = snn::getStreamShape(currents.front().getType());
  std::optional<Units> units = chooseUnits(op, lowering, shape);
  checkReach(op, lowering, units, shape);
  bool isRate = lowering.options.dynamics == Dynamics::Subgradient;
  size_t scaled = countScaledOperands(function);
  bool scaleInput = units && scaled > 0 && (isRate || units->areFoldable());
  if (scaleInput)
    for (Value &current : MutableArrayRef(currents).take_front(scaled)) {
      int64_t depth = lowering.getDepth(current);
      current = createScale(loc, lowering, current, *units, /*inverse=*/true);
      lowering.setDepth(current, depth);
    }
  ElementsAttr range;
  if (units && !scaleInput)
    range = makeConstant(RankedTensorType::get(units->shape, lowering.elementType), units->values);
  FailureOr<Value> spikes = createPopulation(op, lowering, function, params, currents, range);
  return succeeded(spikes) && units ? withUnits(op, lowering, *spikes, *units) : spikes;
}

namespace {

using snn::Function;

/// The largest magnitude of the maxima that `value` is moved together from.
double getLargestMaximum(Value value) {
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<ann::MaxOp, ann::SliceOp, ann::GatherOp, ann::ConcatOp, ann::ReshapeOp>(op))
    return 0;
  double largest = 0;
  if (auto range = op->getAttrOfType<ann::RangeAttr>(ann::ANNDialect::kRangeAttrName))
    for (auto [low, high] :
         llvm::zip(range.getLower().getValues<double>(), range.getUpper().getValues<double>()))
      largest = std::max({largest, std::abs(low), std::abs(high)});
  for (Value operand : op->getOperands())
    largest = std::max(largest, getLargestMaximum(operand));
  return largest;
}

/// Warns where the maximum of a softmax's row is coarser than its exponentials stand: they double within ln 2. That is so
/// where the input masks scores by large numbers.
void checkMaximum(Operation *op, const Lowering &lowering) {
  auto difference = op->getOperand(0).getDefiningOp<ann::SubOp>();
  snn::ScheduleAttr schedule = lowering.options.schedule;
  if (!difference || schedule.getSteps() == snn::ScheduleAttr::kUnlimited)
    return;
  double largest = getLargestMaximum(difference.getRhs());
  double step = largest * schedule.getStepSize(schedule.getStart() + schedule.getSteps() - 1);
  if (step > std::numbers::ln2)
    op->emitWarning()
        << "the maximum of its row is found among numbers of up to " << showNumber(largest)
        << ", in steps of " << showNumber(step)
        << " at best, and its exponentials double within 0.69; is it masked by the input? "
           "A constant mask is exact";
}

/// exp(x) / m = exp(x - ln m): the unit becomes a bound that is subtracted. What softmax divides by the
/// sum keeps its unit, which cancels.
FailureOr<Value> lowerExp(Operation *op, Lowering &lowering) {
  FailureOr<SmallVector<Value>> currents = getCurrents(op, lowering);
  if (failed(currents))
    return failure();
  checkMaximum(op, lowering);
  Value &current = currents->front();
  std::optional<Units> units = chooseUnits(op, lowering, snn::getStreamShape(current.getType()));
  if (!units || lowering.options.dynamics == Dynamics::Subgradient)
    return createNeuron(op, lowering, Function::Exp, {}, *currents);
  std::vector<double> bound;
  for (double unit : units->values)
    bound.push_back(-std::log(unit));
  int64_t depth = lowering.getDepth(current);
  current = lowering.builder.create<snn::BiasOp>(
      op->getLoc(), current, lowering.constant(op->getLoc(), units->shape, bound));
  lowering.setDepth(current, depth);
  FailureOr<Value> spikes = createPopulation(op, lowering, Function::Exp, {}, *currents, {});
  if (failed(spikes) || ann::getSoftmaxAxis(op))
    return spikes;
  return withUnits(op, lowering, *spikes, *units);
}

/// A neuron without parameters.
template <Function function>
FailureOr<Value> lowerTo(Operation *op, Lowering &lowering) {
  return lowerNeuron(op, lowering, function, {});
}

/// A function that jumps: no neuron is sure of its operand's side of a jump that is close.
FailureOr<Value> lowerJump(Operation *op, Lowering &lowering, Function function,
                           ArrayRef<double> params = {}) {
  op->emitWarning() << "jumps; where its operand is closer to a jump than neurons are exact, the "
                       "output may be that of the other side";
  return lowerNeuron(op, lowering, function, params);
}

template <Function function>
FailureOr<Value> lowerJumpTo(Operation *op, Lowering &lowering) {
  return lowerJump(op, lowering, function);
}

FailureOr<Value> lowerLeakyRelu(Operation *op, Lowering &lowering) {
  double alpha = cast<ann::LeakyReluOp>(op).getAlpha().convertToDouble();
  return lowerNeuron(op, lowering, Function::LeakyRelu, alpha);
}

FailureOr<Value> lowerGelu(Operation *op, Lowering &lowering) {
  bool isTanh = cast<ann::GeluOp>(op).getApproximate() == ann::GeluForm::Tanh;
  if (isTanh && !lowering.options.geluBySigmoid)
    op->emitWarning() << "GELU by tanh is followed as the exact function, 0.0005 from it at most";
  return lowerNeuron(op, lowering,
                     lowering.options.geluBySigmoid ? Function::GeluSigmoid : Function::Gelu, {});
}

FailureOr<Value> lowerHardSigmoid(Operation *op, Lowering &lowering) {
  auto sigmoid = cast<ann::HardSigmoidOp>(op);
  return lowerNeuron(op, lowering, Function::HardSigmoid,
                     {sigmoid.getAlpha().convertToDouble(), sigmoid.getBeta().convertToDouble()});
}

FailureOr<Value> lowerElu(Operation *op, Lowering &lowering) {
  double alpha = cast<ann::EluOp>(op).getAlpha().convertToDouble();
  return lowerNeuron(op, lowering, Function::Elu, alpha);
}

FailureOr<Value> lowerThresholdedRelu(Operation *op, Lowering &lowering) {
  double alpha = cast<ann::ThresholdedReluOp>(op).getAlpha().convertToDouble();
  return lowerJump(op, lowering, Function::ThresholdedRelu, alpha);
}

FailureOr<Value> lowerShrink(Operation *op, Lowering &lowering) {
  auto shrink = cast<ann::ShrinkOp>(op);
  double lambda = shrink.getLambda().convertToDouble(), bias = shrink.getBias().convertToDouble();
  if (lambda == bias)
    return lowerNeuron(op, lowering, Function::Shrink, {lambda, bias});
  return lowerJump(op, lowering, Function::Shrink, {lambda, bias});
}

FailureOr<Value> lowerClip(Operation *op, Lowering &lowering) {
  auto clip = cast<ann::ClipOp>(op);
  return lowerNeuron(op, lowering, Function::Clip, {clip.getLower(), clip.getUpper()});
}

FailureOr<Value> lowerNorm(Operation *op, Lowering &lowering) {
  double epsilon = cast<ann::NormOp>(op).getEpsilon().convertToDouble();
  return lowerNeuron(op, lowering,
                     lowering.options.clampsNorm ? Function::Norm : Function::NormUnclamped,
                     epsilon);
}

} // namespace

void addNeuronHandlers(HandlerTable &table) {
  table["ann.relu"] = lowerTo<Function::Relu>;
  table["ann.leaky_relu"] = lowerLeakyRelu;
  table["ann.gelu"] = lowerGelu;
  table["ann.silu"] = lowerTo<Function::Silu>;
  table["ann.hard_swish"] = lowerTo<Function::HardSwish>;
  table["ann.hard_sigmoid"] = lowerHardSigmoid;
  table["ann.sigmoid"] = lowerTo<Function::Sigmoid>;
  table["ann.erf"] = lowerTo<Function::Erf>;
  table["ann.tanh"] = lowerTo<Function::Tanh>;
  table["ann.elu"] = lowerElu;
  table["ann.softplus"] = lowerTo<Function::Softplus>;
  table["ann.clip"] = lowerClip;
  table["ann.exp"] = lowerExp;
  table["ann.sqrt"] = lowerTo<Function::Sqrt>;
  table["ann.reciprocal"] = lowerTo<Function::Reciprocal>;
  table["ann.mish"] = lowerTo<Function::Mish>;
  table["ann.softsign"] = lowerTo<Function::Softsign>;
  table["ann.log"] = lowerTo<Function::Log>;
  table["ann.sin"] = lowerTo<Function::Sin>;
  table["ann.cos"] = lowerTo<Function::Cos>;
  table["ann.sign"] = lowerJumpTo<Function::Sign>;
  table["ann.floor"] = lowerJumpTo<Function::Floor>;
  table["ann.ceil"] = lowerJumpTo<Function::Ceil>;
  table["ann.round"] = lowerJumpTo<Function::Round>;
  table["ann.thresholded_relu"] = lowerThresholdedRelu;
  table["ann.shrink"] = lowerShrink;
  table["ann.abs"] = lowerTo<Function::Abs>;
  table["ann.max"] = lowerTo<Function::Max>;
  table["ann.min"] = lowerTo<Function::Min>;
  table["ann.div"] = lowerTo<Function::Div>;
  table["ann.norm"] = lowerNorm;
}

} // namespace snnc
