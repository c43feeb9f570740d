//===- Storage: where elements lie in memory -----------------------------------------------------------===//
//
// Streams and buffers of three dimensions lie row by row, pixel by pixel, channels last, so that an event of a convolution
// adds neighbours; all others row by row.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_EXEC_STORAGE_H
#define SNNC_DIALECTS_EXEC_STORAGE_H

#include "mlir/IR/BuiltinAttributes.h"
#include "snn/IndexMap.h"
#include <array>
#include <vector>

namespace snnc::exec {

/// From logical order to that in memory.
::snn::IndexMap getStorage(mlir::ArrayRef<int64_t> shape);

/// `numbers` of logical order, in that of memory.
template <typename T>
std::vector<T> store(mlir::ArrayRef<T> numbers, mlir::ArrayRef<int64_t> shape) {
  std::vector<T> stored;
  for (int64_t source : getStorage(shape).sources())
    stored.push_back(numbers[static_cast<size_t>(source)]);
  return stored;
}

/// A map of logical elements as one of elements in memory.
::snn::IndexMap toStored(const ::snn::IndexMap &map);

/// Dimensions as elements are stored: rows, columns, channels, or the last three in order; what is left of more than three
/// is in the first.
std::array<int64_t, 3> getStoredSizes(mlir::ArrayRef<int64_t> shape);

/// The integers of an attribute, row-major. They fit in 32 bits.
std::vector<int32_t> readIntegers(mlir::ElementsAttr attr);

/// Integers that broadcast to `shape`, one for each element in logical order.
std::vector<int32_t> expand(mlir::ElementsAttr attr, mlir::ArrayRef<int64_t> shape);
/// The same in the order of memory.
std::vector<int32_t> expandStored(mlir::ElementsAttr attr, mlir::ArrayRef<int64_t> shape);

/// A tensor of i32 that broadcasts to `shape` and holds `numbers` (in logical order): with 1 in the dimensions along which
/// they are the same.
mlir::ElementsAttr makeBroadcast(mlir::MLIRContext *context, mlir::ArrayRef<int64_t> shape,
                                 mlir::ArrayRef<int32_t> numbers, llvm::StringRef name);

/// Whether a tensor broadcasts to `shape`: the same rank, each dimension the shape's or 1; or a single number.
bool broadcastsTo(mlir::ElementsAttr attr, mlir::ArrayRef<int64_t> shape);

} // namespace snnc::exec

#endif
