/* Classifies raw images on the host: main IMAGES, a file of inputs one after another, as bytes, 16-bit
 * numbers or floats of this machine's order (see the network's header). Prints one line per image: its class and
 * the outputs. */
#include "firmware.h"

#include <stdio.h>

static MODEL(_state) state;

int main(int argc, char **argv) {
  MODEL_INPUT input[MODEL(_INPUT_SIZE)];
  MODEL_OUTPUT output[MODEL(_OUTPUT_SIZE)];
  uint32_t i;
  FILE *file;
  if (argc != 2) {
    fprintf(stderr, "usage: %s IMAGES\n", argv[0]);
    return 1;
  }
  file = fopen(argv[1], "rb");
  if (file == NULL) {
    fprintf(stderr, "%s: cannot be read\n", argv[1]);
    return 1;
  }
  while (fread(input, sizeof(input), 1, file) == 1) {
    MODEL(_run)(&state, input, output);
    printf("%u", (unsigned)get_class(output));
    for (i = 0; i < MODEL(_OUTPUT_SIZE); ++i) {
      printf(" %ld", (long)output[i]);
    }
    printf("\n");
  }
  fclose(file);
  return 0;
}
