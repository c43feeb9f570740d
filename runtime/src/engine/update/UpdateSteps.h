//===- UpdateSteps: what a time step of an update does to a group -----------------------------------------------===//
//
// Visits only what something happened to:
//
//   - events are lists, delivered one by one or as a dense product, whichever costs less;
//   - accumulators mark the blocks of elements that something was added to, and only these are harvested and
//     compared. A block is compared once with the smallest dead zone of all steps; where no neuron of it is beyond
//     that, no step would send anything, and it rests until something arrives again. Where none is beyond the dead zones
//     of the first half of the steps, which are the larger ones, it is left out until the second;
//   - a block that has sent events, or that something reached after its first step, is compared in the next update,
//     too: it need not have come to rest.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_UPDATE_UPDATESTEPS_H
#define SNN_SRC_ENGINE_UPDATE_UPDATESTEPS_H

#include "runtime/src/engine/steps/Moves.h"
#include "runtime/src/engine/steps/Sample.h"
#include "runtime/src/engine/steps/Sources.h"
#include "runtime/src/engine/update/Following.h"

namespace snn::detail {

template <typename T>
class UpdateSteps {
public:
  UpdateSteps(Sample<T> &sample, Sources<T> &sources) : sample(sample), sources(sources) {}

  /// Makes room for updates, for each part that groups may be divided into.
  void reserve() {
    sent.resize(sample.network.streams.size());
    uint64_t largest = 0;
    for (const Stream &stream : sample.network.streams)
      largest = std::max(largest, stream.size);
    for (size_t i = 0; i < sample.workers.size(); ++i)
      own.emplace_back(sample.typed.accumulators, largest);
    eventSum.reserve(largest);
    size_t tasks = 0;
    for (const Group &group : sample.typed.groups)
      tasks = std::max(tasks, group.tasks.size());
    merged.resize(tasks);
  }

  /// A part of a group, or all of it: who works on it, and with what.
  struct Portion {
    Range neurons;
    uint32_t parts; ///< that there are
    Worker<T> &worker;
    UpdateWorker<T> &own;
    Moving *moving;      ///< its neurons; null: the group has none
    SentEvents<T> *sent; ///< what they send
  };

  std::vector<SentEvents<T>> sent;      ///< by stream
  std::vector<Following<T>> followings; ///< by population
  std::vector<UpdateWorker<T>> own;     ///< by part

  /// What comes before a group's first step, and in it, is added up per delivery where that costs less.
  void mergeEarly(const Group &group, Steps steps) {
    for (size_t n = 0; n < group.tasks.size(); ++n) {
      merged[n].isUsed = false;
      const Task &task = sample.typed.tasks[group.tasks[n]];
      if (task.kind != Task::Kind::Deliver || task.isInner || !steps.has(group.start))
        continue;
      const SentEvents<T> &events = sent[task.stream];
      const size_t early = events.countBefore(group.start + 1);
      if (early > 1)
        merged[n].isUsed = eventSum.merge(sample.typed.deliveries[task.delivery], events, early,
                                          isGraded(task), merged[n].events);
    }
  }

  /// What the deliveries of a group are expected to take in some steps, in picoseconds.
  double expectDeliveries(const Group &group, Steps steps) const {
    double sum = 0;
    for (size_t n = 0; n < group.tasks.size(); ++n)
      if (const Task &task = sample.typed.tasks[group.tasks[n]]; task.kind == Task::Kind::Deliver)
        for (uint32_t t = std::max(steps.begin, group.start); t < steps.end; ++t)
          forLists(group, n, t, [&](const Events<T> &list, bool) {
            sum += detail::expectTime(sample.typed.deliveries[task.delivery],
                                      Events<T>::Form::Graded, list.count);
          });
    return sum;
  }

  void runTask(const Group &group, size_t n, uint32_t t, const Portion &portion) {
    const Task &task = sample.typed.tasks[group.tasks[n]];
    switch (task.kind) {
    case Task::Kind::Encode:
      if (const Events<T> *events = sent[task.stream].find(t))
        sample.count(task, *events, t);
      return;
    case Task::Kind::Deliver:
      return deliver(group, n, t, portion);
    case Task::Kind::Harvest:
      return harvest(task.accumulator, sent[task.stream], t);
    case Task::Kind::Multiply:
      return multiply(task);
    case Task::Kind::Fire:
      return fire(group, task, t, portion);
    case Task::Kind::Integrate: // has no updates
    case Task::Kind::Decode:    // adds up by itself
      return;
    }
  }

private:
  Sample<T> &sample;
  Sources<T> &sources;

  struct Merged {
    bool isUsed = false;
    Events<T> events;
  };
  std::vector<Merged> merged; ///< by task of the group that runs
  EventSum<T> eventSum;

  bool isGraded(const Task &task) const {
    const Stream &stream = sample.network.streams[task.stream];
    return !stream.isSpikes || stream.code == SpikeCode::Graded;
  }

  // ---- Synapses ----

  /// The steps whose events the n-th task of a group takes in time step `t`, from the first to before the last of its
  /// stream's.
  std::pair<size_t, size_t> getTaken(const Group &group, size_t n, uint32_t t) const {
    const Task &task = sample.typed.tasks[group.tasks[n]];
    const SentEvents<T> &events = sent[task.stream];
    if (events.empty() || (!task.isInner && t < group.start))
      return {0, 0};
    const bool isFirst = !task.isInner && t == group.start;
    return {isFirst ? 0 : events.countBefore(t), events.countBefore(t + 1)};
  }

  /// Calls `visit(list, isGraded)` for what that comes to.
  template <typename Visit>
  void forLists(const Group &group, size_t n, uint32_t t, Visit visit) const {
    const Task &task = sample.typed.tasks[group.tasks[n]];
    const auto [from, to] = getTaken(group, n, t);
    if (to - from > 1 && merged[n].isUsed)
      return visit(merged[n].events, /*isGraded=*/true);
    for (size_t i = from; i < to; ++i)
      visit(sent[task.stream][i], isGraded(task));
  }

  void deliver(const Group &group, size_t n, uint32_t t, const Portion &portion) {
    const auto [from, to] = getTaken(group, n, t);
    if (from == to)
      return;
    const Task &task = sample.typed.tasks[group.tasks[n]];
    const Delivery<T> &delivery = sample.typed.deliveries[task.delivery];
    LayerStatistics &layer = portion.worker.statistics[task.layer];
    // Counting is divided, too.
    const Range counted = getPart(sample.network.streams[task.stream].size, kNeuronBlock,
                                  portion.worker.index, portion.parts);
    for (size_t i = from; i < to; ++i) {
      const uint64_t operations = countOperations(delivery, sent[task.stream][i], counted);
      layer.synapticOps += operations;
      layer.gradedOps += isGraded(task) ? operations : 0;
    }
    forLists(group, n, t, [&](const Events<T> &list, bool isGraded) {
      portion.own.lists.deliver(delivery, list, isGraded, portion.neurons, portion.worker.scratch,
                                sample.state.accumulators[task.accumulator],
                                portion.own.touched[task.accumulator],
                                [&](Way way, const Expectation &expectation) {
                                  if (portion.worker.index > 0)
                                    return;
                                  ++layer.ways[static_cast<size_t>(way)];
                                  if (delivery.hasWays())
                                    countExpected(layer, expectation);
                                });
    });
  }

  /// What the marked blocks of an accumulator hold, as the events of a step.
  void harvest(uint32_t accumulator, SentEvents<T> &events, uint32_t t) {
    if (own.front().touched[accumulator].empty())
      return;
    Events<T> &list = events.add(t);
    collect(accumulator, list);
    if (list.count == 0)
      events.drop();
  }

  void collect(uint32_t accumulator, Events<T> &list) {
    Aligned<T> &sums = sample.state.accumulators[accumulator];
    Marks &marks = own.front().touched[accumulator];
    list.clear();
    marks.forRuns([&](uint32_t first, uint32_t last) {
      const uint32_t stop = Range{0, last * kNeuronBlock}.endOf(sums.size());
      for (uint32_t i = first * kNeuronBlock; i < stop; ++i)
        if (sums[i] != 0) {
          push(list, i, sums[i]);
          sums[i] = 0;
        }
    });
    marks.clear();
  }

  void multiply(const Task &task) {
    const PlannedProduct &planned = sample.typed.products[task.delivery];
    auto &product = sample.state.products[task.delivery];
    bool isChanged = false;
    for (size_t n = 0; n < planned.terminals.size(); ++n) {
      collect(sample.typed.terminals[planned.terminals[n]].accumulator, product.changes[n]);
      isChanged = isChanged || product.changes[n].count > 0;
    }
    if (!isChanged)
      return;
    Aligned<T> &accumulator = sample.state.accumulators[task.accumulator];
    Marks &marks = own.front().touched[task.accumulator];
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
    sample.progress.statistics[task.layer].synapticOps += operations;
    sample.progress.statistics[task.layer].gradedOps += operations;
  }

  // ---- Neurons ----

  void fire(const Group &group, const Task &task, uint32_t t, const Portion &portion) {
    const size_t p = sample.populationOf(group);
    const Following<T> &following = followings[p];
    Marks &arrived = portion.own.arrived;
    for (uint32_t terminal : sample.typed.populations[p].terminals) {
      Marks &marks = portion.own.touched[sample.typed.terminals[terminal].accumulator];
      arrived.add(marks);
      marks.clear();
    }
    if (t > group.start)
      portion.moving->restless.add(arrived);
    else if (t == group.start)
      arrived.add(following.again, portion.neurons);
    wake(group, task, t, following, portion);
    if (t >= group.start + following.middle && !portion.moving->later.empty()) {
      portion.moving->awake.add(portion.moving->later);
      portion.moving->later.clear();
    }
    if (t >= group.start && t < group.end && !portion.moving->awake.empty())
      send(group, task, t, p, portion);
  }

  /// Compares the blocks that something reached with the smallest dead zone, and those beyond it with the smallest of the
  /// steps that may be left out.
  void wake(const Group &group, const Task &task, uint32_t t, const Following<T> &following,
            const Portion &portion) {
    Marks &arrived = portion.own.arrived, &woken = portion.own.woken;
    Moving &moving = *portion.moving;
    visitCompared(group, task, t, following.min, arrived, portion,
                  [&](uint32_t block, bool isBeyond) {
                    moving.awake.remove(block);
                    moving.later.remove(block);
                    if (isBeyond)
                      woken.add(block);
                  });
    arrived.clear();
    if (t >= group.start + following.middle)
      moving.awake.add(woken);
    else
      visitCompared(group, task, t, following.early, woken, portion,
                    [&](uint32_t block, bool isBeyond) {
                      (isBeyond ? moving.awake : moving.later).add(block);
                    });
    woken.clear();
  }

  /// Calls `visit(block, isBeyond)`: whether a neuron of it is beyond the dead zone.
  template <typename Visit>
  void visitCompared(const Group &group, const Task &task, uint32_t t, T zone, const Marks &blocks,
                     const Portion &portion, Visit visit) {
    blocks.forRuns([&](uint32_t first, uint32_t last) {
      compareBlocks(group, task, t, {0, zone, &portion.own.bits}, first, last, portion);
      for (uint32_t block = first; block < last; ++block)
        visit(block, portion.own.bits.fired[block] != 0);
    });
  }

  /// What a run of blocks does, into the bits.
  void compareBlocks(const Group &group, const Task &task, uint32_t t,
                     const Comparison<T> &comparison, uint32_t first, uint32_t last,
                     const Portion &portion) {
    Worker<T> &worker = portion.worker;
    worker.comparisons.resize(1);
    worker.comparisons.front() = comparison;
    sources.forget(worker);
    const auto neurons = static_cast<uint32_t>(sample.network.streams[task.stream].size);
    const Range part{first * kNeuronBlock, std::min(last * kNeuronBlock, neurons)};
    sources.compare(group, task, t, part, worker);
    worker.statistics[task.layer].updates += part.end - part.begin;
  }

  /// A time step of the blocks that are awake.
  void send(const Group &group, const Task &task, uint32_t t, size_t p, const Portion &portion) {
    const Operation &op = sample.network.operations[task.operation];
    const T step = getStep<T>(op, t);
    const T zone = std::max(getZone<T>(op, t), followings[p].hysteresis);
    UpdateWorker<T> &mine = portion.own;
    Events<T> &events = portion.sent->add(t);
    portion.moving->awake.forRuns([&](uint32_t first, uint32_t last) {
      const auto begin = sample.y[p].begin() + first * kNeuronBlock;
      mine.before.assign(begin, sample.y[p].begin() +
                                    Range{0, last * kNeuronBlock}.endOf(sample.y[p].size()));
      compareBlocks(group, task, t, {step, zone, &mine.bits}, first, last, portion);
      for (uint32_t block = first; block < last; ++block)
        if (mine.bits.fired[block] != 0)
          list(p, block, first * kNeuronBlock, step, portion, events);
    });
    if (events.count == 0)
      portion.sent->drop();
  }

  /// The events of a block, but for those that would lead beyond the limit. `offset`: where outputs from before begin.
  void list(size_t p, uint32_t block, uint32_t offset, T step, const Portion &portion,
            Events<T> &events) {
    const T limit = followings[p].limit;
    const UpdateWorker<T> &mine = portion.own;
    const std::vector<T> &initial = sample.typed.populations[p].initial;
    for (uint64_t rest = mine.bits.fired[block]; rest != 0; rest &= rest - 1) {
      const uint32_t i = block * kNeuronBlock + static_cast<uint32_t>(__builtin_ctzll(rest));
      if (std::abs(sample.y[p][i] - (initial.empty() ? T{0} : initial[i])) > limit) {
        sample.y[p][i] = mine.before[i - offset];
        continue;
      }
      portion.moving->restless.add(block);
      const bool isDown = mine.bits.negative[block] >> i % kNeuronBlock & 1;
      push(events, i, isDown ? -step : step);
    }
  }
};

} // namespace snn::detail

#endif
