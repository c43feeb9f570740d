//===- Relieve: what is done about a sum that does not fit, and about weights that would be lost ------------===//
#ifndef SNNC_COMPILER_QUANTIZE_RELIEVE_H
#define SNNC_COMPILER_QUANTIZE_RELIEVE_H

#include "compiler/quantize/ChooseScales.h"

namespace snnc::quantize {

/// What a network gave up so far.
struct Concessions {
  unsigned weightBits = 0; ///< of all sums together
  unsigned roundings = 0;  ///< requantizes that are there because sums did not fit
};

/// A sum of a prepared network that does not fit in 32 bits.
struct Overflow {
  mlir::Operation *op;
  unsigned missing; ///< bits
};

/// Changes a prepared network so that its operations get what they demand.
void meetDemands(llvm::ArrayRef<Demand> demands);

/// Changes a prepared network with formats so that a sum gets smaller: at no cost, by a requantize in front of it, by fewer
/// bits of one that is there, or by fewer bits of its weights; false if they have none left.
bool relieve(mlir::func::FuncOp network, const Overflow &overflow, unsigned weightBits,
             Concessions &given);

} // namespace snnc::quantize

#endif
