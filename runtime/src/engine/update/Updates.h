//===- Updates: a new input to a running sample -----------------------------------------------------------===//
//
// docs/spec/snn.md, "Updates". States live on, schedules begin again, and only what changed is sent. The groups of the
// plan run in either order, as those of a sample do, in the steps in which something may happen to them (UpdateSteps.h).
// A group whose work can be divided, and is worth it, is taken by several threads: each takes a part of its neurons
// through all these steps, and what the parts send is put together then.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_UPDATE_UPDATES_H
#define SNN_SRC_ENGINE_UPDATE_UPDATES_H

#include "runtime/src/engine/steps/Order.h"
#include "runtime/src/engine/update/CheckUpdates.h"
#include "runtime/src/engine/update/UpdateSteps.h"

namespace snn::detail {

template <typename T>
class Updates {
public:
  Updates(Sample<T> &sample, Sources<T> &sources, const EngineOptions &options)
      : sample(sample), problem("the engine was made without updates"),
        threshold(options.inputThreshold), groups(sample, sources) {
    sample.keepsLate = options.hearsLate;
    if (!options.updates)
      return;
    problem = threshold >= 0 ? checkUpdates(sample.plan) : "the input threshold is below 0";
    if (!problem.empty())
      return;
    sample.keepsLate = true;
    for (const Group &group : sample.typed.groups) {
      if (group.end != UINT32_MAX)
        end = std::max(end, group.end);
      sample.make(group);
    }
    groups.reserve();
  }

  /// Begins one: `encoder` lists what the input is in `values` beyond what was sent of it.
  template <typename Encoder>
  std::optional<Error> begin(const double *values, Encoder &encoder) {
    if (auto problem = findProblem(values))
      return problem;
    if (!sample.isUpdate) {
      encoder.setThreshold(threshold);
      firstUpdate();
    }
    for (SentEvents<T> &events : groups.sent)
      events.clear();
    for (Following<T> &population : groups.followings)
      population.begin();
    Progress &progress = sample.progress;
    progress.statistics.assign(progress.statistics.size(), {});
    progress.layerThreads.assign(progress.layerThreads.size(), 1);
    progress.eventsEnd = 0;
    progress.time = 0;
    sample.isUpdate = true;
    SentEvents<T> &input = groups.sent[sample.typed.tasks.front().stream];
    encoder.change(values, input.add(0));
    if (input[0].count == 0)
      input.drop();
    return std::nullopt;
  }

  /// A group in some steps of the update that runs.
  void run(const Group &group, Steps steps) {
    const Steps known = getBusy(group);
    const Steps busy{std::max(steps.begin, known.begin), std::min(steps.end, known.end)};
    if (busy.begin >= busy.end)
      return;
    groups.mergeEarly(group, busy);
    const Task &last = sample.typed.tasks[group.tasks.back()];
    const uint32_t parts =
        group.unit == 0 ? 1
                        : sample.countParts(sample.network.streams[last.stream].size, group.unit,
                                            [&] { return expectTime(group, busy); });
    if (parts > 1) {
      unsigned &threads = sample.progress.layerThreads[last.layer];
      threads = std::max(threads, parts);
      runDivided(group, busy, parts);
    } else {
      Moving *moving =
          endsInNeurons(group) ? &groups.followings[sample.populationOf(group)].moving : nullptr;
      runPortion(group, busy,
                 {Range(), 1, sample.workers.front(), groups.own.front(), moving,
                  &groups.sent[last.stream]});
      sample.addStatistics(group, sample.workers.front());
    }
    if (endsInNeurons(group))
      countSent(last, busy);
  }

  /// The steps that are left of `steps`, layer by layer: as `runLayers` of a sample where somebody looks at the output of each
  /// step; else all at once, and `done()` once, if anything was sent.
  template <typename Done>
  void runLayers(uint32_t steps, bool isWatched, Done done) {
    auto runGroup = [&](const Group &group, Steps some) { run(group, some); };
    if (isWatched)
      return detail::runLayers(sample, steps, runGroup, runGroup, done);
    uint32_t &time = sample.progress.time;
    if (time >= steps)
      return;
    for (const Group &group : sample.typed.groups)
      run(group, {time, steps});
    time = steps;
    if (sample.progress.eventsEnd > 0)
      done();
  }

private:
  Sample<T> &sample;
  std::string problem; ///< why there are no updates; empty: there are
  double threshold;    ///< what a change of an input value, before normalization, must exceed
  UpdateSteps<T> groups;
  uint32_t end = 0; ///< the first time step in which no schedule is active any more

  std::optional<Error> findProblem(const double *values) const {
    if (!problem.empty())
      return Error{problem};
    if (!sample.hasStarted)
      return Error{"there is no sample to update: start one"};
    if (sample.progress.time < end)
      return Error{"an update needs all schedules to have ended, after " + std::to_string(end) +
                   " time steps; " + std::to_string(sample.progress.time) + " have been done"};
    for (size_t i = 0; i < sample.plan.inputOrder.size(); ++i)
      if (!std::isfinite(values[i]))
        return Error{"element " + std::to_string(i) + " of the input is not a finite number"};
    return std::nullopt;
  }

  /// After a sample from scratch nobody is known to rest.
  void firstUpdate() {
    for (UpdateWorker<T> &mine : groups.own)
      for (Marks &marks : mine.touched)
        marks.clear();
    groups.followings.clear();
    for (const Population<T> &population : sample.typed.populations) {
      Following<T> &following = groups.followings.emplace_back();
      if (const Operation &op = sample.operationOf(population); op.kind == Operation::Kind::Neuron)
        follow(op, sample.network.streams[population.stream].size, following);
    }
  }

  void follow(const Operation &op, uint64_t neurons, Following<T> &following) {
    following.hysteresis = getHysteresis<T>(op);
    following.limit = getLimit<T>(op);
    const auto steps = static_cast<uint32_t>(op.schedule.steps);
    following.min = std::max(getZone<T>(op, op.schedule.start), following.hysteresis);
    following.early = following.min;
    following.middle = std::min((steps + 1) / 2, steps - 1);
    for (uint32_t k = 1; k < steps; ++k) {
      following.min = std::min(
          following.min, std::max(getZone<T>(op, op.schedule.start + k), following.hysteresis));
      if (k < following.middle)
        following.early = following.min;
    }
    following.again = Marks(neurons);
    following.moving = Moving(neurons);
    following.moving.awake.addAll();
    following.moving.restless.addAll();
  }

  // ---- Groups ----

  bool endsInNeurons(const Group &group) const {
    return sample.typed.tasks[group.tasks.back()].kind == Task::Kind::Fire;
  }

  /// The time steps in which something may happen to a group, as far as it is known.
  Steps getBusy(const Group &group) const {
    Steps busy{UINT32_MAX, 0};
    auto unite = [&](uint32_t first, uint32_t last) {
      busy.begin = std::min(busy.begin, first);
      busy.end = std::max(busy.end, last + 1);
    };
    for (uint32_t i : group.tasks) {
      const Task &task = sample.typed.tasks[i];
      const bool isSource = task.kind == Task::Kind::Encode;
      if (!isSource && (task.kind != Task::Kind::Deliver || task.isInner))
        continue;
      if (const SentEvents<T> &events = groups.sent[task.stream]; !events.empty())
        unite(std::max(events.first(), group.start), std::max(events.last(), group.start));
    }
    if (!endsInNeurons(group))
      return busy;
    const Following<T> &following = groups.followings[sample.populationOf(group)];
    const bool isAwake = !following.moving.awake.empty() || !following.moving.later.empty();
    if (busy.end > 0 || !following.again.empty() || isAwake)
      unite(std::min(busy.begin, following.again.empty() ? busy.begin : group.start),
            group.end - 1);
    if (isAwake)
      busy.begin = std::min(busy.begin, group.start);
    return busy;
  }

  void runPortion(const Group &group, Steps steps,
                  const typename UpdateSteps<T>::Portion &portion) {
    for (uint32_t t = steps.begin; t < steps.end; ++t)
      for (size_t n = 0; n < group.tasks.size(); ++n)
        groups.runTask(group, n, t, portion);
  }

  /// What a group is expected to take, in picoseconds.
  double expectTime(const Group &group, Steps steps) const {
    constexpr double kBlock = 20'000; // through all steps
    const Following<T> &following = groups.followings[sample.populationOf(group)];
    const double blocks = following.again.size() + following.moving.awake.size();
    return groups.expectDeliveries(group, steps) + kBlock * blocks;
  }

  void runDivided(const Group &group, Steps steps, uint32_t parts) {
    Moving &moving = groups.followings[sample.populationOf(group)].moving;
    const uint32_t stream = sample.typed.tasks[group.tasks.back()].stream;
    sample.pool.run(parts, [&](uint32_t part) {
      UpdateWorker<T> &mine = groups.own[part];
      const Range neurons = getPart(sample.network.streams[stream].size, group.unit, part, parts);
      mine.sent.clear();
      mine.moving.clear();
      mine.moving.add(moving, neurons);
      runPortion(group, steps,
                 {neurons, parts, sample.workers[part], mine, &mine.moving, &mine.sent});
    });
    moving.clear();
    for (uint32_t part = 0; part < parts; ++part) {
      moving.add(groups.own[part].moving);
      sample.addStatistics(group, sample.workers[part]);
    }
    for (uint32_t t = steps.begin; t < steps.end; ++t)
      collectSent(groups.sent[stream], t, parts);
  }

  /// Parts follow each other as their neurons do.
  void collectSent(SentEvents<T> &events, uint32_t t, uint32_t parts) {
    Events<T> *all = nullptr;
    for (uint32_t part = 0; part < parts; ++part) {
      const Events<T> *list = groups.own[part].sent.find(t);
      if (!list)
        continue;
      if (!all)
        all = &events.add(t);
      append(*all, *list);
    }
  }

  void countSent(const Task &task, Steps steps) {
    const SentEvents<T> &events = groups.sent[task.stream];
    for (size_t n = events.countBefore(steps.begin); n < events.countBefore(steps.end); ++n)
      sample.count(task, events[n], events.stepOf(n));
  }
};

} // namespace snn::detail

#endif
