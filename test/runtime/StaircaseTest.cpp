//===- All steps of a neuron at once are its steps one by one -------------------------------------------------===//
//
// Every 16-bit estimate, so that every tie is met: what snn/fixed.h says step by step.
//
//===------------------------------------------------------------------------------------------------===//
#include "runtime/src/kernels/Staircase.h"
#include "snn/Clip.h"
#include <gtest/gtest.h>
#include <numeric>
#include <random>

namespace snn::detail::kernels {
namespace {

constexpr int32_t kEstimates = 65536;

struct Neuron {
  int32_t y = 0;
  uint8_t events = 0;
};

/// From f to where the neuron comes.
Neuron climbAlone(const Staircase &s, const std::vector<int32_t> &sizes,
                  const std::vector<int32_t> &zones, int32_t f, uint64_t &active) {
  Neuron neuron;
  neuron.y = snn::climb(0, s.up, f, sizes, [&](int32_t error, size_t k) {
    const int sign = snn_ternary(error, zones[k]);
    neuron.events = static_cast<uint8_t>(neuron.events + (sign != 0));
    active |= uint64_t{sign != 0} << k;
    return sign;
  });
  return neuron;
}

int32_t getTarget(const Staircase &s, int16_t v, uint32_t i) {
  return Target{s.form,     (*s.lower)[i], (*s.upper)[i], s.table, s.gains ? (*s.gains)[i] : 0,
                s.gainShift}
      .of(v);
}

template <typename V>
void compare(const Staircase &s, const std::vector<int32_t> &sizes,
             const std::vector<int32_t> &zones, const std::vector<int32_t> &sums, uint32_t count,
             uint8_t zero) {
  std::vector<V> values(kEstimates);
  std::vector<uint8_t> events(kEstimates);
  const Climb climb = kernels::climb(s, sums.data(), 0, count, values.data(), events.data(), zero);
  uint64_t active = 0, nonzero = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const int16_t v = snn_requantize(sums[i], (*s.multipliers)[i], s.shift);
    const Neuron wanted = climbAlone(s, sizes, zones, getTarget(s, v, i), active);
    nonzero += wanted.y != 0;
    ASSERT_EQ(int32_t{values[i]} - zero, wanted.y) << i;
    ASSERT_EQ(events[i], wanted.events) << i;
  }
  EXPECT_EQ(climb.active, active);
  EXPECT_EQ(climb.nonzero, nonzero);
}

/// Halving steps, the largest of which are left out now and then, and how far they reach.
struct Steps {
  std::vector<int32_t> sizes, zones;
  int32_t reach = 0;
};

/// In estimates that have `up` bits more.
Steps drawSteps(std::mt19937 &random, int32_t largest, unsigned up) {
  Steps steps;
  for (int32_t size = largest; size > 0; size /= 2) {
    steps.reach += size;
    steps.sizes.push_back(size);
    steps.zones.push_back(static_cast<int32_t>((int64_t{size} << up) * (random() % 9) / 8));
  }
  return steps;
}

TEST(Staircase, GivesTheStepsOfEveryEstimate) {
  std::mt19937 random(3);
  std::vector<int32_t> sums(kEstimates);
  std::iota(sums.begin(), sums.end(), INT16_MIN);
  const Repeated<int32_t> ones(std::vector<int32_t>(kEstimates, 1));
  std::vector<int32_t> someGains(kEstimates);
  for (int32_t &gain : someGains)
    gain = 1 + static_cast<int32_t>(random() % (1 << 22));
  const Repeated<int32_t> gains(someGains);
  std::vector<int32_t> someLower, someUpper, fromZero;
  for (int32_t i = 0; i < kEstimates; ++i) {
    const auto a = static_cast<int16_t>(random()), b = static_cast<int16_t>(random());
    someLower.push_back(std::min(a, b));
    someUpper.push_back(std::max(a, b));
    fromZero.push_back(std::min<int32_t>(i % 100, someUpper.back() & INT16_MAX));
    someUpper.back() = std::max(someUpper.back(), fromZero.back());
  }
  const Repeated<int32_t> lower(someLower), upper(someUpper), positiveLower(fromZero),
      zeroLower(std::vector<int32_t>(kEstimates, 0)), positiveUpper([&] {
        std::vector<int32_t> numbers = someUpper;
        for (int32_t &number : numbers)
          number &= INT16_MAX;
        return numbers;
      }());
  uint32_t positive = 0;
  for (int i = 0; i < 80; ++i) {
    std::vector<int16_t> table(SNN_TABLE_SIZE);
    for (int16_t &value : table)
      value = static_cast<int16_t>(random() & (i % 8 < 4 ? 0x7fff : 0xffff));
    Staircase s;
    s.form = static_cast<TargetForm>(i % 4);
    s.lower = i % 8 < 4 ? &lower : &positiveLower;
    s.upper = &upper;
    if (i % 24 >= 16) {
      s.lower = &zeroLower;
      s.upper = &positiveUpper;
    }
    s.multipliers = &ones;
    s.table = table.data();
    s.gains = i / 4 % 2 ? &gains : nullptr;
    s.gainShift = i % 16 < 8 ? 20 : 33;
    const int32_t largest = 128 >> random() % 3;
    s.up = static_cast<unsigned>(random() % (largest == 128 ? 7 : 8));
    const auto [sizes, zones, reach] = drawSteps(random, largest, s.up);
    ASSERT_TRUE(s.setSteps(sizes, zones));
    EXPECT_EQ(s.isFromZero, s.form == TargetForm::Clip && s.lower == &zeroLower);
    const uint32_t count = kEstimates - static_cast<uint32_t>(random() % 100);
    if (reach < 128)
      compare<uint8_t>(s, sizes, zones, sums, count, 128);
    if (s.isNeverNegative()) // or it would not be a byte
      compare<uint8_t>(s, sizes, zones, sums, count, 0);
    positive += s.isNeverNegative() && reach > 127;
    compare<int16_t>(s, sizes, zones, sums, count, 0);
    if (HasFatalFailure())
      return;
  }
  EXPECT_GT(positive, 5U);
}

TEST(Staircase, KnowsWhatIsNeverNegative) {
  Staircase s;
  auto isNeverNegative = [&](const std::vector<int32_t> &sizes) {
    s.steps.clear();
    return s.setSteps(sizes, std::vector<int32_t>(sizes.size(), 0)) && s.isNeverNegative();
  };
  EXPECT_TRUE(isNeverNegative({128, 64, 32, 16, 8, 4, 2, 1}));
  EXPECT_TRUE(isNeverNegative({8, 8, 4, 4}));
  EXPECT_TRUE(isNeverNegative({6, 4, 2}));
  EXPECT_FALSE(isNeverNegative({2, 3})); // 2 is above 1, and 3 less is below 0
  EXPECT_FALSE(isNeverNegative({6, 4, 3}));
  std::vector<int16_t> table(SNN_TABLE_SIZE, 5);
  s.form = TargetForm::Table;
  s.table = table.data();
  EXPECT_TRUE(isNeverNegative({4, 2, 1}));
  table.back() = -1;
  EXPECT_FALSE(isNeverNegative({4, 2, 1}));
  s.form = TargetForm::Clip;
  const Repeated<int32_t> lower(std::vector<int32_t>{0, 3}), below(std::vector<int32_t>{0, -1});
  s.lower = &lower;
  EXPECT_TRUE(isNeverNegative({4, 2, 1}));
  s.lower = &below;
  EXPECT_FALSE(isNeverNegative({4, 2, 1}));
}

/// A clip whose bound is out of reach sends what a relu sends, event by event; with one just within reach not all do.
TEST(Clip, SendsWhatAReluSendsWhereItsBoundIsOutOfReach) {
  std::mt19937 random(5);
  uint32_t sharp = 0;
  for (int i = 0; i < 40; ++i) {
    const auto up = static_cast<unsigned>(random() % 7);
    const bool isSign = i % 4 == 3;
    const int32_t start = static_cast<int32_t>(random() % 9) - 4;
    std::vector<int32_t> sizes, zones;
    for (int32_t size = 64 >> random() % 3; size > 0; size /= 2) {
      sizes.push_back(size);
      if (!isSign)
        zones.push_back(static_cast<int32_t>((int64_t{size} << up) * (random() % 9) / 8));
    }
    auto getEvents = [&](int32_t f) {
      std::vector<int> events;
      int32_t y = start;
      for (size_t k = 0; k < sizes.size(); ++k) {
        const int32_t d = snn_error(y, up, f);
        events.push_back(isSign ? snn_sign(d, 0) : snn_ternary(d, zones[k]));
        y -= events.back() * sizes[k];
      }
      return events;
    };
    int64_t bound = 0;
    while (!isOutOfReach(bound, start, up, sizes, zones))
      ++bound;
    ASSERT_LT(bound, INT16_MAX);
    for (int32_t v = 0; v <= INT16_MAX; ++v)
      ASSERT_EQ(getEvents(v), getEvents(std::min(v, static_cast<int32_t>(bound)))) << v;
    // In the sign code a tie goes up, too.
    sharp += !isSign && getEvents(INT16_MAX) != getEvents(static_cast<int32_t>(bound) - 1);
  }
  EXPECT_EQ(sharp, 30U);
}

/// Steps of 4, 2 and 1 go up to 7: a bound of 8 is never seen from 0 on, nor one of 11 from 3 on.
TEST(Clip, IsAReluWhereNoNeuronComesToABound) {
  const std::vector<int32_t> steps = {4, 2, 1}, zones;
  using Numbers = std::vector<double>;
  auto follows = [&](const Numbers &lower, const Numbers &upper, const Numbers &initial) {
    return followsRelu(Function::Clip, lower, upper, initial, 0, steps, zones);
  };
  EXPECT_TRUE(follows({0, 0}, {9, 8}, {}));
  EXPECT_FALSE(follows({0, 0}, {9, 6}, {}));
  EXPECT_FALSE(follows({0, -1}, {9, 8}, {}));
  EXPECT_TRUE(follows({0}, {11}, {-5, 3}));
  EXPECT_FALSE(follows({0}, {9}, {-5, 3}));
  EXPECT_FALSE(follows({}, {}, {})); // by its table
  EXPECT_TRUE(followsRelu(Function::Relu, Numbers(), Numbers(), Numbers(), 0, steps, zones));
  EXPECT_FALSE(followsRelu(Function::Abs, Numbers(), Numbers(), Numbers(), 0, steps, zones));
}

TEST(Staircase, RefusesDistancesBeyond16Bits) {
  Staircase s;
  s.up = 8;
  EXPECT_FALSE(s.setSteps({64, 32, 16, 8, 4, 2, 1}, {8192, 0, 0, 0, 0, 0, 0}));
  EXPECT_TRUE(s.setSteps({32, 16, 8, 4, 2, 1}, {4096, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(Staircase().setSteps(std::vector<int32_t>(65, 1), std::vector<int32_t>(65, 0)));
}

} // namespace
} // namespace snn::detail::kernels
