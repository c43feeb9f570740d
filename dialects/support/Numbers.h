//===- Numbers: how messages write them -----------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SUPPORT_NUMBERS_H
#define SNNC_DIALECTS_SUPPORT_NUMBERS_H

#include <string>

namespace snnc {

/// As people write it, with six digits: 2, 0.3, 1e-05. (A diagnostic writes a double as 2.000000e+00.)
std::string showNumber(double number);

} // namespace snnc

#endif
