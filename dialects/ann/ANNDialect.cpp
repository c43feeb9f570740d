//===- The ann dialect: registration, ranges, constants ------------------------------------------------===//
#include "dialects/ann/ANN.h"

#include "dialects/ann/Inference.h"
#include "dialects/support/Numbers.h"
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

} // namespace snnc::ann
