//===- Shapes: what shape inference of both dialects shares ----------------------------------------------===//
#ifndef SNNC_DIALECTS_SUPPORT_SHAPES_H
#define SNNC_DIALECTS_SUPPORT_SHAPES_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Value.h"
#include <optional>

namespace snnc {

/// Where shape inference reports what does not fit. It runs before there is an operation to complain
/// about, and without a location when it is only asked whether it would work.
class ShapeErrors {
public:
  ShapeErrors(llvm::StringRef operation, std::optional<mlir::Location> location,
              mlir::MLIRContext *context)
      : operation(operation), location(location.value_or(mlir::UnknownLoc::get(context))) {}

  /// "'ann.conv' op ", to be continued.
  mlir::InFlightDiagnostic operator()() const {
    return mlir::emitError(location) << "'" << operation << "' op ";
  }

private:
  llvm::StringRef operation;
  mlir::Location location;
};

/// 16x8x8, with ? for a dynamic dimension.
std::string showShape(llvm::ArrayRef<int64_t> shape);

/// The shape of a ranked tensor.
llvm::ArrayRef<int64_t> getTensorShape(mlir::Value tensor);

/// Product of the dimensions.
int64_t countElements(llvm::ArrayRef<int64_t> shape);

/// Positions of a window of `kernel` elements, `dilation` apart, that moves by `stride` over `size`
/// elements and `padding` more; 0 when it does not fit.
int64_t countWindows(int64_t size, int64_t kernel, int64_t stride, int64_t padding,
                     int64_t dilation);

/// Whether one of the first `windows` such windows, of which the first begins `before` elements before the others,
/// holds none of the `size` elements.
bool hasEmptyWindow(int64_t size, int64_t kernel, int64_t stride, int64_t before, int64_t dilation,
                    int64_t windows);

bool allPositive(llvm::ArrayRef<int64_t> numbers);
bool noneNegative(llvm::ArrayRef<int64_t> numbers);
/// Whether `perm` is 0 ... rank - 1 in some order.
bool isPermutation(llvm::ArrayRef<int64_t> perm, size_t rank);

} // namespace snnc

#endif
