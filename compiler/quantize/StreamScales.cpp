#include "compiler/quantize/StreamScales.h"

#include "compiler/quantize/Requantizes.h"
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

ArrayRef<int64_t> getShape(Value stream) { return snn::getStreamShape(stream.getType()); }

int64_t countElements(Value stream) { return snnc::countElements(getShape(stream)); }

/// Elements behind one channel.
int64_t getPlane(Value stream) { return countElements(stream) / getShape(stream)[0]; }

Value getWeightOperand(Operation *op) { return op->getOperand(1); }

/// A border hears nothing: it takes the LSB of the element next to it.
Numbers spreadToBorder(snn::PadOp pad, const Numbers &in) {
  ArrayRef<int64_t> from = getShape(pad.getStream());
  Numbers out;
  reference::forEach(getShape(pad.getCurrent()), [&](reference::Shape at) {
    SmallVector<int64_t> nearest(at);
    for (size_t d = 0; d < at.size(); ++d)
      nearest[d] = std::clamp<int64_t>(at[d] - pad.getPads()[d], 0, from[d] - 1);
    out.push_back(in[reference::flatten(nearest, from)]);
  });
  return out;
}

} // namespace

StreamScales::StreamScales(func::FuncOp network, llvm::DenseMap<Value, Numbers> spikeScales,
                           unsigned weightBits, const Magnitudes &magnitudes,
                           const Importance &importance,
                           ArrayRef<std::vector<InputMoments>> moments)
    : network(network), weightBits(weightBits), magnitudes(magnitudes), importance(importance),
      sets(getSums(network)), scales(std::move(spikeScales)) {
  size_t number = 0;
  for (Operation &op : network.front()) {
    numbers[&op] = number++;
    auto synapse = dyn_cast<snn::SynapseOpInterface>(op);
    if (!synapse)
      continue;
    Sum &sum = sums[sets.getLeader(synapse.getCurrent())];
    sum.elements = countElements(synapse.getCurrent());
    if (isWeighted(&op))
      sum.weighted.push_back(&op);
    if (isa<snn::ConvOp, snn::GemmOp>(op) && !moments.empty()) {
      this->moments[&op] = moments.front();
      moments = moments.drop_front();
    }
    sum.coarser = std::max(sum.coarser, getCoarser(&op));
  }
  for (auto &[leader, sum] : sums)
    sum.pending = sum.weighted.size();
  for (Operation &op : network.front())
    if (isa<snn::SynapseOpInterface>(op))
      visit(&op);
}

void StreamScales::visit(Operation *op) {
  auto synapse = cast<snn::SynapseOpInterface>(op);
  if (isa<snn::ConvOp, snn::GemmOp, snn::AveragePoolOp>(op))
    checkUniform(op);
  Value leader = sets.getLeader(synapse.getCurrent());
  Sum &sum = sums[leader];
  if (auto requantize = dyn_cast<snn::RequantizeOp>(op);
      requantize && getSharedBy(requantize) != SharedBy::Sum)
    return setSum(leader, getRounded(requantize));
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
  } else if (auto pad = dyn_cast<snn::PadOp>(op)) {
    scale = spreadToBorder(pad, *inputs[0]);
  } else {
    scale = reference::applySynapse(synapse, inputs, reference::Part::Linear);
  }
  setSum(leader, scale);
}

void StreamScales::setSum(Value leader, const Numbers &scale) {
  for (Value member : sets.getMembers(leader))
    scales[member] = scale;
}

void StreamScales::checkUniform(Operation *op) {
  Value stream = op->getOperand(0);
  const Numbers &scale = scales[stream];
  bool isGemm = isa<snn::GemmOp>(op);
  int64_t plane = isGemm ? getShape(stream).back() : getPlane(stream);
  bool isUniform = true;
  for (size_t i = 0; i < scale.size(); ++i)
    isUniform &= scale[i] == scale[isGemm ? i % plane : i / plane * plane];
  if (!isUniform)
    demands.push_back({Demand::Align, getNumber(op)});
}

std::vector<WeightRow> StreamScales::getRows(Operation *op) const {
  Value stream = op->getOperand(0);
  const Numbers &in = get(stream);
  Numbers weights = snn::readWeights(getWeightOperand(op));
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
  Numbers factors, weights = snn::readWeights(getWeightOperand(scale));
  ArrayRef<int64_t> shape = getTensorShape(getWeightOperand(scale));
  reference::forEach(getShape(scale->getOperand(0)), [&](reference::Shape at) {
    factors.push_back(weights[reference::broadcast(at, shape)] * in[factors.size()]);
  });
  return factors;
}

double StreamScales::getUnit(Operation *op, size_t output) const {
  Value result = op->getResult(0);
  size_t place = isa<snn::GemmOp>(op) ? output : output * static_cast<size_t>(getPlane(result));
  return std::ldexp(get(result)[place], static_cast<int>(getShift(op)));
}

unsigned StreamScales::getFreeBits(Operation *synapse) const {
  std::optional<unsigned> least;
  for (Operation *op : sums.find(sets.getLeader(synapse->getResult(0)))->second.weighted)
    if (isa<snn::ConvOp, snn::GemmOp>(op))
      least = std::min(getShift(op), least.value_or(kLargestShift));
  return least.value_or(0);
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
