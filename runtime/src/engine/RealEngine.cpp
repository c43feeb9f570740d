//===- The engine of real networks ---------------------------------------------------------------------------===//
//
// docs/spec/snn.md in float32 or float64, event by event.
//
//===------------------------------------------------------------------------------------------------===//
#include "runtime/src/engine/real/Rates.h"
#include "runtime/src/engine/real/RealAnn.h"
#include "runtime/src/engine/real/RealEncoder.h"
#include "runtime/src/engine/update/UpdateRunner.h"
#include "runtime/src/kernels/Fire.h"
#include "runtime/src/kernels/Neurons.h"
#include <cmath>

namespace snn::detail {
namespace {

template <typename T>
class RealRunner final : public UpdateRunner<T> {
  using Base = UpdateRunner<T>;
  using Base::addBackgrounds, Base::count, Base::network, Base::operationOf, Base::output,
      Base::pending, Base::plan, Base::state, Base::statistics, Base::typed, Base::workers, Base::y;

public:
  RealRunner(const Plan &plan, const TypedPlan<T> &typed, const EngineOptions &options)
      : Base(plan, typed, options), encoder(plan), ann(plan, typed), rates(network, typed) {
    for (const Delivery<T> &delivery : typed.deliveries)
      if (!rates.isEmpty())
        state.scratch.reserve(delivery);
    for (size_t g = 0; g < typed.groups.size() && this->keepsLate; ++g)
      this->make(typed.groups[g]);
  }

  void start(const double *values) override {
    encoder.start(values);
    this->restart();
    for (size_t p = 0; p < y.size(); ++p)
      if (!this->startsLater[terminalOf(p).accumulator])
        this->startOutputs(p, Range());
    if (!rates.isEmpty())
      startRates();
    written = kNever;
    writeOutput();
  }

  void evaluate(const double *values, double *result) override { ann.evaluate(values, result); }

  std::vector<double> compareLayers() override {
    this->startRest();
    std::vector<double> errors(plan.layers.size(), 0);
    ann.run([&](const Task &task, const Events<T> &wanted) {
      if (task.kind == Task::Kind::Fire || task.kind == Task::Kind::Integrate)
        errors[task.layer] = getError(y[typed.populationOf[task.operation]], wanted);
      else if (task.kind == Task::Kind::Decode)
        errors[task.layer] = getOutputError(plan.decoderOf(task));
    });
    return errors;
  }

  std::vector<uint64_t> countUnreachable(uint32_t steps) override {
    return ann.countUnreachable(steps);
  }

  bool look(size_t layer, double *targets, double *outputs) override {
    this->startRest();
    for (size_t p = 0; p < typed.populations.size(); ++p) {
      const Population<T> &population = typed.populations[p];
      const Operation &op = operationOf(population);
      if (population.layer != layer || op.kind != Operation::Kind::Neuron)
        continue;
      Neurons<T> neurons = getNeurons<T>(network, typed, population, state, y[p].data());
      std::vector<uint32_t> order = getStorageOrder(network.streams[population.stream].shape);
      withFunction(op.function, [&](auto function) {
        using F = decltype(function);
        for (uint32_t i = 0; i < neurons.count; ++i) {
          Operands<F, T> operands(neurons, order[i]);
          T unit = neurons.range ? (*neurons.range)[order[i]] : T{1};
          targets[i] = static_cast<double>(F::value(operands.x, neurons.parameters) / unit);
          outputs[i] = static_cast<double>(neurons.y[order[i]]);
        }
      });
      return true;
    }
    return false;
  }

private:
  RealEncoder<T> encoder;
  RealAnn<T> ann;
  Rates<T> rates;
  static constexpr uint64_t kNever = UINT64_MAX;
  uint64_t written = kNever; ///< the arrivals when the output was last written

  const Terminal<T> &terminalOf(size_t population) const {
    return typed.terminals[typed.populations[population].terminals[0]];
  }

  void startPart(size_t p, Range part) override {
    for (uint32_t index : typed.populations[p].terminals)
      state.start(typed, typed.terminals[index], part);
    this->startOutputs(p, part);
  }

  /// The input is the same in every step, so what it gives is computed once.
  void startRates() {
    rates.start();
    for (uint32_t i = 0; i < network.streams.size(); ++i)
      state.at(i, 0).clear();
    runPass(
        typed, state, &statistics,
        [&](const Task &task) {
          if (task.kind != Task::Kind::Encode)
            return;
          sendAll(encoder.getInput(), state.at(task.stream, 0));
          count(task, state.at(task.stream, 0), 0);
        },
        [](uint32_t, const Aligned<T> &) {});
    rates.rest(state);
  }

  void writeOutput() override {
    // Means go on without arrivals. Between samples and updates, decoders run on the first worker.
    if (rates.isEmpty() && !this->isUpdate && written == workers.front().arrivals)
      return;
    written = workers.front().arrivals;
    for (const Decoder &decoder : plan.decoders) {
      const uint32_t p = decoder.population;
      const Aligned<T> &last = rates.has(typed.populations[p])
                                   ? rates.getMeans(p)
                                   : state.accumulators[terminalOf(p).accumulator];
      for (size_t i = 0; i < decoder.order.size(); ++i)
        output[decoder.offset + i] = static_cast<double>(last[decoder.order[i]]);
    }
  }

  void runSource(const Group &group, const Task &task, uint32_t t) override {
    switch (task.kind) {
    case Task::Kind::Encode:
      encoder.encode(t, state.at(task.stream, t));
      return count(task, state.at(task.stream, t), t);
    case Task::Kind::Integrate:
    case Task::Kind::Decode:
      return receive(group, task, t);
    case Task::Kind::Multiply:
      return multiply(group, task, t);
    case Task::Kind::Fire:
    case Task::Kind::Deliver:
    case Task::Kind::Harvest:
      return;
    }
  }

  // ---- Changes ----

  /// Of a step before the start, and everything of it, until then.
  void wait(const Group &group, uint32_t t) override {
    auto keep = [&](const std::vector<uint32_t> &terminals) {
      for (uint32_t index : terminals)
        for (size_t b = 0; b < pending[index].size(); ++b)
          pending[index][b] += state.at(typed.terminals[index].backgrounds[b].stream, t).stepSize;
    };
    for (uint32_t i : group.tasks) {
      const Task &task = typed.tasks[i];
      if (task.kind == Task::Kind::Fire)
        keep(typed.populations[typed.populationOf[task.operation]].terminals);
      else if (task.kind == Task::Kind::Multiply)
        keep(typed.products[task.delivery].terminals);
    }
  }

  /// Before the neurons behind it compare, changes are only gathered.
  void multiply(const Group &group, const Task &task, uint32_t t) {
    if (t < group.start)
      return;
    addBackgrounds(group, typed.products[task.delivery].terminals, t, Range(), workers.front());
    if (t >= group.end && !this->keepsLate)
      return;
    this->runProduct(task);
  }

  void compare(const Group &group, const Task &task, uint32_t t, Range part,
               Worker<T> &worker) override {
    if (worker.comparisons.empty())
      return; // what arrives now is kept, or of no use
    auto p = static_cast<size_t>(typed.populationOf[task.operation]);
    const Population<T> &population = typed.populations[p];
    const Operation &op = operationOf(population);
    Neurons<T> neurons = getNeurons<T>(network, typed, population, state, y[p].data());
    neurons.rises = this->getRises(group, population.terminals, t, worker);
    if (op.code == SpikeCode::Sign)
      kernels::fireSign<T>(op.function, neurons, worker.comparisons, part);
    else
      kernels::fireTernary<T>(op.function, neurons, worker.comparisons, part);
  }

  // ---- Updates ----

  void change(const double *values, Events<T> &changes) override {
    encoder.change(values, changes);
  }

  void setInputThreshold(double threshold) override { encoder.setThreshold(threshold); }

  T getHysteresis(const Operation &op) const override {
    return static_cast<T>(op.hysteresis) *
           getStep(op, op.schedule.start + static_cast<uint32_t>(op.schedule.steps) - 1);
  }

  T getLimit(const Operation &op) const override {
    double reach = 0;
    for (int32_t k = 0; k < op.schedule.steps; ++k)
      reach += op.schedule.stepSize(op.schedule.start + static_cast<uint32_t>(k));
    return static_cast<T>(reach * (1 + std::ldexp(1.0, -20)));
  }

  T getStep(const Operation &op, uint32_t t) const override {
    return static_cast<T>(op.schedule.stepSize(t));
  }
  T getZone(const Operation &op, uint32_t t) const override {
    return static_cast<T>(op.deadZoneAt(t - op.schedule.start)) * getStep(op, t);
  }

  // ---- Rates, and decoders ----

  void receive(const Group &group, const Task &task, uint32_t t) {
    auto p = static_cast<size_t>(typed.populationOf[task.operation]);
    const Population<T> &population = typed.populations[p];
    if (!rates.has(population))
      return addBackgrounds(group, population.terminals, t, Range(), workers.front());
    rates.average(p, t, state);
    if (task.kind == Task::Kind::Integrate) {
      Events<T> &events = state.at(task.stream, t);
      rates.integrate(p, t, y[p], events);
      statistics[task.layer].updates += y[p].size();
      count(task, events, t);
    }
  }

  // ---- The ANN ----

  /// Root mean square of the differences between estimates and the values that graded events carry.
  static double getError(const Aligned<T> &estimates, const Events<T> &wanted) {
    std::vector<T> difference(estimates.begin(), estimates.end());
    for (uint32_t i = 0; i < wanted.count; ++i)
      difference[wanted.index[i]] -= wanted.value[i];
    return getNorm(difference);
  }

  double getOutputError(const Decoder &decoder) const {
    std::vector<T> difference(decoder.order.size());
    for (size_t i = 0; i < difference.size(); ++i)
      difference[i] = static_cast<T>(output[decoder.offset + i]) -
                      static_cast<T>(ann.getOutput()[decoder.offset + i]);
    return getNorm(difference);
  }

  static double getNorm(const std::vector<T> &difference) {
    double squares = 0;
    for (T number : difference)
      squares += static_cast<double>(number) * static_cast<double>(number);
    return std::sqrt(squares / static_cast<double>(difference.size()));
  }
};

} // namespace

std::unique_ptr<Runner> makeRealRunner(const Plan &plan, const TypedPlan<float> &typed,
                                       const EngineOptions &options) {
  return std::make_unique<RealRunner<float>>(plan, typed, options);
}
std::unique_ptr<Runner> makeRealRunner(const Plan &plan, const TypedPlan<double> &typed,
                                       const EngineOptions &options) {
  return std::make_unique<RealRunner<double>>(plan, typed, options);
}

} // namespace snn::detail
