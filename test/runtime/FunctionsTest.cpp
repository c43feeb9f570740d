//===- Functions that are compared without their values compare as the values do ----------------------------===//
#include "runtime/src/kernels/Functions.h"
#include <gtest/gtest.h>
#include <vector>

namespace snn::detail {
namespace {

const std::vector<double> kNumbers = {-3, -1.25, -0.5, 0.5, 0.75, 1, 2.5, 4};
const double kEpsilon = 0.25;

int sign(double number) { return number > 0 ? 1 : number < 0 ? -1 : 0; }

/// Whether e is compared with f(x) as by value, wherever f has one: `lowest` is where its last operand begins.
template <typename F>
void expectComparesAsValue(double lowest) {
  static_assert(F::kComparesIndirectly);
  for (double a : kNumbers)
    for (double b : kNumbers) {
      double x[] = {a, b};
      bool hasOne = F::kOperands == 1;
      if ((hasOne ? a : b) < lowest)
        continue;
      double value = F::value(x, &kEpsilon);
      for (double e : {value - 0.125, value + 0.125, -value - 0.125, -value + 0.125})
        EXPECT_EQ(sign(F::difference(e, x, &kEpsilon)), sign(e - value))
            << e << ' ' << a << ' ' << b;
    }
}

template <typename F, unsigned operands>
struct Of : F {
  static constexpr unsigned kOperands = operands;
};

// SNN-F2
TEST(Functions, AreComparedWithoutDividingAndWithoutRoots) {
  expectComparesAsValue<Of<Sqrt, 1>>(0);
  expectComparesAsValue<Of<Reciprocal, 1>>(0.5);
  expectComparesAsValue<Of<Softsign, 1>>(-10);
  expectComparesAsValue<Of<Div, 2>>(0.5);
  expectComparesAsValue<Of<Norm, 2>>(0);
}

// SNN-F1
TEST(Functions, TakeOperandsBelowTheirDomainForZero) {
  const double zero[] = {0, 0}, below[] = {-2, -2}, three[] = {3, 0}, threeBelow[] = {3, -2};
  for (double e : {-2.0, -0.5, 0.0, 0.5, 2.0}) {
    EXPECT_EQ(Sqrt::difference(e, below, &kEpsilon), Sqrt::difference(e, zero, &kEpsilon));
    EXPECT_EQ(Reciprocal::difference(e, below, &kEpsilon),
              Reciprocal::difference(e, zero, &kEpsilon));
    EXPECT_EQ(Div::difference(e, threeBelow, &kEpsilon), Div::difference(e, three, &kEpsilon));
    const double zeroRoot[] = {3, -kEpsilon};
    EXPECT_EQ(Norm::difference(e, threeBelow, &kEpsilon), Norm::difference(e, zeroRoot, &kEpsilon));
  }
  EXPECT_EQ(Sqrt::value(below, &kEpsilon), 0);
  EXPECT_EQ(Log::value(below, &kEpsilon), Log::value(zero, &kEpsilon));
}

} // namespace
} // namespace snn::detail
