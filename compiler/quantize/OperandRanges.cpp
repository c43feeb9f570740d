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

void OperandRange::add(ArrayRef<double> numbers) {
  constexpr int kBias = 1023, kMantissa = 52, kExponents = 0x7ff; // of a double
  // Neighbours often have the same exponent: each counts in a table of its own, or they would wait for each other.
  constexpr size_t kTables = 4;
  std::array<std::array<uint64_t, kExponents + 1>, kTables> counts{};
  for (size_t i = 0; i < numbers.size(); ++i) {
    min = std::min(min, numbers[i]);
    max = std::max(max, numbers[i]);
    ++counts[i % kTables][llvm::bit_cast<uint64_t>(numbers[i]) >> kMantissa & kExponents];
  }
  total += numbers.size();
  const auto last = static_cast<int>(ofExponent.size()) - 1;
  for (int exponent = kBias - kZero; exponent <= kExponents; ++exponent)
    for (const auto &table : counts)
      ofExponent[std::min(exponent - kBias + kZero, last)] += table[exponent];
}

void OperandRange::widen(double factor) {
  min *= factor;
  max *= factor;
  // What lies between two powers of two is taken for the larger one.
  auto shift = static_cast<size_t>(std::ceil(std::log2(factor)));
  for (size_t i = 0; i < shift; ++i) {
    ofExponent.back() += ofExponent[ofExponent.size() - 2];
    std::copy_backward(ofExponent.begin(), ofExponent.end() - 2, ofExponent.end() - 1);
    ofExponent.front() = 0;
  }
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

  /// Of the image in `sample`, whose memory from another image is used again; several at a time are safe.
  void run(Sample &sample) {
    for (Operation &op : network.front()) {
      if (auto encode = dyn_cast<snn::EncodeOp>(op))
        normalize(encode, sample);
      else if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op))
        apply(synapse, sample);
      else if (auto neuron = dyn_cast<snn::NeuronOp>(op))
        evaluate(neuron, sample);
    }
  }

private:
  func::FuncOp network;
  DenseSynapses synapses;

  static void normalize(snn::EncodeOp encode, Sample &sample) {
    Numbers &image = sample.values[encode.getSpikes()];
    image = sample.raw;
    size_t perChannel = image.size() / encode.getSpikes().getType().getShape()[0];
    for (size_t i = 0; i < image.size(); ++i) {
      if (encode.getMean())
        image[i] -= (*encode.getMean())[i / perChannel];
      if (encode.getStd())
        image[i] /= (*encode.getStd())[i / perChannel];
    }
  }

  void apply(snn::SynapseOpInterface synapse, Sample &sample) {
    Numbers &result =
        sample.values[synapse.getCurrent()]; // before the others: the map may move them
    SmallVector<const Numbers *> inputs;
    for (Value stream : synapse.getStreams())
      inputs.push_back(&sample.values.find(stream)->second);
    synapses.apply(synapse, inputs, Part::Affine, Weights::Signed, result);
  }

  static void evaluate(snn::NeuronOp neuron, Sample &sample) {
    const snn::Function function = neuron.getFunction();
    ArrayRef<double> params = neuron.getParams() ? *neuron.getParams() : ArrayRef<double>();
    Numbers &result = sample.values[neuron.getSpikes()];
    SmallVector<Numbers *> operands;
    SmallVector<bool> isScaled; // those that are divided by the range
    for (OpOperand &operand : neuron->getOpOperands()) {
      sample.operands[&operand] = sample.values.find(operand.get())->second;
      isScaled.push_back(snn::takesRange(function, operand.getOperandNumber()));
    }
    for (OpOperand &operand : neuron->getOpOperands())
      operands.push_back(&sample.operands.find(&operand)->second);
    result.resize(operands.front()->size());
    SmallVector<double> x(operands.size());
    forEachRange(neuron, [&](size_t first, size_t count, double range) {
      for (size_t i = first; i < first + count; ++i) {
        // A function that scales, or has bounds that do, moves its range to its operands, or to one; others keep it behind them.
        for (size_t n = 0; n < operands.size(); ++n) {
          double &number = (*operands[n])[i];
          x[n] = number;
          if (isScaled[n])
            number /= range;
        }
        result[i] = reference::evaluate(function, x, params) / range;
      }
    });
  }

  /// Neurons in a row that have one range: the first, how many there are, and the range.
  static void forEachRange(snn::NeuronOp neuron,
                           llvm::function_ref<void(size_t, size_t, double)> visit) {
    ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape(), unitShape;
    Numbers unit{1.0};
    if (neuron.getRange()) {
      unit = *readNumbers(*neuron.getRange());
      unitShape = neuron.getRange()->getShapedType().getShape();
    }
    size_t count = 1;
    for (; !shape.empty() && (unitShape.empty() || unitShape.back() == 1);
         shape = shape.drop_back()) {
      count *= static_cast<size_t>(shape.back());
      unitShape = unitShape.drop_back(unitShape.empty() ? 0 : 1);
    }
    size_t first = 0;
    reference::forEach(shape, [&](reference::Shape at) {
      visit(first, count, unit[reference::broadcast(at, unitShape)]);
      first += count;
    });
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
    for (auto &[stream, max] : ranges.magnitudes)
      observers.push_back([stream = stream, &max = max](const Sample &sample) {
        for (auto [largest, number] : llvm::zip(max, sample.values.find(stream)->second))
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
    for (auto &[op, sampler] : samplers)
      ranges.moments[op];
    ranges.headroom = headroom;
    parallelFor(getThreads(), static_cast<int64_t>(samplers.size()), [&](int64_t i) {
      (ranges.moments.begin() + i)->second = (samplers.begin() + i)->second.finish(headroom);
    });
  }

private:
  Ranges &ranges;
  llvm::MapVector<Operation *, InputSampler> samplers; ///< in program order
  std::vector<std::function<void(const Sample &)>> observers;

  template <typename Get>
  void watch(OperandRange &range, Get get) {
    observers.push_back([&range, get](const Sample &sample) { range.add(get(sample)); });
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
    samples.resize(std::min(together, images - first));
    parallelFor(getThreads(), static_cast<int64_t>(samples.size()), [&](int64_t i) {
      Sample &sample = samples[static_cast<size_t>(i)];
      sample.raw.resize(dataset.imageSize());
      dataset.image(first + i, sample.raw.data());
      evaluation.run(sample);
    });
    observation.add(samples);
    progress.update(first + static_cast<int64_t>(samples.size()));
  }
  observation.finish(headroom);
  return ranges;
}

} // namespace snnc::quantize
