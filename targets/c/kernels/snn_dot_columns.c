/* Some columns of a matrix by dot products. */
#include "snn_values.h"

SNN_KERNEL void snn_dot_columns(const snn_dot *dot, snn_type type, const void *values,
                                uint32_t first, uint32_t count, int32_t *sums) {
  snn_dot_inputs given;
  snn_dot_start(&given, dot, first, count, sums);
  snn_dot_take(&given, type, values, 0, dot->rows);
  snn_dot_finish(&given);
}
