//===- The simulator: one result however the network is cut; honest counts; published powers -------------------===//
#include "targets/core/simulator/Simulator.h"

#include "targets/core/simulator/Energy.h"
#include "test/targets/core/simulator/Testing.h"
#include <gtest/gtest.h>

namespace snnc::core {

namespace {

using test::makeInput;
using test::makeProgram;

TEST(Simulator, GivesTheSameBitsHoweverTheNetworkIsCut) {
  for (uint32_t stateBits : {16u, 32u})
    for (uint32_t seed = 0; seed < 20; ++seed) {
      Program whole = makeProgram(seed, 4, stateBits);
      Simulator reference(whole, 1);
      std::vector<int32_t> expected = reference.run(makeInput(seed));
      for (uint32_t rows : {1u, 2u}) {
        Program cut = makeProgram(seed, rows, stateBits);
        if (cut.cores.size() > 9)
          continue;
        for (unsigned threads : {1u, 3u}) {
          Simulator simulator(cut, threads);
          EXPECT_EQ(simulator.run(makeInput(seed)), expected) << seed;
          EXPECT_EQ(simulator.run(makeInput(seed)), expected) << "a second sample starts afresh";
          for (size_t layer = 0; layer < cut.layers.size(); ++layer)
            for (uint32_t t = 0; t < cut.steps; ++t) {
              auto events = simulator.events(layer, t), wanted = reference.events(layer, t);
              ASSERT_EQ(events.size(), wanted.size()) << layer << " at " << t;
              for (size_t i = 0; i < events.size(); ++i) {
                EXPECT_EQ(events[i].neuron, wanted[i].neuron);
                EXPECT_EQ(events[i].value, wanted[i].value);
              }
            }
        }
      }
    }
}

TEST(Simulator, CountsWhatHappens) {
  Program program = makeProgram(3, 2, 16);
  Simulator simulator(program, 2);
  simulator.run(makeInput(3));
  const Activity &activity = simulator.activity();
  EXPECT_EQ(activity.samples, 1u);
  EXPECT_GT(activity.layerSpikes[1], 0u);
  // Both cores of the first layer hear every event of the input, and so on: a message for each.
  EXPECT_EQ(activity.messages,
            2 * activity.layerSpikes[0] + 2 * activity.layerSpikes[1] + activity.layerSpikes[2]);
  // The input enters at (0, 0); the first layer sits at (0, 0) and (1, 0), the second at (2, 0), (0, 1),
  // the output at (1, 1).
  uint64_t first0 = activity.cores[0].spikes, first1 = activity.cores[1].spikes;
  uint64_t second0 = activity.cores[2].spikes, second1 = activity.cores[3].spikes;
  EXPECT_EQ(activity.hops(),
            activity.layerSpikes[0] + 3 * first0 + 3 * first1 + 2 * second0 + second1);
  // Four active steps of 64 neurons in each of two layers.
  EXPECT_EQ(activity.updates(), 512u);
  uint64_t before = activity.messages;
  simulator.run(makeInput(3));
  EXPECT_EQ(simulator.activity().messages, 2 * before) << "a sample adds up to the one before";
  simulator.clear();
  EXPECT_EQ(simulator.activity().samples, 0u);
}

TEST(Simulator, BinaryDigitsAreMessagesOfTheirOwn) {
  Program program = makeProgram(5, 4, 32);
  Simulator plain(program, 1);
  std::vector<int32_t> expected = plain.run(makeInput(5));
  program.layers[0].digits = 15;
  Simulator digits(program, 1);
  EXPECT_EQ(digits.run(makeInput(5)), expected);
  EXPECT_GT(digits.activity().messages, plain.activity().messages);
  EXPECT_GT(digits.activity().synapticOps(), plain.activity().synapticOps());
}

TEST(CoreProgram, SurvivesItsFile) {
  Program program = makeProgram(1, 2, 16);
  std::vector<uint8_t> bytes = writeProgram(program);
  EXPECT_EQ(bytes, writeProgram(program));
  auto read = readProgram(bytes.data(), bytes.size(), "net.snnk");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(writeProgram(*read), bytes);
  Simulator a(program, 1), b(*read, 1);
  EXPECT_EQ(a.run(makeInput(1)), b.run(makeInput(1)));
}

TEST(CoreProgram, ADamagedFileIsRefusedOrHarmless) {
  std::vector<uint8_t> bytes = writeProgram(makeProgram(1, 2, 16));
  EXPECT_FALSE(readProgram(bytes.data(), 7, "short.snnk"));
  EXPECT_EQ(readProgram(bytes.data(), 100, "short.snnk").error(),
            "short.snnk: is not a core program, or is damaged");
  uint32_t refused = 0;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    std::vector<uint8_t> damaged = bytes;
    damaged[at] ^= 0x55;
    auto read = readProgram(damaged.data(), damaged.size(), "damaged.snnk");
    if (!read)
      ++refused;
    else if (read->steps < 100 && read->input().size() == 32 && read->chipSteps() < 200)
      Simulator(*read, 1).run(makeInput(1));
  }
  EXPECT_GT(refused, 100u);
}

TEST(CoreProgram, WhatDoesNotFitIsNamed) {
  Program program = makeProgram(1, 2, 16);
  auto explain = [](const Program &changed) {
    std::vector<uint8_t> bytes = writeProgram(changed);
    auto read = readProgram(bytes.data(), bytes.size(), "net.snnk");
    return read ? std::string() : read.error();
  };
  Program changed = program;
  changed.cores[0].x = 3;
  EXPECT_EQ(explain(changed), "net.snnk: has a core outside of its mesh");
  changed = program;
  changed.layers[1].zones.pop_back();
  EXPECT_EQ(explain(changed), "net.snnk: layer 'first' has no zone for a step");
  changed = program;
  changed.layers[1].paths[0].stages[0].weightShape[1] = 3;
  EXPECT_EQ(explain(changed), "net.snnk: layer 'first' has a synapse whose shapes do not fit");
  changed = program;
  changed.cores.pop_back();
  EXPECT_EQ(explain(changed), "net.snnk: holds not every neuron of layer 'output' once");
  changed = program;
  changed.cores[0].populations[0].sizes[1] = 5;
  EXPECT_EQ(explain(changed), "net.snnk: has a population that leaves its layer");
}

CoreModel load(const char *name) { return std::get<CoreModel>(loadModel(name)); }

// C. Frenkel et al. 2019, figure 8b: 477 uW at 75 MHz and 35 uW at 1.3 MHz, one synaptic operation every
// second cycle.
TEST(Energy, OdinDrawsWhatWasMeasured) {
  Energy energy = load("odin").energy;
  EXPECT_NEAR(getPower(energy, 75, 37.5e6), 477e-6, 0.2e-6);
  EXPECT_NEAR(getPower(energy, 1.3, 0.65e6), 35e-6, 0.2e-6);
}

// F. Akopyan et al. 2015, figure 17, 0.8 V: 68, 71 and 94 mW at 11.58, 20.07 and 95.93 Hz with 128 synapses
// for each of 1,048,576 neurons. The middle point is not used in the fit.
TEST(Energy, TrueNorthDrawsWhatWasMeasured) {
  Energy energy = load("truenorth").energy;
  double synapses = 1048576.0 * 128;
  EXPECT_NEAR(getPower(energy, 0, 11.58 * synapses), 68e-3, 0.5e-3);
  EXPECT_NEAR(getPower(energy, 0, 20.07 * synapses), 71e-3, 0.5e-3);
  EXPECT_NEAR(getPower(energy, 0, 95.93 * synapses), 94e-3, 0.5e-3);
}

// Loihi's parts: 23.6 pJ a synaptic operation, 3 and 4 pJ a hop; nothing is published of rest and spikes.
TEST(Energy, IsGivenByPart) {
  CoreModel loihi = load("loihi");
  Activity activity;
  activity.samples = 2;
  activity.cores = {{10, 20, 1000, 100}};
  activity.hopsX = 30;
  activity.hopsY = 40;
  auto parts = countEnergy(loihi.energy, loihi.timing, activity);
  auto find = [&](const std::string &name) {
    for (const EnergyPart &part : parts)
      if (part.name == name)
        return part.picojoules;
    return std::optional<double>(-1);
  };
  EXPECT_DOUBLE_EQ(*find("synaptic operations"), 23.6 * 1000 / 2);
  EXPECT_DOUBLE_EQ(*find("neuron updates"), 81.0 * 100 / 2);
  EXPECT_DOUBLE_EQ(*find("hops in x"), 3.0 * 30 / 2);
  EXPECT_DOUBLE_EQ(*find("hops in y"), 4.0 * 40 / 2);
  EXPECT_FALSE(find("rest").has_value());
  EXPECT_FALSE(find("spikes").has_value());
}

} // namespace
} // namespace snnc::core
