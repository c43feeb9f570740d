#include "compiler/schedule/Places.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>

namespace snnc::exec {

namespace {

class Placer {
public:
  Placer(std::vector<Place> &places, const std::vector<Overwrite> &overwrites)
      : places(places), overwrites(overwrites) {}

  /// Places all in the order of their numbers in `sorted`, each as low as it can be. Returns what they take.
  int64_t place(const std::vector<size_t> &sorted) {
    int64_t size = 0;
    placed.clear();
    for (size_t number : sorted) {
      placeOne(number);
      placed.push_back(number);
      size = std::max(size, places[number].at + places[number].size);
    }
    return size;
  }

private:
  std::vector<Place> &places;
  const std::vector<Overwrite> &overwrites;
  std::vector<size_t> placed;

  const Overwrite *find(size_t from, size_t to) const {
    for (const Overwrite &one : overwrites)
      if (one.from == from && one.to == to)
        return &one;
    return nullptr;
  }

  bool mayOverwrite(size_t from, size_t to) const {
    const Overwrite *found = find(from, to);
    return found && (!found->lead || places[to].at + *found->lead <= places[from].at);
  }

  bool areApart(size_t one, size_t two) const {
    const Place &a = places[one], &b = places[two];
    bool together = a.first <= b.last && b.first <= a.last;
    bool overlap = a.at < b.at + b.size && b.at < a.at + a.size;
    return !together || !overlap || mayOverwrite(one, two) || mayOverwrite(two, one);
  }

  /// The lowest place is the bottom, the end of another one, or as far behind one that may be written over this as it must be.
  void placeOne(size_t number) {
    std::vector<int64_t> candidates = {0};
    for (size_t other : placed) {
      candidates.push_back(places[other].at + places[other].size);
      if (const Overwrite *found = find(number, other); found && found->lead)
        candidates.push_back(std::max<int64_t>(0, places[other].at + *found->lead));
    }
    std::sort(candidates.begin(), candidates.end());
    for (int64_t at : candidates) { // the last one is behind all others
      places[number].at = at;
      if (std::all_of(placed.begin(), placed.end(),
                      [&](size_t other) { return areApart(number, other); }))
        return;
    }
  }
};

} // namespace

int64_t choosePlaces(std::vector<Place> &places, const std::vector<Overwrite> &overwrites) {
  std::vector<size_t> bySize(places.size());
  std::iota(bySize.begin(), bySize.end(), size_t{0});
  std::sort(bySize.begin(), bySize.end(), [&](size_t a, size_t b) {
    return std::pair(-places[a].size, a) < std::pair(-places[b].size, b);
  });
  // Back from the end, what a layer writes lies before what it reads.
  std::vector<size_t> byLayer = bySize;
  std::sort(byLayer.begin(), byLayer.end(), [&](size_t a, size_t b) {
    return std::tuple(-places[a].first, -places[a].size, a) <
           std::tuple(-places[b].first, -places[b].size, b);
  });
  // Again and again, what reached highest comes first. Each round takes time with the square of what there is.
  const size_t rounds = places.size() > 256 ? 1 : 64;
  std::vector<Place> best = places;
  int64_t min = INT64_MAX;
  for (std::vector<size_t> &order : {std::ref(bySize), std::ref(byLayer)})
    for (size_t round = 0; round < rounds && !order.empty(); ++round) {
      int64_t size = Placer(places, overwrites).place(order);
      if (size < min) {
        min = size;
        best = places;
      }
      auto highest = std::find_if(order.begin(), order.end(), [&](size_t number) {
        return places[number].at + places[number].size == size;
      });
      std::rotate(order.begin(), highest, highest + 1);
    }
  places = std::move(best);
  return places.empty() ? 0 : min;
}

} // namespace snnc::exec
