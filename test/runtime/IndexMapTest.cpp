//===- Index maps against numbers counted by hand ----------------------------------------------------------===//
#include "snn/IndexMap.h"

#include <gtest/gtest.h>

namespace snn {

namespace {

using Table = std::vector<int64_t>;
constexpr int64_t kNone = IndexMap::kNone;

const IndexMap kMatrix({2, 3}); // 0 1 2 / 3 4 5

TEST(IndexMap, Movements) {
  EXPECT_EQ(kMatrix.sources(), (Table{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(kMatrix.reshape({3, 2}).sources(), (Table{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(kMatrix.transpose({1, 0}).sources(), (Table{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(kMatrix.slice({1, 0}, {1, 2}, {1, 2}).sources(), (Table{3, 5}));
  EXPECT_EQ(kMatrix.slice({0, 2}, {2, 3}, {1, -1}).sources(), (Table{2, 1, 0, 5, 4, 3}));
  EXPECT_EQ(kMatrix.pad({0, 1, -1, 0}).sources(), (Table{kNone, 0, 1, 2}));
  EXPECT_EQ(kMatrix.gather(1, {2, 2, 0, 1}).sources(), (Table{2, 2, 0, 1, 5, 5, 3, 4}));
  EXPECT_EQ(kMatrix.insert(0, 1, 3).sources(), (Table{kNone, kNone, kNone, 0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(IndexMap({1, 3}).broadcast({2, 3}).sources(), (Table{0, 1, 2, 0, 1, 2}));
}

TEST(IndexMap, ShapesFollow) {
  IndexMap map = kMatrix.transpose({1, 0}).pad({1, 0, 0, 0}).gather(1, {0, 0, 1});
  EXPECT_EQ(map.in(), (IndexMap::Shape{2, 3}));
  EXPECT_EQ(map.out(), (IndexMap::Shape{4, 3}));
  EXPECT_EQ(map.sources(), (Table{kNone, kNone, kNone, 0, 0, 3, 1, 1, 4, 2, 2, 5}));
}

TEST(IndexMap, Composition) {
  IndexMap transposed = kMatrix.transpose({1, 0});
  EXPECT_TRUE(transposed.then(IndexMap({3, 2}).transpose({1, 0})).isIdentity());
  EXPECT_EQ(transposed.then(IndexMap({3, 2}).slice({1, 1}, {1, 1}, {1, 1})).sources(), (Table{4}));
}

TEST(IndexMap, WhatItIsLike) {
  EXPECT_TRUE(kMatrix.reshape({6}).isIdentity());
  EXPECT_FALSE(kMatrix.slice({0, 0}, {1, 3}, {1, 1}).isIdentity()) << "elements are left out";
  EXPECT_FALSE(kMatrix.gather(0, {0, 0}).isInjective());
  EXPECT_TRUE(kMatrix.pad({1, 1, 1, 1}).isInjective());
  EXPECT_EQ(kMatrix.slice({1, 0}, {1, 2}, {1, 2}).getTargets(),
            (Table{kNone, kNone, kNone, 0, kNone, 1}));
}

} // namespace
} // namespace snn
