#include "compiler/schedule/Apply.h"

#include "dialects/exec/Storage.h"
#include "dialects/support/Shapes.h"
#include <cstdlib>

using namespace mlir;

namespace snnc::exec {

namespace {

template <typename T>
T pick(int32_t number, Sign sign) {
  return static_cast<T>(sign == Sign::Dropped ? std::abs(static_cast<double>(number)) : number);
}

/// `in` times the factors, where the map takes it.
template <typename T>
std::vector<T> move(DeliverOp deliver, Sign sign, const std::vector<T> &in) {
  std::vector<T> scaled = in;
  if (deliver.getFactors()) {
    std::vector<int32_t> factors =
        expand(*deliver.getFactors(), snn::getStreamShape(deliver.getStream().getType()));
    for (size_t i = 0; i < scaled.size(); ++i)
      scaled[i] *= pick<T>(factors[i], sign);
  }
  if (deliver.getMap().empty())
    return scaled;
  std::vector<T> moved;
  ::snn::IndexMap map = deliver.getIndexMap();
  for (int64_t source : map.sources())
    moved.push_back(source == ::snn::IndexMap::kNone ? T{0} : scaled[static_cast<size_t>(source)]);
  return moved;
}

} // namespace

template <typename T>
void apply(DeliverOp deliver, Sign sign, const std::vector<T> &in, std::vector<T> &out) {
  std::vector<T> moved = move(deliver, sign, in);
  auto synapse = deliver.getSynapse();
  if (!synapse) {
    for (size_t i = 0; i < out.size(); ++i)
      out[i] += moved[i];
    return;
  }
  ::snn::IndexMap map = deliver.getIndexMap();
  ArrayRef<int64_t> shape = getShape(deliver.getTarget());
  ElementsAttr weights = deliver.getWeights().value_or(ElementsAttr());
  std::vector<int32_t> numbers = synapse->getNumbers(weights, map.out(), shape);
  ArrayRef<int64_t> dimensions = weights ? weights.getShapedType().getShape() : ArrayRef<int64_t>();
  for (size_t i = 0; i < moved.size(); ++i) {
    if (moved[i] == T{0})
      continue;
    synapse->forEachRow(static_cast<int64_t>(i), map.out(), shape, dimensions, [&](const Row &row) {
      for (int64_t k = 0; k < row.count; ++k)
        out[static_cast<size_t>(row.to + k * row.toStride)] +=
            moved[i] *
            pick<T>(numbers[static_cast<size_t>(row.weight + k * row.weightStride)], sign);
    });
  }
}

template <typename T>
std::vector<T> multiply(MultiplyOp op, const std::vector<T> &lhs, const std::vector<T> &rhs) {
  auto out = cast<MemRefType>(op.getTarget().getType());
  std::vector<T> product(static_cast<size_t>(out.getNumElements()), T{0});
  if (op.getElementwise()) {
    for (size_t i = 0; i < product.size(); ++i)
      product[i] = lhs[i] * rhs[i];
    return product;
  }
  auto columns = static_cast<size_t>(out.getShape().back());
  auto inner = static_cast<size_t>(getShape(op.getLhs()).back());
  auto rows = static_cast<size_t>(out.getShape().drop_back().back());
  for (size_t i = 0; i < product.size(); ++i) {
    size_t batch = i / columns / rows;
    for (size_t k = 0; k < inner; ++k)
      product[i] += lhs[i / columns * inner + k] * rhs[(batch * inner + k) * columns + i % columns];
  }
  return product;
}

#define SNNC_INSTANTIATE(T)                                                                        \
  template void apply(DeliverOp, Sign, const std::vector<T> &, std::vector<T> &);                  \
  template std::vector<T> multiply(MultiplyOp, const std::vector<T> &, const std::vector<T> &);
SNNC_INSTANTIATE(int64_t)
SNNC_INSTANTIATE(double)
#undef SNNC_INSTANTIATE

} // namespace snnc::exec
