/* Elements that a map takes from other pixels. */
#include "snn_values.h"

#define NOWHERE UINT32_MAX

SNN_KERNEL void snn_gather_move(const snn_map_wide *map, snn_type type, const void *values,
                                uint32_t pixel, uint32_t count, int32_t *sums) {
  const uint32_t y = pixel / map->second_size, x = pixel % map->second_size;
  const size_t base = (size_t)map->first[y] + map->second[x];
  uint32_t c, k;
  if (map->first[y] == NOWHERE || map->second[x] == NOWHERE) {
    return;
  }
  k = map->factors == NULL ? 0U : pixel * count % map->period;
  for (c = 0; c < count; ++c) {
    if (map->third[c] != NOWHERE) {
      const int32_t value = snn_get_value(type, values, base + map->third[c]);
      sums[c] += map->factors == NULL ? value : value * map->factors[k];
    }
    k = k + 1U == map->period ? 0U : k + 1U;
  }
}
