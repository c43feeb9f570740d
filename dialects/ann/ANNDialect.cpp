//===- The ann dialect: registration, ranges, constants ------------------------------------------------===//
#include "dialects/ann/ANN.h"

#include "dialects/ann/Attributes.h"
#include "dialects/ann/Inference.h"
#include "dialects/support/Numbers.h"
#include "dialects/support/Shapes.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "dialects/ann/ANNDialect.cpp.inc"
#include "dialects/ann/ANNEnums.cpp.inc"
#include "dialects/ann/ANNInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/ann/ANNAttrs.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/ann/ANNOps.cpp.inc"

namespace snnc::ann {

void ANNDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/ann/ANNAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/ann/ANNOps.cpp.inc"
      >();
}

Operation *ANNDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                           Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return builder.create<ConstantOp>(loc, elements);
}

bool detail::refines(TypeRange inferred, TypeRange found) {
  return llvm::all_of(llvm::zip_equal(inferred, found), [](auto pair) {
    auto [general, special] = pair;
    auto wanted = cast<RankedTensorType>(general), type = dyn_cast<RankedTensorType>(special);
    if (!type || type.getElementType() != wanted.getElementType() ||
        type.getRank() != wanted.getRank())
      return false;
    for (auto [dynamic, dimension] : llvm::zip(wanted.getShape(), type.getShape()))
      if (dynamic != dimension && !ShapedType::isDynamic(dynamic))
        return false;
    return true;
  });
}

//===- Ranges ------------------------------------------------------------------------------------------------===//

LogicalResult RangeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                DenseElementsAttr lower, DenseElementsAttr upper) {
  if (lower.getType() != upper.getType())
    return emitError() << "lower and upper must have one type, found " << lower.getType() << " and "
                       << upper.getType();
  if (!lower.getElementType().isF64())
    return emitError() << "a range is f64, found " << lower.getElementType();
  for (auto [low, high] : llvm::zip(lower.getValues<double>(), upper.getValues<double>()))
    if (!(low <= high))
      return emitError() << "lower must not exceed upper, found " << showNumber(low) << " and "
                         << showNumber(high);
  return success();
}

static LogicalResult verifySaturation(Operation *op, Attribute attribute) {
  auto steps = dyn_cast<DenseF64ArrayAttr>(attribute);
  if (!isa<ClipOp>(op) || !steps || steps.size() != 2 ||
      llvm::any_of(steps.asArrayRef(), [](double step) { return !(step >= 0); }))
    return op->emitOpError() << "'" << kSaturationAttrName
                             << "' must be two steps of at least 0 on an 'ann.clip'";
  return success();
}

LogicalResult ANNDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() == kSaturationAttrName)
    return verifySaturation(op, attribute.getValue());
  if (attribute.getName() == kSpreadAttrName && !isa<FloatAttr>(attribute.getValue()))
    return op->emitOpError() << "'" << kSpreadAttrName << "' must be a number";
  if (attribute.getName() == kHostAttrName)
    return isa<UnitAttr>(attribute.getValue()) && op->hasTrait<Head>()
               ? success()
               : op->emitOpError() << "'" << kHostAttrName
                                   << "' must be a unit attribute on what the host can compute "
                                      "behind the decoder";
  if (attribute.getName() != kRangeAttrName)
    return success();
  auto range = dyn_cast<RangeAttr>(attribute.getValue());
  auto type = op->getNumResults() == 1 ? dyn_cast<RankedTensorType>(op->getResult(0).getType())
                                       : RankedTensorType();
  if (!range || !type || type.getRank() < 2)
    return op->emitOpError() << "'" << kRangeAttrName
                             << "' must be an #ann.range on an operation with one activation";
  ArrayRef<int64_t> found = range.getLower().getType().getShape();
  ArrayRef<int64_t> sample = type.getShape().drop_front();
  bool isPerChannel = found.size() == 1 && found.front() == sample.front();
  bool broadcasts =
      found.size() == sample.size() && llvm::all_of(llvm::zip(found, sample), [](auto pair) {
        return std::get<0>(pair) == 1 || std::get<0>(pair) == std::get<1>(pair);
      });
  if (!found.empty() && !isPerChannel && !broadcasts)
    return op->emitOpError() << "'" << kRangeAttrName << "' has the shape " << showShape(found)
                             << ", but must have none, " << sample.front() << " (channels) or "
                             << showShape(sample)
                             << " (neurons), with 1 where it is the same along a dimension";
  return success();
}

} // namespace snnc::ann
