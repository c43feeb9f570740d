//===- The engine of integer networks ------------------------------------------------------------------===//
//
// docs/spec/fixed-point.md, event by event: the plan of a real network with integer weights, and neurons
// whose every rounding is that of snn/fixed.h.
//
//===----------------------------------------------------------------------------------------------===//
#include "runtime/src/engine/settled/SettledRunner.h"
#include "runtime/src/engine/steps/Unreachable.h"
#include "runtime/src/engine/update/UpdateRunner.h"
#include "runtime/src/kernels/Fire.h"
#include "runtime/src/kernels/Neurons.h"
#include "runtime/src/kernels/Rows.h"
#include "snn/fixed.h"

#include <cmath>
#include <functional>
#include <optional>

namespace snn::detail {
namespace {

/// What an integer with so many fraction bits counts.
double getUnit(int64_t fraction) { return std::ldexp(1.0, -static_cast<int>(fraction)); }

/// What f of a neuron has beside its estimates: the gain of a table, the bounds of a clip.
struct Given {
  double gain = 1;
  double bounds[2] = {0, 0};
};

/// f without rounding, in the fraction bits that it is compared in: of a table, the straight pieces
/// themselves, with its gain.
double getTarget(const Operation &op, const double *x, const Given &given) {
  const std::vector<int16_t> &table = op.fixedNeuron.table;
  double align = op.fixedNeuron.align;
  if (op.function == Function::Mul)
    return x[0] * x[1] * std::exp2(-align);
  if (op.function == Function::Div)
    return x[0] * std::exp2(align) / std::max(x[1], 0.0);
  if (op.function == Function::Norm)
    return x[0] * std::exp2(align / 2) / std::sqrt(std::max(x[1] + op.fixedNeuron.epsilon, 0.0));
  if (table.empty())
    return withFunction(op.function,
                        [&](auto function) { return decltype(function)::value(x, given.bounds); });
  double position = std::clamp((x[0] + 32768) / 256, 0.0, 255.999);
  auto piece = static_cast<size_t>(position);
  return given.gain * (table[piece] +
                       (table[piece + 1] - table[piece]) * (position - static_cast<double>(piece)));
}

class FixedRunner final : public UpdateRunner<int32_t> {
public:
  FixedRunner(const Plan &plan, const FixedPlan &fixed, const EngineOptions &options)

      : UpdateRunner(plan, fixed.typed, options), fixed(fixed), found(workers.size()),
        settled(fixed, {plan, typed, state, workers, pool, smallestPart, statistics, layerThreads,
                        eventsEnd}) {
    input.resize(plan.inputOrder.size());
    encoded.resize(input.size());
    for (const Population<int32_t> &population : typed.populations) {
      uint64_t size = network.streams[population.stream].size;
      bool isShort = operationOf(population).fixedNeuron.stateBits == 16;
      v.emplace_back(population.terminals.size());
      for (Aligned<int16_t> &estimates : v.back())
        estimates.resize(isShort ? size : 0);
    }
    leaveOut();
    for (size_t g = 0; g < typed.groups.size() && keepsLate; ++g)
      make(typed.groups[g]);
  }

  void start(const double *values) override {
    readInput(values, input);
    startSample();
  }

  void evaluate(const double *values, double *result) override {
    annInput.assign(values, values + input.size());
    annOutput.resize(plan.decodedSize);
    unreachable.restart(plan.layers.size());
    runAnn([&](const Task &task, const Events<double> &wanted) { countUnreachable(task, wanted); });
    std::copy(annOutput.begin(), annOutput.end(), result);
  }

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
    runAnn([&](const Task &task, const Events<double> &wanted) {
      if (task.kind == Task::Kind::Fire) {
        const Aligned<int32_t> &found = y[typed.populationOf[task.operation]];
        double error =
            rootMeanSquare(found.size(), [&](size_t i) { return found[i] - wanted.value[i]; });
        const FixedNeuron &form = network.operations[task.operation].fixedNeuron;
        errors[task.layer] = error * getUnit(form.eventFraction);
      } else if (task.kind == Task::Kind::Decode) {
        const Decoder &decoder = plan.decoderOf(task);
        errors[task.layer] = rootMeanSquare(decoder.order.size(), [&](size_t i) {
          return output[decoder.offset + i] - annOutput[decoder.offset + i];
        });
      }
    });
    return errors;
  }

  std::vector<uint64_t> countUnreachable(uint32_t steps) override {
    return unreachable.get(steps, [&] {
      runAnn(
          [&](const Task &task, const Events<double> &wanted) { countUnreachable(task, wanted); });
    });
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
          x[n] = getEstimate(population, p, n, order[i]);
        targets[i] = getTarget(op, x, getGiven(p, order[i])) * getUnit(form.operandFraction);
        outputs[i] = y[p][order[i]] * getUnit(form.eventFraction);
      }
      return true;
    }
    return false;
  }

private:
  const FixedPlan &fixed;
  std::optional<State<double>> annState;
  std::vector<double> annInput, annOutput;      ///< the last input, and what it gave
  Unreachable unreachable;                      ///< of annInput
  std::vector<int16_t> input;                   ///< in storage order
  std::vector<int32_t> encoded;                 ///< the encoder's estimate
  std::vector<int16_t> next;                    ///< of an update
  std::vector<int32_t> inputThresholds;         ///< by channel: a change within it is not sent
  std::vector<std::vector<Aligned<int16_t>>> v; ///< per population and operand: 16-bit states

  static constexpr size_t kNobody = SIZE_MAX;
  /// What a worker's part of a population strives for.
  struct alignas(64) Found {
    std::vector<int32_t> targets,
        others;          ///< of the population that last compared; a second operand
    size_t of = kNobody; ///< that population
    uint64_t after = 0;  ///< the arrivals by then

    bool isOf(size_t p, uint64_t arrivals) const { return of == p && after == arrivals; }
  };
  std::vector<Found> found; ///< by worker
  SettledRunner settled;
  bool hasSettled =
      false; ///< whether it ran groups of this sample, whose states are not those of the steps
  bool maySettle = true;
  static constexpr uint64_t kNever = UINT64_MAX;
  uint64_t written = kNever; ///< the arrivals when the output was last written

  void runAnn(const std::function<void(const Task &, const Events<double> &)> &visit);

  void countUnreachable(const Task &task, const Events<double> &wanted) {
    if (task.kind != Task::Kind::Fire || !unreachable.isAsked())
      return;
    const Operation &op = network.operations[task.operation];
    const std::vector<int32_t> &sizes = op.fixedNeuron.steps;
    double reach = 0;
    const uint64_t done = unreachable.steps() - std::min(unreachable.steps(), op.schedule.start);
    for (size_t k = 0; k < sizes.size() && k < done; ++k)
      reach += sizes[k] + (k + 1 == sizes.size() || k + 1 == done ? sizes[k] : 0);
    const std::vector<int32_t> &initial =
        typed.populations[typed.populationOf[task.operation]].initial;
    unreachable.set(task.layer,
                    detail::countUnreachable(
                        wanted, std::vector<double>(initial.begin(), initial.end()), reach));
  }

  void startSample() {
    std::fill(encoded.begin(), encoded.end(), 0);
    restart();
    hasSettled = false;
    for (size_t p = 0; p < typed.populations.size(); ++p)
      if (!startsLater[typed.terminals[typed.populations[p].terminals[0]].accumulator])
        startPart(p, Range());
    forgetTargets();
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
      settled.begin(input);
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
    startSample();
    maySettle = false;
    GroupRunner<int32_t>::runLayers(until, {});
    maySettle = true;
    statistics = counted;
    eventsEnd = end;
    watch = std::move(watched);
  }

  void forgetTargets() {
    for (Found &mine : found)
      mine.of = kNobody;
  }
  /// Parts may be others than when it last ran.
  void begin(const Group &) override { forgetTargets(); }

  Aligned<int32_t> &accumulatorOf(const Population<int32_t> &population, size_t operand) {
    return state.accumulators[typed.terminals[population.terminals[operand]].accumulator];
  }

  /// The input's multiplier of row-major element i, in channel order.
  size_t channelOf(size_t i) const { return i / (input.size() / network.inputShape[0]); }

  void readInput(const double *values, std::vector<int16_t> &target) const {
    const FixedInput &form = network.operations.front().fixedInput;
    const double scale = form.isByte ? 255 : std::ldexp(1.0, form.rawFraction);
    const double least = form.isByte ? 0 : INT16_MIN, most = form.isByte ? UINT8_MAX : INT16_MAX;
    const size_t perChannel = target.size() / network.inputShape[0];
    for (size_t i = 0; i < target.size(); i += perChannel) {
      const size_t c = i / perChannel;
      for (size_t k = i; k < i + perChannel; ++k) {
        const double raw = std::clamp(std::round(values[k] * scale), least, most);
        // What is no number reads as the least one.
        target[plan.inputOrder[k]] =
            snn_encode(std::isnan(raw) ? static_cast<int32_t>(least) : static_cast<int32_t>(raw),
                       form.multipliers[c], form.offsets[c], form.shift);
      }
    }
  }

  void startPart(size_t p, Range part) override {
    const Population<int32_t> &population = typed.populations[p];
    startOutputs(p, part);
    part.end = part.endOf(y[p].size());
    for (size_t n = 0; n < v[p].size(); ++n)
      startOperand(population, p, n, part);
  }

  /// 32-bit states are the accumulator itself; beside 16-bit states it only holds a step's current.
  void startOperand(const Population<int32_t> &population, size_t p, size_t n, Range part) {
    const FixedNeuron &form = operationOf(population).fixedNeuron;
    const Terminal<int32_t> &terminal = typed.terminals[population.terminals[n]];
    state.start(typed, terminal, part);
    if (v[p][n].empty())
      return;
    Aligned<int32_t> &current = accumulatorOf(population, n);
    std::fill(current.begin() + part.begin, current.begin() + part.end, 0);
    for (uint32_t i = part.begin; i < part.end; ++i)
      v[p][n][i] = snn_requantize(terminal.start[i], fixed.multipliers[p][n][i], form.shifts[n]);
  }

  void writeOutput() override {
    // Between samples and updates, decoders run on the first worker.
    if (!isUpdate && written == workers.front().arrivals)
      return;
    written = workers.front().arrivals;
    for (const Decoder &decoder : plan.decoders) {
      const uint32_t p = decoder.population;
      const FixedOutput &form = network.operations[decoder.operation].fixedOutput;
      const Aligned<int32_t> &sums = accumulatorOf(typed.populations[p], 0);
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
      encode(task, t);
      count(task, state.at(task.stream, t), t);
    } else if (task.kind == Task::Kind::Decode) {
      const Population<int32_t> &population = typed.populations[typed.populationOf[task.operation]];
      addBackgrounds(group, population.terminals, t, Range(), workers.front());
    }
  }

  // ---- Input ----

  void encode(const Task &task, uint32_t t) {
    Events<int32_t> &events = state.at(task.stream, t);
    const Operation &op = network.operations[task.operation];
    const FixedInput &form = op.fixedInput;
    events.clear();
    bool isActive = op.hasSchedule && op.schedule.isActive(t);
    int32_t step = isActive ? form.steps[t - op.schedule.start] : 0;
    if (op.inputCode == InputCode::Direct && t == 0) {
      for (uint32_t i = 0; i < input.size(); ++i)
        if (input[i] != 0)
          events.push(i, input[i]);
    } else if (op.inputCode == InputCode::Float && isActive) {
      for (uint32_t i = 0; i < input.size(); ++i) {
        int32_t change = snn_approach(input[i] - encoded[i], step, form.eventFraction);
        encoded[i] += change;
        if (change != 0)
          events.push(i, change);
      }
    } else if (op.inputCode == InputCode::Spike && isActive) {
      encodeSigns(form, step, events);
    }
  }

  void encodeSigns(const FixedInput &form, int32_t step, Events<int32_t> &events) {
    unsigned up = static_cast<uint32_t>(form.fraction) - form.eventFraction;
    label(step, events);
    auto size = static_cast<uint32_t>(input.size());
    events.count = fillBits(events.fired, {0, size}, [&](uint32_t i) {
      bool isAbove = snn_sign(snn_error(encoded[i], up, input[i]), /*tie_above=*/1) > 0;
      encoded[i] += isAbove ? -step : step;
      return isAbove;
    });
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
    readInput(values, next);
    listChanges(network.inputShape, next, inputThresholds, input, changes);
  }

  /// The largest change of the normalized input that does not exceed it.
  void setInputThreshold(double threshold) override {
    const FixedInput &form = network.operations.front().fixedInput;
    const double unit = form.isByte ? 255 : std::ldexp(1.0, form.rawFraction);
    next.resize(input.size());
    inputThresholds.clear();
    for (int32_t multiplier : form.multipliers)
      inputThresholds.push_back(static_cast<int32_t>(std::min(
          std::floor(std::ldexp(threshold * unit * std::abs(static_cast<double>(multiplier)),
                                -static_cast<int>(form.shift))),
          double{UINT16_MAX})));
  }

  int32_t getHysteresis(const Operation &op) const override {
    constexpr double kNever = 1 << 30; // no error is larger
    const FixedNeuron &form = op.fixedNeuron;
    const double last = std::ldexp(static_cast<double>(form.steps.back()),
                                   static_cast<int>(form.operandFraction - form.eventFraction));
    return static_cast<int32_t>(std::llround(std::min(op.hysteresis * last, kNever)));
  }

  int32_t getLimit(const Operation &op) const override { return op.fixedNeuron.reach(); }

  void forget(Worker<int32_t> &worker) override { found[worker.index].of = kNobody; }

  /// 16-bit states take in this step's current.
  void charge(const Population<int32_t> &population, size_t p, Range part) {
    const FixedNeuron &form = operationOf(population).fixedNeuron;
    for (size_t n = 0; n < v[p].size(); ++n) {
      Aligned<int32_t> &current = accumulatorOf(population, n);
      if (v[p][n].empty())
        continue;
      kernels::charge(current.data(), fixed.multipliers[p][n], form.shifts[n], v[p][n].data(),
                      part);
      std::fill(current.begin() + part.begin, current.begin() + part.end, 0);
    }
  }

  int16_t getEstimate(const Population<int32_t> &population, size_t p, size_t n, uint32_t i) {
    if (!v[p][n].empty())
      return v[p][n][i];
    return snn_requantize(accumulatorOf(population, n)[i], fixed.multipliers[p][n][i],
                          operationOf(population).fixedNeuron.shifts[n]);
  }

  Given getGiven(size_t p, uint32_t i) const {
    Given given;
    if (!fixed.gains[p].empty())
      given.gain =
          fixed.gains[p][i] * getUnit(operationOf(typed.populations[p]).fixedNeuron.gainShift);
    if (fixed.lower[p].empty())
      return given;
    // The last numbers of 16 bits stand for everything beyond them.
    const int32_t lower = fixed.lower[p][i], upper = fixed.upper[p][i];
    given.bounds[0] = lower == INT16_MIN ? -HUGE_VAL : lower;
    given.bounds[1] = upper == INT16_MAX ? HUGE_VAL : upper;
    return given;
  }

  void compare(const Group &group, const Task &task, uint32_t t, Range part,
               Worker<int32_t> &worker) override {
    auto p = static_cast<size_t>(typed.populationOf[task.operation]);
    const Population<int32_t> &population = typed.populations[p];
    const Operation &op = operationOf(population);
    part.end = part.endOf(y[p].size());
    if (isReluOfSums(op, p) && !worker.comparisons.empty())
      return compareSums(group, op, p, t, part, worker);
    addBackgrounds(group, population.terminals, t, part, worker);
    charge(population, p, part);
    if (worker.comparisons.empty())
      return;
    findTargets(op, p, population, part, worker);
    const Found &mine = found[worker.index];
    if (op.function == Function::Div)
      return compareRatios(op, p, part, worker, [&](int64_t e, int16_t a, int16_t b) {
        return snn_compare_quotient(e, a, b, op.fixedNeuron.align);
      });
    if (op.function == Function::Norm)
      return compareRatios(op, p, part, worker, [&](int64_t e, int16_t a, int16_t b) {
        return snn_compare_norm(e, a, b, static_cast<int32_t>(op.fixedNeuron.epsilon),
                                op.fixedNeuron.align);
      });
    fireNeurons(op, getNeurons(op, p, mine.targets.data()), part, worker);
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
    return isRelu && v[p][0].empty();
  }

  /// The most frequent population: everything in one pass over it.
  void compareSums(const Group &group, const Operation &op, size_t p, uint32_t t, Range part,
                   Worker<int32_t> &worker) {
    const Population<int32_t> &population = typed.populations[p];
    kernels::FixedNeurons neurons = getNeurons(op, p, nullptr);
    neurons.sums = accumulatorOf(population, 0).data();
    neurons.multipliers = &fixed.multipliers[p][0];
    neurons.shift = op.fixedNeuron.shifts[0];
    neurons.rises = getRises(group, population.terminals, t, worker);
    fireNeurons(op, neurons, part, worker);
  }

  /// f of a part of a population, once after something has arrived; of quotients and norms the operands, in
  /// `targets` and `others`.
  void findTargets(const Operation &op, size_t p, const Population<int32_t> &population, Range part,
                   Worker<int32_t> &worker) {
    Found &mine = found[worker.index];
    if (mine.isOf(p, worker.arrivals))
      return;
    mine.of = p;
    mine.after = worker.arrivals;
    std::vector<int32_t> &targets = mine.targets, &others = mine.others;
    for (std::vector<int32_t> *buffer : {&targets, &others})
      buffer->resize(std::max(buffer->size(), y[p].size()));
    estimate(population, p, 0, part, targets);
    if (!op.fixedNeuron.table.empty())
      return lookUp(op, p, part, mine);
    if (population.terminals.size() == 2)
      estimate(population, p, 1, part, others);
    switch (op.function) {
    case Function::Div:
    case Function::Norm:
      return;
    case Function::Mul:
      for (uint32_t i = part.begin; i < part.end; ++i)
        targets[i] = snn_product(static_cast<int16_t>(targets[i]), static_cast<int16_t>(others[i]),
                                 op.fixedNeuron.align);
      return;
    case Function::Max:
      for (uint32_t i = part.begin; i < part.end; ++i)
        targets[i] = std::max(targets[i], others[i]);
      return;
    case Function::Min:
      for (uint32_t i = part.begin; i < part.end; ++i)
        targets[i] = std::min(targets[i], others[i]);
      return;
    case Function::Abs:
      for (uint32_t i = part.begin; i < part.end; ++i)
        targets[i] = std::abs(targets[i]);
      return;
    case Function::Clip:
      return kernels::clip(fixed.lower[p], fixed.upper[p], targets.data(), part);
    default:
      for (uint32_t i = part.begin; i < part.end; ++i)
        targets[i] = std::max(targets[i], 0);
    }
  }

  /// Functions that are tables of their own.
  void lookUp(const Operation &op, size_t p, Range part, Found &mine) {
    const Repeated<int32_t> &gains = fixed.gains[p];
    std::vector<int32_t> &values = gains.empty() ? mine.targets : mine.others;
    for (uint32_t i = part.begin; i < part.end; ++i)
      values[i] = snn_table(op.fixedNeuron.table.data(), static_cast<int16_t>(mine.targets[i]));
    if (!gains.empty())
      kernels::requantize(values.data(), gains, op.fixedNeuron.gainShift, mine.targets.data(),
                          part);
  }

  /// The 16-bit estimates of an operand.
  void estimate(const Population<int32_t> &population, size_t p, size_t n, Range part,
                std::vector<int32_t> &estimates) {
    if (v[p][n].empty())
      kernels::requantize(accumulatorOf(population, n).data(), fixed.multipliers[p][n],
                          operationOf(population).fixedNeuron.shifts[n], estimates.data(), part);
    else
      std::copy(v[p][n].begin() + part.begin, v[p][n].begin() + part.end,
                estimates.begin() + part.begin);
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
                     SideOf sideOf) {
    const Found &mine = found[worker.index];
    const FixedNeuron &form = op.fixedNeuron;
    int64_t unit = int64_t{1} << (form.operandFraction - form.eventFraction);
    int tieIsAbove = getInfo(op.function).tie == Tie::Above;
    for (Comparison<int32_t> &comparison : worker.comparisons) {
      Events<int32_t> &events = *comparison.events;
      auto side = [&](uint32_t i, int64_t zone) {
        return sideOf(y[p][i] * unit + zone, static_cast<int16_t>(mine.targets[i]),
                      static_cast<int16_t>(mine.others[i]));
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

/// Real numbers in place of integers, nothing rounded or saturated: the ANN of the integer weights.
/// Calls `visit(task, events)` once a population has its values, and a decoder its outputs.
void FixedRunner::runAnn(const std::function<void(const Task &, const Events<double> &)> &visit) {
  const TypedPlan<double> &ann = fixed.ann;
  if (!annState)
    annState.emplace(network, ann, /*isGraded=*/true);
  auto sumsOf = [&](size_t p, size_t n) -> const Aligned<double> & {
    return annState->accumulators[ann.terminals[ann.populations[p].terminals[n]].accumulator];
  };
  // Operand `n` of neuron `i`, in units of its estimate.
  auto operand = [&](size_t p, size_t n, double unit, uint32_t i) {
    return sumsOf(p, n)[i] * fixed.multipliers[p][n][i] * unit;
  };
  auto run = [&](const Task &task) {
    if (task.kind == Task::Kind::Multiply) {
      detail::multiply(ann, task, *annState);
      return;
    }
    Events<double> &events = annState->at(task.stream, 0);
    const Operation &op = network.operations[task.operation];
    if (task.kind != Task::Kind::Decode)
      events.clear();
    if (task.kind == Task::Kind::Encode) {
      const FixedInput &form = op.fixedInput;
      double unit = form.isByte ? 255 : std::ldexp(1.0, form.rawFraction);
      // Signs are counted in the LSB of steps, everything else in that of the input.
      int down = op.inputCode == InputCode::Spike
                     ? form.fraction - static_cast<int>(form.eventFraction)
                     : 0;
      std::vector<double> all(input.size());
      for (size_t i = 0; i < input.size(); ++i)
        all[plan.inputOrder[i]] = std::ldexp(annInput[i] * unit * form.multipliers[channelOf(i)] +
                                                 form.offsets[channelOf(i)],
                                             -static_cast<int>(form.shift) - down);
      for (uint32_t i = 0; i < all.size(); ++i)
        events.push(i, all[i]);
    } else if (task.kind == Task::Kind::Fire) {
      auto p = static_cast<size_t>(ann.populationOf[task.operation]);
      const FixedNeuron &form = op.fixedNeuron;
      const double perEvent = getUnit(form.operandFraction - form.eventFraction);
      std::vector<double> units;
      for (uint32_t shift : form.shifts)
        units.push_back(getUnit(shift));
      for (uint32_t i = 0; i < network.streams[task.stream].size; ++i) {
        double x[2] = {0, 0};
        for (size_t n = 0; n < units.size(); ++n)
          x[n] = operand(p, n, units[n], i);
        events.push(i, getTarget(op, x, getGiven(p, i)) * perEvent);
      }
    } else if (task.kind == Task::Kind::Decode) {
      const Decoder &decoder = plan.decoderOf(task);
      const FixedOutput &form = network.operations[decoder.operation].fixedOutput;
      for (size_t i = 0; i < decoder.order.size(); ++i)
        annOutput[decoder.offset + i] =
            operand(decoder.population, 0, getUnit(form.shift), decoder.order[i]) *
            getUnit(form.fraction);
    }
    visit(task, events);
  };
  runPass(
      ann, *annState, nullptr, run, [](uint32_t, const Aligned<double> &) {},
      State<double>::PassStart::Silent);
}

} // namespace

std::unique_ptr<Runner> makeFixedRunner(const Plan &plan, const FixedPlan &fixed,
                                        const EngineOptions &options) {
  return std::make_unique<FixedRunner>(plan, fixed, options);
}

} // namespace snn::detail
