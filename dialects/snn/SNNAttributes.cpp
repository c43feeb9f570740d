//===- The snn dialect: attributes on other operations --------------------------------------------------------===//
#include "dialects/snn/Attributes.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/DialectAttributes.h"
#include <cmath>
#include <numeric>

using namespace mlir;

namespace snnc::snn {

namespace {

/// An i64 of `min` to `max`.
bool isNumber(Attribute value, int64_t min, int64_t max) {
  auto number = dyn_cast<IntegerAttr>(value);
  return number && number.getType().isInteger(64) && number.getInt() >= min &&
         number.getInt() <= max;
}

bool isQuantization(const PlacedAttribute &attribute) {
  return isa<NeuronOp>(attribute.op) && isa<DictionaryAttr>(attribute.value);
}

/// Numbers from `min` to `max`, at most 0 and at least 0; `counts` of them with a magnitude of 2^`exponent` to twice that,
/// of the next power of two, and so on.
bool isObservedRange(Attribute value) {
  auto range = dyn_cast<DictionaryAttr>(value);
  if (!range || range.size() != 5)
    return false;
  auto min = range.getAs<FloatAttr>("min"), max = range.getAs<FloatAttr>("max");
  auto counts = range.getAs<DenseI64ArrayAttr>("counts");
  if (!min || !max || !(min.getValueAsDouble() <= 0) || !(max.getValueAsDouble() >= 0) || !counts ||
      llvm::any_of(counts.asArrayRef(), [](int64_t count) { return count < 0; }))
    return false;
  Attribute exponent = range.get("exponent"), seen = range.get("seen");
  return exponent && isNumber(exponent, -kObservedExponents, kObservedExponents - counts.size()) &&
         seen && isNumber(seen, 0, INT64_MAX);
}

bool isObserved(const PlacedAttribute &attribute) {
  auto ranges = dyn_cast<ArrayAttr>(attribute.value);
  if (!ranges || !isa<EncodeOp, NeuronOp>(attribute.op))
    return false;
  size_t count = isa<NeuronOp>(attribute.op) ? attribute.op->getNumOperands() : 2;
  return ranges.size() == count && llvm::all_of(ranges, isObservedRange);
}

/// What each number of `attr` is, where it holds f64 of `shape`.
bool holdsAll(ElementsAttr attr, ArrayRef<int64_t> shape, function_ref<bool(double)> holds) {
  return attr && attr.getElementType().isF64() && attr.getShapedType().getShape() == shape &&
         holdsNumbers(attr) && llvm::all_of(*readNumbers(attr), holds);
}

bool areMagnitudes(const PlacedAttribute &attribute) {
  auto numbers = dyn_cast<ElementsAttr>(attribute.value);
  return isa<EncodeOp, NeuronOp, SynapseOpInterface>(attribute.op) && numbers &&
         holdsAll(numbers, getStreamShape(attribute.op->getResult(0).getType()),
                  [](double number) { return number >= 0 && std::isfinite(number); });
}

/// Triangles of blocks one after another, row by row; their diagonals are positive.
bool areFactors(ElementsAttr attr, int64_t groups, int64_t inputs) {
  if (!holdsAll(attr, {groups, countMomentFactors(inputs)},
                [](double number) { return std::isfinite(number); }))
    return false;
  std::vector<double> factors = *readNumbers(attr);
  size_t at = 0;
  for (int64_t group = 0; group < groups; ++group)
    for (int64_t i = 0; i < inputs; ++i, ++at)
      if (at += i % kMomentsBlock; !(factors[at] > 0))
        return false;
  return true;
}

bool areMoments(const PlacedAttribute &attribute) {
  auto weighted = dyn_cast<WeightedOpInterface>(attribute.op);
  auto moments = dyn_cast<DictionaryAttr>(attribute.value);
  if (!weighted || !moments || moments.size() != 3)
    return false;
  const WeightLayout layout = weighted.getWeightLayout();
  auto headroom = moments.getAs<FloatAttr>("headroom");
  return headroom && headroom.getType().isF64() && headroom.getValueAsDouble() >= 1 &&
         holdsAll(moments.getAs<ElementsAttr>("means"), {layout.groups, layout.getFanIn()},
                  [](double number) { return std::isfinite(number); }) &&
         areFactors(moments.getAs<ElementsAttr>("factors"), layout.groups, layout.getFanIn());
}

/// Whether an entry is an i64 of `min` to `max`.
bool hasNumber(DictionaryAttr format, StringRef name, int64_t min, int64_t max) {
  Attribute value = format.get(name);
  return value && isNumber(value, min, max);
}

/// Fraction bits of estimates lie within this, either way.
constexpr int64_t kLargestFraction = 64;

bool isNeuronFormat(NeuronOp neuron, DictionaryAttr format) {
  auto inputs = format.getAs<DenseI64ArrayAttr>("input_fractions");
  auto steps = format.getAs<DenseI64ArrayAttr>("steps");
  auto schedule = format.getAs<ScheduleAttr>("schedule");
  if (format.size() != 8 || !inputs || !steps || !schedule)
    return false;
  auto isFraction = [](int64_t fraction) { return std::abs(fraction) <= kLargestFraction; };
  auto isStep = [](int64_t step) { return step >= 1 && step <= INT16_MAX; };
  ArrayRef<int64_t> sizes = steps;
  return hasNumber(format, "state", 16, 32) &&
         format.getAs<IntegerAttr>("state").getInt() % 16 == 0 &&
         inputs.size() == neuron->getNumOperands() &&
         llvm::all_of(inputs.asArrayRef(), isFraction) && schedule.getSteps() == steps.size() &&
         llvm::all_of(sizes, isStep) &&
         std::accumulate(sizes.begin(), sizes.end(), int64_t{0}) <= INT16_MAX &&
         hasNumber(format, "event_fraction", 0, kLargestFraction) &&
         hasNumber(format, "operand_fraction", -kLargestFraction, kLargestFraction) &&
         hasNumber(format, "align", 0, getLargestAlign(neuron.getFunction()).value_or(0)) &&
         hasNumber(format, "epsilon", 0, INT16_MAX);
}

bool isInputFormat(EncodeOp encode, DictionaryAttr format) {
  auto fixed = format.getAs<FixedInputAttr>("fixed");
  auto schedule = format.getAs<ScheduleAttr>("schedule");
  if (!fixed || format.size() != (schedule ? 2 : 1) ||
      encode.getSchedule().has_value() != static_cast<bool>(schedule))
    return false;
  return fixed.getMultipliers().size() == encode.getSpikes().getType().getShape().front() &&
         fixed.getSteps().size() == (schedule ? schedule.getSteps() : 0);
}

/// Positive numbers, one for each element of `shape`, or for all along a dimension.
bool areLSBs(ElementsAttr lsb, ArrayRef<int64_t> shape) {
  if (!lsb || !lsb.getElementType().isF64() || !holdsNumbers(lsb))
    return false;
  ArrayRef<int64_t> own = lsb.getShapedType().getShape();
  if (own.size() != shape.size())
    return false;
  for (auto [size, all] : llvm::zip(own, shape))
    if (size != 1 && size != all)
      return false;
  return llvm::all_of(*readNumbers(lsb),
                      [](double number) { return number > 0 && std::isfinite(number); });
}

bool isSynapseFormat(SynapseOpInterface synapse, DictionaryAttr format) {
  if (!areLSBs(format.getAs<ElementsAttr>("lsb"), synapse.getCurrent().getType().getShape()))
    return false;
  if (isa<RequantizeOp>(synapse.getOperation()))
    return format.size() == 2 && hasNumber(format, "limit", 1, int64_t{1} << 30);
  if (!isa<WeightedOpInterface>(synapse.getOperation()))
    return format.size() == 1;
  auto isAny = [&](ArrayRef<int64_t> bits) {
    return llvm::any_of(bits, [&](int64_t b) { return hasNumber(format, "bits", b, b); });
  };
  return format.size() == 3 && isAny({2, 4, 8}) && hasNumber(format, "shift", 0, 15);
}

bool isFormat(const PlacedAttribute &attribute) {
  auto format = dyn_cast<DictionaryAttr>(attribute.value);
  if (!format)
    return false;
  if (auto neuron = dyn_cast<NeuronOp>(attribute.op))
    return isNeuronFormat(neuron, format);
  if (auto encode = dyn_cast<EncodeOp>(attribute.op))
    return isInputFormat(encode, format);
  auto synapse = dyn_cast<SynapseOpInterface>(attribute.op);
  return synapse && isSynapseFormat(synapse, format);
}

bool isBits(const PlacedAttribute &attribute) {
  return isa<RequantizeOp>(attribute.op) && isNumber(attribute.value, 1, 32);
}

bool isSharedBy(const PlacedAttribute &attribute) {
  return isa<RequantizeOp>(attribute.op) && isNumber(attribute.value, 0, 3);
}

bool isCommon(const PlacedAttribute &attribute) {
  return isa<ScaleOp>(attribute.op) && isa<BoolAttr>(attribute.value);
}

bool isCount(const PlacedAttribute &attribute) {
  return isa<SynapseOpInterface>(attribute.op) && isNumber(attribute.value, 0, INT64_MAX);
}

/// Every discardable attribute that the dialect has.
constexpr AttributeRule kRules[] = {
    {kQuantizationAttrName, OnOperation, "a dictionary on an 'snn.neuron'", isQuantization},
    {kObservedAttrName, OnOperation,
     "a range for each operand of an 'snn.neuron', or two on an 'snn.encode'", isObserved},
    {kMagnitudesAttrName, OnOperation,
     "a finite f64 of at least 0 for each element that an 'snn.encode', 'snn.neuron' or synapse "
     "delivers",
     areMagnitudes},
    {kMomentsAttrName, OnOperation,
     "headroom, means and factors of what the weights of a synapse multiply "
     "(docs/spec/attributes.md)",
     areMoments},
    {kFormatAttrName, OnOperation,
     "the integers of this 'snn.encode', 'snn.neuron' or synapse (docs/spec/attributes.md)",
     isFormat},
    {kBitsAttrName, OnOperation, "an i64 of 1 to 32 on an 'snn.requantize'", isBits},
    {kSharedByAttrName, OnOperation, "an i64 of 0 to 3 on an 'snn.requantize'", isSharedBy},
    {kCommonAttrName, OnOperation, "true or false on an 'snn.scale'", isCommon},
    {kCoarserAttrName, OnOperation, "an i64 of at least 0 on a synapse", isCount},
    {kLostAttrName, OnOperation, "an i64 of at least 0 on a synapse", isCount},
};

} // namespace

LogicalResult SNNDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  return verifyAttribute(kRules, attribute, OnOperation, op);
}

LogicalResult SNNDialect::verifyRegionArgAttribute(Operation *op, unsigned region,
                                                   unsigned argument, NamedAttribute attribute) {
  return verifyAttribute(kRules, attribute, OnArgument, op, argument);
}

LogicalResult SNNDialect::verifyRegionResultAttribute(Operation *op, unsigned region,
                                                      unsigned result, NamedAttribute attribute) {
  return verifyAttribute(kRules, attribute, OnResult, op, result);
}

} // namespace snnc::snn
