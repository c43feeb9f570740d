/* The raw input where it is, by dot products: channels first, and normalized when it is looked at. */
#include "snn_values.h"

static void push(snn_dot_inputs *given, int16_t value) {
  given->inputs.numbers[given->count] = value;
  ++given->count;
  if (given->count == SNN_DOT_INPUTS) {
    snn_dot_finish(given);
  }
}

SNN_KERNEL void snn_dot_bytes(const snn_dot_window *conv, const int16_t *normalized,
                              const uint8_t *raw, uint32_t y, uint32_t x, int32_t *sums) {
  const snn_window *const w = &conv->window;
  const uint32_t plane = w->in_height * w->in_width;
  snn_dot_inputs given;
  uint32_t ky, kx, c;
  snn_dot_start(&given, &conv->dot, 0, conv->dot.columns, sums);
  for (ky = 0; ky < w->kernel_height; ++ky) {
    /* Where it is in the padding, these are beyond the last row, or the last column. */
    const uint32_t row = y * w->stride_y + ky - w->pad_y;
    for (kx = 0; kx < w->kernel_width; ++kx) {
      const uint32_t column = x * w->stride_x + kx - w->pad_x;
      if (row < w->in_height && column < w->in_width) {
        const uint8_t *from = raw + (size_t)row * w->in_width + column;
        const int16_t *numbers = normalized;
        for (c = 0; c < w->in_channels; ++c) {
          push(&given, numbers[*from]);
          from += plane;
          numbers += 256;
        }
      } else {
        snn_dot_pad(&given, w->in_channels);
      }
    }
  }
  snn_dot_finish(&given);
}

SNN_KERNEL void snn_dot_halves(const snn_dot *dot, const snn_input *input, const int16_t *raw,
                               int32_t *sums) {
  snn_dot_inputs given;
  const int16_t *const end = raw + dot->rows;
  const int32_t *multiplier = input->multipliers, *offset = input->offsets;
  uint32_t rest = input->plane;
  snn_dot_start(&given, dot, 0, dot->columns, sums);
  for (; raw != end; ++raw) {
    push(&given, (int16_t)snn_encode(*raw, *multiplier, *offset, input->shift));
    if (--rest == 0U) {
      rest = input->plane;
      ++multiplier;
      ++offset;
    }
  }
  snn_dot_finish(&given);
}
