//===- RealSources: encoder, neurons and decoders of a real network -------------------------------------------===//
//
// docs/spec/snn.md, "Neurons" and "Rates". `T` is float or double.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_REAL_REALSOURCES_H
#define SNN_SRC_ENGINE_REAL_REALSOURCES_H

#include "runtime/src/engine/real/Rates.h"
#include "runtime/src/engine/real/RealEncoder.h"
#include "runtime/src/engine/steps/Backgrounds.h"
#include "runtime/src/engine/steps/Sources.h"

namespace snn::detail {

template <typename T>
class RealSources final : public Sources<T> {
public:
  RealSources(Sample<T> &sample, Backgrounds<T> &backgrounds, RealEncoder<T> &encoder,
              Rates<T> &rates)
      : sample(sample), backgrounds(backgrounds), encoder(encoder), rates(rates) {}

  void start(size_t population, Range part) override;
  void encode(uint32_t t, Events<T> &events) override { encoder.encode(t, events); }
  void receive(const Group &group, const Task &task, uint32_t t) override;
  void compare(const Group &group, const Task &task, uint32_t t, Range part,
               Worker<T> &worker) override;
  void forget(const Worker<T> &) override {} // estimates are looked at in every comparison

private:
  Sample<T> &sample;
  Backgrounds<T> &backgrounds;
  RealEncoder<T> &encoder;
  Rates<T> &rates;
};

} // namespace snn::detail

#endif
