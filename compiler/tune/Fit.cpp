#include "compiler/tune/Fit.h"

#include "compiler/tune/Settings.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

using namespace mlir;

namespace snnc::tune {

namespace {

/// Multiply-accumulates of the ANN that the images of a fit may take together, and the least and most of them.
constexpr uint64_t kOperations = 4'000'000'000;
constexpr int64_t kMinImages = 8, kMaxImages = 64;

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

int64_t countFitImages(uint64_t annMacs) {
  auto affordable = static_cast<int64_t>(kOperations / std::max<uint64_t>(annMacs, 1));
  return std::clamp(affordable, kMinImages, kMaxImages);
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
    if (limits.maxSteps > 0)
      time = std::min(time, static_cast<uint32_t>(limits.maxSteps));
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
