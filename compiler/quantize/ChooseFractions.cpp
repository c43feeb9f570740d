#include "compiler/quantize/ChooseFractions.h"

#include "compiler/quantize/Formats.h"
#include "compiler/quantize/Importance.h"
#include "compiler/quantize/Observed.h"
#include "compiler/reference/Functions.h"
#include "dialects/support/Constants.h"
#include <algorithm>
#include <array>
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

namespace {

struct Choice : NeuronFormat {
  SmallVector<OperandRange, 2> ranges; ///< by operand; empty without images
  bool mayPass =
      false; ///< estimates that leave 16 bits lose nothing: the function stays what it is there

  /// Estimates that leave 16 bits on the images.
  uint64_t countSaturated() const {
    uint64_t saturated = 0;
    if (mayPass)
      return saturated;
    for (auto [range, fraction] : llvm::zip(ranges, inputFractions))
      saturated += range.countAbove(15 - fraction);
    return saturated;
  }

  /// What images said, for reports.
  DictionaryAttr describe(MLIRContext *context) const {
    Builder builder(context);
    double min = 0, max = 0;
    uint64_t total = 0;
    for (const OperandRange &range : ranges) {
      min = std::min(min, range.min);
      max = std::max(max, range.max);
      total += range.total;
    }
    auto count = [&](uint64_t number) {
      return builder.getI64IntegerAttr(static_cast<int64_t>(number));
    };
    return builder.getDictionaryAttr({builder.getNamedAttr("min", builder.getF64FloatAttr(min)),
                                      builder.getNamedAttr("max", builder.getF64FloatAttr(max)),
                                      builder.getNamedAttr("saturated", count(countSaturated())),
                                      builder.getNamedAttr("seen", count(total))});
  }
};

constexpr int kLargestDifference = 14;
/// Fraction bits in which y is compared with what is about as large as it: values of a table, products,
/// quotients.
constexpr int kOutputFraction = 13;
/// An output that is compared by its square (docs/spec/fixed-point.md, FX-Q12).
constexpr double kLargestSquared = 1 << 17;

/// How far from 0 outputs start, or are taken to be, at most.
double getStart(snn::NeuronOp neuron) {
  double max = 0;
  for (std::optional<ElementsAttr> attr : {neuron.getInitial(), neuron.getOffset()}) {
    double largest = 0;
    for (double number : attr ? *readNumbers(*attr) : Numbers())
      largest = std::max(largest, std::abs(number));
    max += largest;
  }
  return max;
}

class Chooser {
public:
  Chooser(snn::NeuronOp neuron, const Settings &settings)
      : neuron(neuron), function(neuron.getFunction()), settings(settings) {
    choice.stateBits = settings.stateBits;
    choice.ranges = getObserved(neuron, settings.headroom);
    for (unsigned n = 0; n < neuron->getNumOperands(); ++n)
      choice.inputFractions.push_back(std::clamp(getFraction(getMagnitude(n)), -16, 30));
    if (!choice.ranges.empty() && settings.stateBits == 32 && snn::needsTable(function))
      cutFlatEnds();
  }

  FailureOr<Choice> choose() {
    bool isScaled = snn::takesRange(function, neuron->getNumOperands() - 1);
    // What is compared is the operands themselves, or about as large as y.
    int fraction = isScaled ? *llvm::min_element(choice.inputFractions) : kOutputFraction;
    bool isSign = neuron.getCode().getKind() == snn::SpikeCode::Sign;
    int finest = static_cast<int>(isSign ? settings.signFraction : kStepFraction);
    unsigned max = static_cast<unsigned>(std::clamp(fraction - 1, 4, finest));
    FailureOr<IntegerSteps> steps =
        quantizeSteps(neuron, neuron.getSchedule(), settings.steps, max, getStart(neuron), isSign);
    if (failed(steps))
      return failure();
    choice.steps = *steps;
    int min = static_cast<int>(steps->fraction) + 1;
    choice.operandFraction = std::clamp(fraction, min, min - 1 + kLargestDifference);
    if (isScaled)
      for (int &input : choice.inputFractions)
        input = choice.operandFraction;
    choice.mayPass = choice.mayPass || mayLeaveBounds();
    alignOperands();
    return choice;
  }

private:
  snn::NeuronOp neuron;
  snn::Function function;
  const Settings &settings;
  Choice choice;

  double getMagnitude(unsigned operand) {
    if (choice.ranges.empty())
      return kUsualEstimate;
    const OperandRange &range = choice.ranges[operand];
    // With 32-bit states relu's negative side may saturate: nothing is lost. Nor is what lies beyond a clip's bounds.
    if (settings.stateBits == 32 && function == snn::Function::Relu)
      return range.max;
    if (settings.stateBits == 32 && snn::takesBounds(function)) {
      auto [min, max] = getBounds();
      return std::max(std::min(-range.min, -min), std::min(range.max, max));
    }
    return range.magnitude();
  }

  /// The least and the greatest bound of a clip, in units of the ranges.
  std::array<double, 2> getBounds() {
    Numbers ranges = neuron.getRange() ? *readNumbers(*neuron.getRange()) : Numbers{1.0};
    std::array<double, 2> bounds = {HUGE_VAL, -HUGE_VAL};
    for (double range : ranges)
      bounds = {std::min(bounds[0], (*neuron.getParams())[0] / range),
                std::max(bounds[1], (*neuron.getParams())[1] / range)};
    return bounds;
  }

  /// Whether all bounds of a clip are numbers of 16 bits, so that estimates that are none lose nothing.
  bool mayLeaveBounds() {
    if (settings.stateBits != 32 || !snn::takesBounds(function))
      return false;
    const double capacity = std::ldexp(1.0, 15 - choice.operandFraction);
    auto [min, max] = getBounds();
    return min >= -capacity && max < capacity;
  }

  /// An estimate may saturate where the function is the same from there to where it would have to otherwise, on both sides
  /// of 0, whichever was seen: the pieces of its table are finer then. A Clip in front of numbers that go far beyond it has
  /// few pieces otherwise.
  void cutFlatEnds() {
    int &fraction = choice.inputFractions.front();
    auto getCapacity = [&] { return std::ldexp(1.0, 15 - fraction); };
    const double end = getCapacity();
    while (fraction < 30 && isFlat(getCapacity() / 2, end) && isFlat(-getCapacity() / 2, -end)) {
      ++fraction;
      choice.mayPass = true;
    }
  }

  /// Whether the function, as far as outputs come, differs by less than half of what can be said of it, at numbers from
  /// `from` to `to`.
  bool isFlat(double from, double to) {
    ArrayRef<double> params = neuron.getParams() ? *neuron.getParams() : ArrayRef<double>();
    double min = 1, max = 1;
    if (neuron.getRange() && !snn::takesRange(function, 0)) {
      Numbers ranges = *readNumbers(*neuron.getRange());
      min = *llvm::min_element(ranges);
      max = *llvm::max_element(ranges);
    }
    const double enough = std::ldexp(min, -kOutputFraction) / 2;
    // And once the range further, so that no dead zone reaches into it.
    const double limit = max * (neuron.getSchedule().getReach() + getStart(neuron) + 1);
    auto get = [&](double x) {
      double y = reference::evaluate(function, x, params);
      return y > limit ? limit : y < -limit ? -limit : y; // NaN stays
    };
    constexpr int kSamples = 256;
    for (int i = 1; i <= kSamples; ++i)
      if (double off = get(from + (to - from) * i / kSamples) - get(from);
          !(std::abs(off) < enough))
        return false;
    return true;
  }

  /// Functions of two operands bring both sides of their comparison to the same fraction bits by one
  /// shift; where that would not be possible, an operand gets fewer bits.
  void alignOperands() {
    std::optional<int64_t> max = snn::getLargestAlign(function);
    if (!max)
      return;
    int &a = choice.inputFractions[0], &b = choice.inputFractions[1];
    if (function == snn::Function::Norm)
      return alignNorm(a, b, static_cast<int>(*max));
    int &f = choice.operandFraction;
    bool isProduct = function == snn::Function::Mul;
    auto getAlign = [&] { return isProduct ? a + b - f : f + b - a; };
    b -= std::max(getAlign() - static_cast<int>(*max), 0);
    int missing = std::max(-getAlign(), 0);
    (isProduct ? b : a) += isProduct ? missing : -missing;
    choice.align = getAlign();
  }

  /// y |y| (v + epsilon) against x |x|.
  void alignNorm(int &x, int &v, int max) {
    int &f = choice.operandFraction, min = static_cast<int>(choice.steps.fraction);
    double reach = getStart(neuron);
    for (int64_t step : choice.steps.steps)
      reach += std::ldexp(static_cast<double>(step), -min);
    double zone = neuron.getCode().getKind() == snn::SpikeCode::Ternary
                      ? neuron.getCode().getDeadZone(0) * neuron.getSchedule().getFirst()
                      : 0;
    for (int64_t k = 0; k < choice.steps.schedule.getSteps() && zone > 0; ++k)
      zone = std::max(zone, neuron.getCode().getDeadZone(k) * neuron.getSchedule().getFirst());
    while (f > min && std::ldexp(reach + zone, f) > kLargestSquared)
      --f;
    double epsilon = neuron.getParams()->front();
    while (std::ldexp(epsilon, v) > INT16_MAX)
      --v;
    v -= std::max(2 * f + v - 2 * x - max, 0);
    x -= std::max(2 * x - 2 * f - v + 1, 0) / 2;
    choice.align = 2 * f + v - 2 * x;
    // A variance of 0 stays one that can be divided by.
    choice.epsilon = epsilon > 0 ? std::max<int64_t>(std::llround(std::ldexp(epsilon, v)), 1) : 0;
  }
};

} // namespace

LogicalResult checkSettings(func::FuncOp network, const Settings &settings, StringRef input) {
  const unsigned weights = settings.weightBits, states = settings.stateBits;
  if (weights != 8 && weights != 4 && weights != 2)
    return network.emitError() << "weight-bits are 8, 4 or 2, found " << weights;
  if (states != 16 && states != 32)
    return network.emitError() << "state-bits are 16 or 32, found " << states;
  if (settings.signFraction != kSignFraction && settings.signFraction != kStepFraction)
    return network.emitError() << "sign-fraction is " << kSignFraction << " or " << kStepFraction
                               << ", found " << settings.signFraction;
  if (!input.empty() && input != "u8" && input != "i16")
    return network.emitError() << "input is u8 or i16, found '" << input << "'";
  return success();
}

LogicalResult chooseFractions(func::FuncOp network, const Settings &settings) {
  for (auto neuron : network.getOps<snn::NeuronOp>()) {
    FailureOr<Choice> choice = Chooser(neuron, settings).choose();
    if (failed(choice))
      return failure();
    setFormat(neuron, *choice);
    if (!choice->ranges.empty())
      neuron->setAttr(snn::kQuantizationAttrName, choice->describe(network.getContext()));
  }
  return success();
}

} // namespace snnc::quantize
