#include "runtime/src/engine/steps/GroupSteps.h"

#include "runtime/src/engine/steps/Moves.h"
#include "runtime/src/engine/steps/Signs.h"

namespace snn::detail {

template <typename T>
void GroupSteps<T>::restart() {
  sample.restart();
  backgrounds.restart();
  arrivals.restart();
  late.clear();
  forget();
}

template <typename T>
void GroupSteps<T>::startRest() {
  if (sample.progress.time > 0 || sample.isUpdate)
    return;
  for (const Group &group : sample.typed.groups)
    if (group.unit > 0) {
      sample.make(group);
      sources.start(sample.populationOf(group), Range());
    }
}

template <typename T>
void GroupSteps<T>::run(const Group &group, Steps steps) {
  sample.make(group);
  for (uint32_t t = steps.begin; t < std::min(steps.end, group.start); ++t)
    backgrounds.wait(group, t);
  if (group.unit == 0)
    return runInOrder(group, steps);
  const Task &last = sample.typed.tasks[group.tasks.back()];
  const uint64_t neurons = sample.network.streams[last.stream].size;
  const uint32_t parts =
      sample.countParts(neurons, group.unit, [&] { return expectTime(group, steps); });
  sample.progress.layerThreads[last.layer] = parts;
  forget();
  arrivals.gather(group, steps, parts);
  sample.pool.run(parts, [&](uint32_t part) {
    compute(group, steps, getPart(neurons, group.unit, part, parts), parts, sample.workers[part]);
  });
  conclude(group, steps, parts);
}

template <typename T>
void GroupSteps<T>::fireSettled(const Group &group, Steps steps) {
  forget();
  Worker<T> &worker = sample.workers.front();
  fire(group, sample.typed.tasks[group.tasks.back()], steps, Range(), worker, worker.sent.data());
  conclude(group, steps, 1);
}

template <typename T>
void GroupSteps<T>::forget() {
  for (const Worker<T> &worker : sample.workers)
    sources.forget(worker);
}

// ---- Groups whose work can be divided ----

/// What a group is expected to take in some steps, in picoseconds.
template <typename T>
double GroupSteps<T>::expectTime(const Group &group, Steps steps) const {
  constexpr double kNeuron = 300;
  double sum = 0;
  for (uint32_t i : group.tasks) {
    const Task &task = sample.typed.tasks[i];
    for (uint32_t t = steps.begin; t < std::min(steps.end, group.end); ++t)
      if (task.kind == Task::Kind::Fire)
        sum += t < group.start
                   ? 0
                   : kNeuron * static_cast<double>(sample.network.streams[task.stream].size);
      else if (const Events<T> &events = sample.state.at(task.stream, t); events.count > 0)
        sum +=
            detail::expectTime(sample.typed.deliveries[task.delivery], events.form, events.count);
  }
  return sum;
}

template <typename T>
void GroupSteps<T>::compute(const Group &group, Steps steps, Range part, uint32_t parts,
                            Worker<T> &worker) {
  if (steps.begin == 0)
    sources.start(sample.populationOf(group), part);
  const Task &last = sample.typed.tasks[group.tasks.back()];
  for (Steps now{steps.begin, 0}; now.begin < steps.end; now.begin = now.end) {
    now.end = now.begin;
    do
      arrive(group, now.end++, steps.end, part, parts, worker);
    while (now.end < steps.end && isQuiet(group, now.end));
    fire(group, last, now, part, worker, worker.sent.data() + (now.begin - steps.begin));
  }
}

/// The events of a time step to a part of the neurons.
template <typename T>
void GroupSteps<T>::arrive(const Group &group, uint32_t t, uint32_t end, Range part, uint32_t parts,
                           Worker<T> &worker) {
  for (size_t n = 0; n + 1 < group.tasks.size(); ++n) {
    arrivals.countOperations(group.tasks[n], t, parts, worker);
    arrivals.deliver(group, group.tasks[n], t, end, part, worker);
  }
}

/// Whether nothing reaches the neurons of a group in time step `t`.
template <typename T>
bool GroupSteps<T>::isQuiet(const Group &group, uint32_t t) const {
  if (t == group.start)
    return false;
  bool compares = t > group.start && (t < group.end || sample.keepsLate);
  for (size_t n = 0; compares && n + 1 < group.tasks.size(); ++n)
    if (sample.state.at(sample.typed.tasks[group.tasks[n]].stream, t).count > 0)
      return false;
  return backgrounds.areNone(sample.typed.populations[sample.populationOf(group)].terminals, t);
}

/// Compares a part of a population in some steps, in the first of which something may have arrived. Gives the
/// numbers of events.
template <typename T>
void GroupSteps<T>::fire(const Group &group, const Task &task, Steps steps, Range part,
                         Worker<T> &worker, uint32_t *sent) {
  const Operation &op = sample.network.operations[task.operation];
  worker.comparisons.clear();
  for (uint32_t t = steps.begin; t < steps.end; ++t)
    if (op.schedule.isActive(t))
      worker.comparisons.push_back(
          {getStep<T>(op, t), getZone<T>(op, t), &sample.state.at(task.stream, t)});
  sources.compare(group, task, steps.begin, part, worker);
  auto comparison = worker.comparisons.begin();
  for (uint32_t t = steps.begin; t < steps.end; ++t)
    *sent++ = op.schedule.isActive(t) ? (comparison++)->sent : 0;
}

template <typename T>
void GroupSteps<T>::conclude(const Group &group, Steps steps, uint32_t parts) {
  for (uint32_t t = steps.begin; t < steps.end; ++t) {
    uint32_t count = 0;
    for (uint32_t part = 0; part < parts; ++part)
      count += sample.workers[part].sent[t - steps.begin];
    send(sample.typed.tasks[group.tasks.back()], t, count);
  }
  for (uint32_t part = 0; part < parts; ++part)
    sample.addStatistics(group, sample.workers[part]);
}

/// Says what a population has sent in time step `t`, but for the bits.
template <typename T>
void GroupSteps<T>::send(const Task &task, uint32_t t, uint32_t sent) {
  const Operation &op = sample.network.operations[task.operation];
  Events<T> &events = sample.state.at(task.stream, t);
  events.clear();
  if (!op.schedule.isActive(t))
    return;
  const T step = getStep<T>(op, t);
  if (op.code == SpikeCode::Sign)
    labelSigns(step, events);
  else
    events.uniform = step;
  events.count = sent;
  sample.progress.statistics[task.layer].updates += sample.network.streams[task.stream].size;
  sample.count(task, events, t);
}

// ---- Groups that run in order ----

template <typename T>
void GroupSteps<T>::runInOrder(const Group &group, Steps steps) {
  Worker<T> &worker = sample.workers.front();
  for (uint32_t t = steps.begin; t < steps.end; ++t)
    for (uint32_t i : group.tasks)
      runTask(group, i, {t, steps.end}, worker);
  sample.addStatistics(group, worker);
}

/// The first of some steps.
template <typename T>
void GroupSteps<T>::runTask(const Group &group, uint32_t i, Steps steps, Worker<T> &worker) {
  const Task &task = sample.typed.tasks[i];
  const uint32_t t = steps.begin;
  switch (task.kind) {
  case Task::Kind::Encode:
    sources.encode(t, sample.state.at(task.stream, t));
    return sample.count(task, sample.state.at(task.stream, t), t);
  case Task::Kind::Deliver:
    return deliver(group, i, steps, worker);
  case Task::Kind::Harvest:
    return harvest(task, t);
  case Task::Kind::Multiply:
    return multiply(group, task, t, worker);
  case Task::Kind::Fire: {
    uint32_t sent = 0;
    fire(group, task, {t, t + 1}, Range(), worker, &sent);
    return send(task, t, sent);
  }
  case Task::Kind::Integrate:
  case Task::Kind::Decode:
    return sources.receive(group, task, t);
  }
}

template <typename T>
void GroupSteps<T>::deliver(const Group &group, uint32_t i, Steps steps, Worker<T> &worker) {
  arrivals.gather(group, i, steps.begin);
  arrivals.countOperations(i, steps.begin, 1, worker);
  if (late.has(i))
    return late.add(i, sample.state.at(sample.typed.tasks[i].stream, steps.begin));
  if (arrivals.deliver(group, i, steps.begin, steps.end, Range(), worker))
    sample.state.isTouched[sample.typed.tasks[i].accumulator] = true;
}

template <typename T>
void GroupSteps<T>::harvest(const Task &task, uint32_t t) {
  State<T> &state = sample.state;
  if (state.isTouched[task.accumulator])
    detail::harvest(state.accumulators[task.accumulator], state.at(task.stream, t));
  else
    state.at(task.stream, t).clear();
  state.isTouched[task.accumulator] = false;
}

/// What a step changes of two operands, to the sums of their product. Before the neurons behind it compare, changes are only
/// gathered.
template <typename T>
void GroupSteps<T>::multiply(const Group &group, const Task &task, uint32_t t, Worker<T> &worker) {
  if (!backgrounds.isWaiting(group, t))
    backgrounds.add(group, sample.typed.products[task.delivery].terminals, t, Range(), worker);
  if (t < group.start || (t >= group.end && !sample.keepsLate))
    return;
  const uint64_t operations = detail::multiply(sample.typed, task, sample.state);
  LayerStatistics &layer = sample.progress.statistics[task.layer];
  layer.synapticOps += operations;
  layer.gradedOps += operations;
  // Where nothing changes, its stream may have no place for events.
  if (operations > 0)
    sample.state.isTouched[task.accumulator] = true;
  ++worker.arrivals;
}

template class GroupSteps<float>;
template class GroupSteps<double>;
template class GroupSteps<int32_t>;

} // namespace snn::detail
