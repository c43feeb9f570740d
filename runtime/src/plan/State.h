//===- State: the memory of one running sample, and the passes through it -------------------------------------===//
#ifndef SNN_SRC_PLAN_STATE_H
#define SNN_SRC_PLAN_STATE_H

#include "runtime/src/plan/Plan.h"
#include "snn/Engine.h"
#include "snn/fixed.h"
#include <algorithm>
#include <cmath>
#include <span>

namespace snn::detail {

/// What a requantize makes of element `i` of a sum: exactly what integers say, of real numbers the change of
/// scale alone, of magnitudes a bound.
template <typename T>
T applyRounding(const Rounding &rounding, size_t i, T sum) {
  if constexpr (std::is_same_v<T, int32_t>) {
    return snn_estimate(sum, rounding.multipliers[i], rounding.shift, rounding.limit);
  } else {
    double scaled = std::ldexp(static_cast<double>(sum) * rounding.multipliers[i],
                               -static_cast<int>(rounding.shift));
    return static_cast<T>(rounding.isBound ? std::min<double>(scaled + 1, rounding.limit) : scaled);
  }
}

template <typename T>
struct State {
  std::vector<Aligned<T>> accumulators;
  std::vector<bool> isTouched; ///< by accumulator: whether there is something to harvest
  Scratch<T> scratch;

  /// Of a bilinear synapse: its operands. Of a requantize: the sum, and what it passes on.
  struct ProductState {
    std::vector<T> estimates[2];
    Events<T> changes[2];
  };
  std::vector<ProductState> products;

  /// With `isGraded` all events are: for passes that send numbers.
  State(const Network &network, const TypedPlan<T> &plan, bool isGraded = false)
      : isTouched(plan.accumulators.size(), false), trains(network.streams.size()) {
    for (uint64_t size : plan.accumulators)
      accumulators.emplace_back(size, T{0});
    for (const Delivery<T> &delivery : plan.deliveries)
      scratch.reserve(delivery);
    std::vector<bool> sends(network.streams.size(), false);
    for (const Task &task : plan.tasks)
      sends[task.stream] = sends[task.stream] || task.kind != Task::Kind::Decode;
    for (size_t i = 0; i < network.streams.size(); ++i) {
      const Stream &stream = network.streams[i];
      auto form =
          stream.isSpikes && !isGraded ? Events<T>::getForm(stream.code) : Events<T>::Form::Graded;
      trains[i].steps.emplace_back(sends[i] ? stream.size : 0, form);
      trains[i].silent = Events<T>(0, form);
    }
    for (const PlannedProduct &planned : plan.products) {
      ProductState &product = products.emplace_back();
      for (int n : {0, 1}) {
        const Terminal<T> &terminal =
            plan.terminals[planned.rounding ? planned.terminals[0] : planned.terminals[n]];
        uint64_t size = plan.accumulators[terminal.accumulator];
        product.estimates[n].resize(size);
        product.changes[n] = Events<T>(size, Events<T>::Form::Graded);
      }
    }
  }

  /// Before the first step: every estimate at A of what all outputs start at, or, with `silent`, at A(0). But for
  /// the accumulators that start `later`.
  void start(const TypedPlan<T> &plan, bool silent = false, const std::vector<bool> &later = {}) {
    for (size_t i = 0; i < accumulators.size(); ++i)
      if (later.empty() || !later[i])
        std::fill(accumulators[i].begin(), accumulators[i].end(), T{0});
    for (const Terminal<T> &terminal : plan.terminals)
      if (later.empty() || !later[terminal.accumulator])
        accumulators[terminal.accumulator] =
            silent && !terminal.silent.empty() ? terminal.silent : terminal.start;
    for (size_t i = 0; i < products.size(); ++i)
      if (later.empty() || !later[plan.terminals[plan.products[i].terminals[0]].accumulator])
        startProduct(plan, i);
  }

  /// One of those, and the synapse that keeps estimates of it, if one does.
  void startLate(const TypedPlan<T> &plan, uint32_t accumulator) {
    std::fill(accumulators[accumulator].begin(), accumulators[accumulator].end(), T{0});
    for (const Terminal<T> &terminal : plan.terminals)
      if (terminal.accumulator == accumulator)
        accumulators[accumulator] = terminal.start;
    for (size_t i = 0; i < products.size(); ++i)
      if (plan.terminals[plan.products[i].terminals[0]].accumulator == accumulator)
        startProduct(plan, i);
  }

  /// A part of one of those.
  void start(const Terminal<T> &terminal, Range part) {
    Aligned<T> &sums = accumulators[terminal.accumulator];
    std::copy(terminal.start.begin() + part.begin, terminal.start.begin() + part.endOf(sums.size()),
              sums.begin() + part.begin);
  }

  /// Takes what the accumulators of a synapse that keeps estimates hold for where these start.
  void startProduct(const TypedPlan<T> &plan, size_t i) {
    const PlannedProduct &planned = plan.products[i];
    for (size_t n = 0; n < planned.terminals.size(); ++n) {
      Aligned<T> &start = accumulators[plan.terminals[planned.terminals[n]].accumulator];
      products[i].estimates[n].assign(start.begin(), start.end());
      std::fill(start.begin(), start.end(), T{0});
    }
    for (size_t k = 0; planned.rounding && k < products[i].estimates[0].size(); ++k)
      products[i].estimates[1][k] =
          applyRounding(*planned.rounding, k, products[i].estimates[0][k]);
  }

  /// The events of a stream in time step `t`: a place of their own where room was made for that many
  /// steps, else the only one there is.
  Events<T> &at(uint32_t stream, uint32_t t) { return trains[stream].at(t); }
  const Events<T> &at(uint32_t stream, uint32_t t) const {
    return const_cast<Train &>(trains[stream]).at(t);
  }

  /// Those of the steps from `t` on, before `end`, in which the stream may have some, as far as there is room.
  std::span<const Events<T>> from(uint32_t stream, uint32_t t, uint32_t end) const {
    const Train &train = trains[stream];
    if (t >= train.reserved)
      return {train.steps.data(), 1};
    const uint32_t first = std::max(t, train.span.begin),
                   last = std::min({end, train.reserved, train.span.end});
    if (first >= last)
      return {};
    return {train.steps.data() + (first - train.span.begin), last - first};
  }

  /// Makes room for the events of `steps` time steps on the streams that are read across groups, but for those whose
  /// events nobody makes.
  void reserveSteps(const Network &network, const TypedPlan<T> &plan, uint32_t steps,
                    const std::vector<bool> &unmade = {}) {
    for (size_t i = 0; i < trains.size(); ++i) {
      Train &train = trains[i];
      if (!plan.retained[i] || train.reserved >= steps || (!unmade.empty() && unmade[i]))
        continue;
      train.reserved = steps;
      train.span = plan.spans[i];
      const uint32_t end = std::min(steps, train.span.end);
      while (train.span.begin + train.steps.size() < end)
        train.steps.emplace_back(network.streams[i].size, train.steps[0].form);
    }
  }

private:
  struct Train {
    std::vector<Events<T>> steps; ///< at least one
    Range span; ///< the first `reserved` time steps have theirs, but only those in the span
    uint32_t reserved = 0;
    Events<T> silent; ///< of all others

    Events<T> &at(uint32_t t) {
      if (t >= reserved)
        return steps.front();
      return span.has(t) ? steps[t - span.begin] : silent;
    }
  };
  std::vector<Train> trains; ///< by stream
};

/// Turns what an accumulator holds into graded events, and empties it.
template <typename T>
void harvest(Aligned<T> &accumulator, Events<T> &events) {
  collect(accumulator.data(), static_cast<uint32_t>(accumulator.size()), events);
  std::fill(accumulator.begin(), accumulator.end(), T{0});
}

/// Takes the changes of a sum to the accumulator of a requantize.
template <typename T>
uint64_t requantize(const PlannedProduct &planned, typename State<T>::ProductState &product,
                    Aligned<T> &accumulator) {
  const Events<T> &changes = product.changes[0];
  for (uint32_t e = 0; e < changes.count; ++e) {
    uint32_t i = changes.index[e];
    T &sum = product.estimates[0][i], &passed = product.estimates[1][i];
    sum += changes.value[e];
    T now = applyRounding(*planned.rounding, i, sum);
    accumulator[i] += now - passed;
    passed = now;
  }
  return changes.count;
}

/// Takes the changes that the operands of a synapse which keeps estimates have gathered to its accumulator.
template <typename T>
uint64_t multiply(const TypedPlan<T> &plan, const Task &task, State<T> &state) {
  const PlannedProduct &planned = plan.products[task.delivery];
  auto &product = state.products[task.delivery];
  if (planned.rounding) {
    harvest(state.accumulators[plan.terminals[planned.terminals[0]].accumulator],
            product.changes[0]);
    return requantize(planned, product, state.accumulators[task.accumulator]);
  }
  for (int n : {0, 1})
    harvest(state.accumulators[plan.terminals[planned.terminals[n]].accumulator],
            product.changes[n]);
  return multiply(planned.product, product.changes, product.estimates[0].data(),
                  product.estimates[1].data(), state.accumulators[task.accumulator].data());
}

/// Runs the tasks once: deliveries and harvests here, all others by `source(task)`.
template <typename T, typename Source>
void runPass(const TypedPlan<T> &plan, State<T> &state, std::vector<LayerStatistics> *statistics,
             Source source) {
  for (const Task &task : plan.tasks) {
    Events<T> &events = state.at(task.stream, 0);
    if (task.kind == Task::Kind::Harvest) {
      harvest(state.accumulators[task.accumulator], events);
    } else if (task.kind == Task::Kind::Deliver) {
      if (events.count == 0)
        continue;
      const Delivery<T> &delivery = plan.deliveries[task.delivery];
      deliver(delivery, events, state.scratch, state.accumulators[task.accumulator].data());
      if (statistics) {
        LayerStatistics &layer = (*statistics)[task.layer];
        uint64_t operations = countOperations(delivery, events);
        layer.synapticOps += operations;
        layer.gradedOps += events.form == Events<T>::Form::Graded ? operations : 0;
      }
    } else {
      source(task);
    }
  }
}

} // namespace snn::detail

#endif
