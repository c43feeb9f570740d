//===- Metric: how outputs are judged, by what the network is for --------------------------------------------===//
//
//   Classes      the largest of several outputs is the answer; of a map, one answer at every position
//   Threshold    every output is a yes or a no: a logit beside 0, a probability beside 0.5
//   Regression   outputs are numbers; there are errors, and no answers
//   Index        outputs are class numbers themselves, which an ArgMax found
//
// All functions here take outputs as arrays of samples, each row-major in the output's own shape.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_EVALUATE_METRIC_H
#define SNNC_COMPILER_EVALUATE_METRIC_H

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace snnc {

struct Metric {
  enum class Kind { Classes, Threshold, Regression, Index };

  Kind kind = Kind::Classes;
  double threshold = 0; ///< of Threshold: answers above it are yes
  /// Of Classes: the dimension that the classes lie along, counted in a sample (without the batch).
  int64_t axis = 0;

  bool hasAnswers() const { return kind != Kind::Regression; }
  /// Whether the outputs are numbers that may be near to others.
  bool hasErrors() const { return kind != Kind::Index; }
  bool operator==(const Metric &) const = default;
};

/// As users write it: `classes[:AXIS]` (AXIS as in ONNX: the batch is 0, the last is -1 [1]),
/// `threshold[:T]` [0], `regression` or `index`.
std::optional<Metric> parseMetric(std::string_view text);
std::string toText(const Metric &metric);

/// What `parseMetric` takes, for messages.
inline constexpr std::string_view kMetricForms =
    "classes, classes:AXIS, threshold, threshold:T, regression or index";

/// What labels say about the task.
enum class Labels {
  None,
  Binary,  ///< one for each sample, all 0 or 1
  Classes, ///< one class number for each sample
  Map,     ///< class numbers at positions: the output's shape without the dimension of the classes
  OneHot,  ///< of the output's shape, a single 1 among zeros
  Flags,   ///< of the output's shape, zeros and ones
  Numbers  ///< of the output's shape, any numbers
};

/// What is known of an output when its metric is chosen.
struct OutputTraits {
  std::vector<int64_t> shape;       ///< of a sample
  std::vector<int64_t> inputShape;  ///< of a sample of the network's input
  bool isProbability = false;       ///< a Sigmoid gives it
  std::optional<int64_t> classAxis; ///< of a softmax that gives it, or that labels leave out
  Labels labels = Labels::None;
  bool isIndex = false; ///< an ArgMax gives it
};

/// The metric that fits: one output or several behind a Sigmoid are yes or no where labels are 0 and 1 or a
/// Sigmoid gives them, an output of the input's shape and a single one otherwise are numbers, several are
/// classes.
Metric chooseMetric(const OutputTraits &traits);

/// Why `metric` does not fit an output of `shape`; empty when it does.
std::string checkMetric(const Metric &metric, std::span<const int64_t> shape);

/// The answers of all samples, in order: a class or a side (0 or 1) for each; -1 where an output is not a number.
/// Of ties the first class counts.
std::vector<int64_t> getAnswers(const Metric &metric, std::span<const int64_t> shape,
                                std::span<const float> outputs);

/// How far numbers are from those that were wanted.
struct Errors {
  double rootMeanSquare = 0; ///< of the differences
  double largest = 0;        ///< of the differences
  /// The root mean square by which the wanted outputs differ, over samples, from their own means; where they do
  /// not, the largest of them.
  double spread = 0;
  double largestWanted = 0; ///< magnitude
  double magnitude = 0;     ///< root mean square of the wanted outputs

  /// Root mean square in units of the spread: 0 is exact, 1 is as good as always giving the mean. What is not
  /// finite is infinitely wrong.
  double getRelative() const;
  /// The share of the wanted outputs' variance that is explained.
  double getR2() const { return 1 - getRelative() * getRelative(); }
};
/// `found` and `wanted` are samples of `size` numbers each.
Errors getErrors(size_t size, std::span<const float> found, std::span<const float> wanted);

/// The share of `found` that equals `wanted`; where that is below 0, nothing is known and nothing counts.
/// -1 in `found` is always wrong.
double getShare(std::span<const int64_t> found, std::span<const int64_t> wanted);

/// The share of answers that are the same: -1, which is no answer, agrees with nothing.
double getAgreement(std::span<const int64_t> found, std::span<const int64_t> wanted);

} // namespace snnc

#endif
