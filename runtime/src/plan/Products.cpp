#include "runtime/src/plan/Deliveries.h"

namespace snn::detail {

namespace {

/// How a stream of matrices lies in memory.
Product::Layout getLayout(const Shape &shape) {
  uint32_t columns = shape.back(), rows = shape[shape.size() - 2];
  if (shape.size() == 3) // channel-last
    return {1, columns * shape[0], shape[0]};
  return {rows * columns, columns, 1};
}

} // namespace

Product makeProduct(const Network &network, const Operation &op) {
  const Shape &lhs = network.streams[op.inputs[0]].shape,
              &rhs = network.streams[op.inputs[1]].shape;
  Product product;
  if (op.kind == Operation::Kind::Mul) {
    product.batch = static_cast<uint32_t>(network.streams[op.output].size);
    product.lhs = product.rhs = product.out = {1, 1, 1};
  } else {
    product.rows = lhs[lhs.size() - 2];
    product.inner = lhs.back();
    product.columns = rhs.back();
    product.batch =
        static_cast<uint32_t>(network.streams[op.output].size / product.rows / product.columns);
    product.lhs = getLayout(lhs);
    product.rhs = getLayout(rhs);
    product.out = getLayout(network.streams[op.output].shape);
  }
  auto locate = [&](Product::Layout layout, uint32_t rows, uint32_t columns) {
    std::vector<Product::Place> places(size_t{product.batch} * rows * columns);
    for (uint32_t b = 0; b < product.batch; ++b)
      for (uint32_t row = 0; row < rows; ++row)
        for (uint32_t column = 0; column < columns; ++column)
          places[b * layout.batch + row * layout.row + column * layout.column] = {b, row, column};
    return places;
  };
  product.lhsPlace = locate(product.lhs, product.rows, product.inner);
  product.rhsPlace = locate(product.rhs, product.inner, product.columns);
  return product;
}

} // namespace snn::detail
