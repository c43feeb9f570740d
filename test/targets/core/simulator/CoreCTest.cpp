//===- The generated C: compiled, run, and the simulator's outputs -----------------------------------------------===//
#include "targets/core/c/CoreC.h"

#include "targets/core/simulator/Simulator.h"
#include "test/targets/core/simulator/Testing.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace snnc::core {

namespace {

/// A main that reads raw numbers and prints outputs, for every sample of its input.
const char *const kMain =
    "#include \"cores.h\"\n#include <stdio.h>\n"
    "int main(void) {\n  static int32_t raw[CHIP_INPUTS], output[CHIP_OUTPUTS];\n"
    "  for (;;) {\n    for (int i = 0; i < CHIP_INPUTS; ++i) {\n"
    "      if (scanf(\"%d\", &raw[i]) != 1) {\n        return 0;\n      }\n    }\n"
    "    chip_run(raw, output);\n"
    "    for (int i = 0; i < CHIP_OUTPUTS; ++i) {\n"
    "      printf(\"%d\\n\", (int)output[i]);\n    }\n  }\n}\n";

class CoreC : public testing::Test {
protected:
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("snnc-core-c-" + std::to_string(getpid()));

  void SetUp() override { std::filesystem::create_directories(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void save(const std::string &name, const std::string &text) {
    std::ofstream(folder / name, std::ios::binary) << text;
  }
  int shell(const std::string &command) { return std::system(command.c_str()); }

  void expectSame(const Program &program) {
    for (const CFile &file : writeC(program))
      save(file.name, file.text);
    save("main.c", kMain);
    std::string warnings = "-std=c99 -O1 -pedantic -Wall -Wextra -Wconversion -Wsign-conversion "
                           "-Wshadow -Wcast-qual -Wundef -Werror";
    ASSERT_EQ(shell(std::string(SNNC_TEST_CC) + " " + warnings + " " + folder.string() +
                    "/*.c -o " + folder.string() + "/run"),
              0);
    constexpr uint32_t kSamples = 3;
    Simulator simulator(program, 1);
    std::string input, expected;
    for (uint32_t seed = 0; seed < kSamples; ++seed) {
      std::vector<int32_t> raw = test::makeInput(seed);
      for (int32_t number : raw)
        input += std::to_string(number) + "\n";
      for (int32_t number : simulator.run(raw))
        expected += std::to_string(number) + "\n";
    }
    save("input.txt", input);
    ASSERT_EQ(shell(folder.string() + "/run < " + folder.string() + "/input.txt > " +
                    folder.string() + "/output.txt"),
              0);
    std::ifstream stream(folder / "output.txt");
    std::string output((std::istreambuf_iterator<char>(stream)), {});
    EXPECT_EQ(output, expected);
  }
};

TEST_F(CoreC, ComputesTheSimulatorsBits) { expectSame(test::makeProgram(11, 2, 16)); }

TEST_F(CoreC, WithStatesOf32BitsAndAnInputThatSendsSigns) {
  Program program = test::makeProgram(12, 4, 32);
  program.layers[0].inputCode = InputCode::Spike;
  program.layers[0].eventFraction = 8;
  program.layers[0].steps = {128, 64, 32, 16};
  expectSame(program);
}

TEST_F(CoreC, WithATableAndTheSignCode) {
  Program program = test::makeProgram(14, 4, 16);
  program.layers[1].function = Function::Abs;
  program.layers[2].function = Function::Table;
  for (int i = 0; i < 257; ++i)
    program.layers[2].table.push_back(static_cast<int16_t>((i * i) % 4000 - 1000));
  program.layers[2].ternary = false;
  program.layers[2].tieAbove = false;
  program.layers[2].zones.clear();
  expectSame(program);
}

/// A range for each channel: values of the table grow and shrink on their way to the neurons' units.
TEST_F(CoreC, WithATableAndGains) {
  for (bool isPerChannel : {true, false}) {
    Program program = test::makeProgram(16, 2, 32);
    Layer &layer = program.layers[2];
    layer.function = Function::Table;
    for (int i = 0; i < 257; ++i)
      layer.table.push_back(static_cast<int16_t>((i * i) % 3000 - 700));
    layer.gainShift = 14;
    for (int32_t neuron = 0; neuron < 64; ++neuron)
      layer.gains.push_back(9000 + 7000 * (isPerChannel ? neuron / 16 : neuron % 5));
    std::vector<int32_t> with = Simulator(program, 1).run(test::makeInput(0));
    expectSame(program);
    layer.gains.clear();
    EXPECT_NE(Simulator(program, 1).run(test::makeInput(0)), with);
  }
}

/// Bounds of channels, or of each neuron, and of neither side.
TEST_F(CoreC, WithBounds) {
  for (int32_t variant = 0; variant < 3; ++variant) {
    Program program = test::makeProgram(18, 2, 32);
    Layer &layer = program.layers[2];
    layer.function = Function::Clip;
    for (int32_t neuron = 0; neuron < 64; ++neuron) {
      layer.lower.push_back(variant == 0 ? 0 : -100 + 30 * (neuron / 16));
      layer.upper.push_back(variant == 2 ? 150 + neuron : 200 + 300 * (neuron / 16));
    }
    std::vector<int32_t> with = Simulator(program, 1).run(test::makeInput(0));
    expectSame(program);
    layer.lower.assign(64, INT16_MIN);
    layer.upper.assign(64, INT16_MAX);
    EXPECT_NE(Simulator(program, 1).run(test::makeInput(0)), with);
  }
}

TEST_F(CoreC, WithAProduct) { expectSame(test::makeProductProgram(15, 2)); }

/// A change as large as the threshold is not sent, in C either; one beyond it is, and nothing where nothing changes.
TEST_F(CoreC, SendsChangesBeyondTheThreshold) {
  Program program = test::makeProgram(17, 2, 32);
  program.layers[0].inputMultipliers = {16, 16};
  program.layers[0].inputOffsets = {0, 0};
  program.updates = true;
  program.thresholds = {15, 0};
  program.layers[1].hysteresis = 20;
  Simulator simulator(program, 1);
  std::vector<int32_t> first(32, 80), next = first;
  next[0] += 60; // four count one
  next[1] -= 60;
  next[2] += 64;
  next[20] += 4;
  std::vector<Sample> samples{{first, simulator.run(first)}};
  samples.push_back({next, simulator.update(next)});
  std::vector<std::pair<uint32_t, int32_t>> sent;
  for (const Simulator::Event &event : simulator.events(0, 0))
    sent.emplace_back(event.neuron, event.value);
  EXPECT_EQ(sent, (std::vector<std::pair<uint32_t, int32_t>>{{2, 16}, {20, 1}}));
  samples.push_back({next, simulator.update(next)});
  EXPECT_EQ(samples[2].output, samples[1].output);
  EXPECT_EQ(simulator.eventsEnd(), 0U);
  std::vector<int32_t> last = next;
  for (int i = 0; i < 16; ++i) // all of a channel, by as much as the threshold
    last[i] = first[i] + (i == 2 ? 124 : 60);
  samples.push_back({last, simulator.update(last)});
  EXPECT_EQ(samples[3].output, samples[2].output);
  // Sent, they are: what follows would be seen.
  Program sensitive = program;
  sensitive.thresholds = {0, 0};
  Simulator other(sensitive, 1);
  other.run(first);
  other.update(next);
  EXPECT_NE(other.update(last), samples[3].output);
  std::vector<CFile> files = writeC(program);
  for (CFile &file : writeSelfTest(program, samples))
    files.push_back(std::move(file));
  for (const CFile &file : files)
    save(file.name, file.text);
  EXPECT_EQ(shell("make -s -C " + folder.string() +
                  " CC=" SNNC_TEST_CC " CFLAGS='-O1 -Werror' run > " + folder.string() + "/log"),
            0);
}

TEST_F(CoreC, WithARelay) {
  Program program = test::makeProgram(13, 4, 16);
  // The second layer's way past becomes a relay on a core of its own, one step later.
  Layer relay = program.layers[1];
  relay.name = "relay";
  relay.kind = LayerKind::Relay;
  relay.depth = 2;
  relay.paths = {program.layers[2].paths[1]};
  relay.paths[0].source = 1;
  relay.operands[0].start.assign(64, 0);
  relay.operands[0].multipliers.clear();
  relay.steps = relay.zones = {};
  program.layers.insert(program.layers.begin() + 2, relay);
  Layer &second = program.layers[3];
  second.depth = 3;
  second.paths[1] = {2, 0, {}};
  program.layers[4].depth = 4;
  program.layers[4].paths[0].source = 3;
  for (Core &core : program.cores)
    for (Population &population : core.populations)
      population.layer += population.layer >= 2;
  program.cores[1].axons = {{1, {{0, 64}}}, {2, {{0, 64}}}};
  program.cores[2].axons = {{3, {{0, 64}}}};
  Core extra = program.cores[0];
  extra.x = 2;
  extra.y = 2;
  extra.populations[0].layer = 2;
  extra.axons = {{1, {{0, 64}}}};
  program.cores.push_back(extra);
  std::vector<uint8_t> bytes = writeProgram(program);
  auto read = readProgram(bytes.data(), bytes.size(), "relay.snnk");
  ASSERT_TRUE(read) << read.error();
  // A relay changes nothing but the time at which things arrive.
  Program plain = test::makeProgram(13, 4, 16);
  EXPECT_EQ(Simulator(program, 1).run(test::makeInput(2)),
            Simulator(plain, 1).run(test::makeInput(2)));
  expectSame(program);
}

} // namespace
} // namespace snnc::core
