//===- Measurement: what runs of a network found, and what its neurons strove for ----------------------------===//
#ifndef SNNC_COMPILER_TUNE_MEASUREMENT_H
#define SNNC_COMPILER_TUNE_MEASUREMENT_H

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

namespace snnc::tune {

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

// Measurements, for `Memo`.
nlohmann::json toJSON(const Measurement &found);
Measurement toMeasurement(const nlohmann::json &json);

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

} // namespace snnc::tune

#endif
