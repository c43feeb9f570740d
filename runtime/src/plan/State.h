//===- State: the memory of one running sample, and the passes through it -------------------------------------===//
#ifndef SNN_SRC_PLAN_STATE_H
#define SNN_SRC_PLAN_STATE_H

#include "runtime/src/plan/PassMemory.h"
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

  /// With `isGraded` all events are: for passes that send numbers, which enter and leave each task.
  State(const Network &network, const TypedPlan<T> &plan, bool isGraded = false)
      : isTouched(plan.accumulators.size(), false), trains(network.streams.size()) {
    if (isGraded)
      memory = PassMemory<T>(network, plan);
    accumulators.resize(plan.accumulators.size());
    for (const Delivery<T> &delivery : plan.deliveries)
      if (isGraded)
        scratch.reserve(delivery);
    std::vector<bool> sends(network.streams.size(), false);
    for (const Task &task : plan.tasks)
      sends[task.stream] = sends[task.stream] || task.kind != Task::Kind::Decode;
    for (size_t i = 0; i < network.streams.size(); ++i) {
      const Stream &stream = network.streams[i];
      auto form =
          stream.isSpikes && !isGraded ? Events<T>::getForm(stream.code) : Events<T>::Form::Graded;
      trains[i].steps.emplace_back(sends[i] && !isGraded ? stream.size : 0, form);
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

  /// Makes an accumulator, if it is not there yet: those of groups that run without steps never need be.
  Aligned<T> &make(const TypedPlan<T> &plan, uint32_t accumulator) {
    if (accumulators[accumulator].empty())
      accumulators[accumulator].assign(plan.accumulators[accumulator], T{0});
    return accumulators[accumulator];
  }

  static void clear(Aligned<T> &sums) { std::fill(sums.begin(), sums.end(), T{0}); }

  /// Before the first step: every estimate at A of what all outputs start at, but for the accumulators that start `later`.
  void start(const TypedPlan<T> &plan, const std::vector<bool> &later = {}) {
    for (size_t i = 0; i < accumulators.size(); ++i)
      if (later.empty() || !later[i])
        clear(make(plan, static_cast<uint32_t>(i)));
    for (const Terminal<T> &terminal : plan.terminals)
      if (later.empty() || !later[terminal.accumulator])
        start(plan, terminal, Range());
    for (size_t i = 0; i < products.size(); ++i)
      if (later.empty() || !later[plan.terminals[plan.products[i].terminals[0]].accumulator])
        startProduct(plan, i);
  }

  /// Where the accumulators of a pass begin.
  enum class PassStart {
    Zero,
    Assumed, ///< at A of what all outputs start at
    Silent   ///< at A(0), of which synapses that keep estimates take theirs
  };

  /// Before a task of a pass: what it touches is there.
  void enter(const TypedPlan<T> &plan, uint32_t i, PassStart from = PassStart::Zero) {
    if (!memory.isUsed())
      return;
    const Task &task = plan.tasks[i];
    forAccumulators(plan, task, [&](uint32_t a) { enterAccumulator(plan, a, from); });
    if (hasEvents(task) && trains[task.stream].steps[0].index.empty())
      memory.takeEvents(task.stream, trains[task.stream].steps[0]);
  }
  Aligned<T> &enterAccumulator(const TypedPlan<T> &plan, uint32_t a,
                               PassStart from = PassStart::Zero) {
    if (!accumulators[a].empty())
      return accumulators[a];
    accumulators[a] = memory.takeSums(plan.accumulators[a]);
    std::fill(accumulators[a].begin(), accumulators[a].end(), T{0});
    if (from == PassStart::Zero)
      return accumulators[a];
    for (const Terminal<T> &terminal : plan.terminals)
      if (terminal.accumulator == a)
        copy(from == PassStart::Silent && !terminal.silent.empty() ? terminal.silent
                                                                   : terminal.start,
             Range(), accumulators[a]);
    for (size_t p = 0; from == PassStart::Silent && p < products.size(); ++p)
      for (size_t n = 0; n < plan.products[p].terminals.size(); ++n)
        if (plan.terminals[plan.products[p].terminals[n]].accumulator == a)
          startOperand(plan, p, n);
    return accumulators[a];
  }

  /// After it: what no task touches any more goes, accumulators with a `visit(accumulator, sums)`.
  template <typename Visit>
  void leave(const TypedPlan<T> &plan, uint32_t i, Visit visit) {
    if (!memory.isUsed())
      return;
    const Task &task = plan.tasks[i];
    forAccumulators(plan, task, [&](uint32_t a) {
      if (!memory.isLast(i, a) || accumulators[a].empty())
        return;
      visit(a, std::as_const(accumulators[a]));
      memory.giveBack(accumulators[a]);
    });
    if (hasEvents(task) && memory.isLastOfStream(i, task.stream))
      memory.giveBack(trains[task.stream].steps[0]);
  }

  /// One of those, and the synapse that keeps estimates of it, if one does.
  void startLate(const TypedPlan<T> &plan, uint32_t accumulator) {
    clear(make(plan, accumulator));
    for (const Terminal<T> &terminal : plan.terminals)
      if (terminal.accumulator == accumulator)
        start(plan, terminal, Range());
    for (size_t i = 0; i < products.size(); ++i)
      if (plan.terminals[plan.products[i].terminals[0]].accumulator == accumulator)
        startProduct(plan, i);
  }

  /// A part of one of those, which is there; all of one, which is made.
  void start(const TypedPlan<T> &plan, const Terminal<T> &terminal, Range part) {
    copy(terminal.start, part,
         part == Range() ? make(plan, terminal.accumulator) : accumulators[terminal.accumulator]);
  }

  /// Takes what the accumulators of a synapse that keeps estimates hold for where these start.
  void startProduct(const TypedPlan<T> &plan, size_t i) {
    for (size_t n = 0; n < plan.products[i].terminals.size(); ++n)
      startOperand(plan, i, n);
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
  /// events nobody makes. Graded events get theirs when there are some: changes of sums reach few of many steps.
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
        train.steps.emplace_back(
            train.steps[0].form == Events<T>::Form::Graded ? 0 : network.streams[i].size,
            train.steps[0].form);
    }
  }

private:
  PassMemory<T> memory; ///< of a pass

  static void copy(const Repeated<T> &from, Range part, Aligned<T> &to) {
    from.copy(part.begin, part.endOf(to.size()), to.data() + part.begin);
  }

  void startOperand(const TypedPlan<T> &plan, size_t i, size_t n) {
    const PlannedProduct &planned = plan.products[i];
    Aligned<T> &start = accumulators[plan.terminals[planned.terminals[n]].accumulator];
    products[i].estimates[n].assign(start.begin(), start.end());
    std::fill(start.begin(), start.end(), T{0});
    for (size_t k = 0; planned.rounding && k < products[i].estimates[0].size(); ++k)
      products[i].estimates[1][k] =
          applyRounding(*planned.rounding, k, products[i].estimates[0][k]);
  }

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
  events.makeRoom(accumulator.size());
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

/// Runs the tasks once: deliveries and harvests here, all others by `source(task)`. Of a state of a pass, calls
/// `done(accumulator, sums)` once nothing is added any more.
template <typename T, typename Source, typename Done>
void runPass(const TypedPlan<T> &plan, State<T> &state, std::vector<LayerStatistics> *statistics,
             Source source, Done done,
             typename State<T>::PassStart from = State<T>::PassStart::Zero) {
  for (uint32_t i = 0; i < plan.tasks.size(); ++i) {
    const Task &task = plan.tasks[i];
    state.enter(plan, i, from);
    Events<T> &events = state.at(task.stream, 0);
    if (task.kind == Task::Kind::Harvest) {
      harvest(state.accumulators[task.accumulator], events);
    } else if (task.kind != Task::Kind::Deliver) {
      source(task);
    } else if (events.count > 0) {
      const Delivery<T> &delivery = plan.deliveries[task.delivery];
      deliver(delivery, events, state.scratch, state.accumulators[task.accumulator].data());
      if (statistics) {
        LayerStatistics &layer = (*statistics)[task.layer];
        uint64_t operations = countOperations(delivery, events);
        layer.synapticOps += operations;
        layer.gradedOps += events.form == Events<T>::Form::Graded ? operations : 0;
      }
    }
    state.leave(plan, i, done);
  }
}

} // namespace snn::detail

#endif
