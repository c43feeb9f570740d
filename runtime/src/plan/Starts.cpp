//===- What accumulators start at, and what sign-coded streams give in every step -------------------------===//
#include "runtime/src/plan/Starts.h"

#include "runtime/src/plan/Deliveries.h"
#include "runtime/src/plan/State.h"

namespace snn::detail {

namespace {

/// What receivers take the output of `op` to be before the first step.
template <typename T>
void sendAssumed(const Network &network, const Operation &op, Numbers numbers, Events<T> &events) {
  events.clear();
  std::vector<T> value(network.streams[op.output].size, T{0});
  for (const TensorView *part : {&op.initial, &op.offset}) {
    if (!*part)
      continue;
    std::vector<T> expanded = expand<T>(*part, network.streams[op.output].shape);
    for (size_t i = 0; i < value.size(); ++i)
      value[i] += expanded[i];
  }
  for (uint32_t i = 0; i < value.size(); ++i)
    if (value[i] != 0)
      events.push(i, static_cast<T>(pick(static_cast<double>(value[i]), numbers)));
}

/// A(0) of a product is that of its operands, multiplied (of a requantize, rounded); these keep their own.
template <typename T>
void startProduct(const TypedPlan<T> &plan, const Task &task, State<T> &state) {
  auto &product = state.products[task.delivery];
  const PlannedProduct &planned = plan.products[task.delivery];
  if (planned.rounding) {
    const Aligned<T> &sum = state.accumulators[plan.terminals[planned.terminals[0]].accumulator];
    for (size_t i = 0; i < sum.size(); ++i)
      state.accumulators[task.accumulator][i] += applyRounding(*planned.rounding, i, sum[i]);
    return;
  }
  for (int n : {0, 1}) {
    const Terminal<T> &terminal = plan.terminals[plan.products[task.delivery].terminals[n]];
    Aligned<T> &start = state.accumulators[terminal.accumulator];
    product.estimates[n].assign(start.size(), T{0});
    product.changes[n].clear();
    for (uint32_t i = 0; i < start.size(); ++i)
      product.changes[n].push(i, start[i]);
  }
  multiply(plan.products[task.delivery].product, product.changes, product.estimates[0].data(),
           product.estimates[1].data(), state.accumulators[task.accumulator].data());
}

/// An affine pass: with `silent` without an event, else with what populations start at. Calls `visit(accumulator, sums)` for
/// all of them, once they are complete.
template <typename T, typename Visit>
void runAffine(const Network &network, const std::vector<Constant<T>> &constants,
               const TypedPlan<T> &plan, Numbers numbers, State<T> &state, bool silent,
               Visit visit) {
  size_t next = 0;
  auto addConstants = [&](size_t task) {
    for (; next < constants.size() && constants[next].before <= task; ++next) {
      Aligned<T> &accumulator = state.enterAccumulator(plan, constants[next].accumulator);
      const Repeated<T> &value = constants[next].value;
      for (size_t i = 0; i < accumulator.size(); ++i)
        accumulator[i] += value[i];
    }
  };
  for (uint32_t i = 0; i < plan.tasks.size(); ++i) {
    const Task &task = plan.tasks[i];
    addConstants(i);
    state.enter(plan, i);
    if (task.kind == Task::Kind::Fire && !silent)
      sendAssumed(network, network.operations[task.operation], numbers, state.at(task.stream, 0));
    else if (task.kind == Task::Kind::Harvest)
      harvest(state.accumulators[task.accumulator], state.at(task.stream, 0));
    else if (task.kind == Task::Kind::Multiply &&
             numbers == Numbers::Signed) // bounds hold for both
      startProduct(plan, task, state);
    else if (task.kind == Task::Kind::Deliver)
      deliver(plan.deliveries[task.delivery], state.at(task.stream, 0), state.scratch,
              state.accumulators[task.accumulator].data());
    state.leave(plan, i, visit);
  }
}

} // namespace

template <typename T>
std::vector<T> getConstant(const Network &network, const Operation &op, Numbers numbers) {
  const Shape &shape = network.streams[op.output].shape;
  std::vector<T> value;
  if (op.kind == Operation::Kind::Bias) {
    value = expand<T>(op.weight, shape, numbers);
  } else if (op.bias) {
    TensorView bias = op.bias;
    bias.shape.assign(shape.size(), 1);
    bias.shape[op.kind == Operation::Kind::Conv ? 0 : shape.size() - 1] = op.bias.shape[0];
    value = expand<T>(bias, shape, numbers);
  } else if (op.kind == Operation::Kind::Pad && op.border != 0) {
    Delivery<T> move = makeMove<T>(network, op, 0);
    value.assign(network.streams[op.output].size, static_cast<T>(op.border));
    for (int32_t target : move.target)
      if (target >= 0)
        value[target] = 0;
  }
  return value;
}

template <typename T>
void computeStarts(const Network &network, const std::vector<Constant<T>> &constants,
                   Numbers numbers, TypedPlan<T> &plan) {
  bool isSilent = true;
  for (const Operation &op : network.operations)
    isSilent &= !op.initial && !op.offset;
  State<T> state(network, plan, /*isGraded=*/true);
  std::vector<Terminal<T> *> terminals(plan.accumulators.size(), nullptr);
  for (Terminal<T> &terminal : plan.terminals)
    terminals[terminal.accumulator] = &terminal;
  auto run = [&](bool silent, Repeated<T> Terminal<T>::*where) {
    runAffine(network, constants, plan, numbers, state, silent,
              [&](uint32_t accumulator, const Aligned<T> &sums) {
                if (Terminal<T> *terminal = terminals[accumulator])
                  terminal->*where = Repeated<T>(std::span<const T>(sums));
              });
  };
  if (!isSilent)
    run(/*silent=*/true, &Terminal<T>::silent);
  run(isSilent, &Terminal<T>::start);
}

template <typename T>
void computeBackgrounds(const Network &network, TypedPlan<T> &plan) {
  std::vector<std::vector<Terminal<T> *>> terminals(plan.accumulators.size());
  for (Terminal<T> &terminal : plan.terminals)
    terminals[terminal.accumulator].push_back(&terminal);
  std::optional<State<T>> state;
  for (uint32_t source = 0; source < network.streams.size(); ++source) {
    const Stream &stream = network.streams[source];
    if (!stream.isSpikes || stream.code != SpikeCode::Sign)
      continue;
    if (!state)
      state.emplace(network, plan, /*isGraded=*/true);
    auto send = [&](const Task &task) { // a linear pass with all events of the source
      if (task.stream == source && hasEvents(task))
        for (uint32_t i = 0; i < stream.size; ++i)
          state->at(source, 0).push(i, T{1});
    };
    runPass(plan, *state, nullptr, send, [&](uint32_t accumulator, const Aligned<T> &value) {
      if (std::any_of(value.begin(), value.end(), [](T number) { return number != 0; }))
        for (Terminal<T> *terminal : terminals[accumulator])
          terminal->backgrounds.push_back({source, Repeated<T>(std::span<const T>(value))});
    });
  }
}

#define SNN_INSTANTIATE(T)                                                                         \
  template std::vector<T> getConstant(const Network &, const Operation &, Numbers);                \
  template void computeStarts(const Network &, const std::vector<Constant<T>> &, Numbers,          \
                              TypedPlan<T> &);                                                     \
  template void computeBackgrounds(const Network &, TypedPlan<T> &);
SNN_INSTANTIATE(float)
SNN_INSTANTIATE(double)
SNN_INSTANTIATE(int32_t)
#undef SNN_INSTANTIATE

} // namespace snn::detail
