/* The input and the output. */
#include "snn_kernels.h"

static uint32_t place(const snn_input *input, uint32_t channel, uint32_t pixel) {
  return input->channels_last != 0U ? pixel * input->channels + channel
                                    : channel * input->plane + pixel;
}

SNN_KERNEL void snn_read_u8(const snn_input *input, const uint8_t *raw, int16_t *values) {
  uint32_t c, i;
  for (c = 0; c < input->channels; ++c) {
    for (i = 0; i < input->plane; ++i) {
      values[place(input, c, i)] =
          snn_encode(*raw++, input->multipliers[c], input->offsets[c], input->shift);
    }
  }
}

SNN_KERNEL void snn_read_i16(const snn_input *input, const int16_t *raw, int16_t *values) {
  uint32_t c, i;
  for (c = 0; c < input->channels; ++c) {
    for (i = 0; i < input->plane; ++i) {
      values[place(input, c, i)] =
          snn_encode(*raw++, input->multipliers[c], input->offsets[c], input->shift);
    }
  }
}

SNN_KERNEL void snn_send_rest(const int16_t *values, uint32_t count, int32_t step,
                              uint32_t fraction, int32_t *estimates, int32_t *sent) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    sent[i] = snn_approach(values[i] - estimates[i], step, fraction);
    estimates[i] += sent[i];
    if (sent[i] != 0) {
      SNN_EVENT(i, sent[i]);
    }
  }
}

SNN_KERNEL void snn_decode(const int32_t *sums, snn_numbers multipliers, uint32_t shift,
                           uint32_t channels, uint32_t plane, int32_t *output) {
  const uint32_t step = channels % multipliers.period;
  uint32_t c, i;
  for (c = 0; c < channels; ++c) {
    uint32_t m = c % multipliers.period;
    for (i = 0; i < plane; ++i) {
      *output++ = snn_rescale(sums[i * channels + c], multipliers.values[m], shift);
      m += step;
      m = m >= multipliers.period ? m - multipliers.period : m;
    }
  }
}

SNN_KERNEL uint32_t snn_input_place(const snn_input *input, uint32_t channel, uint32_t pixel) {
  return place(input, channel, pixel);
}
