/* Outputs of 8 bits, and classes. */
#include "snn_outputs.h"

SNN_KERNEL void snn_give_bytes(const int32_t *sums, uint32_t first, uint32_t count,
                               snn_numbers multipliers, uint32_t shift, uint32_t drop,
                               uint32_t stride, int8_t *output) {
  uint32_t i, m = first % multipliers.period;
  for (i = 0; i < count; ++i) {
    const int32_t number = snn_rescale(sums[i], multipliers.values[m], shift);
    *output = (int8_t)snn_estimate(number, 1, drop, 127);
    output += stride;
    m = m + 1U == multipliers.period ? 0U : m + 1U;
  }
}

SNN_KERNEL void snn_decode_bytes(const int32_t *sums, snn_numbers multipliers, uint32_t shift,
                                 uint32_t channels, uint32_t plane, uint32_t drop, int8_t *output) {
  uint32_t i;
  for (i = 0; i < plane; ++i) {
    const uint32_t first = i * channels;
    snn_give_bytes(sums + first, first, channels, multipliers, shift, drop, plane, output + i);
  }
}

SNN_KERNEL int32_t snn_follow_class(const int32_t *sums, uint32_t first, uint32_t count,
                                    snn_numbers multipliers, uint32_t shift, int32_t max,
                                    uint16_t *best) {
  uint32_t i, m = first % multipliers.period;
  for (i = 0; i < count; ++i) {
    const int32_t number = snn_rescale(sums[i], multipliers.values[m], shift);
    if (number > max || first + i == 0U) {
      max = number;
      *best = (uint16_t)(first + i);
    }
    m = m + 1U == multipliers.period ? 0U : m + 1U;
  }
  return max;
}

SNN_KERNEL uint16_t snn_decode_class(const int32_t *sums, snn_numbers multipliers, uint32_t shift,
                                     uint32_t count) {
  uint16_t best = 0;
  (void)snn_follow_class(sums, 0, count, multipliers, shift, 0, &best);
  return best;
}
