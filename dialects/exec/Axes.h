//===- Axes: where elements go, in small tables -------------------------------------------------------------===//
//
// Slices, pads, transposes and the flattening of channels move element (a, b, c) to first[a] + second[b] +
// third[c]: three tables of the stream's height, width and channels instead of one of all its elements. So do, the
// other way round, the places that elements come from.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_EXEC_AXES_H
#define SNNC_DIALECTS_EXEC_AXES_H

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace snnc::exec {

inline constexpr uint32_t kNowhere = UINT32_MAX;

/// One table per dimension; kNowhere in one of them is nowhere.
using Axes = std::array<std::vector<uint32_t>, 3>;

/// The tables of a map of elements that are stored as `sizes`; nothing where `target` (or -1) is not such a
/// sum.
std::optional<Axes> separate(const std::vector<int64_t> &target,
                             const std::array<int64_t, 3> &sizes);

/// The shortest front part of `factors` whose repetition gives all that count: those of elements that go
/// somewhere.
std::vector<int32_t> getFactorPeriod(const std::vector<int32_t> &factors,
                                     const std::vector<int64_t> &target);

} // namespace snnc::exec

#endif
