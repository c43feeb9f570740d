/*===- Outputs in other forms ----------------------------------------------------------------------------===
 *
 * What snn_decode gives, in 8 bits or as a class. Sums, multipliers, shift, channels and plane are those of snn_decode, and so are
 * the numbers that these begin with. `sums` are read only and overlap nothing that is written.
 *
 *===----------------------------------------------------------------------------------------------===*/
#ifndef SNN_OUTPUTS_H
#define SNN_OUTPUTS_H

#include "snn_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The same of `count` sums, of which sums[0] is element `first` of the output: number i goes to output[i * stride]. */
SNN_KERNEL void snn_give_bytes(const int32_t *sums, uint32_t first, uint32_t count,
                               snn_numbers multipliers, uint32_t shift, uint32_t drop,
                               uint32_t stride, int8_t *output);

/* The same, part by part from element 0 on: `max` is the largest number before element `first`, or any at first; the larger one is
 * returned, and its place is in `best`. */
SNN_KERNEL int32_t snn_follow_class(const int32_t *sums, uint32_t first, uint32_t count,
                                    snn_numbers multipliers, uint32_t shift, int32_t max,
                                    uint16_t *best);

/* output[i] = the nearest of -127..127 to number i / 2^drop; drop is 0 to 31. */
SNN_KERNEL void snn_decode_bytes(const int32_t *sums, snn_numbers multipliers, uint32_t shift,
                                 uint32_t channels, uint32_t plane, uint32_t drop, int8_t *output);

/* The place of the largest of `count` numbers (1 to 65535), the first of several. */
SNN_KERNEL uint16_t snn_decode_class(const int32_t *sums, snn_numbers multipliers, uint32_t shift,
                                     uint32_t count);

#ifdef __cplusplus
}
#endif

#endif
