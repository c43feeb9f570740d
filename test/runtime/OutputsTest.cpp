//===- Programs with several outputs, and with heads behind their decoders -----------------------------------===//
#include "dialects/ann/ANN.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "runtime/format/program_generated.h"
#include "snn/Batch.h"
#include "snn/snn.h"
#include "targets/cpu/ProgramWriter.h"
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace snnc::test {

namespace {

using Bytes = std::vector<std::byte>;

/// A decoder of neurons, one of a sum that neurons read as well, one of the input; every step of a head.
constexpr const char *kNetwork = R"(
func.func @f(%x: tensor<?x4xf32>) -> (tensor<?x6xf32> {ann.name = "logits"}, tensor<?x3x2xf32> {ann.name = "classes"},
    tensor<?x2x3xf32> {ann.name = "logs"}, tensor<?x4xf32> {ann.name = "input"}, tensor<?x6xf32> {ann.name = "hidden"},
    tensor<?x4xf32> {ann.name = "hard"}, tensor<?x1x3xf32> {ann.name = "index"}, tensor<?x6xf32> {ann.name = "gate"}) {
  %in = snn.encode %x direct : tensor<?x4xf32> -> !snn.spikes<4, graded>
  %w = arith.constant dense<[[0.5, -1.0, 0.25, 0.125, 1.0, -0.5], [1.0, 0.5, -0.75, 0.5, -0.25, 0.25],
    [-0.5, 1.0, 0.5, -1.0, 0.5, 0.75], [0.25, -0.25, 1.0, 0.5, -0.5, 0.125]]> : tensor<4x6xf32>
  %h = snn.gemm %in, %w : (!snn.spikes<4, graded>, tensor<4x6xf32>) -> !snn.current<6>
  %s = snn.neuron relu(%h) schedule <dyadic(0.5, 1), steps = 8> code <ternary, 0.5> : (!snn.current<6>) -> !snn.spikes<6, ternary>
  %v = arith.constant dense<[[1.0, 0.5, -1.0, 0.25, 0.5, -0.25], [-0.5, 1.0, 0.5, -0.75, 0.25, 1.0],
    [0.25, -0.5, 1.0, 1.0, -1.0, 0.5], [1.0, 0.25, 0.5, -0.5, 1.0, -1.0], [0.5, -1.0, 0.75, 0.25, -0.5, 0.5],
    [-0.25, 0.5, 0.25, 1.0, 0.5, -0.75]]> : tensor<6x6xf32>
  %g = snn.gemm %s, %v : (!snn.spikes<6, ternary>, tensor<6x6xf32>) -> !snn.current<6>
  %i = snn.reshape %in shape = [4] : (!snn.spikes<4, graded>) -> !snn.current<4>
  %logits = snn.decode %g : !snn.current<6> -> tensor<?x6xf32>
  %hidden = snn.decode %h : !snn.current<6> -> tensor<?x6xf32>
  %again = snn.decode %i : !snn.current<4> -> tensor<?x4xf32>
  %a = ann.reshape %logits shape = [-1, 3, 2] : (tensor<?x6xf32>) -> tensor<?x3x2xf32>
  %classes = ann.softmax %a axis = 1 : (tensor<?x3x2xf32>) -> tensor<?x3x2xf32>
  %b = ann.log_softmax %a axis = 2 : (tensor<?x3x2xf32>) -> tensor<?x3x2xf32>
  %logs = ann.transpose %b perm = [0, 2, 1] : (tensor<?x3x2xf32>) -> tensor<?x2x3xf32>
  %hard = ann.hard_sigmoid %again alpha = 0.25 beta = 0.5 : tensor<?x4xf32>
  %t = ann.tanh %logits : tensor<?x6xf32>
  %r = ann.reshape %t shape = [-1, 2, 3] : (tensor<?x6xf32>) -> tensor<?x2x3xf32>
  %index = ann.argmax %r axis = 1 : (tensor<?x2x3xf32>) -> tensor<?x1x3xf32>
  %gate = ann.sigmoid %hidden : tensor<?x6xf32>
  return %logits, %classes, %logs, %again, %hidden, %hard, %index, %gate : tensor<?x6xf32>, tensor<?x3x2xf32>,
    tensor<?x2x3xf32>, tensor<?x4xf32>, tensor<?x6xf32>, tensor<?x4xf32>, tensor<?x1x3xf32>, tensor<?x6xf32>
})";

/// One output, as it is decoded.
constexpr const char *kPlain = R"(
func.func @f(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %y = snn.decode %c : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
})";

Bytes makeProgram(const char *text) {
  mlir::MLIRContext context;
  context.loadDialect<ann::ANNDialect, snn::SNNDialect, mlir::arith::ArithDialect,
                      mlir::func::FuncDialect>();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  EXPECT_TRUE(module);
  auto bytes = cpu::writeProgram(*module->getOps<mlir::func::FuncOp>().begin(), {"several", 8});
  EXPECT_TRUE(succeeded(bytes));
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  return {first, first + bytes->size()};
}

::snn::Program load(const Bytes &bytes) {
  auto program = ::snn::Program::fromBytes(bytes, "several.snnb");
  EXPECT_TRUE(program) << program.error();
  return *program;
}

void fill(uint64_t index, double *values) {
  for (uint64_t i = 0; i < 4; ++i)
    values[i] = static_cast<double>((index * 7 + i * 5) % 13) / 6 - 0.75;
}

/// What outputs must be where the decoders hold `d`: logits, hidden, input.
std::vector<double> computeOutputs(const std::vector<double> &d) {
  std::vector<double> wanted(d.begin(), d.begin() + 6);
  double classes[6], logs[6];
  for (int i : {0, 1}) // columns of 3 x 2
    for (int k : {0, 2, 4})
      classes[i + k] =
          std::exp(d[i + k]) / (std::exp(d[i]) + std::exp(d[i + 2]) + std::exp(d[i + 4]));
  for (int row : {0, 2, 4})
    for (int i : {0, 1})
      logs[i * 3 + row / 2] = d[row + i] - std::log(std::exp(d[row]) + std::exp(d[row + 1]));
  wanted.insert(wanted.end(), classes, classes + 6);
  wanted.insert(wanted.end(), logs, logs + 6);
  wanted.insert(wanted.end(), d.begin() + 12, d.end());
  wanted.insert(wanted.end(), d.begin() + 6, d.begin() + 12);
  for (int i = 0; i < 4; ++i)
    wanted.push_back(std::min(1.0, std::max(0.0, 0.25 * d[12 + i] + 0.5)));
  for (int i = 0; i < 3; ++i)
    wanted.push_back(d[i + 3] > d[i] ? 1 : 0);
  for (int i = 0; i < 6; ++i)
    wanted.push_back(1 / (1 + std::exp(-d[6 + i])));
  return wanted;
}

void expectOutputs(const double *found, const std::vector<double> &decoded) {
  std::vector<double> wanted = computeOutputs(decoded);
  for (size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(found[i], wanted[i], 1e-12) << "element " << i;
}

TEST(Outputs, AreToldByTheProgram) {
  ::snn::Program program = load(makeProgram(kNetwork));
  ASSERT_EQ(program.outputs().size(), 8U);
  std::vector<std::string> names;
  uint64_t offset = 0;
  for (const ::snn::OutputInfo &output : program.outputs()) {
    names.push_back(output.name);
    EXPECT_EQ(output.offset, offset);
    offset += output.size;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"logits", "classes", "logs", "input", "hidden", "hard",
                                             "index", "gate"}));
  EXPECT_EQ(program.outputSize(), offset);
  EXPECT_EQ(program.decodedSize(), 16U);
  const ::snn::OutputInfo &logs = program.outputs()[2], &input = program.outputs()[3];
  EXPECT_EQ(logs.shape, (std::vector<uint32_t>{2, 3}));
  EXPECT_EQ(logs.head, ::snn::HeadFunction::LogSoftmax) << "moves behind it do not count";
  EXPECT_FALSE(logs.axis);
  EXPECT_EQ(program.outputs()[1].axis, 0U);
  EXPECT_EQ(logs.decodedOffset, 0U);
  EXPECT_EQ(logs.decodedSize, 6U);
  EXPECT_FALSE(input.head);
  EXPECT_EQ(input.decodedOffset, 12U);
  EXPECT_EQ(program.outputs()[6].head, ::snn::HeadFunction::ArgMax);
  EXPECT_EQ(program.outputs()[6].size, 3U);
  EXPECT_EQ(program.layers().size(), 5U) << "input, neurons, three decoders";
  ASSERT_EQ(program.inputs().size(), 1U);
  EXPECT_EQ(program.inputs()[0].size, 4U);
}

TEST(Outputs, AreHeadsOfWhatIsDecodedInEveryOrder) {
  ::snn::Program program = load(makeProgram(kNetwork));
  for (uint64_t index = 0; index < 7; ++index) {
    double values[4];
    fill(index, values);
    ::snn::Engine steps(program), layers(program), several(program, {.threads = 3});
    for (::snn::Engine *engine : {&steps, &layers, &several})
      engine->start(values);
    steps.run(8, ::snn::Order::Steps);
    uint32_t visits = 0;
    layers.run(8, ::snn::Order::Layers, [&](uint32_t) { ++visits; });
    several.run(8);
    EXPECT_EQ(visits, 8U);
    std::vector<double> decoded(steps.decoded(), steps.decoded() + 16);
    EXPECT_EQ(std::vector<double>(layers.decoded(), layers.decoded() + 16), decoded);
    EXPECT_EQ(std::vector<double>(several.decoded(), several.decoded() + 16), decoded);
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(decoded[12 + i], static_cast<float>(values[i])) << "the input is exact";
    expectOutputs(steps.output(), decoded);

    // The ANN: what the neurons follow, and the same heads.
    std::vector<double> ann(program.outputSize());
    steps.evaluate(values, ann.data());
    std::vector<double> whole(ann.begin(), ann.begin() + 6);
    whole.insert(whole.end(), ann.begin() + 22, ann.begin() + 28);
    whole.insert(whole.end(), ann.begin() + 18, ann.begin() + 22);
    expectOutputs(ann.data(), whole);
    std::vector<double> errors = steps.compareLayers();
    double squares = 0;
    for (int i = 0; i < 6; ++i)
      squares += (decoded[i] - ann[i]) * (decoded[i] - ann[i]);
    EXPECT_NEAR(errors[2], std::sqrt(squares / 6), 1e-6) << "of what is decoded";
    EXPECT_LT(errors[3], 1e-6);
    EXPECT_EQ(errors[4], 0) << "decoders have errors of their own";
  }
}

TEST(Outputs, OfABatchFollowEachOther) {
  ::snn::Program program = load(makeProgram(kNetwork));
  ::snn::BatchOptions options;
  options.reportAt = {2, 8};
  auto result = ::snn::runBatch(program, 5, fill, options);
  ASSERT_TRUE(result) << result.error();
  ::snn::Engine engine(program);
  double values[4];
  fill(3, values);
  engine.start(values);
  engine.run(8);
  for (uint64_t i = 0; i < program.outputSize(); ++i)
    EXPECT_EQ(result->outputs[1][3 * program.outputSize() + i],
              static_cast<float>(engine.output()[i]));
}

TEST(Outputs, EndASampleByWhatIsDecoded) {
  // A probability never leads by 1.5, a logit does.
  constexpr const char *text = R"(
func.func @f(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %y = snn.decode %c : !snn.current<2> -> tensor<?x2xf32>
  %p = ann.softmax %y axis = 1 : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %p : tensor<?x2xf32>
})";
  ::snn::Program program = load(makeProgram(text));
  ::snn::BatchOptions options;
  options.stop = ::snn::StopRule{1.5, 2};
  auto result = ::snn::runBatch(
      program, 2,
      [](uint64_t index, double *values) {
        values[0] = index == 0 ? 2 : 1;
        values[1] = 0;
      },
      options);
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(result->stepsTaken, (std::vector<uint32_t>{2, 8}));
}

TEST(Outputs, AreInTheCInterface) {
  Bytes bytes = makeProgram(kNetwork);
  std::string path = testing::TempDir() + "/several.snnb";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char *>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  snn_program *program = snn_program_load(path.c_str(), nullptr, 0);
  std::filesystem::remove(path);
  ASSERT_TRUE(program);
  EXPECT_EQ(snn_program_output_count(program), 8U);
  EXPECT_STREQ(snn_program_output_name(program, 2), "logs");
  EXPECT_EQ(snn_program_output_offset(program, 2), 12U);
  EXPECT_EQ(snn_program_output_elements(program, 2), 6U);
  EXPECT_EQ(snn_program_output_name(program, 8), nullptr);
  EXPECT_EQ(snn_program_output_offset(program, 8), 0U);
  EXPECT_EQ(snn_program_output_elements(program, 8), 0U);
  EXPECT_EQ(snn_program_output_size(program), 41U);
  snn_program_destroy(program);
}

TEST(Outputs, ChangeTheVersionWhereOldReadersWouldGetThemWrong) {
  auto versionOf = [](const Bytes &bytes) {
    return ::snn::format::GetProgram(bytes.data())->version();
  };
  EXPECT_EQ(versionOf(makeProgram(kPlain)), 1U);
  EXPECT_EQ(versionOf(makeProgram(kNetwork)), 2U);
  std::string text = kPlain;
  text.replace(text.find("  return"), std::string::npos,
               "  %p = ann.sigmoid %y : tensor<?x2xf32>\n  return %p : tensor<?x2xf32>\n}");
  EXPECT_EQ(versionOf(makeProgram(text.c_str())), 2U);
}

TEST(Outputs, OfAProgramThatDoesNotNameThemAreTheDecoder) {
  // As written before programs did: a field that the table does not have.
  auto hide = [](Bytes bytes) {
    auto *program = ::snn::format::GetProgram(bytes.data());
    const auto *fields = reinterpret_cast<const flatbuffers::Table *>(program)->GetVTable();
    auto *field = const_cast<uint8_t *>(fields) + ::snn::format::Program::VT_OUTPUTS;
    flatbuffers::WriteScalar<flatbuffers::voffset_t>(field, 0);
    return bytes;
  };
  ::snn::Program program = load(hide(makeProgram(kPlain)));
  ASSERT_EQ(program.outputs().size(), 1U);
  EXPECT_EQ(program.outputs()[0].name, "output");
  EXPECT_EQ(program.outputs()[0].size, 2U);
  auto several = ::snn::Program::fromBytes(hide(makeProgram(kNetwork)), "old.snnb");
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error(), "old.snnb: has several decoders, but does not name its outputs");
}

TEST(Outputs, OfDamagedFilesAreRefusedOrHarmless) {
  const Bytes whole = makeProgram(kNetwork);
  for (size_t i = 0; i < whole.size(); ++i)
    for (int flip : {0x01, 0x80, 0xff}) {
      Bytes damaged = whole;
      damaged[i] ^= static_cast<std::byte>(flip);
      auto program = ::snn::Program::fromBytes(damaged, "damaged.snnb");
      if (!program)
        continue;
      ASSERT_LT(program->inputSize() + program->outputSize(), 1U << 20) << "byte " << i;
      std::vector<double> values(program->inputSize(), 0.5), output(program->outputSize());
      ::snn::Engine engine(*program);
      engine.start(values.data());
      engine.run(2);
      std::copy(engine.output(), engine.output() + output.size(), output.begin());
      engine.evaluate(values.data(), output.data());
    }
}

} // namespace
} // namespace snnc::test
