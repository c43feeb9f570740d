//===- Threads within one sample change nothing ----------------------------------------------------------------===//
//
// Random networks of every operation, code and schedule, in float32, float64 and integers, with layers that threads
// divide: the outputs of every step, the statistics and the events themselves, in their order, are those of one
// thread, bit for bit, whatever was run before.
//
//===------------------------------------------------------------------------------------------------===//
#include "dialects/snn/SNN.h"
#include "mlir/Parser/Parser.h"
#include "snn/Engine.h"
#include "test/equivalence/IntegerNetwork.h"
#include "test/equivalence/MakeProgram.h"
#include <bit>
#include <gtest/gtest.h>
#include <span>

using namespace mlir;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 12;

/// Numbers as their bits: what is no number is itself, too, and -0 is not 0.
using Bits = std::vector<uint64_t>;
Bits toBits(std::span<const double> numbers) {
  Bits bits;
  for (double number : numbers)
    bits.push_back(std::bit_cast<uint64_t>(number));
  return bits;
}

struct Event {
  size_t layer;
  uint32_t time, element;
  uint64_t worth; ///< its bits
  bool operator==(const Event &) const = default;
};

/// Everything that an engine tells.
struct Run {
  std::vector<Bits> outputs; ///< after every step
  std::vector<Event> events;
  std::vector<Bits> looks; ///< targets and outputs, by layer
  std::vector<std::array<uint64_t, 11>> statistics;
};

std::array<uint64_t, 11> getNumbers(const ::snn::LayerStatistics &s) {
  return {s.events,  s.synapticOps, s.gradedOps,   s.activeSteps, s.updates,    s.ways[0],
          s.ways[1], s.ways[2],     s.expected[0], s.expected[1], s.expected[2]};
}

/// Runs `before` steps one by one, and all others layer by layer in two goes.
Run run(::snn::Engine &engine, const ::snn::Program &program, const std::vector<double> &input,
        uint32_t before) {
  Run result;
  engine.watch([&](size_t layer, uint32_t time, uint32_t element, double worth) {
    result.events.push_back({layer, time, element, std::bit_cast<uint64_t>(worth)});
  });
  auto visit = [&](uint32_t) {
    result.outputs.push_back(toBits({engine.output(), program.outputSize()}));
  };
  engine.start(input.data());
  engine.run(before, ::snn::Order::Steps, visit);
  engine.run(before + 4, ::snn::Order::Layers, visit);
  engine.run(kSteps, ::snn::Order::Layers, visit);
  for (const ::snn::LayerStatistics &layer : engine.statistics())
    result.statistics.push_back(getNumbers(layer));
  for (size_t i = 0; i < program.layers().size(); ++i) {
    std::vector<double> targets(program.layers()[i].neurons), outputs = targets;
    if (engine.look(i, targets.data(), outputs.data()))
      result.looks.insert(result.looks.end(), {toBits(targets), toBits(outputs)});
  }
  engine.watch({});
  return result;
}

void expectSame(const Run &found, const Run &wanted) {
  EXPECT_EQ(found.outputs, wanted.outputs);
  EXPECT_TRUE(found.events == wanted.events);
  EXPECT_EQ(found.looks, wanted.looks);
  EXPECT_EQ(found.statistics, wanted.statistics);
}

/// Layers that were divided among threads.
uint32_t compare(func::FuncOp network, const std::vector<double> &input) {
  auto program = makeProgram(network, "random", kSteps);
  EXPECT_TRUE(program) << program.error();
  ::snn::Engine alone(*program);
  std::vector<double> other(input.rbegin(), input.rend());
  const Run wanted = run(alone, *program, input, 0), wantedOther = run(alone, *program, other, 3);
  uint32_t divided = 0;
  for (unsigned threads : {2u, 3u}) {
    SCOPED_TRACE(std::to_string(threads) + " threads");
    ::snn::Engine engine(*program, {.threads = threads, .smallestPart = 0});
    expectSame(run(engine, *program, input, 0), wanted);
    for (unsigned count : engine.layerThreads())
      divided += count > 1;
    expectSame(run(engine, *program, other, 3), wantedOther);
  }
  return divided;
}

void replaceAll(std::string &text, const std::string &from, const std::string &to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

TEST(Threads, ChangeNothingInRealNetworks) {
  MLIRContext context;
  loadDialects(context);
  uint32_t cases = getCases("SNNC_RANDOM_CASES", 40), divided = 0;
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random = makeRandomNetwork(seed, Networks::Any, Sizes::Large);
    if (seed % 2)
      replaceAll(random.text, "xf64>", "xf32>");
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto module = parseSourceString<ModuleOp>(random.text, &context);
    ASSERT_TRUE(module) << random.text;
    divided += compare(*module->getOps<func::FuncOp>().begin(), random.input);
    if (HasFailure())
      return;
  }
  EXPECT_GT(divided, cases / 2) << "hardly a layer was divided";
  expectPinned("SNNC_RANDOM_CASES", divided, 66, "layers that were divided");
  RecordProperty("divided", static_cast<int>(divided));
}

TEST(Threads, ChangeNothingInIntegerNetworks) {
  MLIRContext context;
  loadDialects(context);
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &) { return success(); });
  uint32_t cases = getCases("SNNC_RANDOM_CASES", 60), compared = 0, divided = 0;
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random = makeRandomNetwork(seed, Networks::Integer, Sizes::Large);
    OwningOpRef<ModuleOp> module = quantize(context, random, seed, kSteps);
    if (!module)
      continue;
    ++compared;
    SCOPED_TRACE("seed " + std::to_string(seed));
    divided += compare(*module->getOps<func::FuncOp>().begin(), random.input);
    if (HasFailure())
      return;
  }
  EXPECT_GT(divided, compared / 2) << "hardly a layer was divided";
  expectPinned("SNNC_RANDOM_CASES", compared, 60, "networks that have an integer form");
  expectPinned("SNNC_RANDOM_CASES", divided, 118, "layers that were divided");
  RecordProperty("compared", static_cast<int>(compared));
  RecordProperty("divided", static_cast<int>(divided));
}

} // namespace
} // namespace snnc::test
