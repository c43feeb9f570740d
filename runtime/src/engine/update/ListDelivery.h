//===- ListDelivery: the events of an update through a synapse ------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_UPDATE_LISTDELIVERY_H
#define SNN_SRC_ENGINE_UPDATE_LISTDELIVERY_H

#include "runtime/src/engine/update/Reached.h"
#include "runtime/src/engine/update/SentEvents.h"
#include <limits>

namespace snn::detail {

/// Takes lists of events to accumulators, by the way that is expected to cost least. The choice depends on the events
/// alone: it is the same in any order of groups and steps.
template <typename T>
class ListDelivery {
public:
  /// For streams of up to `elements`.
  void reserve(uint64_t elements) {
    sums.assign(elements, T{0});
    summed = Marks(elements);
    summedIn.assign((elements + kNeuronBlock - 1) / kNeuronBlock, 0);
    bits = Events<T>(elements, Events<T>::Form::Signed);
  }

  /// The events of some steps, which count together: those of several are added up first, where that costs less. Those
  /// of spikes (not `isGraded`) are worth one number in a step, up or down. Marks what was reached, and calls
  /// `visit(way, expectation)` for each delivery.
  template <typename Visit>
  void deliver(const Delivery<T> &delivery, const SentEvents<T> &events, size_t from, size_t to,
               bool isGraded, Scratch<T> &scratch, T *accumulator, Marks &reached, Visit visit) {
    const bool isMerged = to - from > 1 && merge(delivery, events, from, to, isGraded);
    if (isMerged)
      return visitDelivery(delivery, merged, /*isGraded=*/true, scratch, accumulator, reached,
                           visit);
    for (size_t n = from; n < to; ++n)
      visitDelivery(delivery, events[n], isGraded, scratch, accumulator, reached, visit);
  }

private:
  std::vector<T> sums; ///< 0 but while events are added up
  Marks summed;
  std::vector<uint64_t> summedIn; ///< by block: which of its elements
  Events<T> merged;
  Events<T> bits; ///< events as bits; all are 0 but while they are delivered

  /// What looking at a word of bits takes, in picoseconds.
  static constexpr double kWord = 2000;

  /// As bits, for integer weights of 8; infinity where there is no such way.
  static double expectBits(const Delivery<T> &d, uint32_t count, bool isGraded) {
    if (isGraded || !d.hasBytesFor(Events<T>::Form::Signed))
      return std::numeric_limits<double>::infinity();
    return expect(d, Events<T>::Form::Signed, count)[static_cast<size_t>(Way::Events)] +
           kWord * d.in.height * d.in.width * ((d.in.channels + 63) / 64);
  }

  static double expectBest(const Delivery<T> &d, uint32_t count, bool isGraded) {
    const Expectation listed = expect(d, Events<T>::Form::Graded, count);
    return std::min(listed[static_cast<size_t>(choose(listed))], expectBits(d, count, isGraded));
  }

  /// Adds several steps up, and says whether their sum is to be delivered in place of them.
  bool merge(const Delivery<T> &delivery, const SentEvents<T> &events, size_t from, size_t to,
             bool isGraded) {
    double apart = 0;
    for (size_t n = from; n < to; ++n) {
      events[n].forEach([&](uint32_t i, T worth) {
        sums[i] += worth;
        summed.add(i / kNeuronBlock);
        summedIn[i / kNeuronBlock] |= uint64_t{1} << i % kNeuronBlock;
      });
      apart += expectBest(delivery, events[n].count, isGraded);
    }
    merged.clear();
    summed.forEach([&](uint32_t block) {
      for (uint64_t rest = summedIn[block]; rest != 0; rest &= rest - 1) {
        const uint32_t i = block * kNeuronBlock + static_cast<uint32_t>(__builtin_ctzll(rest));
        if (sums[i] == 0)
          continue;
        push(merged, i, sums[i]);
        sums[i] = 0;
      }
      summedIn[block] = 0;
    });
    summed.clear();
    return expectBest(delivery, merged.count, /*isGraded=*/true) <= apart;
  }

  template <typename Visit>
  void visitDelivery(const Delivery<T> &d, const Events<T> &list, bool isGraded,
                     Scratch<T> &scratch, T *accumulator, Marks &reached, Visit visit) {
    if (list.count == 0)
      return;
    Expectation expectation = expect(d, Events<T>::Form::Graded, list.count);
    const Way way = choose(expectation);
    const double asBits = expectBits(d, list.count, isGraded);
    if (asBits < expectation[static_cast<size_t>(way)]) {
      deliverBits(d, list, scratch, accumulator);
      expectation[static_cast<size_t>(Way::Events)] = asBits;
      visit(Way::Events, expectation);
    } else {
      detail::deliver(d, list, way, scratch, accumulator, Range());
      visit(way, expectation);
    }
    if (way == Way::Dense)
      reached.addAll();
    else
      markReached(d, list, reached);
  }

  void deliverBits(const Delivery<T> &d, const Events<T> &list, Scratch<T> &scratch,
                   T *accumulator) {
    bits.uniform = std::abs(list.value[0]);
    bits.count = list.count;
    list.forEach([&](uint32_t i, T worth) {
      bits.fired[i / 64] |= uint64_t{1} << i % 64;
      bits.negative[i / 64] |= uint64_t{worth < 0} << i % 64;
    });
    detail::deliver(d, bits, Way::Events, scratch, accumulator, Range());
    list.forEach([&](uint32_t i, T) { bits.fired[i / 64] = bits.negative[i / 64] = 0; });
  }
};

} // namespace snn::detail

#endif
