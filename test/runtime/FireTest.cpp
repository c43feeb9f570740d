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

/// Estimates that rise, are requantized and compared in one pass, and kept or not.
TEST(Fire, FindsTargetsWhileItCompares) {
  std::mt19937 random(2);
  for (unsigned shift : kShifts)
    for (int round = 0; round < 8; ++round) {
      std::vector<int32_t> sums = makeNumbers(random), factors = makeNumbers(random);
      std::vector<int32_t> y(kCount), background(kCount), targets(kCount, -1);
      for (uint32_t i = 0; i < kCount; ++i) {
        sums[i] /= 4;
        y[i] = static_cast<int32_t>(random() % 65536) - 32768;
        background[i] = static_cast<int32_t>(random() % 1000) - 500;
      }
      Repeated<int32_t> ofFactors(factors), ofBackground(background);
      std::vector<int32_t> wantedY = y, wantedSums = sums;
      const int32_t step = 7, zone = 900;
      const unsigned up = 3;
      const bool isSign = round % 2, isKept = round % 4 < 2, tieIsAbove = round % 8 < 4;
      Rise<int32_t> rise{sums.data(), &ofBackground, step};
      kernels::FixedNeurons neurons{isKept ? targets.data() : nullptr,
                                    y.data(),
                                    kCount,
                                    up,
                                    step,
                                    sums.data(),
                                    &ofFactors,
                                    shift,
                                    {&rise, 1}};
      Events<int32_t> events(kCount, isSign ? Events<int32_t>::Form::Uniform
                                            : Events<int32_t>::Form::Signed);
      for (Range part : {Range{0, 128}, Range{128, UINT32_MAX}})
        events.count += isSign ? kernels::fireSign(neurons, tieIsAbove, events, part)
                               : kernels::fireTernary(neurons, zone, events, part);
      uint32_t count = 0;
      for (uint32_t i = 0; i < kCount; ++i) {
        wantedSums[i] += step * background[i];
        int32_t target = std::max<int32_t>(snn_requantize(wantedSums[i], factors[i], shift), 0);
        int32_t error = snn_error(wantedY[i], up, target);
        int side = isSign ? snn_sign(error, tieIsAbove) : snn_ternary(error, zone);
        bool isSent = isSign ? side > 0 : side != 0;
        wantedY[i] -= side * step;
        count += isSent;
        ASSERT_EQ(events.fired[i / 64] >> i % 64 & 1, isSent) << i;
        if (isKept) {
          ASSERT_EQ(targets[i], target);
        }
      }
      EXPECT_EQ(sums, wantedSums);
      EXPECT_EQ(y, wantedY);
      EXPECT_EQ(events.count, count);
    }
}

/// ReLU of sums that up to three sources raise, ties and what is no number among them: the same bits.
template <typename T>
void checkRelu(uint32_t sources, std::mt19937 &random) {
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
  Events<T> events(kCount, Events<T>::Form::Uniform);
  const T eta = T(0.3);
  for (Range part : {Range{0, 128}, Range{128, UINT32_MAX}})
    events.count += kernels::fireSign(Function::Relu, neurons, eta, events, part);
  uint32_t count = 0;
  for (uint32_t i = 0; i < kCount; ++i) {
    for (uint32_t source = 0; source < sources; ++source)
      wantedX[i] += T(0.1) * background[i];
    const bool isAbove =
        range[i] * wantedY[i] - (wantedX[i] > 0 ? wantedX[i] : wantedX[i] * 0) >= 0;
    wantedY[i] += isAbove ? -eta : eta;
    count += isAbove;
    ASSERT_EQ(events.fired[i / 64] >> i % 64 & 1, isAbove) << i;
  }
  EXPECT_EQ(std::memcmp(x.data(), wantedX.data(), kCount * sizeof(T)), 0);
  EXPECT_EQ(y, wantedY);
  EXPECT_EQ(events.count, count);
}

TEST(Fire, FollowsReluWhateverRaisesIt) {
  std::mt19937 random(3);
  for (uint32_t sources = 0; sources < 4; ++sources)
    for (int round = 0; round < 10; ++round) {
      checkRelu<float>(sources, random);
      checkRelu<double>(sources, random);
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
