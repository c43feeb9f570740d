//===- A mapped network computes what the integer network does -------------------------------------------------===//
//
// Random networks of every operation, quantized, cut for a roomy core and for small ones that force every
// lowering: many boxes, unshared weights, binary events of two polarities and of binary digits, relays for
// delays, relays that add up parts. The simulator sends the reference interpreter's events in every step.
//
//===------------------------------------------------------------------------------------------------===//
#include "dialects/snn/SNN.h"
#include "mlir/Pass/PassManager.h"
#include "targets/core/BuildProgram.h"
#include "targets/core/Passes.h"
#include "targets/core/simulator/Simulator.h"
#include "test/equivalence/IntegerNetwork.h"
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <set>

using namespace mlir;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 12;

struct Model {
  std::string name;
  uint32_t pinned; ///< of the default cases, how many it holds
  uint32_t held = 0;
  std::set<std::string> reasons; ///< to refuse others
};

/// Core models of test/targets/core/Inputs, and a bundled one.
std::vector<Model> getModels() {
  std::string inputs = SNNC_TEST_DIR "/targets/core/Inputs/";
  return {{"generic", 59, 0, {}},
          {inputs + "small-cores.toml", 59, 0, {}},
          {inputs + "binary-events.toml", 59, 0, {}},
          {inputs + "narrow-neurons.toml", 50, 0, {}}}; // not all fan-in can be cut
}

/// Maps a copy of `module`; nothing where the model refuses it.
std::optional<core::Program> mapTo(ModuleOp module, const std::string &model) {
  OwningOpRef<ModuleOp> copy = cast<ModuleOp>(module->clone());
  PassManager manager(module.getContext());
  ConvertSNNToCorePassOptions convert;
  convert.model = model;
  convert.steps = kSteps;
  manager.addPass(createConvertSNNToCorePass(convert));
  OpPassManager &nested = manager.nest<core::ProgramOp>();
  nested.addPass(createCorePartitionPass());
  nested.addPass(createCorePlacePass());
  if (failed(manager.run(*copy)))
    return std::nullopt;
  auto program = core::buildProgram(*copy->getOps<core::ProgramOp>().begin(),
                                    std::get<core::CoreModel>(core::loadModel(model)));
  if (failed(program))
    return std::nullopt;
  // The way through the file is part of the way.
  std::vector<uint8_t> bytes = core::writeProgram(*program);
  auto read = core::readProgram(bytes.data(), bytes.size(), "random.snnk");
  EXPECT_TRUE(read) << read.error();
  return read ? std::optional<core::Program>(*read) : std::nullopt;
}

void compare(const core::Program &program, const std::vector<double> &input, const Trace &trace) {
  core::Simulator simulator(program, 2);
  std::vector<int32_t> raw;
  for (double value : input)
    raw.push_back(simulator.readRaw(value));
  ASSERT_EQ(simulator.run(raw), trace.outputs.back());
  // Populations keep their order; relays stand between them.
  size_t population = 0;
  for (size_t layer = 0; layer < program.layers.size(); ++layer) {
    if (program.layers[layer].kind != core::LayerKind::Input &&
        program.layers[layer].kind != core::LayerKind::Neuron)
      continue;
    for (uint32_t t = 0; t < kSteps; ++t) {
      reference::Numbers sent(program.layers[layer].size(), 0.0);
      for (const core::Simulator::Event &event : simulator.events(layer, t))
        sent[event.neuron] = event.value;
      ASSERT_EQ(sent, trace.sent[population][t])
          << "layer '" << program.layers[layer].name << "' at step " << t;
    }
    ++population;
  }
}

TEST(CoreEquivalence, SimulatorAndReferenceOnRandomNetworks) {
  MLIRContext context;
  loadDialects(context);
  context.loadDialect<core::CoreDialect>();
  std::string reason;
  ScopedDiagnosticHandler keep(&context, [&](Diagnostic &diagnostic) {
    reason = diagnostic.str();
    return success();
  });
  uint32_t cases = getCases("SNNC_RANDOM_CASES", 60), quantized = 0;
  std::vector<Model> models = getModels();
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random =
        makeRandomNetwork(seed, Networks::Integer, Sizes::Small, Outputs::Several);
    OwningOpRef<ModuleOp> module = quantize(context, random, seed, kSteps);
    if (!module)
      continue;
    ++quantized;
    Trace trace = traceReference(*module->getOps<func::FuncOp>().begin(), random.input, kSteps);
    for (Model &model : models) {
      std::string text;
      llvm::raw_string_ostream(text) << *module;
      SCOPED_TRACE("seed " + std::to_string(seed) + " on " + model.name + "\n" + text);
      std::optional<core::Program> program = mapTo(*module, model.name);
      if (!program) {
        model.reasons.insert("seed " + std::to_string(seed) + ": " + reason);
        continue;
      }
      ++model.held;
      compare(*program, random.input, trace);
      if (HasFatalFailure())
        return;
    }
  }
  EXPECT_GT(quantized, cases / 3) << "too few networks had an integer form";
  expectPinned("SNNC_RANDOM_CASES", quantized, 59, "networks that have an integer form");
  for (const Model &model : models)
    expectPinned(
        "SNNC_RANDOM_CASES", model.held, model.pinned,
        fmt::format("{} refuses networks:\n{}", model.name, fmt::join(model.reasons, "\n")));
}

} // namespace
} // namespace snnc::test
