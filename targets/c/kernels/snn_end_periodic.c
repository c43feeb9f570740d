/* From the sums of a pixel to what its neurons send in the end, by a table of one period of it. */
#include "snn_values.h"

/* What a neuron ends at whose sum is above 0. */
static uint32_t end_positive(const snn_periodic *periodic, int32_t sum, int32_t multiplier) {
  const uint32_t size = (uint32_t)1 << periodic->bits;
  uint32_t v = snn_multiply_high((uint32_t)sum << periodic->left, (uint32_t)multiplier);
  uint32_t period;
  v = v > periodic->max ? periodic->max : v;
  v = (v + ((uint32_t)1 << (periodic->shift - 1U))) >> periodic->shift;
  period = v >> periodic->bits;
  v = (v & (size - 1U)) + (period == periodic->last ? size : 0U);
  return periodic->rise * period + periodic->treads[v];
}

SNN_KERNEL void snn_end_periodic(const snn_periodic *periodic, const int32_t *sums, uint32_t count,
                                 snn_type type, void *values, size_t first) {
  const snn_numbers *const multipliers = &periodic->multipliers;
  uint32_t i, m = 0;
  for (i = 0; i < count; ++i) {
    const uint32_t end = sums[i] > 0 ? end_positive(periodic, sums[i], multipliers->values[m]) : 0U;
    if (type == SNN_I16) {
      ((int16_t *)values)[first + i] = (int16_t)end;
    } else {
      ((uint8_t *)values)[first + i] = (uint8_t)end;
    }
    m = m + 1U == multipliers->period ? 0U : m + 1U;
  }
}
