#include "targets/core/Capabilities.h"

#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "targets/core/Connections.h"
#include <set>

using namespace mlir;

namespace snnc::core {

namespace {

InFlightDiagnostic refuse(LayerOp layer, ModelAttr model) {
  return layer.emitError() << "layer '" << layer.getSymName() << "' does not run on '"
                           << model.getName() << "': ";
}

/// A fixed integrate-and-fire neuron has a leak, one threshold and a reset that stay as they are.
LogicalResult checkNeuron(LayerOp layer, ModelAttr model) {
  if (model.isProgrammable() || layer.isInput())
    return success();
  Operation *population = layer.getPopulation();
  if (!population)
    return refuse(layer, model) << (layer.getProduct()    ? "a product of two streams"
                                    : layer.getRounding() ? "a sum that is rounded"
                                                          : "a relay")
                                << " needs a neuron that can be programmed";
  if (isa<snn::NeuronOp>(population))
    return refuse(layer, model)
           << "a neuron that follows a function compares it with its own estimate and moves that "
              "by "
              "steps that shrink; its neurons are fixed integrate-and-fire ones";
  if (isa<snn::IfOp>(population))
    return refuse(layer, model)
           << "the threshold of an averaging neuron is its own firing rate, which changes in every "
              "step; its neurons have a constant threshold";
  if (isa<snn::DecodeOp>(population))
    return success(); // the host adds up what arrives
  return refuse(layer, model) << "'" << population->getName().getStringRef()
                              << "' is not a fixed integrate-and-fire neuron";
}

LogicalResult checkWidths(LayerOp layer, ModelAttr model) {
  if (layer.isInput())
    return success();
  int64_t weightBits = Connector().connect(layer, wholeOf(layer.getShape())).weightBits;
  if (auto max = model.getLimit("weight_bits"); max && weightBits > *max)
    return refuse(layer, model) << "its weights have " << weightBits << " bits, the core's "
                                << *max;
  State state = getState(layer, wholeOf(layer.getShape()));
  if (auto max = model.getLimit("state_bits"); max && state.widest > *max)
    return refuse(layer, model) << "its states have " << state.widest << " bits, the core's "
                                << *max;
  return success();
}

/// Different weights of the neuron that has most, and whether a source has weights of both signs.
struct WeightKinds {
  size_t values = 0;
  bool mixed = false;
};

void countKinds(snn::WeightedOpInterface op, WeightKinds &kinds) {
  snn::WeightLayout layout = op.getWeightLayout();
  std::vector<double> numbers = snn::readWeights(op.getWeight());
  std::vector<std::set<double>> values(layout.outputs);
  std::vector<int> signs(layout.inputs * layout.groups, 0);
  layout.forEachWeight([&](int64_t at, int64_t output, int64_t channel) {
    values[output].insert(numbers[at]);
    signs[channel] |= numbers[at] > 0 ? 1 : (numbers[at] < 0 ? 2 : 0);
  });
  for (const auto &set : values)
    kinds.values = std::max(kinds.values, set.size());
  for (int sign : signs)
    kinds.mixed |= sign == 3;
}

LogicalResult checkWeights(LayerOp layer, ModelAttr model) {
  int64_t max = model.getNumber("weight_values", 0);
  bool signPerSource = model.getKeys().get("sign_per_source") && model.can("sign_per_source");
  if (max == 0 && !signPerSource)
    return success();
  WeightKinds kinds;
  layer.walk([&](snn::WeightedOpInterface op) { countKinds(op, kinds); });
  if (max != 0 && static_cast<int64_t>(kinds.values) > max)
    return refuse(layer, model) << "a neuron has " << kinds.values
                                << " different weights, the core's have at most " << max;
  if (signPerSource && kinds.mixed)
    return refuse(layer, model) << "a source has weights of both signs, the core has one sign for "
                                   "all weights of a source";
  return success();
}

/// What the layer sends, as events the model has.
LogicalResult legalizeEvents(LayerOp layer, ModelAttr model) {
  snn::SpikesType spikes = layer.getSpikes();
  if (!spikes || spikes.getCode() == snn::SpikeCode::Binary)
    return success();
  bool isChange = spikes.getMeaning() == snn::StreamMeaning::Change;
  if (isChange && !layer.isInput() && !model.can("step_shift"))
    return refuse(layer, model) << "an event's worth shrinks from step to step, and a core cannot "
                                   "scale weights by it";
  Builder builder(layer.getContext());
  if (!model.can("signed_events"))
    layer.setPolaritiesAttr(builder.getI64IntegerAttr(2));
  bool isGraded =
      spikes.getCode() == snn::SpikeCode::Graded || spikes.getCode() == snn::SpikeCode::Analog;
  int64_t bits = getEventBits(layer), max = model.getNumber("graded_bits", 0);
  if (!isGraded || bits <= max)
    return success();
  if (!model.can("step_shift"))
    return refuse(layer, model) << "its events carry values of " << bits << " bits, the core's "
                                << max << ", and a core cannot scale weights by binary digits";
  layer.setDigitsAttr(builder.getI64IntegerAttr(bits - 1));
  return success();
}

} // namespace

int64_t getEventBits(LayerOp layer) {
  // The encoder's integers have 16 bits, their difference 17, the sum that a relay sends 32.
  if (layer.isRelay())
    return 32;
  return layer.isInput() && layer->getParentOfType<ProgramOp>().getUpdates() ? 17 : 16;
}

State getState(LayerOp layer, const Box &box) {
  if (layer.isInput())
    return {};
  int64_t neurons = box.count();
  if (layer.getProduct()) // both factors, their changes in a step, and the product's
    return {32 * (2 * (takenBy(box, layer, 0).count() + takenBy(box, layer, 1).count()) + neurons),
            32};
  if (auto neuron = dyn_cast_or_null<snn::NeuronOpInterface>(layer.getPopulation())) {
    auto operands = static_cast<int64_t>(neuron.getCurrents().size());
    auto op = dyn_cast<snn::NeuronOp>(neuron.getOperation());
    // Estimates of the operands and of the output; 16-bit ones take the sum of a step in 32 bits.
    if (op && op.getFixed() && op.getFixed()->getState() == 16)
      return {neurons * ((16 + 32) * operands + 16), 32};
    return {neurons * (32 * operands + 16), 32};
  }
  return {neurons * (layer.getRounding() ? 64 : 32), 32}; // a sum, and what it was passed on as
}

LogicalResult legalizeLayer(LayerOp layer, ModelAttr model) {
  if (failed(checkNeuron(layer, model)) || failed(checkWidths(layer, model)) ||
      failed(checkWeights(layer, model)))
    return failure();
  return legalizeEvents(layer, model);
}

} // namespace snnc::core
