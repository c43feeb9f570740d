//===- The ann dialect: attributes on other operations, arguments and results -------------------------------===//
#include "dialects/ann/ANN.h"
#include "dialects/ann/Attributes.h"
#include "dialects/support/DialectAttributes.h"
#include "dialects/support/Shapes.h"

#include "mlir/IR/BuiltinOps.h"
#include <cmath>

using namespace mlir;

namespace snnc::ann {

namespace {

bool isUnit(const PlacedAttribute &attribute) { return isa<UnitAttr>(attribute.value); }

bool isName(const PlacedAttribute &attribute) { return isa<StringAttr>(attribute.value); }

bool isSpread(const PlacedAttribute &attribute) { return isa<FloatAttr>(attribute.value); }

bool isSource(const PlacedAttribute &attribute) {
  return isName(attribute) && isa<ModuleOp>(attribute.op);
}

bool isForHost(const PlacedAttribute &attribute) {
  return isUnit(attribute) && attribute.op->hasTrait<Head>();
}

bool isSaturation(const PlacedAttribute &attribute) {
  auto steps = dyn_cast<DenseF64ArrayAttr>(attribute.value);
  return isa<ClipOp>(attribute.op) && steps && steps.size() == 2 &&
         llvm::all_of(steps.asArrayRef(), [](double step) { return step >= 0; });
}

bool isMean(const PlacedAttribute &attribute) {
  auto numbers = dyn_cast<DenseF64ArrayAttr>(attribute.value);
  return numbers && !numbers.empty() &&
         llvm::all_of(numbers.asArrayRef(), [](double number) { return std::isfinite(number); });
}

bool isStd(const PlacedAttribute &attribute) {
  auto numbers = dyn_cast<DenseF64ArrayAttr>(attribute.value);
  return isMean(attribute) &&
         llvm::all_of(numbers.asArrayRef(), [](double number) { return number > 0; });
}

/// Inputs that follow each other in a flat argument and fill it.
bool areParts(const PlacedAttribute &attribute) {
  auto parts = dyn_cast<ArrayAttr>(attribute.value);
  auto type = dyn_cast_or_null<RankedTensorType>(attribute.type);
  if (!parts || !type || type.getRank() != 2)
    return false;
  int64_t size = 0;
  for (Attribute entry : parts) {
    auto part = dyn_cast<DictionaryAttr>(entry);
    auto shape = part ? part.getAs<DenseI64ArrayAttr>("shape") : DenseI64ArrayAttr();
    if (!shape || part.size() != 2 || !part.getAs<StringAttr>("name") ||
        llvm::any_of(shape.asArrayRef(), [](int64_t dimension) { return dimension < 1; }))
      return false;
    size += countElements(shape.asArrayRef());
  }
  return size == type.getDimSize(1);
}

bool isRange(const PlacedAttribute &attribute) {
  auto type = attribute.op->getNumResults() == 1
                  ? dyn_cast<RankedTensorType>(attribute.op->getResult(0).getType())
                  : RankedTensorType();
  return isa<RangeAttr>(attribute.value) && type && type.getRank() >= 2;
}

/// Every discardable attribute that the dialect has.
constexpr AttributeRule kRules[] = {
    {ANNDialect::kRangeAttrName, OnOperation, "an #ann.range on an operation with one activation",
     isRange},
    {ANNDialect::kSpreadAttrName, OnOperation, "a number", isSpread},
    {ANNDialect::kHostAttrName, OnOperation,
     "a unit attribute on what the host can compute behind the decoder", isForHost},
    {kSaturationAttrName, OnOperation, "two steps of at least 0 on an 'ann.clip'", isSaturation},
    {kSourceAttrName, OnOperation, "a string on a module", isSource},
    {kBytesAttrName, OnArgument, "a unit attribute", isUnit},
    {kNameAttrName, OnArgument | OnResult, "a string", isName},
    {kMeanAttrName, OnArgument, "finite numbers, array<f64: ...>", isMean},
    {kStdAttrName, OnArgument, "finite positive numbers, array<f64: ...>", isStd},
    {kPartsAttrName, OnArgument,
     "inputs {name, shape} whose elements fill a flat argument (batch x elements)", areParts},
};

/// Whether a range has a shape that fits the activation.
LogicalResult verifyRangeShape(Operation *op, RangeAttr range) {
  ArrayRef<int64_t> found = range.getLower().getType().getShape();
  ArrayRef<int64_t> sample =
      cast<RankedTensorType>(op->getResult(0).getType()).getShape().drop_front();
  bool isPerChannel = found.size() == 1 && found.front() == sample.front();
  bool broadcasts =
      found.size() == sample.size() && llvm::all_of(llvm::zip(found, sample), [](auto pair) {
        return std::get<0>(pair) == 1 || std::get<0>(pair) == std::get<1>(pair);
      });
  if (!found.empty() && !isPerChannel && !broadcasts)
    return op->emitOpError() << "'" << ANNDialect::kRangeAttrName << "' has the shape "
                             << showShape(found) << ", but must have none, " << sample.front()
                             << " (channels) or " << showShape(sample)
                             << " (neurons), with 1 where it is the same along a dimension";
  return success();
}

} // namespace

LogicalResult ANNDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (failed(verifyAttribute(kRules, attribute, OnOperation, op)))
    return failure();
  if (attribute.getName() == kRangeAttrName)
    return verifyRangeShape(op, cast<RangeAttr>(attribute.getValue()));
  return success();
}

LogicalResult ANNDialect::verifyRegionArgAttribute(Operation *op, unsigned region,
                                                   unsigned argument, NamedAttribute attribute) {
  return verifyAttribute(kRules, attribute, OnArgument, op, argument);
}

LogicalResult ANNDialect::verifyRegionResultAttribute(Operation *op, unsigned region,
                                                      unsigned result, NamedAttribute attribute) {
  return verifyAttribute(kRules, attribute, OnResult, op, result);
}

} // namespace snnc::ann
