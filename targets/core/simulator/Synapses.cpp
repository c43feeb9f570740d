#include "targets/core/simulator/Synapses.h"

#include "snn/SlidingWindow.h"
#include <algorithm>

namespace snnc::core {

namespace {

/// Row-major position to indices.
void unflatten(uint32_t position, const Shape &shape, uint32_t *index) {
  for (size_t d = shape.size(); d-- > 0; position /= shape[d])
    index[d] = position % shape[d];
}

constexpr size_t kMaxDimensions = 8;

/// Windows of a sliding kernel that see position `at`: the output and the tap of each.
struct Hit {
  uint32_t output, tap;
};
size_t findWindows(uint32_t at, uint32_t outputs, uint32_t kernel, uint32_t stride, int32_t pad,
                   uint32_t dilation, Hit *hits) {
  size_t count = 0;
  ::snn::SlidingWindow{1, kernel, stride, pad, 0, dilation}.forEachOf(
      at, outputs, [&](int64_t output, int64_t tap) {
        hits[count++] = {static_cast<uint32_t>(output), static_cast<uint32_t>(tap)};
      });
  return count;
}

/// Sums wrap as unsigned numbers do; the compiler has proven that they stay within 32 bits.
void add(int32_t &sum, int32_t value) {
  sum = static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(value));
}
int32_t multiply(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) * static_cast<uint32_t>(b));
}

} // namespace

Synapses::Synapses(const Path &path, const Shape &shape) : path(path), shape(shape) {
  for (const Stage &stage : path.stages) {
    std::vector<int16_t> kernel;
    if (stage.kind == Stage::Kind::Conv) {
      uint64_t outputs = stage.weightShape[0], inputs = stage.weightShape[1];
      uint64_t taps = stage.weight.size() / std::max<uint64_t>(1, outputs * inputs);
      kernel.resize(stage.weight.size());
      for (uint64_t o = 0; o < outputs; ++o)
        for (uint64_t i = 0; i < inputs; ++i)
          for (uint64_t tap = 0; tap < taps; ++tap)
            kernel[(i * taps + tap) * outputs + o] = stage.weight[(o * inputs + i) * taps + tap];
    }
    kernels.push_back(std::move(kernel));
  }
}

uint64_t Synapses::deliver(uint32_t neuron, int32_t value, const Population &box,
                           int32_t *sums) const {
  return apply(0, neuron, value, box, sums);
}

uint64_t Synapses::finish(uint32_t element, int32_t value, const Population &box,
                          int32_t *sums) const {
  uint64_t local = 0, scale = 1;
  uint32_t position = element;
  for (size_t d = shape.size(); d-- > 0; position /= shape[d]) {
    uint32_t index = position % shape[d];
    if (index < box.offsets[d] || index - box.offsets[d] >= box.sizes[d])
      return 0;
    local += (index - box.offsets[d]) * scale;
    scale *= box.sizes[d];
  }
  add(sums[local], value);
  return 1;
}

uint64_t Synapses::apply(size_t stage, uint32_t element, int32_t value, const Population &box,
                         int32_t *sums) const {
  if (stage == path.stages.size())
    return finish(element, value, box, sums);
  const Stage &map = path.stages[stage];
  uint32_t index[kMaxDimensions];
  size_t rank = map.from.size();
  switch (map.kind) {
  case Stage::Kind::Conv:
    return conv(stage, element, value, box, sums);
  case Stage::Kind::Gemm:
    return gemm(stage, element, value, box, sums);
  case Stage::Kind::Pool:
    return pool(stage, element, value, box, sums);
  case Stage::Kind::Reshape:
    return apply(stage + 1, element, value, box, sums);
  case Stage::Kind::Scale: {
    unflatten(element, map.from, index);
    uint64_t position = 0;
    for (size_t d = 0; d < rank; ++d)
      position = position * map.weightShape[d] + (map.weightShape[d] == 1 ? 0 : index[d]);
    return apply(stage + 1, element, multiply(value, map.weight[position]), box, sums);
  }
  case Stage::Kind::Transpose: {
    unflatten(element, map.from, index);
    uint32_t position = 0;
    for (size_t d = 0; d < rank; ++d)
      position = position * map.to[d] + index[map.perm[d]];
    return apply(stage + 1, position, value, box, sums);
  }
  case Stage::Kind::Slice: {
    unflatten(element, map.from, index);
    uint32_t position = 0;
    for (size_t d = 0; d < rank; ++d) {
      int64_t distance = int64_t(index[d]) - map.starts[d];
      if (distance % map.steps[d] != 0)
        return 0;
      int64_t at = distance / map.steps[d];
      if (at < 0 || at >= int64_t(map.to[d]))
        return 0;
      position = position * map.to[d] + static_cast<uint32_t>(at);
    }
    return apply(stage + 1, position, value, box, sums);
  }
  case Stage::Kind::Pad: {
    unflatten(element, map.from, index);
    uint32_t position = 0;
    for (size_t d = 0; d < rank; ++d) {
      int64_t at = int64_t(index[d]) + map.pads[d];
      if (at < 0 || at >= int64_t(map.to[d]))
        return 0;
      position = position * map.to[d] + static_cast<uint32_t>(at);
    }
    return apply(stage + 1, position, value, box, sums);
  }
  case Stage::Kind::Gather:
    return gather(stage, element, value, box, sums);
  }
  return 0;
}

uint64_t Synapses::conv(size_t stage, uint32_t element, int32_t value, const Population &box,
                        int32_t *sums) const {
  const Stage &map = path.stages[stage];
  uint32_t index[kMaxDimensions];
  unflatten(element, map.from, index);
  size_t spatial = map.from.size() - 1;
  uint32_t height = spatial == 2 ? map.to[1] : 1, width = map.to.back();
  uint32_t kernelHeight = spatial == 2 ? map.weightShape[2] : 1;
  uint32_t kernelWidth = map.weightShape.back();
  std::vector<Hit> rows(kernelHeight), columns(kernelWidth);
  size_t rowCount = 1;
  rows[0] = {0, 0};
  if (spatial == 2)
    rowCount = findWindows(index[1], height, kernelHeight, map.strides[0], map.pads[0],
                           map.dilations[0], rows.data());
  size_t columnCount = findWindows(index[spatial], width, kernelWidth, map.strides.back(),
                                   map.pads[spatial - 1], map.dilations.back(), columns.data());
  uint32_t inPerGroup = map.weightShape[1], outPerGroup = map.to[0] / map.group;
  uint32_t group = index[0] / inPerGroup, input = index[0] % inPerGroup;
  uint32_t first = group * outPerGroup, last = first + outPerGroup;
  int32_t scaled = multiply(value, int32_t(1) << map.shift);
  bool isLast = stage + 1 == path.stages.size();
  if (isLast) { // only what lies in the box
    first = std::max(first, box.offsets[0]);
    last = std::min(last, box.offsets[0] + box.sizes[0]);
  }
  uint64_t additions = 0;
  // Only the last stage ends in the box; its shape says nothing about the others.
  uint32_t boxHeight = isLast && spatial == 2 ? box.sizes[1] : 1;
  uint32_t boxWidth = isLast ? box.sizes.back() : 0;
  for (size_t r = 0; r < rowCount; ++r)
    for (size_t c = 0; c < columnCount; ++c) {
      const int16_t *weights =
          kernels[stage].data() +
          ((uint64_t(input) * kernelHeight + rows[r].tap) * kernelWidth + columns[c].tap) *
              map.to[0];
      if (!isLast) {
        for (uint32_t o = first; o < last; ++o)
          additions += apply(stage + 1, (o * height + rows[r].output) * width + columns[c].output,
                             multiply(scaled, weights[o]), box, sums);
        continue;
      }
      uint32_t row = rows[r].output - (spatial == 2 ? box.offsets[1] : 0);
      uint32_t column = columns[c].output - box.offsets[spatial];
      if (row >= boxHeight || column >= boxWidth || first >= last)
        continue;
      uint32_t plane = boxHeight * boxWidth;
      int32_t *target = sums + row * boxWidth + column;
      for (uint32_t o = first; o < last; ++o)
        add(target[(o - box.offsets[0]) * plane], multiply(scaled, weights[o]));
      additions += last - first;
    }
  return additions;
}

uint64_t Synapses::gemm(size_t stage, uint32_t element, int32_t value, const Population &box,
                        int32_t *sums) const {
  const Stage &map = path.stages[stage];
  uint32_t rows = map.weightShape[0], columns = map.weightShape[1];
  uint32_t leading = element / rows;
  const int16_t *weights = map.weight.data() + uint64_t(element % rows) * columns;
  int32_t scaled = multiply(value, int32_t(1) << map.shift);
  uint64_t additions = 0;
  for (uint32_t column = 0; column < columns; ++column)
    additions +=
        apply(stage + 1, leading * columns + column, multiply(scaled, weights[column]), box, sums);
  return additions;
}

uint64_t Synapses::gather(size_t stage, uint32_t element, int32_t value, const Population &box,
                          int32_t *sums) const {
  const Stage &map = path.stages[stage];
  uint32_t inner = 1;
  for (size_t d = map.axis + 1; d < map.from.size(); ++d)
    inner *= map.from[d];
  uint32_t chosen = element / inner % map.from[map.axis];
  uint32_t outer = element / inner / map.from[map.axis], rest = element % inner;
  auto count = static_cast<uint32_t>(map.indices.size());
  uint64_t additions = 0;
  for (uint32_t i = 0; i < count; ++i)
    if (map.indices[i] == chosen)
      additions += apply(stage + 1, (outer * count + i) * inner + rest, value, box, sums);
  return additions;
}

uint64_t Synapses::pool(size_t stage, uint32_t element, int32_t value, const Population &box,
                        int32_t *sums) const {
  const Stage &map = path.stages[stage];
  uint32_t index[kMaxDimensions];
  unflatten(element, map.from, index);
  size_t spatial = map.from.size() - 1;
  uint32_t height = spatial == 2 ? map.to[1] : 1, width = map.to.back();
  std::vector<Hit> rows(spatial == 2 ? map.kernel[0] : 1), columns(map.kernel.back());
  size_t rowCount = 1;
  rows[0] = {0, 0};
  if (spatial == 2)
    rowCount =
        findWindows(index[1], height, map.kernel[0], map.strides[0], map.pads[0], 1, rows.data());
  size_t columnCount = findWindows(index[spatial], width, map.kernel.back(), map.strides.back(),
                                   map.pads[spatial - 1], 1, columns.data());
  /// Elements of the map that a window covers along one dimension.
  auto covered = [&](size_t d, uint32_t output) {
    const ::snn::SlidingWindow window{map.from[d + 1], map.kernel[d], map.strides[d], map.pads[d]};
    return map.countIncludePad ? window.kernel : window.countCovered(output);
  };
  uint64_t additions = 0;
  for (size_t r = 0; r < rowCount; ++r)
    for (size_t c = 0; c < columnCount; ++c) {
      int64_t count = covered(spatial - 1, columns[c].output);
      if (spatial == 2)
        count *= covered(0, rows[r].output);
      auto factor = static_cast<int32_t>(map.common / count);
      additions +=
          apply(stage + 1, (index[0] * height + rows[r].output) * width + columns[c].output,
                multiply(value, factor), box, sums);
    }
  return additions;
}

} // namespace snnc::core
