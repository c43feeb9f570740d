//===- Places: where buffers lie, so that they take little memory together -----------------------------------===//
#ifndef SNNC_COMPILER_SCHEDULE_PLACES_H
#define SNNC_COMPILER_SCHEDULE_PLACES_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace snnc::exec {

/// Neighbours in memory, and the layers that need them.
struct Place {
  int64_t size, first, last;
  int64_t at = 0;
};

/// Of places that are needed at the same time: `to` may be written where `from` is, if it begins `lead` elements before it, or
/// anywhere.
struct Overwrite {
  size_t from, to;
  std::optional<int64_t> lead;
};

/// Sets `at` of each. Returns how many elements they take together.
int64_t choosePlaces(std::vector<Place> &places, const std::vector<Overwrite> &overwrites);

} // namespace snnc::exec

#endif
