#include "targets/c/Layout.h"

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

Layout::Layout(const ::snn::Program &program, const EmitOptions &options)
    : program(program), options(options), plan(*program.plan()),
      fixed(std::get<FixedPlan>(plan.typed)), typed(fixed.typed), network(plan.network) {
  nameLayers();
  findReaders();
  placeBuffers();
}

std::string Layout::check() const {
  for (const Stream &stream : network.streams)
    if (stream.size >= kLargestList)
      return fmt::format("a layer of {} elements has more than the {} that generated C can number",
                         stream.size, kLargestList - 1);
  for (const Delivery<int32_t> &delivery : typed.deliveries)
    if (delivery.kind == Delivery<int32_t>::Kind::Copy)
      return "elements that go to several places have no form in C";
  if (!inLayers())
    return "";
  for (uint32_t i = 0; i < network.streams.size(); ++i) {
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

//===- What there is -----------------------------------------------------------------------------------===//

const char *Layout::inputType() const {
  return encoder().fixedInput.isByte ? "uint8_t" : "int16_t";
}

const Layout::Population &Layout::populationOf(const Task &task) const {
  return typed.populations[static_cast<size_t>(typed.populationOf[task.operation])];
}

const std::string &Layout::nameOf(const Population &population) const {
  int32_t output = network.operations[population.operation].output;
  return output < 0 ? layerNames.back() : senderOf(static_cast<uint32_t>(output));
}

bool Layout::isGraded(uint32_t stream) const {
  return !streamOf(stream).isSpikes || streamOf(stream).code == SpikeCode::Graded;
}

const Operation &Layout::sourceOf(uint32_t stream) const {
  for (const Operation &op : network.operations)
    if (op.output == static_cast<int32_t>(stream))
      return op;
  return network.operations.front();
}

const std::vector<int32_t> &Layout::stepsOf(uint32_t stream) const {
  const Operation &source = sourceOf(stream);
  return source.kind == OperationKind::Encode ? source.fixedInput.steps : source.fixedNeuron.steps;
}

unsigned Layout::getEventBits(uint32_t stream) const {
  return streamOf(stream).code == SpikeCode::Ternary ? 2 : 1;
}

unsigned Layout::getTrainBits(uint32_t stream) const {
  return getEventBits(stream) * static_cast<unsigned>(stepsOf(stream).size());
}

std::string Layout::word(size_t buffer) const {
  return fmt::format("(state->words + {})", words[buffer].offset);
}

std::string Layout::half(size_t buffer) const {
  return fmt::format("(state->halves + {})", halves[buffer].offset);
}

//===- Names -------------------------------------------------------------------------------------------===//

void Layout::nameLayers() {
  std::set<std::string> used;
  for (const Group &group : typed.groups) {
    const Task &last = typed.tasks[group.tasks.back()];
    std::string base = toIdentifier(network.operations[last.operation].name), name = base;
    for (int i = 2; !used.insert(name).second; ++i)
      name = fmt::format("{}_{}", base, i);
    layerNames.push_back(name);
  }
}

void Layout::findReaders() {
  groupOfStream.assign(network.streams.size(), 0);
  lastReader.assign(network.streams.size(), 0);
  for (size_t g = 0; g < typed.groups.size(); ++g)
    for (uint32_t i : typed.groups[g].tasks) {
      const Task &task = typed.tasks[i];
      if (task.kind == TaskKind::Decode)
        continue;
      if (task.kind != TaskKind::Deliver)
        groupOfStream[task.stream] = g;
      lastReader[task.stream] = std::max(lastReader[task.stream], g);
    }
}

//===- Places ------------------------------------------------------------------------------------------===//

void Layout::placeBuffers() {
  placeAccumulators();
  placeEvents();
  placeInput();
  placePopulations();
  words.place();
  halves.place();
}

void Layout::placeAccumulators() {
  size_t last = typed.groups.size() - 1;
  std::vector<size_t> first(typed.accumulators.size(), SIZE_MAX), end(typed.accumulators.size(), 0);
  std::vector<std::string> what(typed.accumulators.size());
  auto use = [&](uint32_t a, size_t g, const std::string &name) {
    first[a] = std::min(first[a], g);
    end[a] = std::max(end[a], g);
    what[a] = name;
  };
  for (size_t g = 0; g <= last; ++g)
    for (uint32_t i : typed.groups[g].tasks) {
      const Task &task = typed.tasks[i];
      if (task.kind == TaskKind::Deliver)
        use(task.accumulator, g, layerNames[g] + ": sums of currents");
      if (task.kind == TaskKind::Harvest) {
        use(task.accumulator, g, layerNames[g] + ": sums that pass on");
        use(task.accumulator, lastReader[task.stream], layerNames[g] + ": sums that pass on");
      }
    }
  for (size_t p = 0; p < typed.populations.size(); ++p) {
    const Population &population = typed.populations[p];
    const FixedNeuron &form = network.operations[population.operation].fixedNeuron;
    for (uint32_t terminal : population.terminals) {
      uint32_t a = typed.terminals[terminal].accumulator;
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
    accumulators.push_back(
        words.add(what[a], typed.accumulators[a], first[a] == SIZE_MAX ? 0 : first[a], end[a]));
}

void Layout::placeEvents() {
  const std::vector<Group> &groups = typed.groups;
  events.assign(network.streams.size(), std::nullopt);
  lists.assign(groups.size(), 0);
  for (uint32_t i = 0; i < network.streams.size(); ++i) {
    if (isGraded(i))
      continue;
    uint64_t size = streamOf(i).size;
    const std::string &name = senderOf(i);
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
      uint32_t stream = typed.tasks[i].stream;
      if (streamOf(stream).isSpikes && !isGraded(stream))
        size = std::max(size, streamOf(stream).size);
    }
    if (size > 0)
      lists[g] = halves.add(layerNames[g] + ": events of a step", size, g, g);
  }
}

void Layout::placeInput() {
  size_t last = typed.groups.size() - 1;
  uint64_t inputs = plan.inputOrder.size();
  uint32_t stream = static_cast<uint32_t>(encoder().output);
  bool isDirect = encoder().inputCode == InputCode::Direct;
  input = halves.add("input", inputs, 0, isDirect && inLayers() ? lastReader[stream] : last);
  if (!isDirect)
    encoded = words.add("input: what has been sent", inputs, 0, last);
  if (encoder().inputCode == InputCode::Float)
    sent = words.add("input: what is sent in a step", inputs, 0, lastReader[stream]);
}

void Layout::placePopulations() {
  size_t last = typed.groups.size() - 1;
  for (const Population &population : typed.populations) {
    const Operation &op = network.operations[population.operation];
    Places &place = places.emplace_back();
    uint64_t size = network.streams[population.stream].size;
    size_t group = op.output >= 0 ? groupOfStream[static_cast<size_t>(op.output)] : last;
    size_t from = inLayers() ? group : 0, to = inLayers() ? group : last;
    for (uint32_t terminal : population.terminals)
      place.sums.push_back(accumulators[typed.terminals[terminal].accumulator]);
    if (op.kind == OperationKind::Decode)
      continue;
    place.outputs = halves.add(layerNames[group] + ": y", size, from, to);
    if (op.fixedNeuron.stateBits == 16)
      for (size_t n = 0; n < population.terminals.size(); ++n)
        place.estimates.push_back(
            halves.add(fmt::format("{}: v{}", layerNames[group], n ? "2" : ""), size, from, to));
  }
}

} // namespace snnc::c
