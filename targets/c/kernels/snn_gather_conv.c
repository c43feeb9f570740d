/* A window over all channels. */
#include "snn_values.h"

SNN_KERNEL void snn_gather_conv(const snn_conv *conv, snn_type type, const void *values, uint32_t y,
                                uint32_t x, int32_t *sums) {
  const snn_window *const w = &conv->window;
  /* Row and column 0 of the window, with the padding before it; taps in the padding are left out. */
  const uint32_t top = y * w->stride_y, left = x * w->stride_x;
  const uint32_t first_x = left < w->pad_x ? w->pad_x - left : 0U;
  const uint32_t to_end = w->in_width + w->pad_x - left;
  const uint32_t end_x = to_end < w->kernel_width ? to_end : w->kernel_width;
  const uint32_t row_size = w->in_channels * conv->weights.row_bytes;
  snn_gather gather;
  uint32_t ky;
  gather.weights = &conv->weights;
  gather.shift = conv->shift;
  gather.columns = conv->outputs_per_group;
  gather.count = 0;
  gather.sums = sums;
  if (left >= w->in_width + w->pad_x || first_x >= end_x) {
    return;
  }
  for (ky = 0; ky < w->kernel_height; ++ky) {
    if (top + ky >= w->pad_y && top + ky - w->pad_y < w->in_height) {
      const size_t pixel =
          (size_t)(top + ky - w->pad_y) * w->in_width + (left + first_x - w->pad_x);
      snn_collect(&gather, type, values, pixel * w->in_channels, (end_x - first_x) * w->in_channels,
                  conv->weights.bytes + (size_t)(ky * w->kernel_width + first_x) * row_size);
    }
  }
  snn_finish(&gather);
}
