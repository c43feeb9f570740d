#include "compiler/quantize/QuantizeNeurons.h"

#include "compiler/reference/Functions.h"
#include "compiler/reference/Indexing.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "dialects/support/Shapes.h"
#include "snn/fixed.h"
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir;

namespace snnc::quantize {

namespace {

/// The input is rounded to this many bits: finer than bytes, and small enough for any first layer.
constexpr int kInputBits = 12;
/// Multipliers of the input: with a raw number of 16 bits the product stays in 32.
constexpr int kInputMultiplierBits = 14;

/// Fraction bits of the input and the output are within this, either way.
constexpr int kLargestScale = 100;

/// Steps from here on are rounded to even numbers without harm.
constexpr int64_t kSmallestEven = 16;

std::vector<int64_t> roundSteps(snn::ScheduleAttr schedule, unsigned fraction) {
  std::vector<int64_t> steps;
  for (int64_t k = 0; k < schedule.getSteps(); ++k)
    steps.push_back(std::llround(
        std::ldexp(schedule.getStepSize(schedule.getStart() + k), static_cast<int>(fraction))));
  return steps;
}

/// Whether every step is an integer of `fraction` bits.
bool isWhole(snn::ScheduleAttr schedule, unsigned fraction) {
  double last = std::ldexp(schedule.getStepSize(schedule.getStart() + schedule.getSteps() - 1),
                           static_cast<int>(fraction));
  return last == std::floor(last);
}

/// The same, but the first one odd and all others even: `y` is odd after every step, and never equal to the 0 of
/// a silent neuron. In real numbers such neurons hardly ever tie, and stand as often above 0 as below it; ties
/// would all be decided the same way, and the errors of a layer would no longer cancel out.
std::vector<int64_t> roundToOddSums(snn::ScheduleAttr schedule, unsigned fraction) {
  std::vector<int64_t> steps = roundSteps(schedule, fraction - 1);
  for (int64_t &step : steps)
    step *= 2;
  double first =
      std::ldexp(schedule.getStepSize(schedule.getStart()), static_cast<int>(fraction) - 1);
  steps.front() = 2 * static_cast<int64_t>(first) + 1;
  return steps;
}

bool fits(ArrayRef<int64_t> steps, int64_t start) {
  return llvm::all_of(steps, [](int64_t step) { return step >= 1; }) &&
         std::accumulate(steps.begin(), steps.end(), start) <= INT16_MAX;
}

/// The shapes that multipliers may have, smallest first: one for all, one per channel, one per last
/// dimension, one per element.
SmallVector<SmallVector<int64_t>> getCandidates(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> one(shape.size(), 1), first = one, last = one;
  first.front() = shape.front();
  last.back() = shape.back();
  return {one, first, last, SmallVector<int64_t>(shape)};
}

} // namespace

FailureOr<IntegerSteps> quantizeSteps(Operation *op, snn::ScheduleAttr schedule, int64_t totalSteps,
                                      unsigned max, double start, bool isOdd) {
  IntegerSteps result;
  int64_t steps = schedule.getSteps() == snn::ScheduleAttr::kUnlimited
                      ? std::max<int64_t>(totalSteps - schedule.getStart(), 1)
                      : schedule.getSteps();
  result.schedule =
      snn::ScheduleAttr::get(schedule.getContext(), schedule.getKind(), schedule.getFirst(),
                             schedule.getRatio(), schedule.getRepeat(), schedule.getStart(), steps);
  bool isDyadic = schedule.getKind() == snn::ScheduleKind::Dyadic;
  // Dyadic steps want no more bits than make them whole; others, and where outputs start, as many as
  // there are.
  bool isCoarse = isDyadic && start == 0;
  for (unsigned i = 0; i <= 14; ++i) {
    unsigned fraction = isCoarse ? i : i <= max ? max - i : i;
    // Twice rounded: `initial` and `offset`.
    int64_t room =
        start > 0 ? std::llround(std::ceil(std::ldexp(start, static_cast<int>(fraction)))) + 1 : 0;
    result.fraction = fraction;
    result.steps = roundSteps(result.schedule, fraction);
    if (!fits(result.steps, room) || (isDyadic && !isWhole(result.schedule, fraction)))
      continue;
    if (isOdd && start == 0 && !isWhole(result.schedule, fraction) &&
        *llvm::min_element(result.steps) >= kSmallestEven)
      if (std::vector<int64_t> odd = roundToOddSums(result.schedule, fraction); fits(odd, room))
        result.steps = std::move(odd);
    return result;
  }
  return op->emitOpError() << "has step sizes from "
                           << showNumber(result.schedule.getStepSize(schedule.getStart()))
                           << " down to "
                           << showNumber(
                                  result.schedule.getStepSize(schedule.getStart() + steps - 1))
                           << ", which do not fit in 16 bits together; use fewer steps";
}

int getFraction(double magnitude) { return magnitude > 0 ? 13 - std::ilogb(magnitude) : 13; }

std::pair<SmallVector<int64_t>, Numbers> compress(ArrayRef<int64_t> shape, const Numbers &all) {
  SmallVector<int64_t> small(shape);
  Numbers numbers = all;
  for (size_t d = 0; d < shape.size(); ++d) {
    SmallVector<int64_t> tried = small;
    tried[d] = 1;
    Numbers values(countElements(tried), HUGE_VAL);
    bool same = true;
    size_t i = 0;
    reference::forEach(small, [&](reference::Shape at) {
      double &value = values[reference::broadcast(at, tried)];
      same &= value == HUGE_VAL || value == numbers[i];
      value = numbers[i++];
    });
    if (same) {
      small = tried;
      numbers = values;
    }
  }
  return {small, numbers};
}

Multipliers makeMultipliers(MLIRContext *context, const Numbers &ratios, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> chosen;
  Numbers values;
  for (const SmallVector<int64_t> &candidate : getCandidates(shape)) {
    values.assign(countElements(candidate), 0);
    bool same = true;
    size_t i = 0;
    reference::forEach(shape, [&](reference::Shape at) {
      double &value = values[reference::broadcast(at, candidate)];
      same &= value == 0 || value == ratios[i];
      value = ratios[i++];
    });
    chosen = candidate;
    if (same)
      break;
  }
  Multipliers result;
  int exponent = std::ilogb(*llvm::max_element(values));
  result.shift = std::clamp(30 - exponent, 0, 62);
  for (double &value : values)
    value = std::clamp(std::round(std::ldexp(value, static_cast<int>(result.shift))), 1.0,
                       2147483647.0);
  result.numbers = makeConstant(RankedTensorType::get(chosen, IntegerType::get(context, 32)),
                                values, "multipliers");
  return result;
}

DenseI64ArrayAttr makeTable(snn::NeuronOp neuron, int inputFraction, int fraction, double range) {
  ArrayRef<double> params = neuron.getParams() ? *neuron.getParams() : ArrayRef<double>();
  std::vector<int64_t> table;
  for (int i = 0; i < SNN_TABLE_SIZE; ++i) {
    double x = std::ldexp(i * 256 - 32768, -inputFraction);
    double y = std::ldexp(reference::evaluate(neuron.getFunction(), x, params) / range, fraction);
    table.push_back(static_cast<int64_t>(std::clamp(std::round(y), -32768.0, 32767.0)));
  }
  return DenseI64ArrayAttr::get(neuron.getContext(), table);
}

Bounds makeBounds(snn::NeuronOp neuron, int fraction, const Numbers &ranges) {
  ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape();
  ArrayRef<double> params = *neuron.getParams();
  auto get = [&](double bound, double range) {
    return std::clamp(std::round(std::ldexp(bound / range, fraction)), -32768.0, 32767.0);
  };
  auto [small, kept] = compress(shape, ranges);
  auto type = RankedTensorType::get(small, IntegerType::get(neuron.getContext(), 16));
  Numbers lower, upper;
  for (double range : kept) {
    lower.push_back(get(params[0], range));
    upper.push_back(get(params[1], range));
  }
  return {makeConstant(type, lower, "bounds"), makeConstant(type, upper, "bounds")};
}

snn::FixedInputAttr makeInput(snn::EncodeOp encode, bool isByte, double raw, double input,
                              const IntegerSteps &steps) {
  int64_t channels = encode.getSpikes().getType().getShape()[0];
  int rawFraction = isByte ? 0 : std::clamp(getFraction(raw), -kLargestScale, kLargestScale);
  double unit = isByte ? 1.0 / 255 : std::ldexp(1.0, -rawFraction);
  // Steps are compared with the input; without them it may have any size.
  int min = steps.steps.empty() ? -kLargestScale : static_cast<int>(steps.fraction);
  int max = steps.steps.empty() ? kLargestScale : min + 14;
  int fraction = std::clamp(kInputBits - 1 - (input > 0 ? std::ilogb(input) : 0), min, max);
  std::vector<double> scale, shift;
  double largest = 0, offset = 0;
  for (int64_t c = 0; c < channels; ++c) {
    double deviation = encode.getStd() ? (*encode.getStd())[c] : 1.0;
    scale.push_back(std::ldexp(unit / deviation, fraction));
    shift.push_back(
        std::ldexp(encode.getMean() ? -(*encode.getMean())[c] / deviation : 0.0, fraction));
    largest = std::max(largest, scale.back());
    offset = std::max(offset, std::abs(shift.back()));
  }
  int bits = isByte ? 22 : kInputMultiplierBits;
  int digits = bits - std::ilogb(largest);
  if (offset > 0)
    digits = std::min(digits, 29 - std::ilogb(offset));
  digits = std::clamp(digits, 0, 62);
  std::vector<int64_t> multipliers, offsets;
  for (int64_t c = 0; c < channels; ++c) {
    multipliers.push_back(std::max<int64_t>(1, std::llround(std::ldexp(scale[c], digits))));
    offsets.push_back(std::llround(std::ldexp(shift[c], digits)));
  }
  MLIRContext *context = encode.getContext();
  auto list = [&](ArrayRef<int64_t> numbers) { return DenseI64ArrayAttr::get(context, numbers); };
  return snn::FixedInputAttr::get(context, isByte ? snn::RawInput::U8 : snn::RawInput::I16,
                                  rawFraction, list(multipliers), list(offsets), digits, fraction,
                                  static_cast<int64_t>(steps.fraction), list(steps.steps));
}

} // namespace snnc::quantize
