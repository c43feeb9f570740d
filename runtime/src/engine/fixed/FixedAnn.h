//===- FixedAnn: the ANN that an integer network stands for ------------------------------------------------------===//
//
// Real numbers in place of integers, nothing rounded or saturated, with the integer weights: what the events of a
// sample are to add up to.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_FIXED_FIXEDANN_H
#define SNN_SRC_ENGINE_FIXED_FIXEDANN_H

#include "runtime/src/engine/steps/Unreachable.h"
#include "runtime/src/plan/State.h"
#include <functional>
#include <optional>

namespace snn::detail {

/// What an integer with so many fraction bits counts.
double getUnit(int64_t fraction);

/// f of neuron `i` of a population, of its estimates `x`, without rounding, in the fraction bits that it is compared in;
/// of a table the straight pieces themselves, with their gain.
double getTarget(const FixedPlan &fixed, const Operation &op, size_t population, uint32_t i,
                 const double *x);

class FixedAnn {
public:
  /// Gets a population once it has its values, and a decoder once it has its outputs.
  using Visit = std::function<void(const Task &, const Events<double> &)>;

  FixedAnn(const Plan &plan, const FixedPlan &fixed) : plan(plan), fixed(fixed) {}

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
  const FixedPlan &fixed;
  std::optional<State<double>> state; ///< made when it first runs
  std::vector<double> input, output;
  Unreachable unreachable; ///< of `input`

  void count(const Task &task, const Events<double> &wanted);
  void runSource(const Task &task);
  void encode(Events<double> &events) const;
  void fire(const Task &task, Events<double> &events) const;
  void decode(const Decoder &decoder);
  /// Operand `n` of neuron `i`, in units of its estimate.
  double getOperand(size_t population, size_t n, double unit, uint32_t i) const;
};

} // namespace snn::detail

#endif
