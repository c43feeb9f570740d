/* Compiles the definition of fixed point as C99. */
#include "snn/fixed.h"

int32_t snn_fixed_as_c(int32_t x);

int32_t snn_fixed_as_c(int32_t x) {
  const int16_t v = snn_charge(snn_requantize(x, 3, 2U), x, 3, 2U);
  const int16_t q = snn_encode(x, 257, -1, 8U);
  static const int16_t table[SNN_TABLE_SIZE] = {0};
  return snn_table(table, q) + snn_rescale(snn_error(v, 2U, q), snn_sign(x, 1), 0U) +
         snn_ternary(x, 5) + snn_approach(x, 4, 3U);
}
