#include "runtime/src/engine/settled/SettledPlan.h"

#include <numeric>

namespace snn::detail {

namespace {

using Kind = Task::Kind;

class Settler {
public:
  Settler(const Network &network, const FixedPlan &fixed)
      : network(network), fixed(fixed), typed(fixed.typed) {}

  SettledPlan make() {
    settled.groups.resize(typed.groups.size());
    settled.accumulators.resize(typed.groups.size());
    settled.stores.assign(network.streams.size(), Store::None);
    settled.needsEvents.assign(network.streams.size(), false);
    isSettled.assign(typed.groups.size(), false);
    for (const Task &task : typed.tasks)
      if (task.kind == Kind::Encode &&
          network.operations[task.operation].inputCode == InputCode::Direct)
        settled.stores[task.stream] = Store::Input;
    // What is decoded is looked at after every step, and so is what only decoders read.
    for (size_t g = 0; g < typed.groups.size() && !decodes(typed.groups[g]); ++g)
      isSettled[g] = canSettle(typed.groups[g]);
    while (withdraw())
      ;
    for (size_t g = 0; g < typed.groups.size(); ++g)
      if (isSettled[g])
        addNodes(g);
    return std::move(settled);
  }

private:
  const Network &network;
  const FixedPlan &fixed;
  const TypedPlan<int32_t> &typed;
  SettledPlan settled;
  std::vector<bool> isSettled; ///< by group

  const Task &taskOf(uint32_t i) const { return typed.tasks[i]; }
  const Task &lastOf(const Group &group) const { return taskOf(group.tasks.back()); }
  bool decodes(const Group &group) const { return lastOf(group).kind == Kind::Decode; }
  const Population<int32_t> &populationOf(const Task &task) const {
    return typed.populations[static_cast<size_t>(typed.populationOf[task.operation])];
  }

  /// Whether outputs are the sum of events, nothing comes without an event, and states round only when they compare.
  bool isPlain(const Task &fire) const {
    const Operation &op = network.operations[fire.operation];
    const Population<int32_t> &population = populationOf(fire);
    bool rises = false;
    for (uint32_t terminal : population.terminals)
      rises = rises || !typed.terminals[terminal].backgrounds.empty();
    return op.code == SpikeCode::Ternary && op.fixedNeuron.stateBits == 32 &&
           op.schedule.steps > 0 && population.initial.empty() && !rises;
  }

  bool canSettle(const Group &group) {
    const Task &last = lastOf(group);
    const bool fires = last.kind == Kind::Fire;
    if (!(fires && isPlain(last)) && last.kind != Kind::Harvest)
      return false;
    std::vector<uint32_t> currents; // of the group itself
    for (uint32_t i : group.tasks) {
      const Task &task = taskOf(i);
      if (task.kind == Kind::Harvest)
        currents.push_back(task.stream);
      else if (task.kind == Kind::Multiply && !typed.products[task.delivery].rounding)
        return false;
      else if (task.kind == Kind::Multiply && hasBackgrounds(task))
        return false;
      else if (task.kind == Kind::Deliver &&
               std::find(currents.begin(), currents.end(), task.stream) == currents.end() &&
               !isFinal(group, task, fires))
        return false;
    }
    for (uint32_t stream : currents)
      settled.stores[stream] = Store::Sums;
    if (fires)
      settled.stores[last.stream] = chooseStore(last);
    return true;
  }

  /// The least that y of some neurons fits in.
  Store chooseStore(const Task &fire) const {
    const int32_t reach = network.operations[fire.operation].fixedNeuron.reach();
    if (reach <= INT8_MAX)
      return Store::Bytes;
    const std::optional<kernels::Staircase> staircase = makeStaircase(fire);
    return reach <= UINT8_MAX && staircase && staircase->isNeverNegative() ? Store::Positives
                                                                           : Store::Shorts;
  }

  bool hasBackgrounds(const Task &multiply) const {
    const PlannedProduct &product = typed.products[multiply.delivery];
    return !typed.terminals[product.terminals[0]].backgrounds.empty();
  }

  /// Whether all events of what a delivery takes are there when the neurons of the group start.
  bool isFinal(const Group &group, const Task &delivery, bool fires) const {
    const Range span = typed.spans[delivery.stream];
    const bool isOver = span.end <= uint64_t{group.start} + 1;
    return settled.stores[delivery.stream] != Store::None && (!fires || isOver);
  }

  /// A current is final only to groups that are settled themselves; whether something changed.
  bool withdraw() {
    std::vector<bool> isRead(network.streams.size(), false); // by a group that is not
    for (size_t g = 0; g < typed.groups.size(); ++g)
      for (uint32_t i : typed.groups[g].tasks)
        if (!isSettled[g] && taskOf(i).kind == Kind::Deliver)
          isRead[taskOf(i).stream] = true;
    bool changed = false;
    for (size_t g = 0; g < typed.groups.size(); ++g) {
      bool isLost = false;
      for (uint32_t i : typed.groups[g].tasks) {
        const Task &task = taskOf(i);
        isLost = isLost ||
                 (task.kind == Kind::Harvest && isRead[task.stream] &&
                  task.stream == lastOf(typed.groups[g]).stream) ||
                 (task.kind == Kind::Deliver && settled.stores[task.stream] == Store::None);
      }
      if (!isSettled[g] || !isLost)
        continue;
      isSettled[g] = false;
      changed = true;
      for (uint32_t i : typed.groups[g].tasks)
        if (taskOf(i).kind == Kind::Harvest || taskOf(i).kind == Kind::Fire)
          settled.stores[taskOf(i).stream] = Store::None;
    }
    settled.needsEvents = isRead;
    return changed;
  }

  void addNodes(size_t g) {
    const Group &group = typed.groups[g];
    for (uint32_t i : group.tasks) {
      const Task &task = taskOf(i);
      if (task.kind == Kind::Deliver)
        continue;
      SettledNode node;
      node.task = i;
      node.accumulator = task.accumulator;
      if (task.kind == Kind::Multiply) {
        node.kind = SettledNode::Kind::Round;
        node.accumulator = typed.terminals[typed.products[task.delivery].terminals[0]].accumulator;
      } else if (task.kind == Kind::Harvest) {
        node.kind = SettledNode::Kind::Harvest;
      } else {
        node.accumulator = typed.terminals[populationOf(task).terminals[0]].accumulator;
        node.staircase = makeStaircase(task);
      }
      findSources(group, node, settled.accumulators[g]);
      settled.groups[g].push_back(std::move(node));
    }
    settled.end = std::max(settled.end, group.end == UINT32_MAX ? 1 : group.end);
  }

  void findSources(const Group &group, SettledNode &node, std::vector<uint32_t> &all) {
    const Task &end = taskOf(node.task);
    std::vector<uint32_t> accumulators{node.accumulator};
    if (end.kind == Kind::Fire) // of all operands
      for (size_t n = 1; n < populationOf(end).terminals.size(); ++n)
        accumulators.push_back(typed.terminals[populationOf(end).terminals[n]].accumulator);
    all.insert(all.end(), accumulators.begin(), accumulators.end());
    const uint64_t size = typed.accumulators[node.accumulator];
    uint64_t unit = kNeuronBlock;
    node.isTiled = true;
    for (uint32_t i : group.tasks) {
      const Task &task = taskOf(i);
      if ((task.kind != Kind::Deliver && task.kind != Kind::Multiply) || i == node.task ||
          std::find(accumulators.begin(), accumulators.end(), task.accumulator) ==
              accumulators.end())
        continue;
      node.sources.push_back(i);
      if (task.kind == Kind::Multiply)
        continue;
      const Delivery<int32_t> &d = typed.deliveries[task.delivery];
      using Way = Delivery<int32_t>::Kind;
      node.isTiled = node.isTiled && ((d.isWindowed() && d.channelLast) || d.kind == Way::Scale ||
                                      (d.kind == Way::Move && !d.runs.empty()));
      if (d.isWindowed())
        unit = std::lcm(unit, d.channelLast ? uint64_t{d.out.width} * d.out.channels : size);
    }
    node.unit = static_cast<uint32_t>(std::min(unit, size));
  }

  std::optional<kernels::Staircase> makeStaircase(const Task &fire) const {
    const Population<int32_t> &population = populationOf(fire);
    const auto p = static_cast<size_t>(typed.populationOf[fire.operation]);
    const Operation &op = network.operations[fire.operation];
    const FixedNeuron &form = op.fixedNeuron;
    if (population.terminals.size() != 1)
      return std::nullopt;
    const std::optional<TargetForm> target =
        getTargetForm(op.function, !form.table.empty(), fixed.isRelu[p]);
    if (!target)
      return std::nullopt;
    kernels::Staircase staircase;
    staircase.form = *target;
    staircase.shift = form.shifts[0];
    staircase.multipliers = &fixed.multipliers[p][0];
    staircase.table = form.table.data();
    if (!fixed.gains[p].empty())
      staircase.gains = &fixed.gains[p];
    staircase.gainShift = form.gainShift;
    staircase.lower = &fixed.lower[p];
    staircase.upper = &fixed.upper[p];
    staircase.up = form.operandFraction - form.eventFraction;
    if (!staircase.setSteps(form.steps, form.zones))
      return std::nullopt;
    return staircase;
  }
};

} // namespace

SettledPlan settle(const Network &network, const FixedPlan &plan) {
  return Settler(network, plan).make();
}

} // namespace snn::detail
