//===- FixedAnn: the ANN that an integer network stands for ------------------------------------------------------===//
//
// Real numbers in place of integers, nothing rounded or saturated, with the integer weights: what the events of a
// sample are to add up to.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_FIXED_FIXEDANN_H
#define SNN_SRC_ENGINE_FIXED_FIXEDANN_H

#include "runtime/src/engine/steps/Ann.h"

namespace snn::detail {

/// What an integer with so many fraction bits counts.
double getUnit(int64_t fraction);

/// f of neuron `i` of a population, of its estimates `x`, without rounding, in the fraction bits that it is compared in;
/// of a table the straight pieces themselves, with their gain.
double getTarget(const FixedPlan &fixed, const Operation &op, size_t population, uint32_t i,
                 const double *x);

class FixedValues {
public:
  using Number = double;
  using Pass = AnnPass<double>;

  explicit FixedValues(const FixedPlan &fixed) : fixed(fixed) {}

  void read(const Pass &pass, const double *raw);
  void encode(const Pass &pass, Events<double> &events) const;
  void fire(const Pass &pass, const Task &task, Events<double> &events) const;
  double decode(const Pass &pass, const Decoder &decoder, uint32_t i) const;
  uint64_t countBeyond(const Pass &pass, const Task &task, const Events<double> &wanted,
                       uint32_t steps) const;

private:
  const FixedPlan &fixed;
  std::vector<double> input; ///< raw numbers, in row-major order
};

using FixedAnn = Ann<FixedValues>;

} // namespace snn::detail

#endif
