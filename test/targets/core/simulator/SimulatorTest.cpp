//===- The simulator: one result however the network is cut; honest counts; published powers -------------------===//
#include "targets/core/simulator/Simulator.h"

#include "targets/core/simulator/Boxes.h"
#include "targets/core/simulator/Energy.h"
#include "targets/core/simulator/Product.h"
#include "test/targets/core/simulator/Testing.h"
#include <gtest/gtest.h>
#include <random>

namespace snnc::core {

namespace {

using test::makeInput;
using test::makeProductProgram;
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

TEST(Simulator, GivesTheSameBitsHoweverAProductIsCut) {
  for (uint32_t seed = 0; seed < 10; ++seed) {
    Program whole = makeProductProgram(seed, 4), cut = makeProductProgram(seed, 2);
    std::vector<uint8_t> bytes = writeProgram(cut);
    auto read = readProgram(bytes.data(), bytes.size(), "product.snnk");
    ASSERT_TRUE(read) << read.error();
    Simulator reference(whole, 1), simulator(*read, 2);
    for (int sample = 0; sample < 2; ++sample)
      EXPECT_EQ(simulator.run(makeInput(seed)), reference.run(makeInput(seed))) << seed;
    EXPECT_GT(simulator.activity().layerSpikes[2], 0u) << "nothing was multiplied";
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

/// A product of two blocks of matrices 3 x 4 by 4 x 5, or of 24 pairs of elements.
Layer makeProductLayer(bool matrix) {
  Layer layer;
  layer.name = "product";
  layer.kind = LayerKind::Product;
  layer.matrix = matrix;
  layer.shape = matrix ? Shape{2, 3, 5} : Shape{2, 3, 4};
  layer.operands.resize(2);
  layer.operands[0].shape = {2, 3, 4};
  layer.operands[1].shape = matrix ? Shape{2, 4, 5} : Shape{2, 3, 4};
  for (Operand &operand : layer.operands)
    for (uint64_t i = 0; i < countElements(operand.shape); ++i)
      operand.start.push_back(static_cast<int32_t>(i * 7 % 11) - 5);
  return layer;
}

int64_t multiply(const Layer &layer, const std::vector<int32_t> *factors, uint32_t b, uint32_t r,
                 uint32_t c) {
  if (!layer.matrix)
    return int64_t(factors[0][(b * 3 + r) * 4 + c]) * factors[1][(b * 3 + r) * 4 + c];
  int64_t sum = 0;
  for (uint32_t k = 0; k < 4; ++k)
    sum += int64_t(factors[0][(b * 3 + r) * 4 + k]) * factors[1][(b * 4 + k) * 5 + c];
  return sum;
}

/// No change of operand `i`.
std::vector<int32_t> makeSilence(const Layer &layer, const Population &box, size_t i) {
  return std::vector<int32_t>(countElements(takenBy(box, layer, i).sizes), 0);
}

TEST(Product, ChangesByWhatTheProductOfTheChangedFactorsIs) {
  for (bool matrix : {false, true}) {
    Layer layer = makeProductLayer(matrix);
    Population box{0, {0, 1, 1}, {2, 2, 3}};
    Product product(layer, box);
    std::vector<int32_t> factors[2] = {layer.operands[0].start, layer.operands[1].start};
    std::mt19937 random(1);
    for (int step = 0; step < 20; ++step) {
      std::vector<int32_t> before, change, changes[2];
      auto forBox = [&](auto visit) {
        for (uint32_t b = 0; b < 2; ++b)
          for (uint32_t r = 1; r < 3; ++r)
            for (uint32_t c = 1; c < 4; ++c)
              visit(multiply(layer, factors, b, r, c));
      };
      forBox([&](int64_t value) { before.push_back(static_cast<int32_t>(value)); });
      for (size_t i = 0; i < 2; ++i)
        for (uint32_t position : listNeurons(takenBy(box, layer, i), layer.operands[i].shape)) {
          changes[i].push_back(random() % 3 ? 0 : static_cast<int32_t>(random() % 200) - 100);
          factors[i][position] += changes[i].back();
        }
      product.advance(changes[0], changes[1], change);
      size_t at = 0;
      forBox([&](int64_t value) {
        EXPECT_EQ(change[at], value - before[at]) << "element " << at;
        ++at;
      });
    }
    std::vector<int32_t> change;
    EXPECT_EQ(product.advance(makeSilence(layer, box, 0), makeSilence(layer, box, 1), change), 0u)
        << "no change, no work";
  }
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

TEST(CoreProgram, WhatTakesNoUpdatesIsNamed) {
  Program program = makeProgram(1, 2, 32);
  program.updates = true;
  program.thresholds = {0, 3};
  auto explain = [](const Program &changed) {
    std::vector<uint8_t> bytes = writeProgram(changed);
    auto read = readProgram(bytes.data(), bytes.size(), "net.snnk");
    return read ? std::string() : read.error();
  };
  EXPECT_EQ(explain(program), "");
  Program changed = program;
  changed.thresholds.pop_back();
  EXPECT_EQ(explain(changed), "net.snnk: has no threshold for every channel of the input");
  changed = program;
  changed.thresholds[1] = -1;
  EXPECT_EQ(explain(changed),
            "net.snnk: has a threshold that no change of an input can be compared with");
  changed = program;
  changed.layers[0].inputCode = InputCode::Float;
  EXPECT_EQ(
      explain(changed),
      "net.snnk: layer 'input' takes no updates: only the direct code sends just what changed");
  changed = program;
  changed.layers[1].stateBits = 16;
  EXPECT_EQ(explain(changed),
            "net.snnk: layer 'first' takes no updates: estimates of 16 bits round every change");
  changed = program;
  changed.layers[2].ternary = false;
  changed.layers[2].zones.clear();
  EXPECT_EQ(explain(changed),
            "net.snnk: layer 'second' takes no updates: with the sign code it is never silent");
  changed = program;
  changed.layers[1].firstStep = 3;
  EXPECT_EQ(explain(changed), "net.snnk: layer 'first' takes no updates: its schedule does not end "
                              "within the program's time steps");
  changed = program;
  changed.layers[1].hysteresis = -1;
  EXPECT_EQ(explain(changed), "net.snnk: layer 'first' has a hysteresis that is none");
}

CoreModel load(const char *name) { return *loadModel(name); }

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
