#include "compiler/quantize/RoundWeights.h"

#include "compiler/quantize/RoundingKernels.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace snnc::quantize {

namespace {

/// Each makes the error smaller; most rows are done after three.
constexpr int kMaxSweeps = 10;

/// The integers of a row, and what they leave out: of inputs that vary as L L^T in the coordinates L^T, where that is
/// independent and of variance 1, block by block.
class Rounding {
public:
  Rounding(const WeightRow &row, double unit, double max)
      : row(row), unit(unit), max(max), integers(row.weights.size()) {}

  void takeNearest() {
    for (size_t i = 0; i < integers.size(); ++i)
      integers[i] = limit(row.weights[i] / getStep(i));
  }

  /// From the last input to the first: a row of L reaches only those before it.
  void walk() {
    off.assign(integers.size(), 0.0);
    squares.assign(integers.size(), 0.0);
    forEachInput([&](size_t i, double *block, const double *l, size_t length) {
      integers[i] = limit((row.weights[i] + block[length - 1] / l[length - 1]) / getStep(i));
      squares[i] = kernels::dot(l, l, length);
      add(block, l, length, row.weights[i] - getStep(i) * integers[i]);
    });
  }

  /// Moves every integer to where the error is least while the others stay; false if none moves.
  bool sweep() {
    bool moved = false;
    forEachInput([&](size_t i, double *block, const double *l, size_t length) {
      const double along = kernels::dot(l, block, length);
      double change = limit(integers[i] + along / squares[i] / getStep(i)) - integers[i];
      integers[i] += change;
      add(block, l, length, -getStep(i) * change);
      moved |= change != 0;
    });
    return moved;
  }

  Numbers take() { return std::move(integers); }

private:
  const WeightRow &row;
  double unit, max;
  Numbers integers, off;
  Numbers squares; ///< of the rows of L

  /// What one of integer `i` is worth beside its weight.
  double getStep(size_t i) const { return unit / row.inputs[i]; }
  double limit(double number) const { return std::clamp(std::round(number), -max, max); }

  static void add(double *block, const double *l, size_t length, double weight) {
    if (weight != 0)
      kernels::addScaled(l, weight, length, block);
  }

  /// body(input, what its block is off by, its row of L, how long that is)
  template <typename Body>
  void forEachInput(Body body) {
    for (size_t block = 0; block < row.moments->factors.size(); ++block) {
      size_t first = block * InputMoments::kBlock;
      size_t size = std::min(InputMoments::kBlock, integers.size() - first);
      for (size_t i = size; i-- > 0;)
        body(first + i, off.data() + first, row.moments->factors[block].data() + i * (i + 1) / 2,
             i + 1);
    }
  }
};

/// Of the nearest integers, without moments.
double getAssumedError(const WeightRow &row, double unit, double max) {
  double squares = 0, sum = 0;
  for (size_t i = 0; i < row.weights.size(); ++i) {
    double exact = row.weights[i] * row.inputs[i];
    double off = exact - unit * std::clamp(std::round(exact / unit), -max, max);
    squares += off * off;
    sum += off;
  }
  return squares + sum * sum;
}

/// The units that are tried: from the one in which all weights fit down to a half of it.
constexpr size_t kTries = 20;
using Tried = std::array<double, kernels::kUnits>;
static_assert(kTries < kernels::kUnits);

/// Adds the error of a row in each of the units.
void addErrors(const WeightRow &row, const Tried &units, double max, Tried &errors) {
  if (!row.moments) {
    for (size_t t = 0; t <= kTries; ++t)
      errors[t] += getAssumedError(row, units[t], max);
    return;
  }
  Tried squares{};
  for (size_t block = 0; block < row.moments->factors.size(); ++block) {
    const size_t first = block * InputMoments::kBlock;
    const size_t size = std::min(InputMoments::kBlock, row.weights.size() - first);
    Numbers off(size * kernels::kUnits, 0.0);
    kernels::walkUnits(row.moments->factors[block].data(), size, row.weights.data() + first,
                       row.inputs.data() + first, units.data(), max, off.data());
    for (size_t i = 0; i < off.size(); ++i)
      squares[i % kernels::kUnits] += off[i] * off[i];
  }
  for (size_t t = 0; t <= kTries; ++t)
    errors[t] += squares[t];
}

/// What is left of a weight of an eight-bit file once 32-bit scales were multiplied into it, in units.
constexpr double kExact = 1e-3;

} // namespace

Numbers roundWeights(const WeightRow &row, double unit, double max) {
  Rounding rounding(row, unit, max);
  if (!row.moments) {
    rounding.takeNearest();
    return rounding.take();
  }
  rounding.walk();
  for (int i = 0; i < kMaxSweeps && rounding.sweep(); ++i) {
  }
  return rounding.take();
}

double getMeanError(const WeightRow &row, const Numbers &integers, double unit) {
  double sum = 0;
  for (size_t i = 0; row.moments && i < integers.size(); ++i)
    sum += (row.weights[i] - integers[i] * unit / row.inputs[i]) * row.moments->means[i];
  return sum;
}

std::optional<double> getExactUnit(llvm::ArrayRef<WeightRow> rows, double widest, double max) {
  if (!(widest > 0))
    return std::nullopt;
  auto isExact = [&](double unit) {
    return llvm::all_of(rows, [&](const WeightRow &row) {
      for (auto [weight, input] : llvm::zip(row.weights, row.inputs))
        if (double number = weight * input / unit; std::abs(number - std::round(number)) > kExact)
          return false;
      return true;
    });
  };
  // Where it is half of that or less, the unit is a multiple of a smaller one that is tried.
  for (double largest = max; largest > max / 2; --largest)
    if (double unit = widest * max / largest; isExact(unit))
      return unit;
  return std::nullopt;
}

double getBestUnit(llvm::ArrayRef<WeightRow> rows, double widest, double max) {
  if (!(widest > 0))
    return widest;
  Tried units, errors{};
  for (size_t t = 0; t < units.size(); ++t)
    units[t] = widest * (1 - 0.5 * static_cast<double>(std::min(t, kTries)) / kTries);
  for (const WeightRow &row : rows)
    addErrors(row, units, max, errors);
  return units[std::min_element(errors.begin(), errors.begin() + kTries + 1) - errors.begin()];
}

} // namespace snnc::quantize
