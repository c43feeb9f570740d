// Labels and targets of every form, and what is said where they do not fit.
#include "compiler/evaluate/Truth.h"

#include <gtest/gtest.h>

namespace snnc {
namespace {

using Kind = Metric::Kind;
using data::makeArray;

data::Array integers(data::Shape shape, std::vector<int64_t> values) {
  return makeArray(std::move(shape), std::span<const int64_t>(values));
}
data::Array floats(data::Shape shape, std::vector<float> values) {
  return makeArray(std::move(shape), std::span<const float>(values));
}

const Metric kClasses{}, kSides{Kind::Threshold, 0, 0}, kNumbers{Kind::Regression, 0, 0};

std::vector<int64_t> answers(const data::Array &y, const Metric &metric,
                             std::vector<int64_t> shape) {
  auto truth = readTruth(y, metric, shape, y.shape[0], "y.npy");
  EXPECT_TRUE(truth) << truth.error();
  return truth ? truth->answers : std::vector<int64_t>();
}
std::string error(const data::Array &y, const Metric &metric, std::vector<int64_t> shape) {
  auto truth = readTruth(y, metric, shape, y.shape[0], "y.npy");
  return truth ? "no error" : truth.error();
}
Labels describe(const data::Array &y, std::vector<int64_t> shape) {
  return describeLabels(y, shape);
}

TEST(Truth, tellsLabelsFromTargets) {
  EXPECT_EQ(describe(integers({3}, {0, 1, 1}), {1}), Labels::Binary);
  EXPECT_EQ(describe(integers({3, 1}, {0, 1, 1}), {1}), Labels::Binary);
  EXPECT_EQ(describe(integers({3}, {0, 7, 1}), {1}), Labels::Numbers);
  EXPECT_EQ(describe(integers({3}, {0, 7, 1}), {10}), Labels::Classes);
  EXPECT_EQ(describe(integers({3}, {0, 1, 1}), {10}), Labels::Binary);
  EXPECT_EQ(describe(floats({3}, {0, 0.5, 1}), {1}), Labels::Numbers);
  EXPECT_EQ(describe(floats({2, 2}, {0, 1, 1, 0}), {2}), Labels::OneHot);
  EXPECT_EQ(describe(floats({2, 2}, {0, 1, 1, 1}), {2}), Labels::Flags);
  EXPECT_EQ(describe(floats({2, 2}, {0, 3, 1, 1}), {2}), Labels::Numbers);
  EXPECT_EQ(describe(integers({1, 2, 2}, {0, 3, 1, 1}), {4, 2, 2}), Labels::Map);
  EXPECT_EQ(describe(integers({1, 1, 2, 2}, {0, 3, 1, 1}), {4, 2, 2}), Labels::Map);
  EXPECT_EQ(describe(integers({2, 7}, std::vector<int64_t>(14)), {4}), Labels::None);
}

TEST(Truth, findsTheDimensionOfClasses) {
  data::Array map = integers({1, 3}, {0, 1, 2});
  EXPECT_EQ(findClassAxis(map, std::vector<int64_t>{4, 3}), 0);
  EXPECT_EQ(findClassAxis(map, std::vector<int64_t>{3, 4}), 1);
  EXPECT_EQ(findClassAxis(map, std::vector<int64_t>{4, 4}), std::nullopt);
}

TEST(Truth, readsClassNumbers) {
  EXPECT_EQ(answers(integers({2}, {4, 0}), kClasses, {5}), (std::vector<int64_t>{4, 0}));
  EXPECT_EQ(answers(floats({2, 3}, {0, 1, 0, 0, 0, 1}), kClasses, {3}),
            (std::vector<int64_t>{1, 2}));
  // 255 marks positions that do not count.
  EXPECT_EQ(answers(integers({1, 2, 2}, {0, 255, 1, -1}), kClasses, {2, 2, 2}),
            (std::vector<int64_t>{0, -1, 1, -1}));
  EXPECT_EQ(error(integers({2}, {4, 5}), kClasses, {5}),
            "y.npy: label 1 is 5, but the network's classes are 0 to 4");
  EXPECT_EQ(error(integers({2}, {-1, 1}), kClasses, {5}),
            "y.npy: label 0 is -1, but the network's classes are 0 to 4");
  EXPECT_EQ(error(floats({2}, {0, 1}), kClasses, {5}),
            "y.npy: labels must be integers, found float32; save y.astype('int64')");
  EXPECT_EQ(error(integers({2, 2}, {0, 1, 1, 1}), kClasses, {5}),
            "y.npy: has the shape (2, 2), but class numbers (N,) or scores (N, 5) are needed");
}

TEST(Truth, readsSidesAndNumbers) {
  EXPECT_EQ(answers(integers({3}, {0, 1, 1}), kSides, {1}), (std::vector<int64_t>{0, 1, 1}));
  EXPECT_EQ(error(floats({2}, {0, 0.5}), kSides, {1}),
            "y.npy: has 0.5, but labels of a threshold are 0 and 1");
  EXPECT_EQ(
      error(integers({2}, {0, 1}), kSides, {3}),
      "y.npy: has the shape (2,), but zeros and ones of the output's shape (N, 3) are needed");
  auto truth = readTruth(floats({3}, {0, 0.5, 1}), kNumbers, std::vector<int64_t>{1}, 2, "y");
  ASSERT_TRUE(truth);
  EXPECT_EQ(truth->numbers, (std::vector<float>{0, 0.5}));
  EXPECT_EQ(error(integers({2}, {0, 1}), kNumbers, {3}),
            "y.npy: has the shape (2,), but targets of the output's shape (N, 3) are needed");
}

} // namespace
} // namespace snnc
