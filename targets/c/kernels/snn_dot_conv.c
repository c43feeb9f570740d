/* A window over all channels, by dot products. */
#include "snn_values.h"

SNN_KERNEL void snn_dot_conv(const snn_dot_window *conv, snn_type type, const void *values,
                             uint32_t y, uint32_t x, int32_t *sums) {
  const snn_window *const w = &conv->window;
  /* Row and column 0 of the window, with the padding before it; what is in the padding is 0. */
  const uint32_t top = y * w->stride_y, left = x * w->stride_x;
  const uint32_t before = left < w->pad_x ? w->pad_x - left : 0U;
  const uint32_t to_end = left < w->in_width + w->pad_x ? w->in_width + w->pad_x - left : 0U;
  const uint32_t end_x = to_end < w->kernel_width ? to_end : w->kernel_width;
  const uint32_t first_x = before < end_x ? before : end_x;
  snn_dot_inputs given;
  uint32_t ky;
  snn_dot_start(&given, &conv->dot, 0, conv->dot.columns, sums);
  for (ky = 0; ky < w->kernel_height; ++ky) {
    if (top + ky >= w->pad_y && top + ky - w->pad_y < w->in_height && first_x < end_x) {
      const size_t pixel =
          (size_t)(top + ky - w->pad_y) * w->in_width + (left + first_x - w->pad_x);
      if (first_x != 0U) {
        snn_dot_pad(&given, first_x * w->in_channels);
      }
      snn_dot_take(&given, type, values, pixel * w->in_channels,
                   (end_x - first_x) * w->in_channels);
      if (end_x < w->kernel_width) {
        snn_dot_pad(&given, (w->kernel_width - end_x) * w->in_channels);
      }
    } else {
      snn_dot_pad(&given, w->kernel_width * w->in_channels);
    }
  }
  snn_dot_finish(&given);
}
