//===- Choose steps, scales, dead zones and starts per layer within an accuracy budget ---------------------===//
#include "compiler/convert/Passes.h"
#include "compiler/support/Energy.h"
#include "compiler/support/Parallel.h"
#include "compiler/tune/NetworkRunner.h"
#include "compiler/tune/Passes.h"
#include "compiler/tune/Search.h"
#include "compiler/tune/Settings.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_TUNESCHEDULEPASS
#include "compiler/tune/Passes.h.inc"

namespace {

/// Images that show what one costs.
constexpr int64_t kCostImages = 4;
/// Operations that a search may take: some minutes of one processor. Of a network so large that these are few runs it
/// takes more.
constexpr double kOperations = 1.5e12;
constexpr int64_t kMinRuns = 3000;
/// Images that are used where users leave that open: a search runs the network on each of them so often, about.
constexpr int64_t kRunsOfImage = 60, kMinImages = 96, kMaxImages = 1000;

/// A stricter budget, which allows only so much of what `budget` does, as users write it.
std::string takeShare(const tune::Budget &budget, double share) {
  std::vector<std::string> conditions;
  if (budget.agreement > 0)
    conditions.push_back(fmt::format("agreement={:.6g}", 1 - share * (1 - budget.agreement)));
  if (budget.points >= 0)
    conditions.push_back(fmt::format("points={:.6g}", share * budget.points));
  if (budget.error < 1)
    conditions.push_back(fmt::format("error={:.6g}", share * budget.error));
  return llvm::join(conditions, ",");
}

struct TuneSchedule : impl::TuneSchedulePassBase<TuneSchedule> {
  TuneSchedule(tune::WriteProgram write, tune::Tell tell, const TuneSchedulePassOptions &options)
      : TuneSchedulePassBase(options), write(std::move(write)), tell(std::move(tell)) {}

  void runOnOperation() override {
    if (failed(tune(getOperation())))
      signalPassFailure();
  }

private:
  tune::WriteProgram write;
  tune::Tell tell;

  LogicalResult tune(func::FuncOp network) {
    tune::SearchOptions search;
    if (failed(readOptions(network, search)))
      return failure();
    int64_t used = images;
    if (failed(allow(network, search, used)))
      return failure();
    auto bench = tune::Bench::create(network, write, calibration, used, search.threads,
                                     MetricRequests(metrics.begin(), metrics.end()));
    if (!bench)
      return network.emitError() << bench.error();
    bench->setSafety(safety);
    if (budget.empty())
      budget = tune::getUsualBudget(bench->metric()).str();
    if (share < 1)
      budget = takeShare(*tune::parseBudget(budget), share);
    search.budget = *tune::parseBudget(budget);
    search.budget.confidence = confidence;
    if (std::string problem = tune::checkBudget(search.budget, *bench); !problem.empty())
      return network.emitError() << "budget '" << budget << "' " << problem;
    auto bytes = write(network, std::max<int64_t>(search.maxSteps, 1));
    if (failed(bytes))
      return failure();
    uint64_t hash = bench->fingerprint();
    for (uint8_t byte : *bytes)
      hash = (hash ^ byte) * 1099511628211u; // FNV-1a
    // What was found does not depend on the budget; what an event costs depends on the goal.
    auto memo = tune::Memo::open(
        state, fmt::format("{:016x}, {} images, {} steps, safety {}, {}", hash, bench->size(),
                           search.maxSteps, double(safety),
                           search.goal == tune::Goal::Energy ? "energy" : "events"));
    if (!memo)
      return network.emitError() << memo.error();

    const tune::Layers layers = tune::describeLayers(network, search.goal == tune::Goal::Energy);
    tune::NetworkRunner runner(network, *bench, [this](func::FuncOp f) { return foldScales(f); });
    auto found = tune::search(layers, runner, std::move(*memo), search);
    if (!found)
      return network.emitError() << found.error();
    tune::Front &front = found->front;
    front.goal = goal;
    front.budget = budget;
    for (const std::string &path : reports)
      if (auto written = tune::writeFront(path, front); !written)
        return network.emitError() << written.error();
    network.emitRemark() << tune::toTable(front);
    report(network, front, search.budget);
    return runner.finish(found->chosen);
  }

  void report(func::FuncOp network, const tune::Front &front, const tune::Budget &limit) {
    if (!front.isKept)
      network.emitWarning() << fmt::format(
          "budget {} is not kept{}; the best network found keeps {}", front.budget,
          maxSteps > 0 ? fmt::format(" within {} time steps", int64_t(maxSteps)) : "",
          tune::describeKept(limit, front.chosen.found, front.heldOut));
    if (tell)
      tell(fmt::format("tuned for {}, budget {} {}: {}", front.goal, front.budget,
                       front.isKept ? "kept" : "not kept", describe(front)));
  }

  static std::string describe(const tune::Front &front) {
    const tune::Measurement &found = front.chosen.found, &held = front.heldOut;
    auto describe = [](const tune::Measurement &one) {
      return fmt::format("agreement {:.4f}, error {:.2g} on {} images", one.getSafeAgreement(),
                         one.getDistortion(), one.images);
    };
    return fmt::format("{:.3f} events per neuron, {}{}", front.chosen.events, describe(found),
                       held.images > 0 ? "; " + describe(held) + " that were held out" : "");
  }

  /// How much the search may run, and, where `used` is 0, on how many images: by what a few of them cost.
  LogicalResult allow(func::FuncOp network, tune::SearchOptions &search, int64_t &used) {
    auto bench = tune::Bench::create(network, write, calibration, kCostImages, search.threads,
                                     MetricRequests(metrics.begin(), metrics.end()));
    if (!bench)
      return network.emitError() << bench.error();
    auto found = bench->measure(network, getLastStep(network, search.maxSteps), 0, kCostImages);
    if (!found)
      return network.emitError() << found.error();
    double cost = std::max(found->getEnergy() / kAddPicojoules, 1.0);
    search.maxRuns = std::max(static_cast<int64_t>(kOperations / cost), kMinRuns);
    if (used == 0)
      used = std::clamp(search.maxRuns / kRunsOfImage, kMinImages, kMaxImages);
    return success();
  }

  /// The time step at which all schedules have ended; `max` where one does not end.
  static uint32_t getLastStep(func::FuncOp network, int64_t max) {
    int64_t last = snn::countSteps(network).value_or(max);
    return static_cast<uint32_t>(max > 0 ? std::min(last, max) : last);
  }

  LogicalResult readOptions(func::FuncOp network, tune::SearchOptions &search) {
    auto parsed = options::parse<options::Goal>(goal, [&] { return network.emitError(); });
    if (failed(parsed))
      return failure();
    if (!budget.empty() && !tune::parseBudget(budget))
      return network.emitError()
             << "budget '" << budget
             << "' is not agreement=SHARE (above 0, at most 1) or points=P (0 to 100), error=E "
                "(above 0, at most 1), or one of the former and the latter with a comma between";
    if (confidence != 0 && (confidence < 0.5 || confidence >= 1))
      return network.emitError() << fmt::format("confidence {}", double(confidence))
                                 << " is neither 0 nor between 0.5 and 1 (1 not included)";
    if (!(safety >= 1 && safety <= 100))
      return network.emitError() << fmt::format("safety {}", double(safety))
                                 << " is not a factor from 1 to 100";
    if (!(share > 0 && share <= 1))
      return network.emitError() << fmt::format("share {}", double(share))
                                 << " is not above 0 and at most 1";
    if (network.getOps<snn::NeuronOpInterface>().empty())
      return network.emitError() << "has no neurons, so that nothing can be tuned: it is linear";
    auto neurons = tune::getNeurons(network);
    if (neurons.empty() || !network.getOps<snn::IfOp>().empty())
      return network.emitError()
             << "tuning needs neurons that follow functions, and no others (dynamics signgd)";
    const bool isOpen = maxSteps < 0;
    search.maxSteps = isOpen ? 0 : int64_t(maxSteps);
    for (snn::NeuronOp neuron : neurons) {
      if (neuron.getCode().getKind() != snn::SpikeCode::Ternary)
        return neuron.emitError()
               << "has sign code, whose events are not its to choose; tuning needs "
                  "the ternary code (code=ternary)";
      snn::ScheduleAttr schedule = neuron.getSchedule();
      if (maxSteps <= 0 && schedule.getSteps() == snn::ScheduleAttr::kUnlimited)
        return neuron.emitError() << "has a schedule without an end; give the number of time steps "
                                     "with max-steps";
      if (maxSteps == 0)
        search.maxSteps = std::max(search.maxSteps, schedule.getStart() + schedule.getSteps());
    }
    if (!isOpen && search.maxSteps < 3)
      return network.emitError() << "tuning needs at least 3 time steps, found " << search.maxSteps;
    search.goal = *parsed;
    search.threads = getThreads(static_cast<unsigned>(std::max<int64_t>(threads, 0)));
    return success();
  }

  LogicalResult foldScales(func::FuncOp network) {
    OpPassManager fold(func::FuncOp::getOperationName());
    fold.addPass(createFoldScalesPass());
    fold.addPass(createCanonicalizerPass());
    fold.addPass(createCSEPass());
    return runPipeline(fold, network);
  }
};

} // namespace

std::unique_ptr<Pass> createTuneSchedulePass(tune::WriteProgram write, tune::Tell tell,
                                             const TuneSchedulePassOptions &options) {
  return std::make_unique<TuneSchedule>(std::move(write), std::move(tell), options);
}

} // namespace snnc
