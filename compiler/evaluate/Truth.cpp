#include "compiler/evaluate/Truth.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace snnc {

namespace {

/// The shape of a row of `y` without extents of one.
std::vector<int64_t> squeezeRow(const data::Array &y) {
  std::vector<int64_t> row;
  std::copy_if(y.shape.begin() + 1, y.shape.end(), std::back_inserter(row),
               [](int64_t extent) { return extent != 1; });
  return row;
}

std::vector<int64_t> squeeze(std::span<const int64_t> shape) {
  std::vector<int64_t> extents;
  std::copy_if(shape.begin(), shape.end(), std::back_inserter(extents),
               [](int64_t extent) { return extent != 1; });
  return extents;
}

/// Whether a row of `y` is one number.
bool isSingle(const data::Array &y) { return squeezeRow(y).empty(); }

bool hasShape(const data::Array &y, std::span<const int64_t> shape) {
  return squeezeRow(y) == squeeze(shape);
}

bool isBinary(const data::Array &y) {
  for (int64_t i = 0; i < y.size(); ++i)
    if (double value = y.toDouble(i); value != 0 && value != 1)
      return false;
  return true;
}

/// Whether every block of `classes` numbers, `inner` apart, has a single 1.
bool isOneHot(const data::Array &y, std::span<const int64_t> shape, int64_t axis) {
  int64_t inner = 1;
  for (int64_t extent : shape.subspan(axis + 1))
    inner *= extent;
  for (int64_t block = 0; block < y.size(); block += shape[axis] * inner)
    for (int64_t i = 0; i < inner; ++i) {
      double sum = 0;
      for (int64_t c = 0; c < shape[axis]; ++c)
        sum += y.toDouble(block + c * inner + i);
      if (sum != 1)
        return false;
    }
  return true;
}

int64_t countRow(const data::Array &y) { return y.shape[0] == 0 ? 0 : y.size() / y.shape[0]; }

/// Class numbers, of which those below 0 and beyond the classes are not known where there are many to a sample: maps
/// mark what is not to count so.
data::Result<Truth> readClasses(const data::Array &y, int64_t classes, int64_t samples,
                                const std::string &where) {
  Truth truth;
  if (y.isFloat())
    return data::Error{fmt::format("{}: labels must be integers, found {}; save "
                                   "y.astype('int64')",
                                   where, data::typeName(y.type))};
  const int64_t count = samples * countRow(y);
  for (int64_t i = 0; i < count; ++i) {
    std::optional<int64_t> label = y.toInteger(i);
    bool isClass = label && *label >= 0 && *label < classes;
    if (!isClass && isSingle(y))
      return data::Error{fmt::format("{}: label {} is {:.0f}, but the network's classes are 0 to "
                                     "{}",
                                     where, i, y.toDouble(i), classes - 1)};
    truth.answers.push_back(isClass ? *label : -1);
  }
  return truth;
}

data::Error misfit(const data::Array &y, const Metric &metric, std::span<const int64_t> shape,
                   const std::string &where) {
  std::string wanted = fmt::format("(N, {})", fmt::join(shape, ", "));
  switch (metric.kind) {
  case Metric::Kind::Classes:
    return {fmt::format("{}: has the shape {}, but class numbers (N,) or scores {} are needed",
                        where, data::printShape(y.shape), wanted)};
  case Metric::Kind::Threshold:
    return {fmt::format("{}: has the shape {}, but zeros and ones of the output's shape {} are "
                        "needed",
                        where, data::printShape(y.shape), wanted)};
  case Metric::Kind::Index:
    return {fmt::format("{}: has the shape {}, but class numbers of the output's shape {} are "
                        "needed",
                        where, data::printShape(y.shape), wanted)};
  case Metric::Kind::Regression:
    return {fmt::format("{}: has the shape {}, but targets of the output's shape {} are needed",
                        where, data::printShape(y.shape), wanted)};
  }
  return {};
}

std::vector<float> readNumbers(const data::Array &y, int64_t samples) {
  std::vector<float> numbers;
  const int64_t count = samples * countRow(y);
  for (int64_t i = 0; i < count; ++i)
    numbers.push_back(static_cast<float>(y.toDouble(i)));
  return numbers;
}

} // namespace

std::optional<int64_t> findClassAxis(const data::Array &y, std::span<const int64_t> shape) {
  std::vector<int64_t> row(y.shape.begin() + 1, y.shape.end());
  if (y.isFloat() || shape.size() < 2)
    return std::nullopt;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    std::vector<int64_t> rest(shape.begin(), shape.end());
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(axis));
    std::vector<int64_t> kept = rest;
    kept.insert(kept.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    if (shape[axis] > 1 && (row == rest || row == kept))
      return static_cast<int64_t>(axis);
  }
  return std::nullopt;
}

Labels describeLabels(const data::Array &y, std::span<const int64_t> shape) {
  int64_t size = 1;
  for (int64_t extent : shape)
    size *= extent;
  if (isSingle(y) && !y.isFloat() && (size == 1 || !findClassAxis(y, shape))) {
    if (isBinary(y))
      return Labels::Binary;
    return size == 1 ? Labels::Numbers : Labels::Classes;
  }
  if (hasShape(y, shape)) {
    if (!isBinary(y))
      return Labels::Numbers;
    bool isHot = size > 1 && shape[0] > 1 && isOneHot(y, shape, 0);
    return isHot ? Labels::OneHot : Labels::Flags;
  }
  return findClassAxis(y, shape) ? Labels::Map : Labels::None;
}

data::Result<Truth> readTruth(const data::Array &y, const Metric &metric,
                              std::span<const int64_t> shape, int64_t samples,
                              const std::string &where) {
  Truth truth;
  switch (metric.kind) {
  case Metric::Kind::Classes: {
    auto rank = static_cast<int64_t>(shape.size());
    int64_t axis = metric.axis < 0 ? metric.axis + rank : metric.axis, positions = 1;
    for (int64_t d = 0; d < rank; ++d)
      positions *= d == axis ? 1 : shape[d];
    // Rows of one-hot numbers, or another network's scores.
    if (hasShape(y, shape)) {
      truth.answers = getAnswers(metric, shape, readNumbers(y, samples));
      return truth;
    }
    if (countRow(y) != positions || (positions > 1 && findClassAxis(y, shape) != axis))
      return misfit(y, metric, shape, where);
    return readClasses(y, shape[axis], samples, where);
  }
  case Metric::Kind::Threshold:
    if (!hasShape(y, shape))
      return misfit(y, metric, shape, where);
    for (float number : readNumbers(y, samples)) {
      if (number != 0 && number != 1)
        return data::Error{
            fmt::format("{}: has {}, but labels of a threshold are 0 and 1", where, number)};
      truth.answers.push_back(number == 1);
    }
    return truth;
  case Metric::Kind::Index:
    if (!hasShape(y, shape))
      return misfit(y, metric, shape, where);
    return readClasses(y, std::numeric_limits<int64_t>::max(), samples, where);
  case Metric::Kind::Regression:
    if (!hasShape(y, shape))
      return misfit(y, metric, shape, where);
    truth.numbers = readNumbers(y, samples);
    return truth;
  }
  return truth;
}

} // namespace snnc
