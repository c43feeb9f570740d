#include "compiler/tune/Search.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace snnc::tune {

namespace {

/// Images that recordings, weights and candidates are measured on: few for what is averaged over many
/// neurons, more for what counts images. The choice is confirmed on all.
constexpr int64_t kRecorded = 24, kWeighed = 48, kCounted = 256;
/// Neurons of each layer and recorded image: enough to compare choices that differ by a percent.
constexpr int64_t kPerImage = 250;

/// Steps of a layer worth trying: three tell 1/8 of the range apart, and more than six nothing new.
constexpr uint32_t kFewest = 2, kMost = 6;

/// The ladder of prices: from one at which events hardly matter, by a factor, at most so often.
constexpr double kCheap = 0.5, kRise = 2;
constexpr int kRungs = 9, kBisections = 3;

/// Dead zones of an untuned network, and of a layer that is made worse to see how much it matters.
constexpr double kZone = 0.65, kWorse[] = {1.0, 1.5};
/// Networks that are the same all over are candidates too: often hard to beat.
constexpr double kUniform[] = {0.6, 0.7, 0.8};

nlohmann::json toJSON(const Choice &choice) {
  return {{"scale", choice.scale}, {"zones", choice.zones}, {"initial", choice.initial}};
}

Choice toChoice(const nlohmann::json &json) {
  return {json.at("scale"), json.at("zones"), json.at("initial")};
}

nlohmann::json toJSON(const Candidate &candidate) {
  nlohmann::json choices = nlohmann::json::array();
  for (const Choice &choice : candidate.choices)
    choices.push_back(toJSON(choice));
  return choices;
}

/// A short name for a candidate that no other has.
std::string getName(const Candidate &candidate) {
  std::string text = toJSON(candidate).dump();
  for (const Frame &frame : candidate.frames)
    text += fmt::format(" {}", frame.start);
  uint64_t hash = 14695981039346656037u; // FNV-1a
  for (char letter : text)
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211u;
  return fmt::format("{} steps, {:016x}", candidate.steps, hash);
}

} // namespace

void Candidate::countSteps() {
  steps = perLayer = 0;
  for (auto [frame, choice] : llvm::zip(frames, choices)) {
    auto taken = static_cast<uint32_t>(choice.zones.size());
    perLayer = std::max(perLayer, taken);
    steps = std::max(steps, frame.start + taken);
  }
}

std::optional<Budget> parseBudget(StringRef text) {
  auto [name, number] = text.split('=');
  double value;
  if (number.getAsDouble(value))
    return std::nullopt;
  if (name == "agreement" && value > 0 && value <= 1)
    return Budget{value, -1};
  if (name == "points" && value >= 0 && value <= 100)
    return Budget{0, value};
  return std::nullopt;
}

Search::Search(func::FuncOp network, const Bench &bench, Memo memo, SearchOptions options)
    : network(network), bench(bench), memo(std::move(memo)), options(options),
      neurons(getNeurons(network)), depths(getDepths(network)),
      progress("tuning", kRungs * (kMost - kFewest) + static_cast<int64_t>(neurons.size())) {
  std::vector<double> fanOuts = getFanOuts(network);
  double sum = 0;
  for (auto [i, neuron] : llvm::enumerate(neurons)) {
    double weight = options.goal == Goal::Energy ? fanOuts[i] : 1;
    shares.push_back(weight * neuron.getSpikes().getType().getNumElements());
    sum += shares.back();
  }
  for (double &share : shares)
    share /= sum;
  if (neurons.front().getSchedule().getKind() == snn::ScheduleKind::Dyadic)
    first = neurons.front().getSchedule().getFirst();
}

bool Search::fail(const std::string &message) {
  if (problem.empty())
    problem = message;
  return false;
}

/// Every layer takes `perLayer` steps; they begin evenly over the time there is.
Candidate Search::makeUniform(uint32_t steps, uint32_t perLayer, double zone) const {
  Candidate candidate;
  int64_t deepest = std::max<int64_t>(1, *std::max_element(depths.begin(), depths.end()));
  // Beyond as many steps as a layer takes, waiting longer gains nothing.
  double skew = std::min<double>(static_cast<double>(steps - perLayer) / deepest, perLayer);
  for (int64_t depth : depths) {
    candidate.frames.push_back({static_cast<uint32_t>(std::floor(skew * depth + 1e-9)), first});
    candidate.choices.push_back({1, std::vector<double>(perLayer, zone), {}});
  }
  candidate.countSteps();
  return candidate;
}

void Search::applyAll(const Candidate &candidate) {
  for (auto [i, neuron] : llvm::enumerate(neurons))
    apply(neuron, candidate.frames[i], candidate.choices[i]);
}

std::optional<Measurement> Search::measure(const Candidate &candidate, int64_t images) {
  images = std::min(images, bench.size());
  std::string name = fmt::format("{} images, {}", images, getName(candidate));
  if (const nlohmann::json *kept = memo.find(name))
    return Measurement{(*kept)[0], (*kept)[1], (*kept)[2], (*kept)[3], (*kept)[4]};
  applyAll(candidate);
  auto found = bench.measure(network, candidate.steps, images);
  if (!found) {
    fail(found.error());
    return std::nullopt;
  }
  if (auto status = memo.keep(name, {found->agreement, found->accuracy, found->distortion,
                                     found->events, found->energy});
      !status) {
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
  std::string name = fmt::format("price {}, {}", price, getName(candidate));
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
  Candidate base = makeUniform(options.maxSteps, perLayer, kZone);
  applyAll(base);
  func::FuncOp listening = cloneListening(network);
  auto recordings = bench.record(listening, base.steps, kRecorded, kPerImage);
  listening.erase();
  auto before = measure(base, kWeighed);
  if (!recordings || !before)
    return fail(recordings ? "cannot be measured" : recordings.error());
  for (size_t i = 0; i < neurons.size(); ++i) {
    Candidate worse = base;
    std::vector<double> &zones = worse.choices[i].zones;
    for (size_t k = 0; k < std::min<size_t>(2, zones.size()); ++k)
      zones[zones.size() - 1 - k] = kWorse[1 - k];
    auto after = measure(worse, kWeighed);
    if (!after)
      return false;
    double local = replay((*recordings)[i], base.frames[i], worse.choices[i]).error -
                   replay((*recordings)[i], base.frames[i], base.choices[i]).error;
    errorWeights.push_back(local > 0 ? (after->distortion - before->distortion) / local : 0);
    progress.update(++done);
  }
  // Few images see some layers not at all, or the wrong way round.
  std::vector<double> sorted = errorWeights;
  std::sort(sorted.begin(), sorted.end());
  double least = std::max(sorted[sorted.size() / 2] * 0.2, 1e-12);
  for (double &weight : errorWeights)
    weight = std::max(weight, least);
  return true;
}

bool Search::keeps(const Measurement &found) const {
  if (options.budget.points >= 0)
    return 100 * (bench.annAccuracy() - found.accuracy) <= options.budget.points + 1e-9;
  return found.agreement >= options.budget.agreement - 1e-9;
}

double Search::getCost(const Measurement &found) const {
  return options.goal == Goal::Energy ? found.energy : found.events;
}

/// Measures a candidate and notes it; whether it keeps the budget.
std::optional<bool> Search::consider(const Candidate &candidate) {
  auto found = measure(candidate, kCounted);
  if (!found)
    return std::nullopt;
  Point point{*found, candidate.steps, candidate.perLayer, candidate.price,
              std::min(kCounted, bench.size())};
  front.points.push_back(point);
  tried.push_back({candidate, point});
  progress.update(++done);
  return keeps(*found);
}

/// Raises the price for every number of steps per layer until the budget is lost.
bool Search::searchPrices(uint32_t steps) {
  for (uint32_t perLayer = kFewest + 1; perLayer <= std::min(kMost - 1, steps); ++perLayer) {
    Candidate candidate = makeUniform(steps, perLayer, kZone);
    auto untuned = measure(candidate, kWeighed);
    if (!untuned)
      return false;
    for (double zone : kUniform)
      if (!consider(makeUniform(steps, perLayer, zone)))
        return false;
    double price = kCheap * untuned->distortion / std::max(untuned->events, 1e-6);
    Candidate last = candidate;
    for (int rung = 0; rung < kRungs; ++rung, price *= kRise) {
      last = candidate;
      if (!refine(candidate, price))
        return false;
      auto kept = consider(candidate);
      if (!kept)
        return false;
      // The first rungs may lack steps, not events.
      if (!*kept && rung >= 1)
        break;
    }
    double low = price / kRise, high = price;
    for (int i = 0; i < kBisections; ++i) {
      double middle = std::sqrt(low * high);
      candidate = last;
      if (!refine(candidate, middle))
        return false;
      auto kept = consider(candidate);
      if (!kept)
        return false;
      (*kept ? low : high) = middle;
    }
  }
  return true;
}

/// The fewest steps at which some candidate keeps the budget, whatever its events.
std::optional<uint32_t> Search::findFewestSteps() {
  auto isEnough = [&](uint32_t steps) -> std::optional<bool> {
    for (uint32_t perLayer = kFewest; perLayer <= std::min(kMost, steps); ++perLayer) {
      Candidate candidate = makeUniform(steps, perLayer, kZone);
      auto untuned = measure(candidate, kWeighed);
      if (!untuned)
        return std::nullopt;
      if (!refine(candidate, 0.25 * kCheap * untuned->distortion / std::max(untuned->events, 1e-6)))
        return std::nullopt;
      auto kept = consider(candidate);
      if (!kept || *kept)
        return kept;
    }
    return false;
  };
  uint32_t low = kFewest - 1, high = options.maxSteps; // low is not enough; high is believed to be
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    auto enough = isEnough(middle);
    if (!enough)
      return std::nullopt;
    (*enough ? high : low) = middle;
  }
  return high;
}

/// Takes the cheapest candidate of `steps` at most that keeps the budget on all images; none leaves
/// `isKept` false.
bool Search::confirm(uint32_t steps, bool &isKept) {
  std::vector<const Tried *> order;
  for (const Tried &one : tried)
    if (one.candidate.steps <= steps && keeps(one.point.found))
      order.push_back(&one);
  // Of two that cost the same, the one that was tried first.
  llvm::sort(order, [&](const Tried *a, const Tried *b) {
    return std::pair(getCost(a->point.found), a) < std::pair(getCost(b->point.found), b);
  });
  isKept = false;
  for (const Tried *one : order) {
    auto found = measure(one->candidate, bench.size());
    if (!found)
      return false;
    if (!keeps(*found))
      continue;
    isKept = true;
    front.chosen = one->point;
    front.chosen.found = *found;
    front.chosen.images = bench.size();
    applyAll(one->candidate);
    return true;
  }
  return true;
}

numpy::Status Search::run() {
  uint32_t steps = options.maxSteps;
  bool isKept = false;
  auto fewest = [&]() -> bool {
    if (options.goal != Goal::Steps)
      return true;
    auto found = findFewestSteps();
    steps = found.value_or(0);
    return found.has_value();
  };
  if (!measureWeights() || !fewest() || !searchPrices(steps) || !confirm(steps, isKept))
    return numpy::Error{problem};
  // What a few images allow, all of them may not.
  while (!isKept && options.goal == Goal::Steps && steps < options.maxSteps)
    if (!searchPrices(++steps) || !confirm(steps, isKept))
      return numpy::Error{problem};
  if (isKept) {
    settleScales(network, first);
    return numpy::success();
  }
  Measurement best;
  for (const Point &point : front.points)
    if (point.found.agreement > best.agreement)
      best = point.found;
  return numpy::Error{
      fmt::format("no choice within {} time steps keeps the budget ({}); the best one "
                  "found has agreement {:.4f} at {:.2f} events per neuron",
                  options.maxSteps, front.budget, best.agreement, best.events)};
}

} // namespace snnc::tune
