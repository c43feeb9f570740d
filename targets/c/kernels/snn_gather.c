/* Inputs that are not 0, and their rows of weights. */
#include "snn_values.h"

/* Sums that are held in registers while rows are added: a Cortex-M0 has eight registers for everything. */
#if defined(__ARM_ARCH_6M__)
#define SNN_WIDE_ROWS 0
#else
#define SNN_WIDE_ROWS 1
#endif

#if SNN_WIDE_ROWS
static void add_eight(const snn_entry *at, const snn_entry *end, uint32_t j, int32_t *sums) {
  int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
  int32_t e = sums[4], f = sums[5], g = sums[6], h = sums[7];
  do {
    const int8_t *const w = (const int8_t *)at->row + j;
    const int32_t value = at->value;
    a += w[0] * value;
    b += w[1] * value;
    c += w[2] * value;
    d += w[3] * value;
    e += w[4] * value;
    f += w[5] * value;
    g += w[6] * value;
    h += w[7] * value;
    ++at;
  } while (at != end);
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
  sums[4] = e;
  sums[5] = f;
  sums[6] = g;
  sums[7] = h;
}
#endif

static void add_four(const snn_entry *at, const snn_entry *end, uint32_t j, int32_t *sums) {
  int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
  do {
    const int8_t *const w = (const int8_t *)at->row + j;
    const int32_t value = at->value;
    a += w[0] * value;
    b += w[1] * value;
    c += w[2] * value;
    d += w[3] * value;
    ++at;
  } while (at != end);
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}

static uint32_t add_byte_rows(const snn_entry *at, const snn_entry *end, uint32_t columns,
                              int32_t *sums) {
  const uint32_t last = columns - (columns % 4U);
  uint32_t j = 0;
#if SNN_WIDE_ROWS
  const uint32_t wide = columns - (columns % 8U);
  for (; j < wide; j += 8U) {
    add_eight(at, end, j, sums + j);
  }
#endif
  for (; j < last; j += 4U) {
    add_four(at, end, j, sums + j);
  }
  return last;
}

static uint32_t add_nibble_rows(const snn_entry *first, const snn_entry *end, uint32_t columns,
                                int32_t *sums) {
  const uint32_t last = columns - (columns % 4U);
  uint32_t j;
  for (j = 0; j < last; j += 4U) {
    int32_t a = sums[j], b = sums[j + 1U], c = sums[j + 2U], d = sums[j + 3U];
    const snn_entry *at;
    for (at = first; at != end; ++at) {
      const uint8_t *const w = at->row + (j >> 1U);
      const int32_t value = at->value;
      a += ((int32_t)((w[0] & 15U) ^ 8U) - 8) * value;
      b += ((int32_t)((uint32_t)(w[0] >> 4U) ^ 8U) - 8) * value;
      c += ((int32_t)((w[1] & 15U) ^ 8U) - 8) * value;
      d += ((int32_t)((uint32_t)(w[1] >> 4U) ^ 8U) - 8) * value;
    }
    sums[j] = a;
    sums[j + 1U] = b;
    sums[j + 2U] = c;
    sums[j + 3U] = d;
  }
  return last;
}

SNN_KERNEL void snn_add_rows(uint32_t bits, const snn_entry *entries, uint32_t count,
                             uint32_t columns, int32_t *sums) {
  const snn_entry *const end = entries + count;
  const snn_entry *at;
  uint32_t j = bits == 8U   ? add_byte_rows(entries, end, columns, sums)
               : bits == 4U ? add_nibble_rows(entries, end, columns, sums)
                            : 0U;
  for (; j < columns; ++j) {
    int32_t sum = sums[j];
    for (at = entries; at != end; ++at) {
      sum += snn_get_weight(at->row, bits, j) * at->value;
    }
    sums[j] = sum;
  }
}

SNN_KERNEL void snn_finish(snn_gather *gather) {
  uint32_t i;
  if (gather->count == 0U) {
    return;
  }
  if (gather->shift != 0U) {
    for (i = 0; i < gather->count; ++i) {
      /* What no weight counts with may leave 32 bits; it is then nothing. */
      gather->entries[i].value = (int32_t)((uint32_t)gather->entries[i].value << gather->shift);
    }
  }
  snn_add_rows(gather->weights->bits, gather->entries, gather->count, gather->columns,
               gather->sums);
  gather->count = 0;
}

/* Each returns the first free entry; there is room for all `count`. */
static snn_entry *collect_u8(snn_entry *to, const uint8_t *values, uint32_t count,
                             const uint8_t *row, uint32_t row_bytes) {
  const uint8_t *const end = values + count;
  for (; values != end; ++values, row += row_bytes) {
    const int32_t value = *values;
    if (value != 0) {
      to->row = row;
      to->value = value;
      ++to;
    }
  }
  return to;
}

static snn_entry *collect_i8(snn_entry *to, const int8_t *values, uint32_t count,
                             const uint8_t *row, uint32_t row_bytes) {
  const int8_t *const end = values + count;
  for (; values != end; ++values, row += row_bytes) {
    const int32_t value = *values;
    if (value != 0) {
      to->row = row;
      to->value = value;
      ++to;
    }
  }
  return to;
}

static snn_entry *collect_i16(snn_entry *to, const int16_t *values, uint32_t count,
                              const uint8_t *row, uint32_t row_bytes) {
  const int16_t *const end = values + count;
  for (; values != end; ++values, row += row_bytes) {
    const int32_t value = *values;
    if (value != 0) {
      to->row = row;
      to->value = value;
      ++to;
    }
  }
  return to;
}

static snn_entry *collect_i32(snn_entry *to, const int32_t *values, uint32_t count,
                              const uint8_t *row, uint32_t row_bytes) {
  const int32_t *const end = values + count;
  for (; values != end; ++values, row += row_bytes) {
    const int32_t value = *values;
    if (value != 0) {
      to->row = row;
      to->value = value;
      ++to;
    }
  }
  return to;
}

SNN_KERNEL void snn_collect(snn_gather *gather, snn_type type, const void *values, size_t first,
                            uint32_t count, const uint8_t *row) {
  const uint32_t row_bytes = gather->weights->row_bytes;
  while (count != 0U) {
    const uint32_t room = SNN_ENTRIES - gather->count;
    const uint32_t part = count < room ? count : room;
    snn_entry *const to = gather->entries + gather->count;
    const snn_entry *const end =
        type == SNN_U8    ? collect_u8(to, (const uint8_t *)values + first, part, row, row_bytes)
        : type == SNN_I8  ? collect_i8(to, (const int8_t *)values + first, part, row, row_bytes)
        : type == SNN_I16 ? collect_i16(to, (const int16_t *)values + first, part, row, row_bytes)
                          : collect_i32(to, (const int32_t *)values + first, part, row, row_bytes);
    gather->count = (uint32_t)(end - gather->entries);
    if (gather->count == SNN_ENTRIES) {
      snn_finish(gather);
    }
    first += part;
    row += (size_t)part * row_bytes;
    count -= part;
  }
}
