//===- The runtime computes what the reference interpreter does ---------------------------------------------===//
//
// Random networks of every operation, code and schedule, in float64: the same outputs in every step,
// and the same number of events from every population; and the runtime layer by layer computes, bit for
// bit, what it does step by step.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/reference/SpikingEvaluator.h"
#include "dialects/ann/ANN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "snn/Engine.h"
#include "test/equivalence/IntegerNetwork.h"
#include "test/equivalence/MakeProgram.h"
#include "test/equivalence/RandomNetwork.h"
#include <gtest/gtest.h>

using namespace mlir;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 12;
/// Sums are taken in another order, so that estimates differ in the last bits; a comparison nearer to
/// a tie than this may fall either way.
constexpr double kTie = 1e-9;

/// Events that a stream of the reference carried, counted as the runtime does.
uint64_t countEvents(const reference::Numbers &sent, snn::SpikeCode code) {
  uint64_t events = 0;
  for (double change : sent)
    events += code == snn::SpikeCode::Sign ? change < 0 : change != 0;
  return events;
}

struct Outcome {
  bool nearTie = false;
};

/// The outputs of every step and the statistics in the end, in the given order.
struct Trace {
  std::vector<std::vector<double>> outputs;
  std::vector<::snn::LayerStatistics> statistics;
};

Trace trace(const ::snn::Program &program, const std::vector<double> &input, ::snn::Order order) {
  ::snn::Engine engine(program);
  Trace result;
  engine.start(input.data());
  engine.run(kSteps, order, [&](uint32_t time) {
    EXPECT_EQ(time, result.outputs.size() + 1);
    result.outputs.emplace_back(engine.output(), engine.output() + program.outputSize());
  });
  result.statistics = engine.statistics();
  return result;
}

void compareOrders(const ::snn::Program &program, const std::vector<double> &input) {
  Trace steps = trace(program, input, ::snn::Order::Steps);
  Trace layers = trace(program, input, ::snn::Order::Layers);
  EXPECT_EQ(steps.outputs, layers.outputs);
  for (size_t i = 0; i < steps.statistics.size(); ++i) {
    const auto &one = steps.statistics[i], &other = layers.statistics[i];
    EXPECT_EQ(std::tie(one.events, one.synapticOps, one.gradedOps, one.activeSteps, one.updates,
                       one.ways),
              std::tie(other.events, other.synapticOps, other.gradedOps, other.activeSteps,
                       other.updates, other.ways))
        << "layer " << i;
  }
}

void compare(func::FuncOp network, const std::vector<double> &input, Outcome &outcome) {
  auto reference = reference::SpikingEvaluator::create(network);
  ASSERT_TRUE(succeeded(reference));
  auto program = makeProgram(network, "random", kSteps);
  ASSERT_TRUE(program) << program.error();

  compareOrders(*program, input);

  ::snn::Engine engine(*program);
  engine.start(input.data());
  reference->start(input);
  std::vector<uint64_t> events(program->layers().size(), 0);
  for (uint32_t t = 0; t < kSteps; ++t) {
    engine.step();
    reference->step();
    outcome.nearTie |= reference->nearestTie() < kTie;
    if (outcome.nearTie)
      return;
    size_t layer = 0;
    for (Operation &op : network.front()) {
      auto spikes = op.getNumResults() == 1 ? dyn_cast<snn::SpikesType>(op.getResult(0).getType())
                                            : snn::SpikesType();
      bool constantInput = spikes && spikes.getCode() == snn::SpikeCode::Analog && t > 0;
      if (spikes && !constantInput)
        events[layer] += countEvents(reference->delivered(op.getResult(0)), spikes.getCode());
      layer += spikes ? 1 : 0;
    }
    for (size_t i = 0; i < events.size(); ++i)
      ASSERT_EQ(engine.statistics()[i].events, events[i]) << "layer " << i << " at step " << t;
    for (size_t i = 0; i < reference->output().size(); ++i)
      ASSERT_NEAR(engine.output()[i], reference->output()[i],
                  1e-10 * (1 + std::abs(reference->output()[i])))
          << "output " << i << " at step " << t;
  }
}

TEST(Equivalence, RuntimeAndReferenceOnRandomNetworks) {
  MLIRContext context;
  context.loadDialect<ann::ANNDialect, snn::SNNDialect, arith::ArithDialect, func::FuncDialect>();
  uint32_t cases = getCases("SNNC_RANDOM_CASES", 300), ties = 0;
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random = makeRandomNetwork(seed, Networks::Any, Sizes::Small, Outputs::Several);
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + random.text);
    auto module = parseSourceString<ModuleOp>(random.text, &context);
    ASSERT_TRUE(module);
    Outcome outcome;
    compare(*module->getOps<func::FuncOp>().begin(), random.input, outcome);
    ties += outcome.nearTie;
    if (HasFatalFailure())
      return;
  }
  // Constant schedules on constant inputs meet exact ties now and then; most networks must not.
  EXPECT_LT(ties, cases / 2) << "too few cases ran to the end";
  expectPinned("SNNC_RANDOM_CASES", ties, 9, "of the default cases so many end at a tie");
  RecordProperty("ties", static_cast<int>(ties));
}

} // namespace
} // namespace snnc::test
