//===- Settings: what tuning looks at and changes in the IR ------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_SETTINGS_H
#define SNNC_COMPILER_TUNE_SETTINGS_H

#include "compiler/tune/Layers.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace snnc::tune {

/// The populations of `network` in program order.
llvm::SmallVector<snn::NeuronOp> getNeurons(mlir::func::FuncOp network);

/// For each of them the number of populations on the longest way to it.
std::vector<int64_t> getDepths(mlir::func::FuncOp network);

/// For each of them the synaptic operations that one of its events causes, about.
std::vector<double> getFanOuts(mlir::func::FuncOp network);

/// What a search knows of `network`. Shares are of events, or of the work that they cause.
Layers describeLayers(mlir::func::FuncOp network, bool byWork);

/// Numbers of a shape that broadcasts to a population's.
struct UnitFactor {
  llvm::SmallVector<int64_t> shape;
  std::vector<double> numbers;
};

/// One number per element of `shape` from numbers of a shape `from` that broadcasts to it.
std::vector<double> broadcast(const std::vector<double> &numbers, llvm::ArrayRef<int64_t> from,
                              llvm::ArrayRef<int64_t> shape);

/// The unit of `neuron` becomes `factor` times what it was: its outputs shrink by that, and scales around it
/// (for `--snn-fold-scales` to move into weights; of element type `type`), or its range, make up for it.
void scaleUnits(snn::NeuronOp neuron, const UnitFactor &factor, mlir::FloatType type);

/// Whether `neuron` only hands on what it hears, and stands there for what its updates save (`--bottlenecks neurons`).
bool isIdentity(snn::NeuronOp neuron);
/// Takes such a neuron out: its receivers hear the current itself.
void bypassIdentity(snn::NeuronOp neuron);

/// One number per channel as an attribute that broadcasts to `neuron`'s population.
mlir::ElementsAttr makePerChannel(snn::NeuronOp neuron, const std::vector<double> &numbers);

} // namespace snnc::tune

#endif
