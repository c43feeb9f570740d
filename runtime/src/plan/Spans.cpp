//===- The time steps in which streams carry events -----------------------------------------------------------===//
#include "runtime/src/plan/Groups.h"

namespace snn::detail {

namespace {

constexpr Range kNever{UINT32_MAX, 0};

Range unite(Range a, Range b) { return {std::min(a.begin, b.begin), std::max(a.end, b.end)}; }

Range getSpan(const Schedule &schedule) {
  const bool hasEnd = schedule.steps >= 0;
  return {schedule.start,
          hasEnd ? schedule.start + static_cast<uint32_t>(schedule.steps) : UINT32_MAX};
}

Range getSpan(const Operation &encode) {
  if (encode.inputCode == InputCode::Direct)
    return {0, 1};
  return encode.hasSchedule ? getSpan(encode.schedule) : Range();
}

/// Before a group starts nothing goes on; what came by then does at its start.
Range delay(Range span, const Group &group) {
  if (span == kNever)
    return span;
  return {std::max(span.begin, group.start), std::max(span.end, group.start + 1)};
}

} // namespace

template <typename T>
void findSpans(const Network &network, TypedPlan<T> &plan) {
  plan.spans.assign(network.streams.size(), kNever);
  std::vector<Range> arrivals(plan.accumulators.size(), kNever);
  for (const Group &group : plan.groups)
    for (uint32_t i : group.tasks) {
      const Task &task = plan.tasks[i];
      const Operation &op = network.operations[task.operation];
      Range &span = plan.spans[task.stream];
      switch (task.kind) {
      case Task::Kind::Encode:
        span = getSpan(op);
        break;
      case Task::Kind::Fire:
        span = getSpan(op.schedule);
        break;
      case Task::Kind::Integrate:
        span = Range();
        break;
      case Task::Kind::Harvest:
        span = arrivals[task.accumulator];
        break;
      case Task::Kind::Deliver:
        arrivals[task.accumulator] =
            unite(arrivals[task.accumulator], task.isInner ? span : delay(span, group));
        break;
      case Task::Kind::Multiply:
        for (uint32_t index : plan.products[task.delivery].terminals) {
          const Terminal<T> &terminal = plan.terminals[index];
          Range operand = arrivals[terminal.accumulator];
          for (const Background<T> &background : terminal.backgrounds)
            operand = unite(operand, plan.spans[background.stream]);
          arrivals[task.accumulator] = unite(arrivals[task.accumulator], delay(operand, group));
        }
        break;
      case Task::Kind::Decode:
        break;
      }
    }
}

#define SNN_INSTANTIATE(T) template void findSpans(const Network &, TypedPlan<T> &);
SNN_INSTANTIATE(float)
SNN_INSTANTIATE(double)
SNN_INSTANTIATE(int32_t)
#undef SNN_INSTANTIATE

} // namespace snn::detail
