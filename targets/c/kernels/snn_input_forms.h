/*===- Other forms of an input ------------------------------------------------------------------------===
 *
 * An input is normalized from raw integers. Here it is given as numbers of 8 bits with a sign, or as floats, which become these
 * integers first. `raw` is channels first and read only; `values` get the normalized input, as of snn_read_i16.
 *
 *===----------------------------------------------------------------------------------------------===*/
#ifndef SNN_INPUT_FORMS_H
#define SNN_INPUT_FORMS_H

#include "snn_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Raw integers are (number + offset) * 2^shift, saturated to 16 bits; shift is at most 8. */
SNN_KERNEL void snn_read_int8(const snn_input *input, const int8_t *raw, int32_t offset,
                              uint32_t shift, int16_t *values);

/* Raw integers are number * scale, rounded to the nearest (halves away from zero), and saturated to min..max; what is no
 * number is min. The only floating point of a network. */
SNN_KERNEL void snn_read_float(const snn_input *input, const float *raw, double scale, int32_t min,
                               int32_t max, int16_t *values);

#ifdef __cplusplus
}
#endif

#endif
