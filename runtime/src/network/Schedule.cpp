#include "runtime/src/network/Schedule.h"

#include <cmath>

namespace snn::detail {

double Schedule::stepSize(uint32_t t) const {
  if (!isActive(t))
    return 0;
  uint32_t k = t - start;
  switch (kind) {
  case Kind::Exponential:
    return first * std::pow(ratio, static_cast<double>(k));
  case Kind::Inverse:
    return first / (static_cast<double>(k) + 1);
  case Kind::Constant:
    return first;
  case Kind::Dyadic:
    return std::ldexp(first, -static_cast<int>(k / repeat));
  }
  return 0;
}

} // namespace snn::detail
