/*===- Kernels of the order of values -----------------------------------------------------------------===
 *
 * Where a layer begins once its inputs are final, what its neurons send in all their steps together follows
 * from one sum. Layers are then computed once, from what neurons have sent in the end, a pixel after another:
 * the sums of a pixel begin with their constants, get all that its inputs add, and become what its neurons
 * send. Inputs that are 0 cost next to nothing: rows of weights are added for the others only.
 *
 * Values are arrays of one of four types, pixel by pixel, channels last. What a layer writes may lie where it has read
 * all that it reads. Of all kernels: `values` are read only and overlap no sums; `sums` are those of one pixel, in 32 bits, and the compiler has proven that none
 * leaves them. All weights count times 2^shift of their table.
 *
 *===----------------------------------------------------------------------------------------------===*/
#ifndef SNN_VALUES_H
#define SNN_VALUES_H

#include "snn_kernels.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The type of values: uint8_t, int8_t, int16_t or int32_t. */
typedef enum { SNN_U8, SNN_I8, SNN_I16, SNN_I32 } snn_type;

static inline int32_t snn_get_value(snn_type type, const void *values, size_t i) {
  return type == SNN_U8    ? ((const uint8_t *)values)[i]
         : type == SNN_I8  ? ((const int8_t *)values)[i]
         : type == SNN_I16 ? ((const int16_t *)values)[i]
                           : ((const int32_t *)values)[i];
}

/* An input that is not 0: the weights that it counts with, and what it is. */
typedef struct {
  const uint8_t *row;
  int32_t value;
} snn_entry;

/* As many entries are collected before they are added; 512 bytes of stack. */
#define SNN_ENTRIES 64U

/* sums[j] += value of each of `count` entries times weight j of its row, for j below `columns`. The weights
 * lie in rows of `bits` (8, 4 or 2) each; `count` is at least 1. */
SNN_KERNEL void snn_add_rows(uint32_t bits, const snn_entry *entries, uint32_t count,
                             uint32_t columns, int32_t *sums);

/* What a run of inputs adds to a pixel's sums. */
typedef struct {
  const snn_weights *weights;
  uint32_t shift, columns, count; /* count: entries that are collected */
  int32_t *sums;
  snn_entry entries[SNN_ENTRIES];
} snn_gather;

/* Collects `count` values from number `first` on, the first of which counts with `row`, each other one with the next row. Adds
 * what it has collected when there is no room for more. */
SNN_KERNEL void snn_collect(snn_gather *gather, snn_type type, const void *values, size_t first,
                            uint32_t count, const uint8_t *row);
/* Adds what is left. */
SNN_KERNEL void snn_finish(snn_gather *gather);

/* The window of output pixel (y, x), over all channels: inputs_per_group is the channels, weights are
 * [tap][input channel][output channel], dilations are 1. */
SNN_KERNEL void snn_gather_conv(const snn_conv *conv, snn_type type, const void *values, uint32_t y,
                                uint32_t x, int32_t *sums);

/* The same, channel by channel: weights are [tap][channel]. */
SNN_KERNEL void snn_gather_depthwise(const snn_conv *conv, snn_type type, const void *values,
                                     uint32_t y, uint32_t x, int32_t *sums);

/* The channels of pixel `pixel`: weights are [input][output]. */
SNN_KERNEL void snn_gather_gemm(const snn_gemm *gemm, snn_type type, const void *values,
                                uint32_t pixel, int32_t *sums);

/* As snn_gather_gemm of a single pixel, columns `first` to `first` + `count` - 1 alone, to sums[0] and those behind it. `first`
 * is a multiple of 4. */
SNN_KERNEL void snn_gather_columns(const snn_gemm *gemm, snn_type type, const void *values,
                                   uint32_t first, uint32_t count, int32_t *sums);

/* As snn_gather_conv, of a raw input of bytes, which is channels first. normalized: of each channel what the 256 bytes
 * stand for. */
SNN_KERNEL void snn_gather_bytes(const snn_conv *conv, const int16_t *normalized,
                                 const uint8_t *raw, uint32_t y, uint32_t x, int32_t *sums);

/* As snn_gather_gemm, of all of a raw input of 16 bits. */
SNN_KERNEL void snn_gather_halves(const snn_gemm *gemm, const snn_input *input, const int16_t *raw,
                                  int32_t *sums);

/*===- Dot products, where most inputs are not 0 -----------------------------------------------------===*/

/* Weights of dot products. Two outputs share 16 bits: the weight of the first + 256 * that of the second. Two inputs k and k + 1
 * share 32: those of k + 65536 * those of k + 1. Of blocks of four outputs, each two inputs have two such numbers: outputs 0 and
 * 1, then 2 and 3. What is missing to whole blocks, and to a multiple of four inputs, is 0. With the DSP extension of a
 * Cortex-M4 or M7 two inputs are multiplied at a time; all others give the same bits. */
typedef struct {
  const int32_t *weights;
  uint32_t rows, columns; /* inputs of a pixel, outputs */
  uint32_t shift;         /* weights count times 2^shift */
  uint32_t is_wide;       /* whether products of some inputs may leave 24 bits */
} snn_dot;

/* Weights are those of [tap][input channel]. */
typedef struct {
  snn_window window;
  snn_dot dot;
} snn_dot_window;

/* As many inputs are collected before they are multiplied, a multiple of four; 512 bytes of stack. */
#define SNN_DOT_INPUTS 256U

/* The same inputs one by one, and two by two. */
typedef union {
  int16_t numbers[SNN_DOT_INPUTS];
  int32_t pairs[SNN_DOT_INPUTS / 2U];
} snn_dot_pairs;

/* A pixel's inputs, and what they add to its sums. */
typedef struct {
  const snn_dot *dot;
  uint32_t first_column, columns; /* first_column is a multiple of four */
  uint32_t first, count;          /* those that have been multiplied, those that are collected */
  int32_t *sums;
  snn_dot_pairs inputs;
} snn_dot_inputs;

SNN_KERNEL void snn_dot_start(snn_dot_inputs *given, const snn_dot *dot, uint32_t first_column,
                              uint32_t columns, int32_t *sums);
/* The next `count` inputs: values from number `first` on, which have at most 16 bits. */
SNN_KERNEL void snn_dot_take(snn_dot_inputs *given, snn_type type, const void *values, size_t first,
                             uint32_t count);
/* The next `count` inputs, which lie in the padding: 0. */
SNN_KERNEL void snn_dot_pad(snn_dot_inputs *given, uint32_t count);
/* Multiplies what is left. */
SNN_KERNEL void snn_dot_finish(snn_dot_inputs *given);

/* As snn_gather_conv, snn_gather_gemm, snn_gather_columns, snn_gather_bytes and snn_gather_halves. */
SNN_KERNEL void snn_dot_conv(const snn_dot_window *conv, snn_type type, const void *values,
                             uint32_t y, uint32_t x, int32_t *sums);
SNN_KERNEL void snn_dot_gemm(const snn_dot *dot, snn_type type, const void *values, uint32_t pixel,
                             int32_t *sums);
SNN_KERNEL void snn_dot_columns(const snn_dot *dot, snn_type type, const void *values,
                                uint32_t first, uint32_t count, int32_t *sums);
SNN_KERNEL void snn_dot_bytes(const snn_dot_window *conv, const int16_t *normalized,
                              const uint8_t *raw, uint32_t y, uint32_t x, int32_t *sums);
SNN_KERNEL void snn_dot_halves(const snn_dot *dot, const snn_input *input, const int16_t *raw,
                               int32_t *sums);

#ifdef SNN_TRACE_EVENTS
/* The events of a raw input that is read where it is. */
SNN_KERNEL void snn_trace_bytes(const snn_input *input, const int16_t *normalized,
                                const uint8_t *raw);
SNN_KERNEL void snn_trace_halves(const snn_input *input, const int16_t *raw);
#define SNN_TRACE_BYTES(input, normalized, raw) snn_trace_bytes(input, normalized, raw)
#define SNN_TRACE_HALVES(input, raw) snn_trace_halves(input, raw)
#else
#define SNN_TRACE_BYTES(input, normalized, raw) ((void)(input))
#define SNN_TRACE_HALVES(input, raw) ((void)(input))
#endif

/* The window of output pixel (y, x), channel by channel, times the pixel's share. */
SNN_KERNEL void snn_gather_pool(const snn_pool *pool, snn_type type, const void *values, uint32_t y,
                                uint32_t x, int32_t *sums);

/* The `count` channels of pixel `pixel` itself, times factors; factors.values is NULL: times 1. */
SNN_KERNEL void snn_gather_map(snn_numbers factors, snn_type type, const void *values,
                               uint32_t pixel, uint32_t count, int32_t *sums);

/* The `count` channels of pixel `pixel`, from where a map takes them: channel c of row y, column x is value
 * first[y] + second[x] + third[c], with second_size columns, or nothing where one of them is 0xffffffff. It counts
 * factors[i % period] as element i of the sums; `factors` is NULL: 1. */
SNN_KERNEL void snn_gather_move(const snn_map_wide *map, snn_type type, const void *values,
                                uint32_t pixel, uint32_t count, int32_t *sums);

/* Products of two arrays of values, both final. Element by element: those of the `count` channels of pixel `pixel`. */
SNN_KERNEL void snn_gather_mul(snn_type p_type, const void *p, snn_type q_type, const void *q,
                               uint32_t pixel, uint32_t count, int32_t *sums);

/* Of matrices p by q: the `count` elements of pixel `pixel`, which are along a row of the product, or, where channels are last,
 * the same element of `count` matrices. */
SNN_KERNEL void snn_gather_matmul(const snn_matmul *matmul, snn_type p_type, const void *p,
                                  snn_type q_type, const void *q, uint32_t pixel, uint32_t count,
                                  int32_t *sums);

/* What sums are passed on as, in their place: `count` of them, the first of which is element `first`. */
SNN_KERNEL void snn_round(const snn_rounding *rounding, int32_t *sums, uint32_t first,
                          uint32_t count);

/* sums[i] = numbers of elements `first` and the `count` - 1 behind it. */
SNN_KERNEL void snn_start_pixel(snn_numbers start, uint32_t first, uint32_t count, int32_t *sums);

/* x * m / 2^32, rounded down. */
static inline uint32_t snn_multiply_high(uint32_t x, uint32_t m) {
#if defined(__ARM_ARCH_6M__)
  /* Without a long multiplication, by halves; most sums have 16 bits. */
  const uint32_t low = (x & 65535U) * (m & 65535U) >> 16U;
  const uint32_t middle = (x & 65535U) * (m >> 16U);
  uint32_t high;
  if (x < 65536U) {
    return (middle + low) >> 16U;
  }
  high = (x >> 16U) * (m & 65535U) + low;
  return (x >> 16U) * (m >> 16U) + (high >> 16U) + (((high & 65535U) + middle) >> 16U);
#else
  return (uint32_t)((uint64_t)x * m >> 32U);
#endif
}

/* What a relu ends at in the ternary code, for a sum x and its multiplier: with h = 2^left * x * multiplier / 2^32,
 * rounded down and clipped to 0..max, the sum of (h + offset) >> shift for each of the offsets. The multipliers of a
 * pixel begin with the first. max and each offset are below 2^31; shift is 1 to 30; no sum leaves 32 bits when it is
 * shifted to the left. */
typedef struct {
  snn_numbers multipliers;
  uint32_t shift, max, left, count; /* offsets: 2 or 4 */
  uint32_t offsets[4];
} snn_closed;

/* Writes what `count` neurons, from number `first` on, have sent in the end. */
SNN_KERNEL void snn_end_relu(const snn_closed *closed, const int32_t *sums, uint32_t count,
                             snn_type type, void *values, size_t first);

/* The same where ends repeat after more: with h as above, the estimate v = (h + 2^(shift - 1)) >> shift and its period
 * p = v >> bits, they are rise * p + treads[v & (2^bits - 1)], in period `last` treads[2^bits + (v & (2^bits - 1))]; bits is
 * 1 to 8. */
typedef struct {
  snn_numbers multipliers;
  uint32_t shift, max, left, rise, bits, last;
  const uint8_t *treads;
} snn_periodic;

SNN_KERNEL void snn_end_periodic(const snn_periodic *periodic, const int32_t *sums, uint32_t count,
                                 snn_type type, void *values, size_t first);

/* For tests, the events of neurons whose ends need no steps. */
#ifdef SNN_TRACE_EVENTS
#define SNN_TRACE_STEPS(population, operands, stairs, first, count)                                \
  snn_climb(population, operands, stairs, first, count, NULL)
#else
#define SNN_TRACE_STEPS(population, operands, stairs, first, count)                                \
  ((void)(population), (void)(operands), (void)(stairs))
#endif

/* Writes numbers that fit in the type, from number `first` of the values on. */
SNN_KERNEL void snn_store(const int32_t *numbers, uint32_t count, snn_type type, void *values,
                          size_t first);

/* Graded events: the numbers of a pixel that are not 0; its first one is element `first`. `pixel` and `sums` do not overlap. */
SNN_KERNEL void snn_deliver_pixel(snn_synapse *synapse, const void *table, const int32_t *pixel,
                                  uint32_t first, uint32_t count, int32_t *sums);

/* Graded events: the values that are not 0. */
SNN_KERNEL void snn_deliver_values(snn_synapse *synapse, const void *table, snn_type type,
                                   const void *values, uint32_t count, int32_t *sums);

#ifdef __cplusplus
}
#endif

#endif
