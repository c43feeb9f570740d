/*===- Kernels of generated networks ---------------------------------------------------------------===
 *
 * Events through synapses, and neurons that send them, in integers (snn_fixed.h). Written by hand, the
 * same for every network; the generated files hold tables and call these.
 *
 * An event of a population is the index of its neuron; what all events of a call are worth is one
 * number. A list of events holds those worth `+worth` from its front and those worth `-worth` from its
 * back. Sums of currents that pass on are graded: one number per element, 0 for none.
 *
 * Arrays of three dimensions are stored row by row, pixel by pixel, channels last; all others row by
 * row. No kernel allocates, recurses, or uses floating point; the compiler has proven that no sum
 * leaves 32 bits.
 *
 *===----------------------------------------------------------------------------------------------===*/
#ifndef SNN_KERNELS_H
#define SNN_KERNELS_H

#include "snn_fixed.h"
#include "snn_trace.h"

/* Kernels are functions of their own files, shared by all layers; or, where a network includes them, parts
 * of its file, and the compiler makes loops of its own for every layer. */
#ifndef SNN_INLINE_KERNELS
#define SNN_KERNEL
#elif defined(__GNUC__)
#define SNN_KERNEL static inline __attribute__((always_inline))
#else
#define SNN_KERNEL static inline
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*===- Tables ---------------------------------------------------------------------------------------===*/

/* Numbers that repeat along a population: element i has values[i % period]. */
typedef struct {
  const int32_t *values;
  uint32_t period;
} snn_numbers;

/* Signed weights of 8, 4 or 2 bits. Rows are padded to whole bytes, the first weight in the lowest bits. */
typedef struct {
  const uint8_t *bytes;
  uint32_t bits;
  uint32_t row_bytes;
} snn_weights;

/* A window that slides over rows and columns. An element is channel * channel_stride + pixel *
 * pixel_stride; a one-dimensional window has one row. */
typedef struct {
  uint32_t in_channels, in_height, in_width, in_channel_stride, in_pixel_stride;
  uint32_t out_height, out_width, out_channel_stride, out_pixel_stride;
  uint32_t kernel_height, kernel_width, stride_y, stride_x, pad_y, pad_x, dilation_y, dilation_x;
} snn_window;

/* Weights: one row of outputs_per_group for each input channel and tap; they count times 2^shift. */
typedef struct {
  snn_window window;
  uint32_t inputs_per_group, outputs_per_group;
  snn_weights weights;
  uint32_t shift;
} snn_conv;

/* Weight i of a row of `bits` bits. */
static inline int32_t snn_get_weight(const uint8_t *row, uint32_t bits, uint32_t i) {
  uint32_t code;
  if (bits == 8U) {
    return ((const int8_t *)row)[i];
  }
  if (bits == 4U) {
    code = ((uint32_t)row[i >> 1U] >> ((i & 1U) * 4U)) & 15U;
    return (int32_t)(code ^ 8U) - 8;
  }
  code = ((uint32_t)row[i >> 2U] >> ((i & 3U) * 2U)) & 3U;
  return (int32_t)(code ^ 2U) - 2;
}

/* Along the last dimension: one row of `columns` weights for each of `rows` inputs; `inner` elements lie
 * between neighbours along it. */
typedef struct {
  uint32_t rows, columns, inner;
  snn_weights weights;
  uint32_t shift; /* weights count times 2^shift */
} snn_gemm;

/* `shares`: what an element counts in the sum of each output pixel. */
typedef struct {
  snn_window window;
  const int16_t *shares;
} snn_pool;

/* Where each element goes, and what it counts there. Element (a * second_size + b) * third_size + c goes to
 * first[a] + second[b] + third[c], or nowhere where one of them is 0xffff. `second` is NULL: element i goes
 * to first[i]; `first` is NULL: to its own place. It counts factors[i % period]; `factors` is NULL: 1. */
typedef struct {
  const uint16_t *first, *second, *third;
  uint32_t second_size, third_size;
  const int32_t *factors;
  uint32_t period;
} snn_map;

/* The same with numbers of 32 bits, where elements go beyond place 65534; nowhere is 0xffffffff. */
typedef struct {
  const uint32_t *first, *second, *third;
  uint32_t second_size, third_size;
  const int32_t *factors;
  uint32_t period;
} snn_map_wide;

/* Elements that go to several places: targets[first[i]] to targets[first[i + 1] - 1]. */
typedef struct {
  const uint32_t *first;
  const uint16_t *targets;
} snn_copy;

/* The same, where places go beyond 65534. */
typedef struct {
  const uint32_t *first;
  const uint32_t *targets;
} snn_copy_wide;

/*===- Synapses: add what an event is worth, times weights, to the sums it reaches ----------------------===*/

/* One event; `table` is an snn_conv, snn_gemm, snn_pool, snn_map, snn_copy, snn_mapped or one of their wide forms. */
typedef void snn_synapse(const void *table, uint32_t element, int32_t worth, int32_t *sums);
/* A map that elements go through before another synapse, with what they count there. */
typedef struct {
  const snn_map *map;
  snn_synapse *behind;
  const void *table;
} snn_mapped;
typedef struct {
  const snn_map_wide *map;
  snn_synapse *behind;
  const void *table;
} snn_mapped_wide;

SNN_KERNEL void snn_conv_event(const void *table, uint32_t element, int32_t worth, int32_t *sums);
SNN_KERNEL void snn_gemm_event(const void *table, uint32_t element, int32_t worth, int32_t *sums);
SNN_KERNEL void snn_pool_event(const void *table, uint32_t element, int32_t worth, int32_t *sums);
SNN_KERNEL void snn_map_event(const void *table, uint32_t element, int32_t worth, int32_t *sums);
SNN_KERNEL void snn_map_wide_event(const void *table, uint32_t element, int32_t worth,
                                   int32_t *sums);
SNN_KERNEL void snn_copy_event(const void *table, uint32_t element, int32_t worth, int32_t *sums);
SNN_KERNEL void snn_copy_wide_event(const void *table, uint32_t element, int32_t worth,
                                    int32_t *sums);
SNN_KERNEL void snn_mapped_event(const void *table, uint32_t element, int32_t worth, int32_t *sums);
SNN_KERNEL void snn_mapped_wide_event(const void *table, uint32_t element, int32_t worth,
                                      int32_t *sums);

/* The events of one step. Those worth +worth are list[0] to list[up - 1], those worth -worth are the last
 * `down` of its `size` entries. */
typedef struct {
  uint16_t *list;
  uint32_t size, up, down;
} snn_events;

/* The events of all steps, a few bits for each neuron, the first step lowest. Ternary: 2 bits, 1 for an event
 * worth +steps[k], 2 for one worth -steps[k]; else 1 bit. What is sent is also the state of the sender:
 * its output y is the sum of it. One of the arrays is used, the other is NULL. */
typedef struct {
  uint16_t *halves;
  uint32_t *words;
  uint32_t size, bits;
  const int32_t *steps;
} snn_train;

SNN_KERNEL void snn_clear_train(const snn_train *train);

/* All events of a list. */
SNN_KERNEL void snn_deliver(snn_synapse *synapse, const void *table, const snn_events *events,
                            int32_t worth, int32_t *sums);
/* All events of step k of a train. */
SNN_KERNEL void snn_deliver_train(snn_synapse *synapse, const void *table, const snn_train *train,
                                  uint32_t k, int32_t worth, int32_t *sums);
/* Graded events: the numbers that are not 0. */
SNN_KERNEL void snn_deliver_values16(snn_synapse *synapse, const void *table, const int16_t *values,
                                     uint32_t count, int32_t *sums);
SNN_KERNEL void snn_deliver_values32(snn_synapse *synapse, const void *table, const int32_t *values,
                                     uint32_t count, int32_t *sums);

/* sums[i] += worth * values[i]: what a sign-coded population sends in every step. */
SNN_KERNEL void snn_add_background(const int32_t *values, uint32_t count, int32_t worth,
                                   int32_t *sums);

/*===- Synapses that keep what changes add up to -----------------------------------------------------------===*/

/* Steps in elements from one matrix, row or column to the next. */
typedef struct {
  uint32_t batch, row, column;
} snn_strides;

/* lhs (rows x inner) by rhs (inner x columns), `batch` times over. */
typedef struct {
  uint32_t batch, rows, inner, columns;
  snn_strides lhs, rhs, out;
} snn_matmul;

/* Where operands of 16 bits start. */
SNN_KERNEL void snn_start_factors(snn_numbers start, uint32_t count, int16_t *factors);
/* Takes a step's changes of p and q, and those of their product to its sums. */
SNN_KERNEL void snn_multiply16(const snn_matmul *matmul, const int32_t *changes_p,
                               const int32_t *changes_q, int16_t *p, int16_t *q, int32_t *sums);
SNN_KERNEL void snn_multiply32(const snn_matmul *matmul, const int32_t *changes_p,
                               const int32_t *changes_q, int32_t *p, int32_t *q, int32_t *sums);

/* What a sum is passed on as: fewer bits, and no more than the limit. */
typedef struct {
  snn_numbers multipliers;
  uint32_t shift;
  int32_t limit;
  uint32_t count;
} snn_rounding;

/* Takes a step's changes of x, and those of what it is passed on as to the sums of it. */
SNN_KERNEL void snn_pass_rounded(const snn_rounding *rounding, const int32_t *changes, int32_t *x,
                                 int32_t *sums);

/*===- Neurons ------------------------------------------------------------------------------------------===*/

typedef enum {
  SNN_RELU,
  SNN_ABS,
  SNN_MAX,
  SNN_MIN,
  SNN_TABLE,
  SNN_PRODUCT,
  SNN_QUOTIENT,
  SNN_NORM,
  SNN_CLIP
} snn_function;

/* An operand: its 16-bit estimates, or (v is NULL) the sums that are requantized to them. */
typedef struct {
  const int16_t *v;
  const int32_t *sums;
  snn_numbers multipliers;
  uint32_t shift;
} snn_operand;

typedef struct {
  snn_function function;
  const int16_t *table; /* of SNN_TABLE */
  uint32_t count;       /* neurons */
  uint32_t up;          /* fraction bits that the operands have more than y */
  int tie_above;        /* y = f(x) counts as too high */
  uint32_t align;       /* of SNN_PRODUCT, SNN_QUOTIENT, SNN_NORM */
  int32_t epsilon;      /* of SNN_NORM */
  snn_numbers initial;  /* where y starts; values is NULL: at 0 */
  /* Of each neuron: of SNN_TABLE gains of its values (values is NULL: none), of SNN_CLIP a lower bound and an upper one. */
  snn_numbers own;
  uint32_t gain_shift;
} snn_population;

SNN_KERNEL void snn_clear32(int32_t *numbers, uint32_t count);
SNN_KERNEL void snn_clear16(int16_t *numbers, uint32_t count);
/* The start of a sum: A(0). */
SNN_KERNEL void snn_start_sums(snn_numbers start, uint32_t count, int32_t *sums);
/* Where outputs start. */
SNN_KERNEL void snn_start_outputs(const snn_population *population, int16_t *y);
/* The start of 16-bit estimates. */
SNN_KERNEL void snn_start_estimates(snn_numbers start, snn_numbers multipliers, uint32_t shift,
                                    uint32_t count, int16_t *v);
/* Takes a step's currents into 16-bit estimates. */
SNN_KERNEL void snn_charge_all(const int32_t *sums, snn_numbers multipliers, uint32_t shift,
                               uint32_t count, int16_t *v);

/* The ternary code: events worth `step` where y is too low, -`step` where it is too high. */
SNN_KERNEL void snn_fire_ternary(const snn_population *population, const snn_operand *operands,
                                 int32_t step, int32_t zone, int16_t *y, snn_events *events);
/* The sign code: an event, worth -2 `step`, where y is too high; all neurons move, and that they do is the
 * receivers' background. */
SNN_KERNEL void snn_fire_sign(const snn_population *population, const snn_operand *operands,
                              int32_t step, int16_t *y, snn_events *events);
/* The same in step k of a train, which y is read from. */
SNN_KERNEL void snn_fire_ternary_train(const snn_population *population,
                                       const snn_operand *operands, int32_t zone, uint32_t k,
                                       const snn_train *train);
SNN_KERNEL void snn_fire_sign_train(const snn_population *population, const snn_operand *operands,
                                    uint32_t k, const snn_train *train);

/* The steps of a population; zones is NULL: in the sign code. trace: the place of the first in snn_trace. */
typedef struct {
  const int32_t *steps, *zones;
  uint32_t count, trace;
} snn_stairs;

/* All steps of `count` neurons, from number `first` on, whose sums (those of the operands) are final: `sent`
 * gets what they have sent in the end, unless it is NULL. It may be the sums of an operand. */
SNN_KERNEL void snn_climb(const snn_population *population, const snn_operand *operands,
                          const snn_stairs *stairs, uint32_t first, uint32_t count, int32_t *sent);
/* Where y of neuron i starts. */
SNN_KERNEL int32_t snn_get_initial(const snn_population *population, uint32_t i);
/* Of neuron i alone, whose output is y: 1 where it is too high, -1 where it is too low, 0 within the dead zone. */
SNN_KERNEL int snn_compare_ternary(const snn_population *population, const snn_operand *operands,
                                   uint32_t i, int32_t y, int32_t zone);

/*===- Input and output --------------------------------------------------------------------------------===*/

/* multipliers and offsets: one per channel. */
typedef struct {
  const int32_t *multipliers, *offsets;
  uint32_t channels, plane; /* elements of a channel */
  uint32_t channels_last;   /* how they are stored; the raw input has channels first */
  uint32_t shift;
} snn_input;

/* Where a value of the input lies. */
SNN_KERNEL uint32_t snn_input_place(const snn_input *input, uint32_t channel, uint32_t pixel);
SNN_KERNEL void snn_read_u8(const snn_input *input, const uint8_t *raw, int16_t *values);
SNN_KERNEL void snn_read_i16(const snn_input *input, const int16_t *raw, int16_t *values);

/* The float input code: what is sent of each element in a step, into `sent`. */
SNN_KERNEL void snn_send_rest(const int16_t *values, uint32_t count, int32_t step,
                              uint32_t fraction, int32_t *estimates, int32_t *sent);
/* The spike input code, as snn_fire_sign and snn_fire_sign_train. */
SNN_KERNEL void snn_send_signs(const int16_t *values, uint32_t count, uint32_t up, int32_t step,
                               int32_t *estimates, snn_events *events);
SNN_KERNEL void snn_send_signs_train(const int16_t *values, uint32_t up, uint32_t k,
                                     const snn_train *train);

/* output[i] in row-major order; `channels` > 1 where sums are stored channels last. Where channels or plane is 1, the sums may
 * be the output itself. */
SNN_KERNEL void snn_decode(const int32_t *sums, snn_numbers multipliers, uint32_t shift,
                           uint32_t channels, uint32_t plane, int32_t *output);

#ifdef __cplusplus
}
#endif

#endif
