//===- Bench: a spiking network run on calibration images ------------------------------------------------===//
//
// Writes the network as an event program and runs it in the runtime itself, so that what is measured is
// what users get. Results do not depend on the number of threads.
//
//===--------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_BENCH_H
#define SNNC_COMPILER_TUNE_BENCH_H

#include "compiler/import/numpy/Dataset.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "snn/Batch.h"
#include <algorithm>
#include <functional>

namespace snnc::tune {

/// The bytes of the event program for a network that runs so many steps (targets/cpu).
using WriteProgram =
    std::function<mlir::FailureOr<std::vector<uint8_t>>(mlir::func::FuncOp, uint32_t steps)>;

/// Takes a sentence that is for people.
using Tell = std::function<void(const std::string &)>;

/// What runs of the network on some images found: sums, which add up over further images.
struct Measurement {
  double images = 0;
  double agreeing = 0; ///< images with the ANN's class
  double right = 0;    ///< images with their label's class; 0 without labels
  /// Images that would have the ANN's class if the outputs were off by `safety` times as much; those that
  /// then would be right in the ANN alone, and in the spiking network alone.
  double safe = 0, lost = 0, gained = 0;
  /// Products over the outputs (their means over classes taken away): found by the ANN's, found by
  /// found, the ANN's by the ANN's.
  double both = 0, own = 0, ann = 0;
  double missed = 0;          ///< squares of outputs minus the ANN's
  double energy = 0;          ///< picojoules, counted as in `snnc run`
  std::vector<double> events; ///< per population, per neuron of it

  double getAgreement() const { return agreeing / std::max(images, 1.0); }
  double getSafeAgreement() const { return safe / std::max(images, 1.0); }
  double getAccuracy() const { return right / std::max(images, 1.0); }
  /// Share of the ANN's outputs that those found do not explain, whatever their gain: classes do not
  /// change when all outputs shrink alike. 0 to 1.
  double getDistortion() const { return own > 0 && ann > 0 ? 1 - both * both / (own * ann) : 1; }
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
  /// what is wrong.
  static numpy::Result<Bench> create(mlir::func::FuncOp network, const WriteProgram &write,
                                     const std::string &data, int64_t images, unsigned threads);

  /// By how much measurements exaggerate errors of outputs: 1 for not at all.
  void setSafety(double factor) { safety = factor; }

  int64_t size() const { return images; }
  bool hasLabels() const { return dataset.hasLabels(); }
  /// The ANN's own share of right classes; 0 without labels.
  double annAccuracy() const { return annRight; }
  /// The share of the variance of the ANN's outputs over all images (of their squares where they do not vary) that
  /// `found` misses.
  double getError(const Measurement &found) const;
  /// A number that differs for other images.
  uint64_t fingerprint() const;

  /// Runs `network` for `steps` on images `begin` to `end` (not included).
  numpy::Result<Measurement> measure(mlir::func::FuncOp network, uint32_t steps, int64_t begin,
                                     int64_t end) const;

  /// One recording per `snn.neuron`, in order, from the first `count` images with `perImage` neurons of
  /// each layer in each image, drawn by a fixed rule.
  numpy::Result<std::vector<Recording>> record(mlir::func::FuncOp network, uint32_t steps,
                                               int64_t count, int64_t perImage) const;

private:
  Bench(numpy::Dataset dataset, WriteProgram write)
      : dataset(std::move(dataset)), write(std::move(write)) {}

  numpy::Dataset dataset;
  WriteProgram write;
  int64_t images = 0;
  unsigned threads = 1;
  double safety = 1;
  std::vector<int64_t> order;   ///< of the images: where each one is in the file
  std::vector<float> ann;       ///< the ANN's outputs, images x outputs
  std::vector<size_t> annClass; ///< per image
  double annRight = 0;
  double annVariance = 0; ///< of the outputs over the images, summed over outputs
  double annSquare = 0;   ///< mean of their squares, summed over outputs

  void measureANN(size_t outputs);
};

/// Multiply-accumulates of the ANN inside `network`, per image.
numpy::Result<uint64_t> getAnnMacs(mlir::func::FuncOp network, const WriteProgram &write);

/// What `outputs` would be if `safety` times as far from the ANN's, their `gain` taken out. Images that the
/// network was not trained on have smaller margins; larger errors show what comes of that.
std::vector<float> exaggerate(const float *outputs, const float *ann, size_t count, double gain,
                              double safety);

/// The index of the largest of `count` outputs, the first one in a tie.
size_t getClass(const float *outputs, size_t count);

} // namespace snnc::tune

#endif
