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

/* What a neuron ends at whose sum is above 0. */
static uint32_t end_relu(const snn_closed *closed, int32_t sum, int32_t multiplier) {
  const uint32_t product = snn_multiply_high((uint32_t)sum << closed->left, (uint32_t)multiplier);
  const uint32_t h = product > closed->max ? closed->max : product;
  uint32_t end =
      ((h + closed->offsets[0]) >> closed->shift) + ((h + closed->offsets[1]) >> closed->shift);
  uint32_t i;
  for (i = 2; i < closed->count; ++i) {
    end += (h + closed->offsets[i]) >> closed->shift;
  }
  return end;
}

/* Of bytes, and two offsets: what most networks have. Sums of 0 and below end at 0. */
static void end_bytes(const snn_closed *closed, const int32_t *sums, const int32_t *multiplier,
                      uint32_t step, uint32_t count, uint8_t *values) {
  const uint32_t a = closed->offsets[0], b = closed->offsets[1];
  const uint32_t shift = closed->shift, max = closed->max, left = closed->left;
  const uint8_t *const end = values + count;
  for (; values != end; ++values, ++sums, multiplier += step) {
    uint32_t h = 0;
    if (*sums > 0) {
      h = snn_multiply_high((uint32_t)*sums << left, (uint32_t)*multiplier);
      h = h > max ? max : h;
      h = ((h + a) >> shift) + ((h + b) >> shift);
    }
    *values = (uint8_t)h;
  }
}

/* Up to a period of the multipliers. */
static void end_part(const snn_closed *closed, const int32_t *sums, uint32_t count, snn_type type,
                     void *values, size_t first) {
  const int32_t *multiplier = closed->multipliers.values;
  const uint32_t step = closed->multipliers.period == 1U ? 0U : 1U;
  uint32_t i;
  if (type == SNN_U8 && closed->count == 2U) {
    end_bytes(closed, sums, multiplier, step, count, (uint8_t *)values + first);
    return;
  }
  for (i = 0; i < count; ++i, multiplier += step) {
    const uint32_t end = sums[i] > 0 ? end_relu(closed, sums[i], *multiplier) : 0U;
    if (type == SNN_I16) {
      ((int16_t *)values)[first + i] = (int16_t)end;
    } else {
      ((uint8_t *)values)[first + i] = (uint8_t)end;
    }
  }
}

SNN_KERNEL void snn_end_relu(const snn_closed *closed, const int32_t *sums, uint32_t count,
                             snn_type type, void *values, size_t first) {
  const uint32_t period = closed->multipliers.period;
  while (count != 0U) {
    const uint32_t part = period == 1U || count < period ? count : period;
    end_part(closed, sums, part, type, values, first);
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
    } else if (type == SNN_I16) {
      ((int16_t *)values)[first + i] = (int16_t)numbers[i];
    } else {
      ((int32_t *)values)[first + i] = numbers[i];
    }
  }
}

SNN_KERNEL void snn_deliver_values(snn_synapse *synapse, const void *table, snn_type type,
                                   const void *values, uint32_t count, int32_t *sums) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    const int32_t value = snn_get_value(type, values, i);
    if (value != 0) {
      synapse(table, i, value, sums);
    }
  }
}

SNN_KERNEL void snn_deliver_pixel(snn_synapse *synapse, const void *table, const int32_t *pixel,
                                  uint32_t first, uint32_t count, int32_t *sums) {
  const uint32_t end = first + count;
  for (; first != end; ++first, ++pixel) {
    if (*pixel != 0) {
      synapse(table, first, *pixel, sums);
    }
  }
}
