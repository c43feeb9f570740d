//===- ListDelivery: the events of an update through a synapse ------------------------------------------------===//
//
// Lists of events go to accumulators by the way that is expected to cost least. The choice depends on the events alone:
// it is the same in any order of groups and steps, and for any part of an accumulator.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_UPDATE_LISTDELIVERY_H
#define SNN_SRC_ENGINE_UPDATE_LISTDELIVERY_H

#include "runtime/src/engine/update/Reached.h"
#include "runtime/src/engine/update/SentEvents.h"
#include <limits>

namespace snn::detail {

/// As bits, for integer weights of 8; infinity where there is no such way.
template <typename T>
double expectBits(const Delivery<T> &d, uint32_t count, bool isGraded) {
  constexpr double kWord = 2000; // what looking at a word of bits takes, in picoseconds
  if (isGraded || !d.hasBytesFor(Events<T>::Form::Signed))
    return std::numeric_limits<double>::infinity();
  return expect(d, Events<T>::Form::Signed, count)[static_cast<size_t>(Way::Events)] +
         kWord * d.in.height * d.in.width * ((d.in.channels + 63) / 64);
}

/// Adds the events of several steps up.
template <typename T>
class EventSum {
public:
  /// For streams of up to `elements`.
  void reserve(uint64_t elements) {
    sums.assign(elements, T{0});
    summed = Marks(elements);
    summedIn.assign((elements + kNeuronBlock - 1) / kNeuronBlock, 0);
  }

  /// Those of the first steps, in `sum`; says whether it is to be delivered in their place.
  bool merge(const Delivery<T> &delivery, const SentEvents<T> &events, size_t steps, bool isGraded,
             Events<T> &sum) {
    double apart = 0;
    for (size_t n = 0; n < steps; ++n) {
      events[n].forEach([&](uint32_t i, T worth) {
        sums[i] += worth;
        summed.add(i / kNeuronBlock);
        summedIn[i / kNeuronBlock] |= uint64_t{1} << i % kNeuronBlock;
      });
      apart += expectBest(delivery, events[n].count, isGraded);
    }
    take(sum);
    return expectBest(delivery, sum.count, /*isGraded=*/true) <= apart;
  }

private:
  std::vector<T> sums; ///< 0 but while events are added up
  Marks summed;
  std::vector<uint64_t> summedIn; ///< by block: which of its elements

  static double expectBest(const Delivery<T> &d, uint32_t count, bool isGraded) {
    const Expectation listed = expect(d, Events<T>::Form::Graded, count);
    return std::min(listed[static_cast<size_t>(choose(listed))], expectBits(d, count, isGraded));
  }

  void take(Events<T> &sum) {
    sum.clear();
    summed.forEach([&](uint32_t block) {
      for (uint64_t rest = summedIn[block]; rest != 0; rest &= rest - 1) {
        const uint32_t i = block * kNeuronBlock + static_cast<uint32_t>(__builtin_ctzll(rest));
        if (sums[i] == 0)
          continue;
        push(sum, i, sums[i]);
        sums[i] = 0;
      }
      summedIn[block] = 0;
    });
    summed.clear();
  }
};

template <typename T>
class ListDelivery {
public:
  /// For streams of up to `elements`.
  void reserve(uint64_t elements) { bits = Events<T>(elements, Events<T>::Form::Signed); }

  /// Takes a list to a part of an accumulator of `size`, and marks what it reached there. Events of spikes (not `isGraded`)
  /// are worth one number, up or down. Calls `visit(way, expectation)`, unless there are none.
  template <typename Visit>
  void deliver(const Delivery<T> &d, const Events<T> &list, bool isGraded, Range part,
               Scratch<T> &scratch, Aligned<T> &accumulator, Marks &reached, Visit visit) {
    if (list.count == 0)
      return;
    Expectation expectation = expect(d, Events<T>::Form::Graded, list.count);
    Way way = choose(expectation);
    const double asBits = expectBits(d, list.count, isGraded);
    if (asBits < expectation[static_cast<size_t>(way)]) {
      way = Way::Events;
      deliverBits(d, list, part, scratch, accumulator.data());
      expectation[static_cast<size_t>(way)] = asBits;
    } else {
      detail::deliver(d, list, way, scratch, accumulator.data(), part);
    }
    visit(way, expectation);
    if (way == Way::Dense)
      reached.addElements(part.begin, part.endOf(accumulator.size()));
    else
      markReached(d, list, reached, part);
  }

private:
  Events<T> bits; ///< events as bits; all are 0 but while they are delivered

  void deliverBits(const Delivery<T> &d, const Events<T> &list, Range part, Scratch<T> &scratch,
                   T *accumulator) {
    const Range inputs = d.inputsOfPart(part);
    bits.uniform = std::abs(list.value[0]);
    bits.count = list.count;
    list.forEach(inputs, [&](uint32_t i, T worth) {
      bits.fired[i / 64] |= uint64_t{1} << i % 64;
      bits.negative[i / 64] |= uint64_t{worth < 0} << i % 64;
    });
    detail::deliver(d, bits, Way::Events, scratch, accumulator, part);
    list.forEach(inputs, [&](uint32_t i, T) { bits.fired[i / 64] = bits.negative[i / 64] = 0; });
  }
};

} // namespace snn::detail

#endif
