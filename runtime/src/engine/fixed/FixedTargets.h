//===- FixedTargets: what integer neurons strive for ---------------------------------------------------------------===//
//
// docs/spec/fixed-point.md, "Neurons": the 16-bit estimates of their operands, and f of these.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_FIXED_FIXEDTARGETS_H
#define SNN_SRC_ENGINE_FIXED_FIXEDTARGETS_H

#include "runtime/src/engine/steps/Worker.h"
#include "runtime/src/plan/State.h"

namespace snn::detail {

class FixedTargets {
public:
  /// Of a worker's part of a population; of quotients and norms both operands.
  struct alignas(64) Found {
    std::vector<int32_t> targets, others;

  private:
    friend class FixedTargets;
    static constexpr size_t kNobody = SIZE_MAX;
    size_t of = kNobody; ///< the population that last compared
    uint64_t after = 0;  ///< the arrivals by then
  };

  FixedTargets(const Plan &plan, const FixedPlan &fixed, State<int32_t> &state, size_t workers);

  /// Before the first step: what a part of a population takes its inputs to be.
  void start(size_t population, Range part);
  /// States of 16 bits take in what a step has brought.
  void charge(size_t population, Range part);
  /// f of a part, once after something has arrived.
  const Found &find(size_t population, Range part, const Worker<int32_t> &worker);
  /// Parts, or what neurons are in, may be others than before.
  void forget();
  void forget(const Worker<int32_t> &worker) { found[worker.index].of = Found::kNobody; }

  /// Whether states are the sums themselves, of 32 bits.
  bool areSums(size_t population) const { return v[population][0].empty(); }
  int16_t getEstimate(size_t population, size_t operand, uint32_t i) const;
  Aligned<int32_t> &accumulatorOf(size_t population, size_t operand) const;

private:
  const Network &network;
  const FixedPlan &fixed;
  State<int32_t> &state;
  std::vector<std::vector<Aligned<int16_t>>> v; ///< per population and operand: 16-bit states
  std::vector<Found> found;                     ///< by worker

  const Operation &operationOf(size_t population) const {
    return network.operations[fixed.typed.populations[population].operation];
  }
  void startOperand(size_t population, size_t operand, Range part);
  void estimate(size_t population, size_t operand, Range part, std::vector<int32_t> &to) const;
  void apply(size_t population, Range part, Found &mine) const;
  void lookUp(size_t population, Range part, Found &mine) const;
};

} // namespace snn::detail

#endif
