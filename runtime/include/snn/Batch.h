//===- Batch: runs a program on many samples with several threads --------------------------------===//
//
// Threads take samples; those that samples leave over help with one, layer by layer (EngineOptions::threads).
// Results do not depend on the number of threads.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNN_BATCH_H
#define SNN_BATCH_H

#include "snn/Engine.h"
#include <functional>
#include <optional>

namespace snn {

/// An answer before the last step: a sample ends once the largest decoded number of its first output has led
/// the second by `margin` in `stableSteps` steps in a row, and was the same one. Steps count from the first in
/// which an event reaches the output. Numbers count as they are before a head: logits, not probabilities.
struct StopRule {
  double margin = 0;
  uint32_t stableSteps = 2;
};

struct BatchOptions {
  uint32_t steps = 0;             ///< time steps; 0: Program::steps()
  std::vector<uint32_t> reportAt; ///< ascending step counts whose outputs are kept; empty: {steps}
  std::optional<Order> order;     ///< of the work; absent: chooseOrder's. The results are the same
  unsigned threads = 0;           ///< 0: one per processor
  /// Of those, how many work on a sample at the same time; 0: what samples leave over. More than one answer a sample
  /// sooner, and fewer samples a second. 1 with a stop rule or step by step.
  unsigned threadsPerSample = 0;
  bool evaluateAnn = true; ///< also compute the ANN's outputs
  bool decoded = false; ///< outputs are what decoders hold, before any head: decodedSize() numbers
  bool compareLayers = false;   ///< also fill BatchResult::layerErrors; counts in the time
  std::optional<StopRule> stop; ///< when a sample may end early; absent: never
  std::function<void(uint64_t done, uint64_t total)> progress; ///< called from one thread at a time
};

struct BatchResult {
  std::vector<uint32_t> steps;             ///< the reported step counts
  std::vector<std::vector<float>> outputs; ///< per reported step: samples x outputSize()
  std::vector<float> ann;                  ///< samples x outputSize(), empty without evaluateAnn
  std::vector<LayerStatistics> layers;     ///< sums over all samples, after their last steps
  std::vector<uint32_t> stepsTaken; ///< per sample, with a stop rule; outputs that are reported
                                    ///< for later steps are those it ended with
  std::vector<double> layerErrors;  ///< samples x layers, as of Engine::compareLayers, or empty
  /// Per layer, summed over the samples: neurons that are clipped, as of Engine::countUnreachable after all steps of
  /// the program; and samples with any. Empty without evaluateAnn.
  std::vector<uint64_t> unreachable;
  uint64_t samplesClipped = 0;
  double seconds = 0;          ///< wall time of the spiking part
  double processorSeconds = 0; ///< processor time of the same part, over all threads
  unsigned threads = 0;
  unsigned threadsPerSample = 1;      ///< the most of those that worked on one
  std::vector<unsigned> layerThreads; ///< likewise, per layer
};

/// Writes sample `index` (inputSize() numbers) to its second argument. Called from several threads.
using SampleSource = std::function<void(uint64_t index, double *values)>;

Result<BatchResult> runBatch(const Program &program, uint64_t samples, const SampleSource &source,
                             const BatchOptions &options = {});

} // namespace snn

#endif
