//===- Events: what a stream carries in one time step ---------------------------------------------------===//
#ifndef SNN_SRC_KERNELS_EVENTS_H
#define SNN_SRC_KERNELS_EVENTS_H

#include "runtime/src/network/Network.h"
#include "runtime/src/support/Aligned.h"
#include <algorithm>
#include <cstdint>
#include <vector>

namespace snn::detail {

/// Elements, rows or neurons from `begin` on: those before `end`, or all there are.
struct Range {
  uint32_t begin = 0, end = UINT32_MAX;

  uint32_t endOf(size_t count) const { return static_cast<uint32_t>(std::min<size_t>(end, count)); }
  bool operator==(const Range &) const = default;
  bool has(uint32_t i) const { return i >= begin && i < end; }
};

/// The elements of a stream that have an event, in ascending order, and what the events are worth.
/// Neurons send bits: one value for all of them (signs, spikes), or that value with a sign each
/// (ternary). Everything else is graded: a list of elements with a number each. Room for all elements
/// is taken when it is made, or of graded ones by `makeRoom`.
template <typename T>
struct Events {
  enum class Form { Uniform, Signed, Graded };

  Form form = Form::Graded;
  uint32_t count = 0;
  T uniform = 0;               ///< the worth of an event, but of graded ones
  T stepSize = 0;              ///< what a sign-coded source moves by, with an event or without
  Aligned<uint64_t> fired;     ///< a bit per element, 64 in a word
  Aligned<uint64_t> negative;  ///< Signed: those among them worth -uniform
  std::vector<uint32_t> index; ///< Graded: the elements
  std::vector<T> value;        ///< Graded: what each is worth

  Events() = default;
  Events(uint64_t size, Form form) : form(form) {
    if (form == Form::Graded) {
      index.resize(size);
      value.resize(size);
      return;
    }
    fired.resize((size + 63) / 64);
    if (form == Form::Signed)
      negative.resize(fired.size());
  }

  /// The form in which a source of `code` sends.
  static Form getForm(SpikeCode code) {
    return code == SpikeCode::Sign || code == SpikeCode::Binary ? Form::Uniform
           : code == SpikeCode::Ternary                         ? Form::Signed
                                                                : Form::Graded;
  }

  /// Room for so many graded events, where there is less.
  void makeRoom(size_t size) {
    if (index.size() >= size)
      return;
    index.resize(size);
    value.resize(size);
  }
  /// No events. Bits of earlier ones stay, and do not count.
  void clear() {
    count = 0;
    stepSize = 0;
  }
  /// Appends a graded event.
  void push(uint32_t element, T worth) {
    index[count] = element;
    value[count++] = worth;
  }

  /// Where the graded events of elements from `element` on begin.
  uint32_t find(uint32_t element) const {
    return static_cast<uint32_t>(std::lower_bound(index.begin(), index.begin() + count, element) -
                                 index.begin());
  }

  /// Calls `visit(element, worth)` for every event of some elements.
  template <typename Visit>
  void forEach(Range elements, Visit visit) const {
    if (form == Form::Graded) {
      for (uint32_t i = find(elements.begin); i < count && index[i] < elements.end; ++i)
        visit(index[i], value[i]);
      return;
    }
    if (count == 0)
      return;
    const uint32_t end = elements.endOf(fired.size() * 64);
    for (uint32_t first = elements.begin / 64 * 64; first < end; first += 64) {
      const uint32_t word = first / 64;
      uint64_t all = fired[word];
      if (first < elements.begin)
        all &= ~uint64_t{0} << elements.begin % 64;
      if (end - first < 64)
        all &= ~(~uint64_t{0} << end % 64);
      for (uint64_t bits = all; bits != 0; bits &= bits - 1) {
        uint64_t bit = bits & (~bits + 1);
        bool isNegative = form == Form::Signed && (negative[word] & bit);
        visit(first + static_cast<uint32_t>(__builtin_ctzll(bits)),
              isNegative ? -uniform : uniform);
      }
    }
  }
  template <typename Visit>
  void forEach(Visit visit) const {
    forEach(Range(), visit);
  }
};

/// Up to 64 bits from `first` on; bits past the end read as 0.
inline uint64_t getBits(const Aligned<uint64_t> &words, size_t first, uint32_t count) {
  size_t word = first / 64, shift = first % 64;
  uint64_t bits = words[word] >> shift;
  if (shift + count > 64 && word + 1 < words.size())
    bits |= words[word + 1] << (64 - shift);
  return count < 64 ? bits & ((uint64_t{1} << count) - 1) : bits;
}

} // namespace snn::detail

#endif
