// What a budget says of measurements: shares, their bounds, and luck.
#include "compiler/tune/Budget.h"
#include "compiler/tune/Bench.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace snnc::tune;

namespace {

Measurement makeMeasurement(double images, double safe, double lost = 0, double gained = 0) {
  Measurement found;
  found.images = images;
  found.safe = safe;
  found.lost = lost;
  found.gained = gained;
  return found;
}

TEST(Budget, BoundsAreWilsons) {
  // Newcombe, Stat. Med. 17 (1998), table I, method 3: 95 % two-sided is 97.5 % on either side.
  Bounds bounds = getBounds(81.0 / 263, 263, 0.975);
  EXPECT_NEAR(bounds.low, 0.2553, 1e-4);
  EXPECT_NEAR(bounds.high, 0.3662, 1e-4);
  bounds = getBounds(0.0 / 20, 20, 0.975);
  EXPECT_NEAR(bounds.low, 0.0, 1e-4);
  EXPECT_NEAR(bounds.high, 0.1611, 1e-4);
}

TEST(Budget, OfNoImagesNothingIsKnown) {
  Bounds bounds = getBounds(0, 0, 0.9);
  EXPECT_EQ(bounds.low, 0);
  EXPECT_EQ(bounds.high, 1);
}

TEST(Budget, WhatIsKeptIsSpelledAsABudgetThatIsKept) {
  Measurement found = makeMeasurement(300, 299), heldOut = makeMeasurement(100, 98);
  found.both = 1, found.own = 1, found.ann = 1.0101; // 1 - 1 / 1.0101 = 0.009999
  heldOut.both = 1, heldOut.own = 1, heldOut.ann = 1;
  EXPECT_EQ(describeKept(*parseBudget("agreement=0.999"), found, heldOut), "agreement=0.98");
  EXPECT_EQ(describeKept(*parseBudget("agreement=0.999"), found, Measurement()),
            "agreement=0.9966");
  std::string text = describeKept(*parseBudget("agreement=0.999,error=0.001"), found, heldOut);
  EXPECT_EQ(text, "agreement=0.98,error=0.01");
  EXPECT_TRUE(parseBudget(text)->isKept(found));
  EXPECT_TRUE(parseBudget(text)->isKept(heldOut));
  found = makeMeasurement(300, 290, 3, 1);
  EXPECT_EQ(describeKept(*parseBudget("points=0.1"), found, heldOut), "points=0.67");
}

TEST(Budget, AgreementIsKeptAsMeasured) {
  Budget budget = *parseBudget("agreement=0.98");
  EXPECT_TRUE(budget.isKept(makeMeasurement(100, 98)));
  EXPECT_FALSE(budget.isKept(makeMeasurement(100, 97)));
}

TEST(Budget, ConfidenceAsksForMore) {
  Budget budget = *parseBudget("agreement=0.98");
  budget.confidence = 0.9;
  EXPECT_FALSE(budget.isKept(makeMeasurement(100, 98)));
  EXPECT_FALSE(budget.isKept(makeMeasurement(1000, 980)));
  EXPECT_TRUE(budget.isKept(makeMeasurement(1000, 987)));
}

TEST(Budget, PointsCountWhatWasLostAndGained) {
  Budget budget = *parseBudget("points=0.5");
  EXPECT_TRUE(budget.isKept(makeMeasurement(1000, 950, 12, 7)));
  EXPECT_FALSE(budget.isKept(makeMeasurement(1000, 950, 13, 7)));
  budget.confidence = 0.9;
  EXPECT_FALSE(budget.isKept(makeMeasurement(1000, 950, 12, 7)));
  EXPECT_TRUE(budget.isKept(makeMeasurement(1000, 950, 1, 1)));
}

TEST(Budget, IsLostOnlyWhenSure) {
  Budget budget = *parseBudget("agreement=0.98");
  EXPECT_FALSE(budget.isLost(makeMeasurement(48, 46), 0.99));
  EXPECT_TRUE(budget.isLost(makeMeasurement(48, 40), 0.99));
}

TEST(Budget, ErrorHasALimitOfItsOwn) {
  Budget budget = *parseBudget("agreement=0.98,error=0.01");
  Measurement found = makeMeasurement(100, 99);
  found.ann = found.own = 1;
  found.both = std::sqrt(0.995); // 0.005 unexplained
  EXPECT_TRUE(budget.isKept(found));
  found.both = std::sqrt(0.985);
  EXPECT_FALSE(budget.isKept(found));
  EXPECT_FALSE(budget.isLost(found, 0.99)) << "100 images may differ by a half from others";
  found.both = std::sqrt(0.98);
  EXPECT_TRUE(budget.isLost(found, 0.99));
  EXPECT_FALSE(parseBudget("error=0.03")->isLost(found, 0.99));
}

TEST(Budget, LuckIsShared) {
  Budget budget = *parseBudget("agreement=0.98");
  // In the order of rising distortion; the third was lucky, the second was not.
  auto shared = shareLuck({makeMeasurement(100, 99), makeMeasurement(100, 95),
                           makeMeasurement(100, 99), makeMeasurement(100, 90)},
                          budget);
  ASSERT_EQ(shared.size(), 4u);
  EXPECT_DOUBLE_EQ(shared[0].getSafeAgreement(), 0.99);
  EXPECT_DOUBLE_EQ(shared[1].getSafeAgreement(), 0.97);
  EXPECT_DOUBLE_EQ(shared[2].getSafeAgreement(), 0.97);
  EXPECT_DOUBLE_EQ(shared[3].getSafeAgreement(), 0.90);
}

TEST(Budget, MeasurementsAddUp) {
  Measurement sum = makeMeasurement(100, 99);
  sum.events = {100, 50};
  sum += Measurement(); // of no images
  Measurement more = makeMeasurement(100, 97);
  more.events = {300, 50};
  sum += more;
  EXPECT_DOUBLE_EQ(sum.getSafeAgreement(), 0.98);
  EXPECT_DOUBLE_EQ(sum.getEvents({0.75, 0.25}), 0.75 * 2 + 0.25 * 0.5);
}

TEST(Budget, SafetyExaggeratesErrors) {
  // The second output leads by 1, where the ANN's leads by 3; twice the error turns them.
  const snnc::Metric classes{};
  const std::vector<int64_t> shape{3};
  std::vector<float> ann = center(classes, shape, std::vector<float>{1, 4, 1});
  std::vector<float> outputs = center(classes, shape, std::vector<float>{2, 3, 1});
  EXPECT_EQ(ann, (std::vector<float>{-1, 2, -1}));
  auto getClass = [&](const std::vector<float> &numbers) {
    return snnc::getAnswers(classes, shape, numbers).front();
  };
  EXPECT_EQ(getClass(exaggerate(outputs, ann, 1, 1)), 1);
  std::vector<float> twice = exaggerate(outputs, ann, 1, 2);
  EXPECT_EQ(getClass(twice), 0);
  EXPECT_FLOAT_EQ(twice[1] - twice[0], -1);
  // What is only smaller, or moved, is no error.
  std::vector<float> moved = center(classes, shape, std::vector<float>{5.5f, 7, 5.5f});
  EXPECT_EQ(exaggerate(moved, ann, 2, 10), ann);
}

TEST(Budget, OutputsAreCenteredWhereAnswersLeaveThemFree) {
  // Of a threshold, around it: an error that is twice as large brings 0.6 to the other side of 0.5.
  const snnc::Metric sides{snnc::Metric::Kind::Threshold, 0.5, 0};
  std::vector<float> ann = center(sides, std::vector<int64_t>{1}, std::vector<float>{0.8f});
  std::vector<float> found = center(sides, std::vector<int64_t>{1}, std::vector<float>{0.6f});
  EXPECT_NEAR(ann[0], 0.3, 1e-6);
  EXPECT_NEAR(exaggerate(found, ann, 1, 2)[0], -0.1, 1e-6);
  // Of a map, at every position by itself.
  EXPECT_EQ(center(snnc::Metric{}, std::vector<int64_t>{2, 2}, std::vector<float>{1, 2, 3, 8}),
            (std::vector<float>{-1, -3, 1, 3}));
}

TEST(Budget, NumbersHaveErrorsAndNoAnswers) {
  EXPECT_EQ(getUsualBudget({snnc::Metric::Kind::Regression, 0, 0}), "error=0.01");
  EXPECT_EQ(getUsualBudget({}), llvm::StringRef(kUsualBudget));
  Measurement found = makeMeasurement(10, 10);
  found.numbers = 10;
  found.ann = 50;
  found.both = found.own = 1; // a common gain is an error of numbers
  found.missed = 1;
  EXPECT_DOUBLE_EQ(found.getDistortion(), 0.02);
  EXPECT_DOUBLE_EQ(found.getAgreement(), 0.98);
  EXPECT_FALSE(parseBudget("error=0.01")->isKept(found));
  EXPECT_TRUE(parseBudget("error=0.02")->isKept(found));
  found.missed = 100;
  EXPECT_DOUBLE_EQ(found.getDistortion(), 1);
}

TEST(Budget, WhatIsNoBudgetIsRefused) {
  for (const char *text : {"", "agreement", "agreement=0", "agreement=1.1", "points=-1", "x=1",
                           "error=0", "points=1,agreement=0.9", "error=0.1,error=0.1", "points=1,"})
    EXPECT_FALSE(parseBudget(text)) << text;
}

} // namespace
