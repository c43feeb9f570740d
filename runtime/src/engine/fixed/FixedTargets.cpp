#include "runtime/src/engine/fixed/FixedTargets.h"

#include "runtime/src/kernels/Fire.h"
#include "runtime/src/kernels/Rows.h"
#include "snn/fixed.h"

namespace snn::detail {

FixedTargets::FixedTargets(const Plan &plan, const FixedPlan &fixed, State<int32_t> &state,
                           size_t workers)
    : network(plan.network), fixed(fixed), state(state), found(workers) {
  for (const Population<int32_t> &population : fixed.typed.populations) {
    const uint64_t size = network.streams[population.stream].size;
    const bool isShort = network.operations[population.operation].fixedNeuron.stateBits == 16;
    v.emplace_back(population.terminals.size());
    for (Aligned<int16_t> &estimates : v.back())
      estimates.resize(isShort ? size : 0);
  }
}

Aligned<int32_t> &FixedTargets::accumulatorOf(size_t population, size_t operand) const {
  const uint32_t terminal = fixed.typed.populations[population].terminals[operand];
  return state.accumulators[fixed.typed.terminals[terminal].accumulator];
}

void FixedTargets::start(size_t population, Range part) {
  part.end = part.endOf(
      static_cast<uint32_t>(network.streams[fixed.typed.populations[population].stream].size));
  for (size_t n = 0; n < v[population].size(); ++n)
    startOperand(population, n, part);
}

/// 32-bit states are the accumulator itself; beside 16-bit states it only holds a step's current.
void FixedTargets::startOperand(size_t population, size_t operand, Range part) {
  const FixedNeuron &form = operationOf(population).fixedNeuron;
  const Terminal<int32_t> &terminal =
      fixed.typed.terminals[fixed.typed.populations[population].terminals[operand]];
  state.start(fixed.typed, terminal, part);
  Aligned<int16_t> &estimates = v[population][operand];
  if (estimates.empty())
    return;
  Aligned<int32_t> &current = accumulatorOf(population, operand);
  std::fill(current.begin() + part.begin, current.begin() + part.end, 0);
  for (uint32_t i = part.begin; i < part.end; ++i)
    estimates[i] = snn_requantize(terminal.start[i], fixed.multipliers[population][operand][i],
                                  form.shifts[operand]);
}

void FixedTargets::charge(size_t population, Range part) {
  const FixedNeuron &form = operationOf(population).fixedNeuron;
  for (size_t n = 0; n < v[population].size(); ++n) {
    if (v[population][n].empty())
      continue;
    Aligned<int32_t> &current = accumulatorOf(population, n);
    kernels::charge(current.data(), fixed.multipliers[population][n], form.shifts[n],
                    v[population][n].data(), part);
    std::fill(current.begin() + part.begin, current.begin() + part.end, 0);
  }
}

int16_t FixedTargets::getEstimate(size_t population, size_t operand, uint32_t i) const {
  if (!v[population][operand].empty())
    return v[population][operand][i];
  return snn_requantize(accumulatorOf(population, operand)[i],
                        fixed.multipliers[population][operand][i],
                        operationOf(population).fixedNeuron.shifts[operand]);
}

void FixedTargets::estimate(size_t population, size_t operand, Range part,
                            std::vector<int32_t> &to) const {
  const Aligned<int16_t> &states = v[population][operand];
  if (states.empty())
    kernels::requantize(accumulatorOf(population, operand).data(),
                        fixed.multipliers[population][operand],
                        operationOf(population).fixedNeuron.shifts[operand], to.data(), part);
  else
    std::copy(states.begin() + part.begin, states.begin() + part.end, to.begin() + part.begin);
}

void FixedTargets::forget() {
  for (Found &mine : found)
    mine.of = Found::kNobody;
}

const FixedTargets::Found &FixedTargets::find(size_t population, Range part,
                                              const Worker<int32_t> &worker) {
  Found &mine = found[worker.index];
  if (mine.of == population && mine.after == worker.arrivals)
    return mine;
  mine.of = population;
  mine.after = worker.arrivals;
  const size_t size = network.streams[fixed.typed.populations[population].stream].size;
  for (std::vector<int32_t> *buffer : {&mine.targets, &mine.others})
    buffer->resize(std::max(buffer->size(), size));
  estimate(population, 0, part, mine.targets);
  if (!operationOf(population).fixedNeuron.table.empty())
    lookUp(population, part, mine);
  else
    apply(population, part, mine);
  return mine;
}

/// Functions that are computed.
void FixedTargets::apply(size_t population, Range part, Found &mine) const {
  const Operation &op = operationOf(population);
  std::vector<int32_t> &targets = mine.targets, &others = mine.others;
  if (v[population].size() == 2)
    estimate(population, 1, part, others);
  auto forEach = [&](auto function) {
    for (uint32_t i = part.begin; i < part.end; ++i)
      targets[i] = function(targets[i], others[i]);
  };
  switch (op.function) {
  case Function::Div:
  case Function::Norm:
    return;
  case Function::Mul:
    return forEach([align = op.fixedNeuron.align](int32_t a, int32_t b) {
      return snn_product(static_cast<int16_t>(a), static_cast<int16_t>(b), align);
    });
  case Function::Max:
    return forEach([](int32_t a, int32_t b) { return std::max(a, b); });
  case Function::Min:
    return forEach([](int32_t a, int32_t b) { return std::min(a, b); });
  case Function::Abs:
    return forEach([](int32_t a, int32_t) { return std::abs(a); });
  case Function::Clip:
    return kernels::clip(fixed.lower[population], fixed.upper[population], targets.data(), part);
  default:
    return forEach([](int32_t a, int32_t) { return std::max(a, 0); });
  }
}

/// Functions that are tables of their own.
void FixedTargets::lookUp(size_t population, Range part, Found &mine) const {
  const FixedNeuron &form = operationOf(population).fixedNeuron;
  const Repeated<int32_t> &gains = fixed.gains[population];
  std::vector<int32_t> &values = gains.empty() ? mine.targets : mine.others;
  for (uint32_t i = part.begin; i < part.end; ++i)
    values[i] = snn_table(form.table.data(), static_cast<int16_t>(mine.targets[i]));
  if (!gains.empty())
    kernels::requantize(values.data(), gains, form.gainShift, mine.targets.data(), part);
}

} // namespace snn::detail
