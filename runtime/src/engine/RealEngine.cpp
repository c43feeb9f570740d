//===- The engine of real networks ---------------------------------------------------------------------------===//
//
// docs/spec/snn.md in float32 or float64, event by event.
//
//===------------------------------------------------------------------------------------------------===//
#include "runtime/src/engine/steps/Unreachable.h"
#include "runtime/src/engine/update/UpdateRunner.h"
#include "runtime/src/kernels/Fire.h"
#include "runtime/src/kernels/Neurons.h"
#include "runtime/src/kernels/Rows.h"
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
      : Base(plan, typed, options) {
    input.resize(plan.inputOrder.size());
    encoded.resize(input.size());
    for (const Population<T> &population : typed.populations) {
      const Stream &stream = network.streams[population.stream];
      bool averages = isRate(population);
      x.emplace_back(averages ? stream.size : 0, T{0});
      resting.emplace_back(averages ? stream.size : 0, T{0});
      isRateCoded |= averages;
    }
    for (const Delivery<T> &delivery : typed.deliveries)
      if (isRateCoded)
        state.scratch.reserve(delivery);
    for (size_t g = 0; g < typed.groups.size() && this->keepsLate; ++g)
      this->make(typed.groups[g]);
  }

  void start(const double *values) override {
    readInput(values, input);
    std::fill(encoded.begin(), encoded.end(), T{0});
    this->restart();
    for (size_t p = 0; p < y.size(); ++p)
      if (!this->startsLater[terminalOf(p).accumulator])
        this->startOutputs(p, Range());
    if (isRateCoded)
      startRates();
    written = kNever;
    writeOutput();
  }

  void evaluate(const double *values, double *result) override {
    annInput.resize(input.size());
    annOutput.resize(plan.decodedSize);
    readInput(values, annInput);
    unreachable.restart(plan.layers.size());
    runAnn([&](const Task &task, const Events<T> &wanted) { countUnreachable(task, wanted); });
    std::copy(annOutput.begin(), annOutput.end(), result);
  }

  std::vector<double> compareLayers() override {
    this->startRest();
    std::vector<double> errors(plan.layers.size(), 0);
    runAnn([&](const Task &task, const Events<T> &wanted) {
      if (task.kind == Task::Kind::Fire || task.kind == Task::Kind::Integrate)
        errors[task.layer] = getError(y[typed.populationOf[task.operation]], wanted);
      else if (task.kind == Task::Kind::Decode)
        errors[task.layer] = getOutputError(plan.decoderOf(task));
    });
    return errors;
  }

  std::vector<uint64_t> countUnreachable(uint32_t steps) override {
    return unreachable.get(steps, [&] {
      runAnn([&](const Task &task, const Events<T> &wanted) { countUnreachable(task, wanted); });
    });
  }

  bool look(size_t layer, double *targets, double *outputs) override {
    this->startRest();
    for (size_t p = 0; p < typed.populations.size(); ++p) {
      const Population<T> &population = typed.populations[p];
      const Operation &op = operationOf(population);
      if (population.layer != layer || op.kind != Operation::Kind::Neuron)
        continue;
      Neurons<T> neurons = getNeurons(population, state, y[p].data());
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
  std::optional<State<T>> annState;
  std::vector<T> input, annInput;  ///< normalized, in storage order
  std::vector<double> annOutput;   ///< of the last annInput
  Unreachable unreachable;         ///< of annInput
  std::vector<T> encoded;          ///< the encoder's estimate
  std::vector<T> next;             ///< of an update
  std::vector<T> inputThresholds;  ///< by channel: a change within it is not sent
  std::vector<Aligned<T>> x;       ///< per population of rates: the mean of its current
  std::vector<Aligned<T>> resting; ///< per population of rates: its current without a spike
  bool isRateCoded = false;
  static constexpr uint64_t kNever = UINT64_MAX;
  uint64_t written = kNever; ///< the arrivals when the output was last written

  static constexpr double kFullRate = 1; ///< a spike in every step

  /// How far outputs come in `steps` time steps, and one step more, within which a value counts as reached.
  static double getReach(const Schedule &schedule, uint32_t steps) {
    double sum = 0, last = 0;
    for (uint32_t t = 0; t < steps; ++t)
      if (double step = schedule.stepSize(t); step > 0)
        sum += last = step;
    return sum + last;
  }

  bool isDecoder(const Population<T> &population) const {
    return operationOf(population).kind == Operation::Kind::Decode;
  }
  bool isRate(const Population<T> &population) const {
    return network.streams[operationOf(population).inputs[0]].isRate;
  }
  const Terminal<T> &terminalOf(size_t population) const {
    return typed.terminals[typed.populations[population].terminals[0]];
  }

  void readInput(const double *values, std::vector<T> &target) {
    const size_t perChannel = target.size() / network.inputShape[0];
    for (size_t first = 0; first < target.size(); first += perChannel) {
      const double mean = network.mean.empty() ? 0 : network.mean[first / perChannel];
      const double deviation = network.std.empty() ? 1 : network.std[first / perChannel];
      for (size_t i = first; i < first + perChannel; ++i)
        target[plan.inputOrder[i]] = static_cast<T>((values[i] - mean) / deviation);
    }
  }

  void startPart(size_t p, Range part) override {
    for (uint32_t index : typed.populations[p].terminals)
      state.start(typed, typed.terminals[index], part);
    this->startOutputs(p, part);
  }

  /// Rates: the input is the same in every step, so what it gives is computed once. Means begin at
  /// A(0), but for those of decoders, which begin at 0.
  void startRates() {
    for (size_t p = 0; p < x.size(); ++p)
      if (isDecoder(typed.populations[p]))
        std::fill(x[p].begin(), x[p].end(), T{0});
      else
        x[p] = terminalOf(p).start.expand();
    for (uint32_t i = 0; i < network.streams.size(); ++i)
      state.at(i, 0).clear();
    runPass(
        typed, state, &statistics,
        [&](const Task &task) {
          if (task.kind != Task::Kind::Encode)
            return;
          sendAll(input, state.at(task.stream, 0));
          count(task, state.at(task.stream, 0), 0);
        },
        [](uint32_t, const Aligned<T> &) {});
    for (size_t p = 0; p < resting.size(); ++p)
      resting[p] = state.accumulators[terminalOf(p).accumulator];
  }

  void writeOutput() override {
    // Means go on without arrivals. Between samples and updates, decoders run on the first worker.
    if (!isRateCoded && !this->isUpdate && written == workers.front().arrivals)
      return;
    written = workers.front().arrivals;
    for (const Decoder &decoder : plan.decoders) {
      const uint32_t p = decoder.population;
      const Aligned<T> &last =
          isRate(typed.populations[p]) ? x[p] : state.accumulators[terminalOf(p).accumulator];
      for (size_t i = 0; i < decoder.order.size(); ++i)
        output[decoder.offset + i] = static_cast<double>(last[decoder.order[i]]);
    }
  }

  void runSource(const Group &group, const Task &task, uint32_t t) override {
    switch (task.kind) {
    case Task::Kind::Encode:
      return encode(task, t);
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

  // ---- Encode ----

  void encode(const Task &task, uint32_t t) {
    const Operation &op = network.operations[task.operation];
    Events<T> &events = state.at(task.stream, t);
    events.clear();
    T eta = static_cast<T>(op.schedule.stepSize(t));
    if (op.inputCode == InputCode::Direct && t == 0)
      sendAll(input, events);
    else if (op.inputCode == InputCode::Float)
      encodeFloat(eta, events);
    else if (op.inputCode == InputCode::Spike && op.schedule.isActive(t))
      encodeSpikes(eta, events);
    count(task, events, t);
  }

  static void sendAll(const std::vector<T> &values, Events<T> &events) {
    events.clear();
    for (uint32_t i = 0; i < values.size(); ++i)
      if (values[i] != 0)
        events.push(i, values[i]);
  }

  void encodeFloat(T eta, Events<T> &events) {
    for (uint32_t i = 0; i < input.size(); ++i) {
      T change = -eta * (encoded[i] - input[i]);
      encoded[i] += change;
      if (change != 0)
        events.push(i, change);
    }
  }

  void encodeSpikes(T eta, Events<T> &events) {
    labelSigns(eta, events);
    events.count =
        fillBits(events.fired, {0, static_cast<uint32_t>(input.size())}, [&](uint32_t i) {
          bool above = encoded[i] >= input[i];
          encoded[i] += above ? -eta : eta;
          return above;
        });
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

  Neurons<T> getNeurons(const Population<T> &population, State<T> &from, T *outputs) const {
    auto estimates = [&](size_t operand) -> const T * {
      return operand < population.terminals.size()
                 ? from.accumulators[typed.terminals[population.terminals[operand]].accumulator]
                       .data()
                 : nullptr;
    };
    return {{estimates(0), estimates(1)},
            outputs,
            population.range.empty() ? nullptr : &population.range,
            population.parameters.data(),
            static_cast<uint32_t>(network.streams[population.stream].size)};
  }

  void compare(const Group &group, const Task &task, uint32_t t, Range part,
               Worker<T> &worker) override {
    if (worker.comparisons.empty())
      return; // what arrives now is kept, or of no use
    auto p = static_cast<size_t>(typed.populationOf[task.operation]);
    const Population<T> &population = typed.populations[p];
    const Operation &op = operationOf(population);
    Neurons<T> neurons = getNeurons(population, state, y[p].data());
    neurons.rises = this->getRises(group, population.terminals, t, worker);
    if (op.code == SpikeCode::Sign)
      kernels::fireSign<T>(op.function, neurons, worker.comparisons, part);
    else
      kernels::fireTernary<T>(op.function, neurons, worker.comparisons, part);
  }

  // ---- Updates ----

  void change(const double *values, Events<T> &changes) override {
    readInput(values, next);
    listChanges(network.inputShape, next, inputThresholds, input, changes);
  }

  /// The same of every channel before normalization.
  void setInputThreshold(double threshold) override {
    next.resize(input.size());
    inputThresholds.assign(network.inputShape[0], static_cast<T>(threshold));
    for (size_t c = 0; c < network.std.size(); ++c)
      inputThresholds[c] = static_cast<T>(threshold / network.std[c]);
  }

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
    if (!isRate(population))
      return addBackgrounds(group, population.terminals, t, Range(), workers.front());
    average(population, p, t);
    if (task.kind == Task::Kind::Integrate)
      integrate(task, p, t);
  }

  /// Takes this step's current out of the accumulator and into its mean.
  void average(const Population<T> &population, size_t p, uint32_t t) {
    Aligned<T> &current = state.accumulators[terminalOf(p).accumulator];
    T eta = static_cast<T>(operationOf(population).schedule.stepSize(t + 1));
    for (size_t i = 0; i < current.size(); ++i) {
      x[p][i] -= eta * (x[p][i] - current[i]);
      current[i] = resting[p][i];
    }
  }

  void integrate(const Task &task, size_t p, uint32_t t) {
    Events<T> &events = state.at(task.stream, t);
    events.clear();
    events.uniform = 1;
    T eta = static_cast<T>(network.operations[task.operation].schedule.stepSize(t + 1));
    events.count = fillBits(events.fired, {0, static_cast<uint32_t>(y[p].size())}, [&](uint32_t i) {
      bool above = x[p][i] > y[p][i];
      y[p][i] -= eta * (y[p][i] - (above ? T{1} : T{0}));
      return above;
    });
    statistics[task.layer].updates += y[p].size();
    count(task, events, t);
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
                      static_cast<T>(annOutput[decoder.offset + i]);
    return getNorm(difference);
  }

  static double getNorm(const std::vector<T> &difference) {
    double squares = 0;
    for (T number : difference)
      squares += static_cast<double>(number) * static_cast<double>(number);
    return std::sqrt(squares / static_cast<double>(difference.size()));
  }

  void countUnreachable(const Task &task, const Events<T> &wanted) {
    const bool integrates = task.kind == Task::Kind::Integrate;
    if ((task.kind != Task::Kind::Fire && !integrates) || !unreachable.isAsked())
      return;
    unreachable.set(task.layer,
                    detail::countUnreachable(
                        wanted, typed.populations[typed.populationOf[task.operation]].initial,
                        integrates ? kFullRate
                                   : getReach(network.operations[task.operation].schedule,
                                              unreachable.steps())));
  }

  /// Calls `visit(task, events)` once a population has its values, and a decoder its outputs.
  template <typename Visit>
  void runAnn(Visit visit) {
    if (!annState)
      annState.emplace(network, typed, /*isGraded=*/true);
    auto run = [&](const Task &task) {
      evaluateSource(task);
      visit(task, std::as_const(annState->at(task.stream, 0)));
    };
    runPass(
        typed, *annState, nullptr, run, [](uint32_t, const Aligned<T> &) {},
        State<T>::PassStart::Silent);
  }

  void evaluateSource(const Task &task) {
    if (task.kind == Task::Kind::Multiply) {
      detail::multiply(typed, task, *annState);
      return;
    }
    if (task.kind == Task::Kind::Decode) {
      const Decoder &decoder = plan.decoderOf(task);
      const Aligned<T> &last = annState->accumulators[terminalOf(decoder.population).accumulator];
      for (size_t i = 0; i < decoder.order.size(); ++i)
        annOutput[decoder.offset + i] = static_cast<double>(last[decoder.order[i]]);
      return;
    }
    Events<T> &events = annState->at(task.stream, 0);
    events.clear();
    if (task.kind == Task::Kind::Encode)
      return sendAll(annInput, events);
    const Population<T> &population = typed.populations[typed.populationOf[task.operation]];
    Neurons<T> neurons = getNeurons(population, *annState, nullptr);
    withFunction(operationOf(population).function,
                 [&](auto function) { detail::evaluate<decltype(function)>(neurons, events); });
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
