#include "compiler/quantize/StreamScales.h"

#include "compiler/reference/Indexing.h"
#include "compiler/support/Parallel.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include <algorithm>
#include <atomic>
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

namespace {

/// Factors of `snn.scale` have 16 bits; beside weights they get at least this many LSBs, alone they
/// get this many.
constexpr double kLargestFactor = 32767, kSmallestFactor = 256, kUsualFactor = 4096;
constexpr unsigned kLargestShift = 7;

ArrayRef<int64_t> getShape(Value stream) { return snn::getStreamShape(stream.getType()); }

int64_t countElements(Value stream) { return snnc::countElements(getShape(stream)); }

/// Elements behind one channel.
int64_t getPlane(Value stream) { return countElements(stream) / getShape(stream)[0]; }

Value getWeightOperand(Operation *op) { return op->getOperand(1); }

} // namespace

StreamScales::StreamScales(func::FuncOp network, llvm::DenseMap<Value, Numbers> spikeScales,
                           unsigned weightBits, ArrayRef<unsigned> coarser,
                           ArrayRef<std::vector<InputMoments>> moments)
    : network(network), weightBits(weightBits) {
  // A synapse whose inputs need one LSB may get a scale in front, so sums are found afterwards; the
  // loop below runs over operations in order and sees what it inserts.
  sets = getSums(network);
  size_t number = 0;
  for (Operation &op : network.front()) {
    if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op)) {
      Sum &sum = sums[sets.getLeader(synapse.getCurrent())];
      sum.elements = countElements(synapse.getCurrent());
      if (isWeighted(&op))
        sum.weighted.push_back(&op);
      if (isa<snn::ConvOp, snn::GemmOp>(op) && !moments.empty()) {
        this->moments[&op] = moments.front();
        moments = moments.drop_front();
      }
      sum.coarser = std::max(sum.coarser, coarser[number]);
    }
    numbers[&op] = number++;
  }
  for (auto &[leader, sum] : sums)
    sum.pending = sum.weighted.size();
  for (auto &[spikes, scale] : spikeScales)
    scales[spikes] = scale;
  for (Operation *op : llvm::to_vector(llvm::make_pointer_range(network.front())))
    if (isa<snn::SynapseOpInterface>(op))
      visit(op);
}

void StreamScales::visit(Operation *op) {
  auto synapse = cast<snn::SynapseOpInterface>(op);
  if (isa<snn::ConvOp, snn::GemmOp, snn::AveragePoolOp>(op))
    makeUniform(op);
  Value leader = sets.getLeader(synapse.getCurrent());
  Sum &sum = sums[leader];
  if (isWeighted(op)) {
    if (--sum.pending == 0)
      choose(leader);
    return;
  }
  if (!sum.weighted.empty())
    return; // an addition, of which the weights decide
  SmallVector<const Numbers *> inputs;
  for (Value stream : synapse.getStreams())
    inputs.push_back(&scales[stream]);
  Numbers scale;
  if (synapse.isBilinear()) {
    // Both operands have one LSB in all.
    scale.assign(sum.elements, inputs[0]->front() * inputs[1]->front());
  } else if (auto pool = dyn_cast<snn::AveragePoolOp>(op)) {
    // One LSB per channel comes in; the common count goes into the LSB that goes out.
    double count = static_cast<double>(snn::getCommonCount(pool));
    for (int64_t c = 0; c < getShape(pool.getStream())[0]; ++c)
      scale.insert(scale.end(), getPlane(pool.getCurrent()),
                   (*inputs[0])[c * getPlane(pool.getStream())] / count);
  } else {
    scale = reference::applySynapse(synapse, inputs, reference::Part::Linear);
    double fallback = *llvm::max_element(*inputs[0]);
    for (double &number : scale)
      number = number > 0 ? number : fallback; // borders, where nothing arrives
  }
  setSum(leader, scale);
}

void StreamScales::setSum(Value leader, const Numbers &scale) {
  for (Value member : sets.getMembers(leader))
    scales[member] = scale;
}

/// Convolutions and pools need one LSB per input channel, gemms one per row of their weights: what has
/// others gets a scale that brings all elements to one.
void StreamScales::makeUniform(Operation *op) {
  Value stream = op->getOperand(0);
  const Numbers &scale = scales[stream];
  bool isGemm = isa<snn::GemmOp>(op);
  int64_t plane = isGemm ? getShape(stream).back() : getPlane(stream);
  bool isUniform = true;
  for (size_t i = 0; i < scale.size(); ++i)
    isUniform &= scale[i] == scale[isGemm ? i % plane : i / plane * plane];
  if (isUniform)
    return;
  OpBuilder builder(op);
  Type element = cast<RankedTensorType>(network.getArgument(0).getType()).getElementType();
  SmallVector<int64_t> ones(getShape(stream).size(), 1);
  Value one = builder.create<arith::ConstantOp>(
      op->getLoc(), makeConstant(RankedTensorType::get(ones, element), Numbers{1.0}));
  auto inserted = builder.create<snn::ScaleOp>(op->getLoc(), stream, one);
  op->setOperand(0, inserted.getCurrent());
  double common = *llvm::max_element(scale) / kUsualFactor;
  sets.insert(inserted.getCurrent());
  Sum &sum = sums[inserted.getCurrent()];
  sum.weighted.push_back(inserted);
  scales[inserted.getCurrent()] = Numbers(countElements(stream), common);
}

std::vector<WeightRow> StreamScales::getRows(Operation *op) const {
  Value stream = op->getOperand(0);
  const Numbers &in = get(stream);
  Numbers weights = *readConstant(getWeightOperand(op));
  ArrayRef<int64_t> shape = getTensorShape(getWeightOperand(op));
  ArrayRef<InputMoments> seen = moments.lookup(op);
  std::vector<WeightRow> rows;
  if (isa<snn::GemmOp>(op)) {
    for (int64_t m = 0; m < shape[1]; ++m) {
      WeightRow row{
          {}, Numbers(in.begin(), in.begin() + shape[0]), seen.empty() ? nullptr : &seen[0]};
      for (int64_t k = 0; k < shape[0]; ++k)
        row.weights.push_back(weights[k * shape[1] + m]);
      rows.push_back(std::move(row));
    }
    return rows;
  }
  int64_t inputs = snnc::countElements(shape.drop_front()), taps = inputs / shape[1];
  int64_t perGroup = shape[0] / cast<snn::ConvOp>(op).getGroup();
  for (int64_t o = 0; o < shape[0]; ++o) {
    int64_t group = o / perGroup;
    WeightRow row{Numbers(weights.begin() + o * inputs, weights.begin() + (o + 1) * inputs),
                  {},
                  seen.empty() ? nullptr : &seen[group]};
    for (int64_t i = 0; i < inputs; ++i)
      row.inputs.push_back(in[(group * shape[1] + i / taps) * getPlane(stream)]);
    rows.push_back(std::move(row));
  }
  return rows;
}

Numbers StreamScales::getFactors(Operation *scale) const {
  const Numbers &in = get(scale->getOperand(0));
  Numbers factors, weights = *readConstant(getWeightOperand(scale));
  ArrayRef<int64_t> shape = getTensorShape(getWeightOperand(scale));
  reference::forEach(getShape(scale->getOperand(0)), [&](reference::Shape at) {
    factors.push_back(weights[reference::broadcast(at, shape)] * in[factors.size()]);
  });
  return factors;
}

double StreamScales::getLargest(Operation *op) const {
  return isa<snn::ScaleOp>(op) ? kLargestFactor : (1 << (weightBits - 1)) - 1;
}

/// One LSB per output channel, from the weights; one in all where convolutions (channels first)
/// and gemms (channels last) meet.
void StreamScales::choose(Value leader) {
  Sum &sum = sums[leader];
  Value result = sum.weighted.front()->getResult(0);
  auto has = [&](auto isa) { return llvm::any_of(sum.weighted, isa); };
  bool hasConv = has([](Operation *op) { return isa<snn::ConvOp>(op); });
  bool hasGemm = has([](Operation *op) { return isa<snn::GemmOp>(op); });
  bool isFlat = getShape(result).size() == 1, isLast = hasGemm && !isFlat;
  auto withWeights =
      llvm::count_if(sum.weighted, [](Operation *op) { return !isa<snn::RequantizeOp>(op); });
  bool isScalar = isLast && (hasConv || withWeights > 1);
  int64_t channels = isScalar ? 1 : isLast ? getShape(result).back() : getShape(result)[0];

  std::vector<double> weights(channels, 0), factors(channels, 0);
  std::vector<std::vector<WeightRow>> rows(channels); // that will be rounded in a channel's LSB
  double smallestFactor = HUGE_VAL,
         rounded = 0; // the LSB that requantized streams would have alone
  double largest = (1 << (weightBits - 1)) - 1;
  for (Operation *op : sum.weighted) {
    if (auto requantize = dyn_cast<snn::RequantizeOp>(op)) {
      double lsb = std::ldexp(1.0, std::ilogb(getMagnitude(requantize)) + 2 - getBits(requantize));
      rounded = rounded > 0 ? std::min(rounded, lsb) : lsb;
    } else if (isa<snn::ScaleOp>(op)) {
      Numbers all = getFactors(op);
      for (size_t i = 0; i < all.size(); ++i) {
        double &most = factors[isScalar ? 0 : static_cast<int64_t>(i) / getPlane(op->getResult(0))];
        most = std::max(most, std::abs(all[i]));
      }
    } else {
      std::vector<WeightRow> own = getRows(op);
      for (auto [o, row] : llvm::enumerate(own)) {
        int64_t channel = isScalar ? 0 : static_cast<int64_t>(o);
        for (auto [weight, input] : llvm::zip(row.weights, row.inputs))
          weights[channel] = std::max(weights[channel], std::abs(weight * input) / largest);
        rows[channel].push_back(std::move(row));
      }
    }
  }
  parallelFor(getThreads(), channels,
              [&](int64_t c) { weights[c] = getBestUnit(rows[c], weights[c], largest); });
  // Channels without weights take the LSB of the others.
  double usual = isExact(leader, factors) ? 1 : kUsualFactor;
  double most = std::max(*llvm::max_element(weights), *llvm::max_element(factors) / usual);
  if (most == 0)
    most = rounded > 0 ? rounded : 1;
  std::vector<double> scale(channels);
  for (int64_t c = 0; c < channels; ++c) {
    scale[c] = weights[c] > 0 ? weights[c] : factors[c] > 0 ? factors[c] / usual : most;
    if (weights[c] > 0 && factors[c] > 0)
      smallestFactor = std::min(smallestFactor, factors[c] / scale[c]);
    if (weights[c] > 0 && rounded > 0)
      smallestFactor = std::min(smallestFactor, kUsualFactor * rounded / scale[c]);
  }
  unsigned shift = 0;
  while (shift < kLargestShift && std::ldexp(smallestFactor, shift) < kSmallestFactor)
    ++shift;
  for (int64_t c = 0; c < channels; ++c) {
    if (weights[c] > 0)
      scale[c] = std::ldexp(scale[c], -static_cast<int>(shift));
    scale[c] =
        std::ldexp(std::max(scale[c], factors[c] / kLargestFactor), static_cast<int>(sum.coarser));
  }

  Numbers all(sum.elements);
  int64_t plane = getPlane(result);
  for (int64_t i = 0; i < sum.elements; ++i)
    all[i] = scale[isScalar ? 0 : isLast ? i % channels : i / plane];
  setSum(leader, all);
  // Weights that would use less than half of their range get more out of a smaller shift.
  for (Operation *op : sum.weighted) {
    if (isa<snn::ScaleOp, snn::RequantizeOp>(op))
      continue;
    shifts[op] =
        shift - std::min(shift, sum.coarser); // what is coarser costs weights nothing at first
    while (shifts[op] > 0) {
      --shifts[op];
      if (!fillsRange(op))
        continue;
      ++shifts[op];
      break;
    }
  }
}

double StreamScales::getUnit(Operation *op, size_t output) const {
  Value result = op->getResult(0);
  size_t place = isa<snn::GemmOp>(op) ? output : output * static_cast<size_t>(getPlane(result));
  return std::ldexp(get(result)[place], static_cast<int>(getShift(op)));
}

bool StreamScales::fillsRange(Operation *op) const {
  std::vector<WeightRow> rows = getRows(op);
  double largest = getLargest(op);
  std::atomic<bool> isFull = false;
  parallelFor(getThreads(), static_cast<int64_t>(rows.size()), [&](int64_t row) {
    if (isFull)
      return;
    auto o = static_cast<size_t>(row);
    Numbers integers = roundWeights(rows[o], getUnit(op, o), largest);
    if (llvm::any_of(integers, [&](double w) { return std::abs(w) >= largest; }))
      isFull = true;
  });
  return isFull;
}

bool StreamScales::isExact(Value leader, const std::vector<double> &factors) const {
  auto scale = leader.getDefiningOp<snn::ScaleOp>();
  if (!scale || sets.getMembers(leader).size() > 1 ||
      factors.size() != static_cast<size_t>(getShape(leader)[0]))
    return false;
  Numbers all = getFactors(scale);
  for (size_t i = 0; i < all.size(); ++i)
    if (std::abs(all[i]) != factors[i / getPlane(leader)])
      return false;
  return true;
}

bool StreamScales::hasShift(Operation *synapse) const {
  bool found = false;
  for (Operation *op : sums.find(sets.getLeader(synapse->getResult(0)))->second.weighted)
    if (isa<snn::ConvOp, snn::GemmOp>(op)) {
      if (getShift(op) == 0)
        return false;
      found = true;
    }
  return found;
}

Numbers StreamScales::getWeights(Operation *op, Numbers *meanErrors) const {
  double largest = getLargest(op);
  if (isa<snn::ScaleOp>(op)) {
    const Numbers &out = get(op->getResult(0));
    Numbers factors = getFactors(op);
    for (size_t i = 0; i < factors.size(); ++i)
      factors[i] = std::clamp(std::round(factors[i] / out[i]), -largest, largest);
    return factors;
  }
  bool isGemm = isa<snn::GemmOp>(op);
  std::vector<WeightRow> rows = getRows(op);
  size_t inputs = rows.front().weights.size();
  Numbers weights(rows.size() * inputs), means(rows.size());
  parallelFor(getThreads(), static_cast<int64_t>(rows.size()), [&](int64_t row) {
    auto o = static_cast<size_t>(row);
    double unit = getUnit(op, o);
    Numbers integers = roundWeights(rows[o], unit, largest);
    for (size_t i = 0; i < inputs; ++i)
      weights[isGemm ? i * rows.size() + o : o * inputs + i] = integers[i];
    means[o] = getMeanError(rows[o], integers, unit);
  });
  if (meanErrors && rows.front().moments)
    *meanErrors = std::move(means);
  return weights;
}

Numbers StreamScales::getBias(Value current, const Numbers &constant,
                              ArrayRef<int64_t> shape) const {
  const Numbers &out = get(current);
  Numbers bias = constant;
  Operation *op = current.getDefiningOp();
  if (isa<snn::BiasOp>(op)) {
    Numbers all;
    reference::forEach(getShape(current), [&](reference::Shape at) {
      all.push_back(bias[reference::broadcast(at, shape)]);
    });
    bias = all;
  }
  int64_t plane = isa<snn::ConvOp>(op) ? getPlane(current) : 1;
  for (size_t i = 0; i < bias.size(); ++i)
    bias[i] = std::clamp(std::round(bias[i] / out[i * plane]), -2147483647.0, 2147483647.0);
  return bias;
}

} // namespace snnc::quantize
