//===- Functions: what neurons compare with, as the specification says it --------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_FUNCTIONS_H
#define SNNC_COMPILER_REFERENCE_FUNCTIONS_H

#include "dialects/snn/SNN.h"

namespace snnc::reference {

/// f(x) of one neuron.
double evaluate(snn::Function function, llvm::ArrayRef<double> x, llvm::ArrayRef<double> params);

/// A number with the sign of `estimate` - f(x), 0 in a tie: docs/spec/snn.md, "Functions".
double compare(snn::Function function, double estimate, llvm::ArrayRef<double> x,
               llvm::ArrayRef<double> params);

} // namespace snnc::reference

#endif
