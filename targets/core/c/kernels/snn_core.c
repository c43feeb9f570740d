#include "snn_core.h"

/* Sums wrap as unsigned numbers do; the compiler has proven that they stay within 32 bits. */
static int32_t add(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }
static int32_t multiply(int32_t a, int32_t b) { return (int32_t)((uint32_t)a * (uint32_t)b); }

/* The output of a window whose tap `tap` sees `at`, or a number beyond all outputs. */
static uint32_t window(uint32_t at, uint32_t tap, uint32_t stride, uint32_t dilation, int32_t pad) {
  const int64_t from = (int64_t)at + pad - (int64_t)tap * dilation;
  if (from < 0 || from % stride != 0) {
    return UINT32_MAX;
  }
  return (uint32_t)(from / stride);
}

static void add_conv_event(const snn_core_conv *conv, snn_core_event event, int32_t *sums) {
  const uint32_t plane = conv->height * conv->width;
  const uint32_t input = event.neuron / plane;
  const uint32_t y = event.neuron % plane / conv->width;
  const uint32_t x = event.neuron % conv->width;
  const int32_t value = multiply(event.value, (int32_t)1 << conv->shift);
  for (uint32_t ky = 0; ky < conv->kernel_height; ++ky) {
    const uint32_t oy = window(y, ky, conv->stride_y, conv->dilation_y, conv->pad_y);
    if (oy >= conv->out_height || oy - conv->first_y >= conv->rows) {
      continue;
    }
    for (uint32_t kx = 0; kx < conv->kernel_width; ++kx) {
      const uint32_t ox = window(x, kx, conv->stride_x, conv->dilation_x, conv->pad_x);
      const int16_t *weights =
          conv->weights +
          ((input * conv->kernel_height + ky) * conv->kernel_width + kx) * conv->channels;
      int32_t *sum = sums + (oy - conv->first_y) * conv->columns + (ox - conv->first_x);
      if (ox >= conv->out_width || ox - conv->first_x >= conv->columns) {
        continue;
      }
      for (uint32_t o = 0; o < conv->channels; ++o) {
        sum[o * conv->rows * conv->columns] =
            add(sum[o * conv->rows * conv->columns], multiply(value, weights[o]));
      }
    }
  }
}

void snn_core_add_conv(const snn_core_conv *conv, const snn_core_events *heard, int32_t *sums) {
  for (uint32_t i = 0; i < heard->count; ++i) {
    add_conv_event(conv, heard->events[i], sums);
  }
}

void snn_core_add_sparse(const snn_core_sparse *sparse, const snn_core_events *heard,
                         int32_t *sums) {
  for (uint32_t i = 0; i < heard->count; ++i) {
    const uint32_t row = heard->events[i].neuron - sparse->first;
    if (row >= sparse->count) {
      continue;
    }
    for (uint32_t j = sparse->begin[row]; j < sparse->begin[row + 1U]; ++j) {
      sums[sparse->target[j]] =
          add(sums[sparse->target[j]], multiply(heard->events[i].value, sparse->weight[j]));
    }
  }
}

static int16_t estimate(const snn_core_population *p, uint32_t operand, uint32_t i, int32_t sum) {
  return snn_requantize(sum, p->multiplier[operand][i / p->multiplier_span[operand]],
                        p->shift[operand]);
}

void snn_core_start(const snn_core_population *p, int32_t *sums, int16_t *values, int16_t *y) {
  for (uint32_t operand = 0; operand < p->operands; ++operand) {
    for (uint32_t i = 0; i < p->neurons; ++i) {
      const int32_t start = p->start[operand][i / p->start_span[operand]];
      sums[operand * p->neurons + i] = p->state_bits == 32U ? start : 0;
      if (p->multiplier[operand] != 0) {
        values[operand * p->neurons + i] = estimate(p, operand, i, start);
      }
    }
  }
  for (uint32_t i = 0; i < p->neurons; ++i) {
    y[i] = (int16_t)(p->initial != 0 ? p->initial[i] : 0);
  }
}

/* Brings the estimates of all operands up to date. */
static void settle(const snn_core_population *p, int32_t *sums, int16_t *values) {
  for (uint32_t operand = 0; operand < p->operands; ++operand) {
    for (uint32_t i = 0; i < p->neurons; ++i) {
      const uint32_t at = operand * p->neurons + i;
      if (p->state_bits == 32U) {
        values[at] = estimate(p, operand, i, sums[at]);
      } else {
        values[at] =
            snn_charge(values[at], sums[at],
                       p->multiplier[operand][i / p->multiplier_span[operand]], p->shift[operand]);
        sums[at] = 0;
      }
    }
  }
}

static int32_t clip(const snn_core_population *p, uint32_t i, int32_t v) {
  const int32_t lower = p->bound[0][i / p->bound_span[0]];
  const int32_t upper = p->bound[1][i / p->bound_span[1]];
  return v < lower ? lower : v > upper ? upper : v;
}

static int32_t evaluate(const snn_core_population *p, const int16_t *values, uint32_t i) {
  const int32_t a = values[i];
  const int32_t b = p->operands == 2U ? values[p->neurons + i] : 0;
  switch (p->function) {
  case SNN_CORE_MIN:
    return a < b ? a : b;
  case SNN_CORE_ABS:
    return a < 0 ? -a : a;
  case SNN_CORE_TABLE:
    return p->gain == 0 ? snn_table(p->table, values[i])
                        : snn_requantize(snn_table(p->table, values[i]), p->gain[i / p->gain_span],
                                         p->gain_shift);
  case SNN_CORE_CLIP:
    return clip(p, i, a);
  case SNN_CORE_PRODUCT:
    return snn_product((int16_t)a, (int16_t)b, p->align);
  default: /* SNN_CORE_RELU compares with 0, SNN_CORE_MAX with the other operand */
    return a > b ? a : b;
  }
}

/* On which side of f e lies: 1 above it, -1 below. */
static int side(const snn_core_population *p, const int16_t *values, uint32_t i, int64_t e) {
  const int16_t b = (int16_t)(p->operands == 2U ? values[p->neurons + i] : 0);
  int64_t f;
  if (p->function == SNN_CORE_QUOTIENT) {
    return snn_compare_quotient(e, values[i], b, p->align);
  }
  if (p->function == SNN_CORE_NORM) {
    return snn_compare_norm(e, values[i], b, p->epsilon, p->align);
  }
  f = evaluate(p, values, i);
  return (e > f) - (e < f);
}

/* The sign of the error that is sent, with `zone` around it in the ternary code. */
static int sign(const snn_core_population *p, const int16_t *values, uint32_t i, int32_t e,
                int32_t zone) {
  if (p->ternary == 0U) {
    return snn_sign(side(p, values, i, e), p->tie_above != 0U ? 1 : 0);
  }
  return side(p, values, i, (int64_t)e - zone) > 0   ? 1
         : side(p, values, i, (int64_t)e + zone) < 0 ? -1
                                                     : 0;
}

static int32_t distance(int32_t a, int32_t b) { return a < b ? b - a : a - b; }

/* No dead zone is smaller than `min`, and no output gets farther than `reach` from where it starts. */
static void fire(const snn_core_population *p, uint32_t t, int32_t min, int32_t reach,
                 int32_t *sums, int16_t *values, int16_t *y, snn_core_events *sent) {
  const uint32_t k = t - p->first_step; /* beyond all steps before the first one */
  int32_t zone = 0;
  settle(p, sums, values);
  sent->count = 0;
  if (k >= p->steps) {
    return;
  }
  if (p->ternary != 0U) {
    zone = p->zone[k] < min ? min : p->zone[k];
  }
  for (uint32_t i = 0; i < p->neurons; ++i) {
    const int32_t change = -sign(p, values, i, snn_error(y[i], p->up, 0), zone) * p->step[k];
    if (change != 0 && distance(y[i] + change, p->initial != 0 ? p->initial[i] : 0) <= reach) {
      y[i] = (int16_t)(y[i] + change);
      sent->events[sent->count].neuron = p->position[i];
      sent->events[sent->count].value = change;
      ++sent->count;
    }
  }
}

void snn_core_fire(const snn_core_population *p, uint32_t t, int32_t *sums, int16_t *values,
                   int16_t *y, snn_core_events *sent) {
  fire(p, t, 0, INT32_MAX, sums, values, y, sent);
}

void snn_core_follow(const snn_core_population *p, uint32_t t, int32_t *sums, int16_t *values,
                     int16_t *y, snn_core_events *sent) {
  fire(p, t, p->hysteresis, p->reach, sums, values, y, sent);
}

static int32_t round_sum(const snn_core_population *p, uint32_t i, int32_t sum) {
  return snn_estimate(sum, p->multiplier[0][i / p->multiplier_span[0]], p->shift[0], p->limit);
}

void snn_core_start_rounding(const snn_core_population *p, int32_t *sums, int32_t *passed) {
  for (uint32_t i = 0; i < p->neurons; ++i) {
    sums[i] = p->start[0][i / p->start_span[0]];
    passed[i] = round_sum(p, i, sums[i]);
  }
}

void snn_core_round(const snn_core_population *p, const int32_t *sums, int32_t *passed,
                    snn_core_events *sent) {
  sent->count = 0;
  for (uint32_t i = 0; i < p->neurons; ++i) {
    const int32_t now = round_sum(p, i, sums[i]);
    if (now != passed[i]) {
      sent->events[sent->count].neuron = p->position[i];
      sent->events[sent->count].value = now - passed[i];
      ++sent->count;
      passed[i] = now;
    }
  }
}

/* Sends `count` sums that are not 0, and clears them. */
static void send_sums(const uint32_t *position, uint32_t count, int32_t *sums,
                      snn_core_events *sent) {
  sent->count = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (sums[i] != 0) {
      sent->events[sent->count].neuron = position[i];
      sent->events[sent->count].value = sums[i];
      ++sent->count;
      sums[i] = 0;
    }
  }
}

void snn_core_relay(const snn_core_population *p, int32_t *sums, snn_core_events *sent) {
  send_sums(p->position, p->neurons, sums, sent);
}

void snn_core_start_product(const snn_core_product *p, int32_t *factors, int32_t *changes) {
  const uint32_t left = p->blocks * p->rows * p->inner;
  const uint32_t right = p->blocks * p->inner * p->columns;
  for (uint32_t i = 0; i < left; ++i) {
    factors[i] = p->start[0][i];
  }
  for (uint32_t i = 0; i < right; ++i) {
    factors[left + i] = p->start[1][i];
  }
  for (uint32_t i = 0; i < left + right + p->blocks * p->rows * p->columns; ++i) {
    changes[i] = 0;
  }
}

/* dP * Q, then (P + dP) * dQ. */
void snn_core_multiply(const snn_core_product *p, int32_t *factors, int32_t *changes,
                       snn_core_events *sent) {
  const uint32_t left = p->blocks * p->rows * p->inner;
  const uint32_t right = p->blocks * p->inner * p->columns;
  int32_t *factor = factors + left;
  int32_t *change = changes + left;
  int32_t *product = change + right;
  for (uint32_t i = 0; i < left; ++i) {
    const uint32_t block = i / (p->rows * p->inner);
    for (uint32_t c = 0; changes[i] != 0 && c < p->columns; ++c) {
      const uint32_t at = i / p->inner * p->columns + c;
      product[at] =
          add(product[at],
              multiply(changes[i], factor[(block * p->inner + i % p->inner) * p->columns + c]));
    }
    factors[i] = add(factors[i], changes[i]);
    changes[i] = 0;
  }
  for (uint32_t i = 0; i < right; ++i) {
    const uint32_t block = i / (p->inner * p->columns);
    const uint32_t k = i / p->columns % p->inner;
    for (uint32_t r = block * p->rows; change[i] != 0 && r < (block + 1U) * p->rows; ++r) {
      const uint32_t at = r * p->columns + i % p->columns;
      product[at] = add(product[at], multiply(factors[r * p->inner + k], change[i]));
    }
    factor[i] = add(factor[i], change[i]);
    change[i] = 0;
  }
  send_sums(p->position, p->blocks * p->rows * p->columns, product, sent);
}
