//===- Rounded weights leave out little of what their inputs do together ------------------------------------===//
#include "compiler/quantize/RoundWeights.h"

#include "compiler/reference/Synapses.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace mlir;

namespace snnc::quantize {

namespace {

class RoundWeights : public testing::Test {
protected:
  std::mt19937 random{7};
  double draw() { return static_cast<double>(random() % 2001) / 1000 - 1; }

  /// A convolution of two groups, with border and stride.
  static constexpr const char *kNetwork = R"(
    func.func @f(%x: tensor<?x4x5x5xf64>) -> tensor<?x2x3x3xf64> {
      %in = snn.encode %x direct : tensor<?x4x5x5xf64> -> !snn.spikes<4x5x5, graded>
      %w = arith.constant dense<WEIGHTS> : tensor<2x2x2x2xf64>
      %c = snn.conv %in, %w strides = [2, 2] pads = [1, 1, 0, 0] dilations = [1, 1] group = 2
         : (!snn.spikes<4x5x5, graded>, tensor<2x2x2x2xf64>) -> !snn.current<2x3x3>
      %y = snn.decode %c : !snn.current<2x3x3> -> tensor<?x2x3x3xf64>
      return %y : tensor<?x2x3x3xf64>
    })";
};

double getVariance(const InputMoments &moments, const Numbers &off) {
  double squares = 0;
  for (size_t k = 0; k < off.size(); ++k) {
    double sum = 0;
    for (size_t i = k; i < off.size(); ++i)
      sum += moments.factors[0][i * (i + 1) / 2 + k] * off[i];
    squares += sum * sum;
  }
  return squares;
}

} // namespace

TEST_F(RoundWeights, WeightsOfAQuantizedFileStay) {
  constexpr double kMax = 127, kScale = 0.0371;
  for (int largest : {127, 100, 40, 3}) {
    std::vector<WeightRow> rows(2);
    for (WeightRow &row : rows)
      for (int i = 0; i < 9; ++i) {
        row.weights.push_back(static_cast<float>(kScale * (i == 0 ? largest : i % largest)));
        row.inputs.push_back(0.25);
      }
    double widest = rows[0].weights[0] * 0.25 / kMax;
    std::optional<double> unit = getExactUnit(rows, widest, kMax);
    ASSERT_TRUE(unit) << largest;
    for (const WeightRow &row : rows) {
      Numbers integers = roundWeights(row, *unit, kMax);
      for (size_t i = 0; i < integers.size(); ++i)
        EXPECT_NEAR(integers[i] * *unit, row.weights[i] * 0.25, *unit * 1e-3) << largest;
    }
    rows[1].weights[3] += kScale * 0.3017;
    EXPECT_FALSE(getExactUnit(rows, widest, kMax)) << largest;
  }
  EXPECT_FALSE(getExactUnit({}, 0, kMax));
}

TEST_F(RoundWeights, NoSingleChangeMakesThemBetter) {
  constexpr size_t kInputs = 6;
  constexpr double kMax = 3, kUnit = 0.4;
  int better = 0, best = 0, cases = 100;
  for (int n = 0; n < cases; ++n) {
    const Numbers means(kInputs, 1.0);
    Numbers factors;
    WeightRow row;
    for (size_t i = 0; i < kInputs; ++i) {
      for (size_t j = 0; j < i; ++j)
        factors.push_back(draw());
      factors.push_back(0.2 + std::abs(draw()));
      row.weights.push_back(draw());
      row.inputs.push_back(0.5 + static_cast<double>(random() % 2));
    }
    const InputMoments moments{means, {factors}, {}};
    auto measure = [&](const Numbers &integers) {
      Numbers off;
      for (size_t i = 0; i < kInputs; ++i)
        off.push_back(row.weights[i] - integers[i] * kUnit / row.inputs[i]);
      return getVariance(moments, off);
    };
    Numbers nearest = roundWeights(row, kUnit, kMax);
    row.moments = &moments;
    Numbers rounded = roundWeights(row, kUnit, kMax);
    double error = measure(rounded), min = HUGE_VAL;
    better += error < measure(nearest) - 1e-12;
    for (size_t i = 0; i < kInputs; ++i)
      for (double change : {-1.0, 1.0})
        if (Numbers other = rounded; std::abs(other[i] += change) <= kMax) {
          EXPECT_GE(measure(other), error - 1e-12) << "case " << n << ", weight " << i;
        }
    for (int code = 0; n < 10 && code < 117649; ++code) { // 7^6
      Numbers other;
      for (int rest = code; other.size() < kInputs; rest /= 7)
        other.push_back(rest % 7 - 3);
      min = std::min(min, measure(other));
    }
    best += error < min + 1e-12 && n < 10;
  }
  EXPECT_GT(better, cases / 2);
  EXPECT_GE(best, 5) << "of 10 that were compared with all there are";
}

TEST_F(RoundWeights, ConvolutionsKnowWhatTheirWindowsSee) {
  MLIRContext context;
  context.loadDialect<snn::SNNDialect, func::FuncDialect, arith::ArithDialect>();
  // The error of any weights is the variance of what they deliver.
  std::string text = kNetwork, list = "[";
  Numbers weights;
  for (int o = 0; o < 2; ++o)
    for (int i = 0; i < 8; ++i)
      weights.push_back(draw());
  auto show = [&](size_t at) { return std::to_string(weights[at]); };
  for (size_t c = 0; c < 4; ++c)
    list += (c % 2 == 0 ? std::string(c ? ", [" : "[") : ", ") + "[[" + show(4 * c) + ", " +
            show(4 * c + 1) + "], [" + show(4 * c + 2) + ", " + show(4 * c + 3) + "]]" +
            (c % 2 ? "]" : "");
  text.replace(text.find("WEIGHTS"), 7, list + "]");
  auto module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(module);
  snn::ConvOp conv = *(*module->getOps<func::FuncOp>().begin()).getOps<snn::ConvOp>().begin();

  constexpr int kImages = 200;
  InputSampler sampler(conv, kImages);
  Numbers sums(2, 0), squares(2, 0);
  for (int n = 0; n < kImages; ++n) {
    Numbers image(100);
    for (double &number : image)
      number = 1 + draw();
    sampler.add(image);
    Numbers out = reference::applySynapse(conv, {&image}, reference::Part::Linear);
    for (size_t i = 0; i < out.size(); ++i) {
      sums[i / 9] += out[i] / (9 * kImages);
      squares[i / 9] += out[i] * out[i] / (9 * kImages);
    }
  }
  const GroupMoments seen = sampler.finish(), further = sampler.finish(100);
  std::vector<InputMoments> moments = divide(seen.groups, seen.means, seen.factors, nullptr);
  ASSERT_EQ(moments.size(), 2U);
  for (size_t o = 0; o < 2; ++o) {
    WeightRow row{Numbers(weights.begin() + 8 * o, weights.begin() + 8 * (o + 1)), Numbers(8, 1.0),
                  &moments[o]};
    EXPECT_NEAR(getMeanError(row, Numbers(8, 0.0), 1), sums[o], 1e-5);
    double variance = squares[o] - sums[o] * sums[o];
    // Damped, and a little less of what inputs have in common.
    EXPECT_NEAR(getVariance(moments[o], row.weights), variance, 0.05 * variance);
    // Data that go 100 times beyond these may vary once more in each input by itself: by 1/3, and by more beside a border.
    InputMoments wide = divide(further.groups, further.means, further.factors, nullptr)[o];
    double alone = 0, third = 1.0 / 3;
    for (double weight : row.weights)
      alone += weight * weight * third;
    double more = getVariance(wide, row.weights) - getVariance(moments[o], row.weights);
    EXPECT_GT(more, 0.9 * alone);
    EXPECT_LT(more, 1.5 * alone);
  }
}

TEST_F(RoundWeights, InputsThatDoNotVaryAreNotTakenToVary) {
  MLIRContext context;
  context.loadDialect<snn::SNNDialect, func::FuncDialect, arith::ArithDialect>();
  auto module = parseSourceString<ModuleOp>(R"(
    func.func @f(%x: tensor<?x6xf64>) -> tensor<?x1xf64> {
      %in = snn.encode %x direct : tensor<?x6xf64> -> !snn.spikes<6, graded>
      %w = arith.constant dense<1.0> : tensor<6x1xf64>
      %c = snn.gemm %in, %w : (!snn.spikes<6, graded>, tensor<6x1xf64>) -> !snn.current<1>
      %y = snn.decode %c : !snn.current<1> -> tensor<?x1xf64>
      return %y : tensor<?x1xf64>
    })",
                                            &context);
  ASSERT_TRUE(module);
  snn::GemmOp gemm = *(*module->getOps<func::FuncOp>().begin()).getOps<snn::GemmOp>().begin();
  // Means of squares and squares of means of the same number are not the same in the last bits.
  for (bool varies : {false, true}) {
    constexpr int kImages = 999;
    InputSampler sampler(gemm, kImages);
    for (int n = 0; n < kImages; ++n)
      sampler.add({0.1, 1.0 / 3, -1e3 / 7, 1e-3 / 7, 0.7, varies ? draw() : 0.3});
    const GroupMoments seen = sampler.finish();
    const InputMoments moments = divide(seen.groups, seen.means, seen.factors, nullptr)[0];
    const ArrayRef<double> factor = moments.factors[0];
    for (size_t i = 0, at = 0; i < 6; ++i)
      for (size_t j = 0; j <= i; ++j, ++at)
        if (i != j)
          EXPECT_EQ(factor[at], 0) << i << ", " << j;
        else
          EXPECT_GT(factor[at], 0) << i;
  }
}

} // namespace snnc::quantize
