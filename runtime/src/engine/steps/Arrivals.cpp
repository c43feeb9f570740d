#include "runtime/src/engine/steps/Arrivals.h"

namespace snn::detail {

/// What a delivery keeps of some steps: those before the start, and the start itself if there is something then.
template <typename T>
Steps Arrivals<T>::getKept(const Group &group, uint32_t i, Steps steps) const {
  bool isKept = !catchUp.isEmpty(i);
  uint32_t t = steps.begin;
  for (; t < std::min(steps.end, group.start); ++t)
    isKept = isKept || sample.state.at(sample.typed.tasks[i].stream, t).count > 0;
  if (!isKept || steps.begin > group.start)
    return {steps.begin, steps.begin};
  return {steps.begin, steps.has(group.start) ? group.start + 1 : t};
}

template <typename T>
void Arrivals<T>::gather(const Group &group, Steps steps, uint32_t parts) {
  if (steps.begin > group.start || group.start == 0)
    return;
  sample.pool.run(parts, [&](uint32_t part) {
    for (size_t n = 0; n + 1 < group.tasks.size(); ++n)
      keep(group, group.tasks[n], steps, parts, part, sample.workers[part].kept[n]);
  });
  for (size_t n = 0; n + 1 < group.tasks.size(); ++n) {
    uint32_t count = 0;
    for (uint32_t part = 0; part < parts; ++part)
      count += sample.workers[part].kept[n];
    finishKeeping(group, group.tasks[n], steps, count);
  }
}

template <typename T>
void Arrivals<T>::gather(const Group &group, uint32_t i, uint32_t t) {
  if (sample.typed.tasks[i].isInner || group.start == 0 || t > group.start)
    return;
  uint32_t count = 0;
  keep(group, i, {t, t + 1}, 1, 0, count);
  finishKeeping(group, i, {t, t + 1}, count);
}

/// A part of what delivery `i` keeps; `count` is how many elements there are in the end.
template <typename T>
void Arrivals<T>::keep(const Group &group, uint32_t i, Steps steps, uint32_t parts, uint32_t index,
                       uint32_t &count) {
  const Steps kept = getKept(group, i, steps);
  const Range part = getPart(catchUp.size(i), kNeuronBlock, index, parts);
  if (kept.begin < kept.end)
    catchUp.add(i, sample.state.from(sample.typed.tasks[i].stream, kept.begin, kept.end), part);
  count = kept.has(group.start) ? catchUp.count(i, part) : 0;
}

template <typename T>
void Arrivals<T>::finishKeeping(const Group &group, uint32_t i, Steps steps, uint32_t count) {
  const Steps kept = getKept(group, i, steps);
  if (kept.begin < kept.end)
    catchUp.fill(i);
  if (kept.has(group.start))
    catchUp.setCount(i, count);
}

/// The first worker counts the way.
template <typename T>
bool Arrivals<T>::deliver(const Group &group, uint32_t i, uint32_t t, uint32_t end, Range part,
                          Worker<T> &worker) {
  const Task &task = sample.typed.tasks[i];
  const State<T> &state = sample.state;
  const Events<T> &events = state.at(task.stream, t);
  const Delivery<T> &delivery = sample.typed.deliveries[task.delivery];
  if ((t >= group.end && !sample.keepsLate) || (t < group.start && !task.isInner))
    return false; // nobody compares any more, or yet
  const bool isLate = !task.isInner && t == group.start && group.start > 0 && !catchUp.isEmpty(i);
  if (events.count == 0 && !isLate)
    return false;
  const Expectation expectation = isLate
                                      ? expect(delivery, Events<T>::Form::Graded, catchUp.count(i))
                                      : expect(delivery, events.form, events.count);
  T *accumulator = sample.state.accumulators[task.accumulator].data();
  Way way = choose(expectation);
  if (isLate)
    way = catchUp.deliver(i, delivery, worker.list, worker.scratch, accumulator, part);
  else if (way == Way::Table)
    worker.tables.deliver(
        i, delivery, state.from(task.stream, t, sample.keepsLate ? end : std::min(end, group.end)),
        t, accumulator, delivery.rowsOf(part));
  else
    detail::deliver(delivery, events, way, worker.scratch, accumulator, part);
  ++worker.arrivals;
  if (worker.index == 0) {
    LayerStatistics &layer = worker.statistics[task.layer];
    ++layer.ways[static_cast<size_t>(way)];
    if (delivery.hasWays())
      countExpected(layer, expectation);
  }
  return true;
}

/// Nobody reads words of events of which another thread writes the neighbours, if it need not: a cache line that goes to and
/// fro costs more than it takes to count.
template <typename T>
void Arrivals<T>::countOperations(uint32_t i, uint32_t t, uint32_t parts, Worker<T> &worker) const {
  const Task &task = sample.typed.tasks[i];
  const Events<T> &events = std::as_const(sample.state).at(task.stream, t);
  if (events.count == 0)
    return;
  const Range part =
      getPart(sample.network.streams[task.stream].size, kNeuronBlock, worker.index, parts);
  LayerStatistics &layer = worker.statistics[task.layer];
  uint64_t operations =
      detail::countOperations(sample.typed.deliveries[task.delivery], events, part);
  layer.synapticOps += operations;
  layer.gradedOps += events.form == Events<T>::Form::Graded ? operations : 0;
}

template class Arrivals<float>;
template class Arrivals<double>;
template class Arrivals<int32_t>;

} // namespace snn::detail
