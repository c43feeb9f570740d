//===- Truth: labels and targets of samples, as a metric takes them -------------------------------------------===//
//
// `y` of a file may be class numbers (N,), a class number at every position, or numbers of the output's shape.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_EVALUATE_TRUTH_H
#define SNNC_COMPILER_EVALUATE_TRUTH_H

#include "compiler/data/Array.h"
#include "compiler/evaluate/Metric.h"

namespace snnc {

/// What is right for each sample; both are empty where nothing is known.
struct Truth {
  std::vector<int64_t> answers; ///< as of getAnswers, where the metric has answers; -1: not known
  std::vector<float> numbers;   ///< of the output's shape, for Regression
  bool isKnown() const { return !answers.empty() || !numbers.empty(); }
};

/// What the array `y` says about an output of `shape`; it has one row for each sample.
Labels describeLabels(const data::Array &y, std::span<const int64_t> shape);

/// The dimension of `shape` that a map of class numbers leaves out, if `y` is one.
std::optional<int64_t> findClassAxis(const data::Array &y, std::span<const int64_t> shape);

/// The first `samples` rows of `y`. `where` begins the message where they do not fit.
data::Result<Truth> readTruth(const data::Array &y, const Metric &metric,
                              std::span<const int64_t> shape, int64_t samples,
                              const std::string &where);

} // namespace snnc

#endif
