/* The same as classify.cpp, in C99:
 *
 *   classify-c NET.snnb [THREADS] < NUMBERS
 */
#include "snn/snn.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char *message) {
  fprintf(stderr, "classify-c: %s\n", message);
  return 1;
}

static int fail_size(size_t count) {
  fprintf(stderr, "classify-c: the network takes %zu numbers\n", count);
  return 1;
}

static int read_numbers(double *values, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (scanf("%lf", &values[i]) != 1)
      return 0;
  return 1;
}

static void print_results(const snn_program *program, const snn_engine *engine) {
  const double *outputs = snn_engine_output(engine);
  size_t best = 0;
  for (size_t i = 1; i < snn_program_output_elements(program, 0); ++i)
    if (outputs[i] > outputs[best])
      best = i;
  printf("class %d\n", (int)best);
  for (size_t i = 0; i < snn_program_output_size(program); ++i)
    printf("output %.17g\n", outputs[i]);
  for (size_t i = 0; i < snn_program_layer_count(program); ++i) {
    snn_layer_statistics layer;
    snn_engine_statistics(engine, i, &layer);
    printf("layer %s: %" PRIu64 " events, %" PRIu64 " synaptic ops\n",
           snn_program_layer_name(program, i), layer.events, layer.synaptic_ops);
  }
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3)
    return fail("usage: classify-c NET.snnb [THREADS] < NUMBERS");
  char error[256];
  snn_program *program = snn_program_load(argv[1], error, sizeof error);
  if (!program)
    return fail(error);
  unsigned threads = argc == 3 ? (unsigned)atoi(argv[2]) : 1;
  snn_engine *engine = snn_engine_create_threads(program, threads, error, sizeof error);
  double *values = malloc(snn_program_input_size(program) * sizeof *values);

  int status = 0;
  if (!engine)
    status = fail(error);
  else if (!values)
    status = fail("out of memory");
  else if (!read_numbers(values, snn_program_input_size(program)))
    status = fail_size(snn_program_input_size(program));
  else {
    snn_engine_start(engine, values);
    snn_engine_run(engine, snn_program_steps(program));
    print_results(program, engine);
  }
  free(values);
  snn_engine_destroy(engine);
  snn_program_destroy(program);
  return status;
}
