#include "targets/core/simulator/CheckStage.h"

#include <algorithm>

namespace snnc::core {

namespace {

constexpr uint64_t kMaxElements = uint64_t(1) << 28;
constexpr uint64_t kMaxTaps = 1 << 20;

bool positive(const Shape &numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](uint32_t n) { return n > 0; });
}

bool isConv(const Stage &stage) {
  const size_t rank = stage.from.size(), spatial = rank - 1;
  return rank >= 2 && rank <= 3 && stage.weightShape.size() == rank + 1 && stage.group >= 1 &&
         stage.weightShape[0] == stage.to[0] &&
         uint64_t(stage.weightShape[1]) * stage.group == stage.from[0] &&
         stage.to[0] % stage.group == 0 && stage.strides.size() == spatial &&
         stage.dilations.size() == spatial && stage.pads.size() == 2 * spatial &&
         positive(stage.strides) && positive(stage.dilations);
}

bool isGemm(const Stage &stage) {
  return stage.weightShape.size() == 2 && stage.weightShape[0] == stage.from.back() &&
         stage.weightShape[1] == stage.to.back() &&
         std::equal(stage.from.begin(), stage.from.end() - 1, stage.to.begin());
}

bool isPool(const Stage &stage) {
  const size_t rank = stage.from.size(), spatial = rank - 1;
  return rank >= 2 && rank <= 3 && stage.from[0] == stage.to[0] &&
         countElements(stage.kernel) <= kMaxTaps && stage.kernel.size() == spatial &&
         stage.strides.size() == spatial && stage.pads.size() == 2 * spatial &&
         positive(stage.strides) && positive(stage.kernel) && stage.common >= 1;
}

bool isScale(const Stage &stage) {
  bool fits = stage.from == stage.to && stage.weightShape.size() == stage.from.size();
  for (size_t d = 0; fits && d < stage.from.size(); ++d)
    fits = stage.weightShape[d] == 1 || stage.weightShape[d] == stage.from[d];
  return fits;
}

bool isTranspose(const Stage &stage) {
  const size_t rank = stage.from.size();
  std::vector<bool> seen(rank, false);
  bool fits = stage.perm.size() == rank;
  for (size_t d = 0; fits && d < rank; ++d) {
    const uint32_t axis = stage.perm[d];
    fits = axis < rank && !seen[axis] && stage.to[d] == stage.from[axis];
    if (fits)
      seen[axis] = true;
  }
  return fits;
}

bool isGather(const Stage &stage) {
  const size_t rank = stage.from.size();
  if (stage.axis >= rank || stage.indices.size() != stage.to[stage.axis])
    return false;
  for (size_t d = 0; d < rank; ++d)
    if (d != stage.axis && stage.to[d] != stage.from[d])
      return false;
  return std::all_of(stage.indices.begin(), stage.indices.end(),
                     [&](uint32_t i) { return i < stage.from[stage.axis]; });
}

} // namespace

bool isShape(const Shape &shape) {
  uint64_t count = countElements(shape);
  return !shape.empty() && shape.size() <= 8 && count > 0 && count <= kMaxElements;
}

bool checkStage(const Stage &stage) {
  if (!isShape(stage.from) || !isShape(stage.to) || stage.shift > 15)
    return false;
  if (!stage.weightShape.empty() && countElements(stage.weightShape) != stage.weight.size())
    return false;
  if (stage.kind == Stage::Kind::Reshape)
    return countElements(stage.from) == countElements(stage.to);
  const size_t rank = stage.from.size();
  if (stage.to.size() != rank)
    return false;
  switch (stage.kind) {
  case Stage::Kind::Conv:
    return isConv(stage);
  case Stage::Kind::Gemm:
    return isGemm(stage);
  case Stage::Kind::Pool:
    return isPool(stage);
  case Stage::Kind::Scale:
    return isScale(stage);
  case Stage::Kind::Transpose:
    return isTranspose(stage);
  case Stage::Kind::Slice:
    return stage.starts.size() == rank && stage.steps.size() == rank &&
           std::none_of(stage.steps.begin(), stage.steps.end(), [](int32_t s) { return s == 0; });
  case Stage::Kind::Pad:
    return stage.pads.size() == 2 * rank;
  case Stage::Kind::Gather:
    return isGather(stage);
  case Stage::Kind::Reshape:
    break;
  }
  return false;
}

} // namespace snnc::core
