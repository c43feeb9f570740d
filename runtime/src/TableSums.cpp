#include "runtime/src/TableSums.h"

#include "runtime/src/kernels/Convolution.h"
#include <bit>

namespace snn::detail {

namespace {

uint32_t countWindows(const Window &w) { return w.out.height * w.out.width; }

/// Steps at once: enough windows for every part of the table.
uint32_t getMostSteps(const Window &w) {
  return std::clamp(1024 / std::max(1u, countWindows(w)), 1u, 8u);
}

/// The codes of four channels each that some rows of outputs reach, into a plane of them with a border.
template <typename T>
void unpackCodes(const Delivery<T> &d, const std::vector<uint64_t> &bits, Range rows,
                 uint8_t *codes) {
  static_assert(kernels::kCodeUnit == 16, "a code lies in the upper half of its byte");
  uint32_t groups = d.in.channels / 4, columns = d.in.width * groups;
  size_t rowCodes = size_t{d.paddedWidth()} * groups;
  const Range inputs = d.inputsOf(rows), padded = d.paddedInputsOf(rows);
  std::fill(codes + padded.begin * rowCodes, codes + padded.end * rowCodes, uint8_t{0});
  for (uint32_t y = inputs.begin; y < inputs.end; ++y) {
    uint8_t *to = codes + (y + d.padY) * rowCodes + size_t{d.padX} * groups;
    if constexpr (std::endian::native == std::endian::little)
      if (columns % 2 == 0) { // rows begin with a byte, which is two codes
        const auto *bytes =
            reinterpret_cast<const uint8_t *>(bits.data()) + size_t{y} * columns / 2;
        for (uint32_t pair = 0; pair < columns / 2; ++pair) {
          to[2 * pair] = static_cast<uint8_t>(bytes[pair] << 4);
          to[2 * pair + 1] = bytes[pair] & 0xf0;
        }
        continue;
      }
    for (uint32_t g = 0; g < columns; g += 8) {
      uint32_t count = std::min(8u, columns - g);
      uint64_t word = getBits(bits, (size_t{y} * columns + g) * 4, count * 4);
      word = (word | word << 16) & 0x0000ffff0000ffff;
      word = (word | word << 8) & 0x00ff00ff00ff00ff;
      word = (word << 4 | word << 8) & 0xf0f0f0f0f0f0f0f0;
      if (count == 8)
        std::memcpy(to + g, &word, 8);
      else
        for (uint32_t i = 0; i < count; ++i, word >>= 8)
          to[g + i] = static_cast<uint8_t>(word);
    }
  }
}

} // namespace

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
          size_t{getMostSteps(delivery)} * countWindows(delivery) * delivery.paddedOutputs;
      if (delivery.table.empty())
        grow(slots[slotOf[i]].shortSums, sums);
      else
        grow(slots[slotOf[i]].sums, sums);
      grow(codes, getMostSteps(delivery) * delivery.countCodes());
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
  auto most = std::min<uint32_t>(static_cast<uint32_t>(events.size()), getMostSteps(d));
  slot.count = 1;
  while (slot.count < most && prefersTable(d, events[slot.count]))
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
      return add(slot.shortSums, worth * (1 << d.tableShift));
  add(slot.sums, worth);
}

template class TableSums<float>;
template class TableSums<double>;
template class TableSums<int32_t>;

} // namespace snn::detail
