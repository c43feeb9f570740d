// Replays of recordings, against steps done by hand.
#include "compiler/tune/Replay.h"
#include <gtest/gtest.h>

using namespace snnc::tune;

namespace {

/// Neurons of one channel that strive for the same number in every step.
Recording makeRecording(const std::vector<float> &targets, uint32_t steps) {
  Recording recording;
  recording.steps = steps;
  recording.channels = 1;
  for (uint32_t t = 0; t < steps; ++t)
    recording.targets.insert(recording.targets.end(), targets.begin(), targets.end());
  recording.channel.assign(targets.size(), 0);
  return recording;
}

TEST(Replay, CountsDigits) {
  // 0.5 takes one event of 1/2; 0.75 takes 1/2 and 1/4; 0 takes none.
  Recording recording = makeRecording({0.5f, 0.75f, 0.0f}, 3);
  Outcome outcome = replay(recording, {0, 0.5}, {1, {0.5, 0.5, 0.5}, {}});
  EXPECT_DOUBLE_EQ(outcome.events, 3.0 / 3);
  EXPECT_NEAR(outcome.error, 0, 1e-12);
}

TEST(Replay, StartsLate) {
  Recording recording = makeRecording({0.5f}, 3);
  recording.targets = {0.0f, 0.5f, 0.5f}; // the input comes after one step
  EXPECT_DOUBLE_EQ(replay(recording, {1, 0.5}, {1, {0.5, 0.5}, {}}).events, 1);
}

TEST(Replay, InitialOutputsAreFree) {
  Recording recording = makeRecording({0.5f, 0.5f}, 3);
  Choice choice = optimizeInitial(recording, {0, 0.5}, {1, 0.1}, {1, {0.5, 0.5, 0.5}, {}});
  ASSERT_EQ(choice.initial.size(), 1u);
  EXPECT_DOUBLE_EQ(choice.initial[0], 0.5);
  EXPECT_DOUBLE_EQ(replay(recording, {0, 0.5}, choice).events, 0);
}

TEST(Replay, DearEventsAreSaved) {
  Recording recording = makeRecording({0.5f, 0.53f, 0.28f, 0.1f}, 5);
  Frame frame{0, 0.5};
  Choice from{1, {0.6, 0.6, 0.6, 0.6, 0.6}, {}};
  double before = 3;
  for (double price : {1e-6, 1e-3, 1e-1}) {
    Weights weights{1, price};
    Choice choice = optimizeSteps(recording, frame, weights, from);
    Outcome outcome = replay(recording, frame, choice);
    EXPECT_LE(outcome.cost(weights), replay(recording, frame, from).cost(weights));
    EXPECT_LE(outcome.events, before);
    before = outcome.events;
  }
  EXPECT_LE(before, 1) << "nobody sends more than a first digit at that price";
}

} // namespace
