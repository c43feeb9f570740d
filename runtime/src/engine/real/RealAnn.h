//===- RealAnn: the ANN that a real network stands for ------------------------------------------------------------===//
//
// Each neuron gives its function's value: what the events of a sample are to add up to. `T` is float or double.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_REAL_REALANN_H
#define SNN_SRC_ENGINE_REAL_REALANN_H

#include "runtime/src/engine/steps/Unreachable.h"
#include "runtime/src/kernels/Neurons.h"
#include "runtime/src/plan/State.h"
#include <functional>
#include <optional>

namespace snn::detail {

/// A population with the estimates of its operands in `state`, and its outputs.
template <typename T>
Neurons<T> getNeurons(const Network &network, const TypedPlan<T> &typed,
                      const Population<T> &population, const State<T> &state, T *outputs);

template <typename T>
class RealAnn {
public:
  /// Gets a population once it has its values, and a decoder once it has its outputs.
  using Visit = std::function<void(const Task &, const Events<T> &)>;

  RealAnn(const Plan &plan, const TypedPlan<T> &typed) : plan(plan), typed(typed) {}

  /// Of raw numbers, in row-major order.
  void evaluate(const double *values, double *result);
  /// For the same numbers once more.
  void run(const Visit &visit);
  /// Of the last numbers, row-major, by decoder.
  const std::vector<double> &getOutput() const { return output; }
  /// By layer: how many values neurons cannot reach in so many time steps.
  std::vector<uint64_t> countUnreachable(uint32_t steps);

private:
  const Plan &plan;
  const TypedPlan<T> &typed;
  std::optional<State<T>> state; ///< made when it first runs
  std::vector<T> input;          ///< normalized, in storage order
  std::vector<double> output;
  Unreachable unreachable; ///< of `input`

  void runSource(const Task &task);
  void count(const Task &task, const Events<T> &wanted);
};

} // namespace snn::detail

#endif
