//===- TraceProgram: what a program does on some samples, as hashes -----------------------------------------===//
//
//   trace-program PROGRAM.snnb SAMPLES COUNT [--round]
//
// SAMPLES holds COUNT samples as doubles of this machine, before normalization. Prints one JSON object for each way to run:
// step by step, layer by layer, and layer by layer on two threads without anyone who watches events. scripts/behaviour
// compares them with test/integration/behaviour.json.
//
// Hashes are of bits. With --round, real numbers are rounded to 32 bits first: for programs in 64 bits whose functions are the
// C library's, which may differ between libraries in the last bit. What integer programs give and send is never rounded.
//
//===------------------------------------------------------------------------------------------------------===//
#include "snn/Engine.h"
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

namespace {

/// FNV-1a of 64 bits, by words of 64.
class Hash {
public:
  void add(uint64_t word) {
    for (unsigned byte = 0; byte < 64; byte += 8)
      state = (state ^ (word >> byte & 0xFF)) * 0x100000001B3;
  }
  std::string text() const { return fmt::format("{:016x}", state); }

private:
  uint64_t state = 0xCBF29CE484222325;
};

/// A number's bits. All that are not a number count as the same.
uint64_t getBits(double value, bool isRounded) {
  if (std::isnan(value))
    value = std::numeric_limits<double>::quiet_NaN();
  return isRounded ? std::bit_cast<uint32_t>(static_cast<float>(value))
                   : std::bit_cast<uint64_t>(value);
}

struct Mode {
  const char *name;
  snn::Order order;
  unsigned threads;
  bool isWatched;
};
constexpr Mode kModes[] = {{"steps", snn::Order::Steps, 1, true},
                           {"layers", snn::Order::Layers, 1, true},
                           {"threads", snn::Order::Layers, 2, false}};

std::string quote(const std::string &text) {
  std::string quoted = "\"";
  for (char c : text)
    if (c == '"' || c == '\\')
      quoted += {'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20)
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      quoted += c;
  return quoted + "\"";
}

class Trace {
public:
  Trace(const snn::Program &program, const Mode &mode, bool isRounded)
      // Every layer is divided where it can be, however small it is.
      : program(program), mode(mode), isAnnRounded(isRounded),
        isRounded(isRounded && program.precision() != snn::Precision::Fixed),
        engine(program, {mode.threads, 0}), events(program.layers().size()),
        statistics(program.layers().size()), totals(program.layers().size()) {}

  void run(const double *sample) {
    engine.start(sample);
    if (mode.isWatched)
      engine.watch([&](size_t layer, uint32_t time, uint32_t element, double worth) {
        events[layer].add(uint64_t{time} << 32 | element);
        events[layer].add(getBits(worth, isRounded));
      });
    engine.run(program.steps(), mode.order, [&](uint32_t) {
      add(everyStep, engine.decoded(), program.decodedSize(), isRounded);
    });
    add(outputs, engine.decoded(), program.decodedSize(), isRounded);
    std::vector<double> ann(program.outputSize());
    engine.evaluate(sample, ann.data());
    add(annOutputs, ann.data(), ann.size(), isAnnRounded);
    std::vector<uint64_t> clipped = engine.countUnreachable(program.steps());
    for (size_t layer = 0; layer < totals.size(); ++layer) {
      const snn::LayerStatistics &found = engine.statistics()[layer];
      for (uint64_t number :
           {found.events, found.synapticOps, found.gradedOps, found.activeSteps, found.updates,
            found.ways[0], found.ways[1], found.ways[2], found.expected[0], found.expected[1],
            found.expected[2], clipped[layer]})
        statistics[layer].add(number);
      totals[layer].add(found);
    }
  }

  std::string toJSON() const {
    std::string layers;
    for (size_t layer = 0; layer < totals.size(); ++layer)
      layers += fmt::format("{}[{}, {}, {}, \"{}\", {}]", layer ? ", " : "",
                            quote(program.layers()[layer].name), totals[layer].events,
                            totals[layer].synapticOps, statistics[layer].text(),
                            mode.isWatched ? '"' + events[layer].text() + '"' : "null");
    return fmt::format("{{\"mode\": \"{}\", \"outputs\": \"{}\", \"every_step\": \"{}\", \"ann\": "
                       "\"{}\", \"layers\": [{}]}}",
                       mode.name, outputs.text(), everyStep.text(), annOutputs.text(), layers);
  }

private:
  const snn::Program &program;
  Mode mode;
  bool isAnnRounded, isRounded;
  snn::Engine engine;
  std::vector<Hash> events, statistics; ///< per layer
  std::vector<snn::LayerStatistics> totals;
  Hash outputs, everyStep, annOutputs;

  static void add(Hash &hash, const double *numbers, size_t count, bool isRounded) {
    for (size_t i = 0; i < count; ++i)
      hash.add(getBits(numbers[i], isRounded));
  }
};

int fail(const std::string &message) {
  fmt::print(stderr, "trace-program: error: {}\n", message);
  return 1;
}

} // namespace

int main(int argc, char **argv) {
  bool isRounded = argc == 5 && std::strcmp(argv[4], "--round") == 0;
  if (argc != 4 && !isRounded)
    return fail("usage: trace-program PROGRAM.snnb SAMPLES COUNT [--round]");
  auto program = snn::Program::load(argv[1]);
  if (!program)
    return fail(program.error());
  size_t count = std::strtoul(argv[3], nullptr, 10);
  std::vector<double> samples(count * program->inputSize());
  std::ifstream file(argv[2], std::ios::binary);
  file.read(reinterpret_cast<char *>(samples.data()),
            static_cast<std::streamsize>(samples.size() * sizeof(double)));
  if (!file || file.peek() != std::ifstream::traits_type::eof())
    return fail(fmt::format("{}: does not hold {} samples of {} numbers", argv[2], count,
                            program->inputSize()));
  for (const Mode &mode : kModes) {
    Trace trace(*program, mode, isRounded);
    for (size_t i = 0; i < count; ++i)
      trace.run(samples.data() + i * program->inputSize());
    fmt::print("{}\n", trace.toJSON());
  }
  return 0;
}
