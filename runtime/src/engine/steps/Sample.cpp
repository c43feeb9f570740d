#include "runtime/src/engine/steps/Sample.h"

namespace snn::detail {

template <typename T>
Sample<T>::Sample(const Plan &plan, const TypedPlan<T> &typed, const EngineOptions &options,
                  Progress &progress)
    : plan(plan), network(plan.network), typed(typed), progress(progress), state(network, typed),
      pool(options.threads), smallestPart(options.smallestPart) {
  workers.reserve(pool.size());
  for (uint32_t i = 0; i < pool.size(); ++i)
    workers.emplace_back(plan, typed, i);
  y.resize(typed.populations.size());
  isMade.resize(typed.groups.size());
  progress.output.resize(plan.decodedSize);
  progress.statistics.resize(plan.layers.size());
  progress.layerThreads.assign(plan.layers.size(), 1);
  startsLater.resize(typed.accumulators.size());
  for (const Group &group : typed.groups)
    for (uint32_t i : group.tasks)
      if (group.unit > 0 && typed.tasks[i].kind == Task::Kind::Deliver)
        startsLater[typed.tasks[i].accumulator] = true;
}

template <typename T>
void Sample<T>::restart() {
  state.start(typed, startsLater);
  progress.time = 0;
  progress.eventsEnd = 0;
  isUpdate = false;
  hasStarted = true;
  taken = kNever;
  progress.statistics.assign(progress.statistics.size(), {});
  for (Worker<T> &worker : workers)
    worker.tables.clear();
  std::fill(state.isTouched.begin(), state.isTouched.end(), false);
}

template <typename T>
void Sample<T>::reserveSteps(uint32_t steps, const std::vector<bool> &unmade) {
  state.reserveSteps(network, typed, steps, unmade);
  for (Worker<T> &worker : workers)
    worker.reserveSteps(steps);
}

template <typename T>
void Sample<T>::make(const Group &group) {
  if (std::exchange(isMade[indexOf(group)], uint8_t{true}))
    return;
  for (uint32_t i : group.tasks)
    forAccumulators(typed, typed.tasks[i], [&](uint32_t a) { state.make(typed, a); });
  const Task &last = typed.tasks[group.tasks.back()];
  if (const int32_t p = typed.populationOf[last.operation]; p >= 0)
    makeOutputs(static_cast<size_t>(p));
}

template <typename T>
void Sample<T>::makeOutputs(size_t p) {
  if (y[p].empty())
    y[p].assign(network.streams[typed.populations[p].stream].size, T{0});
}

template <typename T>
void Sample<T>::startOutputs(size_t p, Range part) {
  if (part == Range())
    makeOutputs(p);
  const std::vector<T> &initial = typed.populations[p].initial;
  const uint32_t end = part.endOf(y[p].size());
  if (initial.empty())
    std::fill(y[p].begin() + part.begin, y[p].begin() + end, T{0});
  else
    std::copy(initial.begin() + part.begin, initial.begin() + end, y[p].begin() + part.begin);
}

template <typename T>
void Sample<T>::count(const Task &task, const Events<T> &events, uint32_t t) {
  LayerStatistics &layer = progress.statistics[task.layer];
  layer.events += events.count;
  layer.activeSteps += events.count > 0;
  if (events.count > 0)
    progress.eventsEnd = std::max(progress.eventsEnd, t + 1);
  if (progress.watch)
    show(task, events, t);
}

template <typename T>
void Sample<T>::show(const Task &task, const Events<T> &events, uint32_t t) const {
  std::vector<uint32_t> order = getStorageOrder(network.streams[task.stream].shape);
  std::vector<uint32_t> rowMajor(order.size());
  for (uint32_t i = 0; i < order.size(); ++i)
    rowMajor[order[i]] = i;
  events.forEach([&](uint32_t element, T worth) {
    progress.watch(task.layer, t, rowMajor[element], static_cast<double>(worth));
  });
}

template <typename T>
void Sample<T>::addStatistics(const Group &group, Worker<T> &worker) {
  for (uint32_t i : group.tasks) {
    const uint32_t layer = typed.tasks[i].layer;
    progress.statistics[layer].add(worker.statistics[layer]);
    worker.statistics[layer] = {};
  }
}

template class Sample<float>;
template class Sample<double>;
template class Sample<int32_t>;

} // namespace snn::detail
