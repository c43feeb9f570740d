#include "targets/core/ModelAttribute.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace snnc::core {

ModelAttr makeModelAttr(MLIRContext *context, const CoreModel &model) {
  Builder builder(context);
  NamedAttrList keys;
  auto number = [&](StringRef key, int64_t value) {
    if (value != kUnlimited)
      keys.append(key, builder.getI64IntegerAttr(value));
  };
  auto flag = [&](StringRef key, bool value) { keys.append(key, builder.getBoolAttr(value)); };
  number("width", model.mesh.width);
  number("height", model.mesh.height);
  number("cores_per_router", model.mesh.coresPerRouter);
  const Limits &limits = model.limits;
  number("neurons", limits.neurons);
  number("populations", limits.populations);
  number("synapse_bits", limits.synapseBits);
  number("neuron_bits", limits.neuronBits);
  number("weight_bits", limits.weightBits);
  number("state_bits", limits.stateBits);
  number("fan_in", limits.fanIn);
  number("fan_out", limits.fanOut);
  number("in_axons", limits.inAxons);
  number("out_axons", limits.outAxons);
  number("destinations", limits.destinations);
  number("max_delay", limits.maxDelay);
  const Capabilities &can = model.capabilities;
  keys.append("neuron",
              builder.getStringAttr(can.neuron == NeuronKind::Programmable ? "programmable"
                                                                           : "integrate_and_fire"));
  flag("signed_events", can.signedEvents);
  number("graded_bits", can.gradedBits);
  flag("step_shift", can.stepShift);
  flag("shared_weights", can.sharedWeights);
  number("axon_channels", can.axonChannels);
  number("weight_values", can.weightValues);
  flag("sign_per_source", can.signPerSource);
  return ModelAttr::get(context, model.name, keys.getDictionary(context));
}

} // namespace snnc::core
