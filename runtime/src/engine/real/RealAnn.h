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
class RealValues {
public:
  using Number = T;
  using Pass = AnnPass<T>;

  void read(const Pass &pass, const double *raw);
  void encode(const Pass &pass, Events<T> &events) const;
  void fire(const Pass &pass, const Task &task, Events<T> &events) const;
  double decode(const Pass &pass, const Decoder &decoder, uint32_t i) const;
  uint64_t countBeyond(const Pass &pass, const Task &task, const Events<T> &wanted,
                       uint32_t steps) const;

private:
  std::vector<T> input; ///< normalized, in storage order
};

template <typename T>
using RealAnn = Ann<RealValues<T>>;

} // namespace snn::detail

#endif
