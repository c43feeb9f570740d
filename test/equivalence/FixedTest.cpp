//===- Integer networks: the same bits from everyone ----------------------------------------------------------===//
//
// Random networks of every operation, code and schedule, quantized to 8, 4 and 2 bit weights and to 16 and
// 32 bit states: the runtime, step by step and layer by layer, gives the reference interpreter's
// integers in every step, and as many events from every population.
//
//===------------------------------------------------------------------------------------------------===//
#include "dialects/snn/SNN.h"
#include "snn/Engine.h"
#include "targets/cpu/ProgramWriter.h"
#include "test/equivalence/IntegerNetwork.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 12;

/// Events that a stream of the reference carried, counted as the runtime does.
uint64_t countEvents(const reference::Numbers &sent, snn::SpikeCode code) {
  uint64_t events = 0;
  for (double change : sent)
    events += code == snn::SpikeCode::Sign ? change < 0 : change != 0;
  return events;
}

struct Counts {
  std::vector<std::vector<int32_t>> outputs; ///< after every step
  std::vector<uint64_t> events;              ///< by layer, in all steps together
};

Counts countReference(func::FuncOp network, const std::vector<double> &input) {
  Trace trace = traceReference(network, input, kSteps);
  Counts counts{trace.outputs, {}};
  size_t population = 0;
  for (Operation &op : network.front()) {
    auto spikes = op.getNumResults() == 1 ? dyn_cast<snn::SpikesType>(op.getResult(0).getType())
                                          : snn::SpikesType();
    if (!spikes)
      continue;
    uint64_t &events = counts.events.emplace_back(0);
    for (const reference::Numbers &sent : trace.sent[population++])
      events += countEvents(sent, spikes.getCode());
  }
  counts.events.push_back(0); // the decoder sends nothing
  return counts;
}

Counts countRuntime(const ::snn::Program &program, int64_t fraction,
                    const std::vector<double> &input, ::snn::Order order) {
  ::snn::Engine engine(program);
  Counts trace;
  engine.start(input.data());
  engine.run(kSteps, order, [&](uint32_t) {
    std::vector<int32_t> &output = trace.outputs.emplace_back();
    for (uint64_t i = 0; i < program.outputSize(); ++i)
      output.push_back(
          static_cast<int32_t>(std::ldexp(engine.output()[i], static_cast<int>(fraction))));
  });
  for (const ::snn::LayerStatistics &layer : engine.statistics())
    trace.events.push_back(layer.events);
  return trace;
}

void compare(func::FuncOp network, const std::vector<double> &input) {
  auto bytes = cpu::writeProgram(network, {"random", kSteps});
  ASSERT_TRUE(succeeded(bytes));
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  auto program = ::snn::Program::fromBytes({first, first + bytes->size()}, "random");
  ASSERT_TRUE(program) << program.error();
  auto decode = *network.getOps<snn::DecodeOp>().begin();
  int64_t fraction = decode.getFixed()->getFraction();
  Counts reference = countReference(network, input);
  for (::snn::Order order : {::snn::Order::Steps, ::snn::Order::Layers}) {
    Counts runtime = countRuntime(*program, fraction, input, order);
    ASSERT_EQ(reference.outputs, runtime.outputs);
    ASSERT_EQ(reference.events, runtime.events);
  }
}

TEST(FixedEquivalence, RuntimeAndReferenceOnRandomNetworks) {
  MLIRContext context;
  loadDialects(context);
  // Some have steps that do not fit together, or sums that do not fit in 32 bits.
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &) { return success(); });
  uint32_t cases = getCases("SNNC_RANDOM_CASES", 300), compared = 0;
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random = makeRandomNetwork(seed, Networks::Integer);
    OwningOpRef<ModuleOp> module = quantize(context, random, seed, kSteps);
    if (!module)
      continue;
    ++compared;
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream);
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + text);
    compare(*module->getOps<func::FuncOp>().begin(), random.input);
    if (HasFatalFailure())
      return;
  }
  EXPECT_GT(compared, cases / 5) << "too few networks had an integer form";
  RecordProperty("compared", static_cast<int>(compared));
}

} // namespace
} // namespace snnc::test
