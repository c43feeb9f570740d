//===- Attempt: one try to write a network in integers ------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_ATTEMPT_H
#define SNNC_COMPILER_QUANTIZE_ATTEMPT_H

#include "compiler/quantize/BoundAccumulators.h"
#include "compiler/quantize/ChooseFractions.h"
#include "compiler/quantize/StreamScales.h"

namespace snnc::quantize {

/// Where a sum does not fit.
struct Overflow {
  size_t number;  ///< of an operation, in program order
  bool takesBits; ///< whether a larger LSB of its sum costs weights a bit
};

/// Rewrites a prepared network, which it has for its own: weights, biases, streams, neurons, input and
/// output. `ranges` may be null.
class Attempt {
public:
  Attempt(mlir::func::FuncOp network, const Settings &settings, const Ranges *ranges,
          const std::vector<Choice> &choices, const IntegerSteps &inputSteps)
      : network(network), settings(settings), ranges(ranges), choices(choices),
        inputSteps(inputSteps), context(network.getContext()) {}

  /// Null when all sums fit; else what is in front of one that does not. `coarser` is that of StreamScales.
  mlir::FailureOr<std::optional<Overflow>> run(mlir::ArrayRef<unsigned> coarser);

private:
  mlir::func::FuncOp network;
  const Settings &settings;
  const Ranges *ranges;
  const std::vector<Choice> &choices;
  const IntegerSteps &inputSteps;
  mlir::MLIRContext *context;

  llvm::DenseMap<mlir::Value, Numbers> getSpikeScales(snn::EncodeOp encode,
                                                      snn::FixedInputAttr input) const;
  double getInputMagnitude(snn::EncodeOp encode) const;
  void rewriteWeights(snn::SynapseOpInterface synapse, const StreamScales &scales);
  void rewriteRounding(snn::RequantizeOp op, const StreamScales &scales);
  void rewriteInput(snn::EncodeOp encode, snn::FixedInputAttr input);
  void rewriteNeuron(snn::NeuronOp neuron, const Choice &choice, const StreamScales &scales);
  void rewriteOutput(snn::DecodeOp decode, const StreamScales &scales,
                     const AccumulatorBounds &bounds);
  mlir::ElementsAttr toSteps(snn::NeuronOp neuron, mlir::ElementsAttr attr,
                             const StreamScales &scales);
  mlir::DictionaryAttr describe(const Choice &choice);
  mlir::Value createConstant(mlir::Operation *before, mlir::ArrayRef<int64_t> shape, unsigned bits,
                             mlir::ArrayRef<double> numbers, mlir::StringRef name);
};

} // namespace snnc::quantize

#endif
