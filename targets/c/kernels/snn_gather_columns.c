/* Some columns of a matrix. */
#include "snn_values.h"

SNN_KERNEL void snn_gather_columns(const snn_gemm *gemm, snn_type type, const void *values,
                                   uint32_t first, uint32_t count, int32_t *sums) {
  snn_gather gather;
  gather.weights = &gemm->weights;
  gather.shift = gemm->shift;
  gather.columns = count;
  gather.count = 0;
  gather.sums = sums;
  snn_collect(&gather, type, values, 0, gemm->rows,
              gemm->weights.bytes + (size_t)first * gemm->weights.bits / 8U);
  snn_finish(&gather);
}
