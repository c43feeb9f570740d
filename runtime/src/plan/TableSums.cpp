#include "runtime/src/plan/TableSums.h"

#include "runtime/src/kernels/Convolution.h"
#include <bit>

namespace snn::detail {

namespace {

uint32_t countWindows(const Window &w) { return w.out.height * w.out.width; }

/// The codes of every `stride`-th word of 16 bits.
inline void unpackWords(const uint8_t *from, uint32_t stride, uint32_t count, uint32_t *codes) {
  for (uint32_t i = 0; i < count; ++i) {
    uint16_t word;
    std::memcpy(&word, from + size_t{i} * stride * sizeof(word), sizeof(word));
    codes[i] = kernels::toCodes(word);
  }
}

/// The codes of 16 channels each that some rows of outputs reach, into planes of them with a border.
template <typename T>
void unpackCodes(const Delivery<T> &d, const Aligned<uint64_t> &bits, Range rows, uint32_t *codes) {
  const uint32_t width = d.in.width, channels = d.in.channels, words = d.countWords();
  const size_t row = d.paddedWidth(), plane = d.paddedHeight() * row;
  const Range inputs = d.inputsOf(rows), padded = d.paddedInputsOf(rows);
  for (uint32_t word = 0; word < words; ++word, codes += plane) {
    std::fill(codes + padded.begin * row, codes + padded.end * row, 0u);
    for (uint32_t y = inputs.begin; y < inputs.end; ++y) {
      const size_t first = size_t{y} * width * channels + word * 16;
      uint32_t *to = codes + (y + d.padY) * row + d.padX;
      if constexpr (std::endian::native == std::endian::little)
        if (channels % 16 == 0) { // words of codes are words of events
          const auto *from = reinterpret_cast<const uint8_t *>(bits.data()) + first / 8;
          if (words == 1) // neighbours, several at a time
            unpackWords(from, 1, width, to);
          else
            unpackWords(from, words, width, to);
          continue;
        }
      const uint32_t count = std::min(16u, channels - word * 16);
      for (uint32_t x = 0; x < width; ++x)
        to[x] = kernels::toCodes(
            static_cast<uint32_t>(getBits(bits, first + size_t{x} * channels, count)));
    }
  }
}

} // namespace

uint32_t getStepsAtOnce(const Window &w) {
  return std::clamp(1024 / std::max(1u, countWindows(w)), 1u, 16u);
}

template <typename T>
TableSums<T>::TableSums(const TypedPlan<T> &plan) : slotOf(plan.tasks.size(), 0) {
  auto grow = [](auto &buffer, size_t size) { buffer.resize(std::max(buffer.size(), size)); };
  for (const Group &group : plan.groups) {
    uint32_t next = 0;
    for (uint32_t i : group.tasks) {
      if (plan.tasks[i].kind != Task::Kind::Deliver)
        continue;
      const Delivery<T> &delivery = plan.deliveries[plan.tasks[i].delivery];
      if (!delivery.hasTable())
        continue;
      slotOf[i] = next++;
      slots.resize(std::max<size_t>(slots.size(), next));
      size_t sums =
          size_t{getStepsAtOnce(delivery)} * countWindows(delivery) * delivery.paddedOutputs;
      if (delivery.table.empty())
        grow(slots[slotOf[i]].shortSums, sums);
      else
        grow(slots[slotOf[i]].sums, sums);
      grow(codes, getStepsAtOnce(delivery) * delivery.countCodes());
    }
  }
}

template <typename T>
void TableSums<T>::clear() {
  for (Slot &slot : slots)
    slot.task = UINT32_MAX;
}

template <typename T>
void TableSums<T>::compute(Slot &slot, const Delivery<T> &d, std::span<const Events<T>> events) {
  auto max = std::min<uint32_t>(static_cast<uint32_t>(events.size()), getStepsAtOnce(d));
  slot.count = 1;
  while (slot.count < max && prefersTable(d, events[slot.count]))
    ++slot.count;
  for (uint32_t step = 0; step < slot.count; ++step)
    unpackCodes(d, events[step].fired, slot.rows, codes.data() + step * d.countCodes());
  if (d.table.empty())
    kernels::convolveTable(d, d.shortTable.data(), codes.data(), slot.count, slot.shortSums.data(),
                           slot.rows);
  else
    kernels::convolveTable(d, d.table.data(), codes.data(), slot.count, slot.sums.data(),
                           slot.rows);
}

template <typename T>
void TableSums<T>::deliver(uint32_t task, const Delivery<T> &d, std::span<const Events<T>> events,
                           uint32_t time, T *accumulator, Range rows) {
  Slot &slot = slots[slotOf[task]];
  if (slot.task != task || slot.rows != rows || time < slot.first ||
      time >= slot.first + slot.count) {
    slot.task = task;
    slot.rows = rows;
    slot.first = time;
    compute(slot, d, events);
  }
  T worth = events[0].uniform;
  auto add = [&]<typename E>(const Aligned<E> &sums, T factor) {
    size_t perStep = size_t{countWindows(d)} * kernels::kTableOutputs<E>;
    kernels::addSums(d, sums.data() + (time - slot.first) * perStep, slot.count * perStep, factor,
                     accumulator, rows);
  };
  if constexpr (std::is_same_v<T, int32_t>)
    if (d.table.empty())
      return add(slot.shortSums, worth * (1 << d.shift));
  add(slot.sums, worth);
}

template class TableSums<float>;
template class TableSums<double>;
template class TableSums<int32_t>;

} // namespace snn::detail
