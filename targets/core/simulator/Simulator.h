//===- Simulator: runs a core program, message by message ------------------------------------------------===//
//
// All cores work at the same time (on several threads), a barrier ends each step of the chip, and events
// travel as messages, x first, then y. A layer of depth d takes its time step t in step t + d of the chip,
// and so hears exactly what it hears when layers run one after another: outputs are those of the integer
// runtime, bit for bit, whatever the number of threads. Ranks (compiler/support/Ranks.h) divide the cores of a chip and
// exchange events after each step: all of them must run the same samples.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_SIMULATOR_SIMULATOR_H
#define SNNC_TARGETS_CORE_SIMULATOR_SIMULATOR_H

#include "targets/core/simulator/Program.h"
#include <memory>

namespace snnc::core {

/// What one core did for a sample.
struct CoreActivity {
  uint64_t spikes = 0, messages = 0, synapticOps = 0, updates = 0;
};

/// What the chip did for the samples since `clear`.
struct Activity {
  uint64_t samples = 0;
  std::vector<uint64_t> layerSpikes; ///< events sent, per layer
  std::vector<CoreActivity> cores;
  uint64_t inputEvents = 0;      ///< of the input, which is on no core
  uint64_t messages = 0;         ///< an event to a core
  uint64_t hopsX = 0, hopsY = 0; ///< links that messages passed
  uint64_t busiestLink = 0;      ///< messages over the link with most
  uint64_t criticalOps = 0;      ///< additions and updates of the busiest core of each step, summed
  double nanoseconds = 0;        ///< by the model's timing; 0 where it gives none

  uint64_t spikes() const;
  uint64_t synapticOps() const;
  uint64_t updates() const;
  uint64_t hops() const { return hopsX + hopsY; }
  /// Counts what was done for `more`, too; the busiest link becomes the sum of both.
  void add(const Activity &more);
};

class Simulator {
public:
  /// `threads` 0: one per processor. The program must outlive the simulator.
  explicit Simulator(const Program &program, unsigned threads = 0);
  ~Simulator();

  /// The raw integer of an input value, as the border of the integer network makes it.
  int32_t readRaw(double value) const;
  /// Runs one sample of raw numbers; returns the outputs after the last step.
  std::vector<int32_t> run(const std::vector<int32_t> &raw);
  /// Gives what is running a new input, of which only what changed is sent (docs/spec/snn.md, "Updates"). Of a program with
  /// updates, after `run`.
  std::vector<int32_t> update(const std::vector<int32_t> &raw);
  /// Time steps of the last input until no layer sent anything any more.
  uint32_t eventsEnd() const;
  /// Outputs in the network's units.
  std::vector<double> scale(const std::vector<int32_t> &output) const;

  const Activity &activity() const;
  void clear();
  /// Events that a layer sent in each of its time steps of the last sample, for comparisons:
  /// neuron and value, by neuron.
  struct Event {
    uint32_t neuron;
    int32_t value;
  };
  std::vector<Event> events(size_t layer, uint32_t step) const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl;
};

} // namespace snnc::core

#endif
