//===- GroupRunner: the order in which the groups of a plan run -----------------------------------------------===//
//
// What engines share whatever their numbers are: step by step or layer by layer, events through synapses,
// what arrives before a group starts. Sources (encoder, neurons, decoder) are theirs.
//
// A group that ends in neurons and needs nothing but events of other groups runs in three turns, of which threads
// share the first two, each with a part of its own through all steps (Worker.h):
//
//   gather    adds up what arrives before the neurons start
//   compute   takes events to the accumulators and compares
//   conclude  says what was sent, in the order of the steps
//
// Any other group runs its tasks one after another in every step.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_GROUPRUNNER_H
#define SNN_SRC_ENGINE_STEPS_GROUPRUNNER_H

#include "runtime/src/engine/steps/CatchUp.h"
#include "runtime/src/engine/steps/Runner.h"
#include "runtime/src/engine/steps/Signs.h"
#include "runtime/src/engine/steps/Worker.h"
#include "runtime/src/kernels/Fire.h"
#include "runtime/src/plan/State.h"
#include "runtime/src/support/ThreadPool.h"

namespace snn::detail {

template <typename T>
class GroupRunner : public Runner {
public:
  void step() override {
    unsettle();
    for (const Group &group : typed.groups)
      runGroup(group, {time, time + 1});
    ++time;
    writeOutput();
  }

  void runLayers(uint32_t steps, const Engine::Visit &visit) override {
    if (time > 0)
      unsettle();
    reserveSteps(steps);
    for (Worker<T> &worker : workers)
      worker.reserveSteps(steps);
    const std::span<const Group> groups(typed.groups);
    const size_t first = findFirstDecoder();
    for (size_t g = 0; g < first && time < steps; ++g)
      if (!runSettled(g, {time, steps}))
        runGroup(groups[g], {time, steps});
    while (time < steps) {
      for (const Group &group : groups.subspan(first))
        runGroup(group, {time, time + 1});
      ++time;
      writeOutput();
      if (visit)
        visit(time);
    }
  }

protected:
  /// From `begin` to before `end`.
  struct Steps {
    uint32_t begin, end;
    bool has(uint32_t t) const { return t >= begin && t < end; }
  };

  const Plan &plan;
  const Network &network;
  const TypedPlan<T> &typed;
  State<T> state;
  std::vector<Aligned<T>> y; ///< by population: what its events so far add up to
  std::vector<std::vector<T>>
      pending;                    ///< by terminal and background: step sizes kept until the start
  std::vector<Worker<T>> workers; ///< by part; the first does what is not divided
  ThreadPool pool;
  uint64_t smallestPart; ///< of work that is worth a thread, in nanoseconds
  /// Whether events that arrive after a group's last comparison count, too: for updates, which go on from there.
  bool keepsLate = false;
  bool isUpdate = false; ///< whether the input that runs is one to states that live on

  GroupRunner(const Plan &plan, const TypedPlan<T> &typed, const EngineOptions &options)
      : plan(plan), network(plan.network), typed(typed), state(network, typed),
        pool(options.threads), smallestPart(options.smallestPart), catchUp(network, typed, y) {
    workers.reserve(pool.size());
    for (uint32_t i = 0; i < pool.size(); ++i)
      workers.emplace_back(plan, typed, i);
    for (const Terminal<T> &terminal : typed.terminals)
      pending.emplace_back(terminal.backgrounds.size(), T{0});
    y.resize(typed.populations.size());
    isMade.resize(typed.groups.size());
    output.resize(plan.decodedSize);
    statistics.resize(plan.layers.size());
    layerThreads.assign(plan.layers.size(), 1);
    startsLater.resize(typed.accumulators.size());
    for (const Group &group : typed.groups)
      for (uint32_t i : group.tasks)
        if (group.unit > 0 && typed.tasks[i].kind == Task::Kind::Deliver)
          startsLater[typed.tasks[i].accumulator] = true;
  }

  /// One time step of an Encode, Integrate, Decode or Multiply.
  virtual void runSource(const Group &group, const Task &task, uint32_t t) = 0;
  /// What arrives in time step `t` without an event, and the worker's comparisons, which are of that step and of
  /// later ones, or none: for a part of a population.
  virtual void compare(const Group &group, const Task &task, uint32_t t, Range part,
                       Worker<T> &worker) = 0;
  /// What the neurons of `op` move by in time step `t`, in which they compare, and their dead zone.
  virtual T getStep(const Operation &op, uint32_t t) const = 0;
  virtual T getZone(const Operation &op, uint32_t t) const = 0;
  /// A time step before a group starts: its backgrounds.
  virtual void wait(const Group &group, uint32_t t) = 0;
  /// A group whose work can be divided begins to run.
  virtual void begin(const Group &) {}
  /// Before the first step: a part of a population and its accumulators.
  virtual void startPart(size_t population, Range part) = 0;
  virtual void writeOutput() = 0;
  /// Runs a group without steps where that gives the same; else does nothing, and says so.
  virtual bool runSettled(size_t, Steps) { return false; }
  /// Makes room for the events of some steps.
  virtual void reserveSteps(uint32_t steps) { state.reserveSteps(network, typed, steps); }
  /// Starts what a sample left out of a group that cannot be divided.
  virtual void startLate(const Group &) {}
  /// Brings states to where the steps would have, before somebody needs those of such groups.
  virtual void unsettle() {}

  /// The neurons of a group whose sums are final: all of their steps.
  void fireSettled(const Group &group, Steps steps) {
    begin(group);
    fire(group, typed.tasks[group.tasks.back()], steps, Range(), workers.front(),
         workers.front().sent.data());
    conclude(group, steps, 1);
  }

  /// Begins a sample: accumulators, but for those of groups whose work can be divided. They start when the group
  /// runs, part by part, so that a part goes into the cache of the thread that works with it.
  void restart() {
    state.start(typed, startsLater);
    time = 0;
    eventsEnd = 0;
    isUpdate = false;
    statistics.assign(statistics.size(), {});
    catchUp.clear();
    for (Worker<T> &worker : workers)
      worker.tables.clear();
    std::fill(state.isTouched.begin(), state.isTouched.end(), false);
    for (std::vector<T> &stepSizes : pending)
      std::fill(stepSizes.begin(), stepSizes.end(), T{0});
  }

  const Operation &operationOf(const Population<T> &population) const {
    return network.operations[population.operation];
  }

  /// What sign-coded sources give everyone in this step, whatever their events.
  std::span<const Rise<T>> getRises(const Group &group, const std::vector<uint32_t> &terminals,
                                    uint32_t t, Worker<T> &worker) {
    worker.rises.clear();
    for (uint32_t index : terminals) {
      const Terminal<T> &terminal = typed.terminals[index];
      for (size_t b = 0; b < terminal.backgrounds.size(); ++b) {
        const Background<T> &background = terminal.backgrounds[b];
        T stepSize = state.at(background.stream, t).stepSize;
        if (t == group.start)
          stepSize = pending[index][b] + stepSize;
        if (stepSize != 0)
          worker.rises.push_back(
              {state.accumulators[terminal.accumulator].data(), &background.value, stepSize});
      }
    }
    worker.arrivals += worker.rises.size();
    return worker.rises;
  }

  void addBackgrounds(const Group &group, const std::vector<uint32_t> &terminals, uint32_t t,
                      Range part, Worker<T> &worker) {
    for (const Rise<T> &rise : getRises(group, terminals, t, worker))
      kernels::raise(rise, part);
  }

  /// What a step changes of two operands, to the sums of their product.
  void runProduct(const Task &task) {
    uint64_t operations = detail::multiply(typed, task, state);
    statistics[task.layer].synapticOps += operations;
    statistics[task.layer].gradedOps += operations;
    // Where nothing changes, its stream may have no place for events.
    if (operations > 0)
      state.isTouched[task.accumulator] = true;
    ++workers.front().arrivals;
  }

  void count(const Task &task, const Events<T> &events, uint32_t t) {
    statistics[task.layer].events += events.count;
    statistics[task.layer].activeSteps += events.count > 0;
    if (events.count > 0)
      eventsEnd = std::max(eventsEnd, t + 1);
    if (watch)
      show(task, events, t);
  }

  /// What a group works on, which those that never run with steps need not have. Not by several threads.
  void make(const Group &group) {
    uint8_t &made = isMade[static_cast<size_t>(&group - typed.groups.data())];
    if (made)
      return;
    made = true;
    for (uint32_t i : group.tasks)
      forAccumulators(typed, typed.tasks[i], [&](uint32_t a) { state.make(typed, a); });
    const Task &last = typed.tasks[group.tasks.back()];
    if (const int32_t p = typed.populationOf[last.operation]; p >= 0)
      makeOutputs(static_cast<size_t>(p));
  }
  void makeOutputs(size_t p) {
    if (y[p].empty())
      y[p].assign(network.streams[typed.populations[p].stream].size, T{0});
  }

  /// Where a part of a population is before the first step. A whole one is made.
  void startOutputs(size_t p, Range part) {
    if (part == Range())
      makeOutputs(p);
    const std::vector<T> &initial = typed.populations[p].initial;
    const uint32_t end = part.endOf(y[p].size());
    if (initial.empty())
      std::fill(y[p].begin() + part.begin, y[p].begin() + end, T{0});
    else
      std::copy(initial.begin() + part.begin, initial.begin() + end, y[p].begin() + part.begin);
  }

  /// All of the populations that `restart` left out, before the first step.
  void startRest() {
    if (time > 0 || isUpdate)
      return;
    for (const Group &group : typed.groups)
      if (group.unit > 0) {
        make(group);
        startPart(populationOf(group), Range());
      }
  }
  /// Of the one that a group ends in.
  size_t populationOf(const Group &group) const {
    return static_cast<size_t>(typed.populationOf[typed.tasks[group.tasks.back()].operation]);
  }
  std::vector<bool> startsLater; ///< by accumulator: whether it is left out
  std::vector<uint8_t> isMade;   ///< by group: whether what it works on is there

  /// The first group that ends in a decoder; those behind it serve decoders, too.
  size_t findFirstDecoder() const {
    auto decodes = [&](const Group &group) {
      return typed.tasks[group.tasks.back()].kind == Task::Kind::Decode;
    };
    return std::find_if(typed.groups.begin(), typed.groups.end(), decodes) - typed.groups.begin();
  }

  static void countExpected(LayerStatistics &layer, const Expectation &expectation) {
    for (size_t way = 0; way < expectation.size(); ++way)
      layer.expect(way, expectation[way] < 1e18 ? static_cast<uint64_t>(expectation[way])
                                                : LayerStatistics::kNoWay);
  }

  /// Parts of a group: as many as are worth a thread each. `expectTime()` says what it is expected to take, in picoseconds.
  template <typename ExpectTime>
  uint32_t countParts(const Group &group, ExpectTime expectTime) const {
    if (pool.size() == 1)
      return 1;
    const uint64_t size = network.streams[typed.tasks[group.tasks.back()].stream].size;
    const uint64_t units = (size + group.unit - 1) / group.unit;
    const uint64_t most = std::min<uint64_t>(pool.size(), units);
    if (smallestPart == 0)
      return static_cast<uint32_t>(most);
    const double worth = expectTime() / (1e3 * static_cast<double>(smallestPart));
    return static_cast<uint32_t>(std::clamp<double>(worth, 1, static_cast<double>(most)));
  }

  void addStatistics(const Group &group, Worker<T> &worker) {
    for (uint32_t i : group.tasks) {
      const uint32_t layer = typed.tasks[i].layer;
      statistics[layer].add(worker.statistics[layer]);
      worker.statistics[layer] = {};
    }
  }

private:
  CatchUp<T> catchUp;

  void show(const Task &task, const Events<T> &events, uint32_t t) const {
    std::vector<uint32_t> order = getStorageOrder(network.streams[task.stream].shape);
    std::vector<uint32_t> rowMajor(order.size());
    for (uint32_t i = 0; i < order.size(); ++i)
      rowMajor[order[i]] = i;
    events.forEach([&](uint32_t element, T worth) {
      watch(task.layer, t, rowMajor[element], static_cast<double>(worth));
    });
  }

  /// Says what a population has sent in time step `t`, but for the bits.
  void send(const Task &task, uint32_t t, uint32_t sent) {
    const Operation &op = network.operations[task.operation];
    Events<T> &events = state.at(task.stream, t);
    events.clear();
    if (!op.schedule.isActive(t))
      return;
    const T step = getStep(op, t);
    if (op.code == SpikeCode::Sign)
      labelSigns(step, events);
    else
      events.uniform = step;
    events.count = sent;
    statistics[task.layer].updates += network.streams[task.stream].size;
    count(task, events, t);
  }

  void runGroup(const Group &group, Steps steps) {
    make(group);
    if (steps.begin == 0 && group.unit == 0)
      startLate(group);
    for (uint32_t t = steps.begin; t < std::min(steps.end, group.start); ++t)
      wait(group, t);
    if (group.unit == 0)
      return runInOrder(group, steps);
    const Task &last = typed.tasks[group.tasks.back()];
    const uint32_t parts = countParts(group, [&] { return expectTime(group, steps); });
    layerThreads[last.layer] = parts;
    begin(group);
    gather(group, steps, parts);
    const uint64_t neurons = network.streams[last.stream].size;
    pool.run(parts, [&](uint32_t part) {
      compute(group, steps, getPart(neurons, group.unit, part, parts), parts, workers[part]);
    });
    conclude(group, steps, parts);
  }

  // ---- Groups whose work can be divided ----

  /// What a group is expected to take in some steps, in picoseconds.
  double expectTime(const Group &group, Steps steps) const {
    constexpr double kNeuron = 300;
    double sum = 0;
    for (uint32_t i : group.tasks) {
      const Task &task = typed.tasks[i];
      for (uint32_t t = steps.begin; t < std::min(steps.end, group.end); ++t)
        if (task.kind == Task::Kind::Fire)
          sum += t < group.start ? 0
                                 : kNeuron * static_cast<double>(network.streams[task.stream].size);
        else if (const Events<T> &events = state.at(task.stream, t); events.count > 0)
          sum += detail::expectTime(typed.deliveries[task.delivery], events.form, events.count);
    }
    return sum;
  }

  /// What a delivery keeps of some steps: those before the start, and the start itself if there is something then.
  Steps getKept(const Group &group, uint32_t i, Steps steps) const {
    bool isKept = !catchUp.isEmpty(i);
    uint32_t t = steps.begin;
    for (; t < std::min(steps.end, group.start); ++t)
      isKept = isKept || state.at(typed.tasks[i].stream, t).count > 0;
    if (!isKept || steps.begin > group.start)
      return {steps.begin, steps.begin};
    return {steps.begin, steps.has(group.start) ? group.start + 1 : t};
  }

  void gather(const Group &group, Steps steps, uint32_t parts) {
    if (steps.begin > group.start || group.start == 0)
      return;
    pool.run(parts, [&](uint32_t part) {
      for (size_t n = 0; n + 1 < group.tasks.size(); ++n)
        keep(group, group.tasks[n], steps, parts, part, workers[part].kept[n]);
    });
    for (size_t n = 0; n + 1 < group.tasks.size(); ++n) {
      uint32_t count = 0;
      for (uint32_t part = 0; part < parts; ++part)
        count += workers[part].kept[n];
      finishKeeping(group, group.tasks[n], steps, count);
    }
  }

  /// A part of what delivery `i` keeps; `count` is how many elements there are in the end.
  void keep(const Group &group, uint32_t i, Steps steps, uint32_t parts, uint32_t index,
            uint32_t &count) {
    const Steps kept = getKept(group, i, steps);
    const Range part = getPart(catchUp.size(i), kNeuronBlock, index, parts);
    if (kept.begin < kept.end)
      catchUp.add(i, state.from(typed.tasks[i].stream, kept.begin, kept.end), part);
    count = kept.has(group.start) ? catchUp.count(i, part) : 0;
  }

  void finishKeeping(const Group &group, uint32_t i, Steps steps, uint32_t count) {
    const Steps kept = getKept(group, i, steps);
    if (kept.begin < kept.end)
      catchUp.fill(i);
    if (kept.has(group.start))
      catchUp.setCount(i, count);
  }

  void compute(const Group &group, Steps steps, Range part, uint32_t parts, Worker<T> &worker) {
    if (steps.begin == 0)
      startPart(populationOf(group), part);
    const Task &last = typed.tasks[group.tasks.back()];
    for (Steps now{steps.begin, 0}; now.begin < steps.end; now.begin = now.end) {
      now.end = now.begin;
      do
        arrive(group, now.end++, steps.end, part, parts, worker);
      while (now.end < steps.end && isQuiet(group, now.end));
      fire(group, last, now, part, worker, worker.sent.data() + (now.begin - steps.begin));
    }
  }

  /// The events of a time step to a part of the neurons.
  void arrive(const Group &group, uint32_t t, uint32_t end, Range part, uint32_t parts,
              Worker<T> &worker) {
    for (size_t n = 0; n + 1 < group.tasks.size(); ++n) {
      countOperations(group.tasks[n], t, parts, worker);
      runDelivery(group, group.tasks[n], t, end, part, worker);
    }
  }

  /// Whether nothing reaches the neurons of a group in time step `t`.
  bool isQuiet(const Group &group, uint32_t t) const {
    if (t == group.start)
      return false;
    bool compares = t > group.start && (t < group.end || keepsLate);
    for (size_t n = 0; compares && n + 1 < group.tasks.size(); ++n)
      if (state.at(typed.tasks[group.tasks[n]].stream, t).count > 0)
        return false;
    for (uint32_t index : typed.populations[populationOf(group)].terminals)
      for (const Background<T> &background : typed.terminals[index].backgrounds)
        if (state.at(background.stream, t).stepSize != 0)
          return false;
    return true;
  }

  /// Compares a part of a population in some steps, in the first of which something may have arrived. Gives the
  /// numbers of events.
  void fire(const Group &group, const Task &task, Steps steps, Range part, Worker<T> &worker,
            uint32_t *sent) {
    const Operation &op = network.operations[task.operation];
    worker.comparisons.clear();
    for (uint32_t t = steps.begin; t < steps.end; ++t)
      if (op.schedule.isActive(t))
        worker.comparisons.push_back({getStep(op, t), getZone(op, t), &state.at(task.stream, t)});
    compare(group, task, steps.begin, part, worker);
    auto comparison = worker.comparisons.begin();
    for (uint32_t t = steps.begin; t < steps.end; ++t)
      *sent++ = op.schedule.isActive(t) ? (comparison++)->sent : 0;
  }

  void conclude(const Group &group, Steps steps, uint32_t parts) {
    for (uint32_t t = steps.begin; t < steps.end; ++t) {
      uint32_t count = 0;
      for (uint32_t part = 0; part < parts; ++part)
        count += workers[part].sent[t - steps.begin];
      send(typed.tasks[group.tasks.back()], t, count);
    }
    for (uint32_t part = 0; part < parts; ++part)
      addStatistics(group, workers[part]);
  }

  /// The events of a step, to a part of the accumulator; the first worker counts the way. Whether something was added.
  bool runDelivery(const Group &group, uint32_t i, uint32_t t, uint32_t end, Range part,
                   Worker<T> &worker) {
    const Task &task = typed.tasks[i];
    const Events<T> &events = state.at(task.stream, t);
    const Delivery<T> &delivery = typed.deliveries[task.delivery];
    LayerStatistics &layer = worker.statistics[task.layer];
    if ((t >= group.end && !keepsLate) || (t < group.start && !task.isInner))
      return false; // nobody compares any more, or yet
    const bool isLate = !task.isInner && t == group.start && group.start > 0 && !catchUp.isEmpty(i);
    if (events.count == 0 && !isLate)
      return false;
    const Expectation expectation =
        isLate ? expect(delivery, Events<T>::Form::Graded, catchUp.count(i))
               : expect(delivery, events.form, events.count);
    T *accumulator = state.accumulators[task.accumulator].data();
    Way way = choose(expectation);
    if (isLate)
      way = catchUp.deliver(i, delivery, worker.list, worker.scratch, accumulator, part);
    else if (way == Way::Table)
      worker.tables.deliver(i, delivery,
                            state.from(task.stream, t, keepsLate ? end : std::min(end, group.end)),
                            t, accumulator, delivery.rowsOf(part));
    else
      deliver(delivery, events, way, worker.scratch, accumulator, part);
    ++worker.arrivals;
    if (worker.index == 0) {
      ++layer.ways[static_cast<size_t>(way)];
      if (delivery.hasWays())
        countExpected(layer, expectation);
    }
    return true;
  }

  /// What the events of a worker's part of a stream stand for. Nobody reads words of events of which another thread writes the
  /// neighbours, if it need not: a cache line that goes to and fro costs more than it takes to count.
  void countOperations(uint32_t i, uint32_t t, uint32_t parts, Worker<T> &worker) const {
    const Task &task = typed.tasks[i];
    const Events<T> &events = state.at(task.stream, t);
    if (events.count == 0)
      return;
    const Range part =
        getPart(network.streams[task.stream].size, kNeuronBlock, worker.index, parts);
    LayerStatistics &layer = worker.statistics[task.layer];
    uint64_t operations = detail::countOperations(typed.deliveries[task.delivery], events, part);
    layer.synapticOps += operations;
    layer.gradedOps += events.form == Events<T>::Form::Graded ? operations : 0;
  }

  // ---- Groups that run in order ----

  void runInOrder(const Group &group, Steps steps) {
    Worker<T> &worker = workers.front();
    for (uint32_t t = steps.begin; t < steps.end; ++t)
      for (uint32_t i : group.tasks)
        runTask(group, i, {t, steps.end}, worker);
    addStatistics(group, worker);
  }

  /// The first of some steps.
  void runTask(const Group &group, uint32_t i, Steps steps, Worker<T> &worker) {
    const Task &task = typed.tasks[i];
    const uint32_t t = steps.begin;
    if (task.kind == Task::Kind::Deliver) {
      if (!task.isInner && group.start > 0 && t <= group.start) {
        uint32_t count = 0;
        keep(group, i, {t, t + 1}, 1, 0, count);
        finishKeeping(group, i, {t, t + 1}, count);
      }
      countOperations(i, t, 1, worker);
      if (runDelivery(group, i, t, steps.end, Range(), worker))
        state.isTouched[task.accumulator] = true;
    } else if (task.kind == Task::Kind::Harvest) {
      runHarvest(task, t);
    } else if (task.kind == Task::Kind::Fire) {
      uint32_t sent = 0;
      fire(group, task, {t, t + 1}, Range(), worker, &sent);
      send(task, t, sent);
    } else {
      runSource(group, task, t);
    }
  }

  void runHarvest(const Task &task, uint32_t t) {
    if (state.isTouched[task.accumulator])
      harvest(state.accumulators[task.accumulator], state.at(task.stream, t));
    else
      state.at(task.stream, t).clear();
    state.isTouched[task.accumulator] = false;
  }
};

} // namespace snn::detail

#endif
