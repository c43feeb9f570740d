//===- Integer networks: the same bits from everyone ----------------------------------------------------------===//
//
// Random networks of every operation, code and schedule, quantized to 8, 4 and 2 bit weights and to 16 and
// 32 bit states: the runtime, step by step and layer by layer, gives the reference interpreter's
// integers in every step, and as many events from every population.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/quantize/Passes.h"
#include "compiler/reference/FixedEvaluator.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "snn/Engine.h"
#include "targets/cpu/ProgramWriter.h"
#include "test/equivalence/RandomNetwork.h"
#include <cmath>
#include <cstdlib>
#include <gtest/gtest.h>

using namespace mlir;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 12;

uint32_t getCases() {
  const char *wanted = std::getenv("SNNC_RANDOM_CASES");
  return wanted ? static_cast<uint32_t>(std::atoi(wanted)) : 300;
}

/// Events that a stream of the reference carried, counted as the runtime does.
uint64_t countEvents(const reference::Numbers &sent, snn::SpikeCode code) {
  uint64_t events = 0;
  for (double change : sent)
    events += code == snn::SpikeCode::Sign ? change < 0 : change != 0;
  return events;
}

struct Trace {
  std::vector<std::vector<int32_t>> outputs; ///< after every step
  std::vector<uint64_t> events;              ///< by layer, in all steps together
};

Trace traceReference(func::FuncOp network, const std::vector<double> &input) {
  auto reference = reference::FixedEvaluator::create(network);
  auto encode = *network.getOps<snn::EncodeOp>().begin();
  std::vector<int32_t> raw;
  for (double value : input)
    raw.push_back(reference::FixedEvaluator::readRaw(*encode.getFixed(), value));
  Trace trace;
  reference->start(raw);
  for (uint32_t t = 0; t < kSteps; ++t) {
    reference->step();
    size_t layer = 0;
    for (Operation &op : network.front()) {
      auto spikes = op.getNumResults() == 1 ? dyn_cast<snn::SpikesType>(op.getResult(0).getType())
                                            : snn::SpikesType();
      if (!spikes)
        continue;
      trace.events.resize(std::max(trace.events.size(), layer + 1));
      trace.events[layer++] += countEvents(reference->delivered(op.getResult(0)), spikes.getCode());
    }
    trace.outputs.push_back(reference->output());
  }
  trace.events.push_back(0); // the decoder sends nothing
  return trace;
}

Trace traceRuntime(const ::snn::Program &program, int64_t fraction,
                   const std::vector<double> &input, ::snn::Order order) {
  ::snn::Engine engine(program);
  Trace trace;
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
  Trace reference = traceReference(network, input);
  for (::snn::Order order : {::snn::Order::Steps, ::snn::Order::Layers}) {
    Trace runtime = traceRuntime(*program, fraction, input, order);
    ASSERT_EQ(reference.outputs, runtime.outputs);
    ASSERT_EQ(reference.events, runtime.events);
  }
}

TEST(FixedEquivalence, RuntimeAndReferenceOnRandomNetworks) {
  MLIRContext context;
  context.loadDialect<snn::SNNDialect, arith::ArithDialect, func::FuncDialect>();
  // Rates and products have no integer form, and the quantizer says so.
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &) { return success(); });
  uint32_t cases = getCases(), compared = 0;
  for (uint32_t seed = 0; seed < cases; ++seed) {
    RandomNetwork random = makeRandomNetwork(seed, Networks::Integer);
    auto module = parseSourceString<ModuleOp>(random.text, &context);
    ASSERT_TRUE(module) << random.text;
    // Outputs that do not start at 0 have no integer form.
    module->walk([](snn::NeuronOp neuron) {
      neuron.removeInitialAttr();
      neuron.removeOffsetAttr();
    });
    QuantizePassOptions options;
    options.weightBits = 2u << seed % 3; // 2, 4, 8
    options.stateBits = seed / 3 % 2 ? 16 : 32;
    options.steps = kSteps;
    options.input = seed / 6 % 2 ? "u8" : "i16";
    PassManager manager(&context);
    manager.addNestedPass<func::FuncOp>(createQuantizePass(options));
    if (failed(manager.run(*module)))
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
