// Follows a stream of raw frames, bytes in the order of the network's input, and says the class of each:
//
//   ffmpeg ... -pix_fmt gray -f rawvideo - | follow NET.snnb
#include "snn/Engine.h"
#include <algorithm>
#include <cstdio>
#include <iostream>

static int fail(const std::string &message) {
  std::cerr << "follow: " << message << '\n';
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 2)
    return fail("usage: follow NET.snnb < FRAMES");
  auto program = snn::Program::load(argv[1]);
  if (!program)
    return fail(program.error());
  if (auto problem = snn::checkUpdates(*program))
    return fail(problem->message);

  snn::EngineOptions options;
  options.updates = true;
  snn::Engine engine(*program, options);
  std::vector<unsigned char> bytes(program->inputSize());
  std::vector<double> values(bytes.size());
  for (size_t frame = 0; std::fread(bytes.data(), 1, bytes.size(), stdin) == bytes.size();
       ++frame) {
    std::transform(bytes.begin(), bytes.end(), values.begin(),
                   [](int byte) { return byte / 255.0; });
    if (frame == 0)
      engine.start(values.data());
    else if (auto problem = engine.update(values.data()))
      return fail("frame " + std::to_string(frame) + ": " + problem->message);
    engine.run(program->steps());
    unsigned long long events = 0;
    for (const snn::LayerStatistics &layer : engine.statistics())
      events += layer.events;
    const double *outputs = engine.output();
    const double *end = outputs + program->outputs().front().size;
    std::printf("frame %zu: class %d, %llu events\n", frame,
                static_cast<int>(std::max_element(outputs, end) - outputs), events);
  }
  return 0;
}
