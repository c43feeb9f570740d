//===- UpdateRunner: a new input to a running sample -----------------------------------------------------------===//
//
// docs/spec/snn.md, "Updates". States live on, schedules begin again, and only what changed is sent. The groups of the
// plan run in either order, as those of a sample do, but visit only what something happened to:
//
//   - events are lists, delivered one by one or as a dense product, whichever costs less; what comes before a group
//     starts is added up first;
//   - accumulators mark the blocks of elements that something was added to, and only these are harvested and
//     compared. A block is compared once with the smallest dead zone of all steps; where no neuron of it is beyond
//     that, no step would send anything, and it rests until something arrives again. Where none is beyond the dead zones
//     of the first half of the steps, which are the larger ones, it is left out until the second;
//   - a block that has sent events, or that something reached after its first step, is compared in the next update,
//     too: it need not have come to rest.
//
// One thread runs an update.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_UPDATE_UPDATERUNNER_H
#define SNN_SRC_ENGINE_UPDATE_UPDATERUNNER_H

#include "runtime/src/engine/steps/GroupRunner.h"
#include "runtime/src/engine/update/CheckUpdates.h"
#include "runtime/src/engine/update/ListDelivery.h"
#include "runtime/src/engine/update/Reached.h"
#include "runtime/src/engine/update/SentEvents.h"

namespace snn::detail {

template <typename T>
class UpdateRunner : public GroupRunner<T> {
  using Base = GroupRunner<T>;
  using typename Base::Steps;

public:
  void step() final {
    if (!this->isUpdate)
      return Base::step();
    for (const Group &group : typed.groups)
      runUpdate(group, {time, time + 1});
    ++time;
    this->writeOutput();
  }

  void runLayers(uint32_t steps, const Engine::Visit &visit) final {
    if (!this->isUpdate)
      return Base::runLayers(steps, visit);
    const std::span<const Group> groups(typed.groups);
    const size_t first = visit ? this->findFirstDecoder() : groups.size();
    if (time >= steps)
      return;
    for (const Group &group : groups.first(first))
      runUpdate(group, {time, steps});
    for (; visit && time < steps; visit(time)) {
      for (const Group &group : groups.subspan(first))
        runUpdate(group, {time, time + 1});
      ++time;
      this->writeOutput();
    }
    time = steps;
    if (!visit && this->eventsEnd > 0)
      this->writeOutput();
  }

  std::optional<Error> update(const double *values) final {
    if (auto problem = findProblem(values))
      return problem;
    if (!this->isUpdate)
      firstUpdate();
    for (SentEvents<T> &events : sent)
      events.clear();
    for (Following &population : followings)
      population.begin();
    this->statistics.assign(this->statistics.size(), {});
    this->eventsEnd = 0;
    time = 0;
    this->isUpdate = true;
    SentEvents<T> &input = sent[typed.tasks.front().stream];
    change(values, input.add(0));
    if (input[0].count == 0)
      input.drop();
    return std::nullopt;
  }

protected:
  using Base::network, Base::plan, Base::state, Base::time, Base::typed, Base::workers, Base::y;

  UpdateRunner(const Plan &plan, const TypedPlan<T> &typed, const EngineOptions &options)
      : Base(plan, typed, options), problem("the engine was made without updates"),
        threshold(options.inputThreshold) {
    if (!options.updates)
      return;
    problem = threshold >= 0 ? checkUpdates(plan) : "the input threshold is below 0";
    if (!problem.empty())
      return;
    this->keepsLate = true;
    for (const Group &group : typed.groups)
      if (group.end != UINT32_MAX)
        end = std::max(end, group.end);
    sent.resize(network.streams.size());
    for (uint64_t size : typed.accumulators)
      touched.emplace_back(size);
    uint64_t largest = 0;
    for (const Stream &stream : network.streams)
      largest = std::max(largest, stream.size);
    bits = Events<T>(largest, Events<T>::Form::Signed);
    arrived = woken = Marks(largest);
    lists.reserve(largest);
  }

  /// Lists what the input is in `values` beyond what was sent of it, where that exceeds the threshold, and takes it as
  /// sent.
  virtual void change(const double *values, Events<T> &changes) = 0;
  /// What a change of an input value, before normalization, must exceed.
  virtual void setInputThreshold(double threshold) = 0;
  /// The dead zone below which none of an update's is, in the unit of those of comparisons.
  virtual T getHysteresis(const Operation &op) const = 0;
  /// How far an output may get from where it started.
  virtual T getLimit(const Operation &op) const = 0;
  /// What a population strives for is looked up once more.
  virtual void forget() {}

  /// Begins a sample.
  void restart() {
    hasStarted = true;
    Base::restart();
  }

private:
  /// How a population follows its changes.
  struct Following {
    T least = 0;      ///< dead zone: no step of an update has a smaller one
    T hysteresis = 0; ///< likewise, as it is asked for
    T limit = 0;
    uint32_t middle = 0; ///< step of the schedule before which blocks may be left out
    T early = 0;         ///< dead zone: no step before it has a smaller one
    Marks later; ///< blocks whose neurons send nothing before that step, unless something arrives
    Marks awake; ///< blocks with a neuron that may send something in the steps to come
    Marks restless; ///< those that sent something, or that something reached after their first step
    Marks again;    ///< those to look at in the first step, whatever arrives

    /// An update begins: those that are awake, and have not just been silent in all steps, go on.
    void begin() {
      again.clear();
      awake.forEach([&](uint32_t block) {
        if (restless.has(block))
          again.add(block);
      });
      awake.clear();
      restless.clear();
    }
  };

  std::string problem; ///< why there are no updates; empty: there are
  double threshold;
  bool hasStarted = false;
  uint32_t end = 0;                ///< the first time step in which no schedule is active any more
  std::vector<SentEvents<T>> sent; ///< by stream
  std::vector<Marks> touched; ///< by accumulator: what was added to since it was last looked at
  std::vector<Following> followings; ///< by population
  Events<T> bits;                    ///< what a population sends in a step
  Marks arrived, woken;
  std::vector<T> before; ///< outputs of a run of blocks
  ListDelivery<T> lists;

  std::optional<Error> findProblem(const double *values) const {
    if (!problem.empty())
      return Error{problem};
    if (!hasStarted)
      return Error{"there is no sample to update: start one"};
    if (time < end)
      return Error{"an update needs all schedules to have ended, after " + std::to_string(end) +
                   " time steps; " + std::to_string(time) + " have been done"};
    for (size_t i = 0; i < plan.inputOrder.size(); ++i)
      if (!std::isfinite(values[i]))
        return Error{"element " + std::to_string(i) + " of the input is not a finite number"};
    return std::nullopt;
  }

  /// After a sample from scratch nobody is known to rest.
  void firstUpdate() {
    setInputThreshold(threshold);
    for (Marks &marks : touched)
      marks.clear();
    followings.clear();
    for (const Population<T> &population : typed.populations) {
      Following &following = followings.emplace_back();
      const Operation &op = this->operationOf(population);
      if (op.kind != Operation::Kind::Neuron)
        continue;
      following.hysteresis = getHysteresis(op);
      following.limit = getLimit(op);
      const auto steps = static_cast<uint32_t>(op.schedule.steps);
      following.least = std::max(this->getZone(op, op.schedule.start), following.hysteresis);
      following.early = following.least;
      following.middle = std::min((steps + 1) / 2, steps - 1);
      for (uint32_t k = 1; k < steps; ++k) {
        following.least =
            std::min(following.least,
                     std::max(this->getZone(op, op.schedule.start + k), following.hysteresis));
        if (k < following.middle)
          following.early = following.least;
      }
      for (Marks *marks :
           {&following.later, &following.awake, &following.restless, &following.again})
        *marks = Marks(network.streams[population.stream].size);
      following.awake.addAll();
      following.restless.addAll();
    }
  }

  // ---- Groups ----

  /// The time steps in which something may happen to a group, as far as it is known.
  Steps getBusy(const Group &group) const {
    Steps busy{UINT32_MAX, 0};
    auto unite = [&](uint32_t first, uint32_t last) {
      busy.begin = std::min(busy.begin, first);
      busy.end = std::max(busy.end, last + 1);
    };
    for (uint32_t i : group.tasks) {
      const Task &task = typed.tasks[i];
      const bool isSource = task.kind == Task::Kind::Encode;
      if (!isSource && (task.kind != Task::Kind::Deliver || task.isInner))
        continue;
      if (const SentEvents<T> &events = sent[task.stream]; !events.empty())
        unite(std::max(events.first(), group.start), std::max(events.last(), group.start));
    }
    const Task &last = typed.tasks[group.tasks.back()];
    if (last.kind != Task::Kind::Fire)
      return busy;
    const Following &following = followings[this->populationOf(group)];
    const bool isAwake = !following.awake.empty() || !following.later.empty();
    if (busy.end > 0 || !following.again.empty() || isAwake)
      unite(std::min(busy.begin, following.again.empty() ? busy.begin : group.start),
            group.end - 1);
    if (isAwake)
      busy.begin = std::min(busy.begin, group.start);
    return busy;
  }

  void runUpdate(const Group &group, Steps steps) {
    const Steps busy = getBusy(group);
    const uint32_t last = std::min(steps.end, busy.end);
    for (uint32_t t = std::max(steps.begin, busy.begin); t < last; ++t)
      for (uint32_t i : group.tasks)
        runTask(group, i, t);
  }

  void runTask(const Group &group, uint32_t i, uint32_t t) {
    const Task &task = typed.tasks[i];
    switch (task.kind) {
    case Task::Kind::Encode:
      if (const Events<T> *events = sent[task.stream].find(t))
        this->count(task, *events, t);
      return;
    case Task::Kind::Deliver:
      return deliver(group, task, t);
    case Task::Kind::Harvest:
      return harvest(task.accumulator, sent[task.stream], t);
    case Task::Kind::Multiply:
      return multiply(task);
    case Task::Kind::Fire:
      return fire(group, task, t);
    case Task::Kind::Integrate: // has no updates
    case Task::Kind::Decode:    // adds up by itself
      return;
    }
  }

  // ---- Synapses ----

  void deliver(const Group &group, const Task &task, uint32_t t) {
    const SentEvents<T> &events = sent[task.stream];
    const bool isFirst = !task.isInner && t == group.start;
    if (events.empty() || (!task.isInner && t < group.start))
      return;
    const size_t from = isFirst ? 0 : events.countBefore(t), to = events.countBefore(t + 1);
    if (from == to)
      return;
    const Delivery<T> &delivery = typed.deliveries[task.delivery];
    LayerStatistics &layer = this->statistics[task.layer];
    const Stream &stream = network.streams[task.stream];
    const bool isGraded = !stream.isSpikes || stream.code == SpikeCode::Graded;
    for (size_t n = from; n < to; ++n) {
      const uint64_t operations = countOperations(delivery, events[n]);
      layer.synapticOps += operations;
      layer.gradedOps += isGraded ? operations : 0;
    }
    lists.deliver(delivery, events, from, to, isGraded, workers.front().scratch,
                  state.accumulators[task.accumulator].data(), touched[task.accumulator],
                  [&](Way way, const Expectation &expectation) {
                    ++layer.ways[static_cast<size_t>(way)];
                    if (delivery.hasWays())
                      this->countExpected(layer, expectation);
                  });
  }

  /// What the marked blocks of an accumulator hold, as the events of a step.
  void harvest(uint32_t accumulator, SentEvents<T> &events, uint32_t t) {
    Marks &marks = touched[accumulator];
    if (marks.empty())
      return;
    Events<T> &list = events.add(t);
    collect(accumulator, list);
    if (list.count == 0)
      events.drop();
  }

  void collect(uint32_t accumulator, Events<T> &list) {
    Aligned<T> &sums = state.accumulators[accumulator];
    list.clear();
    touched[accumulator].forRuns([&](uint32_t first, uint32_t last) {
      const uint32_t stop = Range{0, last * kNeuronBlock}.endOf(sums.size());
      for (uint32_t i = first * kNeuronBlock; i < stop; ++i)
        if (sums[i] != 0) {
          push(list, i, sums[i]);
          sums[i] = 0;
        }
    });
    touched[accumulator].clear();
  }

  void multiply(const Task &task) {
    const PlannedProduct &planned = typed.products[task.delivery];
    auto &product = state.products[task.delivery];
    bool isChanged = false;
    for (size_t n = 0; n < planned.terminals.size(); ++n) {
      collect(typed.terminals[planned.terminals[n]].accumulator, product.changes[n]);
      isChanged = isChanged || product.changes[n].count > 0;
    }
    if (!isChanged)
      return;
    Aligned<T> &accumulator = state.accumulators[task.accumulator];
    Marks &marks = touched[task.accumulator];
    uint64_t operations = 0;
    if (planned.rounding) {
      operations = requantize<T>(planned, product, accumulator);
      for (uint32_t e = 0; e < product.changes[0].count; ++e)
        marks.add(product.changes[0].index[e] / kNeuronBlock);
    } else {
      markReached(planned.product, product.changes, marks);
      operations = detail::multiply(planned.product, product.changes, product.estimates[0].data(),
                                    product.estimates[1].data(), accumulator.data());
    }
    this->statistics[task.layer].synapticOps += operations;
    this->statistics[task.layer].gradedOps += operations;
  }

  // ---- Neurons ----

  void fire(const Group &group, const Task &task, uint32_t t) {
    const size_t p = this->populationOf(group);
    Following &following = followings[p];
    for (uint32_t terminal : typed.populations[p].terminals) {
      Marks &marks = touched[typed.terminals[terminal].accumulator];
      arrived.add(marks);
      marks.clear();
    }
    if (t > group.start)
      following.restless.add(arrived);
    else if (t == group.start)
      arrived.add(following.again);
    wake(group, task, t, following);
    if (t >= group.start + following.middle && !following.later.empty()) {
      following.awake.add(following.later);
      following.later.clear();
    }
    if (t >= group.start && t < group.end && !following.awake.empty())
      send(group, task, t, p);
  }

  /// Compares the blocks that something reached with the smallest dead zone, and those beyond it with the smallest of the
  /// steps that may be left out.
  void wake(const Group &group, const Task &task, uint32_t t, Following &following) {
    visitCompared(group, task, t, following.least, arrived, [&](uint32_t block, bool isBeyond) {
      following.awake.remove(block);
      following.later.remove(block);
      if (isBeyond)
        woken.add(block);
    });
    arrived.clear();
    if (t >= group.start + following.middle)
      following.awake.add(woken);
    else
      visitCompared(group, task, t, following.early, woken, [&](uint32_t block, bool isBeyond) {
        (isBeyond ? following.awake : following.later).add(block);
      });
    woken.clear();
  }

  /// Calls `visit(block, isBeyond)`: whether a neuron of it is beyond the dead zone.
  template <typename Visit>
  void visitCompared(const Group &group, const Task &task, uint32_t t, T zone, const Marks &blocks,
                     Visit visit) {
    blocks.forRuns([&](uint32_t first, uint32_t last) {
      compareBlocks(group, task, t, {0, zone, &bits}, first, last);
      for (uint32_t block = first; block < last; ++block)
        visit(block, bits.fired[block] != 0);
    });
  }

  /// What a run of blocks does, into `bits`.
  void compareBlocks(const Group &group, const Task &task, uint32_t t,
                     const Comparison<T> &comparison, uint32_t first, uint32_t last) {
    Worker<T> &worker = workers.front();
    worker.comparisons.resize(1);
    worker.comparisons.front() = comparison;
    forget();
    const auto neurons = static_cast<uint32_t>(network.streams[task.stream].size);
    const Range part{first * kNeuronBlock, std::min(last * kNeuronBlock, neurons)};
    this->compare(group, task, t, part, worker);
    this->statistics[task.layer].updates += part.end - part.begin;
  }

  /// A time step of the blocks that are awake.
  void send(const Group &group, const Task &task, uint32_t t, size_t p) {
    Following &following = followings[p];
    const Operation &op = network.operations[task.operation];
    const T step = this->getStep(op, t);
    const T zone = std::max(this->getZone(op, t), following.hysteresis);
    Events<T> &events = sent[task.stream].add(t);
    following.awake.forRuns([&](uint32_t first, uint32_t last) {
      const auto begin = y[p].begin() + first * kNeuronBlock;
      before.assign(begin, y[p].begin() + Range{0, last * kNeuronBlock}.endOf(y[p].size()));
      compareBlocks(group, task, t, {step, zone, &bits}, first, last);
      for (uint32_t block = first; block < last; ++block)
        if (bits.fired[block] != 0)
          list(p, block, first * kNeuronBlock, step, events);
    });
    this->count(task, events, t);
    if (events.count == 0)
      sent[task.stream].drop();
  }

  /// The events of a block, but for those that would lead beyond the limit. `offset`: where `before` begins.
  void list(size_t p, uint32_t block, uint32_t offset, T step, Events<T> &events) {
    Following &following = followings[p];
    const std::vector<T> &initial = typed.populations[p].initial;
    for (uint64_t rest = bits.fired[block]; rest != 0; rest &= rest - 1) {
      const uint32_t i = block * kNeuronBlock + static_cast<uint32_t>(__builtin_ctzll(rest));
      if (std::abs(y[p][i] - (initial.empty() ? T{0} : initial[i])) > following.limit) {
        y[p][i] = before[i - offset];
        continue;
      }
      following.restless.add(block);
      const bool isDown = bits.negative[block] >> i % kNeuronBlock & 1;
      push(events, i, isDown ? -step : step);
    }
  }
};

} // namespace snn::detail

#endif
