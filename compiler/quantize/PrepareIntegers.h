//===- PrepareIntegers: give every synapse of a real network an integer form --------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_PREPAREINTEGERS_H
#define SNNC_COMPILER_QUANTIZE_PREPAREINTEGERS_H

#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/SmallVector.h"

namespace snnc::quantize {

/// Emits an error where a network is in integers already, or has something without an integer form.
mlir::LogicalResult checkIntegerForm(mlir::func::FuncOp network);

/// Whether streams are multiplied by each other.
bool hasProducts(mlir::func::FuncOp network);

/// Borders of pads become biases, whatever joins others in a sum without weights of its own gets a `snn.scale` by 1, and
/// in a network with products sums that weights or other streams multiply get a `snn.requantize`.
void prepareIntegers(mlir::func::FuncOp network);

/// Emits an error where that was not done.
mlir::LogicalResult checkPrepared(mlir::func::FuncOp network);

/// Puts a scale by 1 before `operand`, so that its LSB can be chosen; one for all elements if they are to have a
/// common unit.
void insertScale(mlir::OpOperand &operand, bool hasCommonUnit = false);
/// Whether it was; and whether they are.
bool isInserted(snn::ScaleOp op);
bool hasCommonUnit(snn::ScaleOp op);

/// By how many bits the LSBs of the sum that an operation is in are to be larger than its weights ask for.
unsigned getCoarser(mlir::Operation *op);
/// How many bits that took off its weights.
unsigned getLostBits(mlir::Operation *op);
/// By `bits` more, of which weights lose `lost`.
void makeCoarser(mlir::Operation *op, unsigned bits, unsigned lost);

/// Sets of currents that share their LSBs because an addition (or a bias) connects them.
class CurrentSets {
public:
  void insert(mlir::Value current) { sets.try_emplace(current, Set{current}); }
  void unite(mlir::Value one, mlir::Value other);
  /// The same current for all that share.
  mlir::Value getLeader(mlir::Value current) const {
    return leaders.contains(current) ? leaders.lookup(current) : current;
  }
  llvm::ArrayRef<mlir::Value> getMembers(mlir::Value leader) const {
    return sets.find(leader)->second;
  }

private:
  using Set = llvm::SmallVector<mlir::Value>;
  llvm::DenseMap<mlir::Value, Set> sets;            ///< by leader
  llvm::DenseMap<mlir::Value, mlir::Value> leaders; ///< of all but the leaders
};

CurrentSets getSums(mlir::func::FuncOp network);

/// Synapses that hear each other's currents, through any number of others, but not by way of populations.
llvm::EquivalenceClasses<mlir::Operation *> getLinearParts(mlir::func::FuncOp network);

/// Whether the LSB of what `synapse` delivers can be chosen: it has weights, or requantizes.
bool isWeighted(mlir::Operation *synapse);

} // namespace snnc::quantize

#endif
