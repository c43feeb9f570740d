//===- Choose hysteresis and bottleneck neurons on a stream of frames ------------------------------------------===//
//
// Updates are the dearer the more their neurons say, and the farther off the less. Three searches, each of which keeps what
// takes least within the budget: one hysteresis for all neurons; bottleneck neurons taken out one by one; hysteresis
// layer by layer, those with most events first. What comes of it has been fitted to its frames: the searches are taken back,
// step by step, until the frames that were held out keep the budget, too.
//
//===----------------------------------------------------------------------------------------------------===//
#include "compiler/convert/Hysteresis.h"
#include "compiler/options/Options.h"
#include "compiler/support/Parallel.h"
#include "compiler/tune/Budget.h"
#include "compiler/tune/Passes.h"
#include "compiler/tune/Settings.h"
#include "compiler/tune/StreamBench.h"
#include "mlir/IR/OwningOpRef.h"
#include <fmt/format.h>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_TUNEUPDATESPASS
#include "compiler/tune/Passes.h.inc"

namespace {

/// Hystereses worth trying, in last steps; 0: none. Below the dead zone of a last step one does nothing.
constexpr double kLadder[] = {0, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12};
/// Synaptic operations that the search may take, about: some minutes of one processor.
constexpr double kOperations = 3e11;
/// How often every layer is looked at.
constexpr int kRounds = 3;

struct TuneUpdates : impl::TuneUpdatesPassBase<TuneUpdates> {
  TuneUpdates(tune::WriteProgram write, tune::Tell tell, const TuneUpdatesPassOptions &options)
      : TuneUpdatesPassBase(options), write(std::move(write)), tell(std::move(tell)) {}

  void runOnOperation() override {
    if (failed(tune(getOperation())))
      signalPassFailure();
  }

private:
  tune::WriteProgram write;
  tune::Tell tell;
  std::optional<tune::StreamBench> bench;
  tune::Budget limit;
  bool isEnergy = false;
  uint32_t steps = 0;
  double operations = 0; ///< that all runs have taken
  /// What was better than all before, in turn.
  struct Found {
    std::shared_ptr<OwningOpRef<func::FuncOp>> network; ///< shared, since passes are copied
    tune::StreamMeasurement measured;
  };
  std::vector<Found> trail;

  const tune::StreamMeasurement &best() const { return trail.back().measured; }
  void keep(func::FuncOp network, const tune::StreamMeasurement &measured) {
    trail.push_back({std::make_shared<OwningOpRef<func::FuncOp>>(network.clone()), measured});
  }

  LogicalResult tune(func::FuncOp network) {
    if (failed(readOptions(network)))
      return failure();
    auto found = measure(network);
    if (failed(found))
      return failure();
    const tune::StreamMeasurement before = *found;
    trail.clear();
    keep(network, before);
    if (!limit.isKept(before.outputs)) {
      network.emitWarning() << fmt::format(
          "budget {} is not kept on the frames of the stream, "
          "which keep {}; no hysteresis is chosen",
          std::string(budget), tune::describeKept(limit, before.outputs, before.outputs));
      return success();
    }
    const size_t neurons = tune::getNeurons(network).size();
    if (failed(tuneAll(network)) || failed(removeBottlenecks(network)) ||
        failed(tuneLayers(network)))
      return failure();
    if (takeBack(network))
      report(network, before, neurons - tune::getNeurons(network).size());
    return success();
  }

  /// To the last that keeps the budget on frames that were held out, too; false where none does.
  bool takeBack(func::FuncOp network) {
    auto keeps = [&](const Found &found) {
      return bench->framesHeldOut() == 0 || limit.isKept(found.measured.heldOut);
    };
    const bool isLast = keeps(trail.back());
    while (trail.size() > 1 && !keeps(trail.back()))
      trail.pop_back();
    if (!isLast)
      network.getBody().takeBody((*trail.back().network)->getBody());
    if (keeps(trail.back()))
      return true;
    const tune::Measurement &heldOut = trail.back().measured.heldOut;
    network.emitWarning() << fmt::format("budget {} is not kept on {} frames that were held out, "
                                         "which keep {}; no hysteresis is chosen",
                                         std::string(budget), bench->framesHeldOut(),
                                         tune::describeKept(limit, heldOut, heldOut));
    return false;
  }

  LogicalResult readOptions(func::FuncOp network) {
    auto parsed = options::parse<options::Goal>(goal, [&] { return network.emitError(); });
    if (failed(parsed))
      return failure();
    isEnergy = *parsed == options::Goal::Energy;
    if (!(safety >= 1 && safety <= 100))
      return network.emitError() << fmt::format("safety {}", double(safety))
                                 << " is not a factor from 1 to 100";
    std::optional<int64_t> last = snn::countSteps(network);
    if (!last)
      return network.emitError() << "updates need schedules that end";
    steps = static_cast<uint32_t>(*last);
    auto made = tune::StreamBench::create(network, write, stream,
                                          getThreads(static_cast<unsigned>(threads)),
                                          MetricRequests(metrics.begin(), metrics.end()));
    if (!made)
      return network.emitError() << made.error();
    bench.emplace(std::move(*made));
    bench->setSafety(safety);
    if (budget.empty())
      budget = tune::getUsualBudget(bench->metric()).str();
    auto read = tune::parseBudget(budget);
    if (!read)
      return network.emitError() << "budget '" << budget << "' cannot be read";
    limit = *read;
    if (limit.points >= 0)
      return network.emitError()
             << "budget '" << budget
             << "' counts points of accuracy, but the frames of a stream have no "
                "labels; give agreement=SHARE or error=E";
    if (limit.agreement > 0 && !bench->metric().hasAnswers())
      return network.emitError() << "budget '" << budget
                                 << "' is of answers, but the outputs are numbers; give error=E";
    return success();
  }

  FailureOr<tune::StreamMeasurement> measure(func::FuncOp network) {
    auto found = bench->measure(network, steps);
    if (!found)
      return network.emitError() << stream << ": " << found.error();
    operations += static_cast<double>(found->synapticOps);
    return *found;
  }

  double getCost(const tune::StreamMeasurement &found, bool byEnergy) const {
    return byEnergy ? found.energy : found.events;
  }
  bool isSpent() const { return operations > kOperations; }

  /// Whether what `network` has become takes less within the budget. It is the best then.
  FailureOr<bool> isBetter(func::FuncOp network, bool byEnergy, bool *isKept = nullptr) {
    auto found = measure(network);
    if (failed(found))
      return failure();
    const bool kept = limit.isKept(found->outputs);
    if (isKept)
      *isKept = kept;
    if (!kept || getCost(*found, byEnergy) >= getCost(best(), byEnergy))
      return false;
    keep(network, *found);
    return true;
  }

  static SmallVector<snn::NeuronOp> getCandidates(func::FuncOp network) {
    SmallVector<snn::NeuronOp> neurons;
    for (snn::NeuronOp neuron : tune::getNeurons(network))
      if (mayHaveHysteresis(neuron))
        neurons.push_back(neuron);
    return neurons;
  }

  static double getHysteresis(snn::NeuronOp neuron) {
    return neuron.getHysteresis() ? neuron.getHysteresis()->convertToDouble() : 0;
  }
  static void setHysteresis(snn::NeuronOp neuron, double hysteresis) {
    neuron.setHysteresisAttr(
        hysteresis > 0 ? Builder(neuron.getContext()).getF64FloatAttr(hysteresis) : FloatAttr());
  }

  /// One for all, as large as the budget allows.
  LogicalResult tuneAll(func::FuncOp network) {
    SmallVector<snn::NeuronOp> neurons = getCandidates(network);
    SmallVector<double> chosen = llvm::map_to_vector(neurons, getHysteresis);
    for (double hysteresis : ArrayRef(kLadder).drop_front()) {
      for (snn::NeuronOp neuron : neurons)
        setHysteresis(neuron, hysteresis);
      bool isKept = false;
      FailureOr<bool> better = isBetter(network, isEnergy, &isKept);
      if (failed(better))
        return failure();
      if (*better)
        chosen.assign(neurons.size(), hysteresis);
      if (!isKept || isSpent())
        break;
    }
    for (auto [neuron, hysteresis] : llvm::zip(neurons, chosen))
      setHysteresis(neuron, hysteresis);
    return success();
  }

  /// Takes out the neurons between linear operators that cost more energy than they save: without them there are fewer
  /// events, and more for each to do.
  LogicalResult removeBottlenecks(func::FuncOp network) {
    for (size_t i = 0; i < tune::getNeurons(network).size() && !isSpent();) {
      if (!tune::isIdentity(tune::getNeurons(network)[i])) {
        ++i;
        continue;
      }
      OwningOpRef<func::FuncOp> copy = network.clone();
      tune::bypassIdentity(tune::getNeurons(*copy)[i]);
      FailureOr<bool> better = isBetter(*copy, /*byEnergy=*/true);
      if (failed(better))
        return failure();
      if (!*better) {
        ++i;
        continue;
      }
      tune::bypassIdentity(tune::getNeurons(network)[i]);
    }
    return success();
  }

  /// Each by itself, those with most neurons first, up and down the ladder.
  LogicalResult tuneLayers(func::FuncOp network) {
    SmallVector<snn::NeuronOp> candidates = getCandidates(network), neurons;
    SmallVector<std::pair<int64_t, size_t>> order; // a population's size, below 0, and its place
    for (auto [i, neuron] : llvm::enumerate(candidates))
      order.emplace_back(-neuron.getSpikes().getType().getNumElements(), i);
    llvm::sort(order);
    for (auto [size, i] : order)
      neurons.push_back(candidates[i]);
    for (int round = 0; round < kRounds; ++round) {
      bool isChanged = false;
      for (snn::NeuronOp neuron : neurons)
        for (bool isUp : {true, false}) {
          FailureOr<bool> better = tuneLayer(network, neuron, isUp);
          if (failed(better))
            return failure();
          isChanged |= *better;
          if (*better || isSpent())
            break;
        }
      if (!isChanged || isSpent())
        break;
    }
    return success();
  }

  /// One rung of the ladder up or down; whether that was better.
  FailureOr<bool> tuneLayer(func::FuncOp network, snn::NeuronOp neuron, bool isUp) {
    const double now = getHysteresis(neuron);
    const auto *at = llvm::lower_bound(kLadder, now);
    const bool isOn = at != std::end(kLadder) && *at == now;
    if (isUp ? at + isOn >= std::end(kLadder) : at == std::begin(kLadder))
      return false;
    setHysteresis(neuron, isUp ? *(at + isOn) : *(at - 1));
    FailureOr<bool> better = isBetter(network, isEnergy);
    if (failed(better) || !*better)
      setHysteresis(neuron, now);
    return better;
  }

  void report(func::FuncOp network, const tune::StreamMeasurement &before, size_t removed) {
    double min = 0, max = 0;
    bool isFirst = true;
    for (snn::NeuronOp neuron : getCandidates(network)) {
      const double one = getHysteresis(neuron);
      min = isFirst ? one : std::min(min, one);
      max = std::max(max, one);
      isFirst = false;
    }
    const tune::StreamMeasurement &found = best();
    const double updates = std::max(found.updates, 1.0);
    std::string text = fmt::format(
        "tuned for updates, budget {} kept: hysteresis {}{}, {:.0f} events an update ({:.0f} "
        "without), "
        "agreement {:.4f}, error {:.2g} on {} frames{}",
        std::string(budget),
        min == max ? fmt::format("{}", max) : fmt::format("{} to {} by layer", min, max),
        removed > 0 ? fmt::format(", {} bottleneck neurons taken out", removed) : "",
        found.events / updates, before.events / updates, found.outputs.getAgreement(),
        found.outputs.getDistortion(), bench->frames(),
        bench->framesHeldOut() > 0
            ? fmt::format(", {:.4f} and {:.2g} on {} held out", found.heldOut.getAgreement(),
                          found.heldOut.getDistortion(), bench->framesHeldOut())
            : "");
    network.emitRemark() << text;
    if (tell)
      tell(text);
  }
};

} // namespace

std::unique_ptr<Pass> createTuneUpdatesPass(tune::WriteProgram write, tune::Tell tell,
                                            const TuneUpdatesPassOptions &options) {
  return std::make_unique<TuneUpdates>(std::move(write), std::move(tell), options);
}

} // namespace snnc
