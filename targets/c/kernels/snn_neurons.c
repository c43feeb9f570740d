/* Neurons. */
#include "snn_kernels.h"

#include <stddef.h>

/* Steps through numbers that repeat. */
static uint32_t next(uint32_t i, uint32_t period) { return i + 1U == period ? 0U : i + 1U; }

SNN_KERNEL void snn_clear32(int32_t *numbers, uint32_t count) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    numbers[i] = 0;
  }
}

SNN_KERNEL void snn_clear16(int16_t *numbers, uint32_t count) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    numbers[i] = 0;
  }
}

SNN_KERNEL void snn_start_sums(snn_numbers start, uint32_t count, int32_t *sums) {
  uint32_t i, k = 0;
  for (i = 0; i < count; ++i, k = next(k, start.period)) {
    sums[i] = start.values[k];
  }
}

/* Where y of neuron i starts. */
static int32_t initial(const snn_population *population, uint32_t i) {
  const snn_numbers *start = &population->initial;
  return start->values == NULL ? 0 : start->values[i % start->period];
}

SNN_KERNEL void snn_start_outputs(const snn_population *population, int16_t *y) {
  uint32_t i;
  for (i = 0; i < population->count; ++i) {
    y[i] = (int16_t)initial(population, i);
  }
}

SNN_KERNEL void snn_start_estimates(snn_numbers start, snn_numbers multipliers, uint32_t shift,
                                    uint32_t count, int16_t *v) {
  uint32_t i, k = 0, m = 0;
  for (i = 0; i < count; ++i) {
    v[i] = snn_requantize(start.values[k], multipliers.values[m], shift);
    k = next(k, start.period);
    m = next(m, multipliers.period);
  }
}

SNN_KERNEL void snn_charge_all(const int32_t *sums, snn_numbers multipliers, uint32_t shift,
                               uint32_t count, int16_t *v) {
  uint32_t i, m = 0;
  for (i = 0; i < count; ++i, m = next(m, multipliers.period)) {
    if (sums[i] != 0) {
      v[i] = snn_charge(v[i], sums[i], multipliers.values[m], shift);
    }
  }
}

static int32_t estimate(const snn_operand *operand, uint32_t i, uint32_t m) {
  return operand->v != NULL
             ? operand->v[i]
             : snn_requantize(operand->sums[i], operand->multipliers.values[m], operand->shift);
}

static int has_two(const snn_population *population) {
  return population->function != SNN_RELU && population->function != SNN_ABS &&
         population->function != SNN_TABLE && population->function != SNN_CLIP;
}

static int is_ratio(const snn_population *population) {
  return population->function == SNN_QUOTIENT || population->function == SNN_NORM;
}

/* A function by its table; neurons may have ranges of their own. */
static int32_t look_up(const snn_population *population, uint32_t i, int16_t a) {
  const snn_numbers *gains = &population->own;
  const int16_t value = snn_table(population->table, a);
  return gains->values == NULL
             ? value
             : snn_requantize(value, gains->values[i % gains->period], population->gain_shift);
}

/* What is between the bounds of neuron i. */
static int32_t clip(const snn_population *population, uint32_t i, int32_t a) {
  const snn_numbers *own = &population->own;
  const int32_t *bounds = &own->values[own->period == 2U ? 0U : 2U * i % own->period];
  return a < bounds[0] ? bounds[0] : a > bounds[1] ? bounds[1] : a;
}

/* f(a, b) of neuron i, of all functions but ratios. */
static int32_t target(const snn_population *population, uint32_t i, int16_t a, int16_t b) {
  switch (population->function) {
  case SNN_ABS:
    return a < 0 ? -a : a;
  case SNN_TABLE:
    return look_up(population, i, a);
  case SNN_CLIP:
    return clip(population, i, a);
  case SNN_MAX:
    return a < b ? b : a;
  case SNN_MIN:
    return a < b ? a : b;
  case SNN_PRODUCT:
    return snn_product(a, b, population->align);
  default:
    return a > 0 ? a : 0;
  }
}

/* On which side of a ratio f(a, b) e is: 1 above, 0 at it, -1 below. */
static int side(const snn_population *population, int64_t e, int16_t a, int16_t b) {
  return population->function == SNN_NORM
             ? snn_compare_norm(e, a, b, population->epsilon, population->align)
             : snn_compare_quotient(e, a, b, population->align);
}

/* What a population sends of neuron i, whose output is y and whose multipliers are numbers m[0] and m[1] of
 * the operands: 1 where y is too high, -1 where it is too low, and with the ternary code 0 between. */
static int send_ternary(const snn_population *population, const snn_operand *operands, uint32_t i,
                        const uint32_t *m, int32_t y, int32_t zone) {
  const int32_t e = snn_error(y, population->up, 0);
  const int16_t a = (int16_t)estimate(&operands[0], i, m[0]);
  const int16_t b = (int16_t)(has_two(population) ? estimate(&operands[1], i, m[1]) : 0);
  if (!is_ratio(population)) {
    return snn_ternary(e - target(population, i, a, b), zone);
  }
  return side(population, (int64_t)e - zone, a, b) > 0   ? 1
         : side(population, (int64_t)e + zone, a, b) < 0 ? -1
                                                         : 0;
}

static int send_sign(const snn_population *population, const snn_operand *operands, uint32_t i,
                     const uint32_t *m, int32_t y) {
  const int32_t e = snn_error(y, population->up, 0);
  const int16_t a = (int16_t)estimate(&operands[0], i, m[0]);
  const int16_t b = (int16_t)(has_two(population) ? estimate(&operands[1], i, m[1]) : 0);
  return snn_sign(is_ratio(population) ? side(population, e, a, b)
                                       : e - target(population, i, a, b),
                  population->tie_above);
}

static void advance(const snn_population *population, const snn_operand *operands, uint32_t *m) {
  m[0] = next(m[0], operands[0].multipliers.period);
  if (has_two(population)) {
    m[1] = next(m[1], operands[1].multipliers.period);
  }
}

static void push_up(snn_events *events, uint32_t i) { events->list[events->up++] = (uint16_t)i; }

static void push_down(snn_events *events, uint32_t i) {
  events->list[events->size - ++events->down] = (uint16_t)i;
}

SNN_KERNEL void snn_fire_ternary(const snn_population *population, const snn_operand *operands,
                                 int32_t step, int32_t zone, int16_t *y, snn_events *events) {
  uint32_t i, m[2] = {0, 0};
  events->up = 0;
  events->down = 0;
  for (i = 0; i < population->count; ++i) {
    const int sign = send_ternary(population, operands, i, m, y[i], zone);
    if (sign > 0) {
      y[i] = (int16_t)(y[i] - step);
      push_down(events, i);
      SNN_EVENT(i, -1);
    } else if (sign < 0) {
      y[i] = (int16_t)(y[i] + step);
      push_up(events, i);
      SNN_EVENT(i, 1);
    } else {
      /* within the dead zone: silent */
    }
    advance(population, operands, m);
  }
}

SNN_KERNEL void snn_fire_sign(const snn_population *population, const snn_operand *operands,
                              int32_t step, int16_t *y, snn_events *events) {
  uint32_t i, m[2] = {0, 0};
  events->up = 0;
  events->down = 0;
  for (i = 0; i < population->count; ++i) {
    if (send_sign(population, operands, i, m, y[i]) > 0) {
      y[i] = (int16_t)(y[i] - step);
      push_up(events, i);
      SNN_EVENT(i, -1);
    } else {
      y[i] = (int16_t)(y[i] + step);
    }
    advance(population, operands, m);
  }
}

/*===- All steps at once ----------------------------------------------------------------------------------===*/

/* On which side of its target y is in a step: 1 too high, -1 too low, 0 within the dead zone. */
static int compare(const snn_population *population, const snn_stairs *stairs, uint32_t k,
                   int32_t y, int32_t f, const int16_t *operands) {
  const int32_t e = snn_error(y, population->up, 0);
  const int32_t zone = stairs->zones == NULL ? 0 : stairs->zones[k];
  if (!is_ratio(population)) {
    return stairs->zones == NULL ? snn_sign(e - f, population->tie_above)
                                 : snn_ternary(e - f, zone);
  }
  if (stairs->zones == NULL) {
    return snn_sign(side(population, e, operands[0], operands[1]), population->tie_above);
  }
  return side(population, (int64_t)e - zone, operands[0], operands[1]) > 0   ? 1
         : side(population, (int64_t)e + zone, operands[0], operands[1]) < 0 ? -1
                                                                             : 0;
}

/* The same of the ternary code and a target f, by what y is below it: `rest`, in fraction bits of f. */
static int32_t climb_ternary(const snn_population *population, const snn_stairs *stairs, uint32_t i,
                             int32_t rest) {
  int32_t sent = 0;
  uint32_t k;
  (void)i;
  for (k = 0; k < stairs->count; ++k) {
    const int32_t step = stairs->steps[k], zone = stairs->zones[k];
    if (rest > zone) {
      rest -= step * (int32_t)((uint32_t)1 << population->up);
      sent += step;
      SNN_TRACE(stairs->trace, 1U, k);
      SNN_EVENT(i, 1);
    } else if (rest < -zone) {
      rest += step * (int32_t)((uint32_t)1 << population->up);
      sent -= step;
      SNN_TRACE(stairs->trace, 1U, k);
      SNN_EVENT(i, -1);
    } else {
      /* within the dead zone: silent */
    }
  }
  return sent;
}

/* What neuron i sends in all steps together. An event of the sign code is that y was too high. */
static int32_t climb(const snn_population *population, const snn_stairs *stairs, uint32_t i,
                     const int16_t *operands) {
  const int32_t f = is_ratio(population) ? 0 : target(population, i, operands[0], operands[1]);
  const int32_t first = initial(population, i);
  int32_t y = first;
  uint32_t k;
  if (!is_ratio(population) && stairs->zones != NULL) {
    return climb_ternary(population, stairs, i, f - snn_error(first, population->up, 0));
  }
  for (k = 0; k < stairs->count; ++k) {
    const int sign = compare(population, stairs, k, y, f, operands);
    y -= sign * stairs->steps[k];
    if (stairs->zones == NULL ? sign > 0 : sign != 0) {
      SNN_TRACE(stairs->trace, 1U, k);
      SNN_EVENT(i, -sign);
    }
  }
  return y - first;
}

SNN_KERNEL void snn_climb(const snn_population *population, const snn_operand *operands,
                          const snn_stairs *stairs, uint32_t first, uint32_t count, int32_t *sent) {
  uint32_t i, m[2];
  m[0] = first % operands[0].multipliers.period;
  m[1] = has_two(population) ? first % operands[1].multipliers.period : 0U;
  for (i = 0; i < count; ++i) {
    int16_t estimates[2];
    int32_t end;
    estimates[0] = (int16_t)estimate(&operands[0], i, m[0]);
    estimates[1] = (int16_t)(has_two(population) ? estimate(&operands[1], i, m[1]) : 0);
    end = climb(population, stairs, first + i, estimates);
    if (sent != NULL) {
      sent[i] = end;
    }
    advance(population, operands, m);
  }
}

/*===- Trains -------------------------------------------------------------------------------------------===*/

static uint32_t read_train(const snn_train *train, uint32_t i) {
  return train->halves != NULL ? train->halves[i] : train->words[i];
}

static void mark(const snn_train *train, uint32_t i, uint32_t code) {
  if (train->halves != NULL) {
    train->halves[i] = (uint16_t)(train->halves[i] | code);
  } else {
    train->words[i] |= code;
  }
}

SNN_KERNEL void snn_clear_train(const snn_train *train) {
  if (train->halves != NULL) {
    snn_clear16((int16_t *)train->halves, train->size);
  } else {
    snn_clear32((int32_t *)train->words, train->size);
  }
}

/* y of a ternary neuron: the sum of what it has sent. Most have sent little, and the loop ends with the
 * last event. */
static int32_t recall_ternary(const snn_train *train, uint32_t i) {
  const int32_t *step = train->steps;
  int32_t y = 0;
  uint32_t rest;
  for (rest = read_train(train, i); rest != 0U; rest >>= 2U) {
    if ((rest & 1U) != 0U) {
      y += *step;
    } else if ((rest & 2U) != 0U) {
      y -= *step;
    } else {
      /* silent in this step */
    }
    ++step;
  }
  return y;
}

/* y of a sign-coded neuron: down where there is an event, up in every other of the steps, which are `all`
 * together. */
static int32_t recall_signs(const snn_train *train, uint32_t i, int32_t all) {
  const int32_t *step = train->steps;
  int32_t y = all;
  uint32_t rest;
  for (rest = read_train(train, i); rest != 0U; rest >>= 1U) {
    if ((rest & 1U) != 0U) {
      y -= 2 * *step;
    }
    ++step;
  }
  return y;
}

static int32_t add_up(const snn_train *train, uint32_t k) {
  int32_t all = 0;
  uint32_t j;
  for (j = 0; j < k; ++j) {
    all += train->steps[j];
  }
  return all;
}

SNN_KERNEL void snn_fire_ternary_train(const snn_population *population,
                                       const snn_operand *operands, int32_t zone, uint32_t k,
                                       const snn_train *train) {
  uint32_t i, m[2] = {0, 0};
  for (i = 0; i < population->count; ++i) {
    const int32_t y = initial(population, i) + recall_ternary(train, i);
    const int sign = send_ternary(population, operands, i, m, y, zone);
    if (sign != 0) {
      mark(train, i, (sign < 0 ? (uint32_t)1 : (uint32_t)2) << (2U * k));
      SNN_EVENT(i, -sign);
    }
    advance(population, operands, m);
  }
}

SNN_KERNEL void snn_fire_sign_train(const snn_population *population, const snn_operand *operands,
                                    uint32_t k, const snn_train *train) {
  const int32_t all = add_up(train, k);
  uint32_t i, m[2] = {0, 0};
  for (i = 0; i < population->count; ++i) {
    const int32_t y = initial(population, i) + recall_signs(train, i, all);
    if (send_sign(population, operands, i, m, y) > 0) {
      mark(train, i, (uint32_t)1 << k);
      SNN_EVENT(i, -1);
    }
    advance(population, operands, m);
  }
}

SNN_KERNEL void snn_send_signs_train(const int16_t *values, uint32_t up, uint32_t k,
                                     const snn_train *train) {
  const int32_t all = add_up(train, k);
  uint32_t i;
  for (i = 0; i < train->size; ++i) {
    if (snn_sign(snn_error(recall_signs(train, i, all), up, values[i]), 1) > 0) {
      mark(train, i, (uint32_t)1 << k);
      SNN_EVENT(i, -1);
    }
  }
}

/*===- The input, sent in signs ---------------------------------------------------------------------------===*/

SNN_KERNEL void snn_send_signs(const int16_t *values, uint32_t count, uint32_t up, int32_t step,
                               int32_t *estimates, snn_events *events) {
  uint32_t i;
  events->up = 0;
  events->down = 0;
  for (i = 0; i < count; ++i) {
    if (snn_sign(snn_error(estimates[i], up, values[i]), 1) > 0) {
      estimates[i] -= step;
      push_up(events, i);
      SNN_EVENT(i, -1);
    } else {
      estimates[i] += step;
    }
  }
}

/*===- For updates --------------------------------------------------------------------------------------===*/

SNN_KERNEL int32_t snn_get_initial(const snn_population *population, uint32_t i) {
  return initial(population, i);
}

SNN_KERNEL int snn_compare_ternary(const snn_population *population, const snn_operand *operands,
                                   uint32_t i, int32_t y, int32_t zone) {
  uint32_t m[2] = {0, 0};
  m[0] = i % operands[0].multipliers.period;
  if (has_two(population)) {
    m[1] = i % operands[1].multipliers.period;
  }
  return send_ternary(population, operands, i, m, y, zone);
}
