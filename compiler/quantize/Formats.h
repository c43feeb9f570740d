//===- Formats: the integers that were chosen, as attributes -----------------------------------------------===//
//
// `snn.format` (docs/spec/attributes.md) on populations, the input and synapses of a real network: `--snn-choose-formats`
// writes it, and `--snn-convert-integers` makes integers by it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_FORMATS_H
#define SNNC_COMPILER_QUANTIZE_FORMATS_H

#include "compiler/quantize/QuantizeNeurons.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace snnc::quantize {

/// Of a population.
struct NeuronFormat {
  unsigned stateBits = 32;
  IntegerSteps steps;
  llvm::SmallVector<int, 2> inputFractions; ///< of the estimates, by operand
  int operandFraction = 0;                  ///< of what is compared
  int64_t align = 0, epsilon = 0;           ///< of functions of two operands
};

/// Of the input.
struct InputFormat {
  snn::FixedInputAttr fixed;
  snn::ScheduleAttr schedule; ///< null without
};

/// Of a synapse whose LSBs were chosen.
struct SynapseFormat {
  mlir::ElementsAttr lsb; ///< broadcasts to what it delivers
  unsigned bits = 0;      ///< of weights
  unsigned shift = 0;     ///< by which power of two events are multiplied beside weights
  int64_t limit = 0;      ///< of a requantize
};

void setFormat(snn::NeuronOp neuron, const NeuronFormat &format);
void setFormat(snn::EncodeOp encode, const InputFormat &format);
void setFormat(snn::SynapseOpInterface synapse, const SynapseFormat &format);

/// They have one.
NeuronFormat getFormat(snn::NeuronOp neuron);
InputFormat getFormat(snn::EncodeOp encode);
/// Nothing where its LSBs follow from those of what it reads.
std::optional<SynapseFormat> getFormat(snn::SynapseOpInterface synapse);

/// Emits an error where something that needs a format has none.
mlir::LogicalResult checkFormats(mlir::func::FuncOp network);

} // namespace snnc::quantize

#endif
