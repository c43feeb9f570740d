#include "runtime/src/network/ReadFixed.h"
#include "runtime/src/network/ToVector.h"
#include "snn/fixed.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace fb = snn::format;

namespace snn::detail {

int32_t FixedNeuron::reach() const { return std::accumulate(steps.begin(), steps.end(), 0); }

namespace {

constexpr uint32_t kLargestShift = 62, kLargestDifference = 14, kLargestFraction = 30;
constexpr int32_t kLargestScale = 100;
constexpr const char *kBadSteps = "has integer steps below 1, or that reach further than 16 bits";

bool areSteps(const std::vector<int32_t> &steps) {
  int64_t reach = 0;
  for (int32_t step : steps) {
    if (step < 1)
      return false;
    reach += step;
  }
  return reach <= std::numeric_limits<int16_t>::max();
}

bool arePositive(const TensorView &numbers) {
  for (size_t i = 0; i < numbers.size; ++i)
    if (numbers[i] < 1)
      return false;
  return numbers.bits == 32;
}

int64_t getLargest(const TensorView &numbers) {
  double max = 0;
  for (size_t i = 0; i < numbers.size; ++i)
    max = std::max(max, std::abs(numbers[i]));
  return static_cast<int64_t>(max);
}

/// Whether no lower bound is above the upper one; there may be none (docs/spec/fixed-point.md, FX-Q15).
bool areBounds(const TensorView &lower, const TensorView &upper) {
  if (!lower && !upper)
    return true;
  if (!lower || !upper || lower.bits != 16 || upper.bits != 16 || lower.shape != upper.shape)
    return false;
  for (size_t i = 0; i < lower.size; ++i)
    if (lower[i] > upper[i])
      return false;
  return true;
}

/// Whether a function has the table or the bounds that it needs, and nothing else. A clip of older programs has a table.
bool hasForm(const Operation &op) {
  const FixedNeuron &neuron = op.fixedNeuron;
  const IntegerForm form = getInfo(op.function).integers;
  const bool hasTable = neuron.table.size() == SNN_TABLE_SIZE, hasBounds = !!neuron.lower;
  if (!hasTable && !neuron.table.empty())
    return false;
  if (form == IntegerForm::Bounds)
    return hasTable != hasBounds;
  return !hasBounds && hasTable == (form == IntegerForm::Table);
}

/// Whether both sides of a comparison fit in 64 bits (docs/spec/fixed-point.md, FX-Q12).
bool isAligned(const Operation &op) {
  constexpr int64_t kLargestSquared = 1 << 17;
  const FixedNeuron &neuron = op.fixedNeuron;
  uint32_t max = getInfo(op.function).largestAlign;
  if (neuron.align > max || op.function != Function::Norm)
    return neuron.align <= max && neuron.epsilon == 0;
  int64_t estimate = (neuron.reach() + getLargest(op.initial))
                     << (neuron.operandFraction - neuron.eventFraction);
  for (int32_t zone : neuron.zones)
    if (estimate + zone > kLargestSquared)
      return false;
  return estimate <= kLargestSquared;
}

/// What integers at the border count in.
bool isScale(int32_t fraction) { return fraction >= -kLargestScale && fraction <= kLargestScale; }

/// One integer step for each of the schedule's, which must end.
bool matches(const Operation &op, size_t steps) {
  return op.hasSchedule && op.schedule.steps >= 0 &&
         static_cast<size_t>(op.schedule.steps) == steps;
}

} // namespace

std::string readFixed(const fb::FixedInput *in, Operation &op, const ReadTensor &) {
  FixedInput &input = op.fixedInput;
  if (in->raw() > fb::RawInput_MAX)
    return "reads an unknown kind of integers";
  input.isByte = in->raw() == fb::RawInput_U8;
  input.rawFraction = in->raw_fraction();
  input.shift = in->shift();
  input.fraction = in->fraction();
  input.eventFraction = in->event_fraction();
  input.multipliers = toVector(in->multipliers());
  input.offsets = toVector(in->offsets());
  input.steps = toVector(in->steps());
  // A fraction is compared with that of steps, where there are some.
  const int64_t more = int64_t{input.fraction} - input.eventFraction;
  const bool isWithin = input.steps.empty()
                            ? isScale(input.fraction)
                            : more >= 0 && input.fraction <= static_cast<int32_t>(kLargestFraction);
  if (input.shift > kLargestShift || !isWithin || !isScale(input.rawFraction) ||
      (input.isByte && input.rawFraction != 0))
    return "has a shift or fraction bits out of range";
  return areSteps(input.steps) ? "" : kBadSteps;
}

std::string readFixed(const fb::FixedNeuron *in, Operation &op, const ReadTensor &read) {
  FixedNeuron &neuron = op.fixedNeuron;
  neuron.stateBits = in->state_bits();
  neuron.eventFraction = in->event_fraction();
  neuron.operandFraction = in->operand_fraction();
  neuron.steps = toVector(in->steps());
  neuron.zones = toVector(in->zones());
  neuron.shifts.assign(in->shifts()->begin(), in->shifts()->end());
  if (in->table())
    neuron.table.assign(in->table()->begin(), in->table()->end());
  neuron.align = in->align();
  if (in->epsilon() < 0)
    return "has a negative epsilon";
  neuron.epsilon = static_cast<uint32_t>(in->epsilon());
  if ((neuron.stateBits != 16 && neuron.stateBits != 32) ||
      neuron.operandFraction > kLargestFraction || neuron.operandFraction < neuron.eventFraction ||
      neuron.operandFraction - neuron.eventFraction > kLargestDifference)
    return "has state bits or fraction bits out of range";
  for (uint32_t shift : neuron.shifts)
    if (shift > kLargestShift)
      return "has a shift out of range";
  for (int32_t zone : neuron.zones)
    if (zone < 0)
      return "has a negative zone";
  for (const fb::Tensor *tensor : *in->multipliers()) {
    TensorView &view = neuron.multipliers.emplace_back();
    if (!read(tensor, view) || !arePositive(view))
      return "has multipliers that are not positive 32-bit integers";
  }
  neuron.gainShift = in->gain_shift();
  if (in->gains() && (!read(in->gains(), neuron.gains) || !arePositive(neuron.gains) ||
                      neuron.gainShift > kLargestShift))
    return "has gains that are not positive 32-bit integers, or a shift out of range";
  if ((in->lower() && !read(in->lower(), neuron.lower)) ||
      (in->upper() && !read(in->upper(), neuron.upper)) || !areBounds(neuron.lower, neuron.upper))
    return "has bounds that are not pairs of 16-bit integers";
  return areSteps(neuron.steps) ? "" : kBadSteps;
}

std::string readFixed(const fb::FixedOutput *in, Operation &op, const ReadTensor &read) {
  FixedOutput &output = op.fixedOutput;
  output.shift = in->shift();
  output.fraction = in->fraction();
  if (output.shift > kLargestShift || !isScale(output.fraction))
    return "has a shift or fraction bits out of range";
  if (!read(in->multipliers(), output.multipliers) || !arePositive(output.multipliers))
    return "has multipliers that are not positive 32-bit integers";
  return "";
}

uint64_t setElement(TensorView &tensor, Precision precision, uint32_t bits) {
  using Element = TensorView::Element;
  tensor.bits = precision == Precision::Fixed ? bits : 0;
  if (precision != Precision::Fixed) {
    tensor.element = precision == Precision::F64 ? Element::F64 : Element::F32;
    return precision == Precision::F64 ? sizeof(double) : sizeof(float);
  }
  switch (bits) {
  case 2:
  case 4:
  case 8:
    tensor.element = Element::I8;
    return 1;
  case 16:
    tensor.element = Element::I16;
    return 2;
  case 32:
    tensor.element = Element::I32;
    return 4;
  default:
    return 0;
  }
}

bool fitsBits(double number, uint32_t bits) {
  double limit = std::ldexp(1.0, static_cast<int>(bits) - 1);
  return number >= -limit && number < limit;
}

bool applies(const TensorView &tensor, const Shape &shape) {
  bool fits = tensor.shape.size() == shape.size();
  for (size_t d = 0; fits && d < shape.size(); ++d)
    fits = tensor.shape[d] == 1 || tensor.shape[d] == shape[d];
  return fits;
}

std::string checkFixedInput(const Operation &op, uint32_t channels) {
  const FixedInput &input = op.fixedInput;
  if (input.multipliers.size() != channels || input.offsets.size() != channels)
    return "needs a multiplier and an offset for each of its channels";
  for (int32_t multiplier : input.multipliers)
    if (multiplier < 1)
      return "has a multiplier that is not positive";
  if (op.inputCode == InputCode::Analog)
    return "sends rates, which have no integer form";
  if (op.inputCode == InputCode::Direct)
    return input.steps.empty() ? "" : "needs no steps";
  if (!matches(op, input.steps.size()))
    return "has other integer steps than its schedule";
  if (input.fraction > static_cast<int32_t>(input.eventFraction + kLargestDifference))
    return "has fraction bits out of range";
  for (int32_t step : input.steps)
    if (op.inputCode == InputCode::Float && int64_t{step} > int64_t{1} << input.eventFraction)
      return "has steps above 1, which overshoot the input";
  return "";
}

std::string checkFixedSynapse(const Operation &op) {
  if (op.kind == Operation::Kind::Requantize)
    return op.shift <= kLargestShift && op.limit >= 1 && op.limit <= 1 << 30 &&
                   arePositive(op.weight)
               ? ""
               : "has a shift, a limit or multipliers out of range";
  bool multiplies = op.kind == Operation::Kind::Conv || op.kind == Operation::Kind::Gemm ||
                    op.kind == Operation::Kind::Scale;
  if ((multiplies && op.weight.bits > 16) || op.shift > 15)
    return "multiplies by more than 16 bits";
  if ((op.bias && op.bias.bits != 32) || (op.kind == Operation::Kind::Bias && op.weight.bits != 32))
    return "adds a bias of other than 32 bits";
  if (op.kind == Operation::Kind::Pad && op.border != 0)
    return "pads with a border, which integers have as a bias";
  return "";
}

std::string checkFixedNeuron(const Operation &op, const Shape &shape) {
  const FixedNeuron &neuron = op.fixedNeuron;
  if (op.kind != Operation::Kind::Neuron)
    return "averages rates, which have no integer form";
  if (getInfo(op.function).integers == IntegerForm::None)
    return "follows " + std::string(getInfo(op.function).name) + ", which has no integer form";
  if (!hasForm(op))
    return "has no table or bounds, or some that it does not need";
  if (neuron.gains && (neuron.table.empty() || !applies(neuron.gains, shape)))
    return "has gains without a table, or of a shape that does not fit";
  if (neuron.lower && !applies(neuron.lower, shape))
    return "has bounds of a shape that does not fit";
  int64_t start = 0;
  for (const TensorView *outputs : {&op.initial, &op.offset}) {
    if (*outputs && outputs->bits != 16)
      return "starts at an output that has not 16 bits";
    start += getLargest(*outputs);
  }
  if (op.function == Function::Norm && op.hysteresis > 0)
    return "is a norm with a hysteresis";
  if (!isAligned(op))
    return "compares numbers that do not fit in 64 bits";
  if (neuron.reach() + start > std::numeric_limits<int16_t>::max())
    return "starts at an output from which it reaches further than 16 bits";
  if (op.range)
    return "has a range outside of its multipliers";
  if (!matches(op, neuron.steps.size()) ||
      neuron.zones.size() != (op.code == SpikeCode::Ternary ? neuron.steps.size() : 0))
    return "has other integer steps or zones than its schedule and code";
  if (neuron.shifts.size() != op.inputs.size() || neuron.multipliers.size() != op.inputs.size())
    return "needs multipliers and a shift for each operand";
  for (const TensorView &multipliers : neuron.multipliers)
    if (!applies(multipliers, shape))
      return "has multipliers of a shape that does not fit";
  return "";
}

} // namespace snn::detail
