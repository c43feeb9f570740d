//===- Streams: runs a program on frames that follow each other ---------------------------------------------===//
//
// The first frame of a stream is a sample, all others are updates of it (Engine::update): what changed little takes
// little. Threads take streams; of a single one they share the work, layer by layer (EngineOptions::threads). Results do
// not depend on their number.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNN_STREAMS_H
#define SNN_STREAMS_H

#include "snn/Engine.h"
#include <functional>
#include <optional>

namespace snn {

/// What a frame took and gave.
struct FrameResult {
  uint64_t stream = 0, frame = 0; ///< from 0
  uint64_t events = 0;            ///< of all layers, the input's among them
  uint64_t inputEvents = 0;
  uint64_t synapticOps = 0;  ///< accumulations of a weight that events caused
  uint32_t steps = 0;        ///< time steps until no event was sent any more
  uint32_t activeLayers = 0; ///< layers that sent at least one event, without the input
  double seconds = 0;        ///< wall time, without the ANN
  /// Likewise, of the processor: that of the thread that follows the stream, or, where several share the work, of all
  /// threads of the process.
  double processorSeconds = 0;
};

struct StreamOptions {
  uint32_t steps = 0;         ///< time steps of a frame; 0: Program::steps()
  std::optional<Order> order; ///< absent: layer by layer
  unsigned threads = 0;       ///< 0: one per processor; of several streams, as many as there are
  double inputThreshold = 0;  ///< EngineOptions::inputThreshold
  bool evaluateAnn = true;    ///< also compute the ANN's outputs of every frame
  /// Called after each frame, from one thread at a time: its outputs, and the ANN's (null without evaluateAnn), are
  /// outputSize() numbers that live until the call returns.
  std::function<void(const FrameResult &, const double *outputs, const double *ann)> visit;
};

struct StreamResult {
  uint64_t frames = 0;                 ///< of all streams
  std::vector<LayerStatistics> layers; ///< sums over all frames
  /// Per layer, summed over the frames: neurons that are clipped, as of Engine::countUnreachable; and frames with any.
  /// Empty without evaluateAnn.
  std::vector<uint64_t> unreachable;
  uint64_t framesClipped = 0;
  double seconds = 0;          ///< wall time of the spiking part, summed over the frames
  double processorSeconds = 0; ///< likewise, of the processor
  unsigned threads = 0;
  unsigned atOnce = 0;                ///< streams that ran at the same time
  std::vector<unsigned> layerThreads; ///< per layer: the most threads that worked on it
};

/// Writes frame `frame` of stream `stream` (inputSize() numbers) to its last argument, or returns false: the stream has
/// ended. Called from several threads, for the frames of a stream in order.
using FrameSource = std::function<bool(uint64_t stream, uint64_t frame, double *values)>;

/// Fails where the program takes no updates, where a stream has no frame, at the first frame with a value that is not
/// finite, and where the system has not as many threads.
Result<StreamResult> runStreams(const Program &program, uint64_t streams, const FrameSource &source,
                                const StreamOptions &options = {});

} // namespace snn

#endif
