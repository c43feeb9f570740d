//===- Convolutions and pools: windows that slide ---------------------------------------------------------===//
#include "runtime/src/plan/Deliveries.h"
#include "snn/SlidingWindow.h"
#include <map>
#include <numeric>

namespace snn::detail {

int64_t getCommonMultiple(const std::vector<int64_t> &counts) {
  int64_t common = 1;
  for (int64_t count : counts)
    if (count > 0 && common <= kLargestPool)
      common = std::lcm(common, count);
  return common;
}

namespace {

template <typename T>
typename Delivery<T>::Size toSize(const Shape &shape) {
  return shape.size() == 3 ? typename Delivery<T>::Size{shape[0], shape[1], shape[2]}
                           : typename Delivery<T>::Size{shape[0], 1, shape[1]};
}

/// What convolutions and pools share: a window that slides.
template <typename T>
Delivery<T> makeWindow(const Network &network, const Operation &op, const uint32_t *kernel) {
  const Shape &in = network.streams[op.inputs[0]].shape;
  Delivery<T> d;
  d.in = toSize<T>(in);
  d.out = toSize<T>(network.streams[op.output].shape);
  d.channelLast = in.size() == 3;
  size_t x = in.size() - 2;
  auto dilation = [&](size_t axis) { return op.dilations.empty() ? 1 : op.dilations[axis]; };
  d.kernelWidth = kernel[x];
  d.strideX = op.strides[x];
  d.padX = static_cast<uint32_t>(op.pads[x]);
  d.dilationX = dilation(x);
  if (in.size() == 3) {
    d.kernelHeight = kernel[0];
    d.strideY = op.strides[0];
    d.padY = static_cast<uint32_t>(op.pads[0]);
    d.dilationY = dilation(0);
  }
  return d;
}

template <typename T>
SlidingWindow getRows(const Delivery<T> &d) {
  return {d.in.height, d.kernelHeight, d.strideY, d.padY, 0, d.dilationY};
}
template <typename T>
SlidingWindow getColumns(const Delivery<T> &d) {
  return {d.in.width, d.kernelWidth, d.strideX, d.padX, 0, d.dilationX};
}

/// Operations that an event at each position of the input causes: `each` in every window it is in.
template <typename T>
void countFanOut(Delivery<T> &d, uint32_t each) {
  const SlidingWindow rows = getRows(d), columns = getColumns(d);
  auto count = [](const SlidingWindow &window, uint32_t at, uint32_t windows) {
    uint32_t hits = 0;
    window.forEachOf(at, windows, [&](int64_t, int64_t) { ++hits; });
    return hits;
  };
  for (uint32_t y = 0; y < d.in.height; ++y)
    for (uint32_t x = 0; x < d.in.width; ++x)
      d.fanOut.push_back(each * count(rows, y, d.out.height) * count(columns, x, d.out.width));
  std::map<uint32_t, uint32_t> frequency;
  for (uint32_t operations : d.fanOut)
    ++frequency[operations];
  d.usualFanOut = std::max_element(frequency.begin(), frequency.end(), [](auto &a, auto &b) {
                    return a.second < b.second;
                  })->first;
  for (uint32_t position = 0; position < d.fanOut.size(); ++position) {
    const uint32_t first = position * d.in.channels;
    const uint64_t less = uint64_t{d.usualFanOut} - d.fanOut[position];
    if (less == 0)
      continue;
    if (d.borders.empty() || d.borders.back().end != first || d.borders.back().less != less)
      d.borders.push_back({first, first, less});
    d.borders.back().end += d.in.channels;
  }
}

} // namespace

template <typename T>
Delivery<T> makeConv(const Network &network, const Operation &op, Numbers numbers) {
  Delivery<T> d = makeWindow<T>(network, op, op.weight.shape.data() + 2);
  d.kind = Delivery<T>::Kind::Conv;
  d.costs = network.costs;
  d.inputsPerGroup = op.weight.shape[1];
  d.outputsPerGroup = op.weight.shape[0] / op.group;
  uint32_t taps = d.kernelHeight * d.kernelWidth;
  d.weights.resize(op.weight.size);
  for (uint32_t o = 0; o < op.weight.shape[0]; ++o)
    for (uint32_t c = 0; c < d.inputsPerGroup; ++c)
      for (uint32_t tap = 0; tap < taps; ++tap) {
        size_t channel = size_t{o} / d.outputsPerGroup * d.inputsPerGroup + c;
        d.weights[(channel * taps + d.getPlace(tap)) * d.outputsPerGroup + o % d.outputsPerGroup] =
            getWeight<T>(op, (size_t{o} * d.inputsPerGroup + c) * taps + tap, numbers);
      }
  countFanOut(d, d.outputsPerGroup);
  if (d.isPlain())
    arrangeWeights(network.streams[op.inputs[0]], d);
  else if (d.isDepthwise())
    arrangeDepthwise(d);
  return d;
}

template <typename T>
Delivery<T> makePool(const Network &network, const Operation &op) {
  Delivery<T> d = makeWindow<T>(network, op, op.kernel.data());
  d.kind = Delivery<T>::Kind::Pool;
  const SlidingWindow rows = getRows(d), columns = getColumns(d);
  std::vector<int64_t> counts;
  for (uint32_t y = 0; y < d.out.height; ++y)
    for (uint32_t x = 0; x < d.out.width; ++x) {
      counts.push_back(op.countIncludePad ? rows.kernel * columns.kernel
                                          : rows.countCovered(y) * columns.countCovered(x));
    }
  countFanOut(d, 1);
  // Integers add a common multiple of all counts instead of one, so that each share is whole.
  int64_t whole = network.precision == Precision::Fixed ? getCommonMultiple(counts) : 1;
  for (int64_t count : counts)
    d.weights.push_back(count > 0 ? static_cast<T>(whole) / static_cast<T>(count) : T{0});
  return d;
}

#define SNN_INSTANTIATE(T)                                                                         \
  template Delivery<T> makeConv(const Network &, const Operation &, Numbers);                      \
  template Delivery<T> makePool(const Network &, const Operation &);
SNN_INSTANTIATE(float)
SNN_INSTANTIATE(double)
SNN_INSTANTIATE(int32_t)
#undef SNN_INSTANTIATE

} // namespace snn::detail
