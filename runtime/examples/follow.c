/* The same as follow.cpp, in C99:
 *
 *   follow-c NET.snnb < FRAMES
 */
#include "snn/snn.h"
#include <stdio.h>
#include <stdlib.h>

static int fail(const char *message) {
  fprintf(stderr, "follow-c: %s\n", message);
  return 1;
}

static void print_answer(const snn_program *program, const snn_engine *engine,
                         unsigned long frame) {
  const double *outputs = snn_engine_output(engine);
  size_t best = 0;
  unsigned long long events = 0;
  for (size_t i = 1; i < snn_program_output_elements(program, 0); ++i)
    if (outputs[i] > outputs[best])
      best = i;
  for (size_t i = 0; i < snn_program_layer_count(program); ++i) {
    snn_layer_statistics layer;
    snn_engine_statistics(engine, i, &layer);
    events += layer.events;
  }
  printf("frame %lu: class %d, %llu events\n", frame, (int)best, events);
}

int main(int argc, char **argv) {
  if (argc != 2)
    return fail("usage: follow-c NET.snnb < FRAMES");
  char error[256];
  snn_program *program = snn_program_load(argv[1], error, sizeof error);
  if (!program)
    return fail(error);
  snn_engine *engine = snn_engine_create_stream(program, 0, 1, error, sizeof error);
  size_t size = snn_program_input_size(program);
  unsigned char *bytes = malloc(size);
  double *values = malloc(size * sizeof *values);
  int status = 0;
  if (!engine)
    status = fail(error);
  else if (!bytes || !values)
    status = fail("out of memory");
  for (unsigned long frame = 0; status == 0 && fread(bytes, 1, size, stdin) == size; ++frame) {
    for (size_t i = 0; i < size; ++i)
      values[i] = bytes[i] / 255.0;
    if (frame == 0)
      snn_engine_start(engine, values);
    else if (snn_engine_update(engine, values, error, sizeof error) != 0)
      status = fail(error);
    if (status == 0) {
      snn_engine_run(engine, snn_program_steps(program));
      print_answer(program, engine, frame);
    }
  }
  free(values);
  free(bytes);
  snn_engine_destroy(engine);
  snn_program_destroy(program);
  return status;
}
