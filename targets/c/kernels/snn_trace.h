/*===- Traces: which events were sent, for tests ------------------------------------------------------===
 *
 * With SNN_TRACE_EVENTS the kernels keep a checksum of the events of every layer in every time step, in an
 * array that the test has; without it, nothing of this is in the code. Two runs whose checksums are the same
 * sent the same events from the same neurons in the same steps, in whichever order.
 *
 *===----------------------------------------------------------------------------------------------===*/
#ifndef SNN_TRACE_H
#define SNN_TRACE_H

#include <stdint.h>

/* What an event adds to the checksum of its layer and step. `worth`: of neurons 1 or -1, of the input's
 * numbers the number. */
static inline uint32_t snn_hash_event(uint32_t element, int32_t worth) {
  uint32_t hash = (element + 1U) * 0x9E3779B1U ^ (uint32_t)worth * 0x85EBCA77U;
  hash = (hash ^ (hash >> 15U)) * 0x2C1B3C6DU;
  return hash ^ (hash >> 12U);
}

#ifdef SNN_TRACE_EVENTS
#ifdef __cplusplus
extern "C" {
#endif
/* Of the test: `steps` checksums for each layer, and which of them events are added to. */
extern uint32_t snn_trace[];
extern uint32_t snn_trace_at;
#ifdef __cplusplus
}
#endif
/* The events that follow are those of a layer in time step t. */
#define SNN_TRACE(layer, steps, t) (snn_trace_at = (layer) * (steps) + (t))
#define SNN_EVENT(element, worth) (snn_trace[snn_trace_at] += snn_hash_event(element, worth))
#define SNN_EVENTS(values, count) snn_trace_values(values, count)
static inline void snn_trace_values(const int16_t *values, uint32_t count) {
  uint32_t i;
  for (i = 0; i < count; ++i) {
    if (values[i] != 0) {
      SNN_EVENT(i, values[i]);
    }
  }
}
#else
#define SNN_TRACE(layer, steps, t) ((void)0)
#define SNN_EVENT(element, worth) ((void)0)
#define SNN_EVENTS(values, count) ((void)0)
#endif

/* With SNN_MARK_LAYERS the network calls a function of the user as each of its layers begins (step by step: in every step), and
 * with the number of layers as all have ended: to count cycles between two calls. */
#ifdef SNN_MARK_LAYERS
#ifdef __cplusplus
extern "C" {
#endif
void snn_layer(uint32_t layer);
#ifdef __cplusplus
}
#endif
#define SNN_LAYER(layer) snn_layer(layer)
#else
#define SNN_LAYER(layer) ((void)0)
#endif

#endif
