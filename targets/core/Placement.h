//===- Placement: cores to places in the mesh, few hops for many events --------------------------------===//
//
// Free of IR, so that it can be tested alone: a graph of cores with weighted edges, a mesh, and the cost
// sum of weight x hops. Deterministic.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_PLACEMENT_H
#define SNNC_TARGETS_CORE_PLACEMENT_H

#include "targets/core/model/CoreModel.h"
#include <cstdint>
#include <vector>

namespace snnc::core {

/// Events between two cores; `from` is kPort where they enter the mesh, at router (0, 0).
struct Edge {
  static constexpr int kPort = -1;
  int from, to;
  double weight;
};

struct Place {
  int64_t x = 0, y = 0, core = 0;
};

/// Slots number routers row by row, and the cores of a router one after another.
Place placeOf(int64_t slot, const Mesh &mesh);
int64_t hops(const Place &a, const Place &b);

/// Weighted hops of `slots`, one per core.
double cost(const std::vector<int64_t> &slots, const std::vector<Edge> &edges, const Mesh &mesh);

/// Core i in slot i.
std::vector<int64_t> placeRowMajor(int cores);

/// A good placement: cores one by one where they are nearest to those they talk to, then moves and
/// swaps as long as they help. Cores must fit the mesh.
std::vector<int64_t> place(int cores, const std::vector<Edge> &edges, const Mesh &mesh);

} // namespace snnc::core

#endif
