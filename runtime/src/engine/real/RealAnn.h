//===- RealAnn: the ANN that a real network stands for ------------------------------------------------------------===//
//
// Each neuron gives its function's value: what the events of a sample are to add up to. `T` is float or double.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_REAL_REALANN_H
#define SNN_SRC_ENGINE_REAL_REALANN_H

#include "runtime/src/engine/steps/Ann.h"

namespace snn::detail {

/// A population with the estimates of its operands in `state`, and its outputs.
template <typename T>
Neurons<T> getNeurons(const Network &network, const TypedPlan<T> &typed,
                      const Population<T> &population, const State<T> &state, T *outputs);

template <typename T>
class RealAnn final : public Ann<T> {
public:
  RealAnn(const Plan &plan, const TypedPlan<T> &typed) : Ann<T>(plan, typed) {}

private:
  using Ann<T>::plan, Ann<T>::typed, Ann<T>::state;
  std::vector<T> input; ///< normalized, in storage order

  void read(const double *values) override;
  void encode(Events<T> &events) const override;
  void fire(const Task &task, Events<T> &events) const override;
  double decode(const Decoder &decoder, uint32_t i) const override;
  uint64_t countBeyond(const Task &task, const Events<T> &wanted, uint32_t steps) const override;
};

} // namespace snn::detail

#endif
