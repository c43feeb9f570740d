#include "compiler/tune/Replay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace snnc::tune {

namespace {

/// Beyond 0.75 a step is hardly ever taken that a later one could not take back cheaper; the last step
/// has no later one, and 1.5 all but ends it.
constexpr double kZones[] = {0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9, 1.0, 1.2, 1.5};
constexpr double kScales[] = {1.0, 0.9, 0.8, 0.7, 0.6};
constexpr int kRounds = 2;
constexpr int kQuantiles = 8;
/// Of its cost that an initial output must save to be worth having.
constexpr double kWorthwhile = 0.02;

/// The steps of a choice, ready to be taken.
struct Steps {
  std::vector<float> size, zone;

  Steps(const Frame &frame, const Choice &choice) {
    double eta = frame.first * choice.scale;
    for (double dead : choice.zones) {
      size.push_back(static_cast<float>(eta));
      zone.push_back(static_cast<float>(eta * dead));
      eta /= 2;
    }
  }

  /// Moves the outputs `y` of samples `begin` to `end` from step `start` of a recording on, and counts
  /// their events. Step by step over many samples, which compilers turn into vector instructions.
  void run(const Recording &recording, uint32_t start, size_t begin, size_t end, float *y,
           float *events) const {
    for (size_t k = 0; k < size.size(); ++k) {
      const float *target = recording.at(start + k) + begin;
      const float eta = size[k], dead = zone[k];
      for (size_t i = 0; i < end - begin; ++i) {
        float error = y[i] - target[i];
        float spike = (error > dead ? 1.0f : 0.0f) - (error < -dead ? 1.0f : 0.0f);
        y[i] -= spike * eta;
        events[i] += spike * spike;
      }
    }
  }
};

/// Outputs and events of some samples at a time.
struct Block {
  static constexpr size_t kSize = 256;
  std::array<float, kSize> y, events;

  /// Runs samples from `begin` on; returns how many they are.
  template <typename Initial>
  size_t run(const Steps &steps, const Recording &recording, uint32_t start, size_t begin,
             const Initial &getInitial) {
    size_t end = std::min(begin + kSize, recording.samples());
    for (size_t n = begin; n < end; ++n)
      y[n - begin] = getInitial(n);
    events.fill(0);
    steps.run(recording, start, begin, end, y.data(), events.data());
    return end - begin;
  }
};

double square(double value) { return value * value; }

} // namespace

Outcome replay(const Recording &recording, const Frame &frame, const Choice &choice) {
  Steps steps(frame, choice);
  double events = 0, both = 0, own = 0, wanted = 0;
  auto getInitial = [&](size_t n) {
    return choice.initial.empty() ? 0.0f : static_cast<float>(choice.initial[recording.channel[n]]);
  };
  Block block;
  for (size_t begin = 0; begin < recording.samples(); begin += Block::kSize) {
    size_t count = block.run(steps, recording, frame.start, begin, getInitial);
    const float *targets = recording.at(recording.steps - 1) + begin;
    // In single precision over a block, in double over blocks.
    float blockEvents = 0, blockBoth = 0, blockOwn = 0, blockWanted = 0;
    for (size_t i = 0; i < count; ++i) {
      blockEvents += block.events[i];
      blockBoth += targets[i] * block.y[i];
      blockOwn += block.y[i] * block.y[i];
      blockWanted += targets[i] * targets[i];
    }
    events += blockEvents;
    both += blockBoth;
    own += blockOwn;
    wanted += blockWanted;
  }
  double samples = std::max<double>(1, static_cast<double>(recording.samples()));
  double gain = own > 0 ? both / own : 1;
  return {events / samples, (wanted - (own > 0 ? gain * both : 0)) / samples, gain};
}

Choice optimizeSteps(const Recording &recording, const Frame &frame, const Weights &weights,
                     const Choice &from) {
  auto cost = [&](const Choice &choice) { return replay(recording, frame, choice).cost(weights); };
  Choice best = from;
  double min = cost(best);
  for (double scale : kScales) {
    Choice here = from;
    here.scale = scale;
    double now = cost(here);
    auto consider = [&](const Choice &other) {
      double price = cost(other);
      if (price >= now)
        return;
      now = price;
      here = other;
    };
    for (int round = 0; round < kRounds; ++round)
      for (size_t k = here.zones.size(); k-- > 0;)
        for (double zone : kZones) {
          Choice other = here;
          other.zones[k] = zone;
          consider(other);
        }
    while (here.zones.size() > 1) {
      Choice shorter = here;
      shorter.zones.pop_back();
      size_t before = here.zones.size();
      consider(shorter);
      if (here.zones.size() == before)
        break;
    }
    if (now < min) {
      min = now;
      best = here;
    }
  }
  return best;
}

Choice optimizeInitial(const Recording &recording, const Frame &frame, const Weights &weights,
                       const Choice &from) {
  Steps steps(frame, from);
  std::vector<std::vector<float>> values(recording.channels);
  const size_t last = recording.steps - 1;
  for (size_t n = 0; n < recording.samples(); ++n)
    values[recording.channel[n]].push_back(recording.at(last)[n]);
  for (std::vector<float> &channel : values)
    std::sort(channel.begin(), channel.end());

  Choice best = from;
  best.initial.assign(recording.channels, 0.0);
  std::vector<double> min(recording.channels, 0);
  const double gain = replay(recording, frame, from).gain;
  for (int q = 0; q <= kQuantiles; ++q) {
    std::vector<double> candidate(recording.channels, 0.0), cost(recording.channels, 0.0);
    for (size_t c = 0; q > 0 && c < values.size(); ++c)
      if (!values[c].empty())
        candidate[c] = values[c][values[c].size() * (2 * q - 1) / (2 * kQuantiles)];
    auto getInitial = [&](size_t n) { return static_cast<float>(candidate[recording.channel[n]]); };
    Block block;
    for (size_t begin = 0; begin < recording.samples(); begin += Block::kSize) {
      size_t count = block.run(steps, recording, frame.start, begin, getInitial);
      for (size_t i = 0; i < count; ++i)
        cost[recording.channel[begin + i]] +=
            weights.event * block.events[i] +
            weights.error * square(recording.at(last)[begin + i] - gain * block.y[i]);
    }
    for (size_t c = 0; c < values.size(); ++c)
      if (q == 0 || cost[c] < min[c] * (1 - kWorthwhile)) {
        min[c] = cost[c];
        best.initial[c] = candidate[c];
      }
  }
  if (std::all_of(best.initial.begin(), best.initial.end(), [](double y) { return y == 0; }))
    best.initial.clear();
  return best;
}

} // namespace snnc::tune
