//===- PassMemory: the memory of a pass through a network, while a task needs it -------------------------------===//
//
// A pass takes the tasks once, in their order. What a task adds to, reads or sends is there from the first task that touches
// it to the last one, and its memory then goes to what comes next: a pass needs as much as its widest place, not the
// sum over all layers.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_PLAN_PASSMEMORY_H
#define SNN_SRC_PLAN_PASSMEMORY_H

#include "runtime/src/plan/Plan.h"
#include <algorithm>
#include <utility>

namespace snn::detail {

/// Calls `visit(accumulator)` for all that a task adds to or reads.
template <typename T, typename Visit>
void forAccumulators(const TypedPlan<T> &plan, const Task &task, Visit visit) {
  using Kind = Task::Kind;
  if (task.kind == Kind::Deliver || task.kind == Kind::Harvest || task.kind == Kind::Multiply)
    visit(task.accumulator);
  if (task.kind == Kind::Multiply)
    for (uint32_t terminal : plan.products[task.delivery].terminals)
      visit(plan.terminals[terminal].accumulator);
  if (task.kind == Kind::Fire || task.kind == Kind::Integrate || task.kind == Kind::Decode)
    for (uint32_t terminal :
         plan.populations[static_cast<size_t>(plan.populationOf[task.operation])].terminals)
      visit(plan.terminals[terminal].accumulator);
}

/// Whether a task sends or takes the events of its stream.
inline bool hasEvents(const Task &task) {
  return task.kind != Task::Kind::Multiply && task.kind != Task::Kind::Decode;
}

template <typename T>
class PassMemory {
public:
  PassMemory() = default;
  PassMemory(const Network &network, const TypedPlan<T> &plan)
      : lastOfAccumulator(plan.accumulators.size()), lastOfStream(network.streams.size()) {
    for (const Stream &stream : network.streams)
      sizes.push_back(stream.size);
    for (uint32_t i = 0; i < plan.tasks.size(); ++i) {
      forAccumulators(plan, plan.tasks[i], [&](uint32_t a) { lastOfAccumulator[a] = i; });
      if (hasEvents(plan.tasks[i]))
        lastOfStream[plan.tasks[i].stream] = i;
    }
  }

  /// Whether it is of a pass at all.
  bool isUsed() const { return !sizes.empty(); }
  bool isLast(uint32_t task, uint32_t accumulator) const {
    return lastOfAccumulator[accumulator] == task;
  }
  bool isLastOfStream(uint32_t task, uint32_t stream) const { return lastOfStream[stream] == task; }

  /// Numbers of no meaning.
  Aligned<T> takeSums(uint64_t size) {
    Aligned<T> sums = take(freeSums, size, [](const Aligned<T> &b) { return b.capacity(); });
    sums.resize(size);
    return sums;
  }
  void giveBack(Aligned<T> &sums) { freeSums.push_back(std::exchange(sums, {})); }

  /// Makes room for the events of a stream, of which there are none.
  void takeEvents(uint32_t stream, Events<T> &events) {
    events = take(freeEvents, sizes[stream], [](const Events<T> &b) { return b.index.capacity(); });
    events.clear();
    events.index.resize(sizes[stream]);
    events.value.resize(sizes[stream]);
  }
  void giveBack(Events<T> &events) { freeEvents.push_back(std::exchange(events, {})); }

private:
  std::vector<uint64_t> sizes;                           ///< of streams
  std::vector<uint32_t> lastOfAccumulator, lastOfStream; ///< the last task that touches each
  std::vector<Aligned<T>> freeSums;
  std::vector<Events<T>> freeEvents;

  /// The smallest that has room, else the largest, which grows, or a new one.
  template <typename Buffer, typename Room>
  static Buffer take(std::vector<Buffer> &free, uint64_t size, Room room) {
    if (free.empty())
      return {};
    auto better = [&](const Buffer &a, const Buffer &b) {
      const bool fits = room(a) >= size, other = room(b) >= size;
      return fits != other ? fits : fits ? room(a) < room(b) : room(a) > room(b);
    };
    auto best = std::min_element(free.begin(), free.end(), better);
    Buffer buffer = std::move(*best);
    free.erase(best);
    if (room(buffer) < size)
      return {}; // what is in it need not be copied
    return buffer;
  }
};

} // namespace snn::detail

#endif
