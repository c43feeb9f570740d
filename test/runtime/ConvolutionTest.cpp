//===- The ways through a convolution agree -----------------------------------------------------------------===//
//
// Random geometries; weights and events are small integers, of which every sum is exact, so that events,
// table and dense product must give the very numbers of the plain loops.
//
//===------------------------------------------------------------------------------------------------===//
#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/engine/settled/FinalInputs.h"
#include "runtime/src/engine/update/Reached.h"
#include "runtime/src/plan/Deliveries.h"
#include "runtime/src/plan/Plan.h"
#include "runtime/src/plan/TableSums.h"
#include <gtest/gtest.h>
#include <hwy/detect_compiler_arch.h>
#include <hwy/targets.h>
#include <random>

namespace snn::detail {
namespace {

struct Case {
  uint32_t channels, height, width, outputs, kernelHeight, kernelWidth, strideY, strideX, padY,
      padX, dilationY, dilationX;
  bool isDepthwise = false; ///< a window for every channel; as many outputs

  uint32_t inputsOfWindow() const { return isDepthwise ? 1 : channels; }
};

class Convolution {
public:
  /// Weights are from -`min` to `min` - 1.
  Convolution(const Case &c, std::mt19937 &random, int min = 7) : c(c) {
    numbers.resize(size_t{c.outputs} * c.inputsOfWindow() * c.kernelHeight * c.kernelWidth);
    for (float &number : numbers)
      number =
          static_cast<float>(static_cast<int>(random() % static_cast<unsigned>(2 * min)) - min);
    net.inputShape = {c.channels, c.height, c.width};
    net.streams.resize(2);
    net.streams[0] = {net.inputShape, uint64_t{c.channels} * c.height * c.width, true,
                      SpikeCode::Sign, false};
    net.operations.resize(3);
    net.operations[0].kind = Operation::Kind::Encode;
    net.operations[0].output = 0;
    Operation &conv = net.operations[1];
    conv.kind = Operation::Kind::Conv;
    conv.inputs = {0};
    conv.output = 1;
    conv.weight.shape = {c.outputs, c.inputsOfWindow(), c.kernelHeight, c.kernelWidth};
    conv.group = c.channels / c.inputsOfWindow();
    conv.weight.data = reinterpret_cast<const uint8_t *>(numbers.data());
    conv.weight.size = numbers.size();
    conv.strides = {c.strideY, c.strideX};
    conv.dilations = {c.dilationY, c.dilationX};
    auto padY = static_cast<int32_t>(c.padY), padX = static_cast<int32_t>(c.padX);
    conv.pads = {padY, padX, padY, padX};
    outHeight = (c.height + 2 * c.padY - c.dilationY * (c.kernelHeight - 1) - 1) / c.strideY + 1;
    outWidth = (c.width + 2 * c.padX - c.dilationX * (c.kernelWidth - 1) - 1) / c.strideX + 1;
    net.streams[1] = {{c.outputs, outHeight, outWidth},
                      uint64_t{c.outputs} * outHeight * outWidth,
                      false,
                      SpikeCode::Sign,
                      false};
    net.operations[2].kind = Operation::Kind::Decode;
    net.operations[2].inputs = {1};
    net.costs = kMeasuredCosts;
    whole = makePlan(net);
  }

  /// The same with any way expected to be cheap.
  void favor(std::mt19937 &random) {
    for (double *cost : {&net.costs.event, &net.costs.table, &net.costs.dense})
      *cost *= std::array{0.1, 1.0, 10.0}[random() % 3];
    whole = makePlan(net);
  }

  const Network &network() const { return net; }
  const std::vector<float> &weights() const { return numbers; }
  const TypedPlan<float> &plan() const { return std::get<TypedPlan<float>>(whole.typed); }
  const Delivery<float> &delivery() const { return plan().deliveries.front(); }
  /// The delivery's, after the encoder's.
  static uint32_t task() { return 1; }
  uint64_t inputs() const { return net.streams[0].size; }
  uint64_t outputs() const { return net.streams[1].size; }

  /// The plain loops, on values in storage order.
  std::vector<float> compute(const std::vector<float> &values) const {
    std::vector<float> result(outputs(), 0.0F);
    for (uint32_t y = 0; y < outHeight; ++y)
      for (uint32_t x = 0; x < outWidth; ++x)
        for (uint32_t o = 0; o < c.outputs; ++o)
          for (uint32_t i = 0; i < c.inputsOfWindow(); ++i)
            for (uint32_t ky = 0; ky < c.kernelHeight; ++ky)
              for (uint32_t kx = 0; kx < c.kernelWidth; ++kx) {
                int64_t fromY = int64_t{y} * c.strideY + ky * c.dilationY - c.padY;
                int64_t fromX = int64_t{x} * c.strideX + kx * c.dilationX - c.padX;
                if (fromY < 0 || fromX < 0 || fromY >= c.height || fromX >= c.width)
                  continue;
                result[(size_t{y} * outWidth + x) * c.outputs + o] +=
                    values[(fromY * c.width + fromX) * c.channels + (c.isDepthwise ? o : i)] *
                    numbers[((size_t{o} * c.inputsOfWindow() + i) * c.kernelHeight + ky) *
                                c.kernelWidth +
                            kx];
              }
    return result;
  }

private:
  Case c;
  std::vector<float> numbers;
  Network net;
  Plan whole;
  uint32_t outHeight, outWidth;
};

Case makeCase(std::mt19937 &random) {
  auto pick = [&](uint32_t low, uint32_t high) {
    return low + static_cast<uint32_t>(random() % (high - low + 1));
  };
  Case c{pick(1, 5) * (pick(0, 1) ? 4 : 1),
         pick(3, 9),
         pick(3, 9),
         pick(1, 40),
         pick(1, 3),
         pick(1, 3),
         pick(1, 3),
         pick(1, 3),
         pick(0, 2),
         pick(0, 2),
         pick(1, 2),
         pick(1, 2)};
  if (pick(0, 3) == 0) { // the most frequent form, which has kernels of its own
    c.channels = 16 * pick(1, 5);
    c.width = pick(3, 20);
    c.kernelWidth = 3;
    c.strideX = c.dilationX = 1;
  }
  c.padY = std::max(c.padY, (c.kernelHeight - 1) * c.dilationY / 2);
  c.padX = std::max(c.padX, (c.kernelWidth - 1) * c.dilationX / 2);
  return c;
}

/// An integer convolution by itself: tables of 16 and of 32 bits, weights of 8, and products of pairs.
class IntegerConvolution {
public:
  IntegerConvolution(const Case &c, int32_t scale, std::mt19937 &random, int min = 7)
      : conv(c, random, min) {
    Network network = conv.network();
    for (float number : conv.weights())
      numbers.push_back(static_cast<int16_t>(static_cast<int32_t>(number) * scale));
    Operation &op = network.operations[1];
    op.weight.data = reinterpret_cast<const uint8_t *>(numbers.data());
    op.weight.element = TensorView::Element::I16;
    plan.deliveries.push_back(makeDelivery<int32_t>(network, op, 0, Numbers::Signed));
    plan.tasks = {{Task::Kind::Deliver}};
    plan.groups = {{{0}}};
  }

  const Delivery<int32_t> &delivery() const { return plan.deliveries.front(); }
  std::vector<int32_t> compute(const std::vector<float> &values, int32_t scale) const {
    std::vector<int32_t> result;
    for (float sum : conv.compute(values))
      result.push_back(static_cast<int32_t>(sum) * scale);
    return result;
  }

  Convolution conv;
  TypedPlan<int32_t> plan;

private:
  std::vector<int16_t> numbers;
};

/// The outputs in two parts, of whole rows: in rows, or in elements. One row is not divided.
std::vector<Range> divide(const Window &window, uint32_t unit) {
  uint32_t half = window.out.height / 2 * unit;
  return half == 0 ? std::vector<Range>{{}} : std::vector<Range>{{0, half}, {half, UINT32_MAX}};
}
std::vector<Range> divideRows(const Window &window) { return divide(window, 1); }
std::vector<Range> divideElements(const Window &window) {
  return divide(window, window.out.width * window.out.channels);
}

/// Delivers `events` in two parts, and expects what the plain loops give for `values`.
Way check(const Convolution &conv, const Events<float> &events, const std::vector<float> &values) {
  Scratch<float> scratch;
  scratch.reserve(conv.delivery());
  std::vector<float> found(conv.outputs(), 0.0F);
  Way way = Way::Table;
  if (prefersTable(conv.delivery(), events)) {
    TableSums<float> tables(conv.plan());
    for (Range rows : divideRows(conv.delivery()))
      tables.deliver(conv.task(), conv.delivery(), {&events, 1}, 0, found.data(), rows);
  } else {
    for (Range part : divideElements(conv.delivery()))
      way = deliver(conv.delivery(), events, scratch, found.data(), part);
  }
  EXPECT_EQ(found, conv.compute(values));
  return way;
}

/// Calls `run` on this machine, and as on one that has none of the larger instruction sets.
template <typename Run>
void forMachines(Run run) {
  for (int64_t missing : {int64_t{0}, int64_t{HWY_AVX2 | HWY_AVX3 | HWY_AVX3_DL}}) {
    hwy::DisableTargets(missing);
    hwy::GetChosenTarget().DeInit();
    run();
  }
  hwy::DisableTargets(0);
  hwy::GetChosenTarget().DeInit();
}

TEST(Convolution, EveryWayGivesThePlainLoops) {
  std::mt19937 random(5);
  uint32_t ways[3] = {}, denseOfBits = 0;
  for (int i = 0; i < 300; ++i) {
    Convolution conv(makeCase(random), random);
    conv.favor(random);
    double density = (i % 3 + 0.1) / 2.2;
    Events<float> uniform(conv.inputs(), Events<float>::Form::Uniform),
        ternary(conv.inputs(), Events<float>::Form::Signed),
        graded(conv.inputs(), Events<float>::Form::Graded);
    uniform.uniform = -2;
    ternary.uniform = 4;
    std::vector<float> ofUniform(conv.inputs(), 0.0F), ofTernary = ofUniform, ofGraded = ofUniform;
    for (uint32_t e = 0; e < conv.inputs(); ++e) {
      if (!std::bernoulli_distribution(density)(random))
        continue;
      uint64_t bit = uint64_t{1} << e % 64;
      bool isNegative = random() % 2;
      uniform.fired[e / 64] |= bit;
      ternary.fired[e / 64] |= bit;
      ternary.negative[e / 64] |= isNegative ? bit : 0;
      graded.push(e, static_cast<float>(1 + random() % 9));
      ofUniform[e] = -2;
      ofTernary[e] = isNegative ? -4 : 4;
      ofGraded[e] = graded.value[graded.count - 1];
    }
    uniform.count = ternary.count = graded.count;
    ++ways[static_cast<int>(check(conv, uniform, ofUniform))];
    Way ofBits = check(conv, ternary, ofTernary);
    ++ways[static_cast<int>(ofBits)];
    denseOfBits += ofBits == Way::Dense;
    ++ways[static_cast<int>(check(conv, graded, ofGraded))];
    EXPECT_EQ(countOperations(conv.delivery(), uniform), countOperations(conv.delivery(), graded));
  }
  EXPECT_GT(denseOfBits, 20U);
  for (uint32_t count : ways)
    EXPECT_GT(count, 50U) << "a way was hardly taken";
}

/// Sums of steps that are known at once are those of every step alone, bit for bit.
TEST(Convolution, TablesOfSeveralStepsGiveThoseOfOne) {
  std::mt19937 random(7);
  uint32_t taken = 0;
  for (int i = 0; i < 100; ++i) {
    Convolution conv(makeCase(random), random);
    std::vector<Events<float>> train(11,
                                     Events<float>(conv.inputs(), Events<float>::Form::Uniform));
    for (Events<float> &events : train) {
      events.uniform = std::uniform_real_distribution<float>(-1, 1)(random);
      double density = random() % 4 ? 0.6 : 0.1;
      for (uint32_t e = 0; e < conv.inputs(); ++e)
        if (std::bernoulli_distribution(density)(random)) {
          events.fired[e / 64] |= uint64_t{1} << e % 64;
          ++events.count;
        }
    }
    TableSums<float> ahead(conv.plan()), alone(conv.plan());
    std::vector<float> found(conv.outputs(), 0.0F), wanted = found;
    for (uint32_t t = 0; t < train.size(); ++t)
      if (prefersTable(conv.delivery(), train[t])) {
        ahead.deliver(conv.task(), conv.delivery(), std::span(train).subspan(t), t, found.data());
        alone.deliver(conv.task(), conv.delivery(), {&train[t], 1}, t, wanted.data());
        alone.clear();
        ++taken;
      }
    EXPECT_EQ(found, wanted);
  }
  EXPECT_GT(taken, 100U);
}

/// What an update marks of a list of events: every block with an output that changes, and those of each event alone.
TEST(Convolution, MarksWhatEventsReach) {
  std::mt19937 random(17);
  for (int i = 0; i < 300; ++i) {
    Case c = makeCase(random);
    c.isDepthwise = i % 3 == 0;
    if (c.isDepthwise)
      c.channels = c.outputs = std::array{8U, 32U, 48U, 64U, 128U, 192U}[i / 3 % 6];
    else if (i % 3 == 1)
      c.kernelHeight = c.kernelWidth = c.strideY = c.strideX = 1, c.padY = c.padX = i % 2;
    Convolution conv(c, random);
    Events<float> events(conv.inputs(), Events<float>::Form::Graded);
    std::vector<float> values(conv.inputs(), 0.0F);
    Marks together(conv.outputs()), alone(conv.outputs());
    for (uint32_t e = 0; e < conv.inputs(); ++e) {
      if (random() % 64 != 0)
        continue;
      values[e] = 1;
      events.push(e, 1);
      Events<float> one(conv.inputs(), Events<float>::Form::Graded);
      one.push(e, 1);
      markReached(conv.delivery(), one, alone);
    }
    markReached(conv.delivery(), events, together);
    const std::vector<float> changed = conv.compute(values);
    for (uint32_t block = 0; block * kNeuronBlock < changed.size(); ++block)
      EXPECT_EQ(together.has(block), alone.has(block)) << "block " << block;
    for (size_t o = 0; o < changed.size(); ++o)
      EXPECT_TRUE(changed[o] == 0 || together.has(static_cast<uint32_t>(o / kNeuronBlock)));
  }
}

/// Final numbers of 8, 16 and 32 bits: as bytes where the machine multiplies four of them, and otherwise.
TEST(Convolution, FinalNumbersGiveThePlainLoops) {
  forMachines([] {
    std::mt19937 random(13);
    uint32_t asBytes = 0;
    for (int i = 0; i < 300; ++i) {
      Case c = makeCase(random);
      c.isDepthwise = i % 3 == 0;
      if (c.isDepthwise)
        c.channels = c.outputs = 2 + random() % 70;
      IntegerConvolution integers(c, 3, random);
      const Delivery<int32_t> &delivery = integers.delivery();
      asBytes += !delivery.quads.empty() || delivery.takesBytes;
      for (auto [store, unit] : {std::pair{Store::Bytes, 1}, std::pair{Store::Shorts, 1 << 8},
                                 std::pair{Store::Sums, 1 << 8}, // which have one half, and two
                                 std::pair{Store::Sums, 1 << 10}}) {
        FinalValues values;
        values.reserve(store, integers.conv.inputs());
        std::vector<float> numbers;
        for (size_t e = 0; e < values.size; ++e) {
          const int32_t number = static_cast<int32_t>(random() % 255) - 127;
          values.nonzero += number != 0;
          if (store == Store::Bytes)
            values.bytes[e] = static_cast<uint8_t>(number + 128);
          else if (store == Store::Shorts)
            values.shorts[e] = static_cast<int16_t>(number * unit);
          else
            values.sums[e] = number * unit;
          numbers.push_back(static_cast<float>(number));
        }
        std::vector<int32_t> found(integers.conv.outputs(), 0);
        Events<int32_t> list(values.size, Events<int32_t>::Form::Graded);
        Scratch<int32_t> scratch;
        scratch.reserve(delivery);
        FinalInputs inputs;
        for (Range part : divideElements(delivery)) {
          inputs.prepare(delivery, values, part);
          inputs.deliver(delivery, values, part, list, scratch, found.data());
        }
        ASSERT_EQ(found, integers.compute(numbers, 3 * unit)) << i;
      }
    }
    EXPECT_GT(asBytes, kernels::hasQuads() ? 250U : 50U);
  });
}

/// A window for every channel: event by event and all at once.
TEST(Convolution, DepthwiseGivesThePlainLoops) {
  forMachines([] {
    std::mt19937 random(11);
    for (int i = 0; i < 200; ++i) {
      Case c = makeCase(random);
      c.channels = c.outputs = 2 + random() % 70;
      c.isDepthwise = true;
      IntegerConvolution integers(c, 3, random);
      const Convolution &conv = integers.conv;
      ASSERT_TRUE(conv.delivery().isDepthwise());
      Events<float> graded(conv.inputs(), Events<float>::Form::Graded);
      Events<int32_t> ternary(conv.inputs(), Events<int32_t>::Form::Signed);
      std::vector<float> ofGraded(conv.inputs(), 0.0F), ofTernary = ofGraded;
      ternary.uniform = 5;
      for (uint32_t e = 0; e < conv.inputs(); ++e) {
        if (!std::bernoulli_distribution(i % 2 ? 0.9 : 0.1)(random))
          continue;
        graded.push(e, ofGraded[e] = static_cast<float>(1 + random() % 9));
        const bool isNegative = random() % 2;
        ternary.fired[e / 64] |= uint64_t{1} << e % 64;
        ternary.negative[e / 64] |= uint64_t{isNegative} << e % 64;
        ofTernary[e] = isNegative ? -5 : 5;
      }
      ternary.count = graded.count;
      Scratch<float> scratch;
      Scratch<int32_t> integerScratch;
      scratch.reserve(conv.delivery());
      integerScratch.reserve(integers.delivery());
      for (Way way : {Way::Events, Way::Dense}) {
        std::vector<float> found(conv.outputs(), 0.0F);
        std::vector<int32_t> foundIntegers(conv.outputs(), 0);
        for (Range part : divideElements(conv.delivery())) {
          deliver(conv.delivery(), graded, way, scratch, found.data(), part);
          deliver(integers.delivery(), ternary, way, integerScratch, foundIntegers.data(), part);
        }
        EXPECT_EQ(found, conv.compute(ofGraded));
        EXPECT_EQ(foundIntegers, integers.compute(ofTernary, 3));
      }
      const auto all = static_cast<uint64_t>(conv.inputs());
      EXPECT_EQ(choose(expect(conv.delivery(), Events<float>::Form::Graded, all)), Way::Dense);
      if (all > 200) {
        EXPECT_EQ(choose(expect(conv.delivery(), Events<float>::Form::Graded, 1)), Way::Events);
      }
    }
  });
}

/// A dense product of sums, and the same sums as events.
TEST(Convolution, CatchesUpWithTheSumOfEvents) {
  std::mt19937 random(6);
  for (int i = 0; i < 100; ++i) {
    Convolution conv(makeCase(random), random);
    std::vector<float> values(conv.inputs(), 0.0F);
    uint32_t count = 0;
    for (float &value : values)
      if (std::bernoulli_distribution(i % 2 ? 0.9 : 0.1)(random)) {
        value = static_cast<float>(1 + random() % 9);
        ++count;
      }
    Scratch<float> scratch;
    scratch.reserve(conv.delivery());
    Events<float> list(conv.inputs(), Events<float>::Form::Graded);
    std::vector<float> found(conv.outputs(), 0.0F);
    for (Range part : divideElements(conv.delivery()))
      deliverAll(conv.delivery(), values.data(), values.size(), count, list, scratch, found.data(),
                 part);
    EXPECT_EQ(found, conv.compute(values));
  }
}

TEST(Convolution, IntegerTablesGiveThePlainLoops) {
  std::mt19937 random(8);
  uint32_t ofShorts = 0, ofIntegers = 0;
  for (int i = 0; i < 150; ++i) {
    int32_t scale = std::array{1, 48, 4001}[i % 3];
    IntegerConvolution integers(makeCase(random), scale, random);
    Events<int32_t> events(integers.conv.inputs(), Events<int32_t>::Form::Uniform);
    events.uniform = -6;
    std::vector<float> values(integers.conv.inputs(), 0.0F);
    for (uint32_t e = 0; e < values.size(); ++e)
      if (random() % 4) {
        events.fired[e / 64] |= uint64_t{1} << e % 64;
        ++events.count;
        values[e] = -6;
      }
    if (!prefersTable(integers.delivery(), events))
      continue;
    ++(integers.delivery().table.empty() ? ofShorts : ofIntegers);
    std::vector<int32_t> found(integers.conv.outputs(), 0);
    TableSums<int32_t> tables(integers.plan);
    for (Range rows : divideRows(integers.delivery()))
      tables.deliver(0, integers.delivery(), {&events, 1}, 0, found.data(), rows);
    EXPECT_EQ(found, integers.compute(values, scale));
  }
  EXPECT_GT(ofShorts, 20U);
  EXPECT_GT(ofIntegers, 20U);
}

/// Events of signs and ternary ones, through rows of 8-bit weights that are multiples of a power of two or not.
TEST(Convolution, BytesGiveThePlainLoops) {
  std::mt19937 random(10);
  uint32_t ofParts = 0;
  for (int i = 0; i < 200; ++i) {
    const int32_t scale = i % 2 ? 8 : 1;
    IntegerConvolution integers(makeCase(random), scale, random, /*least=*/128);
    const Delivery<int32_t> &delivery = integers.delivery();
    ASSERT_FALSE(delivery.bytes.empty());
    ofParts += delivery.bytes.channels < delivery.in.channels;
    Scratch<int32_t> scratch;
    scratch.reserve(delivery);
    for (auto form : {Events<int32_t>::Form::Uniform, Events<int32_t>::Form::Signed}) {
      Events<int32_t> events(integers.conv.inputs(), form);
      events.uniform = i % 3 ? 5 : -6;
      std::vector<float> values(integers.conv.inputs(), 0.0F);
      for (uint32_t e = 0; e < values.size(); ++e) {
        if (!std::bernoulli_distribution(i % 5 ? 0.2 : 0.9)(random))
          continue;
        const bool isNegative = form == Events<int32_t>::Form::Signed && random() % 2;
        const uint64_t bit = uint64_t{1} << e % 64;
        events.fired[e / 64] |= bit;
        if (isNegative)
          events.negative[e / 64] |= bit;
        ++events.count;
        values[e] = static_cast<float>(isNegative ? -events.uniform : events.uniform);
      }
      std::vector<int32_t> found(integers.conv.outputs(), 0);
      for (Range part : divideElements(delivery))
        deliver(delivery, events, Way::Events, scratch, found.data(), part);
      EXPECT_EQ(found, integers.compute(values, scale));
    }
  }
  EXPECT_GT(ofParts, 5U) << "channels were hardly ever divided";
}

TEST(Convolution, PairsGiveThePlainLoops) {
  forMachines([] {
    std::mt19937 random(9);
    uint32_t ofPairs = 0;
    for (int i = 0; i < 150; ++i) {
      IntegerConvolution integers(makeCase(random), 3, random);
      if (integers.delivery().pairs.empty())
        continue;
      ++ofPairs;
      // Numbers that do not fit in 16 bits take another way.
      int32_t largest = i % 5 ? 1000 : 40000;
      std::vector<float> values(integers.conv.inputs());
      std::vector<int32_t> whole;
      for (float &value : values)
        whole.push_back(static_cast<int32_t>(
            value = static_cast<float>(static_cast<int32_t>(random() % 1999) - 999)));
      values[0] = static_cast<float>(whole[0] = largest);
      Scratch<int32_t> scratch;
      scratch.reserve(integers.delivery());
      Events<int32_t> list(integers.conv.inputs(), Events<int32_t>::Form::Graded);
      std::vector<int32_t> found(integers.conv.outputs(), 0);
      for (Range part : divideElements(integers.delivery()))
        deliverAll(integers.delivery(), whole.data(), whole.size(),
                   static_cast<uint32_t>(whole.size()), list, scratch, found.data(), part);
      EXPECT_EQ(found, integers.compute(values, 3));
    }
#if HWY_ARCH_X86
    EXPECT_GT(ofPairs, 20U);
#endif
  });
}

} // namespace
} // namespace snn::detail
