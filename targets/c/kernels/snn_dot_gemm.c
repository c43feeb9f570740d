/* A matrix, or a window of a single place, by dot products. */
#include "snn_values.h"

SNN_KERNEL void snn_dot_gemm(const snn_dot *dot, snn_type type, const void *values, uint32_t pixel,
                             int32_t *sums) {
  snn_dot_inputs given;
  snn_dot_start(&given, dot, 0, dot->columns, sums);
  snn_dot_take(&given, type, values, (size_t)pixel * dot->rows, dot->rows);
  snn_dot_finish(&given);
}
