//===- Programs of older versions: what they compute stays what it was ----------------------------------------===//
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "runtime/format/program_generated.h"
#include "snn/Engine.h"
#include "snn/fixed.h"
#include "targets/cpu/ProgramWriter.h"
#include <algorithm>
#include <gtest/gtest.h>

namespace snnc::test {

namespace {

using Bytes = std::vector<std::byte>;

/// One clip between -2 and 3, in 8 fraction bits; `form` says its table or its bounds.
Bytes makeClip(const std::string &form) {
  const std::string text = R"(
func.func @f(%x: tensor<?x1xf32>) -> tensor<?x1xf32> {
  %in = snn.encode %x direct fixed <raw = i16, raw_fraction = 8, multipliers = [1], offsets = [0], shift = 0, fraction = 8,
    event_fraction = 0, steps = []> : tensor<?x1xf32> -> !snn.spikes<1, graded, fixed>
  %w = arith.constant dense<1> : tensor<1x1xi8>
  %c = snn.gemm %in, %w shift = 0 : (!snn.spikes<1, graded, fixed>, tensor<1x1xi8>) -> !snn.current<1, fixed>
  %s = snn.neuron clip(%c) params [-2.0, 3.0] schedule <dyadic(2.0, 1), steps = 4> code <ternary, 0.5>
    fixed <state = 32, event_fraction = 2, operand_fraction = 8, steps = [8, 4, 2, 1], zones = [256, 128, 64, 32],
    shifts = [10], multipliers = [dense<1024> : tensor<1xi32>], FORM> : (!snn.current<1, fixed>) -> !snn.spikes<1, ternary, fixed>
  %d = snn.gemm %s, %w : (!snn.spikes<1, ternary, fixed>, tensor<1x1xi8>) -> !snn.current<1, fixed>
  %y = snn.decode %d fixed <shift = 4, fraction = 2, multipliers = dense<16> : tensor<1xi32>> : !snn.current<1, fixed> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
})";
  mlir::MLIRContext context;
  context.loadDialect<snn::SNNDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect>();
  std::string network = text;
  network.replace(network.find("FORM"), 4, form);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(network, &context);
  EXPECT_TRUE(module);
  auto bytes = cpu::writeProgram(*module->getOps<mlir::func::FuncOp>().begin(), {"clip", 4});
  EXPECT_TRUE(succeeded(bytes));
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  return {first, first + bytes->size()};
}

/// The clip as programs had it before they had bounds: values at every 256th of the 16-bit numbers.
std::string makeTable() {
  std::string table = "table = [";
  for (int i = 0; i < SNN_TABLE_SIZE; ++i)
    table += (i > 0 ? ", " : "") + std::to_string(std::clamp(256 * i - 32768, -512, 768));
  return table + "]";
}

double run(const Bytes &bytes, double input) {
  auto program = ::snn::Program::fromBytes(bytes, "clip.snnb");
  EXPECT_TRUE(program) << program.error();
  ::snn::Engine engine(*program);
  engine.start(&input);
  engine.run(4, ::snn::Order::Steps);
  const double stepwise = engine.output()[0];
  engine.start(&input);
  engine.run(4, ::snn::Order::Layers);
  EXPECT_EQ(engine.output()[0], stepwise);
  return stepwise;
}

TEST(OldPrograms, AClipWithATable) {
  const Bytes old = makeClip(makeTable());
  Bytes now = makeClip("lower = dense<-512> : tensor<1xi16>, upper = dense<768> : tensor<1xi16>");
  EXPECT_EQ(::snn::format::GetProgram(old.data())->version(), 1U);
  EXPECT_EQ(::snn::format::GetProgram(now.data())->version(), 3U);
  EXPECT_EQ(run(old, 100), 3);
  EXPECT_EQ(run(old, -100), -2);
  // The table is straight between numbers that are whole, as the clip is.
  for (double input = -5; input <= 5; input += 0.25)
    EXPECT_EQ(run(old, input), run(now, input)) << input;
}

/// A table that is no clip any more shows that it is what a program of version 2 is run by.
TEST(OldPrograms, FollowTheirTable) {
  std::string table = makeTable();
  for (size_t at = 0; (at = table.find(" 768", at)) != std::string::npos; ++at)
    table.replace(at, 4, " 256");
  Bytes changed = makeClip(table);
  auto *program = const_cast<::snn::format::Program *>(::snn::format::GetProgram(changed.data()));
  auto *version =
      const_cast<uint8_t *>(reinterpret_cast<flatbuffers::Table *>(program)->GetAddressOf(
          ::snn::format::Program::VT_VERSION));
  ASSERT_NE(version, nullptr);
  flatbuffers::WriteScalar<uint32_t>(version, 2);
  EXPECT_EQ(run(changed, 100), 1);
}

} // namespace
} // namespace snnc::test
