//===- Layers whose inputs are final need no steps -------------------------------------------------------------===//
//
// Random integer networks whose layers run one after the other: the runtime, layer by layer, gives the outputs and
// statistics that it gives step by step, which FixedTest.cpp holds to the reference; whether somebody watches the events or
// not, on one thread or several, and whatever is asked for afterwards.
//
//===------------------------------------------------------------------------------------------------===//
#include "dialects/snn/SNN.h"
#include "mlir/Parser/Parser.h"
#include "runtime/src/engine/settled/SettledPlan.h"
#include "snn/Engine.h"
#include "test/equivalence/IntegerNetwork.h"
#include "test/equivalence/MakeProgram.h"
#include <bit>
#include <gtest/gtest.h>
#include <hwy/targets.h>

using namespace mlir;

namespace snnc::test {

namespace {

/// Lets every population start when all before it have ended, or in their last step; the steps that takes.
uint32_t stage(MLIRContext &context, uint32_t seed, RandomNetwork &random) {
  auto module = parseSourceString<ModuleOp>(random.text, &context);
  int64_t end = 1;
  module->walk([&](snn::NeuronOp neuron) {
    const int64_t steps = 3 + (seed + end) % 7, start = end - (seed % 3 == 0 ? 1 : 0);
    neuron.setScheduleAttr(
        snn::ScheduleAttr::get(&context, snn::ScheduleKind::Dyadic, 0.5, 1.0, 1, start, steps));
    end = start + steps;
  });
  random.text.clear();
  llvm::raw_string_ostream stream(random.text);
  module->print(stream);
  return static_cast<uint32_t>(end + 2);
}

/// Numbers as their bits: what is no number is itself, too.
std::vector<uint64_t> toBits(const std::vector<double> &numbers) {
  std::vector<uint64_t> bits;
  for (double number : numbers)
    bits.push_back(std::bit_cast<uint64_t>(number));
  return bits;
}

/// What an engine tells of a sample.
struct Run {
  std::vector<std::vector<double>> outputs; ///< after every step
  std::vector<std::vector<uint64_t>> looks; ///< targets and outputs, by layer
  std::vector<std::array<uint64_t, 3>> statistics;
  std::vector<uint64_t> operations;
  uint32_t eventsEnd = 0;
  uint64_t watched = 0; ///< events
  bool operator==(const Run &) const = default;
};

struct Mode {
  ::snn::Order order;
  bool isWatched;
};

Run run(::snn::Engine &engine, const ::snn::Program &program, const std::vector<double> &input,
        uint32_t steps, Mode mode) {
  Run result;
  if (mode.isWatched)
    engine.watch([&](size_t, uint32_t, uint32_t, double) { ++result.watched; });
  engine.start(input.data());
  engine.run(steps, mode.order, [&](uint32_t) {
    result.outputs.emplace_back(engine.decoded(), engine.decoded() + program.decodedSize());
  });
  for (const ::snn::LayerStatistics &layer : engine.statistics()) {
    result.statistics.push_back({layer.events, layer.activeSteps, layer.updates});
    result.operations.push_back(layer.synapticOps);
  }
  result.eventsEnd = engine.eventsEnd();
  engine.watch({});
  for (size_t i = 0; i < program.layers().size(); ++i) {
    std::vector<double> targets(program.layers()[i].neurons), outputs = targets;
    if (engine.look(i, targets.data(), outputs.data()))
      result.looks.insert(result.looks.end(), {toBits(targets), toBits(outputs)});
  }
  return result;
}

/// How many groups of a network are settled, and how many of those without any events.
struct Counts {
  uint32_t groups = 0, climbing = 0, currents = 0;
};

Counts count(const ::snn::detail::Plan &plan) {
  const ::snn::detail::SettledPlan settled =
      settle(plan.network, std::get<::snn::detail::FixedPlan>(plan.typed));
  Counts counts;
  for (const auto &group : settled.groups)
    for (const ::snn::detail::SettledNode &node : group) {
      const auto &task = std::get<::snn::detail::FixedPlan>(plan.typed).typed.tasks[node.task];
      counts.groups += &node == &group.back();
      counts.climbing += node.staircase && !settled.needsEvents[task.stream];
      counts.currents += node.kind != ::snn::detail::SettledNode::Kind::Fire;
    }
  return counts;
}

void compare(const ::snn::Program &program, const std::vector<double> &input, uint32_t steps,
             Counts &total) {
  const Counts counts = count(*program.plan());
  total.groups += counts.groups;
  total.climbing += counts.climbing;
  total.currents += counts.currents;
  ::snn::Engine alone(program);
  Run wanted = run(alone, program, input, steps, {::snn::Order::Steps, true});
  const std::vector<double> other(input.rbegin(), input.rend());
  for (unsigned threads : {1u, 2u})
    for (bool isWatched : {true, false}) {
      SCOPED_TRACE(std::to_string(threads) + (isWatched ? " threads, watched" : " threads"));
      ::snn::Engine engine(program, {.threads = threads, .smallestPart = 0});
      engine.start(other.data());
      engine.run(steps);
      Run found = run(engine, program, input, steps, {::snn::Order::Layers, isWatched});
      if (!isWatched)
        found.watched = wanted.watched;
      // A current is one event per element, then, in place of one in each step.
      if (counts.currents > 0)
        found.operations = wanted.operations;
      ASSERT_EQ(found.outputs, wanted.outputs);
      ASSERT_EQ(found.statistics, wanted.statistics);
      ASSERT_EQ(found.operations, wanted.operations);
      ASSERT_EQ(found.looks, wanted.looks);
      ASSERT_TRUE(found == wanted);
    }
  // A sample that is cut short, and goes on step by step, is the same.
  ::snn::Engine engine(program);
  engine.start(input.data());
  engine.run(steps - 1);
  engine.step();
  auto decoded = [&] {
    return std::vector<double>(engine.decoded(), engine.decoded() + program.decodedSize());
  };
  ASSERT_EQ(decoded(), wanted.outputs.back());
  // Who looks at some steps sees what somebody does who looks at all of them.
  engine.start(input.data());
  engine.run(steps, ::snn::Order::Layers, [&](uint32_t time) {
    if (time % 3 == 0)
      EXPECT_EQ(decoded(), wanted.outputs[time - 1]) << time;
  });
  ASSERT_EQ(decoded(), wanted.outputs.back());
}

TEST(Settled, LayersGiveWhatStepsGive) {
  MLIRContext context;
  loadDialects(context);
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &) { return success(); });
  uint32_t cases = getCases("SNNC_RANDOM_CASES", 50), compared = 0;
  Counts total;
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random = makeRandomNetwork(seed, Networks::Updatable,
                                             seed % 2 ? Sizes::Large : Sizes::Small, Outputs::One);
    const uint32_t steps = stage(context, seed, random);
    // States of 32 bits, which round only when they compare.
    OwningOpRef<ModuleOp> module = quantize(context, random, seed % 3, steps);
    if (!module)
      continue;
    ++compared;
    // Every fourth network as on a machine that multiplies no four bytes at a time.
    hwy::DisableTargets(seed % 4 == 0 ? HWY_AVX3_DL : 0);
    hwy::GetChosenTarget().DeInit();
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + random.text);
    auto program = makeProgram(*module->getOps<func::FuncOp>().begin(), "random", steps);
    ASSERT_TRUE(program) << program.error();
    compare(*program, random.input, steps, total);
    if (HasFatalFailure())
      return;
  }
  hwy::DisableTargets(0);
  hwy::GetChosenTarget().DeInit();
  EXPECT_GT(compared, cases / 5) << "too few networks had an integer form";
  EXPECT_GT(total.groups, compared / 2);
  EXPECT_GT(total.climbing, compared / 5);
  EXPECT_GT(total.currents, compared / 20);
  RecordProperty("groups", static_cast<int>(total.groups));
}

} // namespace
} // namespace snnc::test
