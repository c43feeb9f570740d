//===- Cell: one core at work --------------------------------------------------------------------------===//
//
// In a step of the chip a cell takes the events that reached it, adds them to its neurons, and lets those
// fire whose turn it is. It writes to its own state and to its own part of the event log only, so that
// all cells may work at the same time between two barriers.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_SIMULATOR_CELL_H
#define SNNC_TARGETS_CORE_SIMULATOR_CELL_H

#include "targets/core/simulator/Product.h"
#include "targets/core/simulator/Simulator.h"
#include "targets/core/simulator/Synapses.h"
#include <optional>

namespace snnc::core {

using Event = Simulator::Event;

/// Events of a sample by layer, by the core that sends them, and by time step of the layer.
class EventLog {
public:
  explicit EventLog(const Program &program);

  void clear();
  /// Where producer number `producer` of `layer` puts what it sends in time step `t`.
  std::vector<Event> &at(size_t layer, size_t producer, uint32_t t) {
    return lists[layer][producer][t];
  }
  const std::vector<std::vector<std::vector<Event>>> &of(size_t layer) const {
    return lists[layer];
  }
  /// A producer of `layer`, one for each population of it in the order of cores.
  size_t addProducer(size_t layer);

private:
  uint32_t steps;
  std::vector<std::vector<std::vector<std::vector<Event>>>> lists; ///< layer, producer, step
};

/// Cores that hear each neuron of each layer.
class Listeners {
public:
  explicit Listeners(const Program &program);

  const uint32_t *begin(size_t layer, uint32_t neuron) const {
    return cores[layer].data() + first[layer][neuron];
  }
  const uint32_t *end(size_t layer, uint32_t neuron) const {
    return cores[layer].data() + first[layer][neuron + 1];
  }

private:
  std::vector<std::vector<uint32_t>> first, cores;
};

/// Messages that one event of `layer` takes for each core that hears it.
uint32_t countMessages(const Layer &layer, int32_t value);

class Cell {
public:
  Cell(const Program &program, uint32_t core, EventLog &log);

  void start();
  /// Begins a new input to what is running: states live on.
  void update() { isUpdate = true; }
  /// Works for step `h` of the chip.
  void step(uint32_t h, EventLog &log, const Listeners &listeners);
  /// What a step did, for other ranks (compiler/support/Ranks.h): events by population, and work.
  void pack(uint32_t h, EventLog &log, std::vector<int64_t> &to);
  /// Leaves what the step would have left outside of the cell, when another rank computed it. `from` moves on.
  void unpack(uint32_t h, EventLog &log, const Listeners &listeners, const int64_t *&from);
  /// Sums of the output layer's neurons that sit here, put into `sums` of the whole layer.
  void collect(const Layer &output, std::vector<int32_t> &sums) const;

  CoreActivity activity;             ///< since `clearActivity`
  CoreActivity last;                 ///< of the last step
  std::vector<uint64_t> sentTo;      ///< messages per receiving core
  std::vector<uint64_t> layerSpikes; ///< events sent, per layer
  void clearActivity();

private:
  /// The state of a population: as in docs/spec/fixed-point.md, for each operand and neuron.
  struct State {
    const Population *box;
    const Layer *layer;
    size_t producer;
    std::vector<Synapses> paths;
    std::vector<uint32_t> neurons;          ///< position in the layer of each neuron here
    std::vector<Population> operands;       ///< what part of each operand they take
    std::vector<std::vector<int32_t>> sums; ///< X, or the current of a step (16-bit states, relays)
    std::optional<Product> product;
    std::vector<std::vector<int16_t>> values; ///< v
    std::vector<int32_t> y;                   ///< or what a rounding has passed on so far
  };
  const Program &program;
  std::vector<State> states;
  bool isUpdate = false;
  std::vector<std::vector<bool>> hears; ///< per layer; empty: nothing of it

  /// Calls `visit(state, t)` for each population whose time step `t` is in step `h` of the chip.
  template <typename Visit>
  void forEachActive(uint32_t h, Visit visit) {
    for (State &state : states)
      if (h >= state.layer->depth && h - state.layer->depth < program.steps)
        visit(state, h - state.layer->depth);
  }
  bool keepsSum(const Layer &layer) const {
    return layer.kind == LayerKind::Output || layer.kind == LayerKind::Rounding ||
           (layer.kind == LayerKind::Neuron && layer.stateBits == 32);
  }
  void charge(State &state, uint32_t t, const EventLog &log);
  void settle(State &state);
  void fire(State &state, uint32_t t, std::vector<Event> &sent);
  void relay(State &state, std::vector<Event> &sent);
  static int32_t round(const State &state, size_t i);
  void send(const State &state, const std::vector<Event> &sent, const Listeners &listeners);
  void account();
};

} // namespace snnc::core

#endif
