//===- Engine: runs a program on one sample, step by step ----------------------------------------===//
//
// An engine holds the state of one sample. All memory is taken when it is made; nothing is allocated
// while it runs. One engine belongs to one thread; make one per thread.
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

namespace snn {

/// What one layer did since the last `start`.
struct LayerStatistics {
  uint64_t events = 0;      ///< events it sent
  uint64_t synapticOps = 0; ///< accumulations of a weight that events caused on the way into it
  uint64_t gradedOps = 0;   ///< those among them that multiply (events with a value of their own)
  uint64_t activeSteps = 0; ///< time steps in which it sent at least one event
  uint64_t updates = 0;     ///< comparisons made: neurons times steps within its schedule
};

class Engine {
public:
  explicit Engine(const Program &program);
  ~Engine();
  Engine(Engine &&) noexcept;
  Engine &operator=(Engine &&) noexcept;

  /// Begins a sample. `values` are inputSize() numbers; the program's mean and standard deviation
  /// are applied to them. Clears state and statistics.
  void start(const double *values);
  /// Runs one time step.
  void step();
  /// Number of steps since `start`.
  uint32_t time() const;
  /// The decoded output after the last step: outputSize() numbers.
  const double *output() const;
  /// One entry per Program::layers().
  const std::vector<LayerStatistics> &statistics() const;

  /// What the ANN behind the program gives for `values`: every neuron replaced by its function.
  /// Leaves the running sample alone.
  void evaluate(const double *values, double *output);

private:
  struct Impl;
  std::unique_ptr<Impl> impl;
};

} // namespace snn

#endif
