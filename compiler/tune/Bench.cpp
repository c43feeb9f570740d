#include "compiler/tune/Bench.h"

#include "compiler/data/InputParts.h"
#include "compiler/evaluate/SharedBatch.h"
#include "compiler/support/Energy.h"
#include "compiler/support/Parallel.h"
#include "compiler/support/Ranks.h"
#include "dialects/snn/SNN.h"
#include <algorithm>
#include <cstring>
#include <numeric>

using namespace mlir;

namespace snnc::tune {

std::vector<float> center(const Metric &metric, std::span<const int64_t> shape,
                          std::span<const float> outputs) {
  std::vector<float> centered(outputs.begin(), outputs.end());
  if (metric.kind == Metric::Kind::Threshold)
    for (float &output : centered)
      output -= static_cast<float>(metric.threshold);
  if (metric.kind != Metric::Kind::Classes)
    return centered;
  auto rank = static_cast<int64_t>(shape.size());
  int64_t axis = metric.axis < 0 ? metric.axis + rank : metric.axis;
  auto inner = static_cast<size_t>(
      std::accumulate(shape.begin() + axis + 1, shape.end(), int64_t{1}, std::multiplies<>()));
  auto classes = static_cast<size_t>(shape[axis]);
  for (size_t block = 0; block < centered.size(); block += classes * inner)
    for (size_t i = block; i < block + inner; ++i) {
      double mean = 0;
      for (size_t c = 0; c < classes; ++c)
        mean += centered[i + c * inner] / static_cast<double>(classes);
      for (size_t c = 0; c < classes; ++c)
        centered[i + c * inner] = static_cast<float>(centered[i + c * inner] - mean);
    }
  return centered;
}

std::vector<float> exaggerate(std::span<const float> outputs, std::span<const float> ann,
                              double gain, double safety) {
  std::vector<float> exaggerated(outputs.size());
  for (size_t k = 0; k < outputs.size(); ++k)
    exaggerated[k] = static_cast<float>(ann[k] + safety * (gain * outputs[k] - ann[k]));
  return exaggerated;
}

namespace {

/// A sequence of pseudo-random numbers that depends on nothing but its seed (Knuth's MMIX constants).
class Sequence {
public:
  explicit Sequence(uint64_t seed) : state(seed * 2654435761u + 1) {}
  uint64_t next(uint64_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % below;
  }

private:
  uint64_t state;
};

/// What one image says of one layer.
struct Sample {
  std::vector<uint32_t> neurons;
  std::vector<float> targets; ///< per step, per neuron
  std::vector<double> error;  ///< per channel
};

} // namespace

data::Result<::snn::Program> load(const WriteProgram &write, func::FuncOp network, uint32_t steps) {
  FailureOr<std::vector<uint8_t>> bytes = write(network, steps);
  if (failed(bytes))
    return data::Error{"the network has no event program"};
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  auto program = ::snn::Program::fromBytes({first, first + bytes->size()}, "the network");
  if (!program)
    return data::Error{program.error()};
  return *program;
}

data::Result<uint64_t> getAnnMacs(func::FuncOp network, const WriteProgram &write) {
  auto program = load(write, network, 1);
  if (!program)
    return data::Error{program.error()};
  return program->annMacs();
}

data::Result<Bench> Bench::create(func::FuncOp network, const WriteProgram &write,
                                  const std::string &data, int64_t images, unsigned threads,
                                  const MetricRequests &metrics) {
  if (data.empty())
    return data::Error{"tuning needs calibration images; give them with data=FILE"};
  auto dataset = data::Dataset::load(data, {}, getInputParts(network));
  if (!dataset)
    return data::Error{dataset.error()};
  Bench bench(std::move(*dataset), write);
  bench.images = images > 0 ? std::min(images, bench.dataset.size()) : bench.dataset.size();
  bench.threads = getThreads(threads);
  auto program = load(write, network, 1);
  if (!program)
    return data::Error{program.error()};
  std::vector<int64_t> shape(program->inputShape().begin(), program->inputShape().end());
  if (auto status = bench.dataset.checkShape(shape); !status)
    return data::Error{status.error()};

  Sequence sequence(0);
  for (int64_t i = 0; i < bench.images; ++i)
    bench.order.push_back(i * bench.dataset.size() / bench.images);
  for (int64_t i = bench.images; i > 1; --i)
    std::swap(bench.order[i - 1], bench.order[sequence.next(static_cast<uint64_t>(i))]);

  std::string ignored;
  auto tasks = planTasks(*program, metrics, bench.dataset, bench.dataset.size(), ignored);
  if (!tasks)
    return data::Error{tasks.error()};
  bench.task = std::move(tasks->front());
  // The first output counts, before its head where that says as much: a probability says less of an error than what it
  // is made of.
  const ::snn::OutputInfo &first = program->outputs().front();
  bench.isDecoded =
      first.decodedSize == bench.task.size && moveBeforeHead(bench.task.metric, first.head);
  if (bench.isDecoded)
    bench.task.offset = first.decodedOffset;
  const OutputTask &task = bench.task;
  bench.ann.resize(bench.images * task.size);
  // Engines are costly to make, so that each thread takes a run of images.
  const ranks::Share share = ranks::getShare(bench.images);
  int64_t chunk = (share.size() + bench.threads - 1) / bench.threads;
  parallelFor(bench.threads, bench.threads, [&](int64_t part) {
    ::snn::Engine engine(*program);
    std::vector<double> values(program->inputSize()),
        result(std::max(program->outputSize(), program->decodedSize()));
    for (int64_t i = share.begin + part * chunk;
         i < std::min(share.end, share.begin + (part + 1) * chunk); ++i) {
      bench.dataset.image(bench.order[i], values.data());
      if (bench.isDecoded)
        engine.evaluateDecoded(values.data(), result.data());
      else
        engine.evaluate(values.data(), result.data());
      std::copy_n(result.begin() + static_cast<std::ptrdiff_t>(task.offset), task.size,
                  bench.ann.begin() + i * static_cast<int64_t>(task.size));
    }
  });
  ranks::exchangeRows(bench.ann, bench.images, "outputs of the ANN");
  bench.measureANN();
  return bench;
}

/// What the ANN's outputs say by themselves.
void Bench::measureANN() {
  annAnswers = getAnswers(task.metric, task.shape, ann);
  auto count = static_cast<double>(images);
  const size_t answers = answersPerImage();
  for (int64_t i = 0; hasLabels() && i < images; ++i) {
    std::span<const int64_t> labels(task.truth.answers);
    annRight += getShare(std::span(annAnswers).subspan(i * answers, answers),
                         labels.subspan(order[i] * answers, answers)) /
                count;
  }
  for (size_t k = 0; k < task.size; ++k) {
    double sum = 0, squares = 0;
    for (size_t i = k; i < ann.size(); i += task.size) {
      sum += ann[i];
      squares += static_cast<double>(ann[i]) * ann[i];
    }
    annMeans.push_back(static_cast<float>(sum / count));
    annSquare += squares / count;
    annVariance += std::max(0.0, squares / count - sum / count * (sum / count));
  }
}

double Bench::getError(const Measurement &found) const {
  double missed = found.missed / std::max(found.images, 1.0);
  double whole = annVariance > 0 ? annVariance : annSquare;
  return whole > 0 ? missed / whole : missed > 0 ? 1 : 0;
}

uint64_t Bench::fingerprint() const {
  uint64_t hash = 14695981039346656037u; // FNV-1a
  for (float value : ann) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    hash = (hash ^ bits) * 1099511628211u;
  }
  return hash;
}

data::Result<Measurement> Bench::measure(func::FuncOp network, uint32_t steps, int64_t begin,
                                         int64_t end) const {
  auto program = load(write, network, steps);
  if (!program)
    return data::Error{program.error()};
  end = std::min(end, images);
  ::snn::BatchOptions options;
  options.steps = steps;
  options.threads = threads;
  options.evaluateAnn = false;
  options.decoded = isDecoded;
  auto source = [&](uint64_t i, double *values) {
    dataset.image(order[begin + static_cast<int64_t>(i)], values);
  };
  auto result = runSharedBatch(*program, static_cast<uint64_t>(end - begin), source, options);
  if (!result)
    return data::Error{result.error()};

  Measurement found;
  found.images = static_cast<double>(end - begin);
  std::vector<float> outputs =
      task.pick(result->outputs.back(), isDecoded ? program->decodedSize() : program->outputSize());
  auto outputsOf = [&](int64_t i) { return outputs.data() + (i - begin) * task.size; };
  for (int64_t i = begin; i < end; ++i) {
    std::vector<float> mine = center(outputsOf(i)), wanted = center(ann.data() + i * task.size);
    for (size_t k = 0; k < task.size; ++k) {
      found.both += mine[k] * wanted[k];
      found.own += mine[k] * mine[k];
      found.ann += wanted[k] * wanted[k];
      double difference = static_cast<double>(outputsOf(i)[k]) - ann[i * task.size + k];
      found.missed += difference * difference;
    }
  }
  if (!task.metric.hasAnswers())
    found.agreeing = found.safe = found.numbers = found.images;
  double gain = safety != 1 && found.own > 0 ? found.both / found.own : 1;
  for (int64_t i = begin; task.metric.hasAnswers() && i < end; ++i)
    judge(found, i, outputsOf(i), gain);
  for (size_t i = 0; i < result->layers.size(); ++i) {
    found.energy += getEnergy(result->layers[i]);
    if (program->layers()[i].isNeuron)
      found.events.push_back(static_cast<double>(result->layers[i].events) /
                             static_cast<double>(program->layers()[i].neurons));
  }
  return found;
}

/// Of numbers, what is not the ANN's mean.
std::vector<float> Bench::center(const float *outputs) const {
  std::vector<float> centered = tune::center(task.metric, task.shape, {outputs, task.size});
  for (size_t k = 0; !task.metric.hasAnswers() && k < task.size; ++k)
    centered[k] -= annMeans[k];
  return centered;
}

/// Adds what the answers of one image are worth.
void Bench::judge(Measurement &found, int64_t image, const float *outputs, double gain) const {
  const size_t count = answersPerImage();
  std::span<const int64_t> wanted = std::span(annAnswers).subspan(image * count, count);
  std::vector<int64_t> answers = getAnswers(task.metric, task.shape, {outputs, task.size});
  found.agreeing += ::snnc::getAgreement(answers, wanted);
  std::vector<int64_t> safe = answers;
  if (safety != 1) {
    Metric centered = task.metric;
    centered.threshold = 0;
    safe = getAnswers(
        centered, task.shape,
        exaggerate(center(outputs), center(ann.data() + image * task.size), gain, safety));
  }
  found.safe += ::snnc::getAgreement(safe, wanted);
  if (!hasLabels())
    return;
  std::span<const int64_t> labels =
      std::span<const int64_t>(task.truth.answers).subspan(order[image] * count, count);
  found.right += getShare(answers, labels);
  double change = getShare(safe, labels) - getShare(wanted, labels);
  found.lost += std::max(0.0, -change);
  found.gained += std::max(0.0, change);
}

/// What a layer of `neurons` in so many `channels` shows on all images, of its neurons that were chosen on each.
static data::Result<Recording> combine(const std::vector<std::vector<Sample>> &seen, size_t layer,
                                       size_t neurons, int64_t channels, uint32_t steps) {
  Recording recording;
  recording.steps = steps;
  recording.channels = static_cast<uint32_t>(channels);
  recording.meanError.assign(channels, 0);
  size_t perChannel = neurons / channels;
  for (const std::vector<Sample> &image : seen) {
    const Sample &sample = image[layer];
    if (sample.targets.size() != sample.neurons.size() * steps)
      return data::Error{"a layer of rates follows no function; tuning is for signgd networks"};
    for (uint32_t neuron : sample.neurons)
      recording.channel.push_back(static_cast<uint32_t>(neuron / perChannel));
    for (int64_t c = 0; c < channels; ++c)
      recording.meanError[c] += sample.error[c] / static_cast<double>(seen.size());
  }
  for (uint32_t t = 0; t < steps; ++t)
    for (const std::vector<Sample> &image : seen) {
      size_t n = image[layer].neurons.size();
      auto from = image[layer].targets.begin() + static_cast<ptrdiff_t>(t * n);
      recording.targets.insert(recording.targets.end(), from, from + static_cast<ptrdiff_t>(n));
    }
  return recording;
}

data::Result<std::vector<Recording>> Bench::record(func::FuncOp network, uint32_t steps,
                                                   int64_t count, int64_t perImage) const {
  auto program = load(write, network, steps);
  if (!program)
    return data::Error{program.error()};
  std::vector<size_t> layers;
  for (size_t i = 0; i < program->layers().size(); ++i)
    if (program->layers()[i].isNeuron)
      layers.push_back(i);
  count = std::min(count, images);
  std::vector<int64_t> channels;
  network.walk([&](snn::NeuronOpInterface neuron) {
    channels.push_back(neuron.getSpikes().getType().getShape().front());
  });

  std::vector<std::vector<Sample>> seen(count, std::vector<Sample>(layers.size()));
  int64_t chunk = (count + threads - 1) / threads;
  parallelFor(threads, threads, [&](int64_t part) {
    ::snn::Engine engine(*program, {.hearsLate = true});
    std::vector<double> values(program->inputSize()), targets, outputs;
    for (int64_t i = part * chunk; i < std::min(count, (part + 1) * chunk); ++i) {
      Sequence sequence(static_cast<uint64_t>(i) + 1);
      for (size_t l = 0; l < layers.size(); ++l)
        for (int64_t n = 0; n < perImage; ++n)
          seen[i][l].neurons.push_back(
              static_cast<uint32_t>(sequence.next(program->layers()[layers[l]].neurons)));
      dataset.image(order[i], values.data());
      engine.start(values.data());
      for (uint32_t t = 0; t < steps; ++t) {
        engine.step();
        for (size_t l = 0; l < layers.size(); ++l) {
          size_t size = program->layers()[layers[l]].neurons;
          targets.resize(size);
          outputs.resize(size);
          if (!engine.look(layers[l], targets.data(), outputs.data()))
            continue;
          for (uint32_t neuron : seen[i][l].neurons)
            seen[i][l].targets.push_back(static_cast<float>(targets[neuron]));
          if (t + 1 < steps)
            continue;
          std::vector<double> &error = seen[i][l].error;
          error.assign(channels[l], 0);
          size_t perChannel = size / error.size();
          for (size_t n = 0; n < size; ++n)
            error[n / perChannel] += (targets[n] - outputs[n]) / static_cast<double>(perChannel);
        }
      }
    }
  });

  std::vector<Recording> recordings;
  for (size_t l = 0; l < layers.size(); ++l) {
    auto recording = combine(seen, l, program->layers()[layers[l]].neurons, channels[l], steps);
    if (!recording)
      return data::Error{recording.error()};
    recordings.push_back(std::move(*recording));
  }
  return recordings;
}

} // namespace snnc::tune
