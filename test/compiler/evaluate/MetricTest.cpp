// Metrics against numbers computed by hand.
#include "compiler/evaluate/Metric.h"
#include "compiler/evaluate/Task.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace snnc {
namespace {

using Kind = Metric::Kind;
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

std::vector<int64_t> answers(const Metric &metric, std::vector<int64_t> shape,
                             std::vector<float> outputs) {
  return getAnswers(metric, shape, outputs);
}

TEST(Metric, isReadAsUsersWriteIt) {
  EXPECT_EQ(parseMetric("classes"), (Metric{Kind::Classes, 0, 0}));
  EXPECT_EQ(parseMetric("classes:2"), (Metric{Kind::Classes, 0, 1}));
  EXPECT_EQ(parseMetric("classes:-1"), (Metric{Kind::Classes, 0, -1}));
  EXPECT_EQ(parseMetric("threshold"), (Metric{Kind::Threshold, 0, 0}));
  EXPECT_EQ(parseMetric("threshold:-0.25"), (Metric{Kind::Threshold, -0.25, 0}));
  EXPECT_EQ(parseMetric("regression"), (Metric{Kind::Regression, 0, 0}));
  for (const char *wrong : {"", "class", "classes:0", "classes:x", "classes:", "threshold:",
                            "threshold:x", "threshold:inf", "regression:1", "regression:"})
    EXPECT_FALSE(parseMetric(wrong)) << wrong;
  for (const char *text : {"classes", "classes:3", "classes:-1", "threshold:0.5", "threshold:0",
                           "regression", "index"})
    EXPECT_EQ(toText(*parseMetric(text)), text);
}

TEST(Metric, isChosenFromTheShape) {
  EXPECT_EQ(toText(chooseMetric({{10}, {1, 8, 8}, false, {}, Labels::None})), "classes");
  EXPECT_EQ(toText(chooseMetric({{1000, 1, 1}, {3, 224, 224}, false, {}, {}})), "classes");
  EXPECT_EQ(toText(chooseMetric({{21, 32, 32}, {3, 32, 32}, false, {}, {}})), "classes");
  EXPECT_EQ(toText(chooseMetric({{640}, {640}, false, {}, {}})), "regression");
  EXPECT_EQ(toText(chooseMetric({{3, 32, 32}, {3, 32, 32}, true, {}, {}})), "regression");
  EXPECT_EQ(toText(chooseMetric({{1}, {8}, false, {}, {}})), "regression");
  EXPECT_EQ(toText(chooseMetric({{1}, {1}, true, {}, {}})), "threshold:0.5");
  EXPECT_EQ(toText(chooseMetric({{7}, {20}, true, {}, {}})), "threshold:0.5");
  EXPECT_EQ(toText(chooseMetric({{1, 16, 16}, {3, 16, 16}, false, {}, {}})), "regression");
  EXPECT_EQ(toText(chooseMetric({{12, 5}, {12}, false, 1, {}})), "classes:2");
}

TEST(Metric, isChosenFromLabels) {
  EXPECT_EQ(toText(chooseMetric({{1}, {8}, false, {}, Labels::Binary})), "threshold:0");
  EXPECT_EQ(toText(chooseMetric({{1}, {8}, true, {}, Labels::Binary})), "threshold:0.5");
  EXPECT_EQ(toText(chooseMetric({{1}, {8}, false, {}, Labels::Numbers})), "regression");
  EXPECT_EQ(toText(chooseMetric({{2}, {8}, false, {}, Labels::Binary})), "classes");
  // An autoencoder, whose samples are labelled as usual and unusual.
  EXPECT_EQ(toText(chooseMetric({{640}, {640}, false, {}, Labels::Binary})), "regression");
  EXPECT_EQ(toText(chooseMetric({{10}, {10}, false, {}, Labels::Classes})), "classes");
  EXPECT_EQ(toText(chooseMetric({{10}, {3}, false, {}, Labels::OneHot})), "classes");
  EXPECT_EQ(toText(chooseMetric({{10}, {3}, false, {}, Labels::Flags})), "threshold:0");
  EXPECT_EQ(toText(chooseMetric({{10}, {3}, false, {}, Labels::Numbers})), "regression");
  EXPECT_EQ(toText(chooseMetric({{4, 9, 5}, {3}, false, 2, Labels::Map})), "classes:3");
}

TEST(Metric, saysWhereItDoesNotFit) {
  std::vector<int64_t> one{1}, four{4}, map{1, 4};
  EXPECT_EQ(checkMetric({Kind::Regression, 0, 0}, one), "");
  EXPECT_EQ(checkMetric({Kind::Classes, 0, 0}, four), "");
  EXPECT_EQ(checkMetric({Kind::Classes, 0, -1}, map), "");
  EXPECT_EQ(checkMetric({Kind::Classes, 0, 0}, one),
            "the output has the shape (N, 1), which has one class only; take threshold or "
            "regression");
  EXPECT_EQ(checkMetric({Kind::Classes, 0, 2}, map),
            "the output has the shape (N, 1, 4), which has no dimension 3");
  EXPECT_EQ(checkMetric({Kind::Classes, 0, -3}, map),
            "the output has the shape (N, 1, 4), which has no dimension -3");
}

TEST(Answers, areTheLargestOfClasses) {
  EXPECT_EQ(answers({}, {3}, {1, 5, 2, 7, 7, 0, -3, -1, -2}), (std::vector<int64_t>{1, 0, 1}));
  // What is not a number has no class: not the first one.
  EXPECT_EQ(answers({}, {2}, {kNone, 1, 1, kNone}), (std::vector<int64_t>{-1, -1}));
}

TEST(Answers, areOnesOfEveryPosition) {
  // Two samples of two classes at three positions.
  EXPECT_EQ(answers({}, {2, 3}, {1, 5, 2, 0, 6, 3, /**/ 1, 1, 1, 0, 0, 2}),
            (std::vector<int64_t>{0, 1, 1, 0, 0, 1}));
  // The same numbers with the classes last: three classes at two positions.
  EXPECT_EQ(answers({Kind::Classes, 0, -1}, {2, 3}, {1, 5, 2, 0, 6, 3, /**/ 1, 1, 1, 0, 0, 2}),
            (std::vector<int64_t>{1, 1, 0, 2}));
}

TEST(Answers, areSidesOfAThreshold) {
  EXPECT_EQ(answers({Kind::Threshold, 0, 0}, {1}, {-1, 0, 0.5, kNone}),
            (std::vector<int64_t>{0, 0, 1, -1}));
  EXPECT_EQ(answers({Kind::Threshold, 0.5, 0}, {2}, {0.4F, 0.6F}), (std::vector<int64_t>{0, 1}));
  EXPECT_TRUE(answers({Kind::Regression, 0, 0}, {1}, {1, 2}).empty());
  EXPECT_EQ(answers({Kind::Index, 0, 0}, {1}, {1, 7, kNone}), (std::vector<int64_t>{1, 7, -1}));
}

TEST(Answers, areToldBeforeTheHead) {
  Metric sides{Kind::Threshold, 0.5, 0}, classes{}, numbers{Kind::Regression, 0, 0};
  EXPECT_TRUE(moveBeforeHead(sides, snn::HeadFunction::Sigmoid));
  EXPECT_DOUBLE_EQ(sides.threshold, 0);
  EXPECT_TRUE(moveBeforeHead(classes, snn::HeadFunction::Softmax));
  EXPECT_TRUE(moveBeforeHead(numbers, std::nullopt));
  EXPECT_FALSE(moveBeforeHead(numbers, snn::HeadFunction::Tanh));
  EXPECT_FALSE(moveBeforeHead(classes, snn::HeadFunction::ArgMax));
}

TEST(Answers, agreeWhereTheyAreTheSame) {
  std::vector<int64_t> found{0, 1, -1, 2}, wanted{0, 2, -1, 2}, labels{0, -1, 1, 2};
  EXPECT_DOUBLE_EQ(getAgreement(found, wanted), 0.5);
  EXPECT_DOUBLE_EQ(getShare(found, labels), 2.0 / 3); // nothing is known of the second
}

TEST(Errors, areThoseComputedByHand) {
  // Two outputs of three samples: means 2 and 20, squares of differences from them 2 and 200.
  std::vector<float> wanted{1, 10, 2, 20, 3, 30}, found{1, 10, 2, 20, 3, 33};
  Errors errors = getErrors(2, found, wanted);
  EXPECT_DOUBLE_EQ(errors.rootMeanSquare, std::sqrt(9.0 / 6));
  EXPECT_DOUBLE_EQ(errors.largest, 3);
  EXPECT_DOUBLE_EQ(errors.spread, std::sqrt(202.0 / 6));
  EXPECT_DOUBLE_EQ(errors.largestWanted, 30);
  EXPECT_DOUBLE_EQ(errors.getR2(), 1 - 9.0 / 202);
  EXPECT_DOUBLE_EQ(getErrors(2, wanted, wanted).getRelative(), 0);
  EXPECT_DOUBLE_EQ(getErrors(2, wanted, wanted).getR2(), 1);
  // Always giving the mean explains nothing.
  std::vector<float> means{2, 20, 2, 20, 2, 20};
  EXPECT_DOUBLE_EQ(getErrors(2, means, wanted).getR2(), 0);
}

TEST(Errors, ofOutputsThatDoNotVaryAreBesideTheLargest) {
  std::vector<float> wanted{0.1F, -0.4F, 0.1F, -0.4F, 0.1F, -0.4F}, found = wanted;
  found[0] = 0.3F;
  Errors errors = getErrors(2, found, wanted);
  EXPECT_NEAR(errors.getRelative(), std::sqrt(0.04 / 6) / 0.4, 1e-6);
  std::vector<float> zeros(4);
  EXPECT_EQ(getErrors(1, zeros, zeros).getRelative(), 0);
  std::vector<float> some{0, 0, 0, 1};
  EXPECT_TRUE(std::isinf(getErrors(1, some, zeros).getRelative()));
}

TEST(Errors, areInfiniteWhereSomethingIsNoNumber) {
  std::vector<float> wanted{1, 2}, found{1, kNone};
  EXPECT_TRUE(std::isinf(getErrors(1, found, wanted).getRelative()));
  EXPECT_TRUE(std::isinf(getErrors(1, wanted, found).getRelative()));
  EXPECT_TRUE(std::isinf(getErrors(1, found, wanted).largest));
}

} // namespace
} // namespace snnc
