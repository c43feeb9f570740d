/* From sums to what they are passed on as. */
#include "snn_values.h"

SNN_KERNEL void snn_round(const snn_rounding *rounding, int32_t *sums, uint32_t first,
                          uint32_t count) {
  const snn_numbers *const multipliers = &rounding->multipliers;
  uint32_t i, m = first % multipliers->period;
  for (i = 0; i < count; ++i) {
    sums[i] = snn_estimate(sums[i], multipliers->values[m], rounding->shift, rounding->limit);
    m = m + 1U == multipliers->period ? 0U : m + 1U;
  }
}
