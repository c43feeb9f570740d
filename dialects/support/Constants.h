//===- Constants: the numbers behind weight attributes -----------------------------------------===//
//
// Weights live in `dense<...>` attributes when small and in `dense_resource<...>` blobs when big, so
// that text stays readable and files load quickly. Passes should not care which: they read numbers
// with `readNumbers` and write them with `makeConstant`.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SUPPORT_CONSTANTS_H
#define SNNC_DIALECTS_SUPPORT_CONSTANTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"
#include "mlir/Support/LLVM.h"
#include <optional>
#include <string>
#include <vector>

namespace snnc {

/// Constants with more elements than this are kept in resource blobs.
inline constexpr int64_t kInlineElements = 32;

/// The elements of an attribute of f32, f64, or signed integers of 2 to 32 bits (dense, splat or
/// resource; 2 and 4 bits take a byte each), in row-major order, as T: double, float or int32_t (of integers only).
/// Fails, without a diagnostic, when the element type is another one or when the resource's blob is
/// missing or has the wrong size.
template <typename T>
mlir::FailureOr<std::vector<T>> readElements(mlir::ElementsAttr attr);

/// As double, which holds all of them.
inline mlir::FailureOr<std::vector<double>> readNumbers(mlir::ElementsAttr attr) {
  return readElements<double>(attr);
}

/// Whether `readNumbers` finds numbers, without reading them.
bool holdsNumbers(mlir::ElementsAttr attr);

/// The attribute that defines `value`, when a constant-like operation does.
mlir::ElementsAttr getConstantAttr(mlir::Value value);

/// `getConstantAttr` and `readNumbers` in one: the numbers of a constant operand.
std::optional<std::vector<double>> readConstant(mlir::Value value);

/// An attribute of the static tensor type `type` (elements as in `readNumbers`) that holds `numbers`,
/// rounded to the element type (integers must be in its range): `dense` up to kInlineElements elements and for splats, else `dense_resource`.
/// `name` is a hint for the resource's key.
mlir::ElementsAttr makeConstant(mlir::RankedTensorType type, mlir::ArrayRef<double> numbers,
                                llvm::StringRef name = "weights");

/// The same for the elements as they lie in memory, which it takes over: big weights are not copied.
/// Their number must be the type's.
mlir::ElementsAttr makeConstant(mlir::RankedTensorType type, std::string bytes,
                                llvm::StringRef name = "weights");

} // namespace snnc

#endif
