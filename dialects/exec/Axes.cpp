#include "dialects/exec/Axes.h"

#include <algorithm>

namespace snnc::exec {

std::optional<Axes> separate(const std::vector<int64_t> &target,
                             const std::array<int64_t, 3> &sizes) {
  if (sizes[0] * sizes[1] * sizes[2] != static_cast<int64_t>(target.size()))
    return std::nullopt;
  // Of a sum, the least one has the least summand of each dimension; offsets from it are not negative.
  std::optional<size_t> min;
  for (size_t i = 0; i < target.size(); ++i)
    if (target[i] >= 0 && (!min || target[i] < target[*min]))
      min = i;
  if (!min)
    return std::nullopt;
  const std::array<size_t, 3> strides = {static_cast<size_t>(sizes[1] * sizes[2]),
                                         static_cast<size_t>(sizes[2]), 1};
  Axes axes;
  for (size_t d = 0; d < 3; ++d)
    for (size_t k = 0, size = static_cast<size_t>(sizes[d]); k < size; ++k) {
      size_t i = *min - *min / strides[d] % size * strides[d] + k * strides[d];
      int64_t offset = target[i] - (d == 0 ? 0 : target[*min]);
      if (target[i] >= 0 && offset < 0)
        return std::nullopt;
      axes[d].push_back(target[i] < 0 ? kNowhere : static_cast<uint32_t>(offset));
    }
  for (size_t i = 0; i < target.size(); ++i) {
    int64_t sum = 0;
    for (size_t d = 0; d < 3; ++d) {
      uint32_t offset = axes[d][i / strides[d] % axes[d].size()];
      sum = sum < 0 || offset == kNowhere ? -1 : sum + offset;
    }
    if (sum != target[i])
      return std::nullopt;
  }
  return axes;
}

std::vector<int32_t> getFactorPeriod(const std::vector<int32_t> &factors,
                                     const std::vector<int64_t> &target) {
  auto counts = [&](size_t i) { return target.empty() || target[i] >= 0; };
  for (size_t period = 1; period <= factors.size(); ++period) {
    if (factors.size() % period != 0)
      continue;
    std::vector<int32_t> front(period, 0);
    std::vector<bool> isSet(period, false);
    bool repeats = true;
    for (size_t i = 0; repeats && i < factors.size(); ++i) {
      if (!counts(i))
        continue;
      repeats = !isSet[i % period] || front[i % period] == factors[i];
      front[i % period] = factors[i];
      isSet[i % period] = true;
    }
    if (repeats)
      return front;
  }
  return factors;
}

} // namespace snnc::exec
