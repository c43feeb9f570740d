//===- Settings: what a search chose, in the IR ------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_SETTINGS_H
#define SNNC_COMPILER_TUNE_SETTINGS_H

#include "compiler/tune/Replay.h"
#include "dialects/snn/SNN.h"

namespace snnc::tune {

/// The populations of `network` in program order.
llvm::SmallVector<snn::NeuronOp> getNeurons(mlir::func::FuncOp network);

/// For each of them the number of populations on the longest way to it.
std::vector<int64_t> getDepths(mlir::func::FuncOp network);

/// For each of them the synaptic operations that one of its events causes, about.
std::vector<double> getFanOuts(mlir::func::FuncOp network);

/// Gives `neuron` the schedule, code and initial output of `choice`. The scale becomes a first step that
/// need not be a power of two; `settleScales` brings it into the weights.
void apply(snn::NeuronOp neuron, const Frame &frame, const Choice &choice);

/// Makes the first step of every population `first` again: its unit shrinks by what the step had shrunk,
/// by scales around it for `--snn-fold-scales` to move into weights, or by its range.
void settleScales(mlir::func::FuncOp network, double first);

/// A copy of `network` whose populations stay as they are but listen until the end, so that what they
/// strive for can be read after their last step. Only for ternary codes, or schedules without an end.
mlir::func::FuncOp cloneListening(mlir::func::FuncOp network);

/// One number per channel as an attribute that broadcasts to `neuron`'s population.
mlir::ElementsAttr makePerChannel(snn::NeuronOp neuron, const std::vector<double> &numbers);

} // namespace snnc::tune

#endif
