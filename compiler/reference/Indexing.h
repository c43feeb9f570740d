//===- Indexing: positions in row-major arrays ---------------------------------------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_INDEXING_H
#define SNNC_COMPILER_REFERENCE_INDEXING_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace snnc::reference {

using Shape = llvm::ArrayRef<int64_t>;

/// Calls `visit(index)` with every index of an array of `shape`, in row-major order.
template <typename Visit>
void forEach(Shape shape, Visit visit) {
  llvm::SmallVector<int64_t> index(shape.size(), 0);
  int64_t count = 1;
  for (int64_t dimension : shape)
    count *= dimension;
  for (; count > 0; --count) {
    visit(Shape(index));
    for (size_t d = shape.size(); d-- > 0 && ++index[d] == shape[d];)
      index[d] = 0;
  }
}

/// Position of `index` in a row-major array of `shape`, or -1 outside of it.
inline int64_t flatten(Shape index, Shape shape) {
  int64_t position = 0;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (index[d] < 0 || index[d] >= shape[d])
      return -1;
    position = position * shape[d] + index[d];
  }
  return position;
}

/// Position, in an array of `shape`, of the element that broadcasting brings to `index`: shapes are
/// aligned at their last dimension, and dimensions of 1 repeat.
inline int64_t broadcast(Shape index, Shape shape) {
  int64_t position = 0;
  size_t skipped = index.size() - shape.size();
  for (size_t d = 0; d < shape.size(); ++d)
    position = position * shape[d] + (shape[d] == 1 ? 0 : index[skipped + d]);
  return position;
}

} // namespace snnc::reference

#endif
