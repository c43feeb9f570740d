//===- UpdateRunner: a new input to a running sample -----------------------------------------------------------===//
//
// docs/spec/snn.md, "Updates". States live on, schedules begin again, and only what changed is sent. The groups of the
// plan run in either order, as those of a sample do, in the steps in which something may happen to them (UpdateSteps.h).
// A group whose work can be divided, and is worth it, is taken by several threads: each takes a part of its neurons
// through all these steps, and what the parts send is put together then.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_UPDATE_UPDATERUNNER_H
#define SNN_SRC_ENGINE_UPDATE_UPDATERUNNER_H

#include "runtime/src/engine/update/CheckUpdates.h"
#include "runtime/src/engine/update/UpdateSteps.h"

namespace snn::detail {

template <typename T>
class UpdateRunner : public UpdateSteps<T> {
  using Base = UpdateSteps<T>;
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
    for (Following<T> &population : followings)
      population.begin();
    this->statistics.assign(this->statistics.size(), {});
    this->layerThreads.assign(this->layerThreads.size(), 1);
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
  using Base::followings, Base::own, Base::sent;
  using Base::network, Base::plan, Base::time, Base::typed, Base::workers;

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
    this->reserve();
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

  /// Begins a sample.
  void restart() {
    hasStarted = true;
    Base::restart();
  }

private:
  std::string problem; ///< why there are no updates; empty: there are
  double threshold;
  bool hasStarted = false;
  uint32_t end = 0; ///< the first time step in which no schedule is active any more

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
    for (UpdateWorker<T> &mine : own)
      for (Marks &marks : mine.touched)
        marks.clear();
    followings.clear();
    for (const Population<T> &population : typed.populations) {
      Following<T> &following = followings.emplace_back();
      if (const Operation &op = this->operationOf(population); op.kind == Operation::Kind::Neuron)
        follow(op, network.streams[population.stream].size, following);
    }
  }

  void follow(const Operation &op, uint64_t neurons, Following<T> &following) {
    following.hysteresis = getHysteresis(op);
    following.limit = getLimit(op);
    const auto steps = static_cast<uint32_t>(op.schedule.steps);
    following.least = std::max(this->getZone(op, op.schedule.start), following.hysteresis);
    following.early = following.least;
    following.middle = std::min((steps + 1) / 2, steps - 1);
    for (uint32_t k = 1; k < steps; ++k) {
      following.least = std::min(following.least, std::max(this->getZone(op, op.schedule.start + k),
                                                           following.hysteresis));
      if (k < following.middle)
        following.early = following.least;
    }
    following.again = Marks(neurons);
    following.moving = Moving(neurons);
    following.moving.awake.addAll();
    following.moving.restless.addAll();
  }

  // ---- Groups ----

  bool endsInNeurons(const Group &group) const {
    return typed.tasks[group.tasks.back()].kind == Task::Kind::Fire;
  }

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
    if (!endsInNeurons(group))
      return busy;
    const Following<T> &following = followings[this->populationOf(group)];
    const bool isAwake = !following.moving.awake.empty() || !following.moving.later.empty();
    if (busy.end > 0 || !following.again.empty() || isAwake)
      unite(std::min(busy.begin, following.again.empty() ? busy.begin : group.start),
            group.end - 1);
    if (isAwake)
      busy.begin = std::min(busy.begin, group.start);
    return busy;
  }

  void runUpdate(const Group &group, Steps steps) {
    const Steps known = getBusy(group);
    const Steps busy{std::max(steps.begin, known.begin), std::min(steps.end, known.end)};
    if (busy.begin >= busy.end)
      return;
    this->mergeEarly(group, busy);
    const uint32_t parts =
        group.unit == 0 ? 1 : this->countParts(group, [&] { return expectTime(group, busy); });
    const Task &last = typed.tasks[group.tasks.back()];
    if (parts > 1) {
      unsigned &threads = this->layerThreads[last.layer];
      threads = std::max(threads, parts);
      runDivided(group, busy, parts);
    } else {
      Moving *moving =
          endsInNeurons(group) ? &followings[this->populationOf(group)].moving : nullptr;
      runPortion(group, busy,
                 {Range(), 1, workers.front(), own.front(), moving, &sent[last.stream]});
      this->addStatistics(group, workers.front());
    }
    if (endsInNeurons(group))
      countSent(last, busy);
  }

  void runPortion(const Group &group, Steps steps, const typename Base::Portion &portion) {
    for (uint32_t t = steps.begin; t < steps.end; ++t)
      for (size_t n = 0; n < group.tasks.size(); ++n)
        this->runTask(group, n, t, portion);
  }

  /// What a group is expected to take, in picoseconds.
  double expectTime(const Group &group, Steps steps) const {
    constexpr double kBlock = 20'000; // through all steps
    const Following<T> &following = followings[this->populationOf(group)];
    const double blocks = following.again.size() + following.moving.awake.size();
    return this->expectDeliveries(group, steps) + kBlock * blocks;
  }

  void runDivided(const Group &group, Steps steps, uint32_t parts) {
    Moving &moving = followings[this->populationOf(group)].moving;
    const uint32_t stream = typed.tasks[group.tasks.back()].stream;
    this->pool.run(parts, [&](uint32_t part) {
      UpdateWorker<T> &mine = own[part];
      const Range neurons = getPart(network.streams[stream].size, group.unit, part, parts);
      mine.sent.clear();
      mine.moving.clear();
      mine.moving.add(moving, neurons);
      runPortion(group, steps, {neurons, parts, workers[part], mine, &mine.moving, &mine.sent});
    });
    moving.clear();
    for (uint32_t part = 0; part < parts; ++part) {
      moving.add(own[part].moving);
      this->addStatistics(group, workers[part]);
    }
    for (uint32_t t = steps.begin; t < steps.end; ++t)
      collectSent(sent[stream], t, parts);
  }

  /// Parts follow each other as their neurons do.
  void collectSent(SentEvents<T> &events, uint32_t t, uint32_t parts) {
    Events<T> *all = nullptr;
    for (uint32_t part = 0; part < parts; ++part) {
      const Events<T> *list = own[part].sent.find(t);
      if (!list)
        continue;
      if (!all)
        all = &events.add(t);
      append(*all, *list);
    }
  }

  void countSent(const Task &task, Steps steps) {
    const SentEvents<T> &events = sent[task.stream];
    for (size_t n = events.countBefore(steps.begin); n < events.countBefore(steps.end); ++n)
      this->count(task, events[n], events.stepOf(n));
  }
};

} // namespace snn::detail

#endif
