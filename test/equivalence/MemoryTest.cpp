//===- What is expected of memory is what is taken --------------------------------------------------------------===//
//
// Three convolutions of 16 channels, in real numbers and in integers: every byte that the runtime allocates while a program is
// planned, an engine runs a sample, and another one evaluates the ANN.
//
//===------------------------------------------------------------------------------------------------===//
#include "snn/Memory.h"
#include "compiler/evaluate/RunMemory.h"
#include "mlir/Parser/Parser.h"
#include "test/equivalence/IntegerNetwork.h"
#include "test/equivalence/MakeProgram.h"
#include <cstdlib>
#include <gtest/gtest.h>
#include <malloc.h>
#include <new>

using namespace mlir;

namespace {
thread_local int64_t allocated = 0;

void *count(void *pointer) {
  if (!pointer)
    std::abort();
  allocated += static_cast<int64_t>(malloc_usable_size(pointer));
  return pointer;
}
void uncount(void *pointer) {
  allocated -= pointer ? static_cast<int64_t>(malloc_usable_size(pointer)) : 0;
  std::free(pointer);
}
} // namespace

void *operator new(size_t size) { return count(std::malloc(size)); }
void *operator new(size_t size, std::align_val_t line) {
  const auto each = static_cast<size_t>(line);
  return count(std::aligned_alloc(each, (size + each - 1) / each * each));
}
void operator delete(void *pointer) noexcept { uncount(pointer); }
void operator delete(void *pointer, size_t) noexcept { uncount(pointer); }
void operator delete(void *pointer, std::align_val_t) noexcept { uncount(pointer); }
void operator delete(void *pointer, size_t, std::align_val_t) noexcept { uncount(pointer); }

namespace snnc::test {
namespace {

/// Layers that begin `skew` time steps after each other.
std::string makeText(uint32_t skew) {
  std::string text = R"(func.func @main(%x: tensor<?x16x64x64xf32>) -> tensor<?x16x64x64xf32> {
    %w = arith.constant dense<0.01> : tensor<16x16x3x3xf32>
    %0 = snn.encode %x direct : tensor<?x16x64x64xf32> -> !snn.spikes<16x64x64, graded>
)";
  for (uint32_t i = 0; i < 3; ++i) {
    const std::string from = "%" + std::to_string(i), current = "%c" + std::to_string(i),
                      code = i == 0 ? "graded" : "ternary";
    text +=
        current + " = snn.conv " + from +
        ", %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] : (!snn.spikes<16x64x64, " +
        code + ">, tensor<16x16x3x3xf32>) -> !snn.current<16x64x64>\n%" + std::to_string(i + 1) +
        " = snn.neuron relu(" + current +
        ") schedule <dyadic(0.5, 1), start = " + std::to_string(i * skew) +
        ", steps = 7> code <ternary, 0.66> : (!snn.current<16x64x64>) -> !snn.spikes<16x64x64, "
        "ternary>\n";
  }
  return text +
         R"(%y = snn.reshape %3 shape = [16, 64, 64] : (!snn.spikes<16x64x64, ternary>) -> !snn.current<16x64x64>
    %z = snn.decode %y : !snn.current<16x64x64> -> tensor<?x16x64x64xf32>
    return %z : tensor<?x16x64x64xf32>
  })";
}

void expectNear(int64_t found, uint64_t expected, const char *what) {
  const auto wanted = static_cast<double>(expected);
  EXPECT_NEAR(static_cast<double>(found), wanted, wanted / 8 + (1 << 18)) << what;
}

void compare(func::FuncOp network, uint32_t steps) {
  auto bytes = cpu::writeProgram(network, {"net", steps});
  ASSERT_TRUE(succeeded(bytes));
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  std::vector<std::byte> copy(first, first + bytes->size());
  const int64_t before = allocated;
  auto program = ::snn::Program::fromBytes(std::move(copy), "net");
  ASSERT_TRUE(program) << program.error();
  const int64_t ofPlan = allocated - before;
  std::vector<double> input(program->inputSize()), output(program->outputSize());
  for (size_t i = 0; i < input.size(); ++i)
    input[i] = static_cast<double>(i % 97) / 97;
  for (::snn::Order order : {::snn::Order::Layers, ::snn::Order::Steps}) {
    const ::snn::MemoryNeed need = ::snn::expectMemory(*program, steps, order);
    // The numbers of the file are among what was allocated.
    expectNear(ofPlan, need.plan, "plan");
    const int64_t none = allocated;
    ::snn::Engine engine(*program);
    engine.start(input.data());
    engine.run(steps, order);
    expectNear(allocated - none, need.engine, order == ::snn::Order::Layers ? "layers" : "steps");
    const int64_t one = allocated;
    ::snn::Engine other(*program);
    other.evaluate(input.data(), output.data());
    expectNear(allocated - one, need.ann, "ANN");
  }
}

TEST(Memory, IsWhatIsExpected) {
  MLIRContext context;
  loadDialects(context);
  for (uint32_t skew : {0, 6})
    for (bool isInteger : {false, true}) {
      SCOPED_TRACE((isInteger ? "integers, skew " : "real numbers, skew ") + std::to_string(skew));
      const RandomNetwork network{makeText(skew), {}};
      // Weights of 8 bits, states of 32.
      auto module = isInteger ? quantize(context, network, /*seed=*/2, 2 * skew + 7)
                              : parseSourceString<ModuleOp>(network.text, &context);
      ASSERT_TRUE(module);
      compare(*module->getOps<func::FuncOp>().begin(), 2 * skew + 7);
    }
}

TEST(Memory, RunsAreWithinIt) {
  MLIRContext context;
  loadDialects(context);
  const RandomNetwork network{makeText(/*skew=*/6), {}};
  auto module = parseSourceString<ModuleOp>(network.text, &context);
  ASSERT_TRUE(module);
  auto bytes = cpu::writeProgram(*module->getOps<func::FuncOp>().begin(), {"net", 19});
  ASSERT_TRUE(succeeded(bytes));
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  auto program = ::snn::Program::fromBytes({first, first + bytes->size()}, "net");
  ASSERT_TRUE(program) << program.error();
  ::snn::BatchOptions options;
  options.threads = 4;
  options.threadsPerSample = 1;
  options.evaluateAnn = false;
  using Order = ::snn::Order;
  const uint64_t layers = ::snn::expectMemory(*program, 19, Order::Layers).engine,
                 steps = ::snn::expectMemory(*program, 19, Order::Steps).engine,
                 plan = ::snn::expectMemory(*program, 19, Order::Steps).plan;
  ASSERT_LT(steps, layers);
  auto run = [&](uint64_t limit) { return fitMemory(*program, /*samples=*/8, options, limit); };
  const Order best = ::snn::chooseOrder(*program, 19).order;
  const uint64_t ofBest = best == Order::Layers ? layers : steps;

  RunMemory all = run(plan + 4 * ofBest);
  EXPECT_EQ(all.engines, 4U);
  EXPECT_EQ(all.order, best);
  ::snn::BatchOptions batch = options;
  all.apply(batch);
  EXPECT_FALSE(batch.order) << "what fits is left as it is";

  RunMemory fewer = run(plan + 4 * ofBest - 1);
  EXPECT_EQ(fewer.engines, 3U);
  fewer.apply(batch);
  EXPECT_EQ(batch.threads, 3U);
  EXPECT_EQ(batch.order, best);

  // Nothing but the order with less memory, and where that does not fit either, one sample in it.
  for (uint64_t limit : {plan + steps, uint64_t{1}}) {
    RunMemory min = run(limit);
    EXPECT_EQ(min.order, Order::Steps);
    EXPECT_EQ(min.engines, 1U);
  }
  EXPECT_FALSE(planMemory(*program, 8, options, 1));
}

} // namespace
} // namespace snnc::test
