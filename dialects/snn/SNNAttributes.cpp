//===- The snn dialect: attributes on other operations --------------------------------------------------------===//
#include "dialects/snn/Attributes.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/DialectAttributes.h"

using namespace mlir;

namespace snnc::snn {

namespace {

/// An i64 of `least` to `most`.
bool isNumber(Attribute value, int64_t least, int64_t most) {
  auto number = dyn_cast<IntegerAttr>(value);
  return number && number.getType().isInteger(64) && number.getInt() >= least &&
         number.getInt() <= most;
}

bool isQuantization(const PlacedAttribute &attribute) {
  return isa<NeuronOp>(attribute.op) && isa<DictionaryAttr>(attribute.value);
}

/// Numbers from `least` to `most`, at most 0 and at least 0; `counts` of them with a magnitude of 2^`exponent` to twice that,
/// of the next power of two, and so on.
bool isObservedRange(Attribute value) {
  auto range = dyn_cast<DictionaryAttr>(value);
  if (!range || range.size() != 5)
    return false;
  auto least = range.getAs<FloatAttr>("least"), most = range.getAs<FloatAttr>("most");
  auto counts = range.getAs<DenseI64ArrayAttr>("counts");
  if (!least || !most || !(least.getValueAsDouble() <= 0) || !(most.getValueAsDouble() >= 0) ||
      !counts || llvm::any_of(counts.asArrayRef(), [](int64_t count) { return count < 0; }))
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
