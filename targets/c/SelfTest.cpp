#include "targets/c/SelfTest.h"

#include "compiler/support/Text.h"
#include "snn/Engine.h"
#include "targets/c/Tables.h"
#include "targets/c/kernels/snn_trace.h"
#include <cmath>
#include <fmt/format.h>

namespace snnc::c {

using ::snn::detail::Task;

std::vector<int32_t> readRaw(const ::snn::Program &program, const std::vector<double> &values) {
  const ::snn::detail::FixedInput &form = program.plan()->network.operations.front().fixedInput;
  std::vector<int32_t> raw;
  for (double value : values) {
    double scaled = std::round(form.isByte ? value * 255 : std::ldexp(value, form.rawFraction));
    raw.push_back(static_cast<int32_t>(form.isByte ? std::clamp(scaled, 0.0, 255.0)
                                                   : std::clamp(scaled, -32768.0, 32767.0)));
  }
  return raw;
}

namespace {

/// By layer, where its elements, in row-major order, are stored.
std::vector<std::vector<uint32_t>> getStorage(const ::snn::detail::Plan &plan) {
  std::vector<std::vector<uint32_t>> storage(plan.layers.size());
  for (const Task &task : std::get<::snn::detail::FixedPlan>(plan.typed).typed.tasks)
    if (task.kind == Task::Kind::Encode || task.kind == Task::Kind::Fire)
      storage[task.layer] = ::snn::detail::getStorageOrder(plan.network.streams[task.stream].shape);
  return storage;
}

std::string writeLayerNames(const ::snn::Program &program) {
  std::string text =
      fmt::format("/* the layers, in the order of their events */\nstatic const char "
                  "*const self_test_layers[{}] = {{\n",
                  program.layers().size());
  for (const ::snn::LayerInfo &layer : program.layers())
    text += "    " + toCString(layer.name) + ",\n";
  return text + "};\n";
}

} // namespace

Answer answer(const ::snn::Program &program, const std::vector<double> &image) {
  const ::snn::detail::Network &network = program.plan()->network;
  std::vector<std::vector<uint32_t>> storage = getStorage(*program.plan());
  bool isGradedInput = network.operations.front().inputCode != ::snn::detail::InputCode::Spike;
  Answer answer;
  answer.events.resize(program.layers().size() * program.steps());
  ::snn::Engine engine(program);
  engine.watch([&](size_t layer, uint32_t time, uint32_t element, double worth) {
    double sent = layer == 0 && isGradedInput ? worth : worth < 0 ? -1 : 1;
    answer.events[layer * program.steps() + time] +=
        snn_hash_event(storage[layer][element], static_cast<int32_t>(sent));
  });
  engine.start(image.data());
  engine.run(program.steps());
  for (const ::snn::detail::Decoder &decoder : program.plan()->decoders) {
    const int fraction = network.operations[decoder.operation].fixedOutput.fraction;
    for (uint64_t i = 0; i < decoder.order.size(); ++i)
      answer.outputs.push_back(
          static_cast<int32_t>(std::ldexp(engine.decoded()[decoder.offset + i], fraction)));
  }
  return answer;
}

std::string writeSelfTest(const ::snn::Program &program,
                          const std::vector<std::vector<double>> &images) {
  bool isByte = program.plan()->network.operations.front().fixedInput.isByte;
  std::string text = fmt::format(
      "/* Inputs, and what the network must give and send for them. Written by snnc {}. "
      "*/\n#ifndef SELF_TEST_H\n#define SELF_TEST_H\n\n#include <stdint.h>\n\n#define "
      "SELF_TEST_SIZE {}U\n#define SELF_TEST_LAYERS {}U\n\n",
      SNNC_VERSION, images.size(), program.layers().size());
  std::vector<int32_t> inputs, outputs;
  std::vector<uint32_t> events;
  for (const std::vector<double> &image : images) {
    std::vector<int32_t> raw = readRaw(program, image);
    Answer wanted = answer(program, image);
    inputs.insert(inputs.end(), raw.begin(), raw.end());
    outputs.insert(outputs.end(), wanted.outputs.begin(), wanted.outputs.end());
    events.insert(events.end(), wanted.events.begin(), wanted.events.end());
  }
  if (images.empty()) {
    inputs = outputs = {0};
    events = {0};
  }
  text += makeTable("one input after another", isByte ? "uint8_t" : "int16_t", "self_test_inputs",
                    inputs);
  text += makeTable("one output after another", "int32_t", "self_test_outputs", outputs);
  text += "\n#ifdef SNN_TRACE_EVENTS\n" + writeLayerNames(program);
  text += makeTable("for each input and layer, a checksum of the events of each step (snn_trace.h)",
                    "uint32_t", "self_test_events", events);
  return text + "#endif\n\n#endif\n";
}

} // namespace snnc::c
