//===- The engine of real networks ---------------------------------------------------------------------------===//
//
// docs/spec/snn.md in float32 or float64, event by event.
//
//===------------------------------------------------------------------------------------------------===//
#include "runtime/src/engine/real/RealAnn.h"
#include "runtime/src/engine/real/RealSources.h"
#include "runtime/src/engine/steps/GroupSteps.h"
#include "runtime/src/engine/steps/Outputs.h"
#include "runtime/src/engine/update/Updates.h"

namespace snn::detail {
namespace {

template <typename T>
class RealRunner final : public Runner {
public:
  RealRunner(const Plan &plan, const TypedPlan<T> &typed, const EngineOptions &options)
      : plan(plan), network(plan.network), typed(typed), sample(plan, typed, options, progress),
        backgrounds(sample, Backgrounds<T>::Early::Kept), encoder(plan),
        ann(plan, typed, RealValues<T>()), rates(network, typed),
        sources(sample, backgrounds, encoder, rates), groups(sample, backgrounds, sources),
        updates(sample, sources, options) {
    for (const Delivery<T> &delivery : typed.deliveries)
      if (!rates.isEmpty())
        sample.state.scratch.reserve(delivery);
  }

  void start(const double *values) override {
    encoder.start(values);
    groups.restart();
    for (size_t p = 0; p < typed.populations.size(); ++p)
      if (!sample.startsLater[terminalOf(p).accumulator])
        sample.startOutputs(p, Range());
    if (!rates.isEmpty())
      startRates();
    writeOutput();
  }

  void step() override {
    runStep(sample, 0, [&](const Group &group, Steps steps) { run(group, steps); });
    writeOutput();
  }

  void runLayers(uint32_t steps, const Engine::Visit &visit) override {
    auto done = [&] {
      writeOutput();
      if (visit)
        visit(progress.time);
    };
    if (sample.isUpdate)
      return updates.runLayers(steps, static_cast<bool>(visit), done);
    sample.reserveSteps(steps);
    auto runOne = [&](const Group &group, Steps some) { run(group, some); };
    detail::runLayers(sample, steps, runOne, runOne, done);
  }

  std::optional<Error> update(const double *values) override {
    return updates.begin(values, encoder);
  }

  void evaluate(const double *values, double *result) override { ann.evaluate(values, result); }

  std::vector<double> compareLayers() override {
    groups.startRest();
    std::vector<double> errors(plan.layers.size(), 0);
    ann.run([&](const Task &task, const Events<T> &wanted) {
      if (task.kind == Task::Kind::Fire || task.kind == Task::Kind::Integrate)
        errors[task.layer] = getError(sample.y[typed.populationOf[task.operation]], wanted);
      else if (task.kind == Task::Kind::Decode)
        errors[task.layer] = getOutputError(plan.decoderOf(task));
    });
    return errors;
  }

  std::vector<uint64_t> countUnreachable(uint32_t steps) override {
    return ann.countUnreachable(steps);
  }

  bool look(size_t layer, double *targets, double *outputs) override {
    groups.startRest();
    const std::optional<size_t> p = sample.findNeurons(layer);
    if (!p)
      return false;
    const Population<T> &population = typed.populations[*p];
    Neurons<T> neurons =
        getNeurons<T>(network, typed, population, sample.state, sample.y[*p].data());
    std::vector<uint32_t> order = getStorageOrder(network.streams[population.stream].shape);
    withFunction(sample.operationOf(population).function, [&](auto function) {
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

private:
  const Plan &plan;
  const Network &network;
  const TypedPlan<T> &typed;
  Sample<T> sample;
  Backgrounds<T> backgrounds;
  RealEncoder<T> encoder;
  RealAnn<T> ann;
  Rates<T> rates;
  RealSources<T> sources;
  GroupSteps<T> groups;
  Updates<T> updates;

  const Terminal<T> &terminalOf(size_t population) const {
    return typed.terminals[typed.populations[population].terminals[0]];
  }

  void run(const Group &group, Steps steps) {
    sample.isUpdate ? updates.run(group, steps) : groups.run(group, steps);
  }

  /// The input is the same in every step, so what it gives is computed once.
  void startRates() {
    rates.start();
    for (uint32_t i = 0; i < network.streams.size(); ++i)
      sample.state.at(i, 0).clear();
    runPass(
        typed, sample.state, &progress.statistics,
        [&](const Task &task) {
          if (task.kind != Task::Kind::Encode)
            return;
          sendAll(encoder.getInput(), sample.state.at(task.stream, 0));
          sample.count(task, sample.state.at(task.stream, 0), 0);
        },
        [](uint32_t, const Aligned<T> &) {});
    rates.rest(sample.state);
  }

  void writeOutput() {
    // Means go on without arrivals.
    if (const bool hasNew = sample.takeArrivals(); rates.isEmpty() && !hasNew)
      return;
    writeOutputs(plan, progress.output, [&](const Decoder &decoder) {
      const uint32_t p = decoder.population;
      const Aligned<T> &last = rates.has(typed.populations[p])
                                   ? rates.getMeans(p)
                                   : sample.state.accumulators[terminalOf(p).accumulator];
      return [&last](uint32_t from) { return static_cast<double>(last[from]); };
    });
  }

  // ---- The ANN ----

  /// Root mean square of the differences between estimates and the values that graded events carry.
  static double getError(const Aligned<T> &estimates, const Events<T> &wanted) {
    std::vector<T> difference(estimates.begin(), estimates.end());
    for (uint32_t i = 0; i < wanted.count; ++i)
      difference[wanted.index[i]] -= wanted.value[i];
    return rootMeanSquare(difference.size(),
                          [&](size_t i) { return static_cast<double>(difference[i]); });
  }

  double getOutputError(const Decoder &decoder) const {
    return rootMeanSquare(decoder.order.size(), [&](size_t i) {
      return static_cast<double>(static_cast<T>(progress.output[decoder.offset + i]) -
                                 static_cast<T>(ann.getOutput()[decoder.offset + i]));
    });
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
