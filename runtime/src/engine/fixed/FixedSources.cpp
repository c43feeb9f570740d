#include "runtime/src/engine/fixed/FixedSources.h"

#include "snn/fixed.h"

namespace snn::detail {

namespace {

void fireNeurons(const Operation &op, const kernels::FixedNeurons &neurons, Range part,
                 Worker<int32_t> &worker) {
  if (op.code == SpikeCode::Sign)
    kernels::fireSign(neurons, getInfo(op.function).tie == Tie::Above, worker.comparisons, part);
  else
    kernels::fireTernary(neurons, worker.comparisons, part);
}

} // namespace

void FixedSources::start(size_t p, Range part) {
  sample.startOutputs(p, part);
  targets.start(p, part);
}

void FixedSources::receive(const Group &group, const Task &task, uint32_t t) {
  const auto p = static_cast<size_t>(sample.typed.populationOf[task.operation]);
  backgrounds.add(group, sample.typed.populations[p].terminals, t, Range(), sample.workers.front());
}

void FixedSources::compare(const Group &group, const Task &task, uint32_t t, Range part,
                           Worker<int32_t> &worker) {
  auto p = static_cast<size_t>(sample.typed.populationOf[task.operation]);
  const Population<int32_t> &population = sample.typed.populations[p];
  const Operation &op = sample.operationOf(population);
  part.end = part.endOf(sample.y[p].size());
  if (isReluOfSums(op, p) && !worker.comparisons.empty())
    return compareSums(group, op, p, t, part, worker);
  backgrounds.add(group, population.terminals, t, part, worker);
  targets.charge(p, part);
  if (worker.comparisons.empty())
    return;
  const FixedTargets::Found &found = targets.find(p, part, worker);
  if (op.function == Function::Div)
    return compareRatios(op, p, part, worker, found, [&](int64_t e, int16_t a, int16_t b) {
      return snn_compare_quotient(e, a, b, op.fixedNeuron.align);
    });
  if (op.function == Function::Norm)
    return compareRatios(op, p, part, worker, found, [&](int64_t e, int16_t a, int16_t b) {
      return snn_compare_norm(e, a, b, static_cast<int32_t>(op.fixedNeuron.epsilon),
                              op.fixedNeuron.align);
    });
  fireNeurons(op, getNeurons(op, p, found.targets.data()), part, worker);
}

bool FixedSources::isReluOfSums(const Operation &op, size_t p) const {
  // The error of an update may be anything, and its dead zones are wider.
  const bool isRelu = op.function == Function::Relu || (fixed.isRelu[p] && !sample.isUpdate);
  return isRelu && targets.areSums(p);
}

/// The most frequent population: everything in one pass over it.
void FixedSources::compareSums(const Group &group, const Operation &op, size_t p, uint32_t t,
                               Range part, Worker<int32_t> &worker) {
  const Population<int32_t> &population = sample.typed.populations[p];
  kernels::FixedNeurons neurons = getNeurons(op, p, nullptr);
  neurons.sums = targets.accumulatorOf(p, 0).data();
  neurons.multipliers = &fixed.multipliers[p][0];
  neurons.shift = op.fixedNeuron.shifts[0];
  neurons.rises = backgrounds.get(group, population.terminals, t, worker);
  fireNeurons(op, neurons, part, worker);
}

kernels::FixedNeurons FixedSources::getNeurons(const Operation &op, size_t p,
                                               const int32_t *targets) {
  const FixedNeuron &form = op.fixedNeuron;
  return {sample.y[p].data(), static_cast<uint32_t>(sample.y[p].size()),
          form.operandFraction - form.eventFraction, targets};
}

/// The same where `sideOf(e, a, b)` says on which side of f(a, b) e lies.
template <typename SideOf>
void FixedSources::compareRatios(const Operation &op, size_t p, Range part, Worker<int32_t> &worker,
                                 const FixedTargets::Found &found, SideOf sideOf) {
  const FixedNeuron &form = op.fixedNeuron;
  int64_t unit = int64_t{1} << (form.operandFraction - form.eventFraction);
  int tieIsAbove = getInfo(op.function).tie == Tie::Above;
  for (Comparison<int32_t> &comparison : worker.comparisons) {
    Events<int32_t> &events = *comparison.events;
    auto side = [&](uint32_t i, int64_t zone) {
      return sideOf(sample.y[p][i] * unit + zone, static_cast<int16_t>(found.targets[i]),
                    static_cast<int16_t>(found.others[i]));
    };
    auto isSent = [&](uint32_t i) {
      int sign = op.code == SpikeCode::Sign               ? snn_sign(side(i, 0), tieIsAbove)
                 : side(i, -int64_t{comparison.zone}) > 0 ? 1
                 : side(i, comparison.zone) < 0           ? -1
                                                          : 0;
      sample.y[p][i] -= sign * comparison.step;
      if (op.code == SpikeCode::Sign)
        return sign > 0;
      events.negative[i / 64] |= uint64_t{sign > 0} << (i % 64);
      return sign != 0;
    };
    if (op.code == SpikeCode::Ternary)
      std::fill(events.negative.begin() + part.begin / 64,
                events.negative.begin() + (part.end + 63) / 64, 0);
    comparison.sent = fillBits(events.fired, part, isSent);
  }
}

} // namespace snn::detail
