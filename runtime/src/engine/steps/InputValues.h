//===- InputValues: what the input is, and what was sent of it ------------------------------------------------===//
//
// The three codes of an input, and the changes of an update; how an error is measured is for the encoder of each kind of
// network to say. `T` are the numbers of events, `Number` those of the input, both in storage order.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_INPUTVALUES_H
#define SNN_SRC_ENGINE_STEPS_INPUTVALUES_H

#include "runtime/src/engine/steps/Signs.h"
#include "runtime/src/kernels/Neurons.h"
#include <cmath>

namespace snn::detail {

/// All that are not 0, as graded events.
template <typename T, typename Number>
void sendAll(const std::vector<Number> &values, Events<T> &events) {
  events.clear();
  events.makeRoom(values.size());
  for (uint32_t i = 0; i < values.size(); ++i)
    if (values[i] != 0)
      events.push(i, values[i]);
}

template <typename T, typename Number>
class InputValues {
public:
  std::vector<Number> now;   ///< the input
  std::vector<Number> next;  ///< that of an update
  std::vector<T> thresholds; ///< by channel: the largest change that an update does not send

  explicit InputValues(size_t size) : now(size), sent(size) {}

  /// Nothing has been sent of the input.
  void restart() { std::fill(sent.begin(), sent.end(), T{0}); }

  /// The float code: sends `changeOf(value, sent)` where it is not 0.
  template <typename ChangeOf>
  void sendChanges(Events<T> &events, ChangeOf changeOf) {
    events.makeRoom(now.size());
    for (uint32_t i = 0; i < now.size(); ++i) {
      const T change = changeOf(now[i], sent[i]);
      sent[i] += change;
      if (change != 0)
        events.push(i, change);
    }
  }

  /// The sign code: an event where `isAbove(value, sent)`, which then goes down by a step, and up elsewhere.
  template <typename IsAbove>
  void sendSigns(T step, Events<T> &events, IsAbove isAbove) {
    labelSigns(step, events);
    const auto size = static_cast<uint32_t>(now.size());
    events.count = fillBits(events.fired, {0, size}, [&](uint32_t i) {
      const bool isDown = isAbove(now[i], sent[i]);
      sent[i] += isDown ? -step : step;
      return isDown;
    });
  }

  /// Lists where `next` is farther from the input than the threshold of its channel, and takes it as what is sent there. In
  /// storage order the channels of planes (`shape` has three dimensions) come last. Without a branch for each: of a camera's
  /// noise none could be foretold.
  void sendUpdate(const std::vector<uint32_t> &shape, Events<T> &changes) {
    const uint32_t channels = shape[0];
    const auto perChannel = static_cast<uint32_t>(now.size() / channels);
    const uint32_t outer = shape.size() == 3 ? perChannel : channels,
                   inner = shape.size() == 3 ? channels : perChannel;
    changes.makeRoom(size_t{changes.count} + now.size());
    uint32_t count = changes.count, i = 0;
    for (uint32_t o = 0; o < outer; ++o)
      for (uint32_t k = 0; k < inner; ++k, ++i) {
        const T change = next[i] - now[i];
        const bool isSent = std::abs(change) > thresholds[shape.size() == 3 ? k : o];
        changes.index[count] = i;
        changes.value[count] = change;
        count += isSent;
        now[i] = isSent ? next[i] : now[i];
      }
    changes.count = count;
  }

private:
  std::vector<T> sent; ///< what the events so far add up to
};

} // namespace snn::detail

#endif
