//===- Updates on cores: the runtime's events and outputs, whatever came before ------------------------------------===//
//
// Random networks that take updates, cut for a roomy core and for small ones that force every lowering, and random
// sequences of frames: nothing changes, little does, everything does, an earlier frame comes back. The simulator sends the
// runtime's events of every frame in every step and ends in its outputs, with any number of threads; so does the C of the
// cores, in its outputs.
//
//===------------------------------------------------------------------------------------------------===//
#include "dialects/core/Core.h"
#include "snn/Engine.h"
#include "targets/core/c/CoreC.h"
#include "targets/core/simulator/Simulator.h"
#include "test/equivalence/CoreNetwork.h"
#include "test/equivalence/IntegerNetwork.h"
#include "test/equivalence/MakeProgram.h"
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fmt/ranges.h>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace mlir;
namespace fs = std::filesystem;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 12, kFrames = 7;

using Frame = std::vector<double>;

/// By population, time step and neuron.
using Events = std::vector<std::tuple<size_t, uint32_t, uint32_t, double>>;

struct Answer {
  Events events;
  Frame outputs; ///< decoded
};

std::vector<Answer> runRuntime(const ::snn::Program &program, const std::vector<Frame> &frames,
                               double threshold) {
  ::snn::Engine engine(program, {.updates = true, .inputThreshold = threshold});
  std::vector<Answer> answers;
  engine.watch([&](size_t layer, uint32_t time, uint32_t element, double worth) {
    answers.back().events.emplace_back(layer, time, element, worth);
  });
  for (const Frame &frame : frames) {
    Answer &answer = answers.emplace_back();
    if (answers.size() == 1)
      engine.start(frame.data());
    else if (auto problem = engine.update(frame.data()))
      ADD_FAILURE() << problem->message;
    engine.run(kSteps);
    std::sort(answer.events.begin(), answer.events.end());
    answer.outputs.assign(engine.decoded(), engine.decoded() + program.decodedSize());
  }
  return answers;
}

/// Populations keep their order; relays stand between them.
Events listEvents(const core::Program &program, const core::Simulator &simulator) {
  Events events;
  size_t population = 0;
  for (size_t layer = 0; layer < program.layers.size(); ++layer) {
    const core::LayerKind kind = program.layers[layer].kind;
    if (kind != core::LayerKind::Input && kind != core::LayerKind::Neuron)
      continue;
    for (uint32_t t = 0; t < kSteps; ++t)
      for (const core::Simulator::Event &event : simulator.events(layer, t))
        events.emplace_back(population, t, event.neuron, event.value);
    ++population;
  }
  return events;
}

std::vector<int32_t> readFrame(const core::Simulator &simulator, const Frame &frame) {
  std::vector<int32_t> raw;
  for (double value : frame)
    raw.push_back(simulator.readRaw(value));
  return raw;
}

/// The frames as the cores take them, and what comes of them.
std::vector<core::Sample> compare(const core::Program &program, const std::vector<Frame> &frames,
                                  const std::vector<Answer> &wanted, unsigned threads) {
  core::Simulator simulator(program, threads);
  std::vector<core::Sample> samples;
  for (size_t n = 0; n < frames.size(); ++n) {
    SCOPED_TRACE("frame " + std::to_string(n));
    core::Sample sample{readFrame(simulator, frames[n]), {}};
    sample.output = n == 0 ? simulator.run(sample.raw) : simulator.update(sample.raw);
    EXPECT_TRUE(listEvents(program, simulator) == wanted[n].events);
    EXPECT_EQ(simulator.scale(sample.output), wanted[n].outputs);
    samples.push_back(std::move(sample));
  }
  return samples;
}

/// The C of the cores on the same frames, by its own self-test.
void compareC(const core::Program &program, const std::vector<core::Sample> &samples) {
  fs::path folder = fs::temp_directory_path() / ("snnc-core-updates-" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::vector<core::CFile> files = core::writeC(program);
  for (core::CFile &file : core::writeSelfTest(program, samples))
    files.push_back(std::move(file));
  for (const core::CFile &file : files)
    std::ofstream(folder / file.name, std::ios::binary) << file.text;
  const std::string command = std::string("make -s -C ") + folder.string() + " CC=" SNNC_TEST_CC +
                              " CFLAGS='-O0 -Werror' run > " + (folder / "log").string() + " 2>&1";
  const int code = std::system(command.c_str());
  std::ifstream log(folder / "log");
  EXPECT_EQ(code, 0) << log.rdbuf();
  fs::remove_all(folder);
}

TEST(CoreUpdates, RandomNetworks) {
  MLIRContext context;
  loadDialects(context);
  context.loadDialect<core::CoreDialect>();
  std::string reason;
  ScopedDiagnosticHandler keep(&context, [&](Diagnostic &diagnostic) {
    reason = diagnostic.str();
    return success();
  });
  constexpr uint32_t kPinned[] = {75, 74, 75, 67};
  uint32_t cases = getCases("SNNC_RANDOM_CASES", 150), compared = 0, inC = 0;
  std::vector<CoreModelCase> models = getCoreModels();
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random =
        makeRandomNetwork(seed, Networks::Updatable, Sizes::Small, Outputs::Several);
    OwningOpRef<ModuleOp> module = quantize(context, random, seed, kSteps);
    if (!module)
      continue;
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + random.text);
    const double threshold = seed % 3 == 0 ? 0.03 : 0;
    auto program = makeProgram(*module->getOps<func::FuncOp>().begin(), "random", kSteps);
    ASSERT_TRUE(program) << program.error();
    if (::snn::checkUpdates(*program)) {
      EXPECT_FALSE(mapToCores(*module, "generic", {kSteps, true, threshold}));
      EXPECT_NE(reason.find("takes no updates"), std::string::npos) << reason;
      continue;
    }
    ++compared;
    std::vector<Frame> frames = makeFrames(random.input, kFrames, seed);
    std::vector<Answer> wanted = runRuntime(*program, frames, threshold);
    for (CoreModelCase &model : models) {
      SCOPED_TRACE(model.name);
      auto onCores = mapToCores(*module, model.name, {kSteps, true, threshold});
      if (!onCores) {
        model.reasons.insert("seed " + std::to_string(seed) + ": " + reason);
        continue;
      }
      std::vector<core::Sample> samples = compare(*onCores, frames, wanted, 1 + model.held++ % 2);
      if (compared % 8 == 0 && &model == &models[compared / 8 % models.size()]) {
        compareC(*onCores, samples);
        ++inC;
      }
      if (HasFailure())
        return;
    }
  }
  expectPinned("SNNC_RANDOM_CASES", compared, 75, "networks that take updates");
  expectPinned("SNNC_RANDOM_CASES", inC, 8, "networks in C");
  for (size_t i = 0; i < models.size(); ++i)
    expectPinned("SNNC_RANDOM_CASES", models[i].held, kPinned[i],
                 fmt::format("{} refuses networks:\n{}", models[i].name,
                             fmt::join(models[i].reasons, "\n")));
}

} // namespace
} // namespace snnc::test
