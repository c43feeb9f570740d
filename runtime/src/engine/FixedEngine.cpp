//===- The engine of integer networks ------------------------------------------------------------------===//
//
// docs/spec/fixed-point.md, event by event: the plan of a real network with integer weights, and neurons
// whose every rounding is that of snn/fixed.h.
//
//===----------------------------------------------------------------------------------------------===//
#include "runtime/src/engine/fixed/FixedAnn.h"
#include "runtime/src/engine/fixed/FixedEncoder.h"
#include "runtime/src/engine/fixed/FixedTargets.h"
#include "runtime/src/engine/settled/SettledRunner.h"
#include "runtime/src/engine/update/UpdateRunner.h"
#include "runtime/src/kernels/Fire.h"
#include "runtime/src/kernels/Neurons.h"
#include "snn/fixed.h"
#include <cmath>

namespace snn::detail {
namespace {

class FixedRunner final : public UpdateRunner<int32_t> {
public:
  FixedRunner(const Plan &plan, const FixedPlan &fixed, const EngineOptions &options)
      : UpdateRunner(plan, fixed.typed, options), fixed(fixed), encoder(plan), ann(plan, fixed),
        targets(plan, fixed, state, workers.size()),
        settled(fixed, {plan, typed, state, workers, pool, smallestPart, statistics, layerThreads,
                        eventsEnd}) {
    leaveOut();
    for (size_t g = 0; g < typed.groups.size() && keepsLate; ++g)
      make(typed.groups[g]);
  }

  void start(const double *values) override {
    encoder.start(values);
    startSample();
  }

  void evaluate(const double *values, double *result) override { ann.evaluate(values, result); }

  std::vector<double> compareLayers() override {
    unsettle();
    startRest();
    std::vector<double> errors(plan.layers.size(), 0);
    auto rootMeanSquare = [](size_t count, auto difference) {
      double sum = 0;
      for (size_t i = 0; i < count; ++i)
        sum += difference(i) * difference(i);
      return std::sqrt(sum / static_cast<double>(count));
    };
    ann.run([&](const Task &task, const Events<double> &wanted) {
      if (task.kind == Task::Kind::Fire) {
        const Aligned<int32_t> &found = y[typed.populationOf[task.operation]];
        double error =
            rootMeanSquare(found.size(), [&](size_t i) { return found[i] - wanted.value[i]; });
        const FixedNeuron &form = network.operations[task.operation].fixedNeuron;
        errors[task.layer] = error * getUnit(form.eventFraction);
      } else if (task.kind == Task::Kind::Decode) {
        const Decoder &decoder = plan.decoderOf(task);
        errors[task.layer] = rootMeanSquare(decoder.order.size(), [&](size_t i) {
          return output[decoder.offset + i] - ann.getOutput()[decoder.offset + i];
        });
      }
    });
    return errors;
  }

  std::vector<uint64_t> countUnreachable(uint32_t steps) override {
    return ann.countUnreachable(steps);
  }

  bool look(size_t layer, double *targets, double *outputs) override {
    unsettle();
    startRest();
    for (size_t p = 0; p < typed.populations.size(); ++p) {
      const Population<int32_t> &population = typed.populations[p];
      const Operation &op = operationOf(population);
      if (population.layer != layer || op.kind != Operation::Kind::Neuron)
        continue;
      const FixedNeuron &form = op.fixedNeuron;
      std::vector<uint32_t> order = getStorageOrder(network.streams[population.stream].shape);
      for (uint32_t i = 0; i < order.size(); ++i) {
        double x[2] = {0, 0};
        for (size_t n = 0; n < population.terminals.size(); ++n)
          x[n] = this->targets.getEstimate(p, n, order[i]);
        targets[i] = getTarget(fixed, op, p, order[i], x) * getUnit(form.operandFraction);
        outputs[i] = y[p][order[i]] * getUnit(form.eventFraction);
      }
      return true;
    }
    return false;
  }

private:
  const FixedPlan &fixed;
  FixedEncoder encoder;
  FixedAnn ann;
  FixedTargets targets;
  SettledRunner settled;
  bool hasSettled =
      false; ///< whether it ran groups of this sample, whose states are not those of the steps
  bool maySettle = true;
  static constexpr uint64_t kNever = UINT64_MAX;
  uint64_t written = kNever; ///< the arrivals when the output was last written

  void startSample() {
    restart();
    hasSettled = false;
    for (size_t p = 0; p < typed.populations.size(); ++p)
      if (!startsLater[typed.terminals[typed.populations[p].terminals[0]].accumulator])
        startPart(p, Range());
    targets.forget();
    written = kNever;
    writeOutput();
  }

  /// Groups that may settle start when they run with steps: most never do.
  void leaveOut() {
    for (size_t g = 0; g < typed.groups.size() && !keepsLate; ++g)
      if (settled.has(g))
        for (uint32_t accumulator : settled.accumulatorsOf(g))
          startsLater[accumulator] = true;
  }

  void startLate(const Group &group) override {
    const size_t g = static_cast<size_t>(&group - typed.groups.data());
    if (keepsLate || !settled.has(g))
      return;
    for (uint32_t accumulator : settled.accumulatorsOf(g))
      state.startLate(typed, accumulator);
    if (typed.tasks[group.tasks.back()].kind == Task::Kind::Fire)
      startPart(populationOf(group), Range());
  }

  /// Whether layers that run from one step to another one may settle.
  bool settles(uint32_t begin, uint32_t end) const {
    return !keepsLate && maySettle && begin == 0 && end >= settled.end() && !settled.isEmpty();
  }

  void reserveSteps(uint32_t steps) override {
    const bool isUnread = settles(time, steps) && !watch;
    state.reserveSteps(network, typed, steps, isUnread ? settled.unread() : std::vector<bool>());
  }

  bool runSettled(size_t g, GroupRunner<int32_t>::Steps steps) override {
    if (!settles(steps.begin, steps.end) || !settled.has(g))
      return false;
    if (!hasSettled)
      settled.begin(encoder.getInput());
    hasSettled = true;
    const Group &group = typed.groups[g];
    const bool needsSteps = settled.needsSteps(g, static_cast<bool>(watch));
    if (needsSteps) {
      make(group);
      startPart(populationOf(group), Range());
    }
    settled.run(g, needsSteps);
    if (needsSteps) {
      fireSettled(group, steps);
      settled.keep(g, y[populationOf(group)]);
    }
    return true;
  }

  /// Runs the sample once more, with all steps.
  void unsettle() override {
    if (!hasSettled)
      return;
    const uint32_t until = time, end = eventsEnd;
    const std::vector<LayerStatistics> counted = statistics;
    Engine::Watch watched = std::move(watch);
    watch = {};
    encoder.restart();
    startSample();
    maySettle = false;
    GroupRunner<int32_t>::runLayers(until, {});
    maySettle = true;
    statistics = counted;
    eventsEnd = end;
    watch = std::move(watched);
  }

  /// Parts may be others than when it last ran.
  void begin(const Group &) override { targets.forget(); }

  void startPart(size_t p, Range part) override {
    startOutputs(p, part);
    targets.start(p, part);
  }

  void writeOutput() override {
    // Between samples and updates, decoders run on the first worker.
    if (!isUpdate && written == workers.front().arrivals)
      return;
    written = workers.front().arrivals;
    for (const Decoder &decoder : plan.decoders) {
      const uint32_t p = decoder.population;
      const FixedOutput &form = network.operations[decoder.operation].fixedOutput;
      const Aligned<int32_t> &sums = targets.accumulatorOf(p, 0);
      const double unit = getUnit(form.fraction);
      for (size_t i = 0; i < decoder.order.size(); ++i) {
        uint32_t from = decoder.order[i];
        int32_t value = snn_rescale(sums[from], fixed.multipliers[p][0][from], form.shift);
        output[decoder.offset + i] = value * unit;
      }
    }
  }

  void runSource(const Group &group, const Task &task, uint32_t t) override {
    if (task.kind == Task::Kind::Multiply)
      return multiply(group, task, t);
    if (task.kind == Task::Kind::Encode) {
      encoder.encode(t, state.at(task.stream, t));
      count(task, state.at(task.stream, t), t);
    } else if (task.kind == Task::Kind::Decode) {
      const Population<int32_t> &population = typed.populations[typed.populationOf[task.operation]];
      addBackgrounds(group, population.terminals, t, Range(), workers.front());
    }
  }

  // ---- Neurons ----

  void wait(const Group &, uint32_t) override {} // backgrounds are added in every step

  /// Before the neurons behind it compare, changes are only gathered.
  void multiply(const Group &group, const Task &task, uint32_t t) {
    addBackgrounds(group, typed.products[task.delivery].terminals, t, Range(), workers.front());
    if (t < group.start || (t >= group.end && !keepsLate))
      return;
    runProduct(task);
  }

  // ---- Updates ----

  void change(const double *values, Events<int32_t> &changes) override {
    encoder.change(values, changes);
  }

  void setInputThreshold(double threshold) override { encoder.setThreshold(threshold); }

  int32_t getHysteresis(const Operation &op) const override {
    constexpr double kNever = 1 << 30; // no error is larger
    const FixedNeuron &form = op.fixedNeuron;
    const double last = std::ldexp(static_cast<double>(form.steps.back()),
                                   static_cast<int>(form.operandFraction - form.eventFraction));
    return static_cast<int32_t>(std::llround(std::min(op.hysteresis * last, kNever)));
  }

  int32_t getLimit(const Operation &op) const override { return op.fixedNeuron.reach(); }

  void forget(Worker<int32_t> &worker) override { targets.forget(worker); }

  void compare(const Group &group, const Task &task, uint32_t t, Range part,
               Worker<int32_t> &worker) override {
    auto p = static_cast<size_t>(typed.populationOf[task.operation]);
    const Population<int32_t> &population = typed.populations[p];
    const Operation &op = operationOf(population);
    part.end = part.endOf(y[p].size());
    if (isReluOfSums(op, p) && !worker.comparisons.empty())
      return compareSums(group, op, p, t, part, worker);
    addBackgrounds(group, population.terminals, t, part, worker);
    targets.charge(p, part);
    if (worker.comparisons.empty())
      return;
    const FixedTargets::Found &found = targets.find(p, part, worker);
    if (op.function == Function::Div)
      return compareRatios(op, p, part, worker, found, [&](int64_t e, int16_t a, int16_t b) {
        return snn_compare_quotient(e, a, b, op.fixedNeuron.align);
      });
    if (op.function == Function::Norm)
      return compareRatios(op, p, part, worker, found, [&](int64_t e, int16_t a, int16_t b) {
        return snn_compare_norm(e, a, b, static_cast<int32_t>(op.fixedNeuron.epsilon),
                                op.fixedNeuron.align);
      });
    fireNeurons(op, getNeurons(op, p, found.targets.data()), part, worker);
  }

  int32_t getStep(const Operation &op, uint32_t t) const override {
    return op.fixedNeuron.steps[t - op.schedule.start];
  }
  int32_t getZone(const Operation &op, uint32_t t) const override {
    return op.code == SpikeCode::Ternary ? op.fixedNeuron.zones[t - op.schedule.start] : 0;
  }

  bool isReluOfSums(const Operation &op, size_t p) const {
    // The error of an update may be anything, and its dead zones are wider.
    const bool isRelu = op.function == Function::Relu || (fixed.isRelu[p] && !isUpdate);
    return isRelu && targets.areSums(p);
  }

  /// The most frequent population: everything in one pass over it.
  void compareSums(const Group &group, const Operation &op, size_t p, uint32_t t, Range part,
                   Worker<int32_t> &worker) {
    const Population<int32_t> &population = typed.populations[p];
    kernels::FixedNeurons neurons = getNeurons(op, p, nullptr);
    neurons.sums = targets.accumulatorOf(p, 0).data();
    neurons.multipliers = &fixed.multipliers[p][0];
    neurons.shift = op.fixedNeuron.shifts[0];
    neurons.rises = getRises(group, population.terminals, t, worker);
    fireNeurons(op, neurons, part, worker);
  }

  kernels::FixedNeurons getNeurons(const Operation &op, size_t p, const int32_t *targets) {
    const FixedNeuron &form = op.fixedNeuron;
    return {y[p].data(), static_cast<uint32_t>(y[p].size()),
            form.operandFraction - form.eventFraction, targets};
  }

  static void fireNeurons(const Operation &op, const kernels::FixedNeurons &neurons, Range part,
                          Worker<int32_t> &worker) {
    if (op.code == SpikeCode::Sign)
      kernels::fireSign(neurons, getInfo(op.function).tie == Tie::Above, worker.comparisons, part);
    else
      kernels::fireTernary(neurons, worker.comparisons, part);
  }

  /// The same where `sideOf(e, a, b)` says on which side of f(a, b) e lies.
  template <typename SideOf>
  void compareRatios(const Operation &op, size_t p, Range part, Worker<int32_t> &worker,
                     const FixedTargets::Found &found, SideOf sideOf) {
    const FixedNeuron &form = op.fixedNeuron;
    int64_t unit = int64_t{1} << (form.operandFraction - form.eventFraction);
    int tieIsAbove = getInfo(op.function).tie == Tie::Above;
    for (Comparison<int32_t> &comparison : worker.comparisons) {
      Events<int32_t> &events = *comparison.events;
      auto side = [&](uint32_t i, int64_t zone) {
        return sideOf(y[p][i] * unit + zone, static_cast<int16_t>(found.targets[i]),
                      static_cast<int16_t>(found.others[i]));
      };
      auto isSent = [&](uint32_t i) {
        int sign = op.code == SpikeCode::Sign               ? snn_sign(side(i, 0), tieIsAbove)
                   : side(i, -int64_t{comparison.zone}) > 0 ? 1
                   : side(i, comparison.zone) < 0           ? -1
                                                            : 0;
        y[p][i] -= sign * comparison.step;
        if (op.code == SpikeCode::Sign)
          return sign > 0;
        events.negative[i / 64] |= uint64_t{sign > 0} << (i % 64);
        return sign != 0;
      };
      if (op.code == SpikeCode::Ternary)
        std::fill(events.negative.begin() + part.begin / 64,
                  events.negative.begin() + (part.end + 63) / 64, 0);
      comparison.sent = fillBits(events.fired, part, isSent);
    }
  }
};

} // namespace

std::unique_ptr<Runner> makeFixedRunner(const Plan &plan, const FixedPlan &fixed,
                                        const EngineOptions &options) {
  return std::make_unique<FixedRunner>(plan, fixed, options);
}

} // namespace snn::detail
