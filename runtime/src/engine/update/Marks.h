//===- Marks: which blocks of elements something happened to -------------------------------------------------===//
//
// A bit for each block of kNeuronBlock elements: what an update visits instead of all of them.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_UPDATE_MARKS_H
#define SNN_SRC_ENGINE_UPDATE_MARKS_H

#include "runtime/src/kernels/Events.h"
#include "runtime/src/support/Repeated.h"
#include <cstdint>
#include <vector>

namespace snn::detail {

class Marks {
public:
  explicit Marks(uint64_t elements = 0)
      : blocks(static_cast<uint32_t>((elements + kNeuronBlock - 1) / kNeuronBlock)),
        words((blocks + 63) / 64) {}

  bool empty() const { return count == 0; }
  /// Blocks that are marked.
  uint32_t size() const { return count; }
  bool has(uint32_t block) const { return words[block / 64] >> (block % 64) & 1; }

  void add(uint32_t block) { addWord(block / 64, uint64_t{1} << block % 64); }
  void remove(uint32_t block) {
    const uint64_t bit = uint64_t{1} << block % 64;
    count -= (words[block / 64] & bit) != 0;
    words[block / 64] &= ~bit;
  }
  /// The blocks that elements from `first` to before `end` lie in.
  void addElements(uint64_t first, uint64_t end) {
    if (first < end)
      addBlocks(static_cast<uint32_t>(first / kNeuronBlock),
                static_cast<uint32_t>((end - 1) / kNeuronBlock) + 1);
  }
  void addAll() { addBlocks(0, blocks); }
  /// Those of `other`, which has not more elements, or none beyond these: of all of them, or of some, which are whole
  /// blocks.
  void add(const Marks &other, Range elements = {}) {
    if (other.empty())
      return;
    const uint32_t first = elements.begin / kNeuronBlock;
    const uint32_t end =
        std::min(std::min(blocks, other.blocks), (elements.end - 1) / kNeuronBlock + 1);
    for (uint32_t w = first / 64; w * 64 < end; ++w) {
      uint64_t bits = other.words[w];
      if (w == first / 64)
        bits &= ~uint64_t{0} << first % 64;
      if (end - w * 64 < 64)
        bits &= (uint64_t{1} << (end - w * 64)) - 1;
      addWord(w, bits);
    }
  }
  void clear() {
    if (count > 0)
      std::fill(words.begin(), words.end(), 0);
    count = 0;
  }

  /// Calls `visit(first, end)` for every run of neighbouring blocks, in ascending order. The visitor may add and remove
  /// blocks of the run.
  template <typename Visit>
  void forRuns(Visit visit) const {
    if (count == 0)
      return;
    for (uint32_t first = find(0, true); first < blocks;) {
      const uint32_t end = find(first, false);
      visit(first, end);
      first = find(end, true);
    }
  }
  template <typename Visit>
  void forEach(Visit visit) const {
    forRuns([&](uint32_t first, uint32_t end) {
      for (uint32_t block = first; block < end; ++block)
        visit(block);
    });
  }

private:
  uint32_t blocks = 0, count = 0;
  std::vector<uint64_t> words;

  void addWord(size_t word, uint64_t bits) {
    count += static_cast<uint32_t>(__builtin_popcountll(bits & ~words[word]));
    words[word] |= bits;
  }
  void addBlocks(uint32_t first, uint32_t end) {
    while (first < end) {
      const uint32_t length = std::min(64 - first % 64, end - first);
      addWord(first / 64, (length < 64 ? (uint64_t{1} << length) - 1 : ~uint64_t{0}) << first % 64);
      first += length;
    }
  }
  /// The first block from `block` on that is marked, or is not; as many as there are where none is.
  uint32_t find(uint32_t block, bool isMarked) const {
    for (uint32_t word = block / 64; word < words.size(); ++word) {
      uint64_t bits = isMarked ? words[word] : ~words[word];
      if (word == block / 64)
        bits &= ~uint64_t{0} << block % 64;
      if (bits != 0)
        return std::min(blocks, word * 64 + static_cast<uint32_t>(__builtin_ctzll(bits)));
    }
    return blocks;
  }
};

} // namespace snn::detail

#endif
