/* Updates: what changed, through synapses and neurons. */
#include "snn_updates.h"

#include <stddef.h>

/*===- Marks ---------------------------------------------------------------------------------------------===*/

SNN_KERNEL int snn_any_mark(const uint32_t *marks, uint32_t size) {
  uint32_t w;
  for (w = 0; w < SNN_MARK_WORDS(size); ++w) {
    if (marks[w] != 0U) {
      return 1;
    }
  }
  return 0;
}

SNN_KERNEL int snn_any_value(const int32_t *values, uint32_t count) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    if (values[i] != 0) {
      return 1;
    }
  }
  return 0;
}

static void clear_marks(uint32_t *marks, uint32_t size) {
  uint32_t w;
  for (w = 0; w < SNN_MARK_WORDS(size); ++w) {
    marks[w] = 0;
  }
}

static void mark_one(uint32_t *marks, uint32_t i) { marks[i >> 5U] |= (uint32_t)1 << (i & 31U); }

/* Elements from `first` on, `count` of them: whole words at once. */
static void mark_many(uint32_t *marks, uint32_t first, uint32_t count) {
  while (count > 0U) {
    const uint32_t bit = first & 31U;
    const uint32_t part = count < 32U - bit ? count : 32U - bit;
    marks[first >> 5U] |= (part == 32U ? UINT32_MAX : ((uint32_t)1 << part) - 1U) << bit;
    first += part;
    count -= part;
  }
}

SNN_KERNEL void snn_mark_all(uint32_t *marks, uint32_t size) { mark_many(marks, 0, size); }

/* The number of the lowest bit that is set, of a word that has one. */
static uint32_t find_lowest(uint32_t word) {
#ifdef __GNUC__
  return (uint32_t)__builtin_ctz(word);
#else
  uint32_t i = 0;
  while ((word >> i & 1U) == 0U) {
    ++i;
  }
  return i;
#endif
}

/* The first element from i on that is marked; `size` where none is. */
static uint32_t find_mark(const uint32_t *marks, uint32_t size, uint32_t i) {
  while (i < size) {
    const uint32_t rest = marks[i >> 5U] >> (i & 31U);
    if (rest != 0U) {
      return i + find_lowest(rest);
    }
    i = (i | 31U) + 1U;
  }
  return size;
}

/*===- What a synapse reaches ----------------------------------------------------------------------------===*/

/* Outputs along a dimension whose windows see input `at`: from *first to before the number that is returned. */
static uint32_t find_outputs(uint32_t at, uint32_t pad, uint32_t extent, uint32_t stride,
                             uint32_t size, uint32_t *first) {
  const uint32_t last = (at + pad) / stride;
  *first = at + pad < extent ? 0U : (at + pad - extent + stride - 1U) / stride;
  return last < size ? last + 1U : size;
}

/* `count` channels at an output. */
static void mark_channels(const snn_window *w, uint32_t channel, uint32_t count, uint32_t position,
                          uint32_t *marks) {
  const uint32_t first = channel * w->out_channel_stride + position * w->out_pixel_stride;
  uint32_t c;
  if (w->out_channel_stride == 1U) {
    mark_many(marks, first, count);
    return;
  }
  for (c = 0; c < count; ++c) {
    mark_one(marks, first + c * w->out_channel_stride);
  }
}

SNN_KERNEL void snn_reach_window(const void *table, uint32_t element, int32_t worth,
                                 int32_t *marks) {
  const snn_window_reach *const reach = (const snn_window_reach *)table;
  const snn_window *const w = reach->window;
  const int is_last = w->in_channel_stride == 1U; /* how the input is stored */
  const uint32_t channel = is_last ? element % w->in_channels : element / w->in_channel_stride;
  const uint32_t pixel = is_last ? element / w->in_channels : element % w->in_channel_stride;
  const uint32_t outputs = reach->outputs_per_group;
  uint32_t row, column, rows, columns, first_row, first_column;
  rows = find_outputs(pixel / w->in_width, w->pad_y, (w->kernel_height - 1U) * w->dilation_y,
                      w->stride_y, w->out_height, &first_row);
  columns = find_outputs(pixel % w->in_width, w->pad_x, (w->kernel_width - 1U) * w->dilation_x,
                         w->stride_x, w->out_width, &first_column);
  (void)worth;
  for (row = first_row; row < rows; ++row) {
    for (column = first_column; column < columns; ++column) {
      mark_channels(w, channel / reach->inputs_per_group * outputs, outputs,
                    row * w->out_width + column, (uint32_t *)marks);
    }
  }
}

SNN_KERNEL void snn_reach_block(const void *table, uint32_t element, int32_t worth,
                                int32_t *marks) {
  const snn_block_reach *const reach = (const snn_block_reach *)table;
  (void)worth;
  mark_many((uint32_t *)marks, element / reach->operand * reach->result, reach->result);
}

SNN_KERNEL void snn_reach_place(const void *table, uint32_t element, int32_t worth,
                                int32_t *marks) {
  (void)table;
  (void)worth;
  mark_one((uint32_t *)marks, element);
}

SNN_KERNEL void snn_reach_copy(const void *table, uint32_t element, int32_t worth, int32_t *marks) {
  const snn_copy *const copy = (const snn_copy *)table;
  uint32_t i;
  (void)worth;
  for (i = copy->first[element]; i < copy->first[element + 1U]; ++i) {
    mark_one((uint32_t *)marks, copy->targets[i]);
  }
}

SNN_KERNEL void snn_reach_copy_wide(const void *table, uint32_t element, int32_t worth,
                                    int32_t *marks) {
  const snn_copy_wide *const copy = (const snn_copy_wide *)table;
  uint32_t i;
  (void)worth;
  for (i = copy->first[element]; i < copy->first[element + 1U]; ++i) {
    mark_one((uint32_t *)marks, copy->targets[i]);
  }
}

/*===- Changes through synapses --------------------------------------------------------------------------===*/

static void deliver_change(const snn_path *path, uint32_t i, int32_t change, int32_t *sums,
                           uint32_t *touched) {
  path->synapse(path->table, i, change, sums);
  if (touched != NULL) {
    path->reach(path->reach_table, i, 0, (int32_t *)touched);
  }
}

/* What element i of a train sent in steps `first` to before `end`. */
static int32_t add_up_steps(const snn_train *train, uint32_t i, uint32_t first, uint32_t end) {
  uint32_t rest = (train->halves != NULL ? train->halves[i] : train->words[i]) >> (2U * first);
  int32_t sum = 0;
  uint32_t k;
  for (k = first; k < end && rest != 0U; ++k) {
    if ((rest & 1U) != 0U) {
      sum += train->steps[k];
    } else if ((rest & 2U) != 0U) {
      sum -= train->steps[k];
    } else {
      /* silent in this step */
    }
    rest >>= 2U;
  }
  return sum;
}

SNN_KERNEL void snn_deliver_changes(const snn_path *path, const snn_source *source, uint32_t from,
                                    uint32_t until, int32_t *sums, uint32_t *touched) {
  const uint32_t size = source->train->size;
  const uint32_t first = from > source->start ? from - source->start : 0U;
  uint32_t i, end = until > source->start ? until - source->start : 0U;
  end = end < source->steps ? end : source->steps;
  if (first >= end) {
    return;
  }
  for (i = find_mark(source->sent, size, 0); i < size; i = find_mark(source->sent, size, i + 1U)) {
    const int32_t change = add_up_steps(source->train, i, first, end);
    if (change != 0) {
      deliver_change(path, i, change, sums, touched);
    }
  }
}

SNN_KERNEL void snn_deliver_marked(const snn_path *path, const int32_t *values,
                                   const uint32_t *marks, uint32_t count, int32_t *sums,
                                   uint32_t *touched) {
  uint32_t i;
  for (i = find_mark(marks, count, 0); i < count; i = find_mark(marks, count, i + 1U)) {
    deliver_change(path, i, values[i], sums, touched);
  }
}

SNN_KERNEL void snn_deliver_passed(const snn_path *path, const int32_t *values, uint32_t count,
                                   int32_t *sums, uint32_t *touched) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    if (values[i] != 0) {
      deliver_change(path, i, values[i], sums, touched);
    }
  }
}

/*===- Neurons -------------------------------------------------------------------------------------------===*/

SNN_KERNEL void snn_begin_marks(const snn_marks *marks, uint32_t size) {
  clear_marks(marks->sent, size);
  clear_marks(marks->awake, size);
  clear_marks(marks->touched, size);
  clear_marks(marks->moved, size);
}

/* Those beyond the smallest dead zone that were not just silent in all steps, and those that were reached when no step
 * was left, need not have come to rest. */
SNN_KERNEL void snn_end_marks(const snn_marks *marks, uint32_t size) {
  uint32_t w;
  for (w = 0; w < SNN_MARK_WORDS(size); ++w) {
    marks->restless[w] = (marks->awake[w] & marks->moved[w]) | marks->touched[w];
  }
}

/* An event of neuron i, but where it would lead beyond the reach. Returns whether there is one. */
static int send_change(const snn_population *population, int32_t reach, const snn_train *train,
                       uint32_t k, uint32_t i, int sign, int16_t *y, uint32_t *sent) {
  const uint32_t code = (sign < 0 ? (uint32_t)1 : (uint32_t)2) << (2U * k);
  const uint32_t bit = (uint32_t)1 << (i & 31U);
  const int32_t next_y = sign < 0 ? y[i] + train->steps[k] : y[i] - train->steps[k];
  const int32_t way = next_y - snn_get_initial(population, i);
  if (way > reach || way < -reach) {
    return 0;
  }
  y[i] = (int16_t)next_y;
  /* The first event of an update takes the place of the last one's. */
  if (train->halves != NULL) {
    train->halves[i] = (uint16_t)((sent[i >> 5U] & bit) != 0U ? train->halves[i] | code : code);
  } else {
    train->words[i] = (sent[i >> 5U] & bit) != 0U ? train->words[i] | code : code;
  }
  sent[i >> 5U] |= bit;
  SNN_EVENT(i, -sign);
  return 1;
}

SNN_KERNEL void snn_fire_changes(const snn_population *population, const snn_operand *operands,
                                 const snn_dead_zones *zones, uint32_t k, const snn_train *train,
                                 int16_t *y, const snn_marks *marks) {
  uint32_t w;
  for (w = 0; w < SNN_MARK_WORDS(population->count); ++w) {
    const uint32_t arrived = marks->touched[w] | (k == 0U ? marks->restless[w] : 0U);
    uint32_t look = arrived | marks->awake[w];
    if (k != 0U) {
      marks->moved[w] |= arrived;
    }
    marks->touched[w] = 0;
    for (; look != 0U; look &= look - 1U) {
      const uint32_t i = w * 32U + find_lowest(look), bit = (uint32_t)1 << (i & 31U);
      const int sign = snn_compare_ternary(population, operands, i, y[i], zones->zones[k]);
      if (sign != 0) {
        marks->awake[w] |= bit;
        if (send_change(population, zones->reach, train, k, i, sign, y, marks->sent) != 0) {
          marks->moved[w] |= bit;
        }
      } else if ((arrived & bit) != 0U) {
        /* Within the smallest dead zone it rests until something arrives again. */
        if (snn_compare_ternary(population, operands, i, y[i], zones->min) != 0) {
          marks->awake[w] |= bit;
        } else {
          marks->awake[w] &= ~bit;
        }
      } else {
        /* awake, and within the dead zone of this step */
      }
    }
  }
}

/*===- Input ---------------------------------------------------------------------------------------------===*/

static void change_value(const int32_t *thresholds, uint32_t channel, uint32_t i, int16_t value,
                         int16_t *values, int32_t *changes, uint32_t *marks) {
  const int32_t change = value - values[i];
  const int32_t threshold = thresholds == NULL ? 0 : thresholds[channel];
  if (change > threshold || change < -threshold) {
    values[i] = value;
    changes[i] = change;
    mark_one(marks, i);
    SNN_EVENT(i, change);
  }
}

SNN_KERNEL void snn_change_u8(const snn_input *input, const int32_t *thresholds, const uint8_t *raw,
                              int16_t *values, int32_t *changes, uint32_t *marks) {
  uint32_t c, i;
  clear_marks(marks, input->channels * input->plane);
  for (c = 0; c < input->channels; ++c) {
    for (i = 0; i < input->plane; ++i) {
      change_value(thresholds, c, snn_input_place(input, c, i),
                   snn_encode(*raw++, input->multipliers[c], input->offsets[c], input->shift),
                   values, changes, marks);
    }
  }
}

SNN_KERNEL void snn_change_i16(const snn_input *input, const int32_t *thresholds,
                               const int16_t *raw, int16_t *values, int32_t *changes,
                               uint32_t *marks) {
  uint32_t c, i;
  clear_marks(marks, input->channels * input->plane);
  for (c = 0; c < input->channels; ++c) {
    for (i = 0; i < input->plane; ++i) {
      change_value(thresholds, c, snn_input_place(input, c, i),
                   snn_encode(*raw++, input->multipliers[c], input->offsets[c], input->shift),
                   values, changes, marks);
    }
  }
}
