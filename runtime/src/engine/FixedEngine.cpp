//===- The engine of integer networks ------------------------------------------------------------------===//
//
// docs/spec/fixed-point.md, event by event: the plan of a real network with integer weights, and neurons
// whose every rounding is that of snn/fixed.h.
//
//===----------------------------------------------------------------------------------------------===//
#include "runtime/src/engine/fixed/FixedAnn.h"
#include "runtime/src/engine/fixed/FixedEncoder.h"
#include "runtime/src/engine/fixed/FixedSources.h"
#include "runtime/src/engine/settled/SettledRunner.h"
#include "runtime/src/engine/steps/GroupSteps.h"
#include "runtime/src/engine/steps/Outputs.h"
#include "runtime/src/engine/update/Updates.h"
#include "snn/fixed.h"

namespace snn::detail {
namespace {

class FixedRunner final : public Runner {
public:
  FixedRunner(const Plan &plan, const FixedPlan &fixed, const EngineOptions &options)
      : plan(plan), network(plan.network), fixed(fixed), typed(fixed.typed),
        sample(plan, typed, options, progress),
        backgrounds(sample, Backgrounds<int32_t>::Early::Added), encoder(plan),
        ann(plan, fixed.ann, FixedValues(fixed)),
        targets(plan, fixed, sample.state, sample.workers.size()),
        sources(fixed, sample, backgrounds, encoder, targets), groups(sample, backgrounds, sources),
        updates(sample, sources, options), settled(fixed, sample) {
    leaveOut();
  }

  void start(const double *values) override {
    encoder.start(values);
    startSample();
  }

  void step() override {
    unsettle();
    groups.setWaiting(!sample.keepsLate);
    runStep(sample, 0, [&](const Group &group, Steps steps) { run(group, steps); });
    groups.setWaiting(false);
  }

  void runLayers(uint32_t steps, const Engine::Visit &visit) override {
    if (sample.isUpdate)
      return updates.runLayers(steps, static_cast<bool>(visit), [&] {
        writeOutput();
        if (visit)
          visit(progress.time);
      });
    if (progress.time > 0)
      unsettle();
    const bool isUnread = settles(progress.time, steps) && !progress.watch;
    sample.reserveSteps(steps, isUnread ? settled.unread() : std::vector<bool>());
    auto runOne = [&](const Group &group, Steps some) { run(group, some); };
    auto runLayer = [&](const Group &group, Steps some) {
      if (!runSettled(group, some))
        run(group, some);
    };
    // Of the steps whose output nobody looks at, none is needed.
    groups.setWaiting(!sample.keepsLate);
    detail::runLayers(sample, steps, runLayer, runOne, [&] {
      if (visit)
        visit(progress.time);
    });
    bringOutput();
    groups.setWaiting(false);
  }

  void bringOutput() override {
    if (!sample.hasStarted)
      return;
    groups.bringLate();
    writeOutput();
  }

  std::optional<Error> update(const double *values) override {
    return updates.begin(values, encoder);
  }

  void evaluate(const double *values, double *result) override { ann.evaluate(values, result); }

  std::vector<double> compareLayers() override {
    unsettle();
    groups.startRest();
    std::vector<double> errors(plan.layers.size(), 0);
    bringOutput();
    ann.run([&](const Task &task, const Events<double> &wanted) {
      if (task.kind == Task::Kind::Fire) {
        const Aligned<int32_t> &found = sample.y[typed.populationOf[task.operation]];
        double error =
            rootMeanSquare(found.size(), [&](size_t i) { return found[i] - wanted.value[i]; });
        const FixedNeuron &form = network.operations[task.operation].fixedNeuron;
        errors[task.layer] = error * getUnit(form.eventFraction);
      } else if (task.kind == Task::Kind::Decode) {
        const Decoder &decoder = plan.decoderOf(task);
        errors[task.layer] = rootMeanSquare(decoder.order.size(), [&](size_t i) {
          return progress.output[decoder.offset + i] - ann.getOutput()[decoder.offset + i];
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
    groups.startRest();
    const std::optional<size_t> p = sample.findNeurons(layer);
    if (!p)
      return false;
    const Population<int32_t> &population = typed.populations[*p];
    const Operation &op = sample.operationOf(population);
    const FixedNeuron &form = op.fixedNeuron;
    std::vector<uint32_t> order = getStorageOrder(network.streams[population.stream].shape);
    for (uint32_t i = 0; i < order.size(); ++i) {
      double x[2] = {0, 0};
      for (size_t n = 0; n < population.terminals.size(); ++n)
        x[n] = this->targets.getEstimate(*p, n, order[i]);
      targets[i] = getTarget(fixed, op, *p, order[i], x) * getUnit(form.operandFraction);
      outputs[i] = sample.y[*p][order[i]] * getUnit(form.eventFraction);
    }
    return true;
  }

private:
  const Plan &plan;
  const Network &network;
  const FixedPlan &fixed;
  const TypedPlan<int32_t> &typed;
  Sample<int32_t> sample;
  Backgrounds<int32_t> backgrounds;
  FixedEncoder encoder;
  FixedAnn ann;
  FixedTargets targets;
  FixedSources sources;
  GroupSteps<int32_t> groups;
  Updates<int32_t> updates;
  SettledRunner settled;
  bool hasSettled =
      false; ///< whether it ran groups of this sample, whose states are not those of the steps
  bool maySettle = true;

  void startSample() {
    groups.restart();
    hasSettled = false;
    for (size_t p = 0; p < typed.populations.size(); ++p)
      if (!sample.startsLater[typed.terminals[typed.populations[p].terminals[0]].accumulator])
        sources.start(p, Range());
    writeOutput();
  }

  void run(const Group &group, Steps steps) {
    if (sample.isUpdate)
      return updates.run(group, steps);
    if (steps.begin == 0 && group.unit == 0)
      startLate(group);
    groups.run(group, steps);
  }

  // ---- Groups without steps ----

  /// Groups that may settle start when they run with steps: most never do.
  void leaveOut() {
    for (size_t g = 0; g < typed.groups.size() && !sample.keepsLate; ++g)
      if (settled.has(g))
        for (uint32_t accumulator : settled.accumulatorsOf(g))
          sample.startsLater[accumulator] = true;
  }

  /// What `leaveOut` left of a group that cannot be divided.
  void startLate(const Group &group) {
    const size_t g = sample.indexOf(group);
    if (sample.keepsLate || !settled.has(g))
      return;
    for (uint32_t accumulator : settled.accumulatorsOf(g))
      sample.state.startLate(typed, accumulator);
    if (typed.tasks[group.tasks.back()].kind == Task::Kind::Fire)
      sources.start(sample.populationOf(group), Range());
  }

  /// Whether layers that run from one step to another one may settle.
  bool settles(uint32_t begin, uint32_t end) const {
    return !sample.keepsLate && maySettle && begin == 0 && end >= settled.end() &&
           !settled.isEmpty();
  }

  /// Runs a group without steps where that gives the same; else does nothing, and says so.
  bool runSettled(const Group &group, Steps steps) {
    const size_t g = sample.indexOf(group);
    if (!settles(steps.begin, steps.end) || !settled.has(g))
      return false;
    if (!hasSettled)
      settled.begin(encoder.getInput());
    hasSettled = true;
    const bool needsSteps = settled.needsSteps(g, static_cast<bool>(progress.watch));
    if (needsSteps) {
      sample.make(group);
      sources.start(sample.populationOf(group), Range());
    }
    settled.run(g, needsSteps);
    if (needsSteps) {
      groups.fireSettled(group, steps);
      settled.keep(g, sample.y[sample.populationOf(group)]);
    }
    return true;
  }

  /// Brings states to where the steps would have: runs the sample once more, with all of them.
  void unsettle() {
    if (!hasSettled)
      return;
    const uint32_t until = progress.time, end = progress.eventsEnd;
    const std::vector<LayerStatistics> counted = progress.statistics;
    Engine::Watch watched = std::exchange(progress.watch, {});
    encoder.restart();
    startSample();
    maySettle = false;
    runLayers(until, {});
    maySettle = true;
    progress.statistics = counted;
    progress.eventsEnd = end;
    progress.watch = std::move(watched);
  }

  void writeOutput() {
    if (!sample.takeArrivals())
      return;
    writeOutputs(plan, progress.output, [&](const Decoder &decoder) {
      const uint32_t p = decoder.population;
      const FixedOutput &form = network.operations[decoder.operation].fixedOutput;
      const Aligned<int32_t> &sums = targets.accumulatorOf(p, 0);
      return [this, p, &form, &sums, unit = getUnit(form.fraction)](uint32_t from) {
        return snn_rescale(sums[from], fixed.multipliers[p][0][from], form.shift) * unit;
      };
    });
  }
};

} // namespace

std::unique_ptr<Runner> makeFixedRunner(const Plan &plan, const FixedPlan &fixed,
                                        const EngineOptions &options) {
  return std::make_unique<FixedRunner>(plan, fixed, options);
}

} // namespace snn::detail
