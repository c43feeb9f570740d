//===- Vectors of neurons give the numbers of plain loops, integers those of snn/fixed.h ----------------------===//
#include "runtime/src/kernels/Fire.h"
#include "snn/fixed.h"
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <random>

namespace snn::detail {
namespace {

constexpr uint32_t kCount = 331; // five blocks and a part of one
constexpr unsigned kShifts[] = {0, 1, 15, 30, 31, 32, 40, 61, 62};

/// Numbers of every size, and the ends of 32 bits.
std::vector<int32_t> makeNumbers(std::mt19937 &random) {
  std::vector<int32_t> numbers(kCount);
  for (int32_t &number : numbers)
    number = static_cast<int32_t>(random()) >> random() % 32;
  numbers[3] = numbers[kCount - 1] = INT32_MIN;
  numbers[5] = numbers[kCount - 2] = INT32_MAX;
  return numbers;
}

TEST(Fire, RequantizesLikeTheHeader) {
  std::mt19937 random(1);
  for (unsigned shift : kShifts)
    for (int round = 0; round < 20; ++round) {
      std::vector<int32_t> sums = makeNumbers(random), factors = makeNumbers(random);
      if (round % 2) // products about half a unit, on either side
        for (uint32_t i = 0; i < kCount; ++i) {
          sums[i] = static_cast<int32_t>(random() % 9) - 4;
          factors[i] = static_cast<int32_t>(1U << std::min(shift, 30U)) / 2;
        }
      std::vector<int32_t> found(kCount);
      kernels::requantize(sums.data(), Repeated<int32_t>(factors), shift, found.data());
      for (uint32_t i = 0; i < kCount; ++i)
        ASSERT_EQ(found[i], snn_requantize(sums[i], factors[i], shift))
            << sums[i] << " * " << factors[i] << " >> " << shift;
    }
}

TEST(Fire, PassesOnHowRoundedSumsChange) {
  std::mt19937 random(5);
  for (unsigned shift : kShifts)
    for (int32_t limit :
         {1, 300, 1 << 20, (1 << 30) - 1}) { // changes of proven sums fit in 32 bits
      std::vector<int32_t> sums = makeNumbers(random), starts = makeNumbers(random),
                           factors = makeNumbers(random);
      for (int32_t &factor : factors)
        factor = std::max(std::abs(std::max(factor, -INT32_MAX)), 1);
      for (uint32_t i = 0; i < kCount; i += 3)
        starts[i] = sums[i];
      std::vector<int32_t> found(kCount);
      const kernels::Passed passed = kernels::passRounded(
          sums.data(), Repeated<int32_t>(starts), factors.data(), shift, limit, found.data());
      uint64_t changed = 0, nonzero = 0;
      for (uint32_t i = 0; i < kCount; ++i) {
        const int32_t wanted = snn_estimate(sums[i], factors[i], shift, limit) -
                               snn_estimate(starts[i], factors[i], shift, limit);
        changed += sums[i] != starts[i];
        nonzero += wanted != 0;
        ASSERT_EQ(found[i], wanted) << sums[i] << " * " << factors[i] << " >> " << shift;
      }
      EXPECT_EQ(passed.changed, changed);
      EXPECT_EQ(passed.nonzero, nonzero);
    }
}

/// What three comparisons of a population, in two parts, write.
template <typename T>
struct Steps {
  static constexpr int kSteps = 3;
  std::vector<Events<T>> events;
  std::vector<Comparison<T>> all;

  Steps(bool isSign, const T (&steps)[kSteps], T zone)
      : events(kSteps,
               Events<T>(kCount, isSign ? Events<T>::Form::Uniform : Events<T>::Form::Signed)) {
    for (int k = 0; k < kSteps; ++k)
      all.push_back({steps[k], zone, &events[k]});
  }
  template <typename Fire>
  void run(Fire fire) {
    for (Range part : {Range{0, 128}, Range{128, UINT32_MAX}})
      fire(std::span(all), part);
  }
  /// Expects the side of neuron `i` in step `k`.
  void check(int k, uint32_t i, bool isSent, bool isAbove) const {
    ASSERT_EQ(events[k].fired[i / 64] >> i % 64 & 1, isSent) << k << ' ' << i;
    if (!events[k].negative.empty()) {
      ASSERT_EQ(events[k].negative[i / 64] >> i % 64 & 1, isAbove) << k << ' ' << i;
    }
  }
};

constexpr int32_t kFixedSteps[] = {70, 7, 1};
constexpr int32_t kZones[] = {0, 5, 900, 32767, 40000};

/// Estimates that rise, are requantized and compared in one pass.
struct FixedCase {
  unsigned shift, up;
  int32_t zone;
  size_t sources;
  bool isSign, tieIsAbove;
};

void checkFixed(const FixedCase &c, std::vector<int32_t> sums, const std::vector<int32_t> &factors,
                std::vector<int32_t> y, std::mt19937 &random) {
  std::vector<int32_t> background(kCount);
  for (int32_t &number : background)
    number = static_cast<int32_t>(random() % 1000) - 500;
  Repeated<int32_t> ofFactors(factors), ofBackground(background);
  std::vector<int32_t> wantedY = y, wantedSums = sums;
  std::vector<Rise<int32_t>> rises(c.sources, {sums.data(), &ofBackground, 7});
  kernels::FixedNeurons neurons{y.data(),    kCount,     c.up,    nullptr,
                                sums.data(), &ofFactors, c.shift, rises};
  Steps<int32_t> found(c.isSign, kFixedSteps, c.zone);
  found.run([&](auto comparisons, Range part) {
    if (c.isSign)
      kernels::fireSign(neurons, c.tieIsAbove, comparisons, part);
    else
      kernels::fireTernary(neurons, comparisons, part);
  });
  uint32_t counts[Steps<int32_t>::kSteps] = {};
  for (uint32_t i = 0; i < kCount; ++i) {
    wantedSums[i] += static_cast<int32_t>(c.sources) * 7 * background[i];
    int32_t target = std::max<int32_t>(snn_requantize(wantedSums[i], factors[i], c.shift), 0);
    for (int k = 0; k < Steps<int32_t>::kSteps; ++k) {
      int32_t error = snn_error(wantedY[i], c.up, target);
      int side = c.isSign ? snn_sign(error, c.tieIsAbove) : snn_ternary(error, c.zone);
      bool isSent = c.isSign ? side > 0 : side != 0;
      wantedY[i] -= side * kFixedSteps[k];
      counts[k] += isSent;
      found.check(k, i, isSent, side > 0);
    }
  }
  EXPECT_EQ(sums, wantedSums);
  EXPECT_EQ(y, wantedY);
  for (int k = 0; k < Steps<int32_t>::kSteps; ++k)
    EXPECT_EQ(found.all[k].sent, counts[k]);
}

FixedCase makeCase(int round, unsigned shift, std::mt19937 &random) {
  return {shift,
          static_cast<unsigned>(random() % 8),
          kZones[random() % std::size(kZones)],
          static_cast<size_t>(round % 4),
          round % 2 == 1,
          random() % 2 == 0};
}

TEST(Fire, FindsTargetsWhileItCompares) {
  std::mt19937 random(2);
  for (unsigned shift : kShifts)
    for (int round = 0; round < 16; ++round) {
      std::vector<int32_t> sums = makeNumbers(random), factors = makeNumbers(random), y(kCount);
      for (int32_t &factor : factors) // FX-Q6
        factor = std::max(std::abs(std::max(factor, -INT32_MAX)), 1);
      for (uint32_t i = 0; i < kCount; ++i) {
        sums[i] /= 4;
        y[i] = static_cast<int32_t>(random() % 65000) - 32500;
      }
      checkFixed(makeCase(round, shift, random), sums, factors, y, random);
    }
}

/// Estimates on the line between two sides, and as near to it as they can be.
TEST(Fire, ComparesExactlyWhereItIsClose) {
  std::mt19937 random(4);
  for (int round = 0; round < 400; ++round) {
    FixedCase c = makeCase(round, 31 + random() % 8, random);
    c.zone = std::min(c.zone, 900);
    std::vector<int32_t> sums(kCount), factors(kCount), y(kCount);
    for (uint32_t i = 0; i < kCount; ++i) {
      y[i] = static_cast<int32_t>(random() % (32700 >> c.up));
      factors[i] = static_cast<int32_t>(1U << 30 | (random() & INT32_MAX));
      double line = std::ldexp(y[i], static_cast<int>(c.up)) + (c.isSign       ? 0
                                                                : random() % 2 ? c.zone
                                                                               : -c.zone);
      double half = static_cast<double>(random() % 3) / 2 - 0.5;
      sums[i] = static_cast<int32_t>(
          std::clamp(std::ldexp(line + half, static_cast<int>(c.shift)) / std::abs(factors[i]) +
                         random() % 3 - 1,
                     -2147000000.0, 2147000000.0));
    }
    checkFixed(c, sums, factors, y, random);
  }
}

/// ReLU of sums that up to three sources raise, ties and what is no number among them: the same bits.
template <typename T>
void checkRelu(uint32_t sources, bool isSign, std::mt19937 &random) {
  std::vector<T> x(kCount), y(kCount), range(kCount, T(1.5)), background(kCount);
  for (uint32_t i = 0; i < kCount; ++i) {
    x[i] = std::normal_distribution<T>()(random);
    y[i] = std::uniform_real_distribution<T>(0, 1)(random);
    background[i] = T(random() % 3) - 1;
  }
  x[7] = NAN;
  x[8] = y[8] = background[8] = x[100] = y[100] = background[100] = 0;
  Repeated<T> ofRange(range), ofBackground(background);
  std::vector<T> wantedX = x, wantedY = y;
  std::vector<Rise<T>> rises(sources, {x.data(), &ofBackground, T(0.1)});
  Neurons<T> neurons{{x.data(), nullptr}, y.data(), &ofRange, nullptr, kCount, rises};
  const T steps[] = {T(0.3), T(0.15), T(0.1)}, zone = T(0.125);
  Steps<T> found(isSign, steps, zone);
  found.run([&](auto comparisons, Range part) {
    if (isSign)
      kernels::fireSign<T>(Function::Relu, neurons, comparisons, part);
    else
      kernels::fireTernary<T>(Function::Relu, neurons, comparisons, part);
  });
  uint32_t counts[Steps<T>::kSteps] = {};
  for (uint32_t i = 0; i < kCount; ++i) {
    for (uint32_t source = 0; source < sources; ++source)
      wantedX[i] += T(0.1) * background[i];
    for (int k = 0; k < Steps<T>::kSteps; ++k) {
      const T error = range[i] * wantedY[i] - (wantedX[i] > 0 ? wantedX[i] : wantedX[i] * 0);
      const bool isAbove = isSign ? error >= 0 : error > zone * range[i];
      const bool isSent = isSign ? isAbove : isAbove || error < -zone * range[i];
      wantedY[i] += isAbove ? -steps[k] : isSign || isSent ? steps[k] : 0;
      counts[k] += isSent;
      found.check(k, i, isSent, isAbove);
    }
  }
  EXPECT_EQ(std::memcmp(x.data(), wantedX.data(), kCount * sizeof(T)), 0);
  EXPECT_EQ(y, wantedY);
  for (int k = 0; k < Steps<T>::kSteps; ++k)
    EXPECT_EQ(found.all[k].sent, counts[k]);
}

TEST(Fire, FollowsReluWhateverRaisesIt) {
  std::mt19937 random(3);
  for (uint32_t sources = 0; sources < 4; ++sources)
    for (int round = 0; round < 10; ++round) {
      checkRelu<float>(sources, round % 2, random);
      checkRelu<double>(sources, round % 2, random);
    }
}

TEST(Repeated, KeepsEqualBlocksOnce) {
  std::vector<float> numbers(1000);
  for (size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = i < 640 ? static_cast<float>(i % 16) : static_cast<float>(i);
  Repeated<float> repeated(numbers);
  ASSERT_EQ(repeated.size(), numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i)
    ASSERT_EQ(repeated[i], numbers[i]);
  EXPECT_EQ(repeated.from(0), repeated.from(576));
  EXPECT_NE(repeated.from(0), repeated.from(640));
}

} // namespace
} // namespace snn::detail
