//===- GroupRunner: the order in which the groups of a plan run -----------------------------------------------===//
//
// What engines share whatever their numbers are: step by step or layer by layer, events through synapses,
// what arrives before a group starts. Sources (encoder, neurons, decoder) are theirs.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_GROUPRUNNER_H
#define SNN_SRC_GROUPRUNNER_H

#include "runtime/src/CatchUp.h"
#include "runtime/src/Runner.h"
#include "runtime/src/State.h"
#include "runtime/src/TableSums.h"

namespace snn::detail {

template <typename T>
class GroupRunner : public Runner {
public:
  void step() final {
    until = time + 1;
    for (const Group &group : typed.groups)
      runGroup(group);
    ++time;
    writeOutput();
  }

  void runLayers(uint32_t steps, const Engine::Visit &visit) final {
    state.reserveSteps(network, typed, steps);
    uint32_t begin = time;
    until = steps;
    for (const Group &group : typed.groups) {
      bool isLast = &group == &typed.groups.back(); // the decoder's
      for (time = begin; time < steps;) {
        runGroup(group);
        ++time;
        if (!isLast)
          continue;
        writeOutput();
        if (visit)
          visit(time);
      }
    }
  }

protected:
  const Plan &plan;
  const Network &network;
  const TypedPlan<T> &typed;
  State<T> state;
  uint64_t arrivals = 0; ///< times that something was added to an accumulator

  GroupRunner(const Plan &plan, const TypedPlan<T> &typed)
      : plan(plan), network(plan.network), typed(typed), state(network, typed),
        catchUp(network, typed), tables(typed) {
    output.resize(plan.outputOrder.size());
    statistics.resize(plan.layers.size());
  }

  /// One time step of an Encode, Fire, Integrate, Decode or Multiply.
  virtual void runSource(const Group &group, const Task &task) = 0;
  virtual void writeOutput() = 0;

  /// Begins a sample; accumulators are left to `State::start`.
  void restart() {
    time = 0;
    statistics.assign(statistics.size(), {});
    catchUp.clear();
    tables.clear();
    std::fill(state.isTouched.begin(), state.isTouched.end(), false);
  }

  const Operation &operationOf(const Population<T> &population) const {
    return network.operations[population.operation];
  }

  void count(const Task &task, const Events<T> &events) {
    statistics[task.layer].events += events.count;
    statistics[task.layer].activeSteps += events.count > 0;
    if (watch)
      show(task, events);
  }

private:
  CatchUp<T> catchUp;
  TableSums<T> tables;
  uint32_t until = 0; ///< the steps whose events are known when a group runs

  void show(const Task &task, const Events<T> &events) const {
    std::vector<uint32_t> order = getStorageOrder(network.streams[task.stream].shape);
    std::vector<uint32_t> rowMajor(order.size());
    for (uint32_t i = 0; i < order.size(); ++i)
      rowMajor[order[i]] = i;
    events.forEach([&](uint32_t element, T worth) {
      watch(task.layer, time, rowMajor[element], static_cast<double>(worth));
    });
  }

  /// One time step of a group.
  void runGroup(const Group &group) {
    for (uint32_t i : group.tasks) {
      const Task &task = typed.tasks[i];
      if (task.kind == Task::Kind::Deliver)
        runDelivery(group, i);
      else if (task.kind == Task::Kind::Harvest)
        runHarvest(task);
      else
        runSource(group, task);
    }
  }

  void runDelivery(const Group &group, uint32_t i) {
    const Task &task = typed.tasks[i];
    const Events<T> &events = state.at(task.stream, time);
    const Delivery<T> &delivery = typed.deliveries[task.delivery];
    T *accumulator = state.accumulators[task.accumulator].data();
    LayerStatistics &layer = statistics[task.layer];
    if (events.count > 0) {
      uint64_t operations = countOperations(delivery, events);
      layer.synapticOps += operations;
      layer.gradedOps += events.form == Events<T>::Form::Graded ? operations : 0;
    }
    if (time >= group.end)
      return; // nobody compares any more
    bool waits = !task.isInner && time < group.start;
    bool isLate = !task.isInner && time == group.start && group.start > 0 && !catchUp.isEmpty(i);
    if ((waits || isLate) && events.count > 0)
      catchUp.add(i, events);
    if (waits || (events.count == 0 && !isLate))
      return;
    uint32_t sent = isLate ? catchUp.count(i) : events.count;
    Expectation expectation =
        expect(delivery, isLate ? Events<T>::Form::Graded : events.form, sent);
    if (delivery.isPlain())
      countExpected(layer, expectation);
    Way way = Way::Table;
    if (isLate)
      way = catchUp.deliver(i, delivery, sent, state.scratch, accumulator);
    else if (choose(expectation) == Way::Table)
      tables.deliver(i, delivery, state.from(task.stream, time, std::min(until, group.end)), time,
                     accumulator);
    else
      way = deliver(delivery, events, state.scratch, accumulator);
    ++layer.ways[static_cast<size_t>(way)];
    state.isTouched[task.accumulator] = true;
    ++arrivals;
  }

  static void countExpected(LayerStatistics &layer, const Expectation &expectation) {
    for (size_t way = 0; way < expectation.size(); ++way)
      layer.expect(way, expectation[way] < 1e18 ? static_cast<uint64_t>(expectation[way])
                                                : LayerStatistics::kNoWay);
  }

  void runHarvest(const Task &task) {
    if (state.isTouched[task.accumulator])
      harvest(state.accumulators[task.accumulator], state.at(task.stream, time));
    else
      state.at(task.stream, time).clear();
    state.isTouched[task.accumulator] = false;
  }
};

} // namespace snn::detail

#endif
