//===- Lowering: the state of one conversion, and its table of handlers ------------------------------===//
//
// The conversion walks a function of ann operations in order and builds its spiking counterpart.
// Each operator has a handler: a function that takes the operation and the lowering, and says which
// stream stands for its result. A stream is spikes or a current; handlers of linear operators take
// either.
//
//===--------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_CONVERT_LOWERING_H
#define SNNC_COMPILER_CONVERT_LOWERING_H

#include "compiler/options/Options.h"
#include "dialects/ann/ANN.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

namespace snnc {

using options::Dynamics;
using options::Products;

/// What the user chose.
struct ConversionOptions {
  Dynamics dynamics = Dynamics::Signgd;
  snn::ScheduleAttr schedule;
  snn::CodeAttr code;
  snn::InputCode inputCode = snn::InputCode::Direct;
  double skew = 0;
  bool scalesOnlyRelu =
      false;                  ///< other neurons work in the network's units, as in the paper's code
  bool geluBySigmoid = false; ///< GELU as x * sigmoid(1.702 x), as in the paper's code
  bool clampsNorm = true;     ///< a variance that is estimated below 0 counts as 0
  Products products = Products::Auto;
};

class Lowering;
using Handler = mlir::FailureOr<mlir::Value> (*)(mlir::Operation *, Lowering &);

class Lowering {
public:
  Lowering(const ConversionOptions &options, mlir::OpBuilder &builder)
      : options(options), builder(builder) {}

  const ConversionOptions &options;
  mlir::OpBuilder &builder;

  /// The stream that stands for an activation, or null for a constant.
  mlir::Value getStream(mlir::Value activation) const { return streams.lookup(activation); }
  void setStream(mlir::Value activation, mlir::Value stream) { streams[activation] = stream; }

  /// The same stream as a current: spikes go through an identity synapse.
  mlir::Value toCurrent(mlir::Location loc, mlir::Value stream);

  /// The stream repeated along dimensions of size 1, and new ones before the first, until it has
  /// `shape`: broadcasting made explicit. An error at `op` where that cannot be.
  mlir::FailureOr<mlir::Value> expand(mlir::Operation *op, mlir::Value stream,
                                      llvm::ArrayRef<int64_t> shape);

  /// A constant tensor of the network's precision.
  mlir::Value constant(mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<double> numbers);

  /// The numbers of constant operand `value` of `op`; an error at `op` that calls it `name` when it
  /// is not a constant.
  mlir::FailureOr<std::vector<double>> getConstant(mlir::Operation *op, mlir::Value value,
                                                   llvm::StringRef name);

  /// Number of neuron layers on the longest way to `stream`, and the place to note it for a new one.
  int64_t getDepth(mlir::Value stream) const { return depths.lookup(stream); }
  void setDepth(mlir::Value stream, int64_t depth) { depths[stream] = depth; }

  mlir::FloatType elementType;

private:
  llvm::DenseMap<mlir::Value, mlir::Value> streams;
  llvm::DenseMap<mlir::Value, int64_t> depths;
};

/// A population that follows `function` of the operands of `op`, in units of its calibrated range.
mlir::FailureOr<mlir::Value> lowerNeuron(mlir::Operation *op, Lowering &lowering,
                                         snn::Function function, llvm::ArrayRef<double> params);
/// The same for currents of one shape.
mlir::FailureOr<mlir::Value> createNeuron(mlir::Operation *op, Lowering &lowering,
                                          snn::Function function, llvm::ArrayRef<double> params,
                                          llvm::SmallVector<mlir::Value> currents);
/// A stream times constant operand `constant` of `op`, which broadcasts to it.
mlir::FailureOr<mlir::Value> lowerScaleByConstant(mlir::Operation *op, Lowering &lowering,
                                                  mlir::Value stream, mlir::Value constant);
/// A transposed convolution with constant weights.
mlir::FailureOr<mlir::Value> lowerConvTranspose(mlir::Operation *op, Lowering &lowering);
/// The matrix product of two streams.
mlir::FailureOr<mlir::Value> lowerActivationMatMul(mlir::Operation *op, Lowering &lowering,
                                                   mlir::Value lhs, mlir::Value rhs);

/// Handlers by operation name; each family adds its own.
using HandlerTable = llvm::StringMap<Handler>;
void addLinearHandlers(HandlerTable &table);
void addShapeHandlers(HandlerTable &table);
void addNeuronHandlers(HandlerTable &table);
void addProductHandlers(HandlerTable &table);

} // namespace snnc

#endif
