//===- Programs, engines, batches, the C interface, damaged files --------------------------------------------===//
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "runtime/format/program_generated.h"
#include "runtime/src/engine/steps/Runner.h"
#include "snn/Batch.h"
#include "snn/snn.h"
#include "targets/cpu/ProgramWriter.h"
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace snnc::test {

namespace {

using Bytes = std::vector<std::byte>;

/// Every kind of operation, small.
constexpr const char *kNetwork = R"(
func.func @f(%x: tensor<?x2x3x3xf32>) -> tensor<?x3xf32> {
  %in = snn.encode %x float schedule <exponential(0.15, 0.95)> mean [0.5, 0.25] : tensor<?x2x3x3xf32> -> !snn.spikes<2x3x3, graded>
  %w = arith.constant dense<0.25> : tensor<2x2x2x2xf32>
  %c = snn.conv %in, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.spikes<2x3x3, graded>, tensor<2x2x2x2xf32>) -> !snn.current<2x2x2>
  %s = snn.neuron relu(%c) schedule <exponential(0.15, 0.95)> code <sign> range dense<2.0> : tensor<1x1x1xf32> : (!snn.current<2x2x2>) -> !snn.spikes<2x2x2, sign>
  %p = snn.average_pool %s kernel_shape = [2, 1] strides = [1, 1] pads = [0, 0, 0, 0] : (!snn.spikes<2x2x2, sign>) -> !snn.current<2x1x2>
  %q = snn.slice %s starts = [0, 1, 0] sizes = [2, 1, 2] steps = [1, 1, 1] : (!snn.spikes<2x2x2, sign>) -> !snn.current<2x1x2>
  %m = snn.neuron max(%p, %q) schedule <dyadic(0.5, 1), start = 1, steps = 6> code <ternary, 0.5> : (!snn.current<2x1x2>, !snn.current<2x1x2>) -> !snn.spikes<2x1x2, ternary>
  %a = snn.add %m, %p : (!snn.spikes<2x1x2, ternary>, !snn.current<2x1x2>) -> !snn.current<2x1x2>
  %b = snn.pad %a pads = [0, 0, 1, 0, 0, 0] value = 0.5 : (!snn.current<2x1x2>) -> !snn.current<2x1x3>
  %t = snn.transpose %b perm = [1, 2, 0] : (!snn.current<2x1x3>) -> !snn.current<1x3x2>
  %k = snn.concat %t, %t axis = 2 : (!snn.current<1x3x2>, !snn.current<1x3x2>) -> !snn.current<1x3x4>
  %r = snn.reshape %k shape = [12] : (!snn.current<1x3x4>) -> !snn.current<12>
  %f = arith.constant dense<[0.5, 1.0, 2.0, 0.5, 1.0, 2.0, 0.5, 1.0, 2.0, 0.5, 1.0, 2.0]> : tensor<12xf32>
  %e = snn.scale %r, %f : (!snn.current<12>, tensor<12xf32>) -> !snn.current<12>
  %v = arith.constant dense<0.125> : tensor<1xf32>
  %h = snn.bias %e, %v : (!snn.current<12>, tensor<1xf32>) -> !snn.current<12>
  %g = arith.constant dense<0.5> : tensor<12x3xf32>
  %d = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %z = snn.gemm %h, %g bias %d : (!snn.current<12>, tensor<12x3xf32>, tensor<3xf32>) -> !snn.current<3>
  %y = snn.decode %z : !snn.current<3> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
})";

Bytes makeProgram(const cpu::ProgramInfo &info = {"small", 8}, const char *network = kNetwork) {
  mlir::MLIRContext context;
  context.loadDialect<snn::SNNDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect>();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(network, &context);
  EXPECT_TRUE(module);
  auto bytes = cpu::writeProgram(*module->getOps<mlir::func::FuncOp>().begin(), info);
  EXPECT_TRUE(succeeded(bytes));
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  return {first, first + bytes->size()};
}

::snn::Program load(const Bytes &bytes) {
  auto program = ::snn::Program::fromBytes(bytes, "small.snnb");
  EXPECT_TRUE(program) << program.error();
  return *program;
}

/// Sample `index`, made up.
void fill(uint64_t index, double *values) {
  for (uint64_t i = 0; i < 18; ++i)
    values[i] = static_cast<double>((index * 7 + i * 5) % 13) / 6 - 0.75;
}

std::vector<double> run(::snn::Engine &engine, uint64_t index, uint32_t steps, size_t outputs) {
  std::vector<double> values(18);
  fill(index, values.data());
  engine.start(values.data());
  for (uint32_t t = 0; t < steps; ++t)
    engine.step();
  return {engine.output(), engine.output() + outputs};
}

TEST(Program, TellsWhatItIs) {
  ::snn::Program program = load(makeProgram());
  EXPECT_EQ(program.model(), "small");
  EXPECT_EQ(program.precision(), ::snn::Precision::F32);
  EXPECT_EQ(program.steps(), 8u);
  EXPECT_EQ(program.inputShape(), (std::vector<uint32_t>{2, 3, 3}));
  EXPECT_EQ(program.inputSize(), 18u);
  EXPECT_EQ(program.outputSize(), 3u);
  ASSERT_EQ(program.layers().size(), 4u);
  EXPECT_EQ(program.layers()[1].neurons, 8u);
  EXPECT_TRUE(program.layers()[1].isNeuron);
  EXPECT_FALSE(program.layers()[3].isNeuron);
}

TEST(Program, KeepsWhatWasMeasured) {
  ::snn::Program plain = load(makeProgram());
  EXPECT_TRUE(plain.references().empty());
  EXPECT_TRUE(plain.metrics().empty());
  EXPECT_FALSE(plain.inputRange());
  cpu::ProgramInfo info{"small", 8};
  info.inputRange = {{-0.5, 2}};
  info.references = {{"y", "classes", 40, 0.75, 0.25}, {"z", "regression", 40, {}, 0.5}};
  info.metrics = {"z=regression"};
  ::snn::Program program = load(makeProgram(info));
  ASSERT_EQ(program.references().size(), 2u);
  EXPECT_EQ(program.references()[0].output, "y");
  EXPECT_EQ(program.references()[0].metric, "classes");
  EXPECT_EQ(program.references()[0].images, 40u);
  EXPECT_EQ(program.references()[0].agreement, 0.75);
  EXPECT_EQ(program.references()[0].outputError, 0.25);
  EXPECT_FALSE(program.references()[1].agreement);
  EXPECT_EQ(program.metrics(), info.metrics);
  EXPECT_EQ(program.inputRange()->min, -0.5);
  EXPECT_EQ(program.inputRange()->max, 2);
}

TEST(Program, RefusesResultsThatAreNone) {
  auto refuse = [](const cpu::ProgramInfo &info, const std::string &message) {
    auto program = ::snn::Program::fromBytes(makeProgram(info), "small.snnb");
    ASSERT_FALSE(program);
    EXPECT_EQ(program.error(), "small.snnb: " + message);
  };
  cpu::ProgramInfo info{"small", 8};
  info.references = {{"y", "classes", 0, 0.75, 0.25}};
  refuse(info, "was measured with a result that is none");
  info.references = {{"y", "classes", 4, 1.75, 0.25}};
  refuse(info, "was measured with a result that is none");
  info.references = {{"y", "classes", 4, {}, -1}};
  refuse(info, "was measured with a result that is none");
  info.references.clear();
  info.inputRange = {{1, 0}};
  refuse(info, "has a range of its input that is none");
}

TEST(Engine, CountsWhatIsOutOfReach) {
  constexpr const char *kRelu = R"(
func.func @f(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %in = snn.encode %x direct : tensor<?x4xf32> -> !snn.spikes<4, graded>
  %c = snn.reshape %in shape = [4] : (!snn.spikes<4, graded>) -> !snn.current<4>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <ternary, 0.5> range dense<2.0> : tensor<1xf32> : (!snn.current<4>) -> !snn.spikes<4, ternary>
  %z = snn.reshape %s shape = [4] : (!snn.spikes<4, ternary>) -> !snn.current<4>
  %y = snn.decode %z : !snn.current<4> -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
})";
  ::snn::Program program = load(makeProgram({"relu", 2}, kRelu));
  ::snn::Engine engine(program);
  // Steps of a half and a quarter, in units of 2, come to 1.5; within a quarter of a unit more, and a sixteenth, is reached, too.
  const double values[] = {1.5, 2.0, 2.2, -9};
  double ann[4];
  engine.evaluate(values, ann);
  EXPECT_EQ(engine.countUnreachable(2), (std::vector<uint64_t>{0, 1, 0}));
  // After one step, of a half and as much again, 2 is reached, since the last step is as large.
  EXPECT_EQ(engine.countUnreachable(1), (std::vector<uint64_t>{0, 1, 0}));
  const double more[] = {2.5, 2.0, 5, 0};
  engine.evaluate(more, ann);
  EXPECT_EQ(engine.countUnreachable(2), (std::vector<uint64_t>{0, 2, 0}));
  ::snn::BatchOptions options;
  options.steps = 1;
  auto result = ::snn::runBatch(
      program, 3,
      [&](uint64_t i, double *sample) { std::fill(sample, sample + 4, i == 1 ? 1.0 : 3.0); },
      options);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->unreachable, (std::vector<uint64_t>{0, 8, 0}));
  EXPECT_EQ(result->samplesClipped, 2u);
}

TEST(Engine, StartsAfreshAndEvaluatesAside) {
  ::snn::Program program = load(makeProgram());
  ::snn::Engine engine(program), other(program);
  std::vector<double> first = run(engine, 1, 8, 3);
  std::vector<double> values(18), ann(3), again(3);
  fill(2, values.data());
  engine.evaluate(values.data(), ann.data());
  EXPECT_EQ(std::vector<double>(engine.output(), engine.output() + 3), first);
  EXPECT_EQ(engine.time(), 8u);
  EXPECT_NE(run(engine, 2, 8, 3), first);
  EXPECT_EQ(run(engine, 1, 8, 3), first) << "a sample leaves nothing behind";
  EXPECT_EQ(run(other, 1, 8, 3), first) << "engines share no state";
  other.evaluate(values.data(), again.data());
  EXPECT_EQ(ann, again);
}

TEST(Batch, DoesNotDependOnTheNumberOfThreads) {
  ::snn::Program program = load(makeProgram());
  ::snn::BatchOptions options;
  options.reportAt = {1, 4, 8};
  options.threads = 1;
  auto wanted = ::snn::runBatch(program, 23, fill, options);
  ASSERT_TRUE(wanted) << wanted.error();
  for (unsigned threads : {2u, 3u, 8u, 64u}) {
    options.threads = threads;
    auto found = ::snn::runBatch(program, 23, fill, options);
    ASSERT_TRUE(found) << found.error();
    EXPECT_EQ(found->outputs, wanted->outputs);
    EXPECT_EQ(found->ann, wanted->ann);
    for (size_t i = 0; i < wanted->layers.size(); ++i) {
      EXPECT_EQ(found->layers[i].events, wanted->layers[i].events);
      EXPECT_EQ(found->layers[i].synapticOps, wanted->layers[i].synapticOps);
      EXPECT_EQ(found->layers[i].activeSteps, wanted->layers[i].activeSteps);
      EXPECT_EQ(found->layers[i].updates, wanted->layers[i].updates);
    }
  }
  options.threads = 5;
  options.threadsPerSample = 2; // and one thread too many
  auto shared = ::snn::runBatch(program, 23, fill, options);
  ASSERT_TRUE(shared) << shared.error();
  EXPECT_EQ(shared->outputs, wanted->outputs);
  EXPECT_EQ(shared->threads, 4U);
  EXPECT_EQ(shared->threadsPerSample, 2U);
  options.threadsPerSample = 0; // those that two samples leave over
  auto few = ::snn::runBatch(program, 2, fill, options);
  ASSERT_TRUE(few) << few.error();
  EXPECT_EQ(few->threads, 5U);
  EXPECT_EQ(few->threadsPerSample, 3U);
  options.order = ::snn::Order::Steps; // where none can help
  few = ::snn::runBatch(program, 2, fill, options);
  ASSERT_TRUE(few) << few.error();
  EXPECT_EQ(few->threads, 2U);
  EXPECT_EQ(few->threadsPerSample, 1U);
  ::snn::Engine engine(program);
  std::vector<double> alone = run(engine, 5, 8, 3);
  for (size_t c = 0; c < 3; ++c)
    EXPECT_EQ(wanted->outputs[2][5 * 3 + c], static_cast<float>(alone[c]));
}

TEST(Costs, OfShortEventsAreThoseOfOthersWhereTheProgramSaysNone) {
  Bytes bytes = makeProgram();
  EXPECT_EQ(load(bytes).plan()->network.costs.shortEvent, ::snn::kMeasuredCosts.shortEvent);
  // As written before there were any: a field that the table does not have.
  auto *costs = ::snn::format::GetProgram(bytes.data())->costs();
  const auto *fields = reinterpret_cast<const flatbuffers::Table *>(costs)->GetVTable();
  auto *field = const_cast<uint8_t *>(fields) + ::snn::format::Costs::VT_SHORT_EVENT;
  flatbuffers::WriteScalar<flatbuffers::voffset_t>(field, 0);
  EXPECT_EQ(load(bytes).plan()->network.costs.shortEvent, ::snn::kMeasuredCosts.event);
}

TEST(Order, IsTheOneThatLoadsLess) {
  ::snn::Program program = load(makeProgram());
  ::snn::detail::Plan plan = *program.plan();
  EXPECT_EQ(plan.network.costs.event, ::snn::kMeasuredCosts.event) << "the program carries them";
  EXPECT_EQ(plan.network.costs.cacheBytes, ::snn::kMeasuredCosts.cacheBytes);
  auto choose = [&](double cacheBytes) {
    plan.network.costs.cacheBytes = cacheBytes;
    return ::snn::detail::chooseOrder(plan, 8);
  };
  ::snn::OrderChoice all = choose(1 << 20), one = choose(1), half{};
  EXPECT_EQ(all.order, ::snn::Order::Layers);
  EXPECT_EQ(all.bytesOfSteps + all.bytesOfLayers, 0U) << "all stays in the cache";
  // In no cache: the same weights and states either way, and the events of all steps.
  EXPECT_GT(one.bytesOfLayers, one.bytesOfSteps);
  EXPECT_EQ(one.order, ::snn::Order::Steps);
  // A cache for every layer, and not for all of them.
  half = choose(static_cast<double>(one.bytesOfSteps) / 8 - 1);
  EXPECT_LT(half.bytesOfLayers, half.bytesOfSteps);
  EXPECT_EQ(half.bytesOfSteps, one.bytesOfSteps);
  EXPECT_EQ(half.order, ::snn::Order::Layers);

  ::snn::BatchOptions options; // the same outputs, whoever chooses
  auto chosen = ::snn::runBatch(program, 5, fill, options);
  for (::snn::Order order : {::snn::Order::Layers, ::snn::Order::Steps}) {
    options.order = order;
    auto asked = ::snn::runBatch(program, 5, fill, options);
    ASSERT_TRUE(chosen && asked);
    EXPECT_EQ(chosen->outputs, asked->outputs);
    for (size_t i = 0; i < chosen->layers.size(); ++i)
      EXPECT_EQ(chosen->layers[i].expected, asked->layers[i].expected);
  }
}

TEST(Batch, RefusesWhatItCannotRun) {
  ::snn::Program program = load(makeProgram());
  EXPECT_EQ(::snn::runBatch(program, 0, fill).error(), "there are no samples to run");
  ::snn::BatchOptions options;
  options.reportAt = {4, 2};
  EXPECT_EQ(::snn::runBatch(program, 1, fill, options).error(),
            "reported steps must be positive and ascending");
}

//===- The C interface ------------------------------------------------------------------------------------===//

TEST(CInterface, IsTheSameAsTheCppOne) {
  Bytes bytes = makeProgram();
  std::string path = testing::TempDir() + "/small.snnb";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char *>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  char error[64] = "";
  snn_program *program = snn_program_load(path.c_str(), error, sizeof error);
  std::filesystem::remove(path);
  ASSERT_TRUE(program) << error;
  EXPECT_EQ(snn_program_input_size(program), 18u);
  EXPECT_EQ(snn_program_output_size(program), 3u);
  EXPECT_EQ(snn_program_steps(program), 8u);
  ASSERT_EQ(snn_program_layer_count(program), 4u);
  EXPECT_TRUE(snn_program_layer_name(program, 3));
  EXPECT_FALSE(snn_program_layer_name(program, 4));

  snn_engine *engine = snn_engine_create(program, error, sizeof error);
  ASSERT_TRUE(engine) << error;
  std::vector<double> values(18);
  fill(3, values.data());
  snn_engine_start(engine, values.data());
  for (int t = 0; t < 8; ++t)
    snn_engine_step(engine);
  ::snn::Engine wanted(load(bytes));
  std::vector<double> output = run(wanted, 3, 8, 3);
  EXPECT_EQ(std::memcmp(snn_engine_output(engine), output.data(), 3 * sizeof(double)), 0);
  snn_layer_statistics statistics;
  for (size_t layer = 0; layer < 4; ++layer) {
    ASSERT_EQ(snn_engine_statistics(engine, layer, &statistics), 0);
    EXPECT_EQ(statistics.events, wanted.statistics()[layer].events);
    EXPECT_EQ(statistics.synaptic_ops, wanted.statistics()[layer].synapticOps);
  }
  EXPECT_EQ(snn_engine_statistics(engine, 4, &statistics), 1);
  snn_engine_destroy(engine);

  engine = snn_engine_create_threads(program, 2, error, sizeof error);
  ASSERT_TRUE(engine) << error;
  snn_program_destroy(program); // the engine keeps what it needs
  snn_engine_start(engine, values.data());
  snn_engine_run(engine, 8);
  EXPECT_EQ(std::memcmp(snn_engine_output(engine), output.data(), 3 * sizeof(double)), 0);
  snn_engine_destroy(engine);
}

TEST(CInterface, CutsItsErrors) {
  char error[12];
  EXPECT_FALSE(snn_program_load("/nowhere/at/all.snnb", error, sizeof error));
  EXPECT_STREQ(error, "/nowhere/at");
  EXPECT_FALSE(snn_program_load("/nowhere/at/all.snnb", nullptr, 0));
}

//===- Damaged files --------------------------------------------------------------------------------------===//

/// Loads `bytes`; what still loads must run without reading or writing what is not its own (which the
/// sanitizers watch) and without taking long. Returns whether it loaded.
bool survives(const Bytes &bytes) {
  auto program = ::snn::Program::fromBytes(bytes, "damaged.snnb");
  if (!program) {
    EXPECT_EQ(program.error().rfind("damaged.snnb: ", 0), 0u) << program.error();
    EXPECT_EQ(program.error().find('\n'), std::string::npos);
    return false;
  }
  EXPECT_LT(program->inputSize() + program->outputSize(), 1u << 20);
  std::vector<double> values(program->inputSize(), 0.5), output(program->outputSize());
  ::snn::Engine engine(*program);
  engine.start(values.data());
  for (int t = 0; t < 3; ++t)
    engine.step();
  engine.evaluate(values.data(), output.data());
  return true;
}

TEST(Damage, OfAnySingleByteIsAnErrorOrHarmless) {
  const Bytes whole = makeProgram();
  ASSERT_TRUE(survives(whole));
  size_t refused = 0;
  for (size_t i = 0; i < whole.size(); ++i)
    for (int flip : {0x01, 0x80, 0xff}) {
      Bytes damaged = whole;
      damaged[i] ^= static_cast<std::byte>(flip);
      refused += !survives(damaged);
      if (HasFailure())
        FAIL() << "byte " << i << " ^ " << flip;
    }
  EXPECT_GT(refused, whole.size() / 4) << "most of a small program is structure";
}

TEST(Damage, AnyTruncationIsAnError) {
  const Bytes whole = makeProgram();
  for (size_t length = 0; length < whole.size(); ++length)
    if (survives(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)))) {
      // FlatBuffers need not use the last bytes: they are padding.
      EXPECT_GT(length + 64, whole.size());
    }
}

} // namespace
} // namespace snnc::test
