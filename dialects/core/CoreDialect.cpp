//===- The core dialect: registration and the model attribute --------------------------------------===//
#include "dialects/core/Core.h"

#include "dialects/support/DialectAttributes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "dialects/core/CoreDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/core/CoreAttrs.cpp.inc"

namespace snnc::core {

void CoreDialect::initialize() {
  registerAttributes();
  registerOperations();
}

void CoreDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/core/CoreAttrs.cpp.inc"
      >();
}

/// The dialect has no attributes on other operations: what it has to say is in operations of its own.
LogicalResult CoreDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  return verifyAttribute({}, attribute, OnOperation, op);
}

LogicalResult CoreDialect::verifyRegionArgAttribute(Operation *op, unsigned region,
                                                    unsigned argument, NamedAttribute attribute) {
  return verifyAttribute({}, attribute, OnArgument, op, argument);
}

LogicalResult CoreDialect::verifyRegionResultAttribute(Operation *op, unsigned region,
                                                       unsigned result, NamedAttribute attribute) {
  return verifyAttribute({}, attribute, OnResult, op, result);
}

LogicalResult ModelAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringRef name,
                                DictionaryAttr keys) {
  for (NamedAttribute entry : keys) {
    if (entry.getName() == "neuron") {
      auto kind = llvm::dyn_cast<StringAttr>(entry.getValue());
      if (!kind || (kind != "programmable" && kind != "integrate_and_fire"))
        return emitError() << "neuron must be \"programmable\" or \"integrate_and_fire\"";
    } else if (llvm::isa<BoolAttr>(entry.getValue())) {
      continue;
    } else if (auto number = llvm::dyn_cast<IntegerAttr>(entry.getValue());
               !number || number.getInt() < 0) {
      return emitError() << entry.getName().getValue()
                         << " must be a number of at least 0, true or false";
    }
  }
  return success();
}

int64_t ModelAttr::getNumber(StringRef key, int64_t otherwise) const {
  auto number = getKeys().getAs<IntegerAttr>(key);
  return number ? number.getInt() : otherwise;
}

std::optional<int64_t> ModelAttr::getLimit(StringRef key) const {
  auto number = getKeys().getAs<IntegerAttr>(key);
  return number ? std::optional<int64_t>(number.getInt()) : std::nullopt;
}

bool ModelAttr::can(StringRef key) const {
  auto flag = getKeys().getAs<BoolAttr>(key);
  return !flag || flag.getValue();
}

bool ModelAttr::isProgrammable() const {
  auto kind = getKeys().getAs<StringAttr>("neuron");
  return !kind || kind == "programmable";
}

} // namespace snnc::core
