/*===- Kernels of a core: what events add, and when neurons fire ----------------------------------===
 *
 * Beside the programs that `snnc map` writes in C. Integers as in docs/spec/fixed-point.md; every
 * rounding is that of fixed.h. ISO C99, no library but <stdint.h>.
 *
 *===----------------------------------------------------------------------------------------------===*/
#ifndef SNN_CORE_H
#define SNN_CORE_H

#include "fixed.h"

/* An event: a neuron of a layer (row-major), and what it is worth. */
typedef struct {
  uint32_t neuron;
  int32_t value;
} snn_core_event;

/* The events of a layer in one of its time steps. */
typedef struct {
  snn_core_event *events;
  uint32_t count;
} snn_core_events;

/* A convolution from a layer C x H x W to a box of neurons; weights lie as [input][row][column][output]. */
typedef struct {
  uint32_t height, width;         /* of the source */
  uint32_t out_height, out_width; /* of the layer */
  uint32_t kernel_height, kernel_width;
  uint32_t stride_y, stride_x, dilation_y, dilation_x;
  int32_t pad_y, pad_x;
  uint32_t first_y, first_x, channels, rows, columns; /* of the box; its channels are the outputs */
  uint32_t shift;
  const int16_t *weights;
} snn_core_conv;

/* Any other map: of each source neuron from `first` on, the neurons of the box and the weights. */
typedef struct {
  uint32_t first, count;
  const uint32_t *begin; /* count + 1 */
  const uint32_t *target;
  const int32_t *weight;
} snn_core_sparse;

/* What a neuron compares its estimate with: max(v, 0), max(v, w), min(v, w), |v|, a table of v, v w,
 * v / w, v / sqrt(w + epsilon), v between two bounds. */
enum {
  SNN_CORE_RELU,
  SNN_CORE_MAX,
  SNN_CORE_MIN,
  SNN_CORE_ABS,
  SNN_CORE_TABLE,
  SNN_CORE_PRODUCT,
  SNN_CORE_QUOTIENT,
  SNN_CORE_NORM,
  SNN_CORE_CLIP
};

/* A population: tables have one entry for `span` neurons that follow each other. */
typedef struct {
  uint32_t neurons, operands;
  const uint32_t *position; /* of each neuron in its layer */
  const int32_t *start[2];
  const int32_t *initial; /* where y starts, of each neuron; 0: at 0 */
  const int32_t *multiplier[2];
  uint32_t start_span[2], multiplier_span[2], shift[2];
  uint32_t state_bits, up, ternary, function, tie_above;
  const int16_t *table; /* of SNN_CORE_TABLE */
  const int32_t *gain;  /* of the values of the table, of each neuron; 0: none */
  uint32_t gain_span, gain_shift;
  const int32_t *bound[2]; /* of SNN_CORE_CLIP: the lower one, the upper one */
  uint32_t bound_span[2];
  uint32_t align;  /* of SNN_CORE_PRODUCT, SNN_CORE_QUOTIENT, SNN_CORE_NORM */
  int32_t epsilon; /* of SNN_CORE_NORM */
  int32_t limit;   /* of a rounding */
  uint32_t first_step, steps;
  const int32_t *step, *zone;
  int32_t hysteresis,
      reach; /* of updates: no dead zone is smaller; y gets no farther from where it starts */
} snn_core_population;

/* A product of two operands: `blocks` of matrices rows x inner by inner x columns; element by element with all
 * but `blocks` 1. */
typedef struct {
  uint32_t blocks, rows, inner, columns;
  const uint32_t *position; /* in its layer, of each element of the product */
  const int32_t *start[2];  /* of both operands */
} snn_core_product;

/* Adds what events give to the sums of a box. */
void snn_core_add_conv(const snn_core_conv *conv, const snn_core_events *heard, int32_t *sums);
void snn_core_add_sparse(const snn_core_sparse *sparse, const snn_core_events *heard,
                         int32_t *sums);

/* State before the first step. `sums`, `values`: operands x neurons; `y`: neurons. */
void snn_core_start(const snn_core_population *population, int32_t *sums, int16_t *values,
                    int16_t *y);

/* Time step `t`: compares and sends. `sent` has room for all neurons. */
void snn_core_fire(const snn_core_population *population, uint32_t t, int32_t *sums,
                   int16_t *values, int16_t *y, snn_core_events *sent);

/* The same of a new input to what is running (docs/spec/snn.md, "Updates"). */
void snn_core_follow(const snn_core_population *population, uint32_t t, int32_t *sums,
                     int16_t *values, int16_t *y, snn_core_events *sent);

/* State of a product before the first step. `factors` are both operands behind each other, `changes` as many
 * numbers and those of the product. */
void snn_core_start_product(const snn_core_product *product, int32_t *factors, int32_t *changes);

/* Takes the changes of the operands, sends how much the product changed, and clears them. */
void snn_core_multiply(const snn_core_product *product, int32_t *factors, int32_t *changes,
                       snn_core_events *sent);

/* A sum that is passed on rounded, between -limit and limit: its state before the first step, and what it sends
 * in a step. `sums` is kept, `passed` what has been sent so far. */
void snn_core_start_rounding(const snn_core_population *population, int32_t *sums, int32_t *passed);
void snn_core_round(const snn_core_population *population, const int32_t *sums, int32_t *passed,
                    snn_core_events *sent);

/* Sends sums that are not 0, and clears them. */
void snn_core_relay(const snn_core_population *population, int32_t *sums, snn_core_events *sent);

#endif
