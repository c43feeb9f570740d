/* A window that slides over each channel by itself. */
#include "snn_values.h"

/* The taps of a pixel: the first one's place among the values and its weights, and how far it is to the next
 * column and row of them. */
typedef struct {
  size_t first;
  const uint8_t *row;
  uint32_t rows, columns;
  uint32_t value_step, value_jump, row_step, row_jump; /* jump: from the end of a row to the next */
} snn_taps;

/* Four channels of values of a type, and 8-bit weights. */
static void add_four_u8(const snn_taps *taps, const uint8_t *values, uint32_t channel,
                        int32_t *sums) {
  const uint8_t *value = values + taps->first + channel;
  const int8_t *weight = (const int8_t *)taps->row + channel;
  int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
  uint32_t rows = taps->rows, columns;
  do {
    columns = taps->columns;
    do {
      a += value[0] * weight[0];
      b += value[1] * weight[1];
      c += value[2] * weight[2];
      d += value[3] * weight[3];
      value += taps->value_step;
      weight += taps->row_step;
    } while (--columns != 0U);
    value += taps->value_jump;
    weight += taps->row_jump;
  } while (--rows != 0U);
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}

static void add_four_i8(const snn_taps *taps, const int8_t *values, uint32_t channel,
                        int32_t *sums) {
  const int8_t *value = values + taps->first + channel;
  const int8_t *weight = (const int8_t *)taps->row + channel;
  int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
  uint32_t rows = taps->rows, columns;
  do {
    columns = taps->columns;
    do {
      a += value[0] * weight[0];
      b += value[1] * weight[1];
      c += value[2] * weight[2];
      d += value[3] * weight[3];
      value += taps->value_step;
      weight += taps->row_step;
    } while (--columns != 0U);
    value += taps->value_jump;
    weight += taps->row_jump;
  } while (--rows != 0U);
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}

static void add_four_i16(const snn_taps *taps, const int16_t *values, uint32_t channel,
                         int32_t *sums) {
  const int16_t *value = values + taps->first + channel;
  const int8_t *weight = (const int8_t *)taps->row + channel;
  int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
  uint32_t rows = taps->rows, columns;
  do {
    columns = taps->columns;
    do {
      a += value[0] * weight[0];
      b += value[1] * weight[1];
      c += value[2] * weight[2];
      d += value[3] * weight[3];
      value += taps->value_step;
      weight += taps->row_step;
    } while (--columns != 0U);
    value += taps->value_jump;
    weight += taps->row_jump;
  } while (--rows != 0U);
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}

/* Any channel, of any type and weights. */
static int32_t add_channel(const snn_taps *taps, snn_type type, const void *values, uint32_t bits,
                           uint32_t channel) {
  size_t at = taps->first + channel;
  const uint8_t *row = taps->row;
  uint32_t ky, kx;
  int32_t sum = 0;
  for (ky = 0; ky < taps->rows; ++ky) {
    for (kx = 0; kx < taps->columns; ++kx) {
      sum += snn_get_value(type, values, at) * snn_get_weight(row, bits, channel);
      at += taps->value_step;
      row += taps->row_step;
    }
    at += taps->value_jump;
    row += taps->row_jump;
  }
  return sum;
}

static void add_taps(const snn_taps *taps, snn_type type, const void *values, const snn_conv *conv,
                     int32_t *sums) {
  const uint32_t channels = conv->window.in_channels, bits = conv->weights.bits;
  const int32_t unit = (int32_t)((uint32_t)1 << conv->shift);
  const uint32_t fours =
      (type != SNN_I32 && bits == 8U && unit == 1) ? channels - (channels % 4U) : 0U;
  uint32_t channel;
  for (channel = 0; channel < fours; channel += 4U) {
    if (type == SNN_U8) {
      add_four_u8(taps, (const uint8_t *)values, channel, sums + channel);
    } else if (type == SNN_I8) {
      add_four_i8(taps, (const int8_t *)values, channel, sums + channel);
    } else {
      add_four_i16(taps, (const int16_t *)values, channel, sums + channel);
    }
  }
  for (channel = fours; channel < channels; ++channel) {
    sums[channel] += add_channel(taps, type, values, bits, channel) * unit;
  }
}

SNN_KERNEL void snn_gather_depthwise(const snn_conv *conv, snn_type type, const void *values,
                                     uint32_t y, uint32_t x, int32_t *sums) {
  const snn_window *const w = &conv->window;
  const uint32_t top = y * w->stride_y, left = x * w->stride_x;
  const uint32_t first_y = top < w->pad_y ? w->pad_y - top : 0U;
  const uint32_t first_x = left < w->pad_x ? w->pad_x - left : 0U;
  const uint32_t height = w->in_height + w->pad_y, width = w->in_width + w->pad_x;
  const uint32_t end_y = height - top < w->kernel_height ? height - top : w->kernel_height;
  const uint32_t end_x = width - left < w->kernel_width ? width - left : w->kernel_width;
  snn_taps taps;
  if (top >= height || left >= width || first_y >= end_y || first_x >= end_x) {
    return;
  }
  taps.rows = end_y - first_y;
  taps.columns = end_x - first_x;
  taps.first = ((size_t)(top + first_y - w->pad_y) * w->in_width + (left + first_x - w->pad_x)) *
               w->in_channels;
  taps.row =
      conv->weights.bytes + (size_t)(first_y * w->kernel_width + first_x) * conv->weights.row_bytes;
  taps.value_step = w->in_channels;
  taps.value_jump = (w->in_width - taps.columns) * w->in_channels;
  taps.row_step = conv->weights.row_bytes;
  taps.row_jump = (w->kernel_width - taps.columns) * conv->weights.row_bytes;
  add_taps(&taps, type, values, conv, sums);
}
