//===- Requantizes: where sums are passed on in fewer bits --------------------------------------------------===//
//
// They are inserted into a prepared network, which is in real numbers still; what they multiply by is known once the LSBs
// around them are. Until then attributes say what they are for.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_REQUANTIZES_H
#define SNNC_COMPILER_QUANTIZE_REQUANTIZES_H

#include "dialects/snn/Attributes.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace snnc::quantize {

/// Takes away what was planned for an operation: the attributes of a network that is being quantized (dialects/snn/Attributes.h).
void forgetPlans(mlir::Operation *op);

/// Bits of a sum that weights multiply, and of one that joins others: four times what was seen fits in them.
inline constexpr int kFactorBits = 14, kSumBits = 15;
/// With fewer a requantize would say too little.
inline constexpr int kMinBits = 8;

/// Which elements of what a requantize delivers have one LSB.
enum class SharedBy : int64_t {
  Sum,   ///< those of the sum that it joins decide
  First, ///< of one index of the first dimension: channels of a convolution
  Last,  ///< of one index of the last dimension: columns of a gemm
  All
};

/// Puts a requantize before `operand`; there is one for all that want the same of a stream, unless it joins a sum.
void insertRequantize(mlir::OpOperand &operand, int bits, SharedBy sharedBy);

int getBits(snn::RequantizeOp op);
void setBits(snn::RequantizeOp op, int bits);
SharedBy getSharedBy(snn::RequantizeOp op);

/// Whether it only moves elements: every one it delivers is one that came in, or silence.
bool isMove(mlir::Operation *op);

/// Which elements of what `reader` reads can have an LSB of their own: those of a channel that its weights tell apart.
SharedBy getSharing(mlir::Operation *reader);
/// The uses, by `operand` or by moves on the way to it, of what comes from elsewhere than from a move.
void collectSources(mlir::OpOperand &operand, llvm::SmallVectorImpl<mlir::OpOperand *> &sources);
/// The uses of `stream`, by other operations than moves, there or behind moves.
void collectReaders(mlir::Value stream, llvm::SmallVectorImpl<mlir::OpOperand *> &readers);
/// Whether a requantize may be put behind `stream`: it is a sum that has none yet, or the input.
bool isPassedOnWhole(mlir::Value stream);
/// Puts requantizes behind all sources of `operand` that have none yet; false if there are no such.
bool requantizeSources(mlir::OpOperand &operand, int bits);

} // namespace snnc::quantize

#endif
