//===- Aligned: a vector that begins on a cache line --------------------------------------------------------===//
#ifndef SNN_SRC_SUPPORT_ALIGNED_H
#define SNN_SRC_SUPPORT_ALIGNED_H

#include <cstddef>
#include <new>
#include <vector>

namespace snn::detail {

template <typename T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};

  AlignedAllocator() = default;
  template <typename U>
  explicit AlignedAllocator(const AlignedAllocator<U> &) {}

  T *allocate(size_t count) { return static_cast<T *>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T *pointer, size_t) { ::operator delete(pointer, kLine); }
  bool operator==(const AlignedAllocator &) const { return true; }
};

/// Rows of weights are read as whole vectors; none of them should lie across two cache lines. What threads write parts
/// of should not have a line in common, either.
template <typename T>
struct Aligned : std::vector<T, AlignedAllocator<T>> {
  using std::vector<T, AlignedAllocator<T>>::vector;
  Aligned &operator=(const std::vector<T> &numbers) {
    this->assign(numbers.begin(), numbers.end());
    return *this;
  }
  std::vector<T> copy() const { return {this->begin(), this->end()}; }
};

} // namespace snn::detail

#endif
