//===- Ann: the ANN that a network stands for ------------------------------------------------------------------------===//
//
// Each neuron gives its function's value: what the events of a sample are to add up to. What its sources give, the values of
// each kind of network say.
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

/// The numbers of one pass.
template <typename T>
struct AnnPass {
  const Plan &plan;
  const TypedPlan<T> &typed;
  std::optional<State<T>> state; ///< made when it first runs

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
};

/// `Values` has the `Number` of the pass, and
///   read(pass, raw)                       keeps raw numbers, in row-major order, in the form that `encode` wants
///   encode(pass, events)                  what the encoder gives
///   fire(pass, task, events)              what a population gives
///   decode(pass, decoder, i)              number `i`, in storage order, of what a decoder holds
///   countBeyond(pass, task, wanted, steps)   how many of a population's values it cannot reach in so many time steps
template <typename Values>
class Ann {
public:
  using T = typename Values::Number;
  /// Gets a population once it has its values, and a decoder once it has its outputs.
  using Visit = std::function<void(const Task &, const Events<T> &)>;

  Ann(const Plan &plan, const TypedPlan<T> &typed, Values values)
      : pass{plan, typed, {}}, values(std::move(values)) {}

  /// Of raw numbers, in row-major order.
  void evaluate(const double *raw, double *result) {
    values.read(pass, raw);
    output.resize(pass.plan.decodedSize);
    unreachable.restart(pass.plan.layers.size());
    runAndCount();
    std::copy(output.begin(), output.end(), result);
  }

  /// For the same numbers once more.
  void run(const Visit &visit) {
    if (!pass.state)
      pass.state.emplace(pass.plan.network, pass.typed, /*isGraded=*/true);
    auto source = [&](const Task &task) {
      runSource(task);
      visit(task, std::as_const(pass.state->at(task.stream, 0)));
    };
    runPass(
        pass.typed, *pass.state, nullptr, source, [](uint32_t, const Aligned<T> &) {},
        State<T>::PassStart::Silent);
  }

  /// Of the last numbers, row-major, by decoder.
  const std::vector<double> &getOutput() const { return output; }

  /// By layer: how many values neurons cannot reach in so many time steps.
  std::vector<uint64_t> countUnreachable(uint32_t steps) {
    return unreachable.get(steps, [&] { runAndCount(); });
  }

private:
  AnnPass<T> pass;
  Values values;
  std::vector<double> output;
  Unreachable unreachable; ///< of the last numbers

  void runAndCount() {
    run([&](const Task &task, const Events<T> &wanted) {
      const bool sends = task.kind == Task::Kind::Fire || task.kind == Task::Kind::Integrate;
      if (sends && unreachable.isAsked())
        unreachable.set(task.layer, values.countBeyond(pass, task, wanted, unreachable.steps()));
    });
  }

  void runSource(const Task &task) {
    if (task.kind == Task::Kind::Multiply) {
      multiply(pass.typed, task, *pass.state);
    } else if (task.kind == Task::Kind::Decode) {
      const Decoder &decoder = pass.plan.decoderOf(task);
      for (size_t i = 0; i < decoder.order.size(); ++i)
        output[decoder.offset + i] = values.decode(pass, decoder, decoder.order[i]);
    } else {
      Events<T> &events = pass.state->at(task.stream, 0);
      events.clear();
      if (task.kind == Task::Kind::Encode)
        values.encode(pass, events);
      else
        values.fire(pass, task, events);
    }
  }
};

} // namespace snn::detail

#endif
