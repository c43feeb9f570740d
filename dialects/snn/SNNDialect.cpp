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

unsigned getArity(Function function) { return function == Function::Max ? 2 : 1; }

bool isHomogeneous(Function function) {
  return function == Function::Relu || function == Function::Max;
}

} // namespace snnc::snn
