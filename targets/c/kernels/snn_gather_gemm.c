/* A matrix, or a window of a single place. */
#include "snn_values.h"

SNN_KERNEL void snn_gather_gemm(const snn_gemm *gemm, snn_type type, const void *values,
                                uint32_t pixel, int32_t *sums) {
  snn_gather gather;
  gather.weights = &gemm->weights;
  gather.shift = gemm->shift;
  gather.columns = gemm->columns;
  gather.count = 0;
  gather.sums = sums;
  snn_collect(&gather, type, values, (size_t)pixel * gemm->rows, gemm->rows, gemm->weights.bytes);
  snn_finish(&gather);
}
