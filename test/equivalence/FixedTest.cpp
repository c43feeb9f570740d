//===- Integer networks: the same bits from everyone ----------------------------------------------------------===//
//
// Random networks of every operation, code and schedule, quantized to 8, 4 and 2 bit weights and to 16 and
// 32 bit states: the runtime, step by step and layer by layer, gives the reference interpreter's
// integers in every step, and sends the same events from every population in every step.
//
//===------------------------------------------------------------------------------------------------===//
#include "dialects/snn/SNN.h"
#include "runtime/src/plan/Plan.h"
#include "snn/Engine.h"
#include "test/equivalence/IntegerNetwork.h"
#include "test/equivalence/MakeProgram.h"
#include <array>
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 12;

/// What every layer sends of each of its elements, row-major, in every step: 0 for no event.
using Sent = std::vector<std::vector<reference::Numbers>>;

struct Run {
  std::vector<std::vector<int32_t>> outputs; ///< after every step
  Sent sent;                                 ///< by layer and step
};

/// Of a sign-coded stream, events are those downwards, worth two steps.
Run runReference(func::FuncOp network, const std::vector<double> &input) {
  Trace trace = traceReference(network, input, kSteps);
  size_t layer = 0;
  for (Operation &op : network.front()) {
    auto spikes = op.getNumResults() == 1 ? dyn_cast<snn::SpikesType>(op.getResult(0).getType())
                                          : snn::SpikesType();
    if (!spikes)
      continue;
    if (spikes.getCode() == snn::SpikeCode::Sign)
      for (reference::Numbers &step : trace.sent[layer])
        for (double &change : step)
          change = change < 0 ? 2 * change : 0;
    ++layer;
  }
  return {trace.outputs, trace.sent};
}

Run runRuntime(const ::snn::Program &program, const std::vector<double> &input,
               ::snn::Order order) {
  ::snn::Engine engine(program);
  Run run;
  for (const ::snn::LayerInfo &layer : program.layers())
    if (layer.isNeuron || run.sent.empty()) // decoders send nothing
      run.sent.emplace_back(kSteps, reference::Numbers(layer.neurons));
  engine.watch([&](size_t layer, uint32_t time, uint32_t element, double worth) {
    EXPECT_EQ(run.sent[layer][time][element], 0) << "a second event";
    run.sent[layer][time][element] = worth;
  });
  engine.start(input.data());
  engine.run(kSteps, order, [&](uint32_t) {
    std::vector<int32_t> &output = run.outputs.emplace_back();
    for (const ::snn::detail::Decoder &decoder : program.plan()->decoders) {
      const auto &form = program.plan()->network.operations[decoder.operation].fixedOutput;
      for (uint64_t i = 0; i < decoder.order.size(); ++i)
        output.push_back(static_cast<int32_t>(
            std::ldexp(engine.decoded()[decoder.offset + i], static_cast<int>(form.fraction))));
    }
  });
  return run;
}

/// Counts the clips of a program that stay one, and those that run as a relu.
void countClips(const ::snn::Program &program, std::array<uint32_t, 2> &clips) {
  const auto &plan = std::get<::snn::detail::FixedPlan>(program.plan()->typed);
  for (size_t p = 0; p < plan.lower.size(); ++p)
    if (!plan.lower[p].empty())
      ++clips[plan.isRelu[p]];
}

void compare(func::FuncOp network, const std::vector<double> &input,
             std::array<uint32_t, 2> &clips) {
  auto program = makeProgram(network, "random", kSteps);
  ASSERT_TRUE(program) << program.error();
  countClips(*program, clips);
  Run reference = runReference(network, input);
  for (::snn::Order order : {::snn::Order::Steps, ::snn::Order::Layers}) {
    Run runtime = runRuntime(*program, input, order);
    ASSERT_EQ(reference.outputs, runtime.outputs);
    ASSERT_EQ(reference.sent, runtime.sent);
  }
}

TEST(FixedEquivalence, RuntimeAndReferenceOnRandomNetworks) {
  MLIRContext context;
  loadDialects(context);
  // Some have steps that do not fit together, or sums that do not fit in 32 bits.
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &) { return success(); });
  uint32_t cases = getCases("SNNC_RANDOM_CASES", 300), compared = 0;
  std::array<uint32_t, 2> clips = {0, 0}; // those that stay one, and those that run as a relu
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random =
        makeRandomNetwork(seed, Networks::Integer, Sizes::Small, Outputs::Several);
    OwningOpRef<ModuleOp> module = quantize(context, random, seed, kSteps);
    if (!module)
      continue;
    ++compared;
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream);
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + text);
    compare(*module->getOps<func::FuncOp>().begin(), random.input, clips);
    if (HasFatalFailure())
      return;
  }
  EXPECT_GT(clips[0], cases / 10);
  EXPECT_GT(clips[1], cases / 20);
  EXPECT_GT(compared, cases / 5) << "too few networks had an integer form";
  expectPinned("SNNC_RANDOM_CASES", compared, 295, "networks that have an integer form");
  RecordProperty("compared", static_cast<int>(compared));
}

} // namespace
} // namespace snnc::test
