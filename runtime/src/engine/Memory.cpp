#include "snn/Memory.h"

#include "runtime/src/engine/settled/SettledPlan.h"
#include "runtime/src/engine/steps/LateSums.h"
#include "runtime/src/plan/PassMemory.h"

namespace snn {

namespace detail {
namespace {

template <typename... Vectors>
uint64_t getBytes(const Vectors &...vectors) {
  return (uint64_t{0} + ... + (vectors.size() * sizeof(vectors[0])));
}

template <typename T>
uint64_t getPlanBytes(const TypedPlan<T> &plan) {
  uint64_t bytes = 0;
  for (const Delivery<T> &d : plan.deliveries)
    bytes += getBytes(d.weights, d.target, d.first, d.runs, d.fanOut, d.borders, d.dense, d.table,
                      d.shortTable, d.bytes.numbers, d.pairs, d.quads.weights, d.quads.starts);
  for (const Population<T> &population : plan.populations)
    bytes += getBytes(population.initial);
  for (const PlannedProduct &product : plan.products)
    bytes += product.rounding ? getBytes(product.rounding->multipliers) : 0;
  return bytes;
}

template <typename T>
constexpr uint64_t kGradedBytes = sizeof(uint32_t) + sizeof(T); ///< of an event

/// Of the events of one step.
template <typename T>
uint64_t getEventBytes(const Stream &stream) {
  using Form = typename Events<T>::Form;
  const Form form = stream.isSpikes ? Events<T>::getForm(stream.code) : Form::Graded;
  return form == Form::Graded ? stream.size * kGradedBytes<T>
                              : (stream.size + 63) / 64 * (form == Form::Signed ? 16 : 8);
}

/// Of Scratch, whose buffers are as large as the largest delivery wants each.
template <typename T>
uint64_t getScratchBytes(const TypedPlan<T> &plan) {
  uint64_t values = 0, all = 0, shorts = 0, sums = 0, list = 0;
  for (const Delivery<T> &d : plan.deliveries) {
    const uint64_t padded = uint64_t{d.paddedHeight()} * d.paddedWidth() * d.in.channels;
    if (!d.dense.empty()) {
      values = std::max(values, padded * sizeof(T));
      all = std::max(all, d.countInputs() * sizeof(T));
    }
    if (!d.pairs.empty())
      shorts = std::max(shorts, padded * sizeof(int16_t));
    sums = std::max(sums, uint64_t{d.bytes.rows} * d.bytes.rowLength * sizeof(int16_t));
    if (d.kind == Delivery<T>::Kind::Gemm)
      list = std::max(list, d.rows * (sizeof(uint32_t) + sizeof(T)));
  }
  return values + all + shorts + sums + list;
}

/// The most that a pass has at a time: PassMemory without its numbers.
template <typename T>
uint64_t getPassBytes(const Network &network, const TypedPlan<T> &plan) {
  const PassMemory<T> memory(network, plan);
  std::vector<bool> hasSums(plan.accumulators.size()), isSent(network.streams.size());
  uint64_t live = 0, max = 0;
  for (uint32_t i = 0; i < plan.tasks.size(); ++i) {
    const Task &task = plan.tasks[i];
    const uint64_t ofEvents = network.streams[task.stream].size * kGradedBytes<T>;
    forAccumulators(plan, task, [&](uint32_t a) {
      live += hasSums[a] ? 0 : plan.accumulators[a] * sizeof(T);
      hasSums[a] = true;
    });
    if (hasEvents(task) && !isSent[task.stream]) {
      live += ofEvents;
      isSent[task.stream] = true;
    }
    max = std::max(max, live);
    forAccumulators(plan, task, [&](uint32_t a) {
      live -= memory.isLast(i, a) && hasSums[a] ? plan.accumulators[a] * sizeof(T) : 0;
      hasSums[a] = hasSums[a] && !memory.isLast(i, a);
    });
    live -= hasEvents(task) && memory.isLastOfStream(i, task.stream) ? ofEvents : 0;
  }
  return max + getScratchBytes(plan);
}

/// What a group works on with steps: sums, and what its neurons come to.
template <typename T>
uint64_t getGroupBytes(const Network &network, const TypedPlan<T> &plan, const Group &group,
                       std::vector<bool> &isCounted) {
  uint64_t bytes = 0;
  for (uint32_t i : group.tasks) {
    const Task &task = plan.tasks[i];
    bytes += mayWait(plan, group, task) ? network.streams[task.stream].size * sizeof(T) : 0;
    forAccumulators(plan, task, [&](uint32_t a) {
      bytes += isCounted[a] ? 0 : plan.accumulators[a] * sizeof(T);
      isCounted[a] = true;
    });
  }
  const Task &last = plan.tasks[group.tasks.back()];
  if (plan.populationOf[last.operation] >= 0)
    bytes += network.streams[last.stream].size * sizeof(T);
  return bytes;
}

/// Of final numbers and of what neurons have sent.
uint64_t getStoreBytes(Store store, uint64_t size) {
  switch (store) {
  case Store::None:
  case Store::Input:
    return 0;
  case Store::Bytes:
  case Store::Positives:
    return 2 * size;
  case Store::Shorts:
    return 3 * size;
  case Store::Sums:
    return sizeof(int32_t) * size;
  }
  return 0;
}

/// What an engine has that does nothing: room for the events of a step of each stream, and buffers of deliveries.
template <typename T>
uint64_t getIdleBytes(const Network &network, const TypedPlan<T> &plan) {
  uint64_t bytes = getScratchBytes(plan);
  std::vector<bool> isMade(network.streams.size());
  for (const Task &task : plan.tasks)
    if (task.kind != Task::Kind::Decode && !isMade[task.stream]) {
      isMade[task.stream] = true;
      bytes += getEventBytes<T>(network.streams[task.stream]);
    }
  return bytes;
}

/// What it has beside that to run a sample.
template <typename T>
uint64_t getRunBytes(const Network &network, const TypedPlan<T> &plan, uint32_t steps, Order order,
                     const SettledPlan &settled) {
  const bool settles = order == Order::Layers && !settled.empty() && steps >= settled.end;
  uint64_t bytes = 0;
  std::vector<bool> isCounted(plan.accumulators.size());
  for (size_t g = 0; g < plan.groups.size(); ++g) {
    const Group &group = plan.groups[g];
    const uint32_t stream = plan.tasks[group.tasks.back()].stream;
    const SettledNode *end =
        settles && !settled.groups[g].empty() ? &settled.groups[g].back() : nullptr;
    const bool needsSteps = end && end->kind == SettledNode::Kind::Fire &&
                            (!end->staircase || settled.needsEvents[stream]);
    if (end)
      bytes += getStoreBytes(settled.stores[stream], network.streams[stream].size);
    if (end && !needsSteps)
      continue;
    bytes += getGroupBytes(network, plan, group, isCounted);
    const Range span = plan.spans[stream];
    const uint32_t last = std::min(steps, span.end);
    if (order == Order::Layers && plan.retained[stream] && last > span.begin + 1)
      bytes += (last - span.begin - 1) * getEventBytes<T>(network.streams[stream]);
  }
  return bytes;
}

/// Of the ends of a network: where their numbers lie, and so many bytes of each input value, and the outputs.
MemoryNeed getEndBytes(const Plan &plan, uint64_t ofInput, uint64_t ofAnnInput) {
  const uint64_t inputs = plan.inputOrder.size(), outputs = plan.decodedSize;
  const uint64_t engine = inputs * ofInput + outputs * sizeof(double);
  return {(inputs + outputs) * sizeof(uint32_t), engine,
          engine + inputs * ofAnnInput + outputs * sizeof(double)};
}

MemoryNeed operator+(const MemoryNeed &a, const MemoryNeed &b) {
  return {a.plan + b.plan, a.engine + b.engine, a.ann + b.ann};
}

template <typename T>
MemoryNeed expectOf(const Plan &plan, const TypedPlan<T> &typed, uint32_t steps, Order order) {
  const uint64_t idle = getIdleBytes(plan.network, typed);
  return getEndBytes(plan, 2 * sizeof(T), sizeof(T)) +
         MemoryNeed{getPlanBytes(typed), idle + getRunBytes(plan.network, typed, steps, order, {}),
                    idle + getPassBytes(plan.network, typed)};
}

MemoryNeed expectOf(const Plan &plan, const FixedPlan &fixed, uint32_t steps, Order order) {
  const uint64_t idle = getIdleBytes(plan.network, fixed.typed);
  return getEndBytes(plan, sizeof(int16_t) + sizeof(int32_t), sizeof(double)) +
         MemoryNeed{getPlanBytes(fixed.typed) + getPlanBytes(fixed.ann),
                    idle + getRunBytes(plan.network, fixed.typed, steps, order,
                                       settle(plan.network, fixed)),
                    idle + getPassBytes(plan.network, fixed.ann)};
}

} // namespace
} // namespace detail

MemoryNeed expectMemory(const Program &program, uint32_t steps, Order order) {
  const detail::Plan &plan = *program.plan();
  return std::visit([&](const auto &typed) { return detail::expectOf(plan, typed, steps, order); },
                    plan.typed);
}

} // namespace snn
