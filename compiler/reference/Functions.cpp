#include "compiler/reference/Functions.h"

#include <algorithm>
#include <cmath>

using llvm::ArrayRef;

namespace snnc::reference {

using snn::Function;

double evaluate(Function function, ArrayRef<double> x, ArrayRef<double> p) {
  switch (function) {
  case Function::Relu:
    return std::max(x[0], 0.0);
  case Function::Max:
    return std::max(x[0], x[1]);
  case Function::Min:
    return std::min(x[0], x[1]);
  case Function::LeakyRelu:
    return x[0] < 0 ? p[0] * x[0] : x[0];
  case Function::Gelu:
    return 0.5 * x[0] * std::erfc(-x[0] / std::sqrt(2.0));
  case Function::GeluSigmoid:
    return x[0] / (1 + std::exp(-1.702 * x[0]));
  case Function::Silu:
    return x[0] / (1 + std::exp(-x[0]));
  case Function::HardSwish:
    return x[0] * std::min(std::max(x[0] / 6 + 0.5, 0.0), 1.0);
  case Function::HardSigmoid:
    return std::min(std::max(p[0] * x[0] + p[1], 0.0), 1.0);
  case Function::Sigmoid:
    return 1 / (1 + std::exp(-x[0]));
  case Function::Tanh:
    return std::tanh(x[0]);
  case Function::Elu:
    return x[0] < 0 ? p[0] * (std::exp(x[0]) - 1) : x[0];
  case Function::Softplus:
    return x[0] > 30 ? x[0] : std::log(1 + std::exp(x[0]));
  case Function::Clip:
    return std::min(std::max(x[0], p[0]), p[1]);
  case Function::Exp:
    return std::exp(x[0]);
  case Function::Sqrt:
    return std::sqrt(std::max(x[0], 0.0));
  case Function::Square:
    return x[0] * x[0];
  case Function::Abs:
    return std::abs(x[0]);
  case Function::Reciprocal:
    return 1 / std::max(x[0], 0.0);
  case Function::Mul:
    return x[0] * x[1];
  case Function::Div:
    return x[0] / std::max(x[1], 0.0);
  case Function::Erf:
    return std::erf(x[0]);
  case Function::Mish:
    return x[0] * std::tanh(std::log1p(std::exp(x[0])));
  case Function::Softsign:
    return x[0] / (1 + std::abs(x[0]));
  case Function::Log:
    return std::log(std::max(x[0], 0.0));
  case Function::Sin:
    return std::sin(x[0]);
  case Function::Cos:
    return std::cos(x[0]);
  case Function::Sign:
    return x[0] == 0 ? 0 : std::copysign(1.0, x[0]);
  case Function::Floor:
    return std::floor(x[0]);
  case Function::Ceil:
    return std::ceil(x[0]);
  case Function::Round:
    return std::nearbyint(x[0]);
  case Function::ThresholdedRelu:
    return x[0] > p[0] ? x[0] : 0;
  case Function::Shrink:
    return std::abs(x[0]) > p[0] ? x[0] - std::copysign(p[1], x[0]) : 0;
  case Function::Norm:
  case Function::NormUnclamped:
    return x[0] / std::sqrt(std::max(x[1] + p[0], 0.0));
  }
  return 0;
}

double compare(Function function, double estimate, ArrayRef<double> x, ArrayRef<double> p) {
  switch (function) {
  case Function::Reciprocal:
    return estimate * std::max(x[0], 0.0) - 1;
  case Function::Softsign:
    return estimate * (1 + std::abs(x[0])) - x[0];
  case Function::Div:
    return estimate * std::max(x[1], 0.0) - x[0];
  case Function::NormUnclamped:
    if (x[1] + p[0] < 0)
      return -1;
    [[fallthrough]];
  case Function::Norm:
    return estimate * std::sqrt(std::max(x[1] + p[0], 0.0)) - x[0];
  default:
    return estimate - evaluate(function, x, p);
  }
}

} // namespace snnc::reference
