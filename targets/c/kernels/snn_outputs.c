/* Outputs of 8 bits, and classes. */
#include "snn_outputs.h"

SNN_KERNEL void snn_decode_bytes(const int32_t *sums, snn_numbers multipliers, uint32_t shift,
                                 uint32_t channels, uint32_t plane, uint32_t drop, int8_t *output) {
  uint32_t c, i;
  for (c = 0; c < channels; ++c) {
    for (i = 0; i < plane; ++i) {
      const uint32_t at = i * channels + c;
      const int32_t number =
          snn_rescale(sums[at], multipliers.values[at % multipliers.period], shift);
      *output++ = (int8_t)snn_estimate(number, 1, drop, 127);
    }
  }
}

SNN_KERNEL uint16_t snn_decode_class(const int32_t *sums, snn_numbers multipliers, uint32_t shift,
                                     uint32_t count) {
  int32_t most = snn_rescale(sums[0], multipliers.values[0], shift);
  uint32_t i, best = 0;
  for (i = 1; i < count; ++i) {
    const int32_t number = snn_rescale(sums[i], multipliers.values[i % multipliers.period], shift);
    if (number > most) {
      most = number;
      best = i;
    }
  }
  return (uint16_t)best;
}
