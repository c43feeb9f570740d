//===- Domains: what operations need of their operands -------------------------------------------------------===//
//
// A neuron divides by positive numbers only, and takes roots of what is not negative (docs/spec/snn.md, SNN-F1). Whether
// operands are so, calibration sees: denominators that are negative wherever they were seen change their sign together with what
// they divide, and where both signs were seen the network is refused, with the numbers.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_CALIBRATE_DOMAINS_H
#define SNNC_COMPILER_CALIBRATE_DOMAINS_H

#include "compiler/calibrate/Observer.h"

namespace snnc {

enum class Domain {
  OneSign,     ///< positive everywhere, or negative everywhere, at each position
  NotNegative, ///< 0 or more
  AboveZero,   ///< more than 0
  Positive,    ///< above minus epsilon
  Together,    ///< apart by less than `ann.spread`
};

/// An operand that an operation needs to be in a domain.
struct Demand {
  mlir::Operation *op;
  Domain domain;
  Watched operand;
};

/// What an operand must be, for people; empty where every network that is one keeps to it.
llvm::StringRef describe(Domain domain);

/// What the operations of a network need.
std::vector<Demand> getDemands(mlir::func::FuncOp network);

/// An error where an operand has left its domain.
mlir::LogicalResult check(const Demand &demand, const Range &range);

/// Makes what `demand` divides by positive where `range` is negative; what the operation gives stays the same.
void makePositive(const Demand &demand, const Range &range);

} // namespace snnc

#endif
