#include "dialects/support/Shapes.h"

#include "snn/SlidingWindow.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace snnc {

std::string showShape(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::interleave(
      shape, stream,
      [&](int64_t dimension) {
        if (ShapedType::isDynamic(dimension))
          stream << "?";
        else
          stream << dimension;
      },
      "x");
  return text;
}

ArrayRef<int64_t> getTensorShape(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getShape();
}

int64_t countElements(ArrayRef<int64_t> shape) {
  int64_t product = 1;
  for (int64_t dimension : shape)
    product *= dimension;
  return product;
}

int64_t countWindows(int64_t size, int64_t kernel, int64_t stride, int64_t padding,
                     int64_t dilation) {
  return ::snn::SlidingWindow{size, kernel, stride, padding, 0, dilation}.count();
}

bool hasEmptyWindow(int64_t size, int64_t kernel, int64_t stride, int64_t before, int64_t dilation,
                    int64_t windows) {
  const ::snn::SlidingWindow window{size, kernel, stride, before, 0, dilation};
  for (int64_t i = 0; i < windows; ++i)
    if (window.countCovered(i) == 0)
      return true;
  return false;
}

bool allPositive(ArrayRef<int64_t> numbers) {
  return llvm::all_of(numbers, [](int64_t number) { return number >= 1; });
}

bool noneNegative(ArrayRef<int64_t> numbers) {
  return llvm::all_of(numbers, [](int64_t number) { return number >= 0; });
}

bool isPermutation(ArrayRef<int64_t> perm, size_t rank) {
  SmallVector<int64_t> sorted(perm);
  llvm::sort(sorted);
  return sorted.size() == rank && llvm::equal(sorted, llvm::seq<int64_t>(0, rank));
}

} // namespace snnc
