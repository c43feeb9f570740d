/* Products of two arrays of values. */
#include "snn_values.h"

SNN_KERNEL void snn_gather_mul(snn_type p_type, const void *p, snn_type q_type, const void *q,
                               uint32_t pixel, uint32_t count, int32_t *sums) {
  const size_t first = (size_t)pixel * count;
  uint32_t i;
  for (i = 0; i < count; ++i) {
    sums[i] += snn_get_value(p_type, p, first + i) * snn_get_value(q_type, q, first + i);
  }
}

/* The sum of `inner` products of every p_step-th value of p, from p_at on, and every q_step-th of q. */
static int32_t multiply_row(const snn_matmul *matmul, snn_type p_type, const void *p, size_t p_at,
                            snn_type q_type, const void *q, size_t q_at) {
  const uint32_t p_step = matmul->lhs.column, q_step = matmul->rhs.row;
  int32_t sum = 0;
  uint32_t k;
  if (p_type == SNN_I16 && q_type == SNN_I16) {
    const int16_t *a = (const int16_t *)p + p_at, *b = (const int16_t *)q + q_at;
    for (k = matmul->inner; k != 0U; --k) {
      sum += *a * *b;
      a += p_step;
      b += q_step;
    }
    return sum;
  }
  for (k = 0; k < matmul->inner; ++k) {
    sum += snn_get_value(p_type, p, p_at) * snn_get_value(q_type, q, q_at);
    p_at += p_step;
    q_at += q_step;
  }
  return sum;
}

SNN_KERNEL void snn_gather_matmul(const snn_matmul *matmul, snn_type p_type, const void *p,
                                  snn_type q_type, const void *q, uint32_t pixel, uint32_t count,
                                  int32_t *sums) {
  const uint32_t is_last = matmul->out.column != 1U ? 1U : 0U; /* channels are */
  const uint32_t line = is_last != 0U ? pixel : pixel * count;
  const uint32_t column = line % matmul->columns;
  const uint32_t row = line / matmul->columns % matmul->rows;
  const uint32_t batch = is_last != 0U ? 0U : line / matmul->columns / matmul->rows;
  size_t p_at = (size_t)batch * matmul->lhs.batch + (size_t)row * matmul->lhs.row;
  size_t q_at = (size_t)batch * matmul->rhs.batch + (size_t)column * matmul->rhs.column;
  uint32_t i;
  for (i = 0; i < count; ++i) {
    sums[i] += multiply_row(matmul, p_type, p, p_at, q_type, q, q_at);
    p_at += is_last != 0U ? matmul->lhs.batch : 0U;
    q_at += is_last != 0U ? matmul->rhs.batch : matmul->rhs.column;
  }
}
