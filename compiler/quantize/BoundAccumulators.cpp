#include "compiler/quantize/BoundAccumulators.h"

#include "compiler/quantize/DenseSynapses.h"
#include "snn/Bounds.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

namespace {

/// The largest magnitude of the encoder's estimate: of the input itself for graded events, else of
/// what the steps reach.
Numbers boundInput(snn::EncodeOp encode) {
  snn::FixedInputAttr fixed = *encode.getFixed();
  ArrayRef<int64_t> shape = encode.getSpikes().getType().getShape();
  int64_t plane = encode.getSpikes().getType().getNumElements() / shape[0];
  Numbers bounds;
  for (int64_t c = 0; c < shape[0]; ++c) {
    double bound = encode.getCode() == snn::InputCode::Spike
                       ? ::snn::getStepsReach(fixed.getSteps().asArrayRef())
                       : ::snn::getInputReach(fixed.getRaw() == snn::RawInput::U8,
                                              static_cast<int32_t>(fixed.getMultipliers()[c]),
                                              static_cast<int32_t>(fixed.getOffsets()[c]),
                                              static_cast<unsigned>(fixed.getShift()));
    bounds.insert(bounds.end(), plane, bound);
  }
  return bounds;
}

} // namespace

double AccumulatorBounds::getLargest(Value stream) const {
  return *llvm::max_element(magnitudes.find(stream)->second);
}

AccumulatorBounds boundAccumulators(func::FuncOp network) {
  AccumulatorBounds bounds;
  DenseSynapses synapses;
  // What is rounded or multiplied may go from one end to the other in a step.
  bool jumps = llvm::any_of(network.front(), [](Operation &op) {
    auto synapse = dyn_cast<snn::SynapseOpInterface>(op);
    return synapse && (synapse.isBilinear() || isa<snn::RequantizeOp>(op));
  });
  double max = jumps ? ::snn::kLargestJump : ::snn::kLargestSum;
  for (Operation &op : network.front()) {
    if (auto encode = dyn_cast<snn::EncodeOp>(op)) {
      bounds.magnitudes[encode.getSpikes()] = boundInput(encode);
    } else if (auto neuron = dyn_cast<snn::NeuronOp>(op)) {
      Numbers bound = reference::getAssumedOutput(neuron);
      for (double &number : bound)
        number = std::abs(number) + static_cast<double>(neuron.getFixed()->getReach());
      bounds.magnitudes[neuron.getSpikes()] = std::move(bound);
    } else if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op)) {
      SmallVector<const Numbers *> inputs;
      for (Value stream : synapse.getStreams())
        inputs.push_back(&bounds.magnitudes[stream]);
      Numbers result;
      synapses.apply(synapse, inputs, Part::Affine, Weights::Magnitude, result);
      if (auto rounding = dyn_cast<snn::RequantizeOp>(op))
        for (double &number : result)
          number = std::min(number + 1, static_cast<double>(rounding.getLimit()));
      if (double largest = *llvm::max_element(result); largest > max)
        bounds.overflows.push_back(
            {&op, static_cast<unsigned>(std::ceil(std::log2(largest / max)))});
      bounds.magnitudes[synapse.getCurrent()] = std::move(result);
    }
  }
  return bounds;
}

LogicalResult proveSums(func::FuncOp network) {
  const AccumulatorBounds bounds = boundAccumulators(network);
  for (const AccumulatorBounds::Overflow &overflow : bounds.overflows)
    overflow.op->emitOpError() << "may have sums that take " << overflow.missing
                               << " bits more than 32";
  return success(bounds.overflows.empty());
}

} // namespace snnc::quantize
