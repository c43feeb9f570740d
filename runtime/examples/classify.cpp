// Runs a compiled network on one sample; prints its class, its outputs, and what each layer did.
//
//   classify NET.snnb [THREADS] < NUMBERS
//
// NUMBERS are the sample's elements in text: channels, then rows, then columns, not yet normalized.
#include "snn/Engine.h"
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

static int fail(const std::string &message) {
  std::cerr << "classify: " << message << '\n';
  return 1;
}

static int classify(const char *path, unsigned threads) {
  auto program = snn::Program::load(path);
  if (!program)
    return fail(program.error());

  std::vector<double> values(program->inputSize());
  for (double &value : values)
    if (!(std::cin >> value))
      return fail("the network takes " + std::to_string(values.size()) + " numbers");

  snn::EngineOptions options;
  options.threads = threads;
  snn::Engine engine(*program, options);
  engine.start(values.data());
  engine.run(program->steps());

  const double *outputs = engine.output();
  const double *end = outputs + program->outputSize();
  const double *first = outputs + program->outputs().front().size; // the end of the first output
  std::printf("class %d\n", static_cast<int>(std::max_element(outputs, first) - outputs));
  for (const double *output = outputs; output != end; ++output)
    std::printf("output %.17g\n", *output);
  for (size_t i = 0; i < program->layers().size(); ++i) {
    const snn::LayerStatistics &layer = engine.statistics()[i];
    std::printf("layer %s: %" PRIu64 " events, %" PRIu64 " synaptic ops\n",
                program->layers()[i].name.c_str(), layer.events, layer.synapticOps);
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3)
    return fail("usage: classify NET.snnb [THREADS] < NUMBERS");
  try {
    return classify(argv[1], argc == 3 ? std::atoi(argv[2]) : 1);
  } catch (const std::exception &problem) { // no memory, or no threads
    return fail(problem.what());
  }
}
