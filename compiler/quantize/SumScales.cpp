//===- The LSBs of a sum: what its weights, factors and biases ask for --------------------------------------===//
#include "compiler/quantize/ChooseScales.h"
#include "compiler/quantize/Requantizes.h"
#include "compiler/reference/Indexing.h"
#include "compiler/support/Parallel.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include <algorithm>
#include <atomic>
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

namespace {

/// Factors of `snn.scale` get at least this many LSBs beside weights, and alone this many.
constexpr double kSmallestFactor = 256, kUsualFactor = 4096;
/// In units of the receivers: what is rounded to a sum's LSB, and weights that are worth less than others, are off by at
/// most this.
constexpr double kFineEnough = 1.0 / (1 << 11);
/// A bias is at most this many LSBs, and by itself at least so many.
constexpr double kLargestBias = 1 << 22, kUsualBias = 1 << 16;
/// Weights that are exact in their LSB keep it beside larger ones; whether the sum fits is proven later.
constexpr double kLargestBiasOfExact = 1 << 28;
/// An LSB matters at least this much beside the most important one of a sum: multipliers have 31 bits in all.
constexpr double kMinBeside = 1.0 / (1 << 22);

ArrayRef<int64_t> getShape(Value stream) { return snn::getStreamShape(stream.getType()); }

} // namespace

/// One LSB per output channel; one in all where channels are the first dimension of some (convolutions) and the last of
/// others (gemms), and where a scale is there for that.
Channels ScaleChooser::getChannels(const Sum &sum) const {
  ArrayRef<int64_t> shape = getShape(sum.weighted.front()->getResult(0));
  auto has = [&](auto isa) { return llvm::any_of(sum.weighted, isa); };
  auto hasOutputs = [&](bool last) {
    return has([&](Operation *op) {
      auto weighted = dyn_cast<snn::WeightedOpInterface>(op);
      return weighted && (weighted.getWeightLayout().outDimension + 1 == shape.size()) == last;
    });
  };
  bool isCommon = has([](Operation *op) {
    auto scale = dyn_cast<snn::ScaleOp>(op);
    return scale && hasCommonUnit(scale);
  });
  bool isLast = hasOutputs(true) && shape.size() > 1;
  auto withWeights =
      llvm::count_if(sum.weighted, [](Operation *op) { return !isa<snn::RequantizeOp>(op); });
  if (isCommon || (isLast && (hasOutputs(false) || withWeights > 1)))
    return {1, sum.elements, false};
  int64_t count = isLast ? shape.back() : shape.front();
  return {count, sum.elements / count, isLast};
}

void ScaleChooser::addWeights(Operation *op, Parts &parts) const {
  Numbers &own = parts.widest[op];
  own.assign(parts.channels.count, 0);
  double largest = getLargest(op);
  for (auto [o, row] : llvm::enumerate(getRows(op))) {
    int64_t c = parts.channels.count == 1 ? 0 : static_cast<int64_t>(o);
    for (auto [weight, input] : llvm::zip(row.weights, row.inputs))
      own[c] = std::max(own[c], std::abs(weight * input) / largest);
    parts.weights[c] = std::max(parts.weights[c], own[c]);
    parts.rows[c].push_back(std::move(row));
  }
}

void ScaleChooser::addFactors(snn::ScaleOp op, Parts &parts) const {
  for (auto [i, factor] : llvm::enumerate(getFactors(op))) {
    int64_t c = parts.channels.of(i);
    double size = std::abs(factor);
    parts.factors[c] = std::max(parts.factors[c], size);
    if (size > 0)
      parts.min[c] = parts.min[c] > 0 ? std::min(parts.min[c], size) : size;
  }
}

void ScaleChooser::addBiases(Value current, Parts &parts) const {
  std::optional<Numbers> bias =
      snn::readAddedConstant(current.getDefiningOp<snn::SynapseOpInterface>());
  for (size_t i = 0; bias && i < bias->size(); ++i) {
    double &max = parts.biases[parts.channels.of(i)];
    max = std::max(max, std::abs((*bias)[i]));
  }
}

ScaleChooser::Parts ScaleChooser::getParts(Value leader) const {
  const Sum &sum = sums.find(leader)->second;
  Parts parts;
  parts.channels = getChannels(sum);
  auto count = static_cast<size_t>(parts.channels.count);
  for (Numbers *numbers : {&parts.weights, &parts.factors, &parts.min, &parts.rounded,
                           &parts.biases, &parts.importance})
    numbers->assign(count, 0);
  parts.rows.resize(count);
  parts.isExact.assign(count, 0);
  for (Operation *op : sum.weighted) {
    if (auto requantize = dyn_cast<snn::RequantizeOp>(op)) {
      parts.isMultiple = false;
      for (auto [i, lsb] : llvm::enumerate(getRounded(requantize))) {
        double &min = parts.rounded[parts.channels.of(i)];
        min = min > 0 ? std::min(min, lsb) : lsb;
      }
    } else if (auto scale = dyn_cast<snn::ScaleOp>(op)) {
      addFactors(scale, parts);
    } else {
      addWeights(op, parts);
    }
  }
  for (Value member : sets.getMembers(leader)) {
    addBiases(member, parts);
    for (auto [i, number] : llvm::enumerate(importance.get(member))) {
      double &max = parts.importance[parts.channels.of(i)];
      max = std::max(max, number);
    }
  }
  for (Operation *op : sum.weighted)
    if (isa<snn::ScaleOp>(op) && parts.isMultiple)
      for (auto [i, factor] : llvm::enumerate(getFactors(op))) {
        double min = parts.min[parts.channels.of(i)];
        double times = min > 0 ? std::abs(factor) / min : 0;
        parts.isMultiple &= times == std::round(times) && times <= kUsualFactor;
      }
  return parts;
}

/// Until all factors have enough bits, all weights of operations that multiply large integers are large enough, and
/// what is rounded to the LSB is fine enough.
unsigned ScaleChooser::chooseShift(const Parts &parts, const Numbers &scale) const {
  double smallestFactor = HUGE_VAL, coarsest = 0, coarsestRounded = 0;
  for (size_t c = 0; c < scale.size(); ++c) {
    if (parts.weights[c] == 0)
      continue;
    if (parts.factors[c] > 0)
      smallestFactor = std::min(smallestFactor, parts.factors[c] / scale[c]);
    double matters = scale[c] * parts.importance[c];
    coarsest = std::max(coarsest, matters);
    if (parts.rounded[c] > 0)
      coarsestRounded = std::max(coarsestRounded, matters);
  }
  unsigned shift = 0;
  auto scaled = [&](double number, int sign) {
    return std::ldexp(number, sign * static_cast<int>(shift));
  };
  while (shift < kLargestFactorShift && scaled(smallestFactor, 1) < kSmallestFactor)
    ++shift;
  while (shift < kLargestShift && scaled(coarsestRounded, -1) > kFineEnough)
    ++shift;
  if (parts.widest.size() < 2)
    return shift;
  for (const auto &[op, own] : parts.widest) {
    double fill = 0, reach = 0;
    for (size_t c = 0; c < scale.size(); ++c)
      fill = std::max(fill, own[c] / scale[c]);
    Value stream = op->getOperand(0);
    Numbers magnitude = getMagnitudes(stream);
    for (auto [number, lsb] : llvm::zip(magnitude, get(stream)))
      reach = std::max(reach, number / lsb);
    while (shift < kLargestShift && fill > 0 && scaled(fill, 1) < 0.5 &&
           scaled(coarsest, -1) * reach > kFineEnough)
      ++shift;
  }
  return shift;
}

Numbers ScaleChooser::chooseLSBs(const Parts &parts, unsigned coarser, unsigned &shift) const {
  size_t count = parts.weights.size();
  Numbers scale(count, 0);
  double max = 0; // in units of the receivers
  for (size_t c = 0; c < count; ++c) {
    if (parts.weights[c] > 0) {
      scale[c] = parts.weights[c];
    } else if (parts.factors[c] > 0 && parts.isMultiple) {
      // Whole factors are exact; only a bias asks for a finer LSB.
      scale[c] = parts.min[c];
      while (parts.biases[c] > 0 && scale[c] * parts.importance[c] > kFineEnough / 8 &&
             parts.factors[c] / scale[c] < kLargestFactor / 2)
        scale[c] /= 2;
    } else {
      scale[c] = parts.factors[c] > 0 ? parts.factors[c] / kUsualFactor : parts.rounded[c];
    }
    max = std::max(max, scale[c] * parts.importance[c]);
  }
  if (max == 0)
    max = kFineEnough;
  // Channels without weights take an LSB that matters as much as those of others, or that their biases ask for.
  for (size_t c = 0; c < count; ++c)
    if (scale[c] == 0)
      scale[c] = std::min(max / parts.importance[c],
                          parts.biases[c] > 0 ? parts.biases[c] / kUsualBias : HUGE_VAL);
  shift = chooseShift(parts, scale);
  double min = std::ldexp(std::min(max, 1.0) * kMinBeside, -static_cast<int>(shift));
  for (size_t c = 0; c < count; ++c) {
    if (parts.weights[c] > 0)
      scale[c] = std::ldexp(scale[c], -static_cast<int>(shift));
    bool staysExact = parts.isExact[c] && parts.biases[c] <= kLargestBiasOfExact * parts.weights[c];
    double largestBias = staysExact ? kLargestBiasOfExact : kLargestBias;
    double enough = std::max({parts.factors[c] / kLargestFactor, parts.biases[c] / largestBias,
                              min / parts.importance[c]});
    scale[c] = std::ldexp(std::max(scale[c], enough), static_cast<int>(coarser));
  }
  return scale;
}

void ScaleChooser::choose(Value leader) {
  Sum &sum = sums[leader];
  Parts parts = getParts(leader);
  if (demands.empty())
    parallelFor(getThreads(), parts.channels.count, [&](int64_t c) {
      RoundingMemo::Unit unit =
          memo.chooseUnit(parts.rows[c], parts.weights[c], getLargestWeight(weightBits));
      parts.isExact[c] = unit.isExact;
      parts.weights[c] = unit.unit;
    });
  unsigned shift = 0;
  setSum(leader, parts.channels, chooseLSBs(parts, sum.coarser, shift));
  chooseShifts(sum, shift);
  for (Operation *op : sum.weighted) {
    if (auto alone = dyn_cast<snn::ScaleOp>(op))
      checkScale(alone);
    else if (!isa<snn::RequantizeOp>(op))
      checkWeights(op);
  }
}

/// Weights that would use less than half of their range get more out of a smaller shift.
void ScaleChooser::chooseShifts(const Sum &sum, unsigned shift) {
  for (Operation *op : sum.weighted) {
    if (!isa<snn::WeightedOpInterface>(op))
      continue;
    integers[op].shift =
        shift - std::min(shift, sum.coarser); // what is coarser costs weights nothing at first
    while (integers[op].shift > 0 && demands.empty()) {
      --integers[op].shift;
      if (!fillsRange(op))
        continue;
      ++integers[op].shift;
      break;
    }
  }
}

bool ScaleChooser::fillsRange(Operation *op) const {
  std::vector<WeightRow> rows = getRows(op);
  double largest = getLargest(op);
  std::atomic<bool> isFull = false;
  parallelFor(getThreads(), static_cast<int64_t>(rows.size()), [&](int64_t row) {
    if (isFull)
      return;
    auto o = static_cast<size_t>(row);
    Numbers integers = memo.round(rows[o], getUnit(op, o), largest);
    if (llvm::any_of(integers, [&](double w) { return std::abs(w) >= largest; }))
      isFull = true;
  });
  return isFull;
}

} // namespace snnc::quantize
