//===- FixedSources: encoder, neurons and decoders of an integer network --------------------------------------===//
//
// docs/spec/fixed-point.md, "Neurons": every rounding is that of snn/fixed.h.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_FIXED_FIXEDSOURCES_H
#define SNN_SRC_ENGINE_FIXED_FIXEDSOURCES_H

#include "runtime/src/engine/fixed/FixedEncoder.h"
#include "runtime/src/engine/fixed/FixedTargets.h"
#include "runtime/src/engine/steps/Backgrounds.h"
#include "runtime/src/engine/steps/Sources.h"
#include "runtime/src/kernels/Fire.h"

namespace snn::detail {

class FixedSources final : public Sources<int32_t> {
public:
  FixedSources(const FixedPlan &fixed, Sample<int32_t> &sample, Backgrounds<int32_t> &backgrounds,
               FixedEncoder &encoder, FixedTargets &targets)
      : fixed(fixed), sample(sample), backgrounds(backgrounds), encoder(encoder), targets(targets) {
  }

  void start(size_t population, Range part) override;
  void encode(uint32_t t, Events<int32_t> &events) override { encoder.encode(t, events); }
  void receive(const Group &group, const Task &task, uint32_t t) override;
  void compare(const Group &group, const Task &task, uint32_t t, Range part,
               Worker<int32_t> &worker) override;
  void forget(const Worker<int32_t> &worker) override { targets.forget(worker); }

private:
  const FixedPlan &fixed;
  Sample<int32_t> &sample;
  Backgrounds<int32_t> &backgrounds;
  FixedEncoder &encoder;
  FixedTargets &targets;

  bool isReluOfSums(const Operation &op, size_t p) const;
  void compareSums(const Group &group, const Operation &op, size_t p, uint32_t t, Range part,
                   Worker<int32_t> &worker);
  kernels::FixedNeurons getNeurons(const Operation &op, size_t p, const int32_t *targets);
  template <typename SideOf>
  void compareRatios(const Operation &op, size_t p, Range part, Worker<int32_t> &worker,
                     const FixedTargets::Found &found, SideOf sideOf);
};

} // namespace snn::detail

#endif
