//===- Functions: how neurons compare their estimate with f(x) ----------------------------------------------===//
//
// One struct per line of snn/Functions.def, with the function's value and, where that would divide or
// take a root, a comparison without:
//
//   value(x, p)          f(x), in the ANN and in a direct comparison
//   difference(e, x, p)  a number with the sign of e - f(x), 0 in a tie; only with kComparesIndirectly
//
// `x` are the estimates of the operands, `p` the parameters. Everything is a template of its number
// type and small enough to be inlined into the loop over a population.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_KERNELS_FUNCTIONS_H
#define SNN_SRC_KERNELS_FUNCTIONS_H

#include "snn/Functions.h"
#include <algorithm>
#include <cmath>

namespace snn::detail {

/// Compared by value.
struct Direct {
  static constexpr bool kComparesIndirectly = false;
  static constexpr bool kIsArithmetic = true;
};
/// The same, by functions of the mathematical library: vectors are no help.
struct Library : Direct {
  static constexpr bool kIsArithmetic = false;
};
/// Compared without its value (SNN-F2); an operand that must be positive counts as 0 below (SNN-F1).
struct Indirect {
  static constexpr bool kComparesIndirectly = true;
  static constexpr bool kIsArithmetic = true;
};

/// 1 / (1 + exp(-x)), without overflow.
template <typename T>
T sigmoid(T x) {
  T power = std::exp(-std::abs(x));
  return (x >= 0 ? T{1} : power) / (1 + power);
}

/// std::clamp by values, which compilers do by vectors.
template <typename T>
T clip(T x, T min, T max) {
  const T above = x < min ? min : x;
  return max < above ? max : above;
}

/// The square with the sign of its root: it keeps the order of numbers.
template <typename T>
T squareKeepingSign(T x) {
  return x * std::abs(x);
}

struct Relu : Direct {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[0] > 0 ? x[0] : x[0] * 0; // NaN stays NaN
  }
};

struct Max : Direct {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[0] < x[1] ? x[1] : x[0];
  }
};

struct Min : Direct {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[1] < x[0] ? x[1] : x[0];
  }
};

struct LeakyRelu : Direct {
  template <typename T>
  static T value(const T *x, const T *p) {
    return x[0] >= 0 ? x[0] : p[0] * x[0];
  }
};

struct Gelu : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[0] * std::erfc(x[0] * static_cast<T>(-M_SQRT1_2)) / 2;
  }
};

struct GeluSigmoid : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[0] * sigmoid(static_cast<T>(1.702) * x[0]);
  }
};

struct Silu : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[0] * sigmoid(x[0]);
  }
};

struct HardSwish : Direct {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[0] * clip(x[0] / 6 + T{0.5}, T{0}, T{1});
  }
};

struct HardSigmoid : Direct {
  template <typename T>
  static T value(const T *x, const T *p) {
    return clip(p[0] * x[0] + p[1], T{0}, T{1});
  }
};

struct Sigmoid : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    return sigmoid(x[0]);
  }
};

struct Tanh : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::tanh(x[0]);
  }
};

struct Elu : Library {
  template <typename T>
  static T value(const T *x, const T *p) {
    return x[0] >= 0 ? x[0] : p[0] * std::expm1(x[0]);
  }
};

struct Softplus : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::max(x[0], T{0}) + std::log1p(std::exp(-std::abs(x[0])));
  }
};

struct Clip : Direct {
  template <typename T>
  static T value(const T *x, const T *p) {
    return clip(x[0], p[0], p[1]);
  }
};

struct Exp : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::exp(x[0]);
  }
};

/// e > sqrt(x) where e |e| > x.
struct Sqrt : Indirect {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::sqrt(std::max(x[0], T{0}));
  }
  template <typename T>
  static T difference(T e, const T *x, const T *) {
    return squareKeepingSign(e) - std::max(x[0], T{0});
  }
};

struct Square : Direct {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[0] * x[0];
  }
};

struct Abs : Direct {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::abs(x[0]);
  }
};

/// e > 1 / x where e x > 1.
struct Reciprocal : Indirect {
  template <typename T>
  static T value(const T *x, const T *) {
    return 1 / std::max(x[0], T{0});
  }
  template <typename T>
  static T difference(T e, const T *x, const T *) {
    return e * std::max(x[0], T{0}) - 1;
  }
};

struct Mul : Direct {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[0] * x[1];
  }
};

/// e > a / b where e b > a.
struct Div : Indirect {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[0] / std::max(x[1], T{0});
  }
  template <typename T>
  static T difference(T e, const T *x, const T *) {
    return e * std::max(x[1], T{0}) - x[0];
  }
};

/// e > x / sqrt(v + epsilon) where e |e| (v + epsilon) > x |x|.
struct Norm : Indirect {
  template <typename T>
  static T value(const T *x, const T *p) {
    return x[0] / std::sqrt(std::max(x[1] + p[0], T{0}));
  }
  template <typename T>
  static T difference(T e, const T *x, const T *p) {
    return squareKeepingSign(e) * std::max(x[1] + p[0], T{0}) - squareKeepingSign(x[0]);
  }
};

/// The same, as the paper's code compares it: the root of a negative number is no number, no comparison with
/// it holds, and the estimate counts as too small.
struct NormUnclamped : Norm {
  template <typename T>
  static T difference(T e, const T *x, const T *p) {
    return x[1] + p[0] < 0 ? T{-1} : Norm::difference(e, x, p);
  }
};

struct Erf : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::erf(x[0]);
  }
};

/// x tanh(softplus(x)): with w = exp(x), tanh(log(1 + w)) is w (w + 2) / (w (w + 2) + 2). Above 0 both are
/// divided by the square of w, which could overflow.
struct Mish : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    T power = std::exp(-std::abs(x[0])); // of -x above 0, of x below
    T above = x[0] >= 0 ? 1 + 2 * power : power * (power + 2);
    return x[0] * above / (above + 2 * (x[0] >= 0 ? power * power : T{1}));
  }
};

/// e > x / (1 + |x|) where e (1 + |x|) > x.
struct Softsign : Indirect {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[0] / (1 + std::abs(x[0]));
  }
  template <typename T>
  static T difference(T e, const T *x, const T *) {
    return e * (1 + std::abs(x[0])) - x[0];
  }
};

struct Log : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::log(std::max(x[0], T{0}));
  }
};

struct Sin : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::sin(x[0]);
  }
};

struct Cos : Library {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::cos(x[0]);
  }
};

struct Sign : Direct {
  template <typename T>
  static T value(const T *x, const T *) {
    return x[0] > 0 ? T{1} : x[0] < 0 ? T{-1} : x[0]; // NaN stays NaN
  }
};

struct Floor : Direct {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::floor(x[0]);
  }
};

struct Ceil : Direct {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::ceil(x[0]);
  }
};

/// To the nearest integer, halves to the even one.
struct Round : Direct {
  template <typename T>
  static T value(const T *x, const T *) {
    return std::nearbyint(x[0]);
  }
};

struct ThresholdedRelu : Direct {
  template <typename T>
  static T value(const T *x, const T *p) {
    return x[0] > p[0] ? x[0] : x[0] * 0; // NaN stays NaN
  }
};

struct Shrink : Direct {
  template <typename T>
  static T value(const T *x, const T *p) {
    return x[0] > p[0] ? x[0] - p[1] : x[0] < -p[0] ? x[0] + p[1] : x[0] * 0; // NaN stays NaN
  }
};

/// A function's struct with its line of the table.
template <Function function, typename F>
struct Entry : F {
  static constexpr bool kTieIsAbove = getInfo(function).tie == Tie::Above;
  static constexpr bool kIsBinary = getInfo(function).operands == 2;
};

/// Calls `visit` with the Entry of `function`.
template <typename Visit>
auto withFunction(Function function, Visit visit) {
  switch (function) {
#define SNN_FUNCTION(Case, ...)                                                                    \
  case Function::Case:                                                                             \
    return visit(Entry<Function::Case, Case>());
#include "snn/Functions.def"
  }
  return visit(Entry<Function::Relu, Relu>());
}

} // namespace snn::detail

#endif
