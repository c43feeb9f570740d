#include "dialects/support/DialectAttributes.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace snnc {

namespace {

/// Where the rule's attribute may stand, in words.
std::string describePlaces(unsigned places) {
  if (places == OnOperation)
    return "an operation";
  if (places == OnArgument)
    return "an argument of a function";
  return "an argument or a result of a function";
}

Type getType(AttributePlace place, Operation *op, unsigned index) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (place == OnOperation || !function)
    return nullptr;
  return place == OnArgument ? function.getArgumentTypes()[index]
                             : function.getResultTypes()[index];
}

} // namespace

LogicalResult verifyAttribute(ArrayRef<AttributeRule> rules, NamedAttribute attribute,
                              AttributePlace place, Operation *op, unsigned index) {
  StringRef name = attribute.getName();
  auto rule = llvm::find_if(rules, [&](const AttributeRule &known) { return known.name == name; });
  if (rule == rules.end())
    return op->emitOpError() << "'" << name << "' is no attribute of the '"
                             << name.take_until([](char c) { return c == '.'; }) << "' dialect";
  if (!(rule->places & place))
    return op->emitOpError() << "'" << name << "' belongs on " << describePlaces(rule->places);
  if (!rule->holds({op, attribute.getValue(), getType(place, op, index)}))
    return op->emitOpError() << "'" << name << "' must be " << rule->needs;
  return success();
}

} // namespace snnc
