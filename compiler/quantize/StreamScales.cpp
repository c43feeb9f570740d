#include "compiler/quantize/StreamScales.h"

#include "compiler/quantize/PrepareIntegers.h"
#include "compiler/reference/Indexing.h"
#include "compiler/support/Parallel.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

namespace {

ArrayRef<int64_t> getShape(Value stream) { return snn::getStreamShape(stream.getType()); }

int64_t countElements(Value stream) { return snnc::countElements(getShape(stream)); }

/// Elements behind one channel.
int64_t getPlane(Value stream) { return countElements(stream) / getShape(stream)[0]; }

Value getWeightOperand(Operation *op) { return op->getOperand(1); }

/// Channels of what `op` delivers.
snn::ChannelView getOutputs(snn::WeightedOpInterface op) {
  return {getShape(op.getCurrent()), op.getWeightLayout().outDimension};
}

/// One number for each element of `shape`.
Numbers spread(ElementsAttr lsb, ArrayRef<int64_t> shape) {
  const Numbers some = *readNumbers(lsb);
  ArrayRef<int64_t> own = lsb.getShapedType().getShape();
  // Those along the last dimensions are often all the same.
  size_t same = 1;
  for (; !shape.empty() && own.back() == 1; shape = shape.drop_back(), own = own.drop_back())
    same *= static_cast<size_t>(shape.back());
  Numbers all;
  reference::forEach(shape, [&](reference::Shape at) {
    all.insert(all.end(), same, some[reference::broadcast(at, own)]);
  });
  return all;
}

/// Of integers of `fraction` bits.
Numbers makeEqual(Value stream, int64_t fraction) {
  return Numbers(countElements(stream), std::ldexp(1.0, -static_cast<int>(fraction)));
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

snn::ChannelView getInputs(Operation *op) {
  auto weighted = dyn_cast<snn::WeightedOpInterface>(op);
  return {getShape(op->getOperand(0)), weighted ? weighted.getWeightLayout().inDimension : 0};
}

StreamScales::StreamScales(func::FuncOp network) {
  for (auto weighted : network.getOps<snn::WeightedOpInterface>())
    moments.try_emplace(weighted, SeenMoments(weighted));
}

void StreamScales::add(Operation *op) {
  if (auto encode = dyn_cast<snn::EncodeOp>(op)) {
    bool isGraded = encode.getSpikes().getType().getCode() == snn::SpikeCode::Graded;
    snn::FixedInputAttr fixed = getFormat(encode).fixed;
    set(encode.getSpikes(),
        makeEqual(encode.getSpikes(), isGraded ? fixed.getFraction() : fixed.getEventFraction()));
  } else if (auto neuron = dyn_cast<snn::NeuronOp>(op)) {
    set(neuron.getSpikes(), makeEqual(neuron.getSpikes(), getFormat(neuron).steps.fraction));
  } else if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op)) {
    std::optional<SynapseFormat> format = getFormat(synapse);
    set(synapse.getCurrent(),
        format ? spread(format->lsb, getShape(synapse.getCurrent())) : derive(synapse));
    if (isa<snn::WeightedOpInterface>(op))
      integers[op] = {format->bits, format->shift};
  }
}

Numbers StreamScales::derive(snn::SynapseOpInterface synapse) const {
  Operation *op = synapse;
  SmallVector<const Numbers *> inputs;
  for (Value stream : synapse.getStreams())
    inputs.push_back(&get(stream));
  // Both operands of a product have one LSB in all.
  if (synapse.isBilinear())
    return Numbers(countElements(synapse.getCurrent()), inputs[0]->front() * inputs[1]->front());
  if (auto pool = dyn_cast<snn::AveragePoolOp>(op)) {
    // One LSB per channel comes in; the common count goes into the LSB that goes out.
    double count = static_cast<double>(snn::getCommonCount(pool));
    Numbers scale;
    for (int64_t c = 0; c < getShape(pool.getStream())[0]; ++c)
      scale.insert(scale.end(), getPlane(pool.getCurrent()),
                   (*inputs[0])[c * getPlane(pool.getStream())] / count);
    return scale;
  }
  if (auto pad = dyn_cast<snn::PadOp>(op))
    return spreadToBorder(pad, *inputs[0]);
  return reference::applySynapse(synapse, inputs, reference::Part::Linear);
}

double StreamScales::getLargest(Operation *op) const {
  return isa<snn::ScaleOp>(op) ? kLargestFactor : getLargestWeight(integers.lookup(op).bits);
}

std::vector<WeightRow> StreamScales::getRows(Operation *op) const {
  auto weighted = cast<snn::WeightedOpInterface>(op);
  snn::WeightLayout layout = weighted.getWeightLayout();
  snn::ChannelView channels = getInputs(op);
  const Numbers &in = get(weighted.getStream());
  Numbers weights = snn::readWeights(weighted.getWeight());
  ArrayRef<InputMoments> seen = moments.find(op)->second.getGroups();
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

Numbers StreamScales::getWeights(Operation *op, RoundingMemo &memo, Numbers *meanErrors) const {
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
