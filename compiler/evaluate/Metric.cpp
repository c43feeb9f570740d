#include "compiler/evaluate/Metric.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>

namespace snnc {

namespace {

int64_t countElements(std::span<const int64_t> shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

std::vector<int64_t> squeeze(std::span<const int64_t> shape) {
  std::vector<int64_t> extents;
  std::copy_if(shape.begin(), shape.end(), std::back_inserter(extents),
               [](int64_t extent) { return extent != 1; });
  return extents;
}

template <typename T>
bool parseNumber(std::string_view text, T &number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// The index of the largest of `classes` numbers that are `stride` apart, the first in a tie; -1 when one is not a
/// number.
int64_t getClass(const float *first, int64_t classes, int64_t stride) {
  int64_t best = 0;
  for (int64_t c = 0; c < classes; ++c) {
    if (std::isnan(first[c * stride]))
      return -1;
    if (first[c * stride] > first[best * stride])
      best = c;
  }
  return best;
}

/// Root mean square by which the columns of `wanted` differ from their means.
double getSpread(size_t size, std::span<const float> wanted) {
  const size_t samples = wanted.size() / size;
  double squares = 0;
  for (size_t k = 0; k < size; ++k) {
    double mean = 0;
    for (size_t i = 0; i < samples; ++i)
      mean += static_cast<double>(wanted[i * size + k]) / static_cast<double>(samples);
    for (size_t i = 0; i < samples; ++i)
      squares += std::pow(static_cast<double>(wanted[i * size + k]) - mean, 2);
  }
  return std::sqrt(squares / static_cast<double>(wanted.size()));
}

} // namespace

std::optional<Metric> parseMetric(std::string_view text) {
  size_t colon = text.find(':');
  std::string_view name = text.substr(0, colon);
  std::string_view number = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  const bool hasNumber = colon != std::string_view::npos;
  Metric metric;
  if ((name == "regression" || name == "index") && !hasNumber) {
    metric.kind = name == "index" ? Metric::Kind::Index : Metric::Kind::Regression;
    return metric;
  }
  if (name == "threshold") {
    metric.kind = Metric::Kind::Threshold;
    if (hasNumber && (!parseNumber(number, metric.threshold) || !std::isfinite(metric.threshold)))
      return std::nullopt;
    return metric;
  }
  if (name != "classes")
    return std::nullopt;
  int64_t axis = 1;
  if (hasNumber && (!parseNumber(number, axis) || axis == 0))
    return std::nullopt;
  metric.axis = axis > 0 ? axis - 1 : axis;
  return metric;
}

std::string toText(const Metric &metric) {
  switch (metric.kind) {
  case Metric::Kind::Classes:
    return metric.axis == 0 ? "classes"
                            : fmt::format("classes:{}", metric.axis + (metric.axis > 0 ? 1 : 0));
  case Metric::Kind::Threshold:
    return fmt::format("threshold:{}", metric.threshold);
  case Metric::Kind::Regression:
    return "regression";
  case Metric::Kind::Index:
    return "index";
  }
  return "";
}

Metric chooseMetric(const OutputTraits &traits) {
  const Metric classes{Metric::Kind::Classes, 0, traits.classAxis.value_or(0)};
  const Metric sides{Metric::Kind::Threshold, traits.isProbability ? 0.5 : 0, 0};
  const Metric numbers{Metric::Kind::Regression, 0, 0};
  const bool isSingle = countElements(traits.shape) == 1;
  const bool canBeClasses = checkMetric(classes, traits.shape).empty();
  const bool isImage = squeeze(traits.shape) == squeeze(traits.inputShape);
  if (traits.isIndex)
    return {Metric::Kind::Index, 0, 0};
  switch (traits.labels) {
  case Labels::Binary:
    if (isSingle || !canBeClasses)
      return sides;
    break;
  case Labels::Classes:
    return canBeClasses ? classes : numbers;
  case Labels::Map:
    return canBeClasses ? classes : sides;
  case Labels::OneHot:
    return canBeClasses ? classes : sides;
  case Labels::Flags:
    return sides;
  case Labels::Numbers:
    return numbers;
  case Labels::None:
    break;
  }
  if (!isSingle && isImage)
    return numbers;
  if (traits.isProbability)
    return sides;
  return canBeClasses ? classes : numbers;
}

std::string checkMetric(const Metric &metric, std::span<const int64_t> shape) {
  if (metric.kind != Metric::Kind::Classes)
    return "";
  auto rank = static_cast<int64_t>(shape.size());
  int64_t axis = metric.axis < 0 ? metric.axis + rank : metric.axis;
  if (axis < 0 || axis >= rank)
    return fmt::format("the output has the shape (N, {}), which has no dimension {}",
                       fmt::join(shape, ", "), metric.axis < 0 ? metric.axis : metric.axis + 1);
  if (shape[axis] < 2)
    return fmt::format("the output has the shape (N, {}), which has one class only; take threshold "
                       "or regression",
                       fmt::join(shape, ", "));
  return "";
}

std::vector<int64_t> getAnswers(const Metric &metric, std::span<const int64_t> shape,
                                std::span<const float> outputs) {
  std::vector<int64_t> answers;
  if (metric.kind == Metric::Kind::Threshold)
    for (float output : outputs)
      answers.push_back(std::isnan(output) ? -1 : static_cast<double>(output) > metric.threshold);
  if (metric.kind == Metric::Kind::Index)
    for (float output : outputs)
      answers.push_back(std::isfinite(output) ? std::llround(output) : -1);
  if (metric.kind != Metric::Kind::Classes)
    return answers;
  auto rank = static_cast<int64_t>(shape.size());
  int64_t axis = metric.axis < 0 ? metric.axis + rank : metric.axis;
  int64_t inner = countElements(shape.subspan(axis + 1)), classes = shape[axis];
  for (size_t block = 0; block < outputs.size(); block += classes * inner)
    for (int64_t i = 0; i < inner; ++i)
      answers.push_back(getClass(outputs.data() + block + i, classes, inner));
  return answers;
}

double Errors::getRelative() const {
  if (rootMeanSquare == 0)
    return 0;
  return spread > 0 ? rootMeanSquare / spread : std::numeric_limits<double>::infinity();
}

Errors getErrors(size_t size, std::span<const float> found, std::span<const float> wanted) {
  Errors errors;
  double squares = 0, wantedSquares = 0;
  bool isFinite = true;
  for (size_t i = 0; i < wanted.size(); ++i) {
    double difference = std::abs(static_cast<double>(found[i]) - static_cast<double>(wanted[i]));
    isFinite &= std::isfinite(found[i]) && std::isfinite(wanted[i]);
    squares += difference * difference;
    wantedSquares += std::pow(static_cast<double>(wanted[i]), 2);
    errors.largest = std::max(errors.largest, difference);
    errors.largestWanted = std::max(errors.largestWanted, std::abs(static_cast<double>(wanted[i])));
  }
  errors.rootMeanSquare = std::sqrt(squares / static_cast<double>(wanted.size()));
  errors.magnitude = std::sqrt(wantedSquares / static_cast<double>(wanted.size()));
  errors.spread = getSpread(size, wanted);
  // Below the resolution of a float it is rounding.
  if (!(errors.spread > std::numeric_limits<float>::epsilon() * errors.largestWanted))
    errors.spread = errors.largestWanted;
  if (!isFinite)
    errors.rootMeanSquare = errors.largest = std::numeric_limits<double>::infinity();
  return errors;
}

double getShare(std::span<const int64_t> found, std::span<const int64_t> wanted) {
  size_t same = 0, known = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    known += wanted[i] >= 0;
    same += wanted[i] >= 0 && found[i] == wanted[i];
  }
  return known > 0 ? static_cast<double>(same) / static_cast<double>(known) : 0;
}

double getAgreement(std::span<const int64_t> found, std::span<const int64_t> wanted) {
  size_t same = 0;
  for (size_t i = 0; i < wanted.size(); ++i)
    same += wanted[i] >= 0 && found[i] == wanted[i];
  return wanted.empty() ? 0 : static_cast<double>(same) / static_cast<double>(wanted.size());
}

} // namespace snnc
