/* Prints what inputs of other forms are normalized to, with a multiplier that leaves them as they are. */
#include "snn_input_forms.h"

#include <math.h>
#include <stdio.h>

static void print(const int16_t *values, unsigned count) {
  unsigned i;
  for (i = 0; i < count; ++i) {
    printf("%s%d", i == 0 ? "" : " ", values[i]);
  }
  printf("\n");
}

int main(void) {
  static const int32_t multipliers[] = {65536}, offsets[] = {0};
  static const snn_input input = {multipliers, offsets, 1, 10, 0, 16};
  static const snn_input four = {multipliers, offsets, 1, 4, 0, 16};
  static const float floats[] = {-40000.0F, -1.25F, -0.75F,  -0.24999F, 0.24999F,
                                 0.25F,     1.25F,  1.0e30F, NAN,       INFINITY};
  static const int8_t bytes[] = {-128, -127, 0, 127}, integers[] = {-128, -1, 0, 127};
  int16_t values[10];
  snn_read_float(&input, floats, 2.0, -32768, 32767, values);
  print(values, 10);
  snn_read_int8(&four, bytes, 128, 0, values);
  print(values, 4);
  snn_read_int8(&four, integers, 0, 8, values);
  print(values, 4);
  return 0;
}
