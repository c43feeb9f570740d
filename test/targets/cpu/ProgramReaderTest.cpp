//===- A program that is read back is the network that it was written of ----------------------------------===//
//
// Random networks, in real numbers and in integers: what is read is legal IR, and written again it gives the same bytes.
//
//===------------------------------------------------------------------------------------------------===//
#include "targets/cpu/ProgramReader.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "targets/cpu/ProgramWriter.h"
#include "test/equivalence/IntegerNetwork.h"
#include <gtest/gtest.h>

using namespace mlir;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 9;

std::vector<uint8_t> write(ModuleOp module) {
  auto bytes = cpu::writeProgram(*module.getOps<func::FuncOp>().begin(), {"random", kSteps});
  EXPECT_TRUE(succeeded(bytes));
  return succeeded(bytes) ? *bytes : std::vector<uint8_t>();
}

void expectSame(MLIRContext &context, ModuleOp module, uint32_t seed) {
  std::vector<uint8_t> bytes = write(module);
  auto *first = reinterpret_cast<const std::byte *>(bytes.data());
  ASSERT_TRUE(::snn::Program::fromBytes({first, first + bytes.size()}, "random"));
  OwningOpRef<ModuleOp> read = cpu::readProgram(context, {first, bytes.size()});
  ASSERT_TRUE(succeeded(verify(*read))) << seed;
  EXPECT_EQ(write(*read), bytes) << seed;
}

TEST(ProgramReader, GivesTheNetworkThatWasWritten) {
  MLIRContext context;
  loadDialects(context);
  for (uint32_t seed = 0; seed < 200; ++seed) {
    RandomNetwork random = makeRandomNetwork(seed, Networks::Any, Sizes::Small, Outputs::Several);
    auto module = parseSourceString<ModuleOp>(random.text, &context);
    ASSERT_TRUE(module) << random.text;
    expectSame(context, *module, seed);
  }
}

TEST(ProgramReader, GivesIntegerNetworksThatWereWritten) {
  MLIRContext context;
  loadDialects(context);
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &) { return success(); });
  uint32_t found = 0, seed = 0;
  for (; found < 40; ++seed) {
    ASSERT_LT(seed, 1000u) << "too few networks have an integer form";
    RandomNetwork random =
        makeRandomNetwork(seed, Networks::Integer, Sizes::Small, Outputs::Several);
    OwningOpRef<ModuleOp> module = quantize(context, random, seed, kSteps);
    if (!module)
      continue;
    ++found;
    expectSame(context, *module, seed);
  }
  EXPECT_EQ(seed, 40u) << "networks that were tried";
}

} // namespace
} // namespace snnc::test
