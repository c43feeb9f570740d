/* Runs the samples of self_test.h on the chip in C and compares outputs with the simulator's: exit code 1 and the
 * first difference of each sample where they are others. */
#include "self_test.h"

#include <stdio.h>

int main(void) {
  static int32_t output[CHIP_OUTPUTS];
  uint32_t same = 0;
  for (uint32_t sample = 0; sample < SELF_TEST_SAMPLES; ++sample) {
    const int32_t *expected = &self_test_outputs[sample * CHIP_OUTPUTS];
    uint32_t i = 0;
#if SELF_TEST_STREAM
    if (sample > 0U) { /* the first one starts what the others update */
      chip_update(&self_test_inputs[sample * CHIP_INPUTS], output);
    } else
#endif
    {
      chip_run(&self_test_inputs[sample * CHIP_INPUTS], output);
    }
    while (i < CHIP_OUTPUTS && output[i] == expected[i]) {
      ++i;
    }
    if (i == CHIP_OUTPUTS) {
      ++same;
    } else {
      printf("sample %lu: output %lu is %ld, the simulator's is %ld\n", (unsigned long)sample,
             (unsigned long)i, (long)output[i], (long)expected[i]);
    }
  }
  printf("%lu of %lu samples with the outputs of the simulator\n", (unsigned long)same,
         (unsigned long)SELF_TEST_SAMPLES);
  return same == SELF_TEST_SAMPLES ? 0 : 1;
}
