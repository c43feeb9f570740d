//===- StreamBench: a spiking network run on frames that follow each other -------------------------------------===//
//
// As Bench, on streams: the first frame of each starts from nothing, all others are updates. Results do not depend on
// the number of threads. A third is held out: every third stream, or, of fewer than three, the last third of each.
//
//===--------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_STREAMBENCH_H
#define SNNC_COMPILER_TUNE_STREAMBENCH_H

#include "compiler/evaluate/Frames.h"
#include "compiler/tune/Bench.h"

namespace snnc::tune {

/// What a run of all frames found.
struct StreamMeasurement {
  Measurement
      outputs; ///< beside the ANN of the same frames, over all of them; no events, no energy
  Measurement heldOut;      ///< likewise, of those that are held out, which count nowhere else
  double updates = 0;       ///< frames but the first of each stream
  double events = 0;        ///< of all layers, the input's among them, in these
  double energy = 0;        ///< picojoules, counted as in `snnc run`, likewise
  uint64_t synapticOps = 0; ///< of all frames, these and those that are held out
};

class StreamBench {
public:
  /// Reads the frames of `data` (compiler/evaluate/Frames.h) and runs the ANN inside `network` on them. The first output
  /// counts, and is judged as `metrics` say, or as fits it. An error says what is wrong.
  static data::Result<StreamBench> create(mlir::func::FuncOp network, const WriteProgram &write,
                                          const std::string &data, unsigned threads,
                                          const MetricRequests &metrics);

  const Metric &metric() const { return task.metric; }
  /// From now on a frame's answer counts as safe only if it would agree were its outputs so many times as far from the ANN's.
  void setSafety(double factor) { safety = factor; }
  /// Frames, without and with those that are held out.
  uint64_t frames() const { return allFrames() - framesHeldOut(); }
  uint64_t framesHeldOut() const;

  /// Runs `network` for `steps` on every frame. An error says why it takes no updates.
  data::Result<StreamMeasurement> measure(mlir::func::FuncOp network, uint32_t steps) const;

private:
  explicit StreamBench(WriteProgram write) : write(std::move(write)) {}

  WriteProgram write;
  unsigned threads = 1;
  double safety = 1;
  Streams streams;
  OutputTask task;                     ///< the output that counts
  bool isDecoded = false;              ///< it is judged before its head
  std::vector<std::vector<float>> ann; ///< by stream: the ANN's outputs, frames x outputs
  std::vector<double> annMeans;        ///< per output

  uint64_t allFrames() const;
  bool isHeldOut(size_t stream, size_t frame) const;
  data::Status readFrames(const std::string &data, const ::snn::Program &program);
  void planOutput(const ::snn::Program &program, OutputTask first);
  void runANN(const ::snn::Program &program);
  std::string follow(const ::snn::Program &program, uint32_t steps, size_t stream,
                     StreamMeasurement &found) const;
  void judge(Measurement &found, std::span<const float> outputs,
             std::span<const float> wanted) const;
  std::vector<float> centerOutputs(std::span<const float> outputs) const;
};

} // namespace snnc::tune

#endif
