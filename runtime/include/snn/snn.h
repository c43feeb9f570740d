/*===- The runtime's C interface ------------------------------------------------------------------===
 *
 * The same as snn/Program.h and snn/Engine.h for programs that are not C++. Objects are created and
 * destroyed by the caller; destroying NULL does nothing. Functions that can fail return NULL or nonzero and
 * write one line, cut to `error_size`, into `error` (which may be NULL).
 *
 *===----------------------------------------------------------------------------------------------===*/
#ifndef SNN_SNN_H
#define SNN_SNN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct snn_program snn_program;
typedef struct snn_engine snn_engine;

/* What one layer did since the last snn_engine_start or snn_engine_update. */
typedef struct snn_layer_statistics {
  uint64_t events;
  uint64_t synaptic_ops;
  uint64_t graded_ops;
  uint64_t active_steps;
  uint64_t updates;
} snn_layer_statistics;

snn_program *snn_program_load(const char *path, char *error, size_t error_size);
void snn_program_destroy(snn_program *program);
size_t snn_program_input_size(const snn_program *program);
/* Elements of all outputs together; they follow each other in snn_engine_output. */
size_t snn_program_output_size(const snn_program *program);
/* At least 1. */
size_t snn_program_output_count(const snn_program *program);
/* The name lives as long as the program; NULL when `output` is out of range. */
const char *snn_program_output_name(const snn_program *program, size_t output);
/* Where an output begins in snn_engine_output, and its number of elements; 0 when `output` is out of range. */
size_t snn_program_output_offset(const snn_program *program, size_t output);
size_t snn_program_output_elements(const snn_program *program, size_t output);
uint32_t snn_program_steps(const snn_program *program);
size_t snn_program_layer_count(const snn_program *program);
/* The name lives as long as the program; NULL when `layer` is out of range. */
const char *snn_program_layer_name(const snn_program *program, size_t layer);

/* The program may be destroyed before its engines. */
snn_engine *snn_engine_create(const snn_program *program, char *error, size_t error_size);
/* The same with `threads` (with the one that calls) for one sample. They take part in snn_engine_run; results and
 * statistics do not depend on them. */
snn_engine *snn_engine_create_threads(const snn_program *program, unsigned threads, char *error,
                                      size_t error_size);
/* The same for a stream of inputs: snn_engine_update may be called. An element of the input that differs by no more than
 * `input_threshold` (at least 0, before normalization) from what was sent of it is not sent. Several streams at once: an
 * engine each, in threads of the caller. */
snn_engine *snn_engine_create_stream(const snn_program *program, double input_threshold,
                                     unsigned threads, char *error, size_t error_size);
void snn_engine_destroy(snn_engine *engine);
/* `values`: input_size numbers, before normalization. */
void snn_engine_start(snn_engine *engine, const double *values);
/* Gives the running sample a new input: states live on, steps and statistics are counted anew, and only what changed
 * is computed by the steps that follow. Returns 0, or 1 where the program takes no updates, where not all schedules
 * have ended, or where a value is not finite; the state stays as it is then, and the next update may follow. */
int snn_engine_update(snn_engine *engine, const double *values, char *error, size_t error_size);
void snn_engine_step(snn_engine *engine);
/* Runs until `steps` steps have been done since snn_engine_start or snn_engine_update, layer by layer: the same output as after as many
 * snn_engine_step, in less time. */
void snn_engine_run(snn_engine *engine, uint32_t steps);
/* output_size numbers, valid until the next call on this engine. A function that ends the network (softmax, sigmoid
 * ...) is computed here. */
const double *snn_engine_output(const snn_engine *engine);
/* 0, or 1 when `layer` is out of range. */
int snn_engine_statistics(const snn_engine *engine, size_t layer, snn_layer_statistics *statistics);

#ifdef __cplusplus
}
#endif

#endif
