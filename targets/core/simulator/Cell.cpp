#include "targets/core/simulator/Cell.h"

#include "snn/fixed.h"
#include "targets/core/simulator/Boxes.h"
#include <algorithm>
#include <bit>
#include <cstdlib>

namespace snnc::core {

//===- Events and who hears them ----------------------------------------------------------------------------===//

EventLog::EventLog(const Program &program) : steps(program.steps), lists(program.layers.size()) {
  addProducer(0); // the input, from outside
}

size_t EventLog::addProducer(size_t layer) {
  lists[layer].emplace_back(steps);
  return lists[layer].size() - 1;
}

void EventLog::clear() {
  for (auto &layer : lists)
    for (auto &producer : layer)
      for (std::vector<Event> &events : producer)
        events.clear();
}

Listeners::Listeners(const Program &program)
    : first(program.layers.size()), cores(program.layers.size()) {
  for (size_t layer = 0; layer < program.layers.size(); ++layer)
    first[layer].assign(program.layers[layer].size() + 1, 0);
  auto forEachRun = [&](auto visit) {
    for (uint32_t core = 0; core < program.cores.size(); ++core)
      for (const Axons &axons : program.cores[core].axons)
        for (const Run &run : axons.runs)
          for (uint32_t neuron = run.first; neuron < run.first + run.count; ++neuron)
            visit(axons.layer, neuron, core);
  };
  forEachRun([&](uint32_t layer, uint32_t neuron, uint32_t) { ++first[layer][neuron + 1]; });
  for (size_t layer = 0; layer < first.size(); ++layer) {
    for (size_t i = 1; i < first[layer].size(); ++i)
      first[layer][i] += first[layer][i - 1];
    cores[layer].resize(first[layer].back());
  }
  auto next = first;
  forEachRun([&](uint32_t layer, uint32_t neuron, uint32_t core) {
    cores[layer][next[layer][neuron]++] = core;
  });
}

uint32_t countMessages(const Layer &layer, int32_t value) {
  if (layer.digits == 1)
    return 1;
  uint32_t magnitude = value < 0 ? 0u - static_cast<uint32_t>(value) : static_cast<uint32_t>(value);
  return static_cast<uint32_t>(std::popcount(magnitude));
}

/// f of the estimates of the operands of a neuron.
static int32_t evaluate(const Layer &layer, uint32_t neuron, const int32_t *v) {
  switch (layer.function) {
  case Function::Relu:
    return std::max(v[0], 0);
  case Function::Max:
    return std::max(v[0], v[1]);
  case Function::Min:
    return std::min(v[0], v[1]);
  case Function::Abs:
    return std::abs(v[0]);
  case Function::Table:
    return layer.gains.empty()
               ? snn_table(layer.table.data(), static_cast<int16_t>(v[0]))
               : snn_requantize(snn_table(layer.table.data(), static_cast<int16_t>(v[0])),
                                layer.gains[neuron], layer.gainShift);
  case Function::Clip:
    return std::clamp(v[0], layer.lower[neuron], layer.upper[neuron]);
  case Function::Product:
    return snn_product(static_cast<int16_t>(v[0]), static_cast<int16_t>(v[1]), layer.align);
  case Function::Quotient:
  case Function::Norm:
    break; // compared without being computed
  }
  return 0;
}

/// On which side of f(v) e lies: 1 above it, -1 below.
static int compare(const Layer &layer, uint32_t neuron, int64_t e, const int32_t *v) {
  auto a = static_cast<int16_t>(v[0]), b = static_cast<int16_t>(v[1]);
  if (layer.function == Function::Quotient)
    return snn_compare_quotient(e, a, b, layer.align);
  if (layer.function == Function::Norm)
    return snn_compare_norm(e, a, b, layer.epsilon, layer.align);
  int64_t f = evaluate(layer, neuron, v);
  return (e > f) - (e < f);
}

/// The sign of the error that is sent; `zone` of the ternary code.
static int getSign(const Layer &layer, uint32_t neuron, int64_t e, int64_t zone, const int32_t *v) {
  auto side = [&](int64_t e) { return compare(layer, neuron, e, v); };
  if (layer.ternary)
    return side(e - zone) > 0 ? 1 : side(e + zone) < 0 ? -1 : 0;
  return snn_sign(side(e), layer.tieAbove);
}

/// Whether an output is farther from where it starts than a sample could take it.
static bool isBeyond(const Layer &layer, uint32_t neuron, int64_t y) {
  return std::abs(y - (layer.initial.empty() ? 0 : layer.initial[neuron])) > layer.reach();
}

//===- Cell -------------------------------------------------------------------------------------------------===//

Cell::Cell(const Program &program, uint32_t core, EventLog &log)
    : program(program), hears(program.layers.size()) {
  for (const Axons &axons : program.cores[core].axons) {
    std::vector<bool> &heard = hears[axons.layer];
    heard.resize(program.layers[axons.layer].size(), false);
    for (const Run &run : axons.runs)
      std::fill_n(heard.begin() + run.first, run.count, true);
  }
  for (const Population &box : program.cores[core].populations) {
    const Layer &layer = program.layers[box.layer];
    State state;
    state.box = &box;
    state.layer = &layer;
    state.producer = log.addProducer(box.layer);
    for (const Path &path : layer.paths)
      state.paths.emplace_back(path, shapeOf(layer, path.operand));
    state.neurons = listNeurons(box, layer.shape);
    for (size_t operand = 0; operand < layer.operands.size(); ++operand)
      state.operands.push_back(takenBy(box, layer, operand));
    if (layer.kind == LayerKind::Product)
      state.product.emplace(layer, box);
    states.push_back(std::move(state));
  }
  clearActivity();
  start();
}

void Cell::clearActivity() {
  activity = last = CoreActivity();
  sentTo.assign(program.cores.size(), 0);
  layerSpikes.assign(program.layers.size(), 0);
}

void Cell::start() {
  isUpdate = false;
  for (State &state : states) {
    const Layer &layer = *state.layer;
    size_t neurons = state.neurons.size(), operands = layer.operands.size();
    state.sums.resize(operands);
    for (size_t operand = 0; operand < operands; ++operand)
      state.sums[operand].assign(countElements(state.operands[operand].sizes), 0);
    if (state.product)
      state.product->start();
    state.values.assign(operands, std::vector<int16_t>(neurons, 0));
    state.y.assign(neurons, 0);
    for (size_t i = 0; i < neurons && !layer.initial.empty(); ++i)
      state.y[i] = layer.initial[state.neurons[i]];
    for (size_t operand = 0; !state.product && operand < operands; ++operand)
      for (size_t i = 0; i < neurons; ++i) {
        const Operand &of = layer.operands[operand];
        int32_t start = of.start[state.neurons[i]];
        if (keepsSum(layer))
          state.sums[operand][i] = start;
        if (layer.kind == LayerKind::Neuron)
          state.values[operand][i] =
              snn_requantize(start, of.multipliers[state.neurons[i]], of.shift);
        if (layer.kind == LayerKind::Rounding)
          state.y[i] = round(state, i);
      }
  }
}

void Cell::step(uint32_t h, EventLog &log, const Listeners &listeners) {
  last = CoreActivity();
  forEachActive(h, [&](State &state, uint32_t t) {
    const Layer &layer = *state.layer;
    charge(state, t, log);
    if (layer.kind == LayerKind::Output)
      return;
    std::vector<Event> &sent = log.at(state.box->layer, state.producer, t);
    if (layer.kind != LayerKind::Neuron) {
      relay(state, sent);
    } else {
      if (layer.stateBits == 16)
        settle(state);
      fire(state, t, sent);
    }
    send(state, sent, listeners);
  });
  account();
}

void Cell::account() {
  activity.spikes += last.spikes;
  activity.messages += last.messages;
  activity.synapticOps += last.synapticOps;
  activity.updates += last.updates;
}

void Cell::pack(uint32_t h, EventLog &log, std::vector<int64_t> &to) {
  to.push_back(static_cast<int64_t>(last.synapticOps));
  to.push_back(static_cast<int64_t>(last.updates));
  forEachActive(h, [&](State &state, uint32_t t) {
    if (state.layer->kind == LayerKind::Output)
      return;
    const std::vector<Event> &sent = log.at(state.box->layer, state.producer, t);
    to.push_back(static_cast<int64_t>(sent.size()));
    for (const Event &event : sent)
      to.insert(to.end(), {event.neuron, event.value});
  });
}

void Cell::unpack(uint32_t h, EventLog &log, const Listeners &listeners, const int64_t *&from) {
  last = CoreActivity();
  last.synapticOps = static_cast<uint64_t>(*from++);
  last.updates = static_cast<uint64_t>(*from++);
  forEachActive(h, [&](State &state, uint32_t t) {
    if (state.layer->kind == LayerKind::Output)
      return;
    std::vector<Event> &sent = log.at(state.box->layer, state.producer, t);
    sent.resize(static_cast<size_t>(*from++));
    for (Event &event : sent) {
      event.neuron = static_cast<uint32_t>(*from++);
      event.value = static_cast<int32_t>(*from++);
    }
    send(state, sent, listeners);
  });
  account();
}

void Cell::charge(State &state, uint32_t t, const EventLog &log) {
  if (!keepsSum(*state.layer))
    for (std::vector<int32_t> &sum : state.sums)
      std::fill(sum.begin(), sum.end(), 0);
  for (const Synapses &path : state.paths) {
    const std::vector<bool> &heard = hears[path.source()];
    if (heard.empty())
      continue;
    const Layer &source = program.layers[path.source()];
    const Population &box = state.operands[path.operand()];
    int32_t *sums = state.sums[path.operand()].data();
    for (const auto &producer : log.of(path.source()))
      for (const Event &event : producer[t])
        if (heard[event.neuron])
          last.synapticOps += path.deliver(event.neuron, event.value, box, sums) *
                              countMessages(source, event.value);
  }
}

/// 16-bit states take the current of the step.
void Cell::settle(State &state) {
  for (size_t operand = 0; operand < state.sums.size(); ++operand) {
    const Operand &of = state.layer->operands[operand];
    for (size_t i = 0; i < state.neurons.size(); ++i)
      state.values[operand][i] = snn_charge(state.values[operand][i], state.sums[operand][i],
                                            of.multipliers[state.neurons[i]], of.shift);
  }
}

/// What a rounding passes its sum on as.
int32_t Cell::round(const State &state, size_t i) {
  const Operand &of = state.layer->operands[0];
  return snn_estimate(state.sums[0][i], of.multipliers[state.neurons[i]], of.shift,
                      state.layer->limit);
}

/// Sends what changed: the current of the step, or how much it changed a product or a rounded sum.
void Cell::relay(State &state, std::vector<Event> &sent) {
  std::vector<int32_t> change;
  if (state.product)
    last.synapticOps += state.product->advance(state.sums[0], state.sums[1], change);
  for (size_t i = 0; state.layer->kind == LayerKind::Rounding && i < state.neurons.size(); ++i) {
    int32_t passed = round(state, i);
    change.push_back(passed - state.y[i]);
    state.y[i] = passed;
  }
  const std::vector<int32_t> &values =
      state.layer->kind == LayerKind::Relay ? state.sums[0] : change;
  for (size_t i = 0; i < state.neurons.size(); ++i)
    if (values[i] != 0)
      sent.push_back({state.neurons[i], values[i]});
  last.updates += state.neurons.size();
}

void Cell::fire(State &state, uint32_t t, std::vector<Event> &sent) {
  const Layer &layer = *state.layer;
  int64_t k = layer.activeStep(t);
  if (k < 0)
    return;
  unsigned up = static_cast<uint32_t>(layer.fraction) - layer.eventFraction;
  const int32_t hysteresis = isUpdate ? layer.hysteresis : 0;
  const int32_t zone = layer.ternary ? std::max(layer.zones[k], hysteresis) : 0;
  for (size_t i = 0; i < state.neurons.size(); ++i) {
    int32_t v[2] = {0, 0};
    for (size_t operand = 0; operand < layer.operands.size(); ++operand) {
      const Operand &of = layer.operands[operand];
      v[operand] =
          layer.stateBits == 32
              ? snn_requantize(state.sums[operand][i], of.multipliers[state.neurons[i]], of.shift)
              : state.values[operand][i];
    }
    int g = getSign(layer, state.neurons[i], snn_error(state.y[i], up, 0), zone, v);
    int32_t value = -layer.steps[k] * g;
    if (g == 0 || (isUpdate && isBeyond(layer, state.neurons[i], state.y[i] + value)))
      continue;
    state.y[i] += value;
    sent.push_back({state.neurons[i], value});
  }
  last.updates += state.neurons.size();
}

void Cell::send(const State &state, const std::vector<Event> &sent, const Listeners &listeners) {
  size_t layer = state.box->layer;
  last.spikes += sent.size();
  layerSpikes[layer] += sent.size();
  for (const Event &event : sent) {
    uint32_t messages = countMessages(*state.layer, event.value);
    for (const uint32_t *to = listeners.begin(layer, event.neuron);
         to != listeners.end(layer, event.neuron); ++to) {
      sentTo[*to] += messages;
      last.messages += messages;
    }
  }
}

void Cell::collect(const Layer &output, std::vector<int32_t> &sums) const {
  for (const State &state : states)
    if (state.layer == &output)
      for (size_t i = 0; i < state.neurons.size(); ++i)
        sums[state.neurons[i]] = state.sums[0][i];
}

} // namespace snnc::core
