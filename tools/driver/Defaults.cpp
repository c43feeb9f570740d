#include "tools/driver/Defaults.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <tuple>

namespace snnc {

namespace {

/// How neurons send. Flags of a way belong together: where one is given, the others are those of a fixed way.
struct Way {
  const char *code, *schedule;
  double skew;
};

/// What is best where nothing is asked for: silence while the error is within two thirds of a step, which leaves the
/// fewest digits, and as many steps and as much skew as the calibration images ask for.
constexpr Way kBest = {"ternary:0.66", "auto", 0};
/// The paper's, and what flags complete for programs and cores.
constexpr Way kPaper = {"sign", "", 0};
/// What flags complete for firmware: steps that are powers of two, and silence where nothing changes.
constexpr Way kFirmware = {"ternary:0.5", "dyadic:0.5,1,6", 0.5};

/// What completes a schedule that is given to tuning: as many time steps as it takes are searched in.
constexpr Way kTuned = {"ternary:0.66", "", 0.75};

/// The flags that make a way.
constexpr const char *kWayFlags[] = {"code", "schedule", "skew", "input-code", "dynamics"};

void complete(const Way &way, const IsGiven &isGiven, PipelineOptions &options) {
  if (!isGiven("code"))
    options.code = way.code;
  if (!isGiven("schedule"))
    options.schedule = way.schedule;
  if (!isGiven("skew"))
    options.skew = way.skew;
}

void setWay(Target target, bool isPaper, const IsGiven &isGiven, PipelineOptions &options) {
  bool isOpen = std::none_of(std::begin(kWayFlags), std::end(kWayFlags), isGiven);
  const bool isTuned = !options.tuning.goal.empty();
  if (isPaper || isGiven("dynamics"))
    return complete(kPaper, isGiven, options);
  if (isTuned && isGiven("schedule") && options.schedule != "auto")
    return complete(kTuned, isGiven, options);
  if (!isOpen && options.schedule != "auto" && !isTuned)
    return complete(target == Target::C ? kFirmware : kPaper, isGiven, options);
  if (!isGiven("code"))
    options.code = kBest.code;
  if (!isGiven("units"))
    options.units = "balanced"; // the steps are then chosen for what that costs
  options.schedule = kBest.schedule;
  // A processor runs layer after layer, and time steps in which a layer is silent take none of its time; with an order or
  // a number of steps of firmware they may.
  options.isStaged = !isTuned && (target == Target::Program ||
                                  (target == Target::C && !isGiven("order") && !isGiven("steps")));
}

/// All else in which the paper's public code differs from what is best.
void setPaperNetwork(const IsGiven &isGiven, PipelineOptions &options) {
  const std::tuple<const char *, std::string PipelineOptions::*, const char *> rows[] = {
      {"input-code", &PipelineOptions::inputCode, "float"},
      {"scale-per", &PipelineOptions::scalePer, "neuron"},
      {"precision", &PipelineOptions::precision, "f64"},
      {"gelu", &PipelineOptions::gelu, "sigmoid"},
      {"norm", &PipelineOptions::norm, "unclamped"},
      {"products", &PipelineOptions::products, "neuron"},
      {"softmax", &PipelineOptions::softmax, "bound"}};
  for (auto [flag, member, value] : rows)
    if (!isGiven(flag) && !(member == &PipelineOptions::inputCode && isGiven("dynamics")))
      options.*member = value;
}

} // namespace

std::string setDefaults(Target target, const std::string &paper, const IsGiven &isGiven,
                        PipelineOptions &options) {
  if (!paper.empty() && !options.tuning.goal.empty())
    return "--paper takes the paper's settings as they are; leave out --tune";
  if (!options.tuning.stream.empty() && options.tuning.goal.empty())
    return "--stream is for --tune; frames are followed by snnc run --stream";
  setWay(target, !paper.empty(), isGiven, options);
  // The tuner takes out those that do not pay.
  if (!options.tuning.stream.empty() && !isGiven("bottlenecks"))
    options.bottlenecks = "neurons";
  if (paper == "network")
    setPaperNetwork(isGiven, options);
  // Sums are the states of a processor: the narrower ones are converted in every step. Streams take no others (SNN-U4).
  if ((target != Target::Cores || isGiven("stream")) && !isGiven("state-bits"))
    options.stateBits = 32;
  return "";
}

} // namespace snnc
