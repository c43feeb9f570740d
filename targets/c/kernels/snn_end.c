/* From the sums of a pixel to what its neurons send in the end, without steps. */
#include "snn_values.h"

SNN_KERNEL void snn_start_pixel(snn_numbers start, uint32_t first, uint32_t count, int32_t *sums) {
  uint32_t k = start.period == count ? 0U : first % start.period;
  while (count != 0U) {
    const uint32_t rest = start.period - k;
    const uint32_t part = count < rest ? count : rest;
    const int32_t *from = start.values + k;
    int32_t *const end = sums + part;
    while (sums != end) {
      *sums++ = *from++;
    }
    count -= part;
    k = 0;
  }
}

/* x * m / 2^32, rounded down. */
static uint32_t multiply_high(uint32_t x, uint32_t m) {
#if defined(__ARM_ARCH_6M__)
  /* Without a long multiplication: most sums have 16 bits. */
  if (x < 65536U) {
    return (x * (m >> 16U) + (x * (m & 65535U) >> 16U)) >> 16U;
  }
#endif
  return (uint32_t)((uint64_t)x * m >> 32U);
}

static int32_t end_relu(const snn_closed *closed, int32_t sum, int32_t multiplier) {
  uint32_t h;
  if (sum <= 0) {
    h = 0;
  } else {
    h = multiply_high((uint32_t)sum << closed->left, (uint32_t)multiplier);
    h = h > closed->max ? closed->max : h;
  }
  return (int32_t)(((h + closed->a) >> closed->shift) + ((h + closed->b) >> closed->shift));
}

static void end_u8(const snn_closed *closed, const int32_t *sums, const int32_t *multiplier,
                   uint32_t step, uint32_t count, uint8_t *values) {
  const uint8_t *const end = values + count;
  const uint8_t silent = (uint8_t)end_relu(closed, 0, 0);
  while (values != end) {
    const int32_t sum = *sums++;
    *values++ = sum <= 0 ? silent : (uint8_t)end_relu(closed, sum, *multiplier);
    multiplier += step;
  }
}

SNN_KERNEL void snn_end_relu(const snn_closed *closed, const int32_t *sums, uint32_t count,
                             snn_type type, void *values, size_t first) {
  const uint32_t period = closed->multipliers.period;
  while (count != 0U) {
    const uint32_t part = period == 1U || count < period ? count : period;
    const int32_t *multiplier = closed->multipliers.values;
    const uint32_t step = period == 1U ? 0U : 1U;
    uint32_t i;
    if (type == SNN_U8) {
      end_u8(closed, sums, multiplier, step, part, (uint8_t *)values + first);
    } else if (type == SNN_I8) {
      for (i = 0; i < part; ++i) {
        ((int8_t *)values)[first + i] = (int8_t)end_relu(closed, sums[i], multiplier[i * step]);
      }
    } else {
      for (i = 0; i < part; ++i) {
        ((int16_t *)values)[first + i] = (int16_t)end_relu(closed, sums[i], multiplier[i * step]);
      }
    }
    first += part;
    sums += part;
    count -= part;
  }
}

SNN_KERNEL void snn_store(const int32_t *numbers, uint32_t count, snn_type type, void *values,
                          size_t first) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    if (type == SNN_U8) {
      ((uint8_t *)values)[first + i] = (uint8_t)numbers[i];
    } else if (type == SNN_I8) {
      ((int8_t *)values)[first + i] = (int8_t)numbers[i];
    } else {
      ((int16_t *)values)[first + i] = (int16_t)numbers[i];
    }
  }
}

SNN_KERNEL void snn_deliver_values(snn_synapse *synapse, const void *table, snn_type type,
                                   const void *values, uint32_t count, int32_t *sums) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    const int32_t value = type == SNN_U8   ? ((const uint8_t *)values)[i]
                          : type == SNN_I8 ? ((const int8_t *)values)[i]
                                           : ((const int16_t *)values)[i];
    if (value != 0) {
      synapse(table, i, value, sums);
    }
  }
}
