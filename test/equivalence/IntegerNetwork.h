//===- IntegerNetwork: random networks in integers, and what the reference makes of them ------------------===//
//
// What the tests of every integer back end begin with.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TEST_EQUIVALENCE_INTEGERNETWORK_H
#define SNNC_TEST_EQUIVALENCE_INTEGERNETWORK_H

#include "compiler/reference/Synapses.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "test/equivalence/RandomNetwork.h"

namespace snnc::test {

/// How many random networks to try: the environment variable's number, else `usual`.
uint32_t getCases(const char *variable, uint32_t usual);
/// Holds how many cases there were of a kind to a number, where `variable` leaves their number as it is: seeds are fixed, so that
/// one more case that is refused is a change, and does not hide among those that are skipped.
void expectPinned(const char *variable, uint32_t found, uint32_t pinned, const std::string &what);

/// Loads what random networks are made of.
void loadDialects(mlir::MLIRContext &context);

/// Random network `seed` in integers of the bit widths that its number asks for, with schedules that end
/// after `steps`; null, with diagnostics, where its steps or sums have none.
mlir::OwningOpRef<mlir::ModuleOp> quantize(mlir::MLIRContext &context, const RandomNetwork &random,
                                           uint32_t seed, uint32_t steps);

/// What the reference interpreter gives and sends.
struct Trace {
  std::vector<std::vector<int32_t>> outputs;         ///< after every step
  std::vector<std::vector<reference::Numbers>> sent; ///< by population, in every step
};
Trace traceReference(mlir::func::FuncOp network, const std::vector<double> &input, uint32_t steps);

} // namespace snnc::test

#endif
