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

/// Channels of what `op` reads, of which each has its own weights: those of a pool are its first dimension.
snn::ChannelView getInputs(Operation *op) {
  auto weighted = dyn_cast<snn::WeightedOpInterface>(op);
  return {getShape(op->getOperand(0)), weighted ? weighted.getWeightLayout().inDimension : 0};
}

/// Channels of what `op` delivers.
snn::ChannelView getOutputs(snn::WeightedOpInterface op) {
  return {getShape(op.getCurrent()), op.getWeightLayout().outDimension};
}

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
                           ArrayRef<std::vector<InputMoments>> moments, RoundingMemo &memo)
    : network(network), weightBits(weightBits), magnitudes(magnitudes), importance(importance),
      sets(getSums(network)), scales(std::move(spikeScales)), memo(memo) {
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
    if (isa<snn::WeightedOpInterface>(op) && !moments.empty()) {
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
  if (isa<snn::WeightedOpInterface, snn::AveragePoolOp>(op))
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
  if (!snn::takeChannels(scales[op->getOperand(0)], getInputs(op)))
    demands.push_back({Demand::Align, getNumber(op)});
}

std::vector<WeightRow> StreamScales::getRows(Operation *op) const {
  auto weighted = cast<snn::WeightedOpInterface>(op);
  snn::WeightLayout layout = weighted.getWeightLayout();
  snn::ChannelView channels = getInputs(op);
  const Numbers &in = get(weighted.getStream());
  Numbers weights = snn::readWeights(weighted.getWeight());
  ArrayRef<InputMoments> seen = moments.lookup(op);
  std::vector<WeightRow> rows(layout.outputs);
  for (int64_t output = 0; output < layout.outputs; ++output)
    rows[output].moments =
        seen.empty() ? nullptr : &seen[output / (layout.outputs / layout.groups)];
  layout.forEachWeight([&](int64_t at, int64_t output, int64_t channel) {
    rows[output].weights.push_back(weights[at]);
    rows[output].inputs.push_back(in[channels.first(channel)]);
  });
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
  int64_t place = getOutputs(cast<snn::WeightedOpInterface>(op)).first(output);
  return std::ldexp(get(op->getResult(0))[place], static_cast<int>(getShift(op)));
}

unsigned StreamScales::getFreeBits(Operation *synapse) const {
  std::optional<unsigned> least;
  for (Operation *op : sums.find(sets.getLeader(synapse->getResult(0)))->second.weighted)
    if (isa<snn::WeightedOpInterface>(op))
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
  snn::WeightLayout layout = cast<snn::WeightedOpInterface>(op).getWeightLayout();
  std::vector<WeightRow> rows = getRows(op);
  size_t inputs = rows.front().weights.size();
  Numbers weights(rows.size() * inputs), means(rows.size());
  parallelFor(getThreads(), static_cast<int64_t>(rows.size()), [&](int64_t row) {
    auto o = static_cast<size_t>(row);
    double unit = getUnit(op, o);
    Numbers integers = memo.round(rows[o], unit, largest);
    for (size_t i = 0; i < inputs; ++i)
      weights[layout.getWeight(row, i / layout.taps, i % layout.taps)] = integers[i];
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
  auto weighted = dyn_cast<snn::WeightedOpInterface>(op);
  for (size_t i = 0; i < bias.size(); ++i) {
    double lsb = out[weighted ? getOutputs(weighted).first(i) : i];
    bias[i] = std::clamp(std::round(bias[i] / lsb), -2147483647.0, 2147483647.0);
  }
  return bias;
}

} // namespace snnc::quantize
