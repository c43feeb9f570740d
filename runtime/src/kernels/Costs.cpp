//===- Costs: what the events of a delivery stand for, and what they are expected to take ---------------------------===//
#include "runtime/src/kernels/Kernels.h"
#include "runtime/src/kernels/Places.h"
#include <algorithm>
#include <limits>

namespace snn::detail {

template <typename T>
Expectation expect(const Delivery<T> &d, typename Events<T>::Form form, uint64_t count) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  if (!d.hasWays())
    return {0, kNever, kNever};
  double elements = d.countInputs(), perInput = d.countMacs() / elements;
  // A weight that is added by itself takes about as long as this many of a row.
  constexpr double kAlone = 24;
  // A product of one channel loads its input and half of its weight.
  constexpr double kLoads = 2;
  if (d.isDepthwise())
    return {kAlone * d.costs.event * static_cast<double>(count) * perInput, kNever,
            kLoads * d.costs.dense * elements * perInput};
  const double event = d.hasBytesFor(form) ? d.costs.shortEvent : d.costs.event;
  static_assert(std::tuple_size_v<Expectation> == static_cast<size_t>(Way::Dense) + 1);
  Expectation expected{d.weights.empty() ? kNever : event * static_cast<double>(count) * perInput,
                       kNever, kNever};
  if (form == Events<T>::Form::Uniform && d.hasTable())
    expected[size_t(Way::Table)] =
        (d.table.empty() ? d.costs.shortTable : d.costs.table) * elements / 4 * perInput;
  if (!d.dense.empty())
    expected[size_t(Way::Dense)] =
        (d.pairs.empty() ? d.costs.dense : d.costs.pair) * elements * perInput;
  return expected;
}

template <typename T>
double expectTime(const Delivery<T> &d, typename Events<T>::Form form, uint64_t count) {
  if (d.hasWays()) {
    Expectation expected = expect(d, form, count);
    return expected[static_cast<size_t>(choose(expected))];
  }
  double perEvent = d.isWindowed()                      ? d.usualFanOut
                    : d.kind == Delivery<T>::Kind::Gemm ? d.columns
                                                        : 1;
  return d.costs.event * static_cast<double>(count) * perEvent;
}

Way choose(const Expectation &expected) {
  return Way(std::min_element(expected.begin(), expected.end()) - expected.begin());
}

namespace {

/// Events per pixel times operations per pixel: channels of a pixel are neighbours.
template <typename T>
uint64_t countWindowed(const Delivery<T> &d, const Events<T> &events, Range part) {
  uint64_t operations = 0;
  if (!d.borders.empty() && (events.form == Events<T>::Form::Graded || !d.channelLast)) {
    events.forEach(part, [&](uint32_t index, T) {
      auto [channel, y, x] = locate(d, index);
      operations += d.fanOut[y * d.in.width + x];
    });
    return operations;
  }
  // All events as those in the middle, and what those at the border cause less.
  operations = part.begin == 0 ? uint64_t{events.count} * d.usualFanOut : 0;
  for (const auto &border : d.borders) {
    const uint32_t end = std::min(border.end, part.end);
    for (uint32_t first = std::max(border.first, part.begin); first < end; first += 64)
      operations -= border.less * static_cast<uint64_t>(__builtin_popcountll(
                                      getBits(events.fired, first, std::min(64u, end - first))));
  }
  return operations;
}

} // namespace

template <typename T>
uint64_t countOperations(const Delivery<T> &d, const Events<T> &events, Range part) {
  if (events.count == 0)
    return 0;
  const uint64_t count = part.begin == 0 ? events.count : 0; // those that count alike
  switch (d.kind) {
  case Delivery<T>::Kind::Conv:
  case Delivery<T>::Kind::Pool:
    return countWindowed(d, events, part);
  case Delivery<T>::Kind::Gemm:
    return count * d.columns;
  case Delivery<T>::Kind::Scale:
    return count;
  case Delivery<T>::Kind::Move:
  case Delivery<T>::Kind::Copy:
    break;
  }
  uint64_t operations = 0;
  if (d.kind == Delivery<T>::Kind::Copy) {
    events.forEach(part,
                   [&](uint32_t index, T) { operations += d.first[index + 1] - d.first[index]; });
    return operations;
  }
  if (events.form == Events<T>::Form::Graded || d.runs.empty())
    events.forEach(part, [&](uint32_t index, T) { operations += d.target[index] >= 0; });
  else
    for (const auto &run : d.runs)
      for (uint32_t first = std::max(run.from, part.begin),
                    end = std::min(run.from + run.count, part.end);
           first < end; first += 64)
        operations +=
            __builtin_popcountll(getBits(events.fired, first, std::min(64u, end - first)));
  return operations;
}

#define SNN_INSTANTIATE(T)                                                                         \
  template Expectation expect(const Delivery<T> &, Events<T>::Form, uint64_t);                     \
  template double expectTime(const Delivery<T> &, Events<T>::Form, uint64_t);                      \
  template uint64_t countOperations(const Delivery<T> &, const Events<T> &, Range);
SNN_INSTANTIATE(float)
SNN_INSTANTIATE(double)
SNN_INSTANTIATE(int32_t)
#undef SNN_INSTANTIATE

} // namespace snn::detail
