//===- Functions: what neurons compare their estimate with --------------------------------------------------===//
//
// One struct per function: how many operands it takes, whether y = f(x) counts as too high (the tie
// rules of the paper's code), and its value. Adding a function is adding a struct and its line in
// `withFunction`.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_FUNCTIONS_H
#define SNN_SRC_FUNCTIONS_H

#include "runtime/src/Network.h"
#include <algorithm>

namespace snn::detail {

struct Relu {
  static constexpr bool kIsBinary = false, kTieIsAbove = true;
  template <typename T>
  static T evaluate(T x, T) {
    return x > 0 ? x : x * 0; // NaN stays NaN
  }
};

struct Max {
  static constexpr bool kIsBinary = true, kTieIsAbove = false;
  template <typename T>
  static T evaluate(T a, T b) {
    return a < b ? b : a;
  }
};

/// Calls `visit` with the struct of `function`.
template <typename Visit>
auto withFunction(Function function, Visit visit) {
  return function == Function::Max ? visit(Max()) : visit(Relu());
}

} // namespace snn::detail

#endif
