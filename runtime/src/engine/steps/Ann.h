//===- Ann: the ANN that a network stands for ------------------------------------------------------------------------===//
//
// Each neuron gives its function's value: what the events of a sample are to add up to. `T` are the numbers of the pass; what
// its sources give is for each kind of network to say.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_ANN_H
#define SNN_SRC_ENGINE_STEPS_ANN_H

#include "runtime/src/engine/steps/Unreachable.h"
#include "runtime/src/kernels/Neurons.h"
#include "runtime/src/plan/State.h"
#include <functional>
#include <optional>

namespace snn::detail {

template <typename T>
class Ann {
public:
  /// Gets a population once it has its values, and a decoder once it has its outputs.
  using Visit = std::function<void(const Task &, const Events<T> &)>;

  virtual ~Ann() = default;

  /// Of raw numbers, in row-major order.
  void evaluate(const double *values, double *result) {
    read(values);
    output.resize(plan.decodedSize);
    unreachable.restart(plan.layers.size());
    runAndCount();
    std::copy(output.begin(), output.end(), result);
  }

  /// For the same numbers once more.
  void run(const Visit &visit) {
    if (!state)
      state.emplace(plan.network, typed, /*isGraded=*/true);
    auto source = [&](const Task &task) {
      runSource(task);
      visit(task, std::as_const(state->at(task.stream, 0)));
    };
    runPass(
        typed, *state, nullptr, source, [](uint32_t, const Aligned<T> &) {},
        State<T>::PassStart::Silent);
  }

  /// Of the last numbers, row-major, by decoder.
  const std::vector<double> &getOutput() const { return output; }

  /// By layer: how many values neurons cannot reach in so many time steps.
  std::vector<uint64_t> countUnreachable(uint32_t steps) {
    return unreachable.get(steps, [&] { runAndCount(); });
  }

protected:
  const Plan &plan;
  const TypedPlan<T> &typed;
  std::optional<State<T>> state; ///< made when it first runs

  Ann(const Plan &plan, const TypedPlan<T> &typed) : plan(plan), typed(typed) {}

  const Operation &operationOf(const Task &task) const {
    return plan.network.operations[task.operation];
  }
  size_t populationOf(const Task &task) const {
    return static_cast<size_t>(typed.populationOf[task.operation]);
  }
  /// What the operand of a population sums up to.
  const Aligned<T> &sumsOf(size_t population, size_t operand) const {
    return state->accumulators[typed.terminals[typed.populations[population].terminals[operand]]
                                   .accumulator];
  }

private:
  std::vector<double> output;
  Unreachable unreachable; ///< of the last numbers

  /// Keeps raw numbers, in the form that `encode` wants.
  virtual void read(const double *values) = 0;
  virtual void encode(Events<T> &events) const = 0;
  /// What a population gives.
  virtual void fire(const Task &task, Events<T> &events) const = 0;
  /// Number `i`, in storage order, of what a decoder holds.
  virtual double decode(const Decoder &decoder, uint32_t i) const = 0;
  /// How many of the values of a population it cannot reach in so many time steps.
  virtual uint64_t countBeyond(const Task &task, const Events<T> &wanted, uint32_t steps) const = 0;

  void runAndCount() {
    run([&](const Task &task, const Events<T> &wanted) {
      const bool sends = task.kind == Task::Kind::Fire || task.kind == Task::Kind::Integrate;
      if (sends && unreachable.isAsked())
        unreachable.set(task.layer, countBeyond(task, wanted, unreachable.steps()));
    });
  }

  void runSource(const Task &task) {
    if (task.kind == Task::Kind::Multiply) {
      multiply(typed, task, *state);
    } else if (task.kind == Task::Kind::Decode) {
      const Decoder &decoder = plan.decoderOf(task);
      for (size_t i = 0; i < decoder.order.size(); ++i)
        output[decoder.offset + i] = decode(decoder, decoder.order[i]);
    } else {
      Events<T> &events = state->at(task.stream, 0);
      events.clear();
      if (task.kind == Task::Kind::Encode)
        encode(events);
      else
        fire(task, events);
    }
  }
};

} // namespace snn::detail

#endif
