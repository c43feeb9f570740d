#include "compiler/quantize/Importance.h"

#include "compiler/reference/Indexing.h"
#include "dialects/snn/Attributes.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir;

namespace snnc::quantize {

std::optional<Numbers> Magnitudes::get(Value stream) const {
  for (Operation *op = stream.getDefiningOp(); op; op = op->getOperand(0).getDefiningOp())
    if (auto written = op->getAttrOfType<ElementsAttr>(snn::kMagnitudesAttrName)) {
      Numbers numbers = *readNumbers(written);
      for (double &number : numbers)
        number *= headroom;
      return numbers;
    }
  return std::nullopt;
}

std::optional<double> Magnitudes::getLargest(Value stream) const {
  std::optional<Numbers> known = get(stream);
  return known ? std::optional(*llvm::max_element(*known)) : std::nullopt;
}

namespace {

/// What matters less than this beside the rest of its stream is taken to matter so much.
constexpr double kMinImportance = 0x1p-40;

int64_t countElements(Value stream) {
  return snnc::countElements(snn::getStreamShape(stream.getType()));
}

} // namespace

Importance::Importance(func::FuncOp network, const Magnitudes &magnitudes)
    : magnitudes(magnitudes) {
  for (Operation &op : llvm::reverse(network.front()))
    visit(&op);
}

double Importance::getLargest(Value stream) const {
  double largest = magnitudes.getLargest(stream).value_or(kUsualEstimate);
  return largest > 0 ? largest : 1;
}

void Importance::add(OpOperand &use, Numbers numbers) {
  Numbers &sum = all[use.get()];
  sum.resize(numbers.size(), 0);
  for (auto [max, number] : llvm::zip(sum, numbers))
    max = std::max(max, number);
  uses[&use] = std::move(numbers);
}

void Importance::visit(Operation *op) {
  if (auto decode = dyn_cast<snn::DecodeOp>(op))
    return add(op->getOpOperand(0),
               Numbers(countElements(decode.getCurrent()), 1 / getLargest(decode.getCurrent())));
  if (!isa<snn::EncodeOp, snn::NeuronOp, snn::SynapseOpInterface>(op))
    return;
  // All of its readers have been seen.
  Numbers &out = all[op->getResult(0)];
  out.resize(countElements(op->getResult(0)), 0);
  double max = *llvm::max_element(out);
  for (double &number : out)
    number = max > 0 ? std::max(number, max * kMinImportance) : 1;
  const Numbers seen = out;
  if (auto neuron = dyn_cast<snn::NeuronOp>(op))
    return visitNeuron(neuron);
  if (auto weighted = dyn_cast<snn::WeightedOpInterface>(op))
    return visitWeights(weighted, seen);
  if (auto pool = dyn_cast<snn::AveragePoolOp>(op))
    return visitPool(pool, seen);
  if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op))
    visitMove(synapse, seen);
}

void Importance::visitNeuron(snn::NeuronOp neuron) {
  ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape(), unitShape;
  Numbers unit = neuron.getRange() ? *readNumbers(*neuron.getRange()) : Numbers{1.0};
  if (neuron.getRange())
    unitShape = neuron.getRange()->getShapedType().getShape();
  for (OpOperand &current : neuron->getOpOperands()) {
    double largest = getLargest(current.get());
    bool isInRanges = snn::takesRange(neuron.getFunction(), current.getOperandNumber());
    Numbers numbers;
    reference::forEach(shape, [&](reference::Shape at) {
      numbers.push_back(1 / (isInRanges ? unit[reference::broadcast(at, unitShape)] : largest));
    });
    add(current, std::move(numbers));
  }
}

void Importance::visitWeights(snn::WeightedOpInterface op, const Numbers &out) {
  snn::WeightLayout layout = op.getWeightLayout();
  snn::ChannelView to(snn::getStreamShape(op.getCurrent().getType()), layout.outDimension);
  snn::ChannelView from(snn::getStreamShape(op.getStream().getType()), layout.inDimension);
  Numbers weights = snn::readWeights(op.getWeight());
  Numbers max(layout.outputs, 0), in(from.count, 0);
  for (size_t i = 0; i < out.size(); ++i)
    max[to.of(i)] = std::max(max[to.of(i)], out[i]);
  layout.forEachWeight([&](int64_t at, int64_t output, int64_t channel) {
    in[channel] = std::max(in[channel], std::abs(weights[at]) * max[output]);
  });
  add(op->getOpOperand(0), snn::spreadChannels(in, from, countElements(op.getStream())));
}

/// Errors of the elements of a window are taken to be independent.
void Importance::visitPool(snn::AveragePoolOp pool, const Numbers &out) {
  int64_t channels = snn::getStreamShape(pool.getStream().getType())[0];
  int64_t plane = countElements(pool.getStream()) / channels;
  int64_t outPlane = static_cast<int64_t>(out.size()) / channels;
  double window = std::sqrt(static_cast<double>(snnc::countElements(pool.getKernelShape())));
  Numbers in;
  for (int64_t c = 0; c < channels; ++c)
    in.insert(in.end(), plane,
              *std::max_element(out.begin() + c * outPlane, out.begin() + (c + 1) * outPlane) /
                  window);
  add(pool->getOpOperand(0), std::move(in));
}

/// What passes on elements as they are, or times one number each.
void Importance::visitMove(snn::SynapseOpInterface synapse, const Numbers &out) {
  Operation *op = synapse;
  if (synapse.isBilinear()) {
    double max = *llvm::max_element(out);
    for (unsigned n : {0, 1})
      add(op->getOpOperand(n),
          Numbers(countElements(op->getOperand(n)), max * getLargest(op->getOperand(1 - n))));
    return;
  }
  if (auto scale = dyn_cast<snn::ScaleOp>(op)) {
    Numbers factor = snn::readWeights(scale.getFactor()), in;
    ArrayRef<int64_t> shape = getTensorShape(scale.getFactor());
    reference::forEach(scale.getCurrent().getType().getShape(), [&](reference::Shape at) {
      in.push_back(out[in.size()] * std::abs(factor[reference::broadcast(at, shape)]));
    });
    return add(scale->getOpOperand(0), std::move(in));
  }
  if (isa<snn::AddOp, snn::BiasOp, snn::RequantizeOp>(op)) {
    for (unsigned n = 0; n < synapse.getStreams().size(); ++n)
      add(op->getOpOperand(n), out);
    return;
  }
  // Elements know where they come from: they are counted from 1, over all streams.
  SmallVector<Numbers> ids;
  double next = 1;
  for (Value stream : synapse.getStreams()) {
    ids.emplace_back(countElements(stream));
    std::iota(ids.back().begin(), ids.back().end(), next);
    next += static_cast<double>(ids.back().size());
  }
  SmallVector<const Numbers *> inputs;
  for (const Numbers &numbers : ids)
    inputs.push_back(&numbers);
  Numbers from = reference::applySynapse(synapse, inputs, reference::Part::Linear);
  Numbers in(static_cast<size_t>(next), 0);
  for (size_t i = 0; i < from.size(); ++i) {
    double &number = in[static_cast<size_t>(from[i])];
    number = std::max(number, out[i]);
  }
  auto first = in.begin() + 1;
  for (unsigned n = 0; n < synapse.getStreams().size(); ++n) {
    int64_t count = countElements(op->getOperand(n));
    add(op->getOpOperand(n), Numbers(first, first + count));
    first += count;
  }
}

} // namespace snnc::quantize
