//===- Placement: legal, deterministic, and better than rows --------------------------------------------------===//
#include "targets/core/Placement.h"

#include <gtest/gtest.h>
#include <random>
#include <set>

namespace snnc::core {

namespace {

/// Layers of some cores each, every core heard by every core of the next layer.
std::vector<Edge> makeChain(int layers, int perLayer) {
  std::vector<Edge> edges;
  for (int core = 0; core < perLayer; ++core)
    edges.push_back({Edge::kPort, core, 10.0});
  for (int layer = 0; layer + 1 < layers; ++layer)
    for (int from = 0; from < perLayer; ++from)
      for (int to = 0; to < perLayer; ++to)
        edges.push_back({layer * perLayer + from, (layer + 1) * perLayer + to, 1.0 + layer});
  return edges;
}

void expectLegal(const std::vector<int64_t> &slots, const Mesh &mesh) {
  std::set<int64_t> taken;
  for (int64_t slot : slots) {
    EXPECT_GE(slot, 0);
    EXPECT_LT(slot, mesh.cores());
    EXPECT_TRUE(taken.insert(slot).second) << "two cores in one place";
  }
}

TEST(Placement, CountsHopsXThenY) {
  Mesh mesh{4, 4, 2};
  EXPECT_EQ(placeOf(0, mesh).x, 0);
  EXPECT_EQ(placeOf(11, mesh).x, 1);
  EXPECT_EQ(placeOf(11, mesh).y, 1);
  EXPECT_EQ(placeOf(11, mesh).core, 1);
  EXPECT_EQ(hops(placeOf(0, mesh), placeOf(11, mesh)), 2);
  EXPECT_EQ(hops(placeOf(10, mesh), placeOf(11, mesh)), 0) << "cores of one router";
  EXPECT_DOUBLE_EQ(cost({0, 11}, {{0, 1, 2.5}, {Edge::kPort, 1, 1.0}}, mesh), 7.0);
}

TEST(Placement, BeatsRowsAndRepeats) {
  Mesh mesh{8, 8, 1};
  std::vector<Edge> edges = makeChain(10, 4);
  std::vector<int64_t> slots = place(40, edges, mesh);
  expectLegal(slots, mesh);
  EXPECT_LT(cost(slots, edges, mesh), 0.7 * cost(placeRowMajor(40), edges, mesh));
  EXPECT_EQ(slots, place(40, edges, mesh));
}

TEST(Placement, FindsTheBestOfASmallCase) {
  // Three cores in a row of routers: the middle one talks to both.
  Mesh mesh{3, 1, 1};
  std::vector<Edge> edges{{0, 2, 1.0}, {2, 1, 1.0}};
  EXPECT_DOUBLE_EQ(cost(place(3, edges, mesh), edges, mesh), 2.0);
}

TEST(Placement, FillsAMeshToTheLastSlot) {
  std::mt19937 random(7);
  for (int round = 0; round < 10; ++round) {
    Mesh mesh{3, 2, 2};
    std::vector<Edge> edges;
    for (int i = 0; i < 30; ++i)
      edges.push_back({int(random() % 12), int(random() % 12), double(random() % 5)});
    std::vector<int64_t> slots = place(12, edges, mesh);
    expectLegal(slots, mesh);
    EXPECT_LE(cost(slots, edges, mesh), cost(placeRowMajor(12), edges, mesh));
  }
}

} // namespace
} // namespace snnc::core
