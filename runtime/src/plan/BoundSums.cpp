//===- The proof that no sum of an integer network leaves 32 bits ----------------------------------------===//
//
// docs/spec/fixed-point.md, FX-Q4. One pass through the network with the magnitudes of all weights, in which
// every source sends its reach: what an accumulator then holds bounds every partial sum of it, in any
// order.
//
//===----------------------------------------------------------------------------------------------===//
#include "runtime/src/plan/State.h"
#include "snn/Bounds.h"

#include <cmath>

namespace snn::detail {

namespace {

/// The largest magnitude that the encoder's estimate of channel `c` takes.
double boundInput(const Operation &op, size_t c) {
  const FixedInput &input = op.fixedInput;
  return op.inputCode == InputCode::Spike
             ? getStepsReach(input.steps)
             : getInputReach(input.isByte, input.multipliers[c], input.offsets[c], input.shift);
}

void sendReach(const Network &network, const Task &task, Events<double> &events) {
  const Operation &op = network.operations[task.operation];
  const Stream &stream = network.streams[task.stream];
  events.clear();
  std::vector<uint32_t> order = getStorageOrder(stream.shape);
  uint64_t plane = stream.size / stream.shape[0];
  std::vector<double> reach(stream.size, op.fixedNeuron.reach());
  if (op.kind == Operation::Kind::Encode)
    for (uint64_t i = 0; i < stream.size; ++i)
      reach[order[i]] = boundInput(op, i / plane);
  for (uint32_t i = 0; i < stream.size; ++i)
    events.push(i, reach[i]);
}

} // namespace

SumProof proveSums(const Network &network) {
  TypedPlan<double> plan = makeMagnitudePlan(network);
  State<double> state(network, plan, /*isGraded=*/true);
  SumProof proof;
  // What is rounded or multiplied may go from one end to the other in a step.
  bool jumps = !plan.products.empty();
  double max = jumps ? kLargestJump : kLargestSum;
  auto check = [&](const auto &sums, const Operation &op) {
    for (double sum : sums)
      if (!(sum <= max) && proof.problem.empty())
        proof.problem = "'" + op.name + "' has sums that may not fit in 32 bits";
      else if (!(sum <= kLargestJump) && proof.updateProblem.empty())
        proof.updateProblem =
            "'" + op.name + "' takes no updates: its sums may change by more than 32 bits hold";
  };
  for (uint32_t i = 0; i < plan.tasks.size(); ++i) {
    const Task &task = plan.tasks[i];
    const Operation &op = network.operations[task.operation];
    state.enter(plan, i, State<double>::PassStart::Assumed);
    Events<double> &events = state.at(task.stream, 0);
    if (task.kind == Task::Kind::Deliver) {
      // A common multiple that has outgrown its limit leaves shares that are not whole.
      const Delivery<double> &delivery = plan.deliveries[task.delivery];
      if (delivery.kind == Delivery<double>::Kind::Pool)
        for (double share : delivery.weights)
          if (share != std::floor(share) || share > static_cast<double>(kLargestPool))
            return {"'" + op.name + "' averages windows of too many different sizes", ""};
      deliver(delivery, events, state.scratch, state.accumulators[task.accumulator].data());
      check(state.accumulators[task.accumulator], op);
    } else if (task.kind == Task::Kind::Harvest) {
      harvest(state.accumulators[task.accumulator], events);
    } else if (task.kind == Task::Kind::Multiply) {
      multiply(plan, task, state);
      check(state.accumulators[task.accumulator], op);
    } else if (task.kind != Task::Kind::Decode) {
      sendReach(network, task, events);
    }
    state.leave(plan, i, [](uint32_t, const Aligned<double> &) {});
  }
  for (const Terminal<double> &terminal : plan.terminals)
    check(terminal.start.expand(), network.operations.back());
  return proof;
}

} // namespace snn::detail
