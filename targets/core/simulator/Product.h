//===- Product: a product of two estimates, kept by their changes -------------------------------------===//
//
// Of two operands P and Q, element by element or as matrices. Changes dP and dQ of a step change the product
// by dP * Q + (P + dP) * dQ, exactly, so that work follows what changed.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_SIMULATOR_PRODUCT_H
#define SNNC_TARGETS_CORE_SIMULATOR_PRODUCT_H

#include "targets/core/simulator/Program.h"

namespace snnc::core {

class Product {
public:
  /// The elements of the product in `box` of `layer`, a LayerKind::Product.
  Product(const Layer &layer, const Population &box);

  /// Back to the start of both operands.
  void start();
  /// Takes the changes of both operands, row-major in what the box takes of them, and returns the number of
  /// multiplications. `change` is how much each element of the box changed.
  uint64_t advance(const std::vector<int32_t> &dP, const std::vector<int32_t> &dQ,
                   std::vector<int32_t> &change);

private:
  uint64_t blocks = 1, rows = 1, inner = 1,
           columns = 1; ///< blocks of matrices; all 1 but blocks: elements
  std::vector<int32_t> startOf[2], p, q;
};

} // namespace snnc::core

#endif
