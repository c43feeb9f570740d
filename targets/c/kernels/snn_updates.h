/*===- Updates: a new input to a network that is running -----------------------------------------------===
 *
 * States live on, the schedule begins again, and only what changed is sent. Marks say where something happened: a
 * bit for each element, the first in the lowest bit of the first word. Neurons that nothing reached, and that were
 * at rest, are not compared.
 *
 * Layers run one after another, each through all its steps. What a layer hears before its first step is added up
 * first: an element counts once, whatever number of events it sent.
 *
 *===----------------------------------------------------------------------------------------------===*/
#ifndef SNN_UPDATES_H
#define SNN_UPDATES_H

#include "snn_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/*===- Marks ---------------------------------------------------------------------------------------------===*/

/* Words of marks for `size` elements. */
#define SNN_MARK_WORDS(size) (((size) + 31U) / 32U)

/* Whether any of `size` elements is marked. */
SNN_KERNEL int snn_any_mark(const uint32_t *marks, uint32_t size);
SNN_KERNEL int snn_any_value(const int32_t *values, uint32_t count);
SNN_KERNEL void snn_mark_all(uint32_t *marks, uint32_t size);

/*===- What a synapse reaches ----------------------------------------------------------------------------===*/

/* A synapse, and one that marks what it adds to, whose sums are marks; NULL where nobody asks. */
typedef struct {
  snn_synapse *synapse;
  const void *table;
  snn_synapse *reach;
  const void *reach_table;
} snn_path;

/* All outputs of a group at the places whose windows see an element. */
typedef struct {
  const snn_window *window;
  uint32_t inputs_per_group, outputs_per_group;
} snn_window_reach;

/* All of the block of `result` elements that an element's block of `operand` elements becomes. */
typedef struct {
  uint32_t operand, result;
} snn_block_reach;

/* `table`: an snn_window_reach, an snn_block_reach, nothing (the element itself), an snn_copy, an snn_copy_wide. A map
 * before one of them is an snn_mapped. */
SNN_KERNEL void snn_reach_window(const void *table, uint32_t element, int32_t worth,
                                 int32_t *marks);
SNN_KERNEL void snn_reach_block(const void *table, uint32_t element, int32_t worth, int32_t *marks);
SNN_KERNEL void snn_reach_place(const void *table, uint32_t element, int32_t worth, int32_t *marks);
SNN_KERNEL void snn_reach_copy(const void *table, uint32_t element, int32_t worth, int32_t *marks);
SNN_KERNEL void snn_reach_copy_wide(const void *table, uint32_t element, int32_t worth,
                                    int32_t *marks);

/*===- Changes through synapses --------------------------------------------------------------------------===*/

/* What a population sends in an update: `sent` marks whose part of the train is valid. Its `steps` begin at time
 * `start`. */
typedef struct {
  const snn_train *train;
  const uint32_t *sent;
  uint32_t start, steps;
} snn_source;

/* The events of time steps `from` to before `until`, added up. `touched`: marks of what they reached, or NULL. */
SNN_KERNEL void snn_deliver_changes(const snn_path *path, const snn_source *source, uint32_t from,
                                    uint32_t until, int32_t *sums, uint32_t *touched);
/* Numbers that are marked. */
SNN_KERNEL void snn_deliver_marked(const snn_path *path, const int32_t *values,
                                   const uint32_t *marks, uint32_t count, int32_t *sums,
                                   uint32_t *touched);
/* Numbers that are not 0. */
SNN_KERNEL void snn_deliver_passed(const snn_path *path, const int32_t *values, uint32_t count,
                                   int32_t *sums, uint32_t *touched);

/*===- Neurons -------------------------------------------------------------------------------------------===*/

/* Marks of a population. `restless` lasts: whom the next update compares in its first step. The others are of one
 * update: who has sent, who may still send, whom something reached, who sent or was reached behind the first step. */
typedef struct {
  uint32_t *restless, *sent, *awake, *touched, *moved;
} snn_marks;

/* Dead zones of the steps, the smallest of them, and how far y may get from where it started. */
typedef struct {
  const int32_t *zones;
  int32_t min, reach;
} snn_dead_zones;

SNN_KERNEL void snn_begin_marks(const snn_marks *marks, uint32_t size);
SNN_KERNEL void snn_end_marks(const snn_marks *marks, uint32_t size);

/* Step k of the neurons that are touched or awake; in step 0 of those that are restless, too. */
SNN_KERNEL void snn_fire_changes(const snn_population *population, const snn_operand *operands,
                                 const snn_dead_zones *zones, uint32_t k, const snn_train *train,
                                 int16_t *y, const snn_marks *marks);

/*===- Input ---------------------------------------------------------------------------------------------===*/

/* Takes a raw input for what is sent: `changes` are the marked elements' beside `values`, which has been sent before.
 * Those of no more than the threshold of their channel are not sent; `thresholds` is NULL: all are. */
SNN_KERNEL void snn_change_u8(const snn_input *input, const int32_t *thresholds, const uint8_t *raw,
                              int16_t *values, int32_t *changes, uint32_t *marks);
SNN_KERNEL void snn_change_i16(const snn_input *input, const int32_t *thresholds,
                               const int16_t *raw, int16_t *values, int32_t *changes,
                               uint32_t *marks);

#ifdef __cplusplus
}
#endif

#endif
