//===- Searches, on a network that is a formula --------------------------------------------------------------===//
#include "compiler/tune/Search.h"

#include <cmath>
#include <gtest/gtest.h>
#include <set>

using namespace snnc::tune;

namespace {

/// Each of three layers leaves a quarter of the error with each step, and more the farther a dead zone is from 2/3; a
/// layer sends a third of an event a step.
class Formula final : public CandidateRunner {
public:
  int64_t size() const override { return 120; }

  snnc::data::Result<Measurement> measure(const Candidate &candidate, Images images) override {
    EXPECT_LE(images.end, size());
    isRepeated |= !asked.insert({candidate.getName("run"), images.begin, images.end}).second;
    const auto count = static_cast<double>(images.count());
    Measurement found;
    found.images = found.agreeing = found.safe = count;
    found.own = found.ann = count;
    found.both = count * std::sqrt(1 - getError(candidate));
    for (const Choice &choice : candidate.choices)
      found.events.push_back(count * static_cast<double>(choice.zones.size()) / 3);
    return found;
  }

  snnc::data::Result<std::vector<Recording>> record(const Candidate &candidate,
                                                    uint32_t steps) override {
    Recording recording;
    recording.steps = steps;
    recording.channels = 1;
    recording.channel.assign(64, 0);
    for (uint32_t t = 0; t < steps; ++t)
      for (int n = 0; n < 64; ++n)
        recording.targets.push_back(static_cast<float>(n) / 64);
    return std::vector<Recording>(candidate.choices.size(), recording);
  }

  snnc::data::Status settle(const Balance &) override { return snnc::data::success(); }

  static double getError(const Candidate &candidate) {
    double error = 0;
    for (const Choice &choice : candidate.choices) {
      double off = 0;
      for (double zone : choice.zones)
        off += (zone - 2.0 / 3) * (zone - 2.0 / 3);
      error += std::pow(0.25, static_cast<double>(choice.zones.size())) * (1 + off) / 4;
    }
    return error;
  }

  bool isRepeated = false; ///< whether it was asked for the same twice

private:
  std::set<std::tuple<std::string, int64_t, int64_t>> asked;
};

const Layers kLayers = {{0, 1, 2}, {0.5, 0.25, 0.25}, {0.5, 0.25, 0.25}, 0.5};

Found searchFor(double error, int64_t maxSteps, Formula &formula) {
  SearchOptions options;
  options.budget.error = error;
  options.maxSteps = maxSteps;
  auto found = search(kLayers, formula, *Memo::open("", "formula"), options);
  EXPECT_TRUE(found) << found.error();
  return *found;
}

TEST(Search, TakesTheCheapestThatKeepsTheBudget) {
  Formula formula;
  Found found = searchFor(0.001, 0, formula);
  EXPECT_TRUE(found.front.isKept);
  EXPECT_LE(Formula::getError(found.chosen), 0.001);
  EXPECT_EQ(found.front.chosen.found.images, 80) << "a third is held out";
  EXPECT_EQ(found.front.heldOut.images, 40);
  // All layers need the same: five steps, of which some layer may lose one.
  EXPECT_EQ(found.chosen.countLayerSteps(), 5u);
  for (const Point &point : found.front.points)
    if (point.found.images == 80 && point.found.getDistortion() <= 0.001) {
      EXPECT_GE(kLayers.getCost(point.found), kLayers.getCost(found.front.chosen.found));
    }
  EXPECT_FALSE(formula.isRepeated);
}

TEST(Search, SaysWhereNothingKeepsTheBudget) {
  Formula formula;
  Found found = searchFor(1e-6, 6, formula);
  EXPECT_FALSE(found.front.isKept);
  EXPECT_LE(found.chosen.countSteps(), 6u);
  for (const Point &point : found.front.points)
    EXPECT_GE(point.found.getDistortion() + 1e-12, Formula::getError(found.chosen));
}

TEST(Candidate, IsPlainData) {
  const Candidate one = kLayers.makeEqual({4, 1});
  Candidate other = kLayers.makeEqual({4, 1});
  EXPECT_EQ(one, other);
  EXPECT_EQ(one.hash(), other.hash());
  EXPECT_EQ(one.countSteps(), 6u);
  other.choices[1].scale = 0.9;
  EXPECT_NE(one, other);
  EXPECT_NE(one.hash(), other.hash());
  EXPECT_EQ(toChoices(toJSON(other.choices)), other.choices);
  other = one;
  ++other.frames[2].start;
  EXPECT_NE(one.hash(), other.hash());
  other = one;
  other.units = {0.5, 4};
  EXPECT_NE(one.getName("run"), other.getName("run"));
}

} // namespace
