#include "compiler/quantize/RoundWeights.h"

#include <algorithm>
#include <cmath>

namespace snnc::quantize {

namespace {

/// Each makes the error smaller; most rows are done after three.
constexpr int kMostSweeps = 10;

/// The integers of a row, and what they leave out: of inputs that vary as L L^T in the coordinates L^T, where that is
/// independent and of variance 1, block by block.
class Rounding {
public:
  Rounding(const WeightRow &row, double unit, double most)
      : row(row), unit(unit), most(most), integers(row.weights.size()) {}

  void takeNearest() {
    for (size_t i = 0; i < integers.size(); ++i)
      integers[i] = limit(row.weights[i] / getStep(i));
  }

  /// From the last input to the first: a row of L reaches only those before it.
  void walk() {
    off.assign(integers.size(), 0.0);
    forEachInput([&](size_t i, double *block, const double *l, size_t length) {
      integers[i] = limit((row.weights[i] + block[length - 1] / l[length - 1]) / getStep(i));
      add(block, l, length, row.weights[i] - getStep(i) * integers[i]);
    });
  }

  /// Moves every integer to where the error is least while the others stay; false if none moves.
  bool sweep() {
    bool moved = false;
    forEachInput([&](size_t i, double *block, const double *l, size_t length) {
      double along = 0, square = 0;
      for (size_t k = 0; k < length; ++k) {
        along += l[k] * block[k];
        square += l[k] * l[k];
      }
      double change = limit(integers[i] + along / square / getStep(i)) - integers[i];
      integers[i] += change;
      add(block, l, length, -getStep(i) * change);
      moved |= change != 0;
    });
    return moved;
  }

  double getVariance() const {
    double squares = 0;
    for (double number : off)
      squares += number * number;
    return squares;
  }

  Numbers take() { return std::move(integers); }

private:
  const WeightRow &row;
  double unit, most;
  Numbers integers, off;

  /// What one of integer `i` is worth beside its weight.
  double getStep(size_t i) const { return unit / row.inputs[i]; }
  double limit(double number) const { return std::clamp(std::round(number), -most, most); }

  static void add(double *block, const double *l, size_t length, double weight) {
    for (size_t k = 0; weight != 0 && k < length; ++k)
      block[k] += l[k] * weight;
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
double getAssumedError(const WeightRow &row, double unit, double most) {
  double squares = 0, sum = 0;
  for (size_t i = 0; i < row.weights.size(); ++i) {
    double exact = row.weights[i] * row.inputs[i];
    double off = exact - unit * std::clamp(std::round(exact / unit), -most, most);
    squares += off * off;
    sum += off;
  }
  return squares + sum * sum;
}

double getError(const WeightRow &row, double unit, double most) {
  if (!row.moments)
    return getAssumedError(row, unit, most);
  Rounding rounding(row, unit, most);
  rounding.walk();
  return rounding.getVariance();
}

} // namespace

Numbers roundWeights(const WeightRow &row, double unit, double most) {
  Rounding rounding(row, unit, most);
  if (!row.moments) {
    rounding.takeNearest();
    return rounding.take();
  }
  rounding.walk();
  for (int i = 0; i < kMostSweeps && rounding.sweep(); ++i) {
  }
  return rounding.take();
}

double getMeanError(const WeightRow &row, const Numbers &integers, double unit) {
  double sum = 0;
  for (size_t i = 0; row.moments && i < integers.size(); ++i)
    sum += (row.weights[i] - integers[i] * unit / row.inputs[i]) * row.moments->means[i];
  return sum;
}

double getBestUnit(llvm::ArrayRef<WeightRow> rows, double widest, double most) {
  constexpr int kTries = 20;
  double best = widest, least = HUGE_VAL;
  for (int i = 0; i <= kTries && widest > 0; ++i) {
    double unit = widest * (1 - 0.5 * i / kTries), error = 0;
    for (const WeightRow &row : rows)
      error += getError(row, unit, most);
    if (error < least) {
      least = error;
      best = unit;
    }
  }
  return best;
}

} // namespace snnc::quantize
