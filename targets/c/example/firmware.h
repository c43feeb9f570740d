/* The network by neutral names: MODEL and MODEL_HEADER come from the build. */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include MODEL_HEADER

#define MODEL_PASTE(name, part) name##part
#define MODEL_EXPAND(name, part) MODEL_PASTE(name, part)
#define MODEL(part) MODEL_EXPAND(MODEL_NAME, part)

/* MODEL_INPUT: the type of an input. */
#if MODEL(_INPUT_BITS) == 8
#define MODEL_INPUT uint8_t
#else
#define MODEL_INPUT int16_t
#endif

#endif
