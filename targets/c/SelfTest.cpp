#include "targets/c/SelfTest.h"

#include "snn/Engine.h"
#include "targets/c/Tables.h"
#include <cmath>
#include <fmt/format.h>

namespace snnc::c {

std::vector<int32_t> readRaw(const ::snn::Program &program, const std::vector<double> &values) {
  const ::snn::detail::FixedInput &form = program.plan()->network.operations.front().fixedInput;
  std::vector<int32_t> raw;
  for (double value : values) {
    double scaled = std::round(form.isByte ? value * 255
                                           : std::ldexp(value, static_cast<int>(form.rawFraction)));
    raw.push_back(static_cast<int32_t>(form.isByte ? std::clamp(scaled, 0.0, 255.0)
                                                   : std::clamp(scaled, -32768.0, 32767.0)));
  }
  return raw;
}

namespace {

uint64_t countEvents(const ::snn::Program &program, const ::snn::Engine &engine) {
  uint64_t events = 0;
  for (size_t i = 0; i < program.layers().size(); ++i)
    events += program.layers()[i].isNeuron ? engine.statistics()[i].events : 0;
  return events;
}

} // namespace

std::string writeSelfTest(const ::snn::Program &program,
                          const std::vector<std::vector<double>> &images) {
  const ::snn::detail::Network &network = program.plan()->network;
  bool isByte = network.operations.front().fixedInput.isByte;
  auto fraction = static_cast<int>(network.operations.back().fixedOutput.fraction);
  std::string text = fmt::format(
      "/* Inputs, and the outputs that the network must give for them. Written by snnc {}. "
      "*/\n#ifndef "
      "SELF_TEST_H\n#define SELF_TEST_H\n\n#include <stdint.h>\n\n#define SELF_TEST_SIZE {}U\n\n",
      SNNC_VERSION, images.size());
  std::vector<int32_t> inputs, outputs;
  std::vector<uint64_t> events;
  ::snn::Engine engine(program);
  for (const std::vector<double> &image : images) {
    std::vector<int32_t> raw = readRaw(program, image);
    inputs.insert(inputs.end(), raw.begin(), raw.end());
    engine.start(image.data());
    engine.run(program.steps());
    for (uint64_t i = 0; i < program.outputSize(); ++i)
      outputs.push_back(static_cast<int32_t>(std::ldexp(engine.output()[i], fraction)));
    events.push_back(countEvents(program, engine));
  }
  if (images.empty()) {
    inputs = outputs = {0};
    events = {0};
  }
  text += makeTable("one input after another", isByte ? "uint8_t" : "int16_t", "self_test_inputs",
                    inputs);
  text += makeTable("one output after another", "int32_t", "self_test_outputs", outputs);
  text += makeTable("events that all neurons send for each input", "uint32_t", "self_test_events",
                    events);
  return text + "\n#endif\n";
}

} // namespace snnc::c
