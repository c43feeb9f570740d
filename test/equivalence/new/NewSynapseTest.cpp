//===- A new synapse is an operation and its index map, or what it is made of -----------------------------------===//
//
// Operations of a dialect that the project does not know are synapses by their interfaces alone: references and quantizer take
// those that move elements as they are, and every target takes what --snn-expand-index-maps makes of them. One with weights is
// what --snn-decompose-synapses makes of it. All of them send the same events.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/convert/Passes.h"
#include "compiler/quantize/Passes.h"
#include "compiler/reference/SpikingEvaluator.h"
#include "compiler/schedule/Schedule.h"
#include "dialects/core/Core.h"
#include "dialects/support/Constants.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "snn/Engine.h"
#include "targets/core/simulator/Simulator.h"
#include "test/equivalence/CoreNetwork.h"
#include "test/equivalence/IntegerNetwork.h"
#include "test/equivalence/MakeProgram.h"
#include "test/equivalence/new/NewSynapses.h"
#include <fmt/format.h>
#include <gtest/gtest.h>

using namespace mlir;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 12;

/// All new synapses, between two populations; `border` of one of them.
std::string makeText(double border) {
  return fmt::format(R"(
func.func @net(%x: tensor<?x2x6xf64>) -> tensor<?x3xf64> {{
  %w = arith.constant dense<[[0.5, -0.25, 1.0], [-0.75, 0.5, 0.25], [1.0, 0.25, -0.5], [0.25, 0.75, 0.5]]> : tensor<4x3xf64>
  %f = arith.constant dense<[[1.5, 1.0]]> : tensor<1x2xf64>
  %in = snn.encode %x direct : tensor<?x2x6xf64> -> !snn.spikes<2x6, graded>
  %rolled = new.roll %in by 5 : (!snn.spikes<2x6, graded>) -> !snn.current<2x6>
  %woven = new.weave %rolled, %in : (!snn.current<2x6>, !snn.spikes<2x6, graded>) -> !snn.current<2x12>
  %rows = snn.reshape %woven shape = [6, 4] : (!snn.current<2x12>) -> !snn.current<6x4>
  %c = snn.gemm %rows, %w : (!snn.current<6x4>, tensor<4x3xf64>) -> !snn.current<6x3>
  %s = snn.neuron relu(%c) schedule <dyadic(1.0, 1), steps = 6> code <ternary, 0.5> : (!snn.current<6x3>) -> !snn.spikes<6x3, ternary>
  %b = new.band %s, dense<[[0.25, -0.5], [1.0, 0.5]]> : tensor<2x2xf64> : (!snn.spikes<6x3, ternary>) -> !snn.current<6x2>
  %d = snn.scale %b, %f : (!snn.current<6x2>, tensor<1x2xf64>) -> !snn.current<6x2>
  %spread = new.spread %d border {:.3f} : (!snn.current<6x2>) -> !snn.current<6x3>
  %t = snn.neuron relu(%spread) schedule <dyadic(1.0, 1), steps = 6> code <ternary, 0.5> : (!snn.current<6x3>) -> !snn.spikes<6x3, ternary>
  %mirrored = new.mirror %t : (!snn.spikes<6x3, ternary>) -> !snn.current<6x6>
  %z = snn.reshape %mirrored shape = [12, 3] : (!snn.current<6x6>) -> !snn.current<12x3>
  %last = snn.slice %z starts = [7, 0] sizes = [1, 3] steps = [1, 1] : (!snn.current<12x3>) -> !snn.current<1x3>
  %flat = snn.reshape %last shape = [3] : (!snn.current<1x3>) -> !snn.current<3>
  %y = snn.decode %flat : !snn.current<3> -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}})",
                     border);
}

const std::vector<double> kInput = {0.5,  -0.25, 0.75, 0.125, 1.0, -0.5,
                                    0.25, 0.625, -1.0, 0.375, 0.0, 0.875};

class NewSynapse : public testing::Test {
protected:
  MLIRContext context;
  std::string said;
  ScopedDiagnosticHandler keep{&context, [this](Diagnostic &diagnostic) {
                                 said = diagnostic.str();
                                 return success();
                               }};

  void SetUp() override {
    loadDialects(context);
    context.loadDialect<fresh::NewDialect, core::CoreDialect>();
  }

  OwningOpRef<ModuleOp> parse(const std::string &text) {
    auto module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << said;
    return module;
  }

  LogicalResult run(ModuleOp module, std::unique_ptr<Pass> pass) {
    PassManager manager(&context);
    manager.addNestedPass<func::FuncOp>(std::move(pass));
    return manager.run(module);
  }

  /// All new synapses with weights as those that they are made of.
  OwningOpRef<ModuleOp> parseAll(double border) {
    OwningOpRef<ModuleOp> module = parse(makeText(border));
    if (module) {
      EXPECT_TRUE(succeeded(run(*module, createDecomposeSynapsesPass()))) << said;
    }
    return module;
  }

  /// A copy for targets.
  OwningOpRef<ModuleOp> expand(ModuleOp module) {
    OwningOpRef<ModuleOp> copy = cast<ModuleOp>(module->clone());
    EXPECT_TRUE(succeeded(run(*copy, createExpandIndexMapsPass()))) << said;
    copy->walk(
        [](snn::IndexMapOpInterface op) { EXPECT_EQ(op->getName().getDialectNamespace(), "snn"); });
    return copy;
  }

  static func::FuncOp getNetwork(ModuleOp module) { return *module.getOps<func::FuncOp>().begin(); }
};

TEST_F(NewSynapse, RunsInRealNumbers) {
  for (double border : {0.0, 0.375}) {
    OwningOpRef<ModuleOp> module = parseAll(border);
    ASSERT_TRUE(module);
    auto reference = reference::SpikingEvaluator::create(getNetwork(*module));
    ASSERT_TRUE(succeeded(reference));
    auto program = makeProgram(getNetwork(*expand(*module)), "new", kSteps);
    ASSERT_TRUE(program) << program.error();
    ::snn::Engine engine(*program);
    engine.start(kInput.data());
    reference->start(kInput);
    bool isSilent = true;
    for (uint32_t t = 0; t < kSteps; ++t) {
      engine.step();
      reference->step();
      std::vector<double> output(engine.output(), engine.output() + program->outputSize());
      EXPECT_EQ(output, reference->output()) << "after step " << t;
      isSilent &= output == std::vector<double>(3, 0);
    }
    EXPECT_FALSE(isSilent);
  }
}

TEST_F(NewSynapse, RunsInIntegersOnEveryTarget) {
  OwningOpRef<ModuleOp> module = parseAll(0);
  ASSERT_TRUE(module);
  QuantizePassOptions options;
  options.steps = kSteps;
  ASSERT_TRUE(succeeded(run(*module, createQuantizePass(options)))) << said;
  Trace trace = traceReference(getNetwork(*module), kInput, kSteps);
  ASSERT_NE(trace.outputs.back(), std::vector<int32_t>(3, 0));

  OwningOpRef<ModuleOp> expanded = expand(*module);
  EXPECT_EQ(traceReference(getNetwork(*expanded), kInput, kSteps).sent, trace.sent);

  auto program = makeProgram(getNetwork(*expanded), "new", kSteps);
  ASSERT_TRUE(program) << program.error();
  ::snn::Engine engine(*program);
  engine.start(kInput.data());
  auto decode = *getNetwork(*module).getOps<snn::DecodeOp>().begin();
  for (uint32_t t = 0; t < kSteps; ++t) {
    engine.step();
    for (size_t i = 0; i < 3; ++i)
      EXPECT_EQ(std::ldexp(engine.output()[i], static_cast<int>(decode.getFixed()->getFraction())),
                trace.outputs[t][i]);
  }

  std::optional<core::Program> cores = mapToCores(*expanded, "generic", {kSteps});
  ASSERT_TRUE(cores) << said;
  core::Simulator simulator(*cores, 1);
  std::vector<int32_t> raw;
  for (double value : kInput)
    raw.push_back(simulator.readRaw(value));
  EXPECT_EQ(simulator.run(raw), trace.outputs.back());

  EXPECT_TRUE(succeeded(exec::schedule(*expanded, {"new", kSteps}))) << said;
}

TEST_F(NewSynapse, WithWeightsIsWhatItIsMadeOf) {
  OwningOpRef<ModuleOp> module = parseAll(0);
  ASSERT_TRUE(module);
  bool isFound = false;
  module->walk([&](snn::GemmOp gemm) {
    ElementsAttr weights = getConstantAttr(gemm.getWeight());
    if (weights.getShapedType().getShape() == ArrayRef<int64_t>{3, 2}) {
      EXPECT_EQ(*readNumbers(weights), (std::vector<double>{0.25, 0, -0.5, 1, 0, 0.5}));
      isFound = true;
    }
  });
  EXPECT_TRUE(isFound);
  module->walk([](snn::DecomposableOpInterface op) { ADD_FAILURE() << "is left"; });
}

TEST_F(NewSynapse, WithSeveralStreamsHasNoBorder) {
  OwningOpRef<ModuleOp> module = parse(R"(
func.func @net(%x: tensor<?x2xf64>) -> tensor<?x4xf64> {
  %in = snn.encode %x direct : tensor<?x2xf64> -> !snn.spikes<2, graded>
  %woven = new.weave %in, %in border 1.0 : (!snn.spikes<2, graded>, !snn.spikes<2, graded>) -> !snn.current<4>
  %y = snn.decode %woven : !snn.current<4> -> tensor<?x4xf64>
  return %y : tensor<?x4xf64>
})");
  ASSERT_TRUE(module);
  EXPECT_TRUE(failed(run(*module, createExpandIndexMapsPass())));
  EXPECT_EQ(said, "'new.weave' op has several streams and a border other than 0");
}

} // namespace
} // namespace snnc::test
