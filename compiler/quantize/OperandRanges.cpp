#include "compiler/quantize/OperandRanges.h"

#include "compiler/quantize/DenseSynapses.h"
#include "compiler/reference/Functions.h"
#include "compiler/reference/Indexing.h"
#include "compiler/support/Parallel.h"
#include "compiler/support/Progress.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include <cmath>
#include <functional>
#include <numeric>

using namespace mlir;

namespace snnc::quantize {

void OperandRange::add(double number) {
  least = std::min(least, number);
  most = std::max(most, number);
  ++total;
  double size = std::abs(number);
  int exponent = size > 0 ? std::ilogb(size) + kZero : -1;
  if (exponent >= 0)
    ++ofExponent[std::min<size_t>(static_cast<size_t>(exponent), ofExponent.size() - 1)];
}

void OperandRange::widen(double factor) {
  least *= factor;
  most *= factor;
  // What lies between two powers of two is taken for the larger one.
  auto shift = static_cast<size_t>(std::ceil(std::log2(factor)));
  for (size_t i = 0; i < shift; ++i) {
    ofExponent.back() += ofExponent[ofExponent.size() - 2];
    std::copy_backward(ofExponent.begin(), ofExponent.end() - 2, ofExponent.end() - 1);
    ofExponent.front() = 0;
  }
}

void widen(Ranges &ranges, double factor, double input) {
  ranges.input.widen(input);
  ranges.raw.widen(input);
  if (factor == 1)
    return;
  for (auto &[operand, range] : ranges.operands)
    range.widen(factor);
  for (auto &[stream, magnitudes] : ranges.magnitudes)
    for (double &magnitude : magnitudes)
      magnitude *= factor;
}

uint64_t OperandRange::countAbove(int exponent) const {
  int first = std::clamp<int>(exponent + kZero, 0, ofExponent.size() - 1);
  return std::accumulate(ofExponent.begin() + first, ofExponent.end(), uint64_t{0});
}

namespace {

/// What an image gives.
struct Sample {
  Numbers raw;
  llvm::DenseMap<Value, Numbers> values;         ///< of every stream
  llvm::DenseMap<OpOperand *, Numbers> operands; ///< of neurons, in their units
};

/// The network as the ANN that it stands for.
class Evaluation {
public:
  explicit Evaluation(func::FuncOp network) : network(network) {}

  /// Of one image; several at a time are safe.
  Sample run(Numbers image) {
    Sample sample;
    sample.raw = std::move(image);
    for (Operation &op : network.front()) {
      if (auto encode = dyn_cast<snn::EncodeOp>(op))
        normalize(encode, sample);
      else if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op))
        apply(synapse, sample);
      else if (auto neuron = dyn_cast<snn::NeuronOp>(op))
        evaluate(neuron, sample);
    }
    return sample;
  }

private:
  func::FuncOp network;
  DenseSynapses synapses;

  static void normalize(snn::EncodeOp encode, Sample &sample) {
    Numbers image = sample.raw;
    size_t perChannel = image.size() / encode.getSpikes().getType().getShape()[0];
    for (size_t i = 0; i < image.size(); ++i) {
      if (encode.getMean())
        image[i] -= (*encode.getMean())[i / perChannel];
      if (encode.getStd())
        image[i] /= (*encode.getStd())[i / perChannel];
    }
    sample.values[encode.getSpikes()] = std::move(image);
  }

  void apply(snn::SynapseOpInterface synapse, Sample &sample) {
    SmallVector<const Numbers *> inputs;
    for (Value stream : synapse.getStreams())
      inputs.push_back(&sample.values[stream]);
    Numbers result = synapses.apply(synapse, inputs, Part::Affine);
    sample.values[synapse.getCurrent()] = std::move(result);
  }

  static void evaluate(snn::NeuronOp neuron, Sample &sample) {
    Numbers unit = neuron.getRange() ? *readNumbers(*neuron.getRange()) : Numbers{1.0};
    ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape(), unitShape;
    if (neuron.getRange())
      unitShape = neuron.getRange()->getShapedType().getShape();
    ArrayRef<double> params = neuron.getParams() ? *neuron.getParams() : ArrayRef<double>();
    snn::Function function = neuron.getFunction();
    SmallVector<Numbers> operands;
    for (OpOperand &operand : neuron->getOpOperands())
      operands.push_back(sample.values[operand.get()]);
    Numbers result;
    SmallVector<double> x(operands.size());
    reference::forEach(shape, [&](reference::Shape at) {
      // A function that scales, or has bounds that do, moves its range to its operands, or to one; others keep it behind them.
      double range = unit[reference::broadcast(at, unitShape)];
      for (size_t n = 0; n < operands.size(); ++n) {
        double &number = operands[n][result.size()];
        x[n] = number;
        number /= snn::takesRange(function, n) ? range : 1;
      }
      result.push_back(reference::evaluate(function, x, params) / range);
    });
    for (OpOperand &operand : neuron->getOpOperands())
      sample.operands[&operand] = std::move(operands[operand.getOperandNumber()]);
    sample.values[neuron.getSpikes()] = std::move(result);
  }
};

/// Takes what images give, in the order of the images.
class Observation {
public:
  Observation(func::FuncOp network, Ranges &ranges, int64_t images) : ranges(ranges) {
    auto encode = *network.getOps<snn::EncodeOp>().begin();
    watch(ranges.raw, [](const Sample &sample) -> auto & { return sample.raw; });
    watch(ranges.input, [stream = Value(encode.getSpikes())](const Sample &sample) -> auto & {
      return sample.values.find(stream)->second;
    });
    for (Operation &op : network.front()) {
      if (isa<snn::WeightedOpInterface>(op))
        samplers.try_emplace(&op, &op, images);
      if (isa<snn::EncodeOp, snn::SynapseOpInterface, snn::NeuronOp>(op))
        ranges.magnitudes[op.getResult(0)].assign(
            snnc::countElements(snn::getStreamShape(op.getResult(0).getType())), 0.0);
      if (isa<snn::NeuronOp>(op))
        for (OpOperand &operand : op.getOpOperands())
          ranges.operands[&operand];
    }
    for (auto &[operand, range] : ranges.operands)
      watch(range, [operand = operand](const Sample &sample) -> auto & {
        return sample.operands.find(operand)->second;
      });
    for (auto &[op, sampler] : samplers)
      observers.push_back([stream = op->getOperand(0), &sampler = sampler](const Sample &sample) {
        sampler.add(sample.values.find(stream)->second);
      });
    for (auto &[stream, most] : ranges.magnitudes)
      observers.push_back([stream = stream, &most = most](const Sample &sample) {
        for (auto [largest, number] : llvm::zip(most, sample.values.find(stream)->second))
          largest = std::max(largest, std::abs(number));
      });
  }

  /// Each observer on a thread of its own: what it sees does not depend on how many there are.
  void add(ArrayRef<Sample> samples) {
    parallelFor(getThreads(), static_cast<int64_t>(observers.size()), [&](int64_t i) {
      for (const Sample &sample : samples)
        observers[static_cast<size_t>(i)](sample);
    });
  }

  void finish(double headroom) {
    std::vector<InputSampler *> all;
    for (auto &[op, sampler] : samplers)
      all.push_back(&sampler);
    ranges.moments.resize(all.size());
    parallelFor(getThreads(), static_cast<int64_t>(all.size()), [&](int64_t i) {
      ranges.moments[static_cast<size_t>(i)] = all[static_cast<size_t>(i)]->finish(headroom);
    });
  }

private:
  Ranges &ranges;
  llvm::MapVector<Operation *, InputSampler> samplers; ///< in program order
  std::vector<std::function<void(const Sample &)>> observers;

  template <typename Get>
  void watch(OperandRange &range, Get get) {
    observers.push_back([&range, get](const Sample &sample) {
      for (double number : get(sample))
        range.add(number);
    });
  }
};

} // namespace

/// How many images are evaluated together: enough for all threads, as far as what they give fits in kBytes.
static int64_t countTogether(const Ranges &ranges) {
  constexpr int64_t kBytes = int64_t{1} << 29;
  int64_t numbers = 1;
  for (auto &[stream, magnitude] : ranges.magnitudes)
    numbers += 2 * snnc::countElements(snn::getStreamShape(stream.getType())); // operands once more
  return std::clamp<int64_t>(kBytes / (numbers * sizeof(double)), 1, 4 * int64_t{getThreads()});
}

FailureOr<Ranges> observeOperands(func::FuncOp network, const data::Dataset &dataset,
                                  uint64_t limit, double headroom) {
  auto encode = *network.getOps<snn::EncodeOp>().begin();
  ArrayRef<int64_t> shape = encode.getSpikes().getType().getShape();
  if (auto status = dataset.checkShape(data::ShapeRef(shape.data(), shape.size())); !status)
    return network.emitError() << status.error();
  int64_t images = dataset.size();
  if (limit > 0)
    images = std::min<int64_t>(images, static_cast<int64_t>(limit));
  Ranges ranges;
  Evaluation evaluation(network);
  Observation observation(network, ranges, images);
  Progress progress("quantizing", images);
  const int64_t together = countTogether(ranges);
  std::vector<Sample> samples;
  for (int64_t first = 0; first < images; first += static_cast<int64_t>(samples.size())) {
    samples.assign(std::min(together, images - first), Sample());
    parallelFor(getThreads(), static_cast<int64_t>(samples.size()), [&](int64_t i) {
      Numbers image(dataset.imageSize());
      dataset.image(first + i, image.data());
      samples[static_cast<size_t>(i)] = evaluation.run(std::move(image));
    });
    observation.add(samples);
    progress.update(first + static_cast<int64_t>(samples.size()));
  }
  observation.finish(headroom);
  return ranges;
}

} // namespace snnc::quantize
