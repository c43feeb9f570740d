//===- Rounding, saturation and comparison of docs/spec/fixed-point.md --------------------------------------===//
#include "snn/fixed.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace {

constexpr int64_t kMin64 = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax64 = std::numeric_limits<int64_t>::max();

// FX-F1
TEST(Fixed, SaturatesToTheNearest) {
  EXPECT_EQ(snn_sat16(32767), 32767);
  EXPECT_EQ(snn_sat16(32768), 32767);
  EXPECT_EQ(snn_sat16(-32768), -32768);
  EXPECT_EQ(snn_sat16(-32769), -32768);
  EXPECT_EQ(snn_sat16(kMin64), -32768);
  EXPECT_EQ(snn_sat16(kMax64), 32767);
  EXPECT_EQ(snn_sat32(INT64_C(1) << 31), INT32_MAX);
  EXPECT_EQ(snn_sat32(-(INT64_C(1) << 31)), INT32_MIN);
  EXPECT_EQ(snn_sat32(kMin64), INT32_MIN);
  EXPECT_EQ(snn_sat32(-1), -1);
}

// FX-F2
TEST(Fixed, RoundsHalvesAwayFromZero) {
  EXPECT_EQ(snn_round_shift(1, 1), 1);
  EXPECT_EQ(snn_round_shift(-1, 1), -1);
  EXPECT_EQ(snn_round_shift(5, 2), 1);
  EXPECT_EQ(snn_round_shift(6, 2), 2);
  EXPECT_EQ(snn_round_shift(-5, 2), -1);
  EXPECT_EQ(snn_round_shift(-6, 2), -2);
  EXPECT_EQ(snn_round_shift(0, 62), 0);
}

// FX-F2
TEST(Fixed, RoundsTheLargestNumbers) {
  for (int64_t x : {kMin64, kMin64 + 1, INT64_C(-1), INT64_C(0), kMax64})
    EXPECT_EQ(snn_round_shift(x, 0), x);
  EXPECT_EQ(snn_round_shift(kMax64, 62), 2);
  EXPECT_EQ(snn_round_shift(kMin64, 62), -2);
  EXPECT_EQ(snn_round_shift(INT64_C(1) << 61, 62), 1);
  EXPECT_EQ(snn_round_shift((INT64_C(1) << 61) - 1, 62), 0);
  EXPECT_EQ(snn_round_shift(-(INT64_C(1) << 61), 62), -1);
}

// FX-F2
TEST(Fixed, RoundsAsExactArithmeticDoes) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    auto x = static_cast<int64_t>(random()) >> (random() % 60 + 4);
    auto shift = static_cast<unsigned>(random() % 40);
    long double exact = std::ldexp(static_cast<long double>(x), -static_cast<int>(shift));
    EXPECT_EQ(snn_round_shift(x, shift), static_cast<int64_t>(std::round(exact)))
        << x << " >> " << shift;
  }
}

// FX-F3, FX-F4, FX-F5
TEST(Fixed, RequantizesExtremes) {
  EXPECT_EQ(snn_requantize(INT32_MIN, INT32_MAX, 0), -32768);
  EXPECT_EQ(snn_requantize(INT32_MAX, INT32_MAX, 62), 1);
  EXPECT_EQ(snn_requantize(INT32_MIN, INT32_MAX, 62), -1);
  EXPECT_EQ(snn_requantize(3, 1, 1), 2);
  EXPECT_EQ(snn_requantize(-3, 1, 1), -2);
  EXPECT_EQ(snn_rescale(INT32_MIN, INT32_MAX, 31), -2147483647);
  EXPECT_EQ(snn_rescale(INT32_MIN, INT32_MAX, 0), INT32_MIN);
  EXPECT_EQ(snn_charge(32767, 1, 1, 0), 32767);
  EXPECT_EQ(snn_charge(-32768, INT32_MIN, INT32_MAX, 0), -32768);
  EXPECT_EQ(snn_charge(32767, -32767, 1, 0), 0);
  EXPECT_EQ(snn_charge(100, 3, 1, 1), 102);
}

// FX-F6, FX-Q3
TEST(Fixed, EncodesBytesAndWords) {
  EXPECT_EQ(snn_encode(255, 1 << 12, 0, 8), 4080);
  EXPECT_EQ(snn_encode(0, 1 << 12, -(1 << 20), 8), -4096);
  EXPECT_EQ(snn_encode(-32768, INT32_MAX, INT32_MIN, 0), -32768);
  EXPECT_EQ(snn_encode(32767, INT32_MAX, INT32_MAX, 0), 32767);
}

// FX-F7, FX-F8
TEST(Fixed, ComparesAtTies) {
  EXPECT_EQ(snn_error(32767, 14, -32768), 32767 * 16384 + 32768);
  EXPECT_EQ(snn_error(-32768, 14, 32767), -32768 * 16384 - 32767);
  EXPECT_EQ(snn_sign(0, 1), 1);
  EXPECT_EQ(snn_sign(0, 0), -1);
  EXPECT_EQ(snn_sign(-1, 1), -1);
  EXPECT_EQ(snn_sign(INT32_MAX, 0), 1);
  EXPECT_EQ(snn_ternary(4, 4), 0);
  EXPECT_EQ(snn_ternary(5, 4), 1);
  EXPECT_EQ(snn_ternary(-4, 4), 0);
  EXPECT_EQ(snn_ternary(-5, 4), -1);
  EXPECT_EQ(snn_ternary(0, 0), 0);
}

// FX-F10
TEST(Fixed, InterpolatesTables) {
  int16_t table[SNN_TABLE_SIZE];
  for (int i = 0; i < SNN_TABLE_SIZE; ++i)
    table[i] = static_cast<int16_t>(i == 256 ? 32767 : i * 256 - 32768);
  for (int v = -32768; v < 32512; ++v)
    ASSERT_EQ(snn_table(table, static_cast<int16_t>(v)), v);
  EXPECT_EQ(snn_table(table, 32767), 32766);
  for (int i = 0; i < SNN_TABLE_SIZE; ++i)
    table[i] = i % 2 ? INT16_MAX : INT16_MIN;
  EXPECT_EQ(snn_table(table, -32768), -32768);
  EXPECT_EQ(snn_table(table, -32768 + 128), 0);
  EXPECT_EQ(snn_table(table, 32767), -32512);
}

// FX-F9
TEST(Fixed, ApproachesTheInput) {
  EXPECT_EQ(snn_approach(65535, 32767, 0), 65535 * 32767);
  EXPECT_EQ(snn_approach(-7, 1, 1), -4);
  EXPECT_EQ(snn_approach(7, 1, 3), 1);
  EXPECT_EQ(snn_approach(3, 1, 3), 0);
}

// FX-F12
TEST(Fixed, ComparesQuotientsWithoutDividing) {
  EXPECT_EQ(snn_compare_quotient(2, 6, 3, 0), 0);
  EXPECT_EQ(snn_compare_quotient(3, 7, 3, 0), 1);
  EXPECT_EQ(snn_compare_quotient(2, 7, 3, 0), -1);
  EXPECT_EQ(snn_compare_quotient(-2, -6, 3, 0), 0);
  EXPECT_EQ(snn_compare_quotient(4, 6, 3, 1), 0);
  EXPECT_EQ(snn_compare_quotient(9, -1, -5, 0), 1); // a divisor below 0 counts as 0
  EXPECT_EQ(snn_compare_quotient(9, 1, 0, 0), -1);
  EXPECT_EQ(snn_compare_quotient(9, 0, 0, 0), 0);
  EXPECT_EQ(snn_compare_quotient((INT64_C(1) << 33) - 1, -32768, 32767, 46), 1);
  EXPECT_EQ(snn_compare_quotient(1 - (INT64_C(1) << 33), 32767, 32767, 46), -1);
}

// FX-F13
TEST(Fixed, ComparesNormsWithoutARoot) {
  EXPECT_EQ(snn_compare_norm(3, 6, 3, 1, 0), 0);
  EXPECT_EQ(snn_compare_norm(-3, -6, 3, 1, 0), 0);
  EXPECT_EQ(snn_compare_norm(4, 6, 3, 1, 0), 1);
  EXPECT_EQ(snn_compare_norm(-3, 6, 3, 1, 0), -1);
  EXPECT_EQ(snn_compare_norm(5, -1, -9, 1, 0), 1); // a variance below 0 counts as 0
  EXPECT_EQ(snn_compare_norm(131072, -32768, 32767, 32767, 32), 1);
  EXPECT_EQ(snn_compare_norm(-131072, -32768, 32767, 32767, 32), 1);
}

// FX-F11
TEST(Fixed, RoundsProducts) {
  EXPECT_EQ(snn_product(3, 5, 1), 8);
  EXPECT_EQ(snn_product(-3, 5, 1), -8);
  EXPECT_EQ(snn_product(-32768, -32768, 0), 1 << 30);
  EXPECT_EQ(snn_product(-32768, 32767, 30), -1);
}

// FX-F14
TEST(Fixed, HoldsWhatIsPassedOnBetweenItsLimits) {
  EXPECT_EQ(snn_estimate(10, 3, 2, 100), 8);
  EXPECT_EQ(snn_estimate(-10, 3, 2, 100), -8);
  EXPECT_EQ(snn_estimate(INT32_MAX, INT32_MAX, 0, 1 << 30), 1 << 30);
  EXPECT_EQ(snn_estimate(INT32_MIN, INT32_MAX, 0, 7), -7);
  EXPECT_EQ(snn_estimate(INT32_MAX, INT32_MAX, 62, 7), 1);
}

} // namespace
