#include "targets/core/Placement.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace snnc::core {

Place placeOf(int64_t slot, const Mesh &mesh) {
  int64_t router = slot / mesh.coresPerRouter;
  return {router % mesh.width, router / mesh.width, slot % mesh.coresPerRouter};
}

int64_t hops(const Place &a, const Place &b) { return std::abs(a.x - b.x) + std::abs(a.y - b.y); }

double cost(const std::vector<int64_t> &slots, const std::vector<Edge> &edges, const Mesh &mesh) {
  double sum = 0;
  for (const Edge &edge : edges) {
    Place from = edge.from == Edge::kPort ? Place{} : placeOf(slots[edge.from], mesh);
    sum += edge.weight * static_cast<double>(hops(from, placeOf(slots[edge.to], mesh)));
  }
  return sum;
}

std::vector<int64_t> placeRowMajor(int cores) {
  std::vector<int64_t> slots(cores);
  for (int i = 0; i < cores; ++i)
    slots[i] = i;
  return slots;
}

namespace {

constexpr int64_t kNowhere = -1;
/// A search gives up after so many evaluations of a move, far more than a chip of some hundred cores
/// needs.
constexpr int64_t kMaxEvaluations = 200'000'000;
/// Gains below this are rounding.
constexpr double kMinGain = 1e-9;

class Search {
public:
  Search(int cores, const std::vector<Edge> &edges, const Mesh &mesh)
      : mesh(mesh), neighbours(cores), portWeight(cores, 0), slots(cores, kNowhere) {
    for (const Edge &edge : edges) {
      if (edge.from == Edge::kPort) {
        portWeight[edge.to] += edge.weight;
      } else if (edge.from != edge.to) {
        neighbours[edge.from].push_back({edge.to, edge.weight});
        neighbours[edge.to].push_back({edge.from, edge.weight});
      }
    }
    for (int64_t slot = 0; slot < mesh.cores(); ++slot)
      places.push_back(placeOf(slot, mesh));
    occupant.assign(mesh.cores(), -1);
  }

  /// The core with most traffic to those already placed goes next, to the free slot that costs least.
  void construct() {
    int cores = static_cast<int>(slots.size());
    std::vector<double> pull = portWeight;
    for (int count = 0; count < cores; ++count) {
      int next = -1;
      for (int core = 0; core < cores; ++core)
        if (slots[core] == kNowhere && (next < 0 || pull[core] > pull[next]))
          next = core;
      int64_t best = kNowhere;
      double min = std::numeric_limits<double>::infinity();
      for (int64_t slot = 0; slot < mesh.cores(); ++slot) {
        if (occupant[slot] >= 0)
          continue;
        double found = costAt(next, slot);
        if (found < min) {
          min = found;
          best = slot;
        }
      }
      put(next, best);
      for (const Neighbour &neighbour : neighbours[next])
        pull[neighbour.core] += neighbour.weight;
    }
  }

  void start(const std::vector<int64_t> &given) {
    for (size_t core = 0; core < given.size(); ++core)
      put(static_cast<int>(core), given[core]);
  }

  /// Moves and swaps until none helps.
  void refine() {
    int64_t evaluations = 0;
    bool improved = true;
    while (improved && evaluations < kMaxEvaluations) {
      improved = false;
      for (int core = 0; core < static_cast<int>(slots.size()); ++core) {
        int64_t best = kNowhere;
        double max = kMinGain;
        for (int64_t slot = 0; slot < mesh.cores(); ++slot) {
          double found = gain(core, slot);
          evaluations += static_cast<int64_t>(neighbours[core].size()) + 1;
          if (found > max) {
            max = found;
            best = slot;
          }
        }
        if (best == kNowhere)
          continue;
        exchange(core, best);
        improved = true;
      }
    }
  }

  const std::vector<int64_t> &result() const { return slots; }

private:
  struct Neighbour {
    int core;
    double weight;
  };
  const Mesh &mesh;
  std::vector<std::vector<Neighbour>> neighbours;
  std::vector<double> portWeight;
  std::vector<int64_t> slots;
  std::vector<int> occupant;
  std::vector<Place> places;

  void put(int core, int64_t slot) {
    slots[core] = slot;
    occupant[slot] = core;
  }

  void exchange(int core, int64_t slot) {
    int other = occupant[slot];
    int64_t old = slots[core];
    put(core, slot);
    occupant[old] = other;
    if (other >= 0)
      slots[other] = old;
  }

  /// Cost of `core` at `slot`, with the others where they are, `without` one of them.
  double costAt(int core, int64_t slot, int without = -1) const {
    const Place &here = places[slot];
    double sum = portWeight[core] * static_cast<double>(here.x + here.y);
    for (const Neighbour &neighbour : neighbours[core])
      if (neighbour.core != without && slots[neighbour.core] != kNowhere)
        sum += neighbour.weight * static_cast<double>(hops(here, places[slots[neighbour.core]]));
    return sum;
  }

  double gain(int core, int64_t slot) const {
    int64_t old = slots[core];
    if (slot == old)
      return 0;
    int other = occupant[slot];
    double change = costAt(core, old, other) - costAt(core, slot, other);
    if (other >= 0) // the traffic between the two stays the same
      change += costAt(other, slot, core) - costAt(other, old, core);
    return change;
  }
};

/// Row by row, every second one backwards, so that cores in a row are neighbours.
std::vector<int64_t> placeSnake(int cores, const Mesh &mesh) {
  std::vector<int64_t> slots(cores);
  int64_t perRow = mesh.width * mesh.coresPerRouter;
  for (int64_t i = 0; i < cores; ++i) {
    int64_t row = i / perRow, column = i % perRow;
    slots[i] = row * perRow + (row % 2 == 0 ? column : perRow - 1 - column);
  }
  return slots;
}

} // namespace

std::vector<int64_t> place(int cores, const std::vector<Edge> &edges, const Mesh &mesh) {
  Search grown(cores, edges, mesh), folded(cores, edges, mesh);
  grown.construct();
  grown.refine();
  folded.start(placeSnake(cores, mesh));
  folded.refine();
  return cost(folded.result(), edges, mesh) < cost(grown.result(), edges, mesh) ? folded.result()
                                                                                : grown.result();
}

} // namespace snnc::core
