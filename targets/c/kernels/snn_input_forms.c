/* Inputs of 8 bits with a sign, and floats. */
#include "snn_input_forms.h"

SNN_KERNEL void snn_read_int8(const snn_input *input, const int8_t *raw, int32_t offset,
                              uint32_t shift, int16_t *values) {
  const int32_t unit = (int32_t)(1UL << shift);
  uint32_t c, i;
  for (c = 0; c < input->channels; ++c) {
    for (i = 0; i < input->plane; ++i) {
      int32_t number = (*raw++ + offset) * unit;
      number = number < -32768 ? -32768 : number > 32767 ? 32767 : number;
      values[snn_input_place(input, c, i)] =
          snn_encode(number, input->multipliers[c], input->offsets[c], input->shift);
    }
  }
}

/* The nearest integer of a number that 32 bits hold. */
static int32_t round_to_nearest(double number) {
  const int32_t whole = (int32_t)number;
  const double rest = number - whole;
  return rest >= 0.5 ? whole + 1 : rest <= -0.5 ? whole - 1 : whole;
}

SNN_KERNEL void snn_read_float(const snn_input *input, const float *raw, double scale, int32_t min,
                               int32_t max, int16_t *values) {
  uint32_t c, i;
  for (c = 0; c < input->channels; ++c) {
    for (i = 0; i < input->plane; ++i) {
      double number = *raw++ * scale;
      if (!(number > min)) {
        number = min;
      }
      if (number > max) {
        number = max;
      }
      values[snn_input_place(input, c, i)] = snn_encode(
          round_to_nearest(number), input->multipliers[c], input->offsets[c], input->shift);
    }
  }
}
