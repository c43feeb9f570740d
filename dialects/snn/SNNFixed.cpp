//===- Integer networks: legality (docs/spec/fixed-point.md) ------------------------------------------------===//
#include "dialects/snn/Attributes.h"
#include "dialects/snn/SNN.h"

#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include <cmath>
#include <cstdint>
#include <numeric>

using namespace mlir;

namespace snnc::snn {

namespace {

using EmitError = function_ref<InFlightDiagnostic()>;

constexpr int64_t kLargestShift = 62;
constexpr int64_t kTableSize = 257;
/// y is compared in this many more fraction bits than it has, at most.
constexpr int64_t kLargestDifference = 14;
/// What a requantized sum may be.
constexpr int64_t kLargestLimit = 1 << 30;
/// An output that is squared, with a dead zone, in the bits that it is compared in.
constexpr int64_t kLargestSquared = 1 << 17;

/// FX-Q9
LogicalResult verifyShift(EmitError emitError, int64_t shift) {
  if (shift < 0 || shift > kLargestShift)
    return emitError() << "a shift is 0 to " << kLargestShift << ", found " << shift;
  return success();
}

LogicalResult verifyFraction(EmitError emitError, StringRef name, int64_t bits, int64_t max) {
  if (bits < 0 || bits > max)
    return emitError() << name << " is 0 to " << max << " bits, found " << bits;
  return success();
}

/// What integers at the border count in: any power of two within reason (FX-Q9).
LogicalResult verifyScale(EmitError emitError, StringRef name, int64_t bits) {
  constexpr int64_t kLargestScale = 100;
  if (bits < -kLargestScale || bits > kLargestScale)
    return emitError() << name << " is " << -kLargestScale << " to " << kLargestScale
                       << " bits, found " << bits;
  return success();
}

/// Step sizes of at least 1 whose sum fits in 16 bits (FX-Q2, FX-Q7).
LogicalResult verifySteps(EmitError emitError, ArrayRef<int64_t> steps) {
  int64_t reach = 0;
  for (int64_t step : steps) {
    if (step < 1 || step > INT16_MAX)
      return emitError() << "a step size is 1 to 32767, found " << step;
    reach += step;
  }
  if (reach > INT16_MAX)
    return emitError() << "the steps reach " << reach << ", which does not fit in 16 bits";
  return success();
}

/// Positive 32-bit integers (FX-Q6). In text the numbers of a resource come after its uses, so an attribute without
/// them is looked at again by its operation.
LogicalResult verifyMultipliers(EmitError emitError, Attribute attr, bool needsNumbers = false) {
  auto elements = dyn_cast<ElementsAttr>(attr);
  if (!elements || !elements.getElementType().isInteger(32))
    return emitError() << "multipliers are tensors of i32";
  FailureOr<std::vector<double>> numbers = readNumbers(elements);
  if (failed(numbers) && needsNumbers)
    return emitError() << "multipliers have no numbers";
  if (failed(numbers))
    return success();
  for (double number : *numbers)
    if (number < 1)
      return emitError() << "multipliers are positive, found " << static_cast<int64_t>(number);
  return success();
}

/// Two numbers of 16 bits for each neuron, the lower one not above the upper one (FX-Q15). As verifyMultipliers of a resource.
LogicalResult verifyBounds(EmitError emitError, ElementsAttr lower, ElementsAttr upper,
                           bool needsNumbers = false) {
  if (!lower && !upper)
    return success();
  if (!lower || !upper || !lower.getElementType().isInteger(16) ||
      !upper.getElementType().isInteger(16) ||
      lower.getShapedType().getShape() != upper.getShapedType().getShape())
    return emitError() << "bounds are two tensors of i16 of one shape";
  FailureOr<std::vector<double>> from = readNumbers(lower), to = readNumbers(upper);
  if (failed(from) || failed(to))
    return needsNumbers ? emitError() << "bounds have no numbers" : success();
  for (auto [min, max] : llvm::zip(*from, *to))
    if (min > max)
      return emitError() << "a lower bound is at most the upper one, found "
                         << static_cast<int64_t>(min) << " and " << static_cast<int64_t>(max);
  return success();
}

LogicalResult verifyShape(Operation *op, Attribute attr, StringRef name, ArrayRef<int64_t> stream) {
  ArrayRef<int64_t> shape = cast<ElementsAttr>(attr).getShapedType().getShape();
  bool fits = shape.size() == stream.size();
  for (size_t d = 0; fits && d < shape.size(); ++d)
    fits = shape[d] == 1 || shape[d] == stream[d];
  if (!fits)
    return op->emitOpError() << "has " << name << " of shape " << showShape(shape)
                             << ", which do not apply to a stream of shape " << showShape(stream);
  return success();
}

LogicalResult verifyBroadcast(Operation *op, Attribute attr, ArrayRef<int64_t> stream) {
  if (failed(verifyMultipliers([&] { return op->emitOpError(); }, attr, /*needsNumbers=*/true)))
    return failure();
  return verifyShape(op, attr, "multipliers", stream);
}

/// The largest magnitude of an integer `initial` or `offset`; fails when its numbers are of another kind.
FailureOr<int64_t> getLargest(NeuronOp op, std::optional<ElementsAttr> attr, StringRef name) {
  if (!attr)
    return int64_t{0};
  FailureOr<std::vector<double>> numbers = readNumbers(*attr);
  if (failed(numbers) || !attr->getElementType().isInteger(16))
    return op.emitOpError() << "in integers has an '" << name << "' of i16, found "
                            << attr->getElementType();
  double max = 0;
  for (double number : *numbers)
    max = std::max(max, std::abs(number));
  return static_cast<int64_t>(max);
}

/// No output that a population has, or is taken to have, leaves 16 bits (FX-Q11).
LogicalResult verifyStart(NeuronOp op) {
  FailureOr<int64_t> initial = getLargest(op, op.getInitial(), "initial");
  FailureOr<int64_t> offset = getLargest(op, op.getOffset(), "offset");
  if (failed(initial) || failed(offset))
    return failure();
  int64_t reach = op.getFixed()->getReach();
  if (reach + *initial + *offset > INT16_MAX)
    return op.emitOpError() << "starts up to " << *initial << " from 0 with an offset of up to "
                            << *offset << " and reaches " << reach
                            << " from there, which does not fit in 16 bits";
  return success();
}

/// Both sides of a comparison fit in 64 bits (FX-Q12).
LogicalResult verifyAlign(NeuronOp op) {
  FixedNeuronAttr fixed = *op.getFixed();
  int64_t max = getLargestAlign(op.getFunction()).value_or(0);
  if (fixed.getAlign() < 0 || fixed.getAlign() > max)
    return op.emitOpError() << stringifyFunction(op.getFunction()) << " takes an align of 0 to "
                            << max << ", found " << fixed.getAlign();
  if (op.getFunction() != Function::Norm)
    return fixed.getEpsilon() == 0
               ? success()
               : op.emitOpError() << stringifyFunction(op.getFunction()) << " takes no epsilon";
  int64_t estimate = *getLargest(op, op.getInitial(), "initial") + fixed.getReach();
  estimate <<= fixed.getOperandFraction() - fixed.getEventFraction();
  if (!fixed.getZones().empty())
    estimate += *llvm::max_element(fixed.getZones().asArrayRef());
  if (estimate > kLargestSquared)
    return op.emitOpError() << "compares an output of up to " << estimate
                            << " by its square; at most " << kLargestSquared
                            << " is possible, with fewer bits of operand_fraction";
  return success();
}

/// One step for each of the schedule's (FX-Q2, FX-Q7).
LogicalResult verifyLength(Operation *op, ScheduleAttr schedule, size_t steps) {
  if (!schedule || schedule.getSteps() == ScheduleAttr::kUnlimited)
    return op->emitOpError() << "in integers needs a schedule with an end; give it 'steps'";
  if (schedule.getSteps() != static_cast<int64_t>(steps))
    return op->emitOpError() << "has " << steps << " integer steps, but its schedule has "
                             << schedule.getSteps();
  return success();
}

/// Integer streams need the integer form, and real ones must not have it (FX-Q1).
LogicalResult verifyForm(Operation *op, bool isFixed, bool hasForm) {
  if (isFixed == hasForm)
    return success();
  return op->emitOpError() << (isFixed ? "of integer streams needs 'fixed'"
                                       : "of real streams takes no 'fixed'");
}

} // namespace

LogicalResult FixedInputAttr::verify(EmitError emitError, RawInput raw, int64_t rawFraction,
                                     DenseI64ArrayAttr multipliers, DenseI64ArrayAttr offsets,
                                     int64_t shift, int64_t fraction, int64_t eventFraction,
                                     DenseI64ArrayAttr steps) {
  // A fraction is compared with that of steps, where there are some.
  if (failed(raw == RawInput::U8 ? verifyFraction(emitError, "raw_fraction", rawFraction, 0)
                                 : verifyScale(emitError, "raw_fraction", rawFraction)) ||
      failed(steps.empty() ? verifyScale(emitError, "fraction", fraction)
                           : verifyFraction(emitError, "fraction", fraction, 30)) ||
      failed(verifyFraction(emitError, "event_fraction", eventFraction,
                            steps.empty() ? 30 : fraction)) ||
      failed(verifyShift(emitError, shift)) || failed(verifySteps(emitError, steps)))
    return failure();
  // FX-Q5, of the input's steps
  if (fraction - eventFraction > kLargestDifference && !steps.empty())
    return emitError() << "fraction is at most " << kLargestDifference
                       << " bits more than event_fraction";
  // FX-Q8
  if (multipliers.empty() || multipliers.size() != offsets.size())
    return emitError() << "needs as many multipliers as offsets, one per channel";
  for (int64_t number : multipliers.asArrayRef())
    if (number < 1 || number > INT32_MAX)
      return emitError() << "multipliers are positive 32-bit integers, found " << number;
  for (int64_t number : offsets.asArrayRef())
    if (number < INT32_MIN || number > INT32_MAX)
      return emitError() << "offsets are 32-bit integers, found " << number;
  return success();
}

LogicalResult FixedNeuronAttr::verify(EmitError emitError, int64_t state, int64_t eventFraction,
                                      int64_t operandFraction, DenseI64ArrayAttr steps,
                                      DenseI64ArrayAttr zones, DenseI64ArrayAttr shifts,
                                      ArrayAttr multipliers, DenseI64ArrayAttr table,
                                      ElementsAttr gains, int64_t gainShift, int64_t align,
                                      int64_t epsilon, ElementsAttr lower, ElementsAttr upper) {
  if (state != 16 && state != 32)
    return emitError() << "a state has 16 or 32 bits, found " << state;
  if (failed(verifyFraction(emitError, "event_fraction", eventFraction, 15)) ||
      failed(verifyFraction(emitError, "operand_fraction", operandFraction, 30)) ||
      failed(verifySteps(emitError, steps)))
    return failure();
  // FX-Q5
  if (operandFraction < eventFraction || operandFraction - eventFraction > kLargestDifference)
    return emitError() << "operand_fraction must be event_fraction and at most "
                       << kLargestDifference << " bits more, found " << operandFraction << " for "
                       << eventFraction;
  // FX-Q10
  if (table && table.size() != kTableSize)
    return emitError() << "a table has " << kTableSize << " values, found " << table.size();
  for (int64_t value : table ? table.asArrayRef() : ArrayRef<int64_t>())
    if (value < INT16_MIN || value > INT16_MAX)
      return emitError() << "a table's values have 16 bits, found " << value;
  if (gains && !table)
    return emitError() << "gains are for the values of a table";
  if (gains &&
      (failed(verifyMultipliers(emitError, gains)) || failed(verifyShift(emitError, gainShift))))
    return failure();
  if (failed(verifyBounds(emitError, lower, upper)))
    return failure();
  // FX-Q7
  if (!zones.empty() && zones.size() != steps.size())
    return emitError() << "needs a zone for each step, found " << zones.size() << " for "
                       << steps.size();
  for (int64_t zone : zones.asArrayRef())
    if (zone < 0 || zone > INT32_MAX)
      return emitError() << "a zone is a 31-bit number, found " << zone;
  // FX-Q6
  if (shifts.size() != static_cast<int64_t>(multipliers.size()))
    return emitError() << "needs a shift for each tensor of multipliers";
  for (int64_t shift : shifts.asArrayRef())
    if (failed(verifyShift(emitError, shift)))
      return failure();
  for (Attribute attr : multipliers)
    if (failed(verifyMultipliers(emitError, attr)))
      return failure();
  if (epsilon < 0 || epsilon > INT16_MAX)
    return emitError() << "epsilon is 0 to 32767, found " << epsilon;
  return success();
}

int64_t FixedNeuronAttr::getReach() const {
  ArrayRef<int64_t> steps = getSteps();
  return std::accumulate(steps.begin(), steps.end(), int64_t{0});
}

LogicalResult FixedOutputAttr::verify(EmitError emitError, int64_t shift, int64_t fraction,
                                      ElementsAttr multipliers) {
  if (failed(verifyShift(emitError, shift)) || failed(verifyScale(emitError, "fraction", fraction)))
    return failure();
  return verifyMultipliers(emitError, multipliers);
}

LogicalResult detail::verifyFixed(EncodeOp op) {
  SpikesType spikes = op.getSpikes().getType();
  std::optional<FixedInputAttr> fixed = op.getFixed();
  if (failed(verifyForm(op, spikes.getIsFixed(), fixed.has_value())))
    return failure();
  if (!fixed)
    return success();
  if (fixed->getMultipliers().size() != spikes.getShape().front())
    return op.emitOpError() << "has " << fixed->getMultipliers().size()
                            << " multipliers, but the input has " << spikes.getShape().front()
                            << " channels";
  if (op.getMean() || op.getStd())
    return op.emitOpError() << "in integers has mean and std inside its multipliers and offsets";
  if (!op.getSchedule())
    return fixed->getSteps().empty() ? success()
                                     : op.emitOpError() << "without a schedule takes no steps";
  return verifyLength(op, op.getScheduleAttr(), fixed->getSteps().size());
}

LogicalResult detail::verifyFixed(DecodeOp op) {
  CurrentType current = op.getCurrent().getType();
  std::optional<FixedOutputAttr> fixed = op.getFixed();
  if (failed(verifyForm(op, current.getIsFixed(), fixed.has_value())))
    return failure();
  return fixed ? verifyBroadcast(op, fixed->getMultipliers(), current.getShape()) : success();
}

/// FX-Q10, FX-Q15
LogicalResult detail::verifyTarget(Operation *op, Function function, FixedNeuronAttr fixed,
                                   ArrayRef<int64_t> shape) {
  StringRef name = stringifyFunction(function);
  const bool hasBounds = fixed.getLower() != nullptr, hasTable = fixed.getTable() != nullptr;
  if (takesBounds(function) && hasBounds == hasTable)
    return op->emitOpError() << name << " needs bounds, or else a table";
  if (takesBounds(function) && hasBounds)
    return failure(failed(verifyShape(op, fixed.getLower(), "bounds", shape)) ||
                   failed(verifyBounds([&] { return op->emitOpError(); }, fixed.getLower(),
                                       fixed.getUpper(), /*needsNumbers=*/true)));
  if (hasBounds)
    return op->emitOpError() << name << " takes no bounds";
  if (!takesBounds(function) && needsTable(function) != hasTable)
    return op->emitOpError() << name << (hasTable ? " takes no table" : " needs a table");
  return success();
}

LogicalResult detail::verifyFixed(NeuronOp op) {
  SpikesType spikes = op.getSpikes().getType();
  for (Value current : op.getCurrents())
    if (isFixed(current.getType()) != spikes.getIsFixed())
      return op.emitOpError() << "mixes integer streams with real ones";
  std::optional<FixedNeuronAttr> fixed = op.getFixed();
  if (failed(verifyForm(op, spikes.getIsFixed(), fixed.has_value())))
    return failure();
  if (!fixed)
    return success();
  if (!hasIntegerForm(op.getFunction()))
    return op.emitOpError() << stringifyFunction(op.getFunction()) << " has no integer form";
  if (op.getRange())
    return op.emitOpError() << "in integers has its range inside the multipliers";
  if (failed(verifyStart(op)))
    return failure();
  if (fixed->getMultipliers().size() != op.getCurrents().size())
    return op.emitOpError() << "needs multipliers for each of its " << op.getCurrents().size()
                            << " operands, found " << fixed->getMultipliers().size();
  for (Attribute multipliers : fixed->getMultipliers())
    if (failed(verifyBroadcast(op, multipliers, spikes.getShape())))
      return failure();
  if (fixed->getGains() && failed(verifyBroadcast(op, fixed->getGains(), spikes.getShape())))
    return failure();
  if (failed(detail::verifyTarget(op, op.getFunction(), *fixed, spikes.getShape())) ||
      failed(verifyAlign(op)))
    return failure();
  bool isTernary = op.getCode().getKind() == SpikeCode::Ternary;
  if (isTernary == fixed->getZones().empty())
    return op.emitOpError() << (isTernary ? "with the ternary code needs zones"
                                          : "with the sign code takes no zones");
  return verifyLength(op, op.getSchedule(), fixed->getSteps().size());
}

/// FX-Q13. In a network that is being quantized it stands where real numbers will be integers.
LogicalResult detail::verifyFixed(RequantizeOp op) {
  if (!op.getCurrent().getType().getIsFixed() && !op->hasAttr(kBitsAttrName))
    return op.emitOpError() << "is for integer streams";
  if (op.getLimit() < 1 || op.getLimit() > kLargestLimit)
    return op.emitOpError() << "has a limit of 1 to " << kLargestLimit << ", found "
                            << op.getLimit();
  auto emit = [&] { return op.emitOpError(); };
  if (failed(verifyShift(emit, op.getShift())) ||
      failed(verifyMultipliers(emit, op.getMultipliers())))
    return failure();
  return verifyBroadcast(op, op.getMultipliers(), op.getCurrent().getType().getShape());
}

} // namespace snnc::snn
