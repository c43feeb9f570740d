#include "targets/c/SelfTest.h"

#include "compiler/support/Text.h"
#include "dialects/exec/Storage.h"
#include "snn/Engine.h"
#include "snn/fixed.h"
#include "targets/c/Network.h"
#include "targets/c/Tables.h"
#include "targets/c/kernels/snn_trace.h"
#include "llvm/Support/ErrorHandling.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace snnc::c {

using namespace mlir;

std::vector<int32_t> readRaw(exec::ProgramOp network, const std::vector<double> &values) {
  snn::FixedInputAttr form = exec::getEncode(network).getFixed();
  bool isByte = form.getRaw() == snn::RawInput::U8;
  std::vector<int32_t> raw;
  for (double value : values) {
    double scaled = std::round(isByte ? value * 255
                                      : std::ldexp(value, static_cast<int>(form.getRawFraction())));
    raw.push_back(static_cast<int32_t>(isByte ? std::clamp(scaled, 0.0, 255.0)
                                              : std::clamp(scaled, -32768.0, 32767.0)));
  }
  return raw;
}

namespace {

/// `values` as the form of the network's input holds them: of int8 integers, of floats what these are.
std::vector<double> roundToForm(exec::ProgramOp network, const std::vector<double> &values) {
  exec::EncodeOp encode = exec::getEncode(network);
  std::vector<double> rounded;
  for (double value : values)
    rounded.push_back(encode.getForm() == exec::InputForm::Float ? static_cast<float>(value)
                      : encode.getForm() == exec::InputForm::Int8 &&
                              encode.getFixed().getRaw() != snn::RawInput::U8
                          ? std::clamp(std::round(value), -128.0, 127.0)
                          : value);
  return rounded;
}

/// A table of what a caller gives for `images`.
std::string writeInputs(exec::ProgramOp network, const std::vector<std::vector<double>> &images) {
  const EmitOptions options;
  const Network names(network, options);
  const std::string comment = "one input after another", name = "self_test_inputs";
  const exec::InputForm form = names.inputForm();
  std::vector<int32_t> integers;
  std::vector<double> numbers;
  for (const std::vector<double> &image : images) {
    if (form == exec::InputForm::Float) {
      numbers.insert(numbers.end(), image.begin(), image.end());
      continue;
    }
    std::vector<int32_t> raw = readRaw(network, image);
    for (size_t i = 0; i < raw.size(); ++i)
      integers.push_back(form == exec::InputForm::Raw ? raw[i]
                         : names.isByte()             ? raw[i] - 128
                                                      : static_cast<int32_t>(image[i]));
  }
  if (form == exec::InputForm::Float)
    return makeTable(comment, "float", name, numbers.empty() ? std::vector<double>{0} : numbers);
  return makeTable(comment, names.inputType(), name,
                   integers.empty() ? std::vector<int32_t>{0} : integers);
}

/// By encoder and population, where its elements, in row-major order, are stored.
std::vector<std::vector<int64_t>> getStorage(exec::ProgramOp network) {
  std::vector<std::vector<int64_t>> storage;
  for (exec::TaskOpInterface task : exec::getTasks(network))
    if (isa<exec::EncodeOp, exec::FireOp>(task.getOperation()))
      storage.push_back(
          exec::getStorage(snn::getStreamShape(task.getGivenStream().getType())).getTargets());
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

/// What is given of an output's numbers.
void giveOutput(exec::DecodeOp decode, const std::vector<int32_t> &numbers,
                std::vector<int32_t> &outputs) {
  if (decode.getForm() == exec::OutputForm::Class) {
    outputs.push_back(
        static_cast<int32_t>(std::max_element(numbers.begin(), numbers.end()) - numbers.begin()));
    return;
  }
  for (int32_t number : numbers)
    outputs.push_back(decode.getForm() == exec::OutputForm::Int32
                          ? number
                          : snn_estimate(number, 1, static_cast<unsigned>(decode.getDrop()), 127));
}

/// Gives inputs to an engine and collects what becomes of them.
class Runner {
public:
  Runner(exec::ProgramOp network, const ::snn::Program &program,
         const ::snn::EngineOptions &options = {})
      : network(network), program(program), storage(getStorage(network)), engine(program, options) {
    bool isGradedInput = exec::getEncode(network).getCode() != snn::InputCode::Spike;
    engine.watch(
        [this, isGradedInput](size_t layer, uint32_t time, uint32_t element, double worth) {
          double sent = layer == 0 && isGradedInput ? worth : worth < 0 ? -1 : 1;
          current.events[layer * this->program.steps() + time] += snn_hash_event(
              static_cast<uint32_t>(storage[layer][element]), static_cast<int32_t>(sent));
        });
  }

  Answer run(const std::vector<double> &image, bool isUpdate) {
    current = {{}, std::vector<uint32_t>(program.layers().size() * program.steps())};
    if (!isUpdate)
      engine.start(image.data());
    else if (auto problem = engine.update(image.data()))
      llvm::report_fatal_error(llvm::Twine("an update failed: ") + problem->message);
    engine.run(program.steps());
    size_t next = 0;
    network.walk([&](exec::DecodeOp decode) {
      auto size = cast<MemRefType>(decode.getFrom().getType()).getNumElements();
      std::vector<int32_t> numbers;
      for (int64_t i = 0; i < size; ++i)
        numbers.push_back(static_cast<int32_t>(std::ldexp(
            engine.decoded()[next++], static_cast<int>(decode.getFixed().getFraction()))));
      giveOutput(decode, numbers, current.outputs);
    });
    return std::move(current);
  }

private:
  exec::ProgramOp network;
  const ::snn::Program &program;
  std::vector<std::vector<int64_t>> storage;
  ::snn::Engine engine;
  Answer current;
};

} // namespace

Answer answer(exec::ProgramOp network, const ::snn::Program &program,
              const std::vector<double> &image) {
  return Runner(network, program).run(image, /*isUpdate=*/false);
}

Activity measureActivity(exec::ProgramOp network, const ::snn::Program &program,
                         const std::vector<std::vector<double>> &images) {
  std::vector<std::vector<double>> sums; // by element, of an image
  Activity activity;
  for (const std::vector<int64_t> &storage : getStorage(network)) {
    sums.emplace_back(storage.size());
    activity.events.push_back(images.empty() ? static_cast<double>(storage.size()) : 0);
    activity.nonZero.push_back(images.empty() ? 0.5 : 0);
  }
  ::snn::Engine engine(program);
  engine.watch([&](size_t layer, uint32_t, uint32_t element, double worth) {
    activity.events[layer] += 1;
    sums[layer][element] += worth;
  });
  for (const std::vector<double> &image : images) {
    for (std::vector<double> &of : sums)
      std::fill(of.begin(), of.end(), 0);
    engine.start(image.data());
    engine.run(program.steps());
    for (auto [share, of] : llvm::zip(activity.nonZero, sums))
      share += static_cast<double>(llvm::count_if(of, [](double sum) { return sum != 0; })) /
               static_cast<double>(of.size());
  }
  activity.images = images.size();
  for (size_t i = 0; i < sums.size() && !images.empty(); ++i) {
    activity.events[i] /= static_cast<double>(images.size());
    activity.nonZero[i] /= static_cast<double>(images.size());
  }
  return activity;
}

std::vector<Answer> answerStream(exec::ProgramOp network, const ::snn::Program &program,
                                 const std::vector<std::vector<double>> &frames,
                                 double inputThreshold) {
  Runner runner(network, program, {.updates = true, .inputThreshold = inputThreshold});
  std::vector<Answer> answers;
  for (const std::vector<double> &frame : frames)
    answers.push_back(runner.run(frame, /*isUpdate=*/!answers.empty()));
  return answers;
}

std::string writeSelfTest(exec::ProgramOp network, const ::snn::Program &program,
                          const std::vector<std::vector<double>> &given, double inputThreshold) {
  std::vector<std::vector<double>> images;
  for (const std::vector<double> &image : given)
    images.push_back(roundToForm(network, image));
  std::string text = fmt::format(
      "/* Inputs, and what the network must give and send for them. Written by snnc {}. "
      "*/\n#ifndef SELF_TEST_H\n#define SELF_TEST_H\n\n#include <stdint.h>\n\n#define "
      "SELF_TEST_SIZE {}U\n#define SELF_TEST_LAYERS {}U\n{}\n",
      SNNC_VERSION, images.size(), program.layers().size(),
      network.getUpdates() ? "#define SELF_TEST_IS_STREAM\n" : "");
  std::vector<int32_t> outputs;
  std::vector<uint32_t> events;
  std::vector<Answer> answers;
  if (network.getUpdates())
    answers = answerStream(network, program, images, inputThreshold);
  else
    for (const std::vector<double> &image : images)
      answers.push_back(answer(network, program, image));
  for (const Answer &wanted : answers) {
    outputs.insert(outputs.end(), wanted.outputs.begin(), wanted.outputs.end());
    events.insert(events.end(), wanted.events.begin(), wanted.events.end());
  }
  if (images.empty()) {
    outputs = {0};
    events = {0};
  }
  text += writeInputs(network, images);
  text += makeTable("one output after another", Network(network, {}).outputType(),
                    "self_test_outputs", outputs);
  text += "\n#ifdef SNN_TRACE_EVENTS\n" + writeLayerNames(program);
  text += makeTable("for each input and layer, a checksum of the events of each step (snn_trace.h)",
                    "uint32_t", "self_test_events", events);
  return text + "#endif\n\n#endif\n";
}

} // namespace snnc::c
