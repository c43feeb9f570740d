//===- A mapped network computes what the integer network does -------------------------------------------------===//
//
// Random networks of every operation, quantized, cut for a roomy core and for small ones that force every
// lowering: many boxes, unshared weights, binary events of two polarities and of binary digits, relays for
// delays, relays that add up parts. The simulator sends the reference interpreter's events in every step.
//
//===------------------------------------------------------------------------------------------------===//
#include "dialects/core/Core.h"
#include "targets/core/simulator/Simulator.h"
#include "test/equivalence/CoreNetwork.h"
#include "test/equivalence/IntegerNetwork.h"
#include <fmt/ranges.h>
#include <gtest/gtest.h>

using namespace mlir;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 12;

/// Of the default cases, how many each model holds; not all fan-in of the last can be cut.
constexpr uint32_t kPinned[] = {59, 59, 59, 50};

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
  std::vector<CoreModelCase> models = getCoreModels();
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random =
        makeRandomNetwork(seed, Networks::Integer, Sizes::Small, Outputs::Several);
    OwningOpRef<ModuleOp> module = quantize(context, random, seed, kSteps);
    if (!module)
      continue;
    ++quantized;
    Trace trace = traceReference(*module->getOps<func::FuncOp>().begin(), random.input, kSteps);
    for (CoreModelCase &model : models) {
      std::string text;
      llvm::raw_string_ostream(text) << *module;
      SCOPED_TRACE("seed " + std::to_string(seed) + " on " + model.name + "\n" + text);
      std::optional<core::Program> program = mapToCores(*module, model.name, {kSteps});
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
  for (size_t i = 0; i < models.size(); ++i)
    expectPinned("SNNC_RANDOM_CASES", models[i].held, kPinned[i],
                 fmt::format("{} refuses networks:\n{}", models[i].name,
                             fmt::join(models[i].reasons, "\n")));
}

} // namespace
} // namespace snnc::test
