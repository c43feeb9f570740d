#include "runtime/src/engine/update/Reached.h"

#include "runtime/src/kernels/Places.h"

namespace snn::detail {

namespace {

/// Marks elements of a part of an accumulator, and no others.
class PartMarks {
public:
  PartMarks(Marks &marks, Range part) : marks(marks), part(part) {}
  void add(uint64_t first, uint64_t end) {
    marks.addElements(std::max<uint64_t>(first, part.begin), std::min<uint64_t>(end, part.end));
  }

private:
  Marks &marks;
  Range part;
};

/// Channel-last: the channels of a group at each position whose window has the event.
template <typename T>
void markWindows(const Delivery<T> &d, const Events<T> &events, Range part, PartMarks reached) {
  const bool isPool = d.kind == Delivery<T>::Kind::Pool;
  // Events of a pixel that reach the same blocks are marked once: all, where each goes to all channels; where channels stay
  // apart those of a block, where no block has channels of two pixels but whole ones.
  const bool isAligned = d.in.channels == d.out.channels &&
                         (d.in.channels % kNeuronBlock == 0 || kNeuronBlock % d.in.channels == 0);
  const uint32_t span = d.isPlain() ? d.in.channels
                        : isAligned && (isPool || d.isDepthwise())
                            ? std::min(d.in.channels, kNeuronBlock)
                            : 1;
  const bool isPointwise = d.isPlain() && d.kernelHeight == 1 && d.kernelWidth == 1 &&
                           d.strideY == 1 && d.strideX == 1 && d.in.height == d.out.height &&
                           d.in.width == d.out.width && d.padY == 0 && d.padX == 0;
  // Whether there is no block between what neighbouring windows have of one.
  const bool isGapless =
      d.dilationY == 1 && d.dilationX == 1 && (d.isPlain() || d.out.channels <= kNeuronBlock);
  const Range rows = d.rowsOf(part);
  uint32_t last = UINT32_MAX;
  events.forEach(d.inputsOfPart(part), [&](uint32_t index, T) {
    if (index / span == last)
      return;
    last = index / span;
    if (isPointwise) {
      const uint64_t begin = uint64_t{index / d.in.channels} * d.out.channels;
      return reached.add(begin, begin + d.out.channels);
    }
    const Place place = locate(d, index);
    const uint32_t outputs = isPool ? 1 : d.outputsPerGroup,
                   first = isPool ? place.channel : place.channel / d.inputsPerGroup * outputs;
    if (isGapless) {
      const Windows ys = getRows(d, place.y, rows), xs = getColumns(d, place.x);
      for (uint32_t y = ys.first; y < ys.last && xs.first < xs.last; ++y)
        reached.add((uint64_t{y} * d.out.width + xs.first) * d.out.channels + first,
                    (uint64_t{y} * d.out.width + xs.last - 1) * d.out.channels + first + outputs);
      return;
    }
    forWindows(d, place.y, place.x, rows, [&](uint32_t position, uint32_t) {
      const uint64_t begin = uint64_t{position} * d.out.channels + first;
      reached.add(begin, begin + outputs);
    });
  });
}

/// Row-major: one-dimensional windows.
template <typename T>
void markPlanes(const Delivery<T> &d, const Events<T> &events, PartMarks reached) {
  const bool isPool = d.kind == Delivery<T>::Kind::Pool;
  const uint64_t plane = uint64_t{d.out.height} * d.out.width;
  events.forEach([&](uint32_t index, T) {
    const Place place = locate(d, index);
    const uint32_t outputs = isPool ? 1 : d.outputsPerGroup,
                   first = isPool ? place.channel : place.channel / d.inputsPerGroup * outputs;
    forWindows(d, place.y, place.x, Range(), [&](uint32_t position, uint32_t) {
      for (uint32_t o = first; o < first + outputs; ++o)
        reached.add(o * plane + position, o * plane + position + 1);
    });
  });
}

} // namespace

template <typename T>
void markReached(const Delivery<T> &d, const Events<T> &events, Marks &marks, Range part) {
  using Kind = typename Delivery<T>::Kind;
  PartMarks reached(marks, part);
  switch (d.kind) {
  case Kind::Conv:
  case Kind::Pool:
    return d.channelLast ? markWindows(d, events, part, reached) : markPlanes(d, events, reached);
  case Kind::Gemm: {
    const uint64_t operand = uint64_t{d.rows} * d.inner, result = uint64_t{d.columns} * d.inner;
    uint64_t last = UINT64_MAX;
    return events.forEach(d.inputsOfPart(part), [&](uint32_t index, T) {
      if (index / operand == last)
        return;
      last = index / operand;
      reached.add(last * result, (last + 1) * result);
    });
  }
  case Kind::Scale:
    return events.forEach(part,
                          [&](uint32_t index, T) { reached.add(index, uint64_t{index} + 1); });
  case Kind::Move:
    return events.forEach([&](uint32_t index, T) {
      if (d.target[index] >= 0)
        reached.add(d.target[index], uint64_t(d.target[index]) + 1);
    });
  case Kind::Copy:
    return events.forEach([&](uint32_t index, T) {
      for (uint32_t k = d.first[index]; k < d.first[index + 1]; ++k)
        reached.add(d.target[k], uint64_t(d.target[k]) + 1);
    });
  }
}

template <typename T>
void markReached(const Product &d, const Events<T> (&changes)[2], Marks &reached) {
  const auto &[dp, dq] = changes;
  auto mark = [&](uint64_t first, uint32_t count, uint32_t stride) {
    if (stride == 1)
      return reached.addElements(first, first + count);
    for (uint64_t i = 0; i < count; ++i)
      reached.addElements(first + i * stride, first + i * stride + 1);
  };
  for (uint32_t i = 0; i < dp.count; ++i) {
    const auto &place = d.lhsPlace[dp.index[i]];
    mark(uint64_t{place.batch} * d.out.batch + uint64_t{place.row} * d.out.row, d.columns,
         d.out.column);
  }
  for (uint32_t i = 0; i < dq.count; ++i) {
    const auto &place = d.rhsPlace[dq.index[i]];
    mark(uint64_t{place.batch} * d.out.batch + uint64_t{place.column} * d.out.column, d.rows,
         d.out.row);
  }
}

#define SNN_INSTANTIATE(T)                                                                         \
  template void markReached(const Delivery<T> &, const Events<T> &, Marks &, Range);               \
  template void markReached(const Product &, const Events<T>(&)[2], Marks &);
SNN_INSTANTIATE(float)
SNN_INSTANTIATE(double)
SNN_INSTANTIATE(int32_t)
#undef SNN_INSTANTIATE

} // namespace snn::detail
