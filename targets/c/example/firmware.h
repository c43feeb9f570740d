/* The network by neutral names: MODEL and MODEL_HEADER come from the build. */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include MODEL_HEADER

#define MODEL_PASTE(name, part) name##part
#define MODEL_EXPAND(name, part) MODEL_PASTE(name, part)
#define MODEL(part) MODEL_EXPAND(MODEL_NAME, part)

/* MODEL_INPUT: the type of an input. */
#if MODEL(_INPUT_BITS) == 8 && MODEL(_INPUT_IS_SIGNED)
#define MODEL_INPUT int8_t
#elif MODEL(_INPUT_BITS) == 8
#define MODEL_INPUT uint8_t
#elif MODEL(_INPUT_BITS) == 32
#define MODEL_INPUT float
#else
#define MODEL_INPUT int16_t
#endif

/* MODEL_OUTPUT: the type of an output. */
#if MODEL(_OUTPUT_BITS) == 8
#define MODEL_OUTPUT int8_t
#elif MODEL(_OUTPUT_BITS) == 16
#define MODEL_OUTPUT uint16_t
#else
#define MODEL_OUTPUT int32_t
#endif

/* The class that a network has found: of its first output. */
static inline uint32_t get_class(const MODEL_OUTPUT *output) {
#if MODEL(_OUTPUT_IS_CLASS)
  return output[0];
#else
  uint32_t i, best = 0;
  for (i = 1; i < MODEL(_FIRST_OUTPUT_SIZE); ++i) {
    if (output[i] > output[best]) {
      best = i;
    }
  }
  return best;
#endif
}

#endif
