//===- Attempt: one try to write a network in integers ------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_ATTEMPT_H
#define SNNC_COMPILER_QUANTIZE_ATTEMPT_H

#include "compiler/quantize/BoundAccumulators.h"
#include "compiler/quantize/ChooseFractions.h"
#include "compiler/quantize/Observed.h"
#include "compiler/quantize/StreamScales.h"

namespace snnc::quantize {

/// Where a sum does not fit.
struct Overflow {
  size_t number;    ///< of an operation, in program order
  unsigned missing; ///< bits
  unsigned free;    ///< bits by which the LSB of its sum may grow before that costs weights some
};

/// What keeps a prepared network from being one in integers; all fits where there is nothing.
struct Obstacles {
  std::vector<Demand> demands;
  std::optional<Overflow> overflow;
};

/// Rewrites a prepared network, which it has for its own: weights, biases, streams, neurons, input and
/// output. `moments` by convolution and gemm, none without images; `magnitudes` are those of this network.
class Attempt {
public:
  Attempt(mlir::func::FuncOp network, const Settings &settings,
          mlir::ArrayRef<std::vector<InputMoments>> moments, const Magnitudes &magnitudes,
          const std::vector<Choice> &choices, const IntegerSteps &inputSteps, RoundingMemo &memo)
      : network(network), settings(settings), moments(moments), magnitudes(magnitudes),
        choices(choices), inputSteps(inputSteps), memo(memo), context(network.getContext()) {}

  mlir::FailureOr<Obstacles> run();

private:
  mlir::func::FuncOp network;
  const Settings &settings;
  mlir::ArrayRef<std::vector<InputMoments>> moments;
  const Magnitudes &magnitudes;
  const std::vector<Choice> &choices;
  const IntegerSteps &inputSteps;
  RoundingMemo &memo;
  mlir::MLIRContext *context;

  llvm::DenseMap<mlir::Value, Numbers> getSpikeScales(snn::EncodeOp encode,
                                                      snn::FixedInputAttr input) const;
  double getInputMagnitude(snn::EncodeOp encode, const std::optional<ObservedInput> &seen) const;
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
