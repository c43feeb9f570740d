#include "targets/c/NetworkWriter.h"

#include "targets/c/Tables.h"
#include <cctype>
#include <fmt/format.h>
#include <set>

namespace snnc::c {

using namespace ::snn::detail;
using TaskKind = ::snn::detail::Task::Kind;
using OperationKind = ::snn::detail::Operation::Kind;

namespace {

constexpr uint64_t kLargestList =
    65535; // elements are numbered with 16 bits, the last one means nowhere

std::string join(const Shape &shape) { return fmt::format("{}", fmt::join(shape, "x")); }

} // namespace

std::string toIdentifier(const std::string &text) {
  std::string name;
  for (char c : text)
    name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  size_t first = name.find_first_not_of('_');
  if (first == std::string::npos)
    return "network";
  name = name.substr(first);
  return std::isdigit(static_cast<unsigned char>(name[0])) ? "layer_" + name : name;
}

NetworkWriter::NetworkWriter(const ::snn::Program &program, const EmitOptions &options)
    : program(program), options(options), plan(*program.plan()),
      fixed(std::get<FixedPlan>(plan.typed)), network(plan.network) {
  nameLayers();
  findReaders();
  placeBuffers();
}

std::string NetworkWriter::check() const {
  for (const Stream &stream : network.streams)
    if (stream.size >= kLargestList)
      return fmt::format("a layer of {} elements has more than the {} that generated C can number",
                         stream.size, kLargestList - 1);
  for (const Delivery<int32_t> &delivery : fixed.typed.deliveries)
    if (delivery.kind == Delivery<int32_t>::Kind::Copy)
      return "elements that go to several places have no form in C";
  if (!inLayers())
    return "";
  for (size_t i = 0; i < network.streams.size(); ++i) {
    bool isSent = groupOfStream[i] != lastReader[i];
    if (isSent && !streamOf(i).isSpikes)
      return "a sum of currents feeds several layers; use the order of steps";
    if (isSent && isGraded(i) && encoder().inputCode != InputCode::Direct)
      return "the float input code sends numbers in every step; use the order of steps";
    if (isSent && streamOf(i).isSpikes && !isGraded(i) && getTrainBits(i) > 32)
      return fmt::format(
          "the events of a neuron take {} bits, more than 32; use fewer steps or the "
          "order of steps",
          getTrainBits(i));
  }
  return "";
}

bool NetworkWriter::isGraded(uint32_t stream) const {
  return !streamOf(stream).isSpikes || streamOf(stream).code == SpikeCode::Graded;
}

const Operation &NetworkWriter::sourceOf(uint32_t stream) const {
  for (const Operation &op : network.operations)
    if (op.output == static_cast<int32_t>(stream))
      return op;
  return network.operations.front();
}

const std::vector<int32_t> &NetworkWriter::stepsOf(uint32_t stream) const {
  const Operation &source = sourceOf(stream);
  return source.kind == OperationKind::Encode ? source.fixedInput.steps : source.fixedNeuron.steps;
}

unsigned NetworkWriter::getEventBits(uint32_t stream) const {
  return streamOf(stream).code == SpikeCode::Ternary ? 2 : 1;
}

unsigned NetworkWriter::getTrainBits(uint32_t stream) const {
  return getEventBits(stream) * static_cast<unsigned>(stepsOf(stream).size());
}

//===- Layers and memory -------------------------------------------------------------------------------===//

void NetworkWriter::nameLayers() {
  std::set<std::string> used;
  for (const Group &group : fixed.typed.groups) {
    const Task &last = fixed.typed.tasks[group.tasks.back()];
    std::string base = toIdentifier(network.operations[last.operation].name), name = base;
    for (int i = 2; !used.insert(name).second; ++i)
      name = fmt::format("{}_{}", base, i);
    layerNames.push_back(name);
  }
}

void NetworkWriter::findReaders() {
  groupOfStream.assign(network.streams.size(), 0);
  lastReader.assign(network.streams.size(), 0);
  for (size_t g = 0; g < fixed.typed.groups.size(); ++g)
    for (uint32_t i : fixed.typed.groups[g].tasks) {
      const Task &task = fixed.typed.tasks[i];
      if (task.kind == TaskKind::Decode)
        continue;
      if (task.kind != TaskKind::Deliver)
        groupOfStream[task.stream] = g;
      lastReader[task.stream] = std::max(lastReader[task.stream], g);
    }
}

void NetworkWriter::placeAccumulators() {
  size_t last = fixed.typed.groups.size() - 1;
  std::vector<size_t> first(fixed.typed.accumulators.size(), SIZE_MAX),
      end(fixed.typed.accumulators.size(), 0);
  std::vector<std::string> what(fixed.typed.accumulators.size());
  auto use = [&](uint32_t a, size_t g, const std::string &name) {
    first[a] = std::min(first[a], g);
    end[a] = std::max(end[a], g);
    what[a] = name;
  };
  for (size_t g = 0; g <= last; ++g)
    for (uint32_t i : fixed.typed.groups[g].tasks) {
      const Task &task = fixed.typed.tasks[i];
      if (task.kind == TaskKind::Deliver)
        use(task.accumulator, g, layerNames[g] + ": sums of currents");
      if (task.kind == TaskKind::Harvest) {
        use(task.accumulator, g, layerNames[g] + ": sums that pass on");
        use(task.accumulator, lastReader[task.stream], layerNames[g] + ": sums that pass on");
      }
    }
  for (size_t p = 0; p < fixed.typed.populations.size(); ++p) {
    const Population &population = fixed.typed.populations[p];
    const FixedNeuron &form = network.operations[population.operation].fixedNeuron;
    for (uint32_t terminal : population.terminals) {
      uint32_t a = fixed.typed.terminals[terminal].accumulator;
      size_t g = first[a];
      if (g == SIZE_MAX) // an operand that nothing reaches
        use(a, g = p, "sums of currents");
      // 32-bit states are the sums themselves.
      if (form.stateBits != 16 && !inLayers()) {
        first[a] = 0;
        end[a] = last;
      }
    }
  }
  for (size_t a = 0; a < first.size(); ++a)
    accumulators.push_back(words.add(what[a], fixed.typed.accumulators[a],
                                     first[a] == SIZE_MAX ? 0 : first[a], end[a]));
}

void NetworkWriter::placeEvents() {
  const std::vector<Group> &groups = fixed.typed.groups;
  events.assign(network.streams.size(), std::nullopt);
  lists.assign(groups.size(), 0);
  for (uint32_t i = 0; i < network.streams.size(); ++i) {
    if (isGraded(i))
      continue;
    uint64_t size = streamOf(i).size;
    std::string name = layerNames[groupOfStream[i]];
    if (!inLayers())
      events[i] = halves.add(name + ": events of a step", size, groupOfStream[i], lastReader[i]);
    else if (getTrainBits(i) <= 16)
      events[i] = halves.add(name + ": events of all steps", size, groupOfStream[i], lastReader[i]);
    else
      events[i] = words.add(name + ": events of all steps", size, groupOfStream[i], lastReader[i]);
  }
  for (size_t g = 0; inLayers() && g < groups.size(); ++g) {
    uint64_t size = 0;
    for (uint32_t i : groups[g].tasks) {
      uint32_t stream = fixed.typed.tasks[i].stream;
      if (streamOf(stream).isSpikes && !isGraded(stream))
        size = std::max(size, streamOf(stream).size);
    }
    if (size > 0)
      lists[g] = halves.add(layerNames[g] + ": events of a step", size, g, g);
  }
}

void NetworkWriter::placeBuffers() {
  size_t last = fixed.typed.groups.size() - 1;
  placeAccumulators();
  placeEvents();
  uint64_t inputs = plan.inputOrder.size();
  uint32_t stream = static_cast<uint32_t>(encoder().output);
  bool isDirect = encoder().inputCode == InputCode::Direct;
  input =
      halves.add("input", inputs, 0, isDirect ? (inLayers() ? lastReader[stream] : last) : last);
  if (!isDirect)
    encoded = words.add("input: what has been sent", inputs, 0, last);
  if (encoder().inputCode == InputCode::Float)
    sent = words.add("input: what is sent in a step", inputs, 0, lastReader[stream]);
  for (size_t p = 0; p < fixed.typed.populations.size(); ++p) {
    const Population &population = fixed.typed.populations[p];
    const Operation &op = network.operations[population.operation];
    Places &place = places.emplace_back();
    uint64_t size = network.streams[population.stream].size;
    size_t group = op.output >= 0 ? groupOfStream[static_cast<size_t>(op.output)] : last;
    size_t from = inLayers() ? group : 0, to = inLayers() ? group : last;
    for (uint32_t terminal : population.terminals)
      place.sums.push_back(accumulators[fixed.typed.terminals[terminal].accumulator]);
    if (op.kind == OperationKind::Decode)
      continue;
    place.outputs = halves.add(layerNames[group] + ": y", size, from, to);
    if (op.fixedNeuron.stateBits == 16)
      for (size_t n = 0; n < population.terminals.size(); ++n)
        place.estimates.push_back(
            halves.add(fmt::format("{}: v{}", layerNames[group], n ? "2" : ""), size, from, to));
  }
  words.place();
  halves.place();
}

std::string NetworkWriter::word(size_t buffer) const {
  return fmt::format("(state->words + {})", words[buffer].offset);
}

std::string NetworkWriter::half(size_t buffer) const {
  return fmt::format("(state->halves + {})", halves[buffer].offset);
}

//===- Tables ------------------------------------------------------------------------------------------===//

std::string NetworkWriter::addNumbers(const std::string &comment, const std::string &name,
                                      const std::vector<int32_t> &values) {
  std::vector<int32_t> period = getPeriod(values);
  tables += makeTable(comment, "int32_t", name + "_values", period);
  tables +=
      fmt::format("static const snn_numbers {0} = {{{0}_values, {1}}};\n\n", name, period.size());
  return name;
}

std::string NetworkWriter::addWindow(const Delivery<int32_t> &d) const {
  uint32_t inPlane = d.in.height * d.in.width, outPlane = d.out.height * d.out.width;
  return fmt::format("{{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}}",
                     d.in.channels, d.in.height, d.in.width, d.channelLast ? 1 : inPlane,
                     d.channelLast ? d.in.channels : 1, d.out.height, d.out.width,
                     d.channelLast ? 1 : outPlane, d.channelLast ? d.out.channels : 1,
                     d.kernelHeight, d.kernelWidth, d.strideY, d.strideX, d.padY, d.padX,
                     d.dilationY, d.dilationX);
}

/// Adds the tables of a synapse; returns the kernel and the table as two arguments.
std::string NetworkWriter::addSynapse(const Task &task, const std::string &name) {
  using Kind = Delivery<int32_t>::Kind;
  const Delivery<int32_t> &d = fixed.typed.deliveries[task.delivery];
  const Operation &op = network.operations[task.operation];
  if (d.kind == Kind::Conv || d.kind == Kind::Gemm) {
    PackedWeights packed = packWeights(op, d);
    std::string comment = fmt::format("{}: {}-bit weights {}", op.name, packed.bits,
                                      d.kind == Kind::Conv ? "[input channel][tap][output channel]"
                                                           : "[input][output]");
    tables += makeTable(comment, "uint8_t", name + "_weights", packed.bytes);
    std::string weights = fmt::format("{{{}_weights, {}, {}}}", name, packed.bits, packed.rowBytes);
    if (d.kind == Kind::Conv) {
      tables +=
          fmt::format("static const snn_conv {} = {{\n    {},\n    {}, {}, {}, {}}};\n\n", name,
                      addWindow(d), d.inputsPerGroup, d.outputsPerGroup, weights, op.shift);
      return "snn_conv_event, &" + name;
    }
    tables += fmt::format("static const snn_gemm {} = {{{}, {}, {}, {}, {}}};\n\n", name, d.rows,
                          d.columns, d.inner, weights, op.shift);
    return "snn_gemm_event, &" + name;
  }
  if (d.kind == Kind::Pool) {
    tables += makeTable(op.name + ": shares of each output pixel", "int16_t", name + "_shares",
                        std::vector<int32_t>(d.weights.begin(), d.weights.end()));
    tables += fmt::format("static const snn_pool {} = {{\n    {},\n    {}_shares}};\n\n", name,
                          addWindow(d), name);
    return "snn_pool_event, &" + name;
  }
  if (d.kind == Kind::Scale) {
    std::vector<int32_t> factors =
        getPeriod(std::vector<int32_t>(d.weights.begin(), d.weights.end()));
    tables += makeTable(op.name + ": factors", "int16_t", name + "_factors", factors);
    tables +=
        fmt::format("static const snn_scale {0} = {{{0}_factors, {1}}};\n\n", name, factors.size());
    return "snn_scale_event, &" + name;
  }
  bool isIdentity = true;
  std::vector<uint32_t> targets;
  for (size_t i = 0; i < d.target.size(); ++i) {
    isIdentity &= d.target[i] == static_cast<int32_t>(i);
    targets.push_back(d.target[i] < 0 ? 0xffff : static_cast<uint32_t>(d.target[i]));
  }
  if (!isIdentity)
    tables +=
        makeTable(op.name + ": where each element goes", "uint16_t", name + "_targets", targets);
  tables += fmt::format("static const snn_move {} = {{{}}};\n\n", name,
                        isIdentity ? "NULL" : name + "_targets");
  return "snn_move_event, &" + name;
}

std::string NetworkWriter::writeTables() {
  tables.clear();
  const FixedInput &form = encoder().fixedInput;
  tables += makeTable("input: multipliers of the channels", "int32_t", "input_multipliers",
                      form.multipliers);
  tables += makeTable("input: offsets of the channels", "int32_t", "input_offsets", form.offsets);
  const Shape &shape = network.inputShape;
  tables += fmt::format(
      "static const snn_input input_form = {{input_multipliers, input_offsets, {}, "
      "{}, {}, {}}};\n\n",
      shape[0], plan.inputOrder.size() / shape[0], shape.size() == 3 ? 1 : 0, form.shift);
  if (!form.steps.empty())
    tables +=
        makeTable(fmt::format("input: steps of {} fraction bits", form.eventFraction), "int32_t",
                  layerNames[groupOfStream[encoder().output]] + "_steps", form.steps);
  for (size_t p = 0; p < fixed.typed.populations.size(); ++p) {
    const Population &population = fixed.typed.populations[p];
    const Operation &op = network.operations[population.operation];
    const FixedNeuron &neuron = op.fixedNeuron;
    bool isDecoder = op.kind == OperationKind::Decode;
    std::string name = isDecoder ? layerNames.back() : layerNames[groupOfStream[op.output]];
    for (size_t n = 0; n < population.terminals.size(); ++n) {
      std::string suffix = n ? "2" : "";
      const Terminal<int32_t> &terminal = fixed.typed.terminals[population.terminals[n]];
      addNumbers(name + ": where its sums start, A(0)", name + "_start" + suffix, terminal.start);
      addNumbers(name + ": from its sums to " + (isDecoder ? "the output" : "its estimates"),
                 name + "_scale" + suffix, fixed.multipliers[p][n]);
      for (const Background<int32_t> &background : terminal.backgrounds)
        tables += makeTable(
            fmt::format("{}: what all neurons of {} send together", name,
                        layerNames[groupOfStream[background.stream]]),
            "int32_t",
            fmt::format("{}_from_{}{}", name, layerNames[groupOfStream[background.stream]], suffix),
            background.value);
    }
    if (isDecoder)
      continue;
    tables += makeTable(fmt::format("{}: steps of {} fraction bits", name, neuron.eventFraction),
                        "int32_t", name + "_steps", neuron.steps);
    if (!neuron.zones.empty())
      tables +=
          makeTable(fmt::format("{}: dead zones of {} fraction bits", name, neuron.operandFraction),
                    "int32_t", name + "_zones", neuron.zones);
    if (!neuron.table.empty())
      tables += makeTable(name + ": its function", "int16_t", name + "_table", neuron.table);
    const char *function = !neuron.table.empty()                 ? "SNN_TABLE"
                           : op.function == ::snn::Function::Max ? "SNN_MAX"
                           : op.function == ::snn::Function::Min ? "SNN_MIN"
                           : op.function == ::snn::Function::Abs ? "SNN_ABS"
                                                                 : "SNN_RELU";
    tables += fmt::format("static const snn_population {}_neurons = {{{}, {}, {}, {}, {}}};\n\n",
                          name, function, neuron.table.empty() ? "NULL" : name + "_table",
                          network.streams[population.stream].size,
                          neuron.operandFraction - neuron.eventFraction,
                          ::snn::getInfo(op.function).tie == ::snn::Tie::Above ? 1 : 0);
  }
  return tables;
}

//===- Code --------------------------------------------------------------------------------------------===//

std::string NetworkWriter::eventsOf(uint32_t stream) const {
  return layerNames[groupOfStream[stream]] + "_events";
}

/// The step of a stream's source at time t, 0 outside of its schedule, as a C expression.
std::string NetworkWriter::stepOf(uint32_t stream) const {
  const Operation &source = sourceOf(stream);
  return fmt::format("snn_at({}_steps, {}, {}, t)", layerNames[groupOfStream[stream]],
                     stepsOf(stream).size(), source.schedule.start);
}

std::string NetworkWriter::describe(size_t group) const {
  std::string text;
  for (uint32_t i : fixed.typed.groups[group].tasks) {
    const Task &task = fixed.typed.tasks[i];
    const Operation &op = network.operations[task.operation];
    if (task.kind == TaskKind::Harvest)
      continue;
    if (!text.empty())
      text += ", ";
    text += op.name;
    if (task.kind == TaskKind::Fire)
      text += fmt::format(" ({})", ::snn::getInfo(op.function).name);
  }
  const Task &last = fixed.typed.tasks[fixed.typed.groups[group].tasks.back()];
  return fmt::format("{}: {}", text, join(network.streams[last.stream].shape));
}

std::string NetworkWriter::writeDeliver(size_t group, size_t index) {
  const Task &task = fixed.typed.tasks[index];
  std::string synapse = addSynapse(task, fmt::format("{}_synapse{}", layerNames[group], index));
  std::string sums = word(accumulators[task.accumulator]);
  uint64_t size = streamOf(task.stream).size;
  if (!isGraded(task.stream)) {
    // A sign counts twice: all neurons have moved the other way, which is in the background.
    std::string worth = streamOf(task.stream).code == SpikeCode::Ternary ? "step" : "-2 * step";
    std::string code = fmt::format("    step = {};\n    if (step != 0) {{\n", stepOf(task.stream));
    std::string list = eventsOf(task.stream);
    if (inLayers()) {
      list = "events";
      bool isShort = getTrainBits(task.stream) <= 16;
      size_t train = *events[task.stream];
      code += fmt::format("      events.size = {};\n", size);
      code += fmt::format("      snn_unpack{}((const uint{}_t *){}, {}, t - {}, &events);\n",
                          isShort ? 16 : 32, isShort ? 16 : 32, isShort ? half(train) : word(train),
                          getEventBits(task.stream), sourceOf(task.stream).schedule.start);
    }
    return code +
           fmt::format("      snn_deliver({}, &{}, {}, {});\n    }}\n", synapse, list, worth, sums);
  }
  if (!streamOf(task.stream).isSpikes) {
    for (uint32_t i = 0; i < fixed.typed.tasks.size(); ++i)
      if (const Task &harvest = fixed.typed.tasks[i];
          harvest.kind == TaskKind::Harvest && harvest.stream == task.stream)
        return fmt::format("    snn_deliver_values32({}, {}, {}, {});\n", synapse,
                           word(accumulators[harvest.accumulator]), size, sums);
  }
  if (encoder().inputCode == InputCode::Direct)
    return fmt::format("    if (t == 0U) {{\n      snn_deliver_values16({}, {}, {}, {});\n    }}\n",
                       synapse, half(input), size, sums);
  return fmt::format("    snn_deliver_values32({}, {}, {}, {});\n", synapse, word(sent), size,
                     sums);
}

std::string NetworkWriter::writeBackgrounds(size_t group, size_t p) {
  std::string code;
  const Population &population = fixed.typed.populations[p];
  for (size_t n = 0; n < population.terminals.size(); ++n)
    for (const Background<int32_t> &background :
         fixed.typed.terminals[population.terminals[n]].backgrounds)
      code +=
          fmt::format("    step = {};\n    if (step != 0) {{\n      snn_add_background({}_from_{}{}"
                      ", {}, step, {});\n    }}\n",
                      stepOf(background.stream), layerNames[group],
                      layerNames[groupOfStream[background.stream]], n ? "2" : "",
                      background.value.size(), word(places[p].sums[n]));
  return code;
}

std::string NetworkWriter::writeFire(size_t group, const Task &task) {
  auto p = static_cast<size_t>(fixed.typed.populationOf[task.operation]);
  const Operation &op = network.operations[task.operation];
  const FixedNeuron &form = op.fixedNeuron;
  const std::string &name = layerNames[group];
  uint64_t size = streamOf(task.stream).size;
  std::string code = writeBackgrounds(group, p), operands;
  for (size_t n = 0; n < places[p].sums.size(); ++n) {
    std::string suffix = n ? "2" : "", v = "NULL";
    if (form.stateBits == 16) {
      v = half(places[p].estimates[n]);
      code += fmt::format("    snn_charge_all({}, {}_scale{}, {}, {}, {});\n",
                          word(places[p].sums[n]), name, suffix, form.shifts[n], size, v);
    }
    operands +=
        fmt::format("      operands[{0}].v = {1};\n      operands[{0}].sums = {2};\n      "
                    "operands[{0}].multipliers = {3}_scale{4};\n      operands[{0}].shift = {5};\n",
                    n, v, word(places[p].sums[n]), name, suffix, form.shifts[n]);
  }
  std::string list = inLayers() ? "events" : eventsOf(task.stream);
  code += fmt::format("    step = {};\n    if (step != 0) {{\n      snn_operand operands[{}];\n{}",
                      stepOf(task.stream), places[p].sums.size(), operands);
  if (inLayers())
    code += fmt::format("      events.size = {};\n", size);
  std::string y = half(places[p].outputs);
  if (op.code == SpikeCode::Ternary)
    code += fmt::format(
        "      snn_fire_ternary(&{0}_neurons, operands, step, {0}_zones[t - {1}], {2}, &{3});\n",
        name, op.schedule.start, y, list);
  else
    code +=
        fmt::format("      snn_fire_sign(&{}_neurons, operands, step, {}, &{});\n", name, y, list);
  if (inLayers()) {
    bool isShort = getTrainBits(task.stream) <= 16;
    size_t train = *events[task.stream];
    code += fmt::format("      snn_pack{0}(&events, {1}, t - {2}, (uint{0}_t *){3});\n",
                        isShort ? 16 : 32, getEventBits(task.stream), op.schedule.start,
                        isShort ? half(train) : word(train));
  }
  return code + "    }\n";
}

std::string NetworkWriter::writeEncode(size_t, const Task &task) {
  const FixedInput &form = encoder().fixedInput;
  uint64_t size = plan.inputOrder.size();
  if (encoder().inputCode == InputCode::Direct)
    return "";
  std::string code = fmt::format("    step = {};\n", stepOf(task.stream));
  if (encoder().inputCode == InputCode::Float)
    return code + fmt::format("    snn_send_rest({}, {}, step, {}, {}, {});\n", half(input), size,
                              form.eventFraction, word(encoded), word(sent));
  std::string list = inLayers() ? "events" : eventsOf(task.stream);
  code += "    if (step != 0) {\n";
  if (inLayers())
    code += fmt::format("      events.size = {};\n", size);
  code += fmt::format("      snn_send_signs({}, {}, {}, step, {}, &{});\n", half(input), size,
                      form.fraction - form.eventFraction, word(encoded), list);
  if (inLayers()) {
    bool isShort = getTrainBits(task.stream) <= 16;
    code += fmt::format("      snn_pack{0}(&events, 1, t - {1}, (uint{0}_t *){2});\n",
                        isShort ? 16 : 32, encoder().schedule.start,
                        isShort ? half(*events[task.stream]) : word(*events[task.stream]));
  }
  return code + "    }\n";
}

std::string NetworkWriter::writeTask(size_t group, size_t index) {
  const Task &task = fixed.typed.tasks[index];
  switch (task.kind) {
  case TaskKind::Deliver:
    return writeDeliver(group, index);
  case TaskKind::Fire:
    return writeFire(group, task);
  case TaskKind::Encode:
    return writeEncode(group, task);
  case TaskKind::Decode:
    return writeBackgrounds(group, fixed.typed.populations.size() - 1);
  default:
    return "";
  }
}

/// Sums that last, and outputs, before the first step.
std::string NetworkWriter::writeStart(size_t p, const std::string &indent) {
  const Population &population = fixed.typed.populations[p];
  const Operation &op = network.operations[population.operation];
  const FixedNeuron &form = op.fixedNeuron;
  bool isDecoder = op.kind == OperationKind::Decode;
  const std::string &name = isDecoder ? layerNames.back() : layerNames[groupOfStream[op.output]];
  uint64_t size = network.streams[population.stream].size;
  std::string code;
  for (size_t n = 0; n < places[p].sums.size(); ++n) {
    std::string suffix = n ? "2" : "";
    if (form.stateBits == 16)
      code +=
          fmt::format("{}snn_start_estimates({}_start{}, {}_scale{}, {}, {}, {});\n", indent, name,
                      suffix, name, suffix, form.shifts[n], size, half(places[p].estimates[n]));
    else
      code += fmt::format("{}snn_start_sums({}_start{}, {}, {});\n", indent, name, suffix, size,
                          word(places[p].sums[n]));
  }
  if (!isDecoder)
    code += fmt::format("{}snn_clear16({}, {});\n", indent, half(places[p].outputs), size);
  return code;
}

/// Sums that a step begins with 0: all but those that are states.
std::string NetworkWriter::writeGroup(size_t group) {
  std::set<uint32_t> states, cleared;
  for (size_t p = 0; p < fixed.typed.populations.size(); ++p)
    if (network.operations[fixed.typed.populations[p].operation].fixedNeuron.stateBits != 16)
      for (uint32_t terminal : fixed.typed.populations[p].terminals)
        states.insert(fixed.typed.terminals[terminal].accumulator);
  std::string code, clear;
  for (uint32_t i : fixed.typed.groups[group].tasks) {
    const Task &task = fixed.typed.tasks[i];
    if (task.kind == TaskKind::Fire || task.kind == TaskKind::Decode) {
      const Population &population =
          fixed.typed.populations[fixed.typed.populationOf[task.operation]];
      for (uint32_t terminal : population.terminals) {
        uint32_t a = fixed.typed.terminals[terminal].accumulator;
        if (!states.count(a))
          cleared.insert(a);
      }
    }
    if (task.kind == TaskKind::Harvest && !states.count(task.accumulator))
      cleared.insert(task.accumulator);
    code += writeTask(group, i);
  }
  for (uint32_t a : cleared)
    clear += fmt::format("    snn_clear32({}, {});\n", word(accumulators[a]),
                         fixed.typed.accumulators[a]);
  return clear + code;
}

std::string NetworkWriter::writeInit() {
  bool isByte = encoder().fixedInput.isByte;
  std::string code =
      fmt::format("  snn_read_{}(&input_form, input, {});\n", isByte ? "u8" : "i16", half(input));
  if (encoder().inputCode != InputCode::Direct)
    code += fmt::format("  snn_clear32({}, {});\n", word(encoded), plan.inputOrder.size());
  return code;
}

std::string NetworkWriter::writeSource() {
  const std::string &name = options.name;
  std::string constants = writeTables();
  tables.clear();
  const std::vector<Group> &groups = fixed.typed.groups;
  const char *raw = encoder().fixedInput.isByte ? "uint8_t" : "int16_t";
  const FixedOutput &output = network.operations.back().fixedOutput;
  const Stream &last = network.streams[fixed.typed.populations.back().stream];
  bool isLast3 = last.shape.size() == 3;
  std::string decode =
      fmt::format("snn_decode({}, {}_scale, {}, {}, {}, output);\n", word(places.back().sums[0]),
                  layerNames.back(), output.shift, isLast3 ? last.shape[0] : 1,
                  isLast3 ? last.size / last.shape[0] : last.size);
  std::string code;
  if (inLayers()) {
    std::string calls;
    for (size_t g = 0; g < groups.size(); ++g) {
      std::string group = writeGroup(g), start;
      const Task &end = fixed.typed.tasks[groups[g].tasks.back()];
      if (end.kind == TaskKind::Fire || end.kind == TaskKind::Decode)
        start = writeStart(static_cast<size_t>(fixed.typed.populationOf[end.operation]), "  ");
      if (end.kind != TaskKind::Decode && events[end.stream])
        start += getTrainBits(end.stream) <= 16
                     ? fmt::format("  snn_clear16({}, {});\n", half(*events[end.stream]),
                                   streamOf(end.stream).size)
                     : fmt::format("  snn_clear32({}, {});\n", word(*events[end.stream]),
                                   streamOf(end.stream).size);
      if (group.empty())
        continue;
      bool usesStep = group.find("step") != std::string::npos;
      bool usesList = group.find("events") != std::string::npos;
      code += fmt::format(
          "/* {} */\nstatic void run_{}({}_state *state) {{\n  uint32_t t;\n{}{}{}  for (t = "
          "0; t < {}U; ++t) {{\n{}{}  }}\n}}\n\n",
          describe(g), layerNames[g], name, usesStep ? "  int32_t step;\n" : "",
          usesList ? "  snn_events events;\n" : "",
          (usesList ? fmt::format("  events.list = (uint16_t *){};\n", half(lists[g])) : "") +
              start,
          program.steps(), group, "");
      calls += fmt::format("  run_{}(state);\n", layerNames[g]);
    }
    code +=
        fmt::format("void {0}_run({0}_state *state, const {1} input[{2}_INPUT_SIZE],\n    int32_t "
                    "output[{2}_OUTPUT_SIZE]) {{\n{3}{4}  {5}}}\n",
                    name, raw, name, writeInit(), calls, decode);
  } else {
    std::string steps, lists, starts;
    for (size_t p = 0; p < fixed.typed.populations.size(); ++p)
      starts += writeStart(p, "  ");
    for (size_t g = 0; g < groups.size(); ++g)
      if (std::string group = writeGroup(g); !group.empty())
        steps += fmt::format("  /* {} */\n  {{\n{}  }}\n", describe(g), group);
    for (uint32_t i = 0; i < network.streams.size(); ++i)
      if (events[i])
        lists += fmt::format("  snn_events {} = {{(uint16_t *){}, {}, 0, 0}};\n", eventsOf(i),
                             half(*events[i]), streamOf(i).size);
    bool usesStep = steps.find("step") != std::string::npos;
    code +=
        fmt::format("void {0}_init({0}_state *state, const {1} input[{2}_INPUT_SIZE]) {{\n{3}{4}  "
                    "state->time = 0;\n}}\n\n",
                    name, raw, name, writeInit(), starts);
    code +=
        fmt::format("void {0}_step({0}_state *state) {{\n  const uint32_t t = state->time;\n{1}{2}"
                    "{3}  state->time = t + 1U;\n}}\n\n",
                    name, usesStep ? "  int32_t step;\n" : "", lists, steps);
    code += fmt::format(
        "void {0}_output(const {0}_state *state, int32_t output[{1}_OUTPUT_SIZE]) {{\n  "
        "{2}}}\n\n",
        name, name, decode);
    code += fmt::format(
        "void {0}_run({0}_state *state, const {1} input[{2}_INPUT_SIZE],\n    int32_t "
        "output[{2}_OUTPUT_SIZE]) {{\n  uint32_t t;\n  {0}_init(state, input);\n  for (t = 0; "
        "t < {2}_STEPS; ++t) {{\n    {0}_step(state);\n  }}\n  {0}_output(state, "
        "output);\n}}\n",
        name, raw, name);
  }
  std::string head = fmt::format(
      "/* The network {}, in integers. Written by snnc {}; do not edit.\n *\n * Tables first, then "
      "the layers in the order in which they run. */\n#include \"{}.h\"\n\n#include "
      "\"snn_kernels.h\"\n\n#include <stddef.h>\n\n",
      network.model, SNNC_VERSION, name);
  std::string at =
      "/* The step of a layer that starts at time `start`, 0 when it is silent at time t. */\n"
      "static int32_t snn_at(const int32_t *steps, uint32_t count, uint32_t start, uint32_t "
      "t) {\n  return t >= start && t - start < count ? steps[t - start] : 0;\n}\n\n";
  if (code.find("snn_at(") == std::string::npos)
    at.clear();
  return head + constants + tables + at + code;
}

std::string NetworkWriter::writeHeader() {
  const std::string &name = options.name;
  const FixedInput &form = encoder().fixedInput;
  const FixedOutput &output = network.operations.back().fixedOutput;
  const char *raw = form.isByte ? "uint8_t" : "int16_t";
  uint64_t neurons = 0;
  for (const ::snn::LayerInfo &layer : program.layers())
    neurons += layer.isNeuron ? layer.neurons : 0;
  std::string text = fmt::format(
      "/* The network {0}: {1} neurons, {2} time steps, in integers.\n * Written by snnc {3}; do "
      "not "
      "edit.\n *\n * Input: {4} of {5}, channels first; {6}.\n * Output: {7} numbers of {8} "
      "fraction bits (value = output / 2^{8}); the largest is the class.\n * State: {9} bytes, "
      "below. No "
      "heap, no floating point, no recursion, nothing of libc.\n */\n",
      network.model, neurons, program.steps(), SNNC_VERSION, raw, join(network.inputShape),
      form.isByte
          ? "the bytes of an image (normalization is inside)"
          : fmt::format("numbers of {} fraction bits (normalization is inside)", form.rawFraction),
      program.outputSize(), output.fraction, words.size() * 4 + halves.size() * 2 + 4);
  std::string guard;
  for (char c : name)
    guard += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  text += fmt::format(
      "#ifndef {0}_H\n#define {0}_H\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern "
      "\"C\" {{\n#endif\n\n",
      guard);
  text += fmt::format("#define {0}_INPUT_SIZE {1}U\n#define {0}_INPUT_BITS {5}\n#define "
                      "{0}_INPUT_FRACTION {6}\n#define {0}_OUTPUT_SIZE {2}U\n"
                      "#define {0}_OUTPUT_FRACTION {3}U\n#define {0}_STEPS {4}U\n\n",
                      name, program.inputSize(), program.outputSize(), output.fraction,
                      program.steps(), form.isByte ? 8 : 16, form.rawFraction);
  text += "/* Everything that changes; one for each running sample. Where its parts lie:\n *\n";
  for (const auto &[array, memory] : {std::pair("words", &words), std::pair("halves", &halves)})
    for (const Memory::Buffer &buffer : memory->all())
      text += fmt::format(" *   {:<7} {:>7} .. {:>7}  {}\n", array, buffer.offset,
                          buffer.offset + buffer.size, buffer.what);
  text += fmt::format(
      " */\ntypedef struct {{\n  int32_t words[{1}];\n  int16_t halves[{2}];\n  uint32_t "
      "time; /* steps done */\n}} {0}_state;\n\n",
      name, std::max<uint64_t>(words.size(), 1), std::max<uint64_t>(halves.size(), 1));
  if (!inLayers())
    text +=
        fmt::format("/* Begins a sample. */\nvoid {0}_init({0}_state *state, const {1} "
                    "input[{0}_INPUT_SIZE]);\n\n/* One time step through all layers. */\nvoid "
                    "{0}_step({0}_state *state);\n\n/* What the network has found so far. */\nvoid "
                    "{0}_output(const {0}_state *state, int32_t output[{0}_OUTPUT_SIZE]);\n\n",
                    name, raw);
  text += fmt::format(
      "/* A whole sample{2}. */\nvoid {0}_run({0}_state *state, const {1} "
      "input[{0}_INPUT_SIZE],\n    int32_t output[{0}_OUTPUT_SIZE]);\n\n#ifdef "
      "__cplusplus\n}}\n#endif\n\n#endif\n",
      name, raw, inLayers() ? ", layer by layer through all steps" : ": init, all steps, output");
  return text;
}

} // namespace snnc::c
