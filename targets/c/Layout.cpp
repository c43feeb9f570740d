#include "targets/c/Layout.h"

#include "targets/c/Chains.h"
#include "targets/c/ProductRanges.h"
#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <set>

namespace snnc::c {

using namespace ::snn::detail;
using TaskKind = ::snn::detail::Task::Kind;
using OperationKind = ::snn::detail::Operation::Kind;

std::string toIdentifier(const std::string &text) {
  std::string name;
  for (char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)))
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  if (!name.empty() && name.back() == '_')
    name.pop_back();
  if (name.empty())
    return "network";
  return std::isdigit(static_cast<unsigned char>(name[0])) ? "layer_" + name : name;
}

Layout::Layout(const ::snn::Program &program, const EmitOptions &options)
    : program(program), options(options), plan(*program.plan()),
      fixed(std::get<FixedPlan>(plan.typed)), typed(fixed.typed), network(plan.network) {
  joinChains(typed);
  nameLayers();
  findReaders();
  placeBuffers();
}

std::string Layout::check() const {
  for (uint32_t i = 0; i < network.streams.size(); ++i) {
    if (!hasTrain(i) || getTrainBits(i) <= 32)
      continue;
    std::string what = fmt::format("layer '{}': the events of a neuron in all its steps take {} "
                                   "bits, more than 32",
                                   sourceOf(i).name, getTrainBits(i));
    if (isWide(i))
      return fmt::format("{}, and its {} elements are more than a list of events numbers ({}); use "
                         "fewer steps",
                         what, streamOf(i).size, options.shortIndices - 1);
    if (groupOfStream[i] != lastReader[i])
      return what + "; use fewer steps or the order of steps";
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

size_t Layout::groupOf(const Population &population) const {
  int32_t output = network.operations[population.operation].output;
  if (output >= 0)
    return groupOfStream[static_cast<size_t>(output)];
  auto endsInIt = [&](const Group &group) {
    const Task &last = typed.tasks[group.tasks.back()];
    return last.kind == TaskKind::Decode && last.operation == population.operation;
  };
  return std::find_if(typed.groups.begin(), typed.groups.end(), endsInIt) - typed.groups.begin();
}

std::array<uint64_t, 3> Layout::getStorageSizes(uint32_t stream) const {
  const ::snn::detail::Shape &shape = streamOf(stream).shape;
  if (shape.size() == 3)
    return {shape[1], shape[2], shape[0]};
  std::array<uint64_t, 3> sizes = {1, 1, 1};
  for (size_t i = 0; i < shape.size(); ++i) // what is left of more than three is in the first
    sizes[std::max<int64_t>(static_cast<int64_t>(i + 3) - static_cast<int64_t>(shape.size()), 0)] *=
        shape[i];
  return sizes;
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
  return fmt::format("&state->words[{}]", words[buffer].name);
}

std::string Layout::half(size_t buffer) const {
  return fmt::format("&state->halves[{}]", halves[buffer].name);
}

std::string Layout::sumsOf(uint32_t accumulator) const {
  const std::string &name = words[accumulators[accumulator]].name;
  if (slots[accumulator] == 1)
    return fmt::format("&state->words[{}]", name);
  return fmt::format("&state->words[{} + t * {}U]", name, typed.accumulators[accumulator]);
}

bool Layout::keepsSent() const {
  auto stream = static_cast<size_t>(encoder().output);
  return inLayers() && lastReader[stream] != groupOfStream[stream];
}

std::string Layout::sentOf() const {
  return keepsSent()
             ? fmt::format("&state->words[{} + t * {}U]", words[sent].name, plan.inputOrder.size())
             : word(sent);
}

//===- Names -------------------------------------------------------------------------------------------===//

void Layout::nameLayers() {
  std::set<std::string> used;
  for (const Group &group : typed.groups) {
    const Task &last = typed.tasks[group.tasks.back()];
    std::string base = toIdentifier(network.operations[last.operation].name), name = base;
    for (int i = 2; !used.insert(name).second; ++i)
      name = fmt::format("{}_{}", base, i);
    layerNames.push_back(name + "_");
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
  placeProducts();
  words.place();
  halves.place();
}

void Layout::placeAccumulators() {
  struct Use {
    const char *name = "sums", *what = "sums of currents";
    size_t owner = SIZE_MAX, first = SIZE_MAX, last = 0;
  };
  std::vector<Use> uses(typed.accumulators.size());
  slots.assign(typed.accumulators.size(), 1);
  auto use = [&](uint32_t a, size_t g) {
    if (uses[a].owner == SIZE_MAX)
      uses[a].owner = g;
    uses[a].first = std::min(uses[a].first, g);
    uses[a].last = std::max(uses[a].last, g);
  };
  for (size_t g = 0; g < typed.groups.size(); ++g)
    for (uint32_t i : typed.groups[g].tasks) {
      const Task &task = typed.tasks[i];
      if (task.kind == TaskKind::Deliver || task.kind == TaskKind::Harvest ||
          task.kind == TaskKind::Multiply)
        use(task.accumulator, g);
      if (task.kind == TaskKind::Multiply)
        for (uint32_t terminal : typed.products[task.delivery].terminals)
          use(typed.terminals[terminal].accumulator, g); // also of an operand that nothing reaches
      if (task.kind != TaskKind::Harvest)
        continue;
      use(task.accumulator, lastReader[task.stream]);
      uses[task.accumulator].name = "passed";
      uses[task.accumulator].what = "sums that pass on";
      if (!inLayers() || lastReader[task.stream] == g)
        continue;
      // Later layers take their steps when this one has taken all of its own.
      slots[task.accumulator] = program.steps();
      uses[task.accumulator].what = "sums of all steps that pass on";
    }
  for (const Population &population : typed.populations)
    for (uint32_t terminal : population.terminals) {
      uint32_t a = typed.terminals[terminal].accumulator;
      use(a, groupOf(population)); // also of an operand that nothing reaches
      // What is decoded is read at the end.
      if (network.operations[population.operation].kind == OperationKind::Decode)
        use(a, typed.groups.size() - 1);
      // Step by step, 32-bit states are the sums themselves.
      if (network.operations[population.operation].fixedNeuron.stateBits != 16 && !inLayers()) {
        use(a, 0);
        use(a, typed.groups.size() - 1);
      }
    }
  for (size_t a = 0; a < uses.size(); ++a) {
    const Use &found = uses[a];
    accumulators.push_back(SIZE_MAX);
    if (found.owner != SIZE_MAX) // else it was merged into another
      accumulators.back() = words.add(layerNames[found.owner] + "_" + found.name, found.what,
                                      slots[a] * typed.accumulators[a], found.first, found.last);
  }
}

void Layout::placeEvents() {
  events.assign(network.streams.size(), std::nullopt);
  for (uint32_t i = 0; i < network.streams.size(); ++i) {
    if (isGraded(i))
      continue;
    uint64_t size = streamOf(i).size;
    size_t from = groupOfStream[i], to = lastReader[i];
    bool lasts = !inLayers(); // step by step, a train is also the state of its neurons
    if (!hasTrain(i))
      events[i] = halves.add(senderOf(i) + "_events", "events of a step", size, from, to);
    else
      events[i] = (hasShortTrain(i) ? halves : words)
                      .add(senderOf(i) + "_train", "events of all steps", size, lasts ? 0 : from,
                           lasts ? typed.groups.size() - 1 : to);
  }
}

void Layout::placeInput() {
  uint64_t inputs = plan.inputOrder.size();
  auto stream = static_cast<uint32_t>(encoder().output);
  InputCode code = encoder().inputCode;
  // Layer by layer, the float and the spike code have sent everything before the second layer begins.
  size_t until = !inLayers()                 ? typed.groups.size() - 1
                 : code == InputCode::Direct ? lastReader[stream]
                                             : groupOfStream[stream];
  input = halves.add("input_values", "the input, normalized", inputs, 0, until);
  if (code == InputCode::Float || (code == InputCode::Spike && !hasTrain(stream)))
    encoded = words.add("input_estimates", "what has been sent of the input", inputs, 0, until);
  if (code == InputCode::Float)
    sent = words.add("input_sent",
                     keepsSent() ? "what is sent in all steps" : "what is sent in a step",
                     (keepsSent() ? program.steps() : 1) * inputs, 0, lastReader[stream]);
}

void Layout::placePopulations() {
  size_t last = typed.groups.size() - 1;
  for (const Population &population : typed.populations) {
    const Operation &op = network.operations[population.operation];
    Places &place = places.emplace_back();
    uint64_t size = streamOf(population.stream).size;
    size_t group = groupOf(population);
    size_t from = inLayers() ? group : 0, to = inLayers() ? group : last;
    for (uint32_t terminal : population.terminals)
      place.sums.push_back(accumulators[typed.terminals[terminal].accumulator]);
    if (op.kind == OperationKind::Decode)
      continue;
    if (!hasTrain(static_cast<uint32_t>(op.output)))
      place.outputs = halves.add(layerNames[group] + "_y", "outputs", size, from, to);
    if (op.fixedNeuron.stateBits == 16)
      for (size_t n = 0; n < population.terminals.size(); ++n)
        place.estimates.push_back(
            halves.add(layerNames[group] + "_v", "estimates", size, from, to));
  }
}

void Layout::placeProducts() {
  products.resize(typed.products.size());
  for (size_t g = 0; g < typed.groups.size(); ++g)
    for (uint32_t i : typed.groups[g].tasks) {
      const Task &task = typed.tasks[i];
      if (task.kind != TaskKind::Multiply)
        continue;
      const PlannedProduct &planned = typed.products[task.delivery];
      size_t from = inLayers() ? g : 0, to = inLayers() ? g : typed.groups.size() - 1;
      ProductPlaces &places = products[task.delivery];
      places.isShort = !planned.rounding && fitsHalves(typed, planned);
      for (uint32_t terminal : planned.terminals) {
        uint32_t a = typed.terminals[terminal].accumulator;
        places.changes.push_back(accumulators[a]);
        places.kept.push_back((places.isShort ? halves : words)
                                  .add(layerNames[g] + (planned.rounding ? "_kept"
                                                        : places.isShort ? "_factors"
                                                                         : "_operands"),
                                       "what changes have added up to", typed.accumulators[a], from,
                                       to));
      }
    }
}

} // namespace snnc::c
