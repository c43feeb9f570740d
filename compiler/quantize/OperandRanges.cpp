#include "compiler/quantize/OperandRanges.h"

#include "compiler/quantize/DenseSynapses.h"
#include "compiler/reference/Functions.h"
#include "compiler/reference/Indexing.h"
#include "compiler/support/Progress.h"
#include "dialects/support/Constants.h"
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

void OperandRange::add(double number) {
  least = std::min(least, number);
  most = std::max(most, number);
  ++total;
  double size = std::abs(number);
  int exponent = size > 0 ? std::ilogb(size) + kZero : -1;
  for (int i = 0; i <= std::min<int>(exponent, atLeast.size() - 1); ++i)
    ++atLeast[i];
}

uint64_t OperandRange::countAbove(int exponent) const {
  int i = std::clamp<int>(exponent + kZero, 0, atLeast.size() - 1);
  return atLeast[i];
}

namespace {

class Observation {
public:
  Observation(func::FuncOp network, Ranges &ranges, int64_t images)
      : network(network), ranges(ranges) {
    for (Operation &op : network.front())
      if (isa<snn::ConvOp, snn::GemmOp>(op))
        samplers.try_emplace(&op, &op, images);
  }

  void run(Numbers image) {
    values.clear();
    for (Operation &op : network.front()) {
      if (auto encode = dyn_cast<snn::EncodeOp>(op))
        normalize(encode, image);
      else if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op))
        apply(synapse);
      else if (auto neuron = dyn_cast<snn::NeuronOp>(op))
        evaluate(neuron);
    }
    for (const auto &[stream, numbers] : values) {
      double &most = ranges.magnitudes[stream];
      for (double number : numbers)
        most = std::max(most, std::abs(number));
    }
  }

  void finish() {
    for (auto &[op, sampler] : samplers)
      ranges.moments.push_back(sampler.finish());
  }

private:
  func::FuncOp network;
  Ranges &ranges;
  DenseSynapses synapses;
  llvm::MapVector<Operation *, InputSampler> samplers; ///< in program order
  llvm::DenseMap<Value, Numbers> values;

  void normalize(snn::EncodeOp encode, Numbers &image) {
    size_t perChannel = image.size() / encode.getSpikes().getType().getShape()[0];
    for (size_t i = 0; i < image.size(); ++i) {
      ranges.raw.add(image[i]);
      if (encode.getMean())
        image[i] -= (*encode.getMean())[i / perChannel];
      if (encode.getStd())
        image[i] /= (*encode.getStd())[i / perChannel];
      ranges.input.add(image[i]);
    }
    values[encode.getSpikes()] = image;
  }

  void apply(snn::SynapseOpInterface synapse) {
    SmallVector<const Numbers *> inputs;
    for (Value stream : synapse.getStreams())
      inputs.push_back(&values[stream]);
    if (auto sampler = samplers.find(synapse); sampler != samplers.end())
      sampler->second.add(*inputs.front());
    Numbers result = synapses.apply(synapse, inputs, Part::Affine);
    values[synapse.getCurrent()] = std::move(result);
  }

  void evaluate(snn::NeuronOp neuron) {
    Numbers unit = neuron.getRange() ? *readNumbers(*neuron.getRange()) : Numbers{1.0};
    ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape(), unitShape;
    if (neuron.getRange())
      unitShape = neuron.getRange()->getShapedType().getShape();
    ArrayRef<double> params = neuron.getParams() ? *neuron.getParams() : ArrayRef<double>();
    snn::Function function = neuron.getFunction();
    Numbers result;
    reference::forEach(shape, [&](reference::Shape at) {
      // A function that scales moves its range to its operands, or to one; others keep it behind them.
      double range = unit[reference::broadcast(at, unitShape)];
      SmallVector<double> x;
      for (OpOperand &operand : neuron->getOpOperands()) {
        bool scales = snn::takesRange(function, operand.getOperandNumber());
        x.push_back(values[operand.get()][result.size()] / (scales ? range : 1));
        ranges.operands[&operand].add(x.back());
      }
      double value = reference::evaluate(function, x, params);
      result.push_back(snn::takesRange(function, 0) ? value : value / range);
    });
    values[neuron.getSpikes()] = std::move(result);
  }
};

} // namespace

FailureOr<Ranges> observeOperands(func::FuncOp network, const numpy::Dataset &dataset,
                                  uint64_t limit) {
  auto encode = *network.getOps<snn::EncodeOp>().begin();
  ArrayRef<int64_t> shape = encode.getSpikes().getType().getShape();
  if (auto status = dataset.checkShape(numpy::ShapeRef(shape.data(), shape.size())); !status)
    return network.emitError() << status.error();
  int64_t images = dataset.size();
  if (limit > 0)
    images = std::min<int64_t>(images, static_cast<int64_t>(limit));
  Ranges ranges;
  Observation observation(network, ranges, images);
  Progress progress("quantizing", images);
  for (int64_t i = 0; i < images; ++i) {
    Numbers image(dataset.imageSize());
    dataset.image(i, image.data());
    observation.run(std::move(image));
    progress.update(i + 1);
  }
  observation.finish();
  return ranges;
}

} // namespace snnc::quantize
