//===- Updates: what they promise to who calls them ------------------------------------------------------------===//
//
// That they compute what the reference does is for test/equivalence/UpdateTest.cpp.
//
//===------------------------------------------------------------------------------------------------===//
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "runtime/src/engine/update/Marks.h"
#include "snn/Engine.h"
#include "snn/snn.h"
#include "targets/cpu/ProgramWriter.h"
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <regex>
#include <set>

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 14;

/// Two layers of which the second starts when the first has ended.
std::string makeNetwork(const std::string &input, const std::string &code,
                        const std::string &schedule) {
  return "func.func @f(%x: tensor<?x64xf32>) -> tensor<?x2xf32> {\n"
         "  %in = snn.encode %x " +
         input +
         " : tensor<?x64xf32> -> !snn.spikes<64, graded>\n"
         "  %w = arith.constant dense<0.03125> : tensor<64x128xf32>\n"
         "  %c = snn.gemm %in, %w : (!snn.spikes<64, graded>, tensor<64x128xf32>) -> "
         "!snn.current<128>\n"
         "  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), " +
         schedule + "> code <" + code +
         ", 0.66>"
         " : (!snn.current<128>) -> !snn.spikes<128, ternary>\n"
         "  %v = arith.constant dense<0.015625> : tensor<128x2xf32>\n"
         "  %d = snn.gemm %s, %v : (!snn.spikes<128, ternary>, tensor<128x2xf32>) -> "
         "!snn.current<2>\n"
         "  %t = snn.neuron relu(%d) schedule <dyadic(0.5, 1), start = 7, steps = 7> code "
         "<ternary, 0.66>"
         " range dense<2.0> : tensor<1xf32> : (!snn.current<2>) -> !snn.spikes<2, ternary>\n"
         "  %e = snn.reshape %t shape = [2] : (!snn.spikes<2, ternary>) -> !snn.current<2>\n"
         "  %y = snn.decode %e : !snn.current<2> -> tensor<?x2xf32>\n"
         "  return %y : tensor<?x2xf32>\n}\n";
}
std::string makeNetwork() { return makeNetwork("direct", "ternary", "start = 0, steps = 7"); }

/// One neuron in integers, whose sums may reach 2^(15 + shift).
std::string makeIntegers(unsigned shift, unsigned state) {
  return "func.func @f(%x: tensor<?x1xf32>) -> tensor<?x1xf32> {\n"
         "  %in = snn.encode %x direct fixed <raw = i16, raw_fraction = 8, multipliers = [1], "
         "offsets = [0], shift = 0, fraction = 8, event_fraction = 0, steps = []>"
         " : tensor<?x1xf32> -> !snn.spikes<1, graded, fixed>\n"
         "  %w = arith.constant dense<1> : tensor<1x1xi8>\n"
         "  %c = snn.gemm %in, %w shift = " +
         std::to_string(shift) +
         " : (!snn.spikes<1, graded, fixed>, tensor<1x1xi8>) -> !snn.current<1, fixed>\n"
         "  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <ternary, 0.5> "
         "fixed <state = " +
         std::to_string(state) +
         ", event_fraction = 2, operand_fraction = 8, steps = [2, 1], zones = [64, 32], "
         "shifts = [40], multipliers = [dense<1000> : tensor<1xi32>]>"
         " : (!snn.current<1, fixed>) -> !snn.spikes<1, ternary, fixed>\n"
         "  %d = snn.gemm %s, %w : (!snn.spikes<1, ternary, fixed>, tensor<1x1xi8>) -> "
         "!snn.current<1, fixed>\n"
         "  %y = snn.decode %d fixed <shift = 4, fraction = 8, multipliers = dense<3> : "
         "tensor<1xi32>> : !snn.current<1, fixed> -> tensor<?x1xf32>\n"
         "  return %y : tensor<?x1xf32>\n}\n";
}

std::vector<std::byte> makeBytes(const std::string &network) {
  mlir::MLIRContext context;
  context.loadDialect<snn::SNNDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect>();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(network, &context);
  EXPECT_TRUE(module) << network;
  auto bytes = cpu::writeProgram(*module->getOps<mlir::func::FuncOp>().begin(), {"f", kSteps});
  EXPECT_TRUE(succeeded(bytes));
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  return {first, first + bytes->size()};
}

::snn::Program load(const std::string &network) {
  auto program = ::snn::Program::fromBytes(makeBytes(network), "f.snnb");
  EXPECT_TRUE(program) << program.error();
  return *program;
}

uint64_t countEvents(const ::snn::Engine &engine) {
  uint64_t events = 0;
  for (const ::snn::LayerStatistics &layer : engine.statistics())
    events += layer.events;
  return events;
}

std::string messageOf(const std::optional<::snn::Error> &error) {
  return error ? error->message : "";
}

TEST(Update, NothingHappensWhereNothingChanges) {
  ::snn::Program program = load(makeNetwork());
  ::snn::Engine engine(program, {.updates = true});
  std::vector<double> frame(64, 0.5);
  engine.start(frame.data());
  engine.run(kSteps);
  EXPECT_GT(engine.eventsEnd(), 1u);
  const std::vector<double> output(engine.output(), engine.output() + 2);
  for (int n = 0; n < 3; ++n) {
    EXPECT_EQ(messageOf(engine.update(frame.data())), "");
    EXPECT_EQ(engine.time(), 0u);
    engine.run(kSteps);
    EXPECT_EQ(engine.time(), kSteps);
    EXPECT_EQ(engine.eventsEnd(), 0u);
    EXPECT_EQ(countEvents(engine), 0u);
    EXPECT_EQ(std::vector<double>(engine.output(), engine.output() + 2), output);
  }
  // Nobody is even compared any more.
  for (const ::snn::LayerStatistics &layer : engine.statistics())
    EXPECT_EQ(layer.updates, 0u);
}

TEST(Update, ComparesOnlyWhatSomethingReached) {
  ::snn::Program program = load(makeNetwork());
  ::snn::Engine engine(program, {.updates = true});
  std::vector<double> frame(64, 0.25); // within reach: everyone can come to rest
  engine.start(frame.data());
  engine.run(kSteps);
  engine.update(frame.data()); // finds everyone at rest
  engine.run(kSteps);
  frame[3] += 1e-4; // too little for anyone to move
  EXPECT_EQ(messageOf(engine.update(frame.data())), "");
  engine.run(kSteps);
  EXPECT_EQ(engine.statistics()[0].events, 1u);
  EXPECT_EQ(engine.statistics()[1].updates, 128u); // once each
  EXPECT_EQ(engine.statistics()[1].synapticOps, 128u);
  EXPECT_EQ(engine.statistics()[2].updates, 0u);
}

TEST(Update, ThresholdBoundsTheInput) {
  ::snn::Program program = load(makeNetwork());
  ::snn::Engine engine(program, {.updates = true, .inputThreshold = 0.25});
  std::vector<double> frame(64, 0.5);
  engine.start(frame.data());
  engine.run(kSteps);
  frame[0] = 0.75; // just as much
  frame[1] = 0.76;
  EXPECT_EQ(messageOf(engine.update(frame.data())), "");
  engine.run(kSteps);
  EXPECT_EQ(engine.statistics()[0].events, 1u);
  frame[0] = 0.8; // beyond what was sent, not beyond the last frame
  engine.update(frame.data());
  engine.run(kSteps);
  EXPECT_EQ(engine.statistics()[0].events, 1u);
}

TEST(Update, SaysWhyItIsNone) {
  ::snn::Program program = load(makeNetwork());
  std::vector<double> frame(64, 0.5), other(64, 0.25), bad = other;
  bad[5] = std::numeric_limits<double>::quiet_NaN();

  ::snn::Engine without(program);
  without.start(frame.data());
  without.run(kSteps);
  EXPECT_EQ(messageOf(without.update(other.data())), "the engine was made without updates");

  ::snn::Engine engine(program, {.updates = true}), same(program, {.updates = true});
  EXPECT_EQ(messageOf(engine.update(frame.data())), "there is no sample to update: start one");
  engine.start(frame.data());
  engine.run(3);
  // SNN-U3
  EXPECT_EQ(messageOf(engine.update(other.data())),
            "an update needs all schedules to have ended, after 14 time steps; 3 have been done");
  engine.run(kSteps);
  // SNN-U5
  EXPECT_EQ(messageOf(engine.update(bad.data())), "element 5 of the input is not a finite number");
  // All of that has left the state alone.
  same.start(frame.data());
  same.run(kSteps);
  for (::snn::Engine *one : {&engine, &same}) {
    EXPECT_EQ(messageOf(one->update(other.data())), "");
    one->run(kSteps);
  }
  EXPECT_EQ(countEvents(engine), countEvents(same));
  EXPECT_EQ(engine.output()[0], same.output()[0]);

  ::snn::Engine negative(program, {.updates = true, .inputThreshold = -1});
  negative.start(frame.data());
  negative.run(kSteps);
  EXPECT_EQ(messageOf(negative.update(other.data())), "the input threshold is below 0");
}

TEST(Update, ProgramsThatTakeNone) {
  auto refusal = [](const std::string &network) {
    return messageOf(::snn::checkUpdates(load(network)));
  };
  EXPECT_EQ(refusal(makeNetwork()), "");
  // SNN-U1
  EXPECT_NE(refusal(makeNetwork("float schedule <dyadic(0.5, 1), start = 0, steps = 3>", "ternary",
                                "start = 0, steps = 7"))
                .find("only the direct code"),
            std::string::npos);
  // SNN-U3
  EXPECT_NE(refusal(makeNetwork("direct", "ternary", "start = 2")).find("does not end"),
            std::string::npos);
  // SNN-U2
  std::string signs = makeNetwork();
  for (size_t at; (at = signs.find("ternary, 0.66")) != std::string::npos;)
    signs.replace(at, 13, "sign");
  for (size_t at; (at = signs.find("ternary")) != std::string::npos;)
    signs.replace(at, 7, "sign");
  EXPECT_NE(refusal(signs).find("never silent"), std::string::npos);
}

TEST(Update, IntegerProgramsThatTakeNone) {
  auto refusal = [](unsigned shift, unsigned state) {
    return messageOf(::snn::checkUpdates(load(makeIntegers(shift, state))));
  };
  EXPECT_EQ(refusal(14, 32), "");
  // SNN-U4
  EXPECT_NE(refusal(14, 16).find("16 bits round every change"), std::string::npos);
  // FX-Q14: 2^15 2^15 fits in 32 bits, and what it may change by does not.
  EXPECT_NE(refusal(15, 32).find("its sums may change by more than 32 bits hold"),
            std::string::npos);
}

TEST(Update, StartsAnewAfterwards) {
  ::snn::Program program = load(makeNetwork());
  std::vector<double> frame(64, 0.5), other(64, 0.125);
  ::snn::Engine engine(program, {.updates = true}), fresh(program);
  engine.start(frame.data());
  engine.run(kSteps);
  engine.update(other.data());
  engine.run(kSteps);
  for (::snn::Engine *one : {&engine, &fresh}) {
    one->start(frame.data());
    one->run(kSteps);
  }
  EXPECT_EQ(countEvents(engine), countEvents(fresh));
  EXPECT_EQ(engine.output()[0], fresh.output()[0]);
  EXPECT_EQ(engine.output()[1], fresh.output()[1]);
}

/// After many frames a network is as far from its function as after one: errors do not add up.
TEST(Update, DoesNotDrift) {
  ::snn::Program program = load(makeNetwork());
  ::snn::Engine engine(program, {.updates = true}), fresh(program);
  std::mt19937 random(3);
  std::vector<double> frame(64, 0.25);
  engine.start(frame.data());
  engine.run(kSteps);
  // Both are within their dead zones: of the first layer through 128 weights, and of the second in its range.
  const double zone = 0.66 / 128, bound = 2 * zone * (128 * 0.015625 + 2) + 1e-4;
  for (int n = 0; n < 400; ++n) {
    for (double &value : frame)
      value = random() % 4 == 0 ? random() % 800 / 1000.0 : value;
    ASSERT_EQ(messageOf(engine.update(frame.data())), "");
    engine.run(kSteps);
    if (n % 20 != 19)
      continue;
    fresh.start(frame.data());
    fresh.run(kSteps);
    ASSERT_GT(fresh.output()[0], 0.1);
    ASSERT_NEAR(engine.output()[0], fresh.output()[0], bound) << "frame " << n;
    ASSERT_NEAR(engine.output()[1], fresh.output()[1], bound) << "frame " << n;
  }
}

TEST(Update, CInterface) {
  const auto path = std::filesystem::temp_directory_path() / "snnc-update-test.snnb";
  std::vector<std::byte> bytes = makeBytes(makeNetwork());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char *>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  char error[100] = "";
  snn_program *program = snn_program_load(path.c_str(), error, sizeof(error));
  ASSERT_TRUE(program) << error;
  snn_engine *engine = snn_engine_create_stream(program, 0.125, 2, error, sizeof(error));
  ASSERT_TRUE(engine) << error;
  std::vector<double> frame(64, 0.5);
  snn_engine_start(engine, frame.data());
  snn_engine_run(engine, kSteps);
  frame[7] = 0.625;
  frame[8] = 1;
  EXPECT_EQ(snn_engine_update(engine, frame.data(), error, sizeof(error)), 0);
  snn_engine_run(engine, kSteps);
  snn_layer_statistics statistics;
  EXPECT_EQ(snn_engine_statistics(engine, 0, &statistics), 0);
  EXPECT_EQ(statistics.events, 1u);
  frame[9] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(snn_engine_update(engine, frame.data(), error, sizeof(error)), 1);
  EXPECT_STREQ(error, "element 9 of the input is not a finite number");
  snn_engine_destroy(engine);
  snn_program_destroy(program);
  std::filesystem::remove(path);
}

/// What a population hears after its last step is what it strives for, where an engine is to hear it; of a population
/// of `code` with inputs of 0.8125 and 0.25.
std::vector<double> lookAfterTheEnd(const std::string &code, bool hearsLate) {
  const std::string network = R"(
func.func @f(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 6> code <CODE> : (!snn.current<2>) -> !snn.spikes<2, KIND>
  %d = snn.reshape %s shape = [2] : (!snn.spikes<2, KIND>) -> !snn.current<2>
  %e = snn.neuron relu(%d) schedule <dyadic(0.5, 1), steps = 1> code <ternary, 0.5> : (!snn.current<2>) -> !snn.spikes<2, ternary>
  %f = snn.reshape %e shape = [2] : (!snn.spikes<2, ternary>) -> !snn.current<2>
  %y = snn.decode %f : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
})";
  const std::string kind = code.substr(0, code.find(','));
  const std::string text = std::regex_replace(std::regex_replace(network, std::regex("CODE"), code),
                                              std::regex("KIND"), kind);
  const ::snn::Program program = load(text);
  ::snn::Engine engine(program, {.hearsLate = hearsLate});
  const std::vector<double> input = {0.8125, 0.25};
  engine.start(input.data());
  engine.run(6, ::snn::Order::Layers);
  size_t last = 0; // the layer of %e
  for (size_t i = 0; i < program.layers().size(); ++i)
    if (program.layers()[i].isNeuron)
      last = i;
  std::vector<double> targets(2), outputs(2);
  EXPECT_TRUE(engine.look(last, targets.data(), outputs.data()));
  return targets;
}

TEST(Engine, HearsAfterTheEndWhereItIsToldTo) {
  using Numbers = std::vector<double>;
  EXPECT_EQ(lookAfterTheEnd("ternary, 0.5", true), (Numbers{0.8125, 0.25}));
  EXPECT_EQ(lookAfterTheEnd("ternary, 0.5", false), (Numbers{0.5, 0}));
  // Six digits of -1 and +1.
  const Numbers signs = lookAfterTheEnd("sign", true);
  EXPECT_NEAR(signs[0], 0.8125, 1.0 / 64);
  EXPECT_NEAR(signs[1], 0.25, 1.0 / 64);
}

TEST(Marks, AreASetOfBlocks) {
  std::mt19937 random(1);
  for (uint32_t elements : {1u, 64u, 65u, 4096u, 4097u, 9000u}) {
    const uint32_t blocks = (elements + 63) / 64;
    ::snn::detail::Marks marks(elements), other(elements);
    std::set<uint32_t> wanted;
    for (int n = 0; n < 40; ++n) {
      const uint32_t first = random() % elements, end = first + random() % (elements - first + 1);
      if (random() % 3 == 0) {
        marks.remove(first / 64);
        wanted.erase(first / 64);
      } else {
        // By themselves, or those of a part of others.
        const bool isDirect = random() % 2;
        const uint32_t from = isDirect ? 0 : random() % blocks,
                       to = isDirect ? blocks : from + 1 + random() % (blocks - from);
        (isDirect ? marks : other).addElements(first, end);
        marks.add(other, {from * 64, to == blocks ? UINT32_MAX : to * 64});
        other.clear();
        for (uint32_t i = first; i < end; ++i)
          if (i / 64 >= from && i / 64 < to)
            wanted.insert(i / 64);
      }
      std::set<uint32_t> found;
      uint32_t before = UINT32_MAX;
      marks.forRuns([&](uint32_t from, uint32_t to) {
        EXPECT_LT(from, to);
        EXPECT_NE(from, before) << "runs that are not as long as they could be";
        for (uint32_t block = from; block < to; ++block)
          found.insert(block);
        before = to;
      });
      ASSERT_EQ(found, wanted);
      EXPECT_EQ(marks.size(), wanted.size());
      EXPECT_EQ(marks.empty(), wanted.empty());
    }
    marks.addAll();
    EXPECT_EQ(marks.size(), blocks);
  }
}

} // namespace
} // namespace snnc::test
