//===- Bench: a spiking network run on calibration images ------------------------------------------------===//
//
// Writes the network as an event program and runs it in the runtime itself, so that what is measured is
// what users get. Results do not depend on the number of threads.
//
//===--------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_BENCH_H
#define SNNC_COMPILER_TUNE_BENCH_H

#include "compiler/data/Dataset.h"
#include "compiler/evaluate/Task.h"
#include "compiler/tune/Measurement.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "snn/Batch.h"
#include <functional>

namespace snnc::tune {

/// The bytes of the event program for a network that runs so many steps (targets/cpu).
using WriteProgram =
    std::function<mlir::FailureOr<std::vector<uint8_t>>(mlir::func::FuncOp, uint32_t steps)>;

/// What is asked for where users ask for nothing. Agreement on calibration images alone says too little of others.
inline constexpr char kUsualBudget[] = "agreement=0.99,error=0.004";

/// Takes a sentence that is for people.
using Tell = std::function<void(const std::string &)>;

/// Images stand in a fixed order that is not that of the file, so that the first ones are a sample of all
/// even where a file is sorted by class.
class Bench {
public:
  /// Runs the ANN inside `network` on so many `images` of `data`, evenly over the file (0: all). An error says
  /// what is wrong. The first output counts, and is judged as `metrics` say, or as fits it.
  static data::Result<Bench> create(mlir::func::FuncOp network, const WriteProgram &write,
                                    const std::string &data, int64_t images, unsigned threads,
                                    const MetricRequests &metrics = {});

  /// By how much measurements exaggerate errors of outputs: 1 for not at all.
  void setSafety(double factor) { safety = factor; }

  int64_t size() const { return images; }
  const Metric &metric() const { return task.metric; }
  bool hasLabels() const { return !task.truth.answers.empty(); }
  /// The ANN's own share of right classes; 0 without labels.
  double annAccuracy() const { return annRight; }
  /// The share of the variance of the ANN's outputs over all images (of their squares where they do not vary) that
  /// `found` misses.
  double getError(const Measurement &found) const;
  /// A number that differs for other images.
  uint64_t fingerprint() const;

  /// Runs `network` for `steps` on images `begin` to `end` (not included).
  data::Result<Measurement> measure(mlir::func::FuncOp network, uint32_t steps, int64_t begin,
                                    int64_t end) const;

  /// One recording per `snn.neuron`, in order, from the first `count` images with `perImage` neurons of
  /// each layer in each image, drawn by a fixed rule. Neurons whose schedule has ended still hear what comes.
  data::Result<std::vector<Recording>> record(mlir::func::FuncOp network, uint32_t steps,
                                              int64_t count, int64_t perImage) const;

private:
  Bench(data::Dataset dataset, WriteProgram write)
      : dataset(std::move(dataset)), write(std::move(write)) {}

  data::Dataset dataset;
  WriteProgram write;
  int64_t images = 0;
  unsigned threads = 1;
  double safety = 1;
  OutputTask task;                 ///< the output that counts
  bool isDecoded = false;          ///< it is judged before its head
  std::vector<int64_t> order;      ///< of the images: where each one is in the file
  std::vector<float> ann;          ///< the ANN's outputs, images x outputs
  std::vector<float> annMeans;     ///< per output
  std::vector<int64_t> annAnswers; ///< per image, as many as it has
  double annRight = 0;
  double annVariance = 0; ///< of the outputs over the images, summed over outputs
  double annSquare = 0;   ///< mean of their squares, summed over outputs

  void measureANN();
  size_t answersPerImage() const { return annAnswers.size() / static_cast<size_t>(images); }
  std::vector<float> center(const float *outputs) const;
  void judge(Measurement &found, int64_t image, const float *outputs, double gain) const;
};

/// The event program of `network`, as the runtime takes it.
data::Result<::snn::Program> load(const WriteProgram &write, mlir::func::FuncOp network,
                                  uint32_t steps);

/// Multiply-accumulates of the ANN inside `network`, per image.
data::Result<uint64_t> getAnnMacs(mlir::func::FuncOp network, const WriteProgram &write);

/// What `outputs` would be if `safety` times as far from the ANN's, their `gain` taken out; both are centered, as
/// answers of their metric leave free. Images that the network was not trained on have smaller margins; larger
/// errors show what comes of that.
std::vector<float> exaggerate(std::span<const float> outputs, std::span<const float> ann,
                              double gain, double safety);

/// `outputs` of one sample with what answers do not depend on taken away: the means over classes, or the threshold.
std::vector<float> center(const Metric &metric, std::span<const int64_t> shape,
                          std::span<const float> outputs);

} // namespace snnc::tune

#endif
