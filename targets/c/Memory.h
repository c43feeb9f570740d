//===- Memory: where the buffers of a generated network lie ------------------------------------------------===//
//
// Buffers of one type share an array; two may have the same place when no layer needs both.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_MEMORY_H
#define SNNC_TARGETS_C_MEMORY_H

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace snnc::c {

class Memory {
public:
  struct Buffer {
    std::string what;   ///< for the comment
    uint64_t size;      ///< in elements
    size_t first, last; ///< the layers that need it
    uint64_t offset = 0;
  };

  /// Returns the number of the buffer.
  size_t add(std::string what, uint64_t size, size_t first, size_t last) {
    buffers.push_back({std::move(what), size, first, last});
    return buffers.size() - 1;
  }

  /// Places all buffers, the largest first, each as low as it can be.
  void place() {
    std::vector<Buffer *> order;
    for (Buffer &buffer : buffers)
      order.push_back(&buffer);
    std::sort(order.begin(), order.end(), [](const Buffer *a, const Buffer *b) {
      return a->size != b->size ? a->size > b->size : a < b;
    });
    std::vector<const Buffer *> placed;
    for (Buffer *buffer : order) {
      placeOne(*buffer, placed);
      placed.push_back(buffer);
      total = std::max(total, buffer->offset + buffer->size);
    }
  }

  const Buffer &operator[](size_t i) const { return buffers[i]; }
  const std::vector<Buffer> &all() const { return buffers; }
  /// Elements of the array that holds them.
  uint64_t size() const { return total; }

private:
  std::vector<Buffer> buffers;
  uint64_t total = 0;

  static void placeOne(Buffer &buffer, const std::vector<const Buffer *> &placed) {
    for (bool moved = true; moved;) {
      moved = false;
      for (const Buffer *other : placed) {
        bool together = buffer.first <= other->last && other->first <= buffer.last;
        bool overlap = buffer.offset < other->offset + other->size &&
                       other->offset < buffer.offset + buffer.size;
        if (together && overlap) {
          buffer.offset = other->offset + other->size;
          moved = true;
        }
      }
    }
  }
};

} // namespace snnc::c

#endif
