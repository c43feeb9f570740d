#include "compiler/tune/Fit.h"

#include "compiler/tune/Settings.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

using namespace mlir;

namespace snnc::tune {

namespace {

/// From few events to many. Each rung leaves about a quarter of the error of the one before; which networks
/// need a larger skew, that layers hear more of each other before they begin, only measuring tells. More than 15
/// halvings do not fit into the 16 bits that integer step sizes have.
constexpr Uniform kRungs[] = {{5, 2}, {6, 2},  {7, 2},  {7, 3}, {8, 3},
                              {9, 4}, {10, 5}, {12, 6}, {14, 7}};

/// Multiply-accumulates of the ANN that the images of a fit may take together, and the least and most of them.
constexpr uint64_t kOperations = 4'000'000'000;
constexpr int64_t kFewestImages = 8, kMostImages = 64;

/// Skews are told to people, and so are numbers of few digits.
double roundDown(double skew) { return std::floor(skew * 100 + 1e-9) / 100; }

/// The rung as far as it fits into the time steps of a network so deep.
Uniform limit(Uniform rung, int64_t deepest, const Limits &limits) {
  if (limits.skew >= 0)
    rung.skew = limits.skew;
  else if (limits.isStaged)
    rung.skew = rung.steps - 1;
  if (limits.mostSteps <= 0)
    return rung;
  rung.steps = static_cast<uint32_t>(std::min<int64_t>(rung.steps, limits.mostSteps));
  double left = static_cast<double>(limits.mostSteps - rung.steps);
  if (deepest > 0 && limits.skew < 0)
    rung.skew = roundDown(std::min(rung.skew, left / static_cast<double>(deepest)));
  return rung;
}

void applyUniform(func::FuncOp network, ArrayRef<int64_t> depths, const Uniform &uniform) {
  for (auto [neuron, depth] : llvm::zip(getNeurons(network), depths)) {
    snn::ScheduleAttr old = neuron.getSchedule();
    neuron.setScheduleAttr(snn::ScheduleAttr::get(
        network.getContext(), snn::ScheduleKind::Dyadic, old.getFirst(), 1.0, /*repeat=*/1,
        static_cast<int64_t>(getStart(uniform, depth)), static_cast<int64_t>(uniform.steps)));
  }
}

/// What is wrong with `network`, or nothing.
std::optional<std::string> checkNeurons(func::FuncOp network) {
  auto neurons = getNeurons(network);
  if (neurons.empty() || !network.getOps<snn::IfOp>().empty())
    return "steps are chosen for neurons that follow functions, and no others (dynamics signgd)";
  for (snn::NeuronOp neuron : neurons)
    if (neuron.getCode().getKind() != snn::SpikeCode::Ternary ||
        neuron.getSchedule().getKind() != snn::ScheduleKind::Dyadic)
      return "steps are chosen for the ternary code and a dyadic schedule; give --schedule and "
             "--skew with another code";
  return std::nullopt;
}

} // namespace

std::vector<Uniform> getLadder(int64_t deepest, const Limits &limits) {
  std::vector<Uniform> ladder;
  for (const Uniform &rung : kRungs)
    if (Uniform limited = limit(rung, deepest, limits);
        ladder.empty() || !(ladder.back() == limited))
      ladder.push_back(limited);
  return ladder;
}

uint32_t getStart(const Uniform &uniform, int64_t depth) {
  return static_cast<uint32_t>(std::floor(uniform.skew * static_cast<double>(depth)));
}

int64_t countFitImages(uint64_t annMacs) {
  auto affordable = static_cast<int64_t>(kOperations / std::max<uint64_t>(annMacs, 1));
  return std::clamp(affordable, kFewestImages, kMostImages);
}

data::Result<Fit> fit(func::FuncOp network, const Bench &bench, double wanted,
                      const Limits &limits) {
  if (auto problem = checkNeurons(network))
    return data::Error{*problem};
  std::vector<int64_t> depths = getDepths(network);
  int64_t deepest = *llvm::max_element(depths);
  std::optional<Fit> best;
  for (const Uniform &uniform : getLadder(deepest, limits)) {
    applyUniform(network, depths, uniform);
    uint32_t time = getStart(uniform, deepest) + uniform.steps;
    if (limits.mostSteps > 0)
      time = std::min(time, static_cast<uint32_t>(limits.mostSteps));
    auto found = bench.measure(network, time, 0, bench.size());
    if (!found)
      return data::Error{found.error()};
    double error = bench.getError(*found);
    if (!best || error < best->error)
      best = Fit{uniform, *found, error};
    if (error <= wanted)
      break;
  }
  applyUniform(network, depths, best->uniform);
  return *best;
}

std::string toFlags(func::FuncOp network, const Uniform &uniform) {
  snn::NeuronOp first = getNeurons(network).front();
  return fmt::format("--code ternary:{} --schedule dyadic:{},1,{} --skew {}",
                     first.getCode().getDeadZone(), first.getSchedule().getFirst(), uniform.steps,
                     uniform.skew);
}

} // namespace snnc::tune
