#include "targets/core/simulator/Product.h"

#include "targets/core/simulator/Boxes.h"

namespace snnc::core {

namespace {

/// Sums wrap as unsigned numbers do; the compiler has proven that they stay within 32 bits.
void addProduct(int32_t &sum, int32_t a, int32_t b) {
  sum = static_cast<int32_t>(static_cast<uint32_t>(sum) +
                             static_cast<uint32_t>(a) * static_cast<uint32_t>(b));
}

} // namespace

Product::Product(const Layer &layer, const Population &box) : blocks(countElements(box.sizes)) {
  if (layer.matrix) {
    rows = box.sizes[box.sizes.size() - 2];
    columns = box.sizes.back();
    inner = layer.operands[0].shape.back();
    blocks /= rows * columns;
  }
  for (size_t i = 0; i < 2; ++i)
    for (uint32_t position : listNeurons(takenBy(box, layer, i), layer.operands[i].shape))
      startOf[i].push_back(layer.operands[i].start[position]);
  start();
}

void Product::start() {
  p = startOf[0];
  q = startOf[1];
}

uint64_t Product::advance(const std::vector<int32_t> &dP, const std::vector<int32_t> &dQ,
                          std::vector<int32_t> &change) {
  change.assign(blocks * rows * columns, 0);
  uint64_t multiplications = 0;
  for (uint64_t i = 0; i < dP.size(); ++i) { // dP * Q
    if (dP[i] == 0)
      continue;
    const int32_t *factors = &q[(i / (rows * inner) * inner + i % inner) * columns];
    int32_t *sums = &change[i / inner * columns];
    for (uint64_t column = 0; column < columns; ++column)
      addProduct(sums[column], dP[i], factors[column]);
    addProduct(p[i], dP[i], 1);
    multiplications += columns;
  }
  for (uint64_t i = 0; i < dQ.size(); ++i) { // (P + dP) * dQ
    if (dQ[i] == 0)
      continue;
    uint64_t block = i / (inner * columns), k = i / columns % inner, column = i % columns;
    for (uint64_t row = block * rows; row < (block + 1) * rows; ++row)
      addProduct(change[row * columns + column], p[row * inner + k], dQ[i]);
    addProduct(q[i], dQ[i], 1);
    multiplications += rows;
  }
  return multiplications;
}

} // namespace snnc::core
