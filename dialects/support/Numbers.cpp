#include "dialects/support/Numbers.h"

#include <cstdio>

namespace snnc {

std::string showNumber(double number) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g", number);
  return text;
}

} // namespace snnc
