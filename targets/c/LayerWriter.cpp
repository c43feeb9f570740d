#include "targets/c/LayerWriter.h"

#include "compiler/support/Text.h"
#include "targets/c/ProductWriter.h"
#include "targets/c/TableWriter.h"
#include <fmt/format.h>
#include <set>

namespace snnc::c {

using namespace ::snn::detail;
using TaskKind = ::snn::detail::Task::Kind;
using OperationKind = ::snn::detail::Operation::Kind;

const Layout::Places &LayerWriter::placesOf(const Layout::Population &population) const {
  return layout.places[static_cast<size_t>(&population - layout.typed.populations.data())];
}

/// The step of a stream's source at time t, 0 outside of its schedule, as a C expression.
std::string LayerWriter::stepOf(uint32_t stream) const {
  return fmt::format("snn_at({}_steps, {}, {}, t)", layout.senderOf(stream),
                     layout.stepsOf(stream).size(), layout.sourceOf(stream).schedule.start);
}

/// The number of that step.
std::string LayerWriter::stepNumberOf(uint32_t stream) const {
  uint32_t start = layout.sourceOf(stream).schedule.start;
  return start == 0 ? "t" : fmt::format("t - {}U", start);
}

/// For tests: whose events come next.
std::string LayerWriter::writeTrace(uint32_t layer, const std::string &time) const {
  return fmt::format("SNN_TRACE({}U, {}_STEPS, {});\n", layer, layout.options.name, time);
}

std::string LayerWriter::describe(size_t group) const {
  std::string text;
  const std::vector<uint32_t> &tasks = layout.fixed.typed.groups[group].tasks;
  for (uint32_t i : tasks) {
    const Task &task = layout.fixed.typed.tasks[i];
    const Operation &op = layout.network.operations[task.operation];
    if (task.kind == TaskKind::Harvest)
      continue;
    if (!text.empty())
      text += ", ";
    text += op.name;
    if (task.kind == TaskKind::Fire)
      text += fmt::format(" ({})", ::snn::getInfo(op.function).name);
  }
  const Task &last = layout.fixed.typed.tasks[tasks.back()];
  return toComment(fmt::format("{}: {}", text, fmt::join(layout.streamOf(last.stream).shape, "x")));
}

//===- Before the first step ---------------------------------------------------------------------------===//

std::string LayerWriter::writeInit() const {
  std::string code =
      fmt::format("  snn_read_{}(&input_form, input, {});\n",
                  layout.encoder().fixedInput.isByte ? "u8" : "i16", layout.half(layout.input));
  if (layout.encoder().inputCode == InputCode::Direct)
    code += "  " + writeTrace(0, "0U") +
            fmt::format("  SNN_EVENTS({}, {});\n", layout.half(layout.input),
                        layout.plan.inputOrder.size());
  if (layout.encoded)
    code += fmt::format("  snn_clear32({}, {});\n", layout.word(*layout.encoded),
                        layout.plan.inputOrder.size());
  return code;
}

std::string LayerWriter::writeStart(const Layout::Population &population) const {
  const Operation &op = layout.network.operations[population.operation];
  const FixedNeuron &form = op.fixedNeuron;
  const std::string &name = layout.nameOf(population);
  const Layout::Places &places = placesOf(population);
  uint64_t size = layout.streamOf(population.stream).size;
  std::string code;
  for (size_t n = 0; n < places.sums.size(); ++n) {
    std::string suffix = n ? "2" : "";
    if (form.stateBits == 16)
      code += fmt::format("  snn_start_estimates({0}_start{1}, {0}_scale{1}, {2}, {3}, {4});\n",
                          name, suffix, form.shifts[n], size, layout.half(places.estimates[n]));
    else
      code += fmt::format("  snn_start_sums({}_start{}, {}, {});\n", name, suffix, size,
                          layout.word(places.sums[n]));
  }
  if (op.kind != OperationKind::Decode && !layout.hasTrain(static_cast<uint32_t>(op.output)))
    code +=
        fmt::format("  snn_start_outputs(&{}_neurons, {});\n", name, layout.half(places.outputs));
  return code;
}

std::string LayerWriter::writeProductStarts(size_t group) const {
  std::string code;
  for (uint32_t i : layout.typed.groups[group].tasks)
    if (const Task &task = layout.typed.tasks[i]; task.kind == TaskKind::Multiply)
      code += ProductWriter(layout, group, task).writeStart();
  return code;
}

std::string LayerWriter::writeTrainStarts() const {
  std::string code;
  for (uint32_t i = 0; i < layout.network.streams.size(); ++i)
    if (layout.events[i] && layout.hasTrain(i))
      code +=
          fmt::format("  {{\n  {}    snn_clear_train(&{});\n  }}\n", writeTrain(i), getEvents(i));
  return code;
}

std::string LayerWriter::writeLayerStart(size_t group) const {
  const Task &last = layout.typed.tasks[layout.typed.groups[group].tasks.back()];
  std::string code = writeProductStarts(group);
  if (last.kind == TaskKind::Fire || last.kind == TaskKind::Decode)
    code += writeStart(layout.populationOf(last));
  if (last.kind != TaskKind::Decode && layout.events[last.stream])
    code += fmt::format("  snn_clear_train(&{});\n", getEvents(last.stream));
  return code;
}

/// A train by its place, and what it holds.
std::string LayerWriter::writeTrain(uint32_t stream) const {
  bool isShort = layout.hasShortTrain(stream);
  std::string place = isShort ? "(uint16_t *)" + layout.half(*layout.events[stream])
                              : "(uint32_t *)" + layout.word(*layout.events[stream]);
  return fmt::format("  const snn_train {} = {{\n      {}{}{}, {}, {}, {}_steps}};\n",
                     getEvents(stream), isShort ? "" : "NULL, ", place, isShort ? ", NULL" : "",
                     layout.streamOf(stream).size, layout.getEventBits(stream),
                     layout.senderOf(stream));
}

std::string LayerWriter::writeVariables(size_t group) const {
  std::string code;
  std::set<uint32_t> streams;
  for (uint32_t i : layout.typed.groups[group].tasks) {
    const Task &task = layout.typed.tasks[i];
    if (task.kind != TaskKind::Decode && layout.events[task.stream])
      streams.insert(task.stream);
    if (task.kind == TaskKind::Fire)
      code += writeOperands(layout.populationOf(task));
  }
  for (uint32_t stream : streams)
    if (layout.hasTrain(stream))
      code += writeTrain(stream);
  return code;
}

//===- A time step -------------------------------------------------------------------------------------===//

std::string LayerWriter::writeStep(size_t group) const {
  std::string code = writeClears(group);
  for (uint32_t i : layout.typed.groups[group].tasks)
    code += writeTask(group, i);
  return code;
}

/// Sums that a step begins with 0: all but those that are states.
std::string LayerWriter::writeClears(size_t group) const {
  std::set<uint32_t> states, cleared;
  for (const Population<int32_t> &population : layout.typed.populations)
    if (layout.network.operations[population.operation].fixedNeuron.stateBits != 16)
      for (uint32_t terminal : population.terminals)
        states.insert(layout.typed.terminals[terminal].accumulator);
  for (uint32_t i : layout.typed.groups[group].tasks) {
    const Task &task = layout.typed.tasks[i];
    if (task.kind == TaskKind::Fire || task.kind == TaskKind::Decode)
      for (uint32_t terminal : layout.populationOf(task).terminals)
        cleared.insert(layout.typed.terminals[terminal].accumulator);
    if (task.kind == TaskKind::Harvest)
      cleared.insert(task.accumulator);
    if (task.kind == TaskKind::Multiply)
      for (uint32_t terminal : layout.typed.products[task.delivery].terminals)
        cleared.insert(layout.typed.terminals[terminal].accumulator);
  }
  std::string code;
  for (uint32_t a : cleared)
    if (!states.count(a))
      code +=
          fmt::format("    snn_clear32({}, {});\n", layout.sumsOf(a), layout.typed.accumulators[a]);
  return code;
}

std::string LayerWriter::writeTask(size_t group, uint32_t index) const {
  const Task &task = layout.typed.tasks[index];
  switch (task.kind) {
  case TaskKind::Deliver:
    return writeDeliver(group, index);
  case TaskKind::Fire:
    return writeFire(task);
  case TaskKind::Encode:
    return writeEncode(task);
  case TaskKind::Decode:
    return writeBackgrounds(layout.populationOf(task));
  case TaskKind::Multiply:
    return ProductWriter(layout, group, task).writeStep([this](uint32_t stream) {
      return stepOf(stream);
    });
  default:
    return "";
  }
}

//===- Synapses ----------------------------------------------------------------------------------------===//

std::string LayerWriter::writeDeliver(size_t group, uint32_t index) const {
  const Task &task = layout.typed.tasks[index];
  if (!layout.isGraded(task.stream))
    return writeDeliverEvents(group, index);
  std::string synapse = TableWriter::getSynapse(layout, group, index);
  std::string sums = layout.sumsOf(task.accumulator);
  uint64_t size = layout.streamOf(task.stream).size;
  if (!layout.streamOf(task.stream).isSpikes) {
    for (const Task &harvest : layout.typed.tasks)
      if (harvest.kind == TaskKind::Harvest && harvest.stream == task.stream)
        return fmt::format("    snn_deliver_values32({}, {}, {}, {});\n", synapse,
                           layout.sumsOf(harvest.accumulator), size, sums);
  }
  if (layout.encoder().inputCode == InputCode::Direct)
    return fmt::format("    if (t == 0U) {{\n      snn_deliver_values16({}, {}, {}, {});\n    }}\n",
                       synapse, layout.half(layout.input), size, sums);
  return fmt::format("    snn_deliver_values32({}, {}, {}, {});\n", synapse, layout.sentOf(), size,
                     sums);
}

std::string LayerWriter::writeDeliverEvents(size_t group, uint32_t index) const {
  const Task &task = layout.typed.tasks[index];
  // A sign counts twice: all neurons have moved the other way, which is in the background.
  bool isTernary = layout.streamOf(task.stream).code == SpikeCode::Ternary;
  std::string code = fmt::format("    step = {};\n    if (step != 0) {{\n", stepOf(task.stream));
  bool isTrain = layout.hasTrain(task.stream);
  return code + fmt::format("      snn_deliver{}({}, &{}, {}{}, {});\n    }}\n",
                            isTrain ? "_train" : "", TableWriter::getSynapse(layout, group, index),
                            getEvents(task.stream), isTrain ? stepNumberOf(task.stream) + ", " : "",
                            isTernary ? "step" : "-2 * step", layout.sumsOf(task.accumulator));
}

std::string LayerWriter::writeBackgrounds(const Layout::Population &population) const {
  std::string code;
  for (size_t n = 0; n < population.terminals.size(); ++n)
    for (const Background<int32_t> &background :
         layout.typed.terminals[population.terminals[n]].backgrounds)
      code += fmt::format(
          "    step = {};\n    if (step != 0) {{\n      snn_add_background({}_from_{}{}"
          ", {}, step, {});\n    }}\n",
          stepOf(background.stream), layout.nameOf(population), layout.senderOf(background.stream),
          n ? "2" : "", background.value.size(), layout.word(placesOf(population).sums[n]));
  return code;
}

//===- Neurons -----------------------------------------------------------------------------------------===//

/// 16-bit estimates take the sums of the step.
std::string LayerWriter::writeCharge(const Layout::Population &population) const {
  const FixedNeuron &form = layout.network.operations[population.operation].fixedNeuron;
  const Layout::Places &places = placesOf(population);
  std::string code;
  for (size_t n = 0; n < places.estimates.size(); ++n)
    code += fmt::format("    snn_charge_all({}, {}_scale{}, {}, {}, {});\n",
                        layout.word(places.sums[n]), layout.nameOf(population), n ? "2" : "",
                        form.shifts[n], layout.streamOf(population.stream).size,
                        layout.half(places.estimates[n]));
  return code;
}

std::string LayerWriter::writeOperands(const Layout::Population &population) const {
  const Layout::Places &places = placesOf(population);
  const FixedNeuron &form = layout.network.operations[population.operation].fixedNeuron;
  const std::string &name = layout.nameOf(population);
  std::string operands;
  for (size_t n = 0; n < places.sums.size(); ++n)
    operands += fmt::format("{}{{{}, {}, {}_scale{}, {}}}", n ? ", " : "",
                            form.stateBits == 16 ? layout.half(places.estimates[n]) : "NULL",
                            layout.word(places.sums[n]), name, n ? "2" : "", form.shifts[n]);
  return fmt::format("  const snn_operand operands[{}] = {{{}}};\n", places.sums.size(), operands);
}

std::string LayerWriter::writeFire(const Task &task) const {
  const Population<int32_t> &population = layout.populationOf(task);
  const Operation &op = layout.network.operations[task.operation];
  const std::string &name = layout.nameOf(population);
  bool isTernary = op.code == SpikeCode::Ternary;
  std::string code = writeBackgrounds(population) + writeCharge(population);
  std::string kernel = isTernary ? "snn_fire_ternary" : "snn_fire_sign";
  std::string k = stepNumberOf(task.stream);
  std::string zone = isTernary ? fmt::format("{}_zones[{}], ", name, k) : "";
  code += fmt::format("    step = {};\n    if (step != 0) {{\n      {}", stepOf(task.stream),
                      writeTrace(task.layer, "t"));
  if (layout.hasTrain(task.stream))
    code += fmt::format("      {}_train(&{}_neurons, operands, {}{}, &{});\n", kernel, name, zone,
                        k, getEvents(task.stream));
  else
    code += fmt::format("      {}(&{}_neurons, operands, step, {}{}, &{});\n", kernel, name, zone,
                        layout.half(placesOf(population).outputs), getEvents(task.stream));
  return code + "    }\n";
}

//===- Input and output --------------------------------------------------------------------------------===//

std::string LayerWriter::writeEncode(const Task &task) const {
  const Operation &encoder = layout.encoder();
  const FixedInput &form = encoder.fixedInput;
  uint64_t size = layout.plan.inputOrder.size();
  if (encoder.inputCode == InputCode::Direct)
    return "";
  std::string code =
      fmt::format("    step = {};\n    {}", stepOf(task.stream), writeTrace(task.layer, "t"));
  if (encoder.inputCode == InputCode::Float)
    return code + fmt::format("    snn_send_rest({}, {}, step, {}, {}, {});\n",
                              layout.half(layout.input), size, form.eventFraction,
                              layout.word(*layout.encoded), layout.sentOf());
  uint32_t up = static_cast<uint32_t>(form.fraction) - form.eventFraction;
  std::string how = fmt::format("{}, {}", layout.half(layout.input), up);
  if (layout.hasTrain(task.stream))
    return code +
           fmt::format("    if (step != 0) {{\n      snn_send_signs_train({}, {}, &{});\n    }}\n",
                       how, stepNumberOf(task.stream), getEvents(task.stream));
  return code +
         fmt::format(
             "    if (step != 0) {{\n      snn_send_signs({}, {}, {}, step, {}, &{});\n    }}\n",
             layout.half(layout.input), size, up, layout.word(*layout.encoded),
             getEvents(task.stream));
}

std::string LayerWriter::writeDecode() const {
  std::string code;
  for (const ::snn::detail::Decoder &place : layout.plan.decoders) {
    const FixedOutput &output = layout.network.operations[place.operation].fixedOutput;
    const Population<int32_t> &decoder = layout.typed.populations[place.population];
    const Stream &last = layout.streamOf(decoder.stream);
    uint64_t channels = last.shape.size() == 3 ? last.shape[0] : 1;
    code += fmt::format("  snn_decode({}, {}_scale, {}, {}, {}, output{});\n",
                        layout.word(placesOf(decoder).sums[0]), layout.nameOf(decoder),
                        output.shift, channels, last.size / channels,
                        place.offset ? fmt::format(" + {}", place.offset) : "");
  }
  return code;
}

} // namespace snnc::c
