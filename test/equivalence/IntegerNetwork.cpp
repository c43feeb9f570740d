#include "test/equivalence/IntegerNetwork.h"

#include "compiler/quantize/Passes.h"
#include "compiler/reference/FixedEvaluator.h"
#include "dialects/ann/ANN.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include <cstdlib>
#include <gtest/gtest.h>

using namespace mlir;

namespace snnc::test {

uint32_t getCases(const char *variable, uint32_t usual) {
  const char *wanted = std::getenv(variable);
  return wanted ? static_cast<uint32_t>(std::atoi(wanted)) : usual;
}

void expectPinned(const char *variable, uint32_t found, uint32_t pinned, const std::string &what) {
  if (std::getenv(variable))
    return;
  // The order in which arguments are evaluated, and so what a random network draws, is the compiler's: others than clang
  // have about as many.
#ifdef __clang__
  EXPECT_EQ(found, pinned) << what;
#else
  EXPECT_NEAR(found, pinned, 4 + pinned / 8.0) << what;
#endif
}

void loadDialects(MLIRContext &context) {
  context.loadDialect<ann::ANNDialect, snn::SNNDialect, arith::ArithDialect, func::FuncDialect>();
}

OwningOpRef<ModuleOp> quantize(MLIRContext &context, const RandomNetwork &random, uint32_t seed,
                               uint32_t steps) {
  auto module = parseSourceString<ModuleOp>(random.text, &context);
  EXPECT_TRUE(module) << random.text;
  if (!module)
    return nullptr;
  QuantizePassOptions options;
  options.weightBits = 2u << seed % 3; // 2, 4, 8
  options.stateBits = seed / 3 % 2 ? 16 : 32;
  options.steps = steps;
  options.input = seed / 6 % 2 ? "u8" : "i16";
  PassManager manager(&context);
  manager.addNestedPass<func::FuncOp>(createQuantizePass(options));
  return succeeded(manager.run(*module)) ? std::move(module) : nullptr;
}

Trace traceReference(func::FuncOp network, const std::vector<double> &input, uint32_t steps) {
  auto reference = reference::FixedEvaluator::create(network);
  auto encode = *network.getOps<snn::EncodeOp>().begin();
  std::vector<int32_t> raw;
  for (double value : input)
    raw.push_back(reference::FixedEvaluator::readRaw(*encode.getFixed(), value));
  Trace trace;
  reference->start(raw);
  for (uint32_t t = 0; t < steps; ++t) {
    reference->step();
    size_t population = 0;
    for (Operation &op : network.front()) {
      if (op.getNumResults() != 1 || !isa<snn::SpikesType>(op.getResult(0).getType()))
        continue;
      trace.sent.resize(std::max(trace.sent.size(), population + 1));
      trace.sent[population++].push_back(reference->delivered(op.getResult(0)));
    }
    trace.outputs.push_back(reference->output());
  }
  return trace;
}

} // namespace snnc::test
