/* Dot products: all inputs of a pixel with all of their weights. */
#include "snn_values.h"

#if defined(__ARM_FEATURE_SIMD32) && !defined(__ARM_BIG_ENDIAN)
#include <arm_acle.h>
#define SNN_TWO_AT_A_TIME 1
#else
#define SNN_TWO_AT_A_TIME 0
#endif

/* What is left of the products of two outputs without that of the first, a multiple of 256 in 40 bits. */
static inline int32_t get_second(int64_t both, int32_t low) {
  return (int32_t)(uint32_t)((uint64_t)(both - low) >> 8U);
}

#if SNN_TWO_AT_A_TIME
/* products[o] = product of the inputs with the weights of each of four outputs; there are `count` inputs, a multiple of four. */
static void multiply_four(const snn_dot_pairs *inputs, uint32_t count, const int32_t *weights,
                          int32_t *products) {
  const int32_t *pair = inputs->pairs;
  const int32_t *const end = pair + count / 2U;
  int32_t low_a = 0, both_a = 0, low_b = 0, both_b = 0;
  do {
    const int32_t x = pair[0], y = pair[1];
    const int32_t a = weights[0], b = weights[1], c = weights[2], d = weights[3];
    both_a = __smlad(a, x, both_a);
    low_a = __smlad(__sxtb16(a), x, low_a);
    both_b = __smlad(b, x, both_b);
    low_b = __smlad(__sxtb16(b), x, low_b);
    both_a = __smlad(c, y, both_a);
    low_a = __smlad(__sxtb16(c), y, low_a);
    both_b = __smlad(d, y, both_b);
    low_b = __smlad(__sxtb16(d), y, low_b);
    pair += 2;
    weights += 4;
  } while (pair != end);
  products[0] = low_a;
  products[1] = (both_a - low_a) / 256;
  products[2] = low_b;
  products[3] = (both_b - low_b) / 256;
}

/* The same, where products have up to 32 bits. */
static void multiply_four_wide(const snn_dot_pairs *inputs, uint32_t count, const int32_t *weights,
                               int32_t *products) {
  const int32_t *pair = inputs->pairs;
  const int32_t *const end = pair + count / 2U;
  int64_t both_a = 0, both_b = 0;
  int32_t low_a = 0, low_b = 0;
  do {
    int32_t x = pair[0], a = weights[0], b = weights[1];
    both_a = __smlald(a, x, both_a);
    low_a = __smlad(__sxtb16(a), x, low_a);
    both_b = __smlald(b, x, both_b);
    low_b = __smlad(__sxtb16(b), x, low_b);
    x = pair[1];
    a = weights[2];
    b = weights[3];
    both_a = __smlald(a, x, both_a);
    low_a = __smlad(__sxtb16(a), x, low_a);
    both_b = __smlald(b, x, both_b);
    low_b = __smlad(__sxtb16(b), x, low_b);
    pair += 2;
    weights += 4;
  } while (pair != end);
  products[0] = low_a;
  products[1] = get_second(both_a, low_a);
  products[2] = low_b;
  products[3] = get_second(both_b, low_b);
}
#else
/* The lower and the upper half of a number, with their signs. */
static inline int32_t get_low(int32_t pair) { return (int16_t)((uint32_t)pair & 65535U); }
static inline int32_t get_high(int32_t pair) { return (int16_t)((uint32_t)pair >> 16U); }

static void multiply_four_wide(const snn_dot_pairs *inputs, uint32_t count, const int32_t *weights,
                               int32_t *products) {
  const int16_t *number = inputs->numbers;
  const int16_t *const end = number + count;
  int64_t both_a = 0, both_b = 0;
  int32_t low_a = 0, low_b = 0;
  do {
    const int32_t x = number[0], y = number[1];
    const int32_t a = get_low(weights[0]), b = get_high(weights[0]);
    const int32_t c = get_low(weights[1]), d = get_high(weights[1]);
    both_a += (int64_t)a * x + (int64_t)b * y;
    low_a += (int8_t)a * x + (int8_t)b * y;
    both_b += (int64_t)c * x + (int64_t)d * y;
    low_b += (int8_t)c * x + (int8_t)d * y;
    number += 2;
    weights += 2;
  } while (number != end);
  products[0] = low_a;
  products[1] = get_second(both_a, low_a);
  products[2] = low_b;
  products[3] = get_second(both_b, low_b);
}

static void multiply_four(const snn_dot_pairs *inputs, uint32_t count, const int32_t *weights,
                          int32_t *products) {
  const int16_t *number = inputs->numbers;
  const int16_t *const end = number + count;
  int32_t low_a = 0, both_a = 0, low_b = 0, both_b = 0;
  do {
    const int32_t x = number[0], y = number[1];
    const int32_t a = get_low(weights[0]), b = get_high(weights[0]);
    const int32_t c = get_low(weights[1]), d = get_high(weights[1]);
    both_a += a * x + b * y;
    low_a += (int8_t)a * x + (int8_t)b * y;
    both_b += c * x + d * y;
    low_b += (int8_t)c * x + (int8_t)d * y;
    number += 2;
    weights += 2;
  } while (number != end);
  products[0] = low_a;
  products[1] = (both_a - low_a) / 256;
  products[2] = low_b;
  products[3] = (both_b - low_b) / 256;
}
#endif

SNN_KERNEL void snn_dot_finish(snn_dot_inputs *given) {
  const snn_dot *const dot = given->dot;
  const size_t stride = (size_t)((dot->rows + 3U) / 4U) * 4U;
  const int32_t *weights =
      dot->weights + (size_t)(given->first_column / 4U) * stride + given->first;
  const int32_t unit = (int32_t)(1UL << dot->shift);
  int32_t *sums = given->sums;
  uint32_t left = given->columns;
  int32_t products[4];
  while ((given->count % 4U) != 0U) {
    given->inputs.numbers[given->count] = 0;
    ++given->count;
  }
  if (given->count != 0U) {
    void (*const multiply_block)(const snn_dot_pairs *, uint32_t, const int32_t *, int32_t *) =
        dot->is_wide != 0U ? multiply_four_wide : multiply_four;
    for (; left >= 4U; left -= 4U) {
      multiply_block(&given->inputs, given->count, weights, products);
      sums[0] += products[0] * unit;
      sums[1] += products[1] * unit;
      sums[2] += products[2] * unit;
      sums[3] += products[3] * unit;
      sums += 4;
      weights += stride;
    }
    if (left != 0U) {
      uint32_t i;
      multiply_block(&given->inputs, given->count, weights, products);
      for (i = 0; i < left; ++i) {
        sums[i] += products[i] * unit;
      }
    }
  }
  given->first += given->count;
  given->count = 0;
}

/* Each writes `count` inputs, four at a time. */
static void copy_u8(int16_t *to, const uint8_t *values, uint32_t count) {
  for (; count >= 4U; count -= 4U) {
    to[0] = values[0];
    to[1] = values[1];
    to[2] = values[2];
    to[3] = values[3];
    to += 4;
    values += 4;
  }
  for (; count != 0U; --count) {
    *to = *values;
    ++to;
    ++values;
  }
}

static void copy_i8(int16_t *to, const int8_t *values, uint32_t count) {
  for (; count >= 4U; count -= 4U) {
    to[0] = values[0];
    to[1] = values[1];
    to[2] = values[2];
    to[3] = values[3];
    to += 4;
    values += 4;
  }
  for (; count != 0U; --count) {
    *to = *values;
    ++to;
    ++values;
  }
}

static void copy_i16(int16_t *to, const int16_t *values, uint32_t count) {
  for (; count >= 4U; count -= 4U) {
    to[0] = values[0];
    to[1] = values[1];
    to[2] = values[2];
    to[3] = values[3];
    to += 4;
    values += 4;
  }
  for (; count != 0U; --count) {
    *to = *values;
    ++to;
    ++values;
  }
}

SNN_KERNEL void snn_dot_take(snn_dot_inputs *given, snn_type type, const void *values, size_t first,
                             uint32_t count) {
  while (count != 0U) {
    const uint32_t room = SNN_DOT_INPUTS - given->count;
    const uint32_t part = count < room ? count : room;
    int16_t *const to = given->inputs.numbers + given->count;
    if (type == SNN_U8) {
      copy_u8(to, (const uint8_t *)values + first, part);
    } else if (type == SNN_I8) {
      copy_i8(to, (const int8_t *)values + first, part);
    } else {
      copy_i16(to, (const int16_t *)values + first, part);
    }
    given->count += part;
    if (given->count == SNN_DOT_INPUTS) {
      snn_dot_finish(given);
    }
    first += part;
    count -= part;
  }
}

SNN_KERNEL void snn_dot_pad(snn_dot_inputs *given, uint32_t count) {
  for (; count != 0U; --count) {
    given->inputs.numbers[given->count] = 0;
    ++given->count;
    if (given->count == SNN_DOT_INPUTS) {
      snn_dot_finish(given);
    }
  }
}

SNN_KERNEL void snn_dot_start(snn_dot_inputs *given, const snn_dot *dot, uint32_t first_column,
                              uint32_t columns, int32_t *sums) {
  given->dot = dot;
  given->first_column = first_column;
  given->columns = columns;
  given->sums = sums;
  given->first = 0;
  given->count = 0;
}
