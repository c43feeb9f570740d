/* The raw input where it is: channels first, and normalized when it is looked at. */
#include "snn_values.h"

static void add_entry(snn_gather *gather, const uint8_t *row, int32_t value) {
  if (value != 0) {
    gather->entries[gather->count].row = row;
    gather->entries[gather->count].value = value;
    ++gather->count;
    if (gather->count == SNN_ENTRIES) {
      snn_finish(gather);
    }
  }
}

SNN_KERNEL void snn_gather_bytes(const snn_conv *conv, const int16_t *normalized,
                                 const uint8_t *raw, uint32_t y, uint32_t x, int32_t *sums) {
  const snn_window *const w = &conv->window;
  const uint32_t top = y * w->stride_y, left = x * w->stride_x;
  const uint32_t row_bytes = conv->weights.row_bytes;
  const uint32_t plane = w->in_height * w->in_width;
  snn_gather gather;
  uint32_t ky, kx, c;
  gather.weights = &conv->weights;
  gather.shift = conv->shift;
  gather.columns = conv->outputs_per_group;
  gather.count = 0;
  gather.sums = sums;
  for (ky = 0; ky < w->kernel_height; ++ky) {
    if (top + ky < w->pad_y || top + ky - w->pad_y >= w->in_height) {
      continue;
    }
    for (kx = 0; kx < w->kernel_width; ++kx) {
      const uint32_t column = left + kx - w->pad_x;
      const uint8_t *from = raw + (size_t)(top + ky - w->pad_y) * w->in_width + column;
      const uint8_t *row =
          conv->weights.bytes + (size_t)(ky * w->kernel_width + kx) * w->in_channels * row_bytes;
      const int16_t *numbers = normalized;
      if (left + kx < w->pad_x || column >= w->in_width) {
        continue;
      }
      for (c = 0; c < w->in_channels; ++c) {
        add_entry(&gather, row, numbers[*from]);
        from += plane;
        row += row_bytes;
        numbers += 256;
      }
    }
  }
  snn_finish(&gather);
}

SNN_KERNEL void snn_gather_halves(const snn_gemm *gemm, const snn_input *input, const int16_t *raw,
                                  int32_t *sums) {
  snn_gather gather;
  const int16_t *const end = raw + gemm->rows;
  const int32_t *multiplier = input->multipliers, *offset = input->offsets;
  const uint8_t *row = gemm->weights.bytes;
  uint32_t rest = input->plane;
  gather.weights = &gemm->weights;
  gather.shift = gemm->shift;
  gather.columns = gemm->columns;
  gather.count = 0;
  gather.sums = sums;
  for (; raw != end; ++raw, row += gemm->weights.row_bytes) {
    add_entry(&gather, row, snn_encode(*raw, *multiplier, *offset, input->shift));
    if (--rest == 0U) {
      rest = input->plane;
      ++multiplier;
      ++offset;
    }
  }
  snn_finish(&gather);
}

#ifdef SNN_TRACE_EVENTS
/* For tests: the events of the input, from element to element as they are stored. */
static void trace_element(const snn_input *input, uint32_t element, int32_t value) {
  const uint32_t channel = element / input->plane, pixel = element % input->plane;
  if (value != 0) {
    SNN_EVENT(input->channels_last != 0U ? pixel * input->channels + channel : element, value);
  }
}

SNN_KERNEL void snn_trace_bytes(const snn_input *input, const int16_t *normalized,
                                const uint8_t *raw) {
  uint32_t i;
  for (i = 0; i < input->channels * input->plane; ++i) {
    trace_element(input, i, normalized[i / input->plane * 256U + raw[i]]);
  }
}

SNN_KERNEL void snn_trace_halves(const snn_input *input, const int16_t *raw) {
  uint32_t i;
  for (i = 0; i < input->channels * input->plane; ++i) {
    const uint32_t channel = i / input->plane;
    trace_element(
        input, i,
        snn_encode(raw[i], input->multipliers[channel], input->offsets[channel], input->shift));
  }
}
#endif
