/* Follows a camera or another source of frames: reads raw frames from standard input, one behind another, until it ends.
 * The first is run as a whole, and each later one is an update, which computes only what changed. Prints a line per
 * frame: its number, its class and the outputs.
 *
 * Frames are bytes or 16-bit numbers of this machine's order (see the network's header). Bytes of three or four channels
 * come pixel by pixel, as `ffmpeg -f rawvideo -pix_fmt rgb24 -` gives them; all others channel by channel. */
#include "firmware.h"

#include <stdio.h>

static MODEL(_state) state;
static MODEL_INPUT raw[MODEL(_INPUT_SIZE)], frame[MODEL(_INPUT_SIZE)];

/* The network reads channel by channel. */
static void order_channels(void) {
  const uint32_t channels = MODEL(_INPUT_CHANNELS);
  const uint32_t plane = MODEL(_INPUT_SIZE) / channels;
  const int is_by_pixel = MODEL(_INPUT_BITS) == 8 && (channels == 3U || channels == 4U);
  uint32_t c, i;
  for (c = 0; c < channels; ++c) {
    for (i = 0; i < plane; ++i) {
      frame[c * plane + i] = raw[is_by_pixel ? i * channels + c : c * plane + i];
    }
  }
}

static void print_answer(uint32_t number, const MODEL_OUTPUT *output) {
  uint32_t i;
  printf("%lu %lu", (unsigned long)number, (unsigned long)get_class(output));
  for (i = 0; i < MODEL(_OUTPUT_SIZE); ++i) {
    printf(" %ld", (long)output[i]);
  }
  printf("\n");
  (void)fflush(stdout);
}

int main(void) {
  MODEL_OUTPUT output[MODEL(_OUTPUT_SIZE)];
  uint32_t number = 0;
  size_t bytes;
  while ((bytes = fread(raw, 1, sizeof(raw), stdin)) == sizeof(raw)) {
    order_channels();
    if (number == 0U) {
      MODEL(_run)(&state, frame, output);
    } else {
      MODEL(_update)(&state, frame, output);
    }
    print_answer(number++, output);
  }
  if (bytes != 0U) {
    fprintf(stderr, "frame %lu ends after %lu of %lu bytes\n", (unsigned long)number,
            (unsigned long)bytes, (unsigned long)sizeof(raw));
    return 1;
  }
  if (number == 0U) {
    fprintf(stderr, "no frame came from standard input\n");
    return 1;
  }
  return 0;
}
