#include "dialects/exec/Storage.h"

#include "dialects/support/Constants.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using ::snn::IndexMap;

namespace snnc::exec {

IndexMap getStorage(ArrayRef<int64_t> shape) {
  IndexMap map({shape.begin(), shape.end()});
  return shape.size() == 3 ? map.transpose({1, 2, 0}) : map;
}

IndexMap toStored(const IndexMap &map) {
  // Back from memory: the inverse of the argument's storage.
  IndexMap::Shape in = map.in();
  IndexMap back =
      in.size() == 3 ? IndexMap({in[1], in[2], in[0]}).transpose({2, 0, 1}) : IndexMap(in);
  return back.then(map).then(getStorage(map.out()));
}

std::array<int64_t, 3> getStoredSizes(ArrayRef<int64_t> shape) {
  if (shape.size() == 3)
    return {shape[1], shape[2], shape[0]};
  std::array<int64_t, 3> sizes = {1, 1, 1};
  for (size_t i = 0; i < shape.size(); ++i)
    sizes[i + 3 > shape.size() ? i + 3 - shape.size() : 0] *= shape[i];
  return sizes;
}

std::vector<int32_t> readIntegers(ElementsAttr attr) {
  FailureOr<std::vector<int32_t>> numbers = readElements<int32_t>(attr);
  return succeeded(numbers) ? std::move(*numbers) : std::vector<int32_t>();
}

bool broadcastsTo(ElementsAttr attr, ArrayRef<int64_t> shape) {
  ArrayRef<int64_t> from = attr.getShapedType().getShape();
  if (attr.getNumElements() == 1)
    return true;
  return from.size() == shape.size() && llvm::all_of(llvm::zip(from, shape), [](auto pair) {
           return std::get<0>(pair) == 1 || std::get<0>(pair) == std::get<1>(pair);
         });
}

std::vector<int32_t> expand(ElementsAttr attr, ArrayRef<int64_t> shape) {
  std::vector<int32_t> numbers = readIntegers(attr), expanded;
  IndexMap::Shape from(shape.size(), 1);
  if (numbers.size() > 1)
    from.assign(attr.getShapedType().getShape().begin(), attr.getShapedType().getShape().end());
  for (int64_t source : IndexMap(from).broadcast({shape.begin(), shape.end()}).sources())
    expanded.push_back(numbers[static_cast<size_t>(source)]);
  return expanded;
}

std::vector<int32_t> expandStored(ElementsAttr attr, ArrayRef<int64_t> shape) {
  return store<int32_t>(expand(attr, shape), shape);
}

ElementsAttr makeBroadcast(MLIRContext *context, ArrayRef<int64_t> shape, ArrayRef<int32_t> numbers,
                           StringRef name) {
  SmallVector<int64_t> kept(shape);
  std::vector<double> values(numbers.begin(), numbers.end());
  for (size_t d = 0; d < kept.size(); ++d) {
    int64_t inner = 1;
    for (int64_t size : ArrayRef(kept).drop_front(d + 1))
      inner *= size;
    // Element i is element `position` along this dimension; all must be as the first along it.
    auto isFirst = [&](size_t i) { return static_cast<int64_t>(i) / inner % kept[d] == 0; };
    bool isSame = true;
    for (size_t i = 0; isSame && i < values.size(); ++i)
      isSame = isFirst(i) || values[i] == values[i - static_cast<size_t>(inner)];
    if (!isSame)
      continue;
    std::vector<double> fewer;
    for (size_t i = 0; i < values.size(); ++i)
      if (isFirst(i))
        fewer.push_back(values[i]);
    values = std::move(fewer);
    kept[d] = 1;
  }
  return makeConstant(RankedTensorType::get(kept, IntegerType::get(context, 32)), values, name);
}

} // namespace snnc::exec
