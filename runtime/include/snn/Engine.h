//===- Engine: runs a program on one sample, step by step ----------------------------------------===//
//
// An engine holds the state of one sample. Memory is taken when it is made, and for the events of all
// steps when it first runs layer by layer; nothing is allocated after that. One engine is called by one
// thread. For many samples make one per thread; for a quick answer to one sample give one several threads.
//
//   snn::Engine engine(program);
//   engine.start(pixels);               // inputSize() numbers, row-major, before normalization
//   for (int t = 0; t < 32; ++t)
//     engine.step();
//   const double *logits = engine.output();
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNN_ENGINE_H
#define SNN_ENGINE_H

#include "snn/Program.h"
#include <array>
#include <functional>
#include <optional>

namespace snn {

/// What one layer did since the last `start`.
struct LayerStatistics {
  uint64_t events = 0;      ///< events it sent
  uint64_t synapticOps = 0; ///< accumulations of a weight that events caused on the way into it
  uint64_t gradedOps = 0;   ///< those among them that multiply (events with a value of their own)
  uint64_t activeSteps = 0; ///< time steps in which it sent at least one event
  uint64_t updates = 0;     ///< comparisons made: neurons times steps within its schedule
  /// How the steps' events got here, by what was expected to be quickest: how many times one by one,
  /// through tables of sums, and as one dense product (docs/rationale/event-engine.md).
  std::array<uint64_t, 3> ways{};
  /// Why: what they were expected to take had all of them gone that way, in picoseconds of one thread
  /// (snn/Costs.h); kNoWay where some could not. Convolutions alone have a choice, and count.
  std::array<uint64_t, 3> expected{};
  static constexpr uint64_t kNoWay = UINT64_MAX;

  /// Adds what one way is expected to take.
  void expect(size_t way, uint64_t picoseconds) {
    bool isPossible = picoseconds != kNoWay && expected[way] != kNoWay;
    expected[way] = isPossible ? expected[way] + picoseconds : kNoWay;
  }
  void add(const LayerStatistics &part) {
    events += part.events;
    synapticOps += part.synapticOps;
    gradedOps += part.gradedOps;
    activeSteps += part.activeSteps;
    updates += part.updates;
    for (size_t way = 0; way < ways.size(); ++way) {
      ways[way] += part.ways[way];
      expect(way, part.expected[way]);
    }
  }
};

/// In which order the work of several time steps is done. The events are the same.
enum class Order {
  Steps, ///< step by step through all layers: outputs as early as possible
  Layers ///< layer by layer through all steps: weights and states stay in the cache
};

/// The order that is expected to load less, and what each has to load that the cache does not keep, in
/// bytes per sample: step by step weights and states, layer by layer those of a layer and all events.
struct OrderChoice {
  Order order = Order::Layers;
  uint64_t bytesOfSteps = 0, bytesOfLayers = 0;
  uint64_t cacheBytes = 0;
};
OrderChoice chooseOrder(const Program &program, uint32_t steps);

struct EngineOptions {
  /// Threads that work on the sample, with the one that calls. The others belong to the engine and sleep between
  /// calls. They take part layer by layer only (Order::Layers), where each computes a part of a layer's neurons through
  /// all steps. Results and statistics do not depend on it, bit for bit.
  unsigned threads = 1;
  /// Work that is worth a thread, in nanoseconds that a layer is expected to take in all steps: a layer of less than
  /// twice as much is computed by one.
  uint64_t smallestPart = 20'000;
  /// Whether `update` will be called. Takes memory for it: a bit for 64 elements of each stream, some numbers for each
  /// element of the largest one, and as much as the events of a frame take.
  bool updates = false;
  /// Whether neurons whose schedule has ended hear what comes afterwards, so that `look` tells what they strive for
  /// then, too. Events and outputs do not depend on it; there are more synaptic operations. Updates need it anyway.
  bool hearsLate = false;
  /// Of updates: an element of the input that differs by no more from what was sent of it is not sent. In units of the
  /// values as they are given, before normalization; at least 0. The input that the network sees is off by no more.
  double inputThreshold = 0;
};

/// Why a program takes no updates; nothing where it does.
std::optional<Error> checkUpdates(const Program &program);

class Engine {
public:
  /// Throws std::system_error when the system has not as many threads.
  explicit Engine(const Program &program, const EngineOptions &options = {});
  ~Engine();
  Engine(Engine &&) noexcept;
  Engine &operator=(Engine &&) noexcept;

  /// Begins a sample. `values` are inputSize() numbers; the program's mean and standard deviation
  /// are applied to them. Clears state and statistics.
  void start(const double *values);
  /// Gives the running sample a new input, of which only what changed is sent (docs/spec/snn.md, "Updates"): states live
  /// on, schedules begin again. Time steps are counted anew, and so are statistics; `step` and `run` follow as after
  /// `start`. For engines with EngineOptions::updates, once all schedules have ended. Gives the reason where that is not
  /// so or where a value is not finite; the state stays as it is then, and the next update may follow.
  std::optional<Error> update(const double *values);
  /// Runs one time step.
  void step();
  /// Called after a time step, with the number of steps since `start`.
  using Visit = std::function<void(uint32_t time)>;
  /// Runs until `steps` steps have been done since `start`. `visit` finds the output of every step in
  /// turn, and in the order of layers statistics that are already those of the last one.
  void run(uint32_t steps, Order order = Order::Layers, const Visit &visit = {});
  /// Number of steps since `start` or `update`.
  uint32_t time() const;
  /// Number of steps since then until no event has been sent any more.
  uint32_t eventsEnd() const;
  /// The outputs after the last step, one after another: outputSize() numbers. Heads are computed when this is
  /// called; valid until the next call on this engine.
  const double *output() const;
  /// What the decoders hold after the last step, before any head: decodedSize() numbers.
  const double *decoded() const;
  /// One entry per Program::layers().
  const std::vector<LayerStatistics> &statistics() const;
  /// How many threads computed each layer when it last ran, per Program::layers().
  const std::vector<unsigned> &layerThreads() const;

  /// What the neurons of `layer` (in Program::layers()) strive for and have after the last step: f(x) of
  /// their estimates and y, both in units of the range, LayerInfo::neurons numbers in row-major order. Estimates
  /// of neurons that have ended stay as they were then, but for EngineOptions::hearsLate.
  /// False, and nothing written, when the layer follows no function. For tuning and for plots; slow
  /// beside a step.
  bool look(size_t layer, double *targets, double *outputs);

  /// Called with an event: the layer (in Program::layers()) that sends it in time step `time` (from 0), the
  /// element in row-major order, and what it is worth to receivers. Of integer programs that is a whole
  /// number, in the layer's own units; of sign-coded layers events are those downwards, worth -2 steps,
  /// since that all elements go up by one step is not an event.
  using Watch = std::function<void(size_t layer, uint32_t time, uint32_t element, double worth)>;
  /// From now on `watch` sees every event, in the order in which layers and steps are run; {} ends it. For
  /// rasters and for tests; slow beside a step.
  void watch(Watch watch);

  /// What the ANN behind the program gives for `values`: every neuron replaced by its function, heads
  /// included: outputSize() numbers. Leaves the running sample alone.
  void evaluate(const double *values, double *output);
  /// The same before any head: decodedSize() numbers.
  void evaluateDecoded(const double *values, double *decoded);
  /// How far the running sample is from what the last `evaluate` found: per Program::layers() the root
  /// mean square of the differences between a neuron's output y and the ANN's, in units of the
  /// neuron's range. 0 for the input; of a decoder the decoded values themselves.
  std::vector<double> compareLayers() const;
  /// How many neurons have, by the last `evaluate`, values that they cannot come to in `steps` time steps, per
  /// Program::layers(): values farther from where they start than their steps add up to, by more than the
  /// last step and a sixteenth. They are clipped.
  std::vector<uint64_t> countUnreachable(uint32_t steps) const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl;
};

} // namespace snn

#endif
