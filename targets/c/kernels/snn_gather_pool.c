/* Means of windows, and pixels by themselves. */
#include "snn_values.h"

/* sums[i] += share * values[first + i]. */
static void add_share(snn_type type, const void *values, size_t first, uint32_t count,
                      int32_t share, int32_t *sums) {
  uint32_t i;
  if (type == SNN_U8) {
    const uint8_t *const from = (const uint8_t *)values + first;
    for (i = 0; i < count; ++i) {
      sums[i] += from[i] * share;
    }
  } else if (type == SNN_I8) {
    const int8_t *const from = (const int8_t *)values + first;
    for (i = 0; i < count; ++i) {
      sums[i] += from[i] * share;
    }
  } else if (type == SNN_I16) {
    const int16_t *const from = (const int16_t *)values + first;
    for (i = 0; i < count; ++i) {
      sums[i] += from[i] * share;
    }
  } else {
    const int32_t *const from = (const int32_t *)values + first;
    for (i = 0; i < count; ++i) {
      sums[i] += from[i] * share;
    }
  }
}

SNN_KERNEL void snn_gather_pool(const snn_pool *pool, snn_type type, const void *values, uint32_t y,
                                uint32_t x, int32_t *sums) {
  const snn_window *const w = &pool->window;
  const int32_t share = pool->shares[y * w->out_width + x];
  uint32_t ky, kx;
  for (ky = 0; ky < w->kernel_height; ++ky) {
    const uint32_t row = y * w->stride_y + ky * w->dilation_y;
    for (kx = 0; kx < w->kernel_width; ++kx) {
      const uint32_t column = x * w->stride_x + kx * w->dilation_x;
      if (row >= w->pad_y && row - w->pad_y < w->in_height && column >= w->pad_x &&
          column - w->pad_x < w->in_width) {
        const size_t pixel = (size_t)(row - w->pad_y) * w->in_width + (column - w->pad_x);
        add_share(type, values, pixel * w->in_channels, w->in_channels, share, sums);
      }
    }
  }
}

SNN_KERNEL void snn_gather_map(snn_numbers factors, snn_type type, const void *values,
                               uint32_t pixel, uint32_t count, int32_t *sums) {
  const size_t first = (size_t)pixel * count;
  uint32_t i, k;
  if (factors.values == NULL) {
    add_share(type, values, first, count, 1, sums);
    return;
  }
  k = (uint32_t)(first % factors.period);
  for (i = 0; i < count; ++i) {
    add_share(type, values, first + i, 1U, factors.values[k], sums + i);
    k = k + 1U == factors.period ? 0U : k + 1U;
  }
}
