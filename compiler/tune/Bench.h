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
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "snn/Batch.h"
#include <algorithm>
#include <functional>

namespace snnc::tune {

/// The bytes of the event program for a network that runs so many steps (targets/cpu).
using WriteProgram =
    std::function<mlir::FailureOr<std::vector<uint8_t>>(mlir::func::FuncOp, uint32_t steps)>;

/// What is asked for where users ask for nothing. Agreement on calibration images alone says too little of others.
inline constexpr char kUsualBudget[] = "agreement=0.99,error=0.004";

/// Takes a sentence that is for people.
using Tell = std::function<void(const std::string &)>;

/// What runs of the network on some images found: sums, which add up over further images. An image of several answers
/// (compiler/evaluate/Metric.h) counts as the share of them.
struct Measurement {
  double images = 0;
  double agreeing = 0; ///< images with the ANN's answer; of a regression all
  double right = 0;    ///< images with their label's answer; 0 without labels
  /// Images that would have the ANN's answer if the outputs were off by `safety` times as much; those that
  /// then would be right in the ANN alone, and in the spiking network alone.
  double safe = 0, lost = 0, gained = 0;
  /// Products over the outputs (of classes their means taken away, of others the threshold or the ANN's mean):
  /// found by the ANN's, found by found, the ANN's by the ANN's.
  double both = 0, own = 0, ann = 0;
  double missed = 0;          ///< squares of outputs minus the ANN's
  double numbers = 0;         ///< images whose outputs are numbers: a regression
  double energy = 0;          ///< picojoules, counted as in `snnc run`
  std::vector<double> events; ///< per population, per neuron of it

  /// Of a regression, which has no answers, what the outputs explain.
  double getAgreement() const {
    return numbers > 0 ? 1 - getDistortion() : agreeing / std::max(images, 1.0);
  }
  double getSafeAgreement() const {
    return numbers > 0 ? 1 - getDistortion() : safe / std::max(images, 1.0);
  }
  double getAccuracy() const { return right / std::max(images, 1.0); }
  /// Share of the ANN's outputs that those found do not explain, whatever their gain: answers do not
  /// change when all outputs shrink alike, numbers do. 0 to 1.
  double getDistortion() const {
    if (numbers > 0)
      return missed <= 0 ? 0 : missed < ann ? missed / ann : 1;
    return own > 0 && ann > 0 ? 1 - both * both / (own * ann) : 1;
  }
  double getEnergy() const { return energy / std::max(images, 1.0); }
  /// Events of an image, each population's weighted by its share.
  double getEvents(const std::vector<double> &shares) const;

  Measurement &operator+=(const Measurement &other);
};

/// What the neurons of one layer strove for, step by step, in units of their range.
struct Recording {
  uint32_t steps = 0, channels = 0;
  std::vector<float> targets;    ///< per step, one number for each sampled neuron
  std::vector<uint32_t> channel; ///< per sampled neuron
  std::vector<double> meanError; ///< per channel over all neurons: f(x) - y after the last step

  size_t samples() const { return channel.size(); }
  /// What they strive for in step `t`.
  const float *at(size_t t) const { return targets.data() + t * samples(); }
};

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
  /// each layer in each image, drawn by a fixed rule.
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
