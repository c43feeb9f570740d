#include "snn/snn.h"

#include "snn/Engine.h"
#include <algorithm>
#include <cstring>
#include <new>
#include <system_error>

struct snn_program {
  snn::Program program;
};

struct snn_engine {
  snn::Engine engine;
};

namespace {

void report(const char *message, char *error, size_t size) {
  if (!error || size == 0)
    return;
  size_t length = std::min(std::strlen(message), size - 1);
  std::memcpy(error, message, length);
  error[length] = '\0';
}

snn_engine *create(const snn_program *program, const snn::EngineOptions &options, char *error,
                   size_t error_size) try {
  return new snn_engine{snn::Engine(program->program, options)};
} catch (const std::bad_alloc &) {
  report("out of memory", error, error_size);
  return nullptr;
} catch (const std::system_error &) {
  report("the system does not start as many threads", error, error_size);
  return nullptr;
}

} // namespace

snn_program *snn_program_load(const char *path, char *error, size_t error_size) try {
  auto program = snn::Program::load(path);
  if (!program) {
    report(program.error().c_str(), error, error_size);
    return nullptr;
  }
  return new snn_program{*program};
} catch (const std::bad_alloc &) {
  report("out of memory", error, error_size);
  return nullptr;
}

void snn_program_destroy(snn_program *program) { delete program; }
size_t snn_program_input_size(const snn_program *program) { return program->program.inputSize(); }
size_t snn_program_output_size(const snn_program *program) { return program->program.outputSize(); }
size_t snn_program_output_count(const snn_program *program) {
  return program->program.outputs().size();
}

const char *snn_program_output_name(const snn_program *program, size_t output) {
  const std::vector<snn::OutputInfo> &outputs = program->program.outputs();
  return output < outputs.size() ? outputs[output].name.c_str() : nullptr;
}

size_t snn_program_output_offset(const snn_program *program, size_t output) {
  const std::vector<snn::OutputInfo> &outputs = program->program.outputs();
  return output < outputs.size() ? outputs[output].offset : 0;
}

size_t snn_program_output_elements(const snn_program *program, size_t output) {
  const std::vector<snn::OutputInfo> &outputs = program->program.outputs();
  return output < outputs.size() ? outputs[output].size : 0;
}

uint32_t snn_program_steps(const snn_program *program) { return program->program.steps(); }
size_t snn_program_layer_count(const snn_program *program) {
  return program->program.layers().size();
}

const char *snn_program_layer_name(const snn_program *program, size_t layer) {
  const std::vector<snn::LayerInfo> &layers = program->program.layers();
  return layer < layers.size() ? layers[layer].name.c_str() : nullptr;
}

snn_engine *snn_engine_create(const snn_program *program, char *error, size_t error_size) {
  return snn_engine_create_threads(program, 1, error, error_size);
}

snn_engine *snn_engine_create_threads(const snn_program *program, unsigned threads, char *error,
                                      size_t error_size) {
  return create(program, {.threads = threads}, error, error_size);
}

snn_engine *snn_engine_create_stream(const snn_program *program, double input_threshold,
                                     unsigned threads, char *error, size_t error_size) {
  if (auto problem = snn::checkUpdates(program->program)) {
    report(problem->message.c_str(), error, error_size);
    return nullptr;
  }
  return create(program, {.threads = threads, .updates = true, .inputThreshold = input_threshold},
                error, error_size);
}

int snn_engine_update(snn_engine *engine, const double *values, char *error, size_t error_size) {
  auto problem = engine->engine.update(values);
  if (problem)
    report(problem->message.c_str(), error, error_size);
  return problem ? 1 : 0;
}

void snn_engine_destroy(snn_engine *engine) { delete engine; }
void snn_engine_start(snn_engine *engine, const double *values) { engine->engine.start(values); }
void snn_engine_step(snn_engine *engine) { engine->engine.step(); }
void snn_engine_run(snn_engine *engine, uint32_t steps) { engine->engine.run(steps); }
const double *snn_engine_output(const snn_engine *engine) { return engine->engine.output(); }

int snn_engine_statistics(const snn_engine *engine, size_t layer,
                          snn_layer_statistics *statistics) {
  const std::vector<snn::LayerStatistics> &layers = engine->engine.statistics();
  if (layer >= layers.size())
    return 1;
  const snn::LayerStatistics &from = layers[layer];
  *statistics = {from.events, from.synapticOps, from.gradedOps, from.activeSteps, from.updates};
  return 0;
}
