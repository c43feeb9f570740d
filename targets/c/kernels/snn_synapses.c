/* Events through synapses. */
#include "snn_kernels.h"

#include <stddef.h>

/* Four or two sums at a time, and what a byte holds: most of the work of a network is here. Each returns how
 * many weights it has taken. Bounds are computed before, so that compilers see what is left over. */
static uint32_t add_bytes(const uint8_t *row, uint32_t count, int32_t worth, int32_t *sums) {
  const int8_t *weights = (const int8_t *)row;
  const uint32_t end = count - (count % 4U);
  uint32_t i;
  for (i = 0; i < end; i += 4U) {
    sums[i] += weights[i] * worth;
    sums[i + 1U] += weights[i + 1U] * worth;
    sums[i + 2U] += weights[i + 2U] * worth;
    sums[i + 3U] += weights[i + 3U] * worth;
  }
  return end;
}

static uint32_t add_nibbles(const uint8_t *row, uint32_t count, int32_t worth, int32_t *sums) {
  const uint32_t end = count - (count % 2U);
  uint32_t i;
  for (i = 0; i < end; i += 2U) {
    const uint32_t byte = *row++;
    sums[i] += ((int32_t)((byte & 15U) ^ 8U) - 8) * worth;
    sums[i + 1U] += ((int32_t)((byte >> 4U) ^ 8U) - 8) * worth;
  }
  return end;
}

/* sums[i * stride] += worth * weight i of the row. */
static void add_row(const snn_weights *weights, const uint8_t *row, uint32_t count, int32_t worth,
                    uint32_t stride, int32_t *sums) {
  uint32_t i = 0;
  if (stride == 1U && weights->bits == 8U) {
    i = add_bytes(row, count, worth, sums);
  } else if (stride == 1U && weights->bits == 4U) {
    i = add_nibbles(row, count, worth, sums);
  } else {
    /* one by one, as what the others leave over */
  }
  for (; i < count; ++i) {
    sums[i * stride] += snn_get_weight(row, weights->bits, i) * worth;
  }
}

/* How many positions back the window at output 0 lies from input `at` through tap k, in strides; false
 * where no window sees it. */
static int find_window(uint32_t at, uint32_t pad, uint32_t tap, uint32_t stride, uint32_t size,
                       uint32_t *position) {
  uint32_t offset;
  if (at + pad < tap) {
    return 0;
  }
  offset = at + pad - tap;
  if (offset % stride != 0U || offset / stride >= size) {
    return 0;
  }
  *position = offset / stride;
  return 1;
}

static void locate(const snn_window *window, uint32_t element, uint32_t *channel, uint32_t *y,
                   uint32_t *x) {
  uint32_t pixel;
  if (window->in_channel_stride == 1U) {
    *channel = element % window->in_channels;
    pixel = element / window->in_channels;
  } else {
    *channel = element / window->in_channel_stride;
    pixel = element % window->in_channel_stride;
  }
  *y = pixel / window->in_width;
  *x = pixel % window->in_width;
}

SNN_KERNEL void snn_conv_event(const void *table, uint32_t element, int32_t worth, int32_t *sums) {
  const snn_conv *const conv = (const snn_conv *)table;
  const snn_window *w = &conv->window;
  const uint32_t taps = w->kernel_height * w->kernel_width;
  uint32_t channel, y, x, ky, kx, row, column;
  const uint8_t *weights;
  int32_t *first;
  locate(w, element, &channel, &y, &x);
  worth *= (int32_t)((uint32_t)1 << conv->shift);
  weights = conv->weights.bytes + (size_t)channel * taps * conv->weights.row_bytes;
  first = sums + (size_t)(channel / conv->inputs_per_group) * conv->outputs_per_group *
                     w->out_channel_stride;
  for (ky = 0; ky < w->kernel_height; ++ky) {
    if (!find_window(y, w->pad_y, ky * w->dilation_y, w->stride_y, w->out_height, &row)) {
      continue;
    }
    for (kx = 0; kx < w->kernel_width; ++kx) {
      if (find_window(x, w->pad_x, kx * w->dilation_x, w->stride_x, w->out_width, &column)) {
        add_row(&conv->weights,
                weights + (size_t)(ky * w->kernel_width + kx) * conv->weights.row_bytes,
                conv->outputs_per_group, worth, w->out_channel_stride,
                first + (size_t)(row * w->out_width + column) * w->out_pixel_stride);
      }
    }
  }
}

SNN_KERNEL void snn_gemm_event(const void *table, uint32_t element, int32_t worth, int32_t *sums) {
  const snn_gemm *const gemm = (const snn_gemm *)table;
  const uint32_t k = element / gemm->inner % gemm->rows;
  const uint32_t block = element / (gemm->inner * gemm->rows);
  int32_t *first = sums + (size_t)block * gemm->inner * gemm->columns + element % gemm->inner;
  add_row(&gemm->weights, gemm->weights.bytes + (size_t)k * gemm->weights.row_bytes, gemm->columns,
          worth * (int32_t)((uint32_t)1 << gemm->shift), gemm->inner, first);
}

SNN_KERNEL void snn_pool_event(const void *table, uint32_t element, int32_t worth, int32_t *sums) {
  const snn_pool *const pool = (const snn_pool *)table;
  const snn_window *w = &pool->window;
  uint32_t channel, y, x, ky, kx, row, column;
  locate(w, element, &channel, &y, &x);
  for (ky = 0; ky < w->kernel_height; ++ky) {
    if (!find_window(y, w->pad_y, ky * w->dilation_y, w->stride_y, w->out_height, &row)) {
      continue;
    }
    for (kx = 0; kx < w->kernel_width; ++kx) {
      if (find_window(x, w->pad_x, kx * w->dilation_x, w->stride_x, w->out_width, &column)) {
        const uint32_t pixel = row * w->out_width + column;
        sums[(size_t)channel * w->out_channel_stride + (size_t)pixel * w->out_pixel_stride] +=
            worth * pool->shares[pixel];
      }
    }
  }
}

/* Where an element goes, or SNN_NOWHERE. `first` is there: an element that stays in its place may be number
 * 0xffff. */
#define SNN_NOWHERE 0xffffU
static inline uint32_t map_element(const snn_map *map, uint32_t element) {
  uint32_t a, b, c;
  if (map->second == NULL) {
    return map->first[element];
  }
  c = map->third[element % map->third_size];
  element /= map->third_size;
  b = map->second[element % map->second_size];
  a = map->first[element / map->second_size];
  return a == SNN_NOWHERE || b == SNN_NOWHERE || c == SNN_NOWHERE ? SNN_NOWHERE : a + b + c;
}

SNN_KERNEL void snn_map_event(const void *table, uint32_t element, int32_t worth, int32_t *sums) {
  const snn_map *const map = (const snn_map *)table;
  const uint32_t target = map->first == NULL ? element : map_element(map, element);
  if (map->first == NULL || target != SNN_NOWHERE) {
    sums[target] += map->factors == NULL ? worth : worth * map->factors[element % map->period];
  }
}

#define SNN_NOWHERE_WIDE 0xffffffffU
static inline uint32_t map_element_wide(const snn_map_wide *map, uint32_t element) {
  uint32_t a, b, c;
  if (map->second == NULL) {
    return map->first[element];
  }
  c = map->third[element % map->third_size];
  element /= map->third_size;
  b = map->second[element % map->second_size];
  a = map->first[element / map->second_size];
  return a == SNN_NOWHERE_WIDE || b == SNN_NOWHERE_WIDE || c == SNN_NOWHERE_WIDE ? SNN_NOWHERE_WIDE
                                                                                 : a + b + c;
}

SNN_KERNEL void snn_map_wide_event(const void *table, uint32_t element, int32_t worth,
                                   int32_t *sums) {
  const snn_map_wide *const map = (const snn_map_wide *)table;
  const uint32_t target = map_element_wide(map, element);
  if (target != SNN_NOWHERE_WIDE) {
    sums[target] += map->factors == NULL ? worth : worth * map->factors[element % map->period];
  }
}

SNN_KERNEL void snn_copy_event(const void *table, uint32_t element, int32_t worth, int32_t *sums) {
  const snn_copy *const copy = (const snn_copy *)table;
  uint32_t i;
  for (i = copy->first[element]; i < copy->first[element + 1U]; ++i) {
    sums[copy->targets[i]] += worth;
  }
}

SNN_KERNEL void snn_copy_wide_event(const void *table, uint32_t element, int32_t worth,
                                    int32_t *sums) {
  const snn_copy_wide *const copy = (const snn_copy_wide *)table;
  uint32_t i;
  for (i = copy->first[element]; i < copy->first[element + 1U]; ++i) {
    sums[copy->targets[i]] += worth;
  }
}

SNN_KERNEL void snn_mapped_event(const void *table, uint32_t element, int32_t worth,
                                 int32_t *sums) {
  const snn_mapped *const mapped = (const snn_mapped *)table;
  const snn_map *const map = mapped->map;
  const uint32_t target = map->first == NULL ? element : map_element(map, element);
  if (map->first == NULL || target != SNN_NOWHERE) {
    mapped->behind(mapped->table, target,
                   map->factors == NULL ? worth : worth * map->factors[element % map->period],
                   sums);
  }
}

SNN_KERNEL void snn_mapped_wide_event(const void *table, uint32_t element, int32_t worth,
                                      int32_t *sums) {
  const snn_mapped_wide *const mapped = (const snn_mapped_wide *)table;
  const snn_map_wide *const map = mapped->map;
  const uint32_t target = map_element_wide(map, element);
  if (target != SNN_NOWHERE_WIDE) {
    mapped->behind(mapped->table, target,
                   map->factors == NULL ? worth : worth * map->factors[element % map->period],
                   sums);
  }
}

SNN_KERNEL void snn_deliver(snn_synapse *synapse, const void *table, const snn_events *events,
                            int32_t worth, int32_t *sums) {
  uint32_t i;
  for (i = 0; i < events->up; ++i) {
    synapse(table, events->list[i], worth, sums);
  }
  for (i = events->size - events->down; i < events->size; ++i) {
    synapse(table, events->list[i], -worth, sums);
  }
}

SNN_KERNEL void snn_deliver_train(snn_synapse *synapse, const void *table, const snn_train *train,
                                  uint32_t k, int32_t worth, int32_t *sums) {
  const uint32_t mask = train->bits == 2U ? 3U : 1U;
  const uint32_t shift = train->bits * k;
  uint32_t i;
  for (i = 0; i < train->size; ++i) {
    const uint32_t all = train->halves != NULL ? train->halves[i] : train->words[i];
    const uint32_t code = (all >> shift) & mask;
    if (code != 0U) {
      synapse(table, i, code == 1U ? worth : -worth, sums);
    }
  }
}

SNN_KERNEL void snn_deliver_values16(snn_synapse *synapse, const void *table, const int16_t *values,
                                     uint32_t count, int32_t *sums) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    if (values[i] != 0) {
      synapse(table, i, values[i], sums);
    }
  }
}

SNN_KERNEL void snn_deliver_values32(snn_synapse *synapse, const void *table, const int32_t *values,
                                     uint32_t count, int32_t *sums) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    if (values[i] != 0) {
      synapse(table, i, values[i], sums);
    }
  }
}

SNN_KERNEL void snn_add_background(const int32_t *values, uint32_t count, int32_t worth,
                                   int32_t *sums) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    sums[i] += values[i] * worth;
  }
}

/*===- Synapses that keep what changes add up to -----------------------------------------------------------===*/

static size_t place_of(const snn_strides *strides, uint32_t batch, uint32_t row, uint32_t column) {
  return (size_t)batch * strides->batch + (size_t)row * strides->row +
         (size_t)column * strides->column;
}

/* An operand: its elements in 16 bits, or (halves is NULL) in 32. */
typedef struct {
  int16_t *halves;
  int32_t *words;
} snn_factors;

static int32_t get_factor(const snn_factors *factors, size_t i) {
  return factors->halves != NULL ? factors->halves[i] : factors->words[i];
}

static void change_factor(const snn_factors *factors, size_t i, int32_t change) {
  if (factors->halves != NULL) {
    factors->halves[i] = (int16_t)(factors->halves[i] + change);
  } else {
    factors->words[i] += change;
  }
}

SNN_KERNEL void snn_start_factors(snn_numbers start, uint32_t count, int16_t *factors) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    factors[i] = (int16_t)start.values[i % start.period];
  }
}

/* The changes of p, times q. */
static void multiply_left(const snn_matmul *m, uint32_t b, const int32_t *changes,
                          const snn_factors *p, const snn_factors *q, int32_t *sums) {
  uint32_t n, k, c;
  for (n = 0; n < m->rows; ++n) {
    for (k = 0; k < m->inner; ++k) {
      const size_t i = place_of(&m->lhs, b, n, k);
      const int32_t change = changes[i];
      if (change != 0) {
        const size_t from = place_of(&m->rhs, b, k, 0), to = place_of(&m->out, b, n, 0);
        for (c = 0; c < m->columns; ++c) {
          sums[to + (size_t)c * m->out.column] +=
              change * get_factor(q, from + (size_t)c * m->rhs.column);
        }
        change_factor(p, i, change);
      }
    }
  }
}

/* p, with its changes, times the changes of q. */
static void multiply_right(const snn_matmul *m, uint32_t b, const int32_t *changes,
                           const snn_factors *p, const snn_factors *q, int32_t *sums) {
  uint32_t n, k, c;
  for (k = 0; k < m->inner; ++k) {
    for (c = 0; c < m->columns; ++c) {
      const size_t i = place_of(&m->rhs, b, k, c);
      const int32_t change = changes[i];
      if (change != 0) {
        const size_t from = place_of(&m->lhs, b, 0, k), to = place_of(&m->out, b, 0, c);
        for (n = 0; n < m->rows; ++n) {
          sums[to + (size_t)n * m->out.row] +=
              change * get_factor(p, from + (size_t)n * m->lhs.row);
        }
        change_factor(q, i, change);
      }
    }
  }
}

static void multiply(const snn_matmul *matmul, const int32_t *changes_p, const int32_t *changes_q,
                     const snn_factors *p, const snn_factors *q, int32_t *sums) {
  uint32_t b;
  for (b = 0; b < matmul->batch; ++b) {
    multiply_left(matmul, b, changes_p, p, q, sums);
    multiply_right(matmul, b, changes_q, p, q, sums);
  }
}

SNN_KERNEL void snn_multiply16(const snn_matmul *matmul, const int32_t *changes_p,
                               const int32_t *changes_q, int16_t *p, int16_t *q, int32_t *sums) {
  const snn_factors left = {p, NULL}, right = {q, NULL};
  multiply(matmul, changes_p, changes_q, &left, &right, sums);
}

SNN_KERNEL void snn_multiply32(const snn_matmul *matmul, const int32_t *changes_p,
                               const int32_t *changes_q, int32_t *p, int32_t *q, int32_t *sums) {
  const snn_factors left = {NULL, p}, right = {NULL, q};
  multiply(matmul, changes_p, changes_q, &left, &right, sums);
}

SNN_KERNEL void snn_pass_rounded(const snn_rounding *rounding, const int32_t *changes, int32_t *x,
                                 int32_t *sums) {
  const snn_numbers *multipliers = &rounding->multipliers;
  uint32_t i;
  for (i = 0; i < rounding->count; ++i) {
    if (changes[i] != 0) {
      const int32_t multiplier = multipliers->values[i % multipliers->period];
      const int32_t before = snn_estimate(x[i], multiplier, rounding->shift, rounding->limit);
      x[i] += changes[i];
      sums[i] += snn_estimate(x[i], multiplier, rounding->shift, rounding->limit) - before;
    }
  }
}
