#include "compiler/tune/Search.h"

#include "compiler/support/Parallel.h"
#include "compiler/tune/Sensitivity.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

using namespace mlir;

namespace snnc::tune {

namespace {

/// Images that recordings are made of: few, for they are averaged over many neurons. What one of them takes, in runs.
constexpr int64_t kRecorded = 24, kRecordingRuns = 4;
/// Images that weights are made of, and that rule changes out, at most and at least; and the shares of all runs that
/// they may take.
constexpr int64_t kMostWeighed = 48, kMostRaced = 24, kFewestImages = 8;
constexpr double kWeighedShare = 0.1, kRacedShare = 0.3;
/// Of all runs: after these shares prices and the whole search are at an end.
constexpr double kPricesShare = 0.6, kLastShare = 0.9;
/// A candidate that costs so many times as much as one that keeps the budget is given up.
constexpr double kBeaten = 1.1;
/// One image of so many is held out.
constexpr int64_t kHeldOut = 3;
/// Neurons of each layer and recorded image: enough to compare choices that differ by a percent.
constexpr int64_t kPerImage = 250;

/// Last steps that the deepest layers may lose so that others begin a whole step after each other.
constexpr uint32_t kCut = 2;

/// A price at which events hardly matter, in distortions of a network per events of it. Prices are looked
/// for between so many times that and `kRise` times as much, by halving the interval so often.
constexpr double kCheap = 0.125, kFirstRung = 4, kRise = 512;
constexpr int kBisections = 5;

/// Dead zones of an untuned network, and of a layer that is made worse to see how much it matters.
constexpr double kZone = 0.65, kWorse[] = {1.0, 1.5};
/// Networks that are the same all over are candidates too: often hard to beat. The last dead zone stands apart.
constexpr double kUniform[][2] = {{0.5, 0.5}, {0.6, 0.6}, {0.66, 0.85}, {0.68, 1.1}};

/// How units may follow sensitivities, and the steps a layer takes when they are compared. Of two networks the
/// one is better whose events times this power of its error are fewer: another digit costs a seventh more
/// events, and leaves a third to a quarter of the error.
constexpr Balance kBalances[] = {{0, 1}, {0.5, 4}, {0.8, 8}};
constexpr uint32_t kBalanced = 6;
constexpr double kErrorPower = 1.0 / 7;

nlohmann::json toJSON(const Measurement &found) {
  return {found.images,  found.agreeing, found.right, found.safe, found.lost,
          found.gained,  found.both,     found.own,   found.ann,  found.missed,
          found.numbers, found.energy,   found.events};
}

Measurement toMeasurement(const nlohmann::json &json) {
  return {json[0], json[1], json[2], json[3],  json[4],  json[5], json[6],
          json[7], json[8], json[9], json[10], json[11], json[12]};
}

/// Images of each of `count` measurements that may take a share of all runs together.
int64_t countImages(int64_t mostRuns, double share, int64_t count, int64_t most) {
  if (mostRuns == 0)
    return most;
  auto affordable = static_cast<int64_t>(share * static_cast<double>(mostRuns)) / count;
  return std::clamp(affordable, kFewestImages, most);
}

} // namespace

Search::Search(func::FuncOp network, const Bench &bench, Memo memo, SearchOptions options)
    : network(network), bench(bench), memo(std::move(memo)), options(options),
      neurons(getNeurons(network)), depths(getDepths(network)),
      searched(bench.size() - bench.size() / kHeldOut),
      weighed(countImages(options.mostRuns, kWeighedShare, static_cast<int64_t>(neurons.size()),
                          kMostWeighed)),
      raced(countImages(options.mostRuns, kRacedShare, 14 * static_cast<int64_t>(neurons.size()),
                        kMostRaced)),
      progress("tuning, runs", countRuns()) {
  auto normalize = [](std::vector<double> &numbers) {
    double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
    for (double &number : numbers)
      number /= sum;
  };
  for (snn::NeuronOp neuron : neurons)
    neuronShares.push_back(static_cast<double>(neuron.getSpikes().getType().getNumElements()));
  shares = neuronShares;
  if (options.goal == Goal::Energy)
    for (auto [share, fanOut] : llvm::zip(shares, getFanOuts(network)))
      share *= fanOut;
  normalize(neuronShares);
  normalize(shares);
  if (neurons.front().getSchedule().getKind() == snn::ScheduleKind::Dyadic)
    first = neurons.front().getSchedule().getFirst();
}

/// A price at which events hardly matter to a network as good as `found`.
double Search::getLowPrice(const Measurement &found) const {
  return kCheap * found.getDistortion() / std::max(getCost(found), 1e-6);
}

/// What is better is less.
double Search::getScore(const Measurement &found) const {
  return getCost(found) * std::pow(found.getDistortion(), kErrorPower);
}

bool Search::fail(const std::string &message) {
  if (problem.empty())
    problem = message;
  return false;
}

/// Every layer takes `perLayer` steps, in the deepest ones up to `cut` fewer; they begin evenly over the time
/// there is.
Candidate Search::makeUniform(uint32_t steps, uint32_t perLayer, double zone, uint32_t cut) const {
  Candidate candidate;
  int64_t deepest = std::max<int64_t>(1, *std::max_element(depths.begin(), depths.end()));
  // Beyond as many steps as a layer takes, waiting longer gains nothing.
  double skew = std::min<double>(static_cast<double>(steps - perLayer + cut) / deepest, perLayer);
  for (int64_t depth : depths) {
    auto start = static_cast<uint32_t>(std::floor(skew * depth + 1e-9));
    candidate.frames.push_back({start, first});
    candidate.choices.push_back(
        {1, std::vector<double>(std::min(perLayer, steps - start), zone), {}});
  }
  candidate.countSteps();
  return candidate;
}

/// The best of the networks in which all layers take `perLayer` steps, or the deepest ones fewer: a layer that
/// begins together with the one before it decides wrongly at first.
std::optional<Candidate> Search::makeStart(uint32_t steps, uint32_t perLayer) {
  std::optional<Candidate> best;
  double least = 0;
  for (uint32_t cut = 0; cut <= std::min(kCut, perLayer - 1); ++cut) {
    Candidate candidate = makeUniform(steps, perLayer, kZone, cut);
    auto found = measure(candidate, 0, weighed);
    if (!found)
      return std::nullopt;
    double score = getScore(*found);
    if (best && score >= least)
      continue;
    least = score;
    best = candidate;
  }
  return best;
}

/// Gives channels units that fit how much their errors matter, where that is better than to leave them.
bool Search::balance() {
  std::vector<Uniform> ladder = getEqualSettings();
  auto rung = llvm::find_if(ladder, [](const Uniform &one) { return one.steps >= kBalanced; });
  Candidate base = makeEqual(rung == ladder.end() ? ladder.back() : *rung);
  applyAll(base);
  const Balance *best = nullptr;
  double least = 0;
  for (const Balance &balance : kBalances) {
    std::string name =
        fmt::format("balance {} {}, {} steps", balance.exponent, balance.most, base.steps);
    account(weighed);
    const nlohmann::json *kept = memo.find(name);
    if (!kept) {
      func::FuncOp copy = network.clone();
      balanceUnits(copy, balance);
      auto found = bench.measure(copy, base.steps, 0, weighed);
      copy.erase();
      if (!found)
        return fail(found.error());
      if (auto status = memo.keep(name, toJSON(*found)); !status)
        return fail(status.error());
      kept = memo.find(name);
    }
    double score = getScore(toMeasurement(*kept));
    if (best && score >= least)
      continue;
    least = score;
    best = &balance;
  }
  if (best->exponent == 0)
    return true;
  balanceUnits(network, *best);
  if (failed(options.foldScales(network)))
    return fail("scales cannot be folded");
  neurons = getNeurons(network);
  units = fmt::format("units {} {}, ", best->exponent, best->most);
  return true;
}

void Search::applyAll(const Candidate &candidate) {
  for (auto [i, neuron] : llvm::enumerate(neurons))
    apply(neuron, candidate.frames[i], candidate.choices[i]);
}

/// Runs `candidate` on images `begin` to `end` (not included, at most all).
std::optional<Measurement> Search::measure(const Candidate &candidate, int64_t begin, int64_t end) {
  end = std::min(end, bench.size());
  if (begin >= end)
    return Measurement{};
  account(end - begin);
  std::string name = fmt::format("{}images {} to {}, {}", units, begin, end, candidate.getName());
  if (const nlohmann::json *kept = memo.find(name))
    return toMeasurement(*kept);
  applyAll(candidate);
  auto found = bench.measure(network, candidate.steps, begin, end);
  if (!found) {
    fail(found.error());
    return std::nullopt;
  }
  if (auto status = memo.keep(name, toJSON(*found)); !status) {
    fail(status.error());
    return std::nullopt;
  }
  return *found;
}

/// Records the candidate, and gives every layer what costs it least.
bool Search::optimizeAll(Candidate &candidate, bool initials) {
  applyAll(candidate);
  func::FuncOp listening = cloneListening(network);
  auto recordings = bench.record(listening, candidate.steps, kRecorded, kPerImage);
  listening.erase();
  if (!recordings)
    return fail(recordings.error());
  parallelFor(options.threads, static_cast<int64_t>(neurons.size()), [&](int64_t i) {
    Weights weights{errorWeights[i], candidate.price * shares[i]};
    Choice &choice = candidate.choices[i];
    choice = optimizeSteps((*recordings)[i], candidate.frames[i], weights, choice);
    if (initials)
      choice = optimizeInitial((*recordings)[i], candidate.frames[i], weights, choice);
  });
  return true;
}

bool Search::refine(Candidate &candidate, double price) {
  account(2 * kRecorded * kRecordingRuns);
  std::string name = fmt::format("{}price {}, {}", units, price, candidate.getName());
  candidate.price = price;
  if (const nlohmann::json *kept = memo.find(name)) {
    for (size_t i = 0; i < neurons.size(); ++i)
      candidate.choices[i] = toChoice((*kept)[i]);
    candidate.countSteps();
    return true;
  }
  if (!optimizeAll(candidate, /*initials=*/true) || !optimizeAll(candidate, /*initials=*/false))
    return false;
  auto status = memo.keep(name, toJSON(candidate));
  candidate.countSteps();
  return status ? true : fail(status.error());
}

/// How much the outputs' error grows with that of each layer.
bool Search::measureWeights() {
  uint32_t perLayer = std::min<uint32_t>(4, options.maxSteps);
  Candidate base = makeUniform(options.maxSteps, perLayer, kZone, 0);
  applyAll(base);
  func::FuncOp listening = cloneListening(network);
  auto recordings = bench.record(listening, base.steps, kRecorded, kPerImage);
  listening.erase();
  auto before = measure(base, 0, weighed);
  if (!recordings || !before)
    return fail(recordings ? "cannot be measured" : recordings.error());
  for (size_t i = 0; i < neurons.size(); ++i) {
    Candidate worse = base;
    std::vector<double> &zones = worse.choices[i].zones;
    for (size_t k = 0; k < std::min<size_t>(2, zones.size()); ++k)
      zones[zones.size() - 1 - k] = kWorse[1 - k];
    auto after = measure(worse, 0, weighed);
    if (!after)
      return false;
    double local = replay((*recordings)[i], base.frames[i], worse.choices[i]).error -
                   replay((*recordings)[i], base.frames[i], base.choices[i]).error;
    errorWeights.push_back(local > 0 ? (after->getDistortion() - before->getDistortion()) / local
                                     : 0);
  }
  // Few images see some layers not at all, or the wrong way round.
  std::vector<double> sorted = errorWeights;
  std::sort(sorted.begin(), sorted.end());
  double least = std::max(sorted[sorted.size() / 2] * 0.2, 1e-12);
  for (double &weight : errorWeights)
    weight = std::max(weight, least);
  return true;
}

/// Whether `found` costs more than a network that keeps the budget on all images of the search.
bool Search::isBeaten(const Measurement &found, uint32_t steps) const {
  return llvm::any_of(tried, [&](const Tried &one) {
    return static_cast<int64_t>(one.point.found.images) == searched &&
           one.candidate.steps <= steps && kBeaten * getCost(one.point.found) < getCost(found) &&
           options.budget.isKept(one.point.found);
  });
}

/// Measures a candidate on images of the search and notes it; whether it keeps the budget. A few images
/// are enough where it fails or costs too much.
std::optional<bool> Search::consider(const Candidate &candidate) {
  int64_t glanced = std::min(kGlanced, searched);
  auto found = measure(candidate, 0, glanced);
  if (!found)
    return std::nullopt;
  if (!options.budget.isLost(*found, kSure) && !isBeaten(*found, candidate.steps)) {
    auto rest = measure(candidate, glanced, searched);
    if (!rest)
      return std::nullopt;
    *found += *rest;
  }
  Point point{*found, found->getEvents(neuronShares), candidate.steps, candidate.perLayer,
              candidate.price};
  front.points.push_back(point);
  tried.push_back({candidate, point});
  tellBest();
  return options.budget.isKept(*found);
}

/// For every number of steps per layer, looks for the highest price that keeps the budget.
bool Search::searchPrices(uint32_t steps) {
  for (uint32_t perLayer : getStepOrder(steps)) {
    if (isSpent(kPricesShare))
      return true;
    auto start = makeStart(steps, perLayer);
    if (!start)
      return false;
    Candidate last = *start;
    auto untuned = measure(last, 0, weighed);
    if (!untuned)
      return false;
    double low = kFirstRung * getLowPrice(*untuned), high = low * kRise;
    bool isHopeless = true; // too few steps, at any price
    for (auto [zone, lastZone] : kUniform) {
      Candidate uniform = *start;
      for (Choice &choice : uniform.choices) {
        std::fill(choice.zones.begin(), choice.zones.end(), zone);
        choice.zones.back() = lastZone;
      }
      if (!consider(uniform))
        return false;
      isHopeless &= options.budget.isLost(tried.back().point.found, kSure);
    }
    if (!refine(last, low))
      return false;
    auto isEnough = consider(last);
    if (!isEnough)
      return false;
    if (!*isEnough && (isHopeless || options.budget.isLost(tried.back().point.found, kSure)))
      continue;
    for (int i = 0; i < kBisections && !isSpent(kPricesShare); ++i) {
      double middle = std::sqrt(low * high);
      Candidate candidate = last;
      if (!refine(candidate, middle))
        return false;
      auto isKept = consider(candidate);
      if (!isKept)
        return false;
      (*isKept ? low : high) = middle;
      if (*isKept)
        last = candidate;
    }
  }
  return true;
}

/// What is within reach of the steps that a layer of equal ones takes, the likeliest first.
std::vector<uint32_t> Search::getStepOrder(uint32_t steps) const {
  auto [fewest, most] = getStepRange(steps);
  std::vector<uint32_t> order;
  for (uint32_t perLayer = fewest; perLayer <= most; ++perLayer)
    order.push_back(perLayer);
  auto getRank = [&](uint32_t n) {
    return std::pair(n > equalSteps ? n - equalSteps : equalSteps - n, n);
  };
  if (front.isKept)
    llvm::sort(order, [&](uint32_t a, uint32_t b) { return getRank(a) < getRank(b); });
  return order;
}

/// Looks for the choice within the time steps there are; an error is in `problem`.
bool Search::searchAll(bool &isKept) {
  auto steps = static_cast<uint32_t>(options.maxSteps);
  auto fewest = [&]() -> bool {
    if (options.goal != Goal::Steps)
      return true;
    auto found = findFewestSteps();
    steps = found.value_or(0);
    return found && searchFewerSteps(steps);
  };
  auto search = [&] { return searchPrices(steps) && polishBest(steps) && confirm(steps, isKept); };
  if (!measureWeights() || !fewest() || !search())
    return false;
  // What the images of the search allow, those held out may not.
  while (!isKept && options.goal == Goal::Steps && steps < options.maxSteps &&
         !isSpent(kLastShare)) {
    ++steps;
    if (!search())
      return false;
  }
  return isKept || confirm(static_cast<uint32_t>(options.maxSteps), isKept);
}

data::Status Search::run() {
  const bool isOpen = options.maxSteps == 0;
  if (!balance() || !climb())
    return data::Error{problem};
  // Where no number of steps is enough, no distribution of them is.
  bool isKept = false, isHopeless = isOpen && !front.isKept;
  if ((!isHopeless && !searchAll(isKept)) || (!isKept && !takeNearest()))
    return data::Error{problem};
  front.isKept = isKept;
  if (auto status = memo.flush(); !status)
    return status;
  settleScales(network, first);
  return data::success();
}

} // namespace snnc::tune
