#include "runtime/src/engine/fixed/FixedAnn.h"

#include "runtime/src/engine/fixed/FixedEncoder.h"
#include "runtime/src/kernels/Neurons.h"
#include <cmath>

namespace snn::detail {

double getUnit(int64_t fraction) { return std::ldexp(1.0, -static_cast<int>(fraction)); }

namespace {

/// Calls `visit(f)`, where f(i, x) is what `getTarget` says of neuron `i`: what neurons have in common is found once.
template <typename Visit>
void withTarget(const FixedPlan &fixed, const Operation &op, size_t population, Visit visit) {
  const FixedNeuron &form = op.fixedNeuron;
  const double align = form.align;
  if (op.function == Function::Mul)
    return visit(
        [down = std::exp2(-align)](uint32_t, const double *x) { return x[0] * x[1] * down; });
  if (op.function == Function::Div)
    return visit([up = std::exp2(align)](uint32_t, const double *x) {
      return x[0] * up / std::max(x[1], 0.0);
    });
  if (op.function == Function::Norm)
    return visit([up = std::exp2(align / 2), epsilon = form.epsilon](uint32_t, const double *x) {
      return x[0] * up / std::sqrt(std::max(x[1] + epsilon, 0.0));
    });
  if (!form.table.empty()) {
    const Repeated<int32_t> &gains = fixed.gains[population];
    return visit([&form, &gains, unit = getUnit(form.gainShift)](uint32_t i, const double *x) {
      const double position = std::clamp((x[0] + 32768) / 256, 0.0, 255.999);
      const auto piece = static_cast<size_t>(position);
      const double value = form.table[piece] + (form.table[piece + 1] - form.table[piece]) *
                                                   (position - static_cast<double>(piece));
      return (gains.empty() ? 1 : gains[i] * unit) * value;
    });
  }
  const Repeated<int32_t> &lowers = fixed.lower[population], &uppers = fixed.upper[population];
  withFunction(op.function, [&](auto function) {
    visit([&lowers, &uppers](uint32_t i, const double *x) {
      double bounds[2] = {0, 0};
      if (!lowers.empty()) {
        // The last numbers of 16 bits stand for everything beyond them.
        const int32_t lower = lowers[i], upper = uppers[i];
        bounds[0] = lower == INT16_MIN ? -HUGE_VAL : lower;
        bounds[1] = upper == INT16_MAX ? HUGE_VAL : upper;
      }
      return decltype(function)::value(x, bounds);
    });
  });
}

} // namespace

double getTarget(const FixedPlan &fixed, const Operation &op, size_t population, uint32_t i,
                 const double *x) {
  double target = 0;
  withTarget(fixed, op, population, [&](auto f) { target = f(i, x); });
  return target;
}

void FixedValues::read(const Pass &pass, const double *raw) {
  input.assign(raw, raw + pass.plan.inputOrder.size());
}

uint64_t FixedValues::countBeyond(const Pass &pass, const Task &task, const Events<double> &wanted,
                                  uint32_t steps) const {
  const Operation &op = pass.operationOf(task);
  const std::vector<int32_t> &sizes = op.fixedNeuron.steps;
  double reach = 0;
  const uint64_t done = steps - std::min(steps, op.schedule.start);
  for (size_t k = 0; k < sizes.size() && k < done; ++k)
    reach += sizes[k] + (k + 1 == sizes.size() || k + 1 == done ? sizes[k] : 0);
  const std::vector<int32_t> &initial = fixed.typed.populations[pass.populationOf(task)].initial;
  return detail::countUnreachable(wanted, std::vector<double>(initial.begin(), initial.end()),
                                  reach);
}

void FixedValues::encode(const Pass &pass, Events<double> &events) const {
  const Operation &op = pass.plan.network.operations.front();
  const FixedInput &form = op.fixedInput;
  const double unit = getRawScale(form);
  // Signs are counted in the LSB of steps, everything else in that of the input.
  const int down =
      op.inputCode == InputCode::Spike ? form.fraction - static_cast<int>(form.eventFraction) : 0;
  const size_t perChannel = input.size() / pass.plan.network.inputShape[0];
  const double scale = getUnit(int64_t{form.shift} + down);
  std::vector<double> all(input.size());
  for (size_t i = 0; i < input.size(); ++i) {
    const size_t c = i / perChannel;
    all[pass.plan.inputOrder[i]] =
        (input[i] * unit * form.multipliers[c] + form.offsets[c]) * scale;
  }
  for (uint32_t i = 0; i < all.size(); ++i)
    events.push(i, all[i]);
}

void FixedValues::fire(const Pass &pass, const Task &task, Events<double> &events) const {
  const Operation &op = pass.operationOf(task);
  const size_t p = pass.populationOf(task);
  const FixedNeuron &form = op.fixedNeuron;
  const double perEvent = getUnit(form.operandFraction - form.eventFraction);
  const auto size = static_cast<uint32_t>(pass.plan.network.streams[task.stream].size);
  const size_t operands = form.shifts.size();
  const Aligned<double> *sums[2] = {};
  double units[2] = {0, 0};
  for (size_t n = 0; n < operands; ++n) {
    sums[n] = &pass.sumsOf(p, n);
    units[n] = getUnit(form.shifts[n]);
  }
  withTarget(fixed, op, p, [&](auto f) {
    for (uint32_t i = 0; i < size; ++i) {
      double x[2] = {0, 0};
      for (size_t n = 0; n < operands; ++n)
        x[n] = (*sums[n])[i] * fixed.multipliers[p][n][i] * units[n];
      events.push(i, f(i, x) * perEvent);
    }
  });
}

double FixedValues::decode(const Pass &pass, const Decoder &decoder, uint32_t i) const {
  const FixedOutput &form = pass.plan.network.operations[decoder.operation].fixedOutput;
  return pass.sumsOf(decoder.population, 0)[i] * fixed.multipliers[decoder.population][0][i] *
         getUnit(form.shift) * getUnit(form.fraction);
}

} // namespace snn::detail
