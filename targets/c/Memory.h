//===- Memory: where the buffers of a generated network lie ------------------------------------------------===//
//
// Buffers of one type share an array; two may have the same place when no layer needs both.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_MEMORY_H
#define SNNC_TARGETS_C_MEMORY_H

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace snnc::c {

class Memory {
public:
  /// `array`: its name in the state; `width`: bytes of an element.
  Memory(std::string array, uint64_t width) : array(std::move(array)), width(width) {}

  const std::string array;
  const uint64_t width;

  struct Buffer {
    std::string name;   ///< of its place, in C
    std::string what;   ///< for the comment
    uint64_t size;      ///< in elements
    size_t first, last; ///< the layers that need it
    uint64_t offset = 0;
  };

  /// Returns the number of the buffer. Names need not be different.
  size_t add(const std::string &name, std::string what, uint64_t size, size_t first, size_t last) {
    int uses = ++named[name];
    buffers.push_back(
        {uses > 1 ? name + std::to_string(uses) : name, std::move(what), size, first, last});
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
  /// By the layers that need them.
  std::vector<Buffer> inOrder() const {
    std::vector<Buffer> sorted = buffers;
    std::sort(sorted.begin(), sorted.end(), [](const Buffer &a, const Buffer &b) {
      return std::tie(a.first, a.last, a.name) < std::tie(b.first, b.last, b.name);
    });
    return sorted;
  }
  /// Elements of the array that holds them.
  uint64_t size() const { return total; }
  uint64_t getBytes() const { return total * width; }

private:
  std::vector<Buffer> buffers;
  std::map<std::string, int> named; ///< how often
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
