//===- The snn dialect: registration ----------------------------------------------------------------===//
#include "dialects/snn/SNN.h"

#include "dialects/snn/SNNDialect.cpp.inc"
#include "dialects/snn/SNNEnums.cpp.inc"
#include "dialects/snn/SNNInterfaces.cpp.inc"

namespace snnc::snn {

void SNNDialect::initialize() {
  registerAttributes();
  registerTypes();
  registerOperations();
}

llvm::StringRef stringifyFunction(Function function) {
  std::string_view name = ::snn::getInfo(function).name;
  return {name.data(), name.size()};
}

std::optional<Function> symbolizeFunction(llvm::StringRef name) {
  for (size_t i = 0; i < ::snn::kFunctionCount; ++i)
    if (stringifyFunction(Function(i)) == name)
      return Function(i);
  return std::nullopt;
}

} // namespace snnc::snn
