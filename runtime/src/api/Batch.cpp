#include "snn/Batch.h"

#include "runtime/src/support/Threads.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <mutex>
#include <numeric>
#include <system_error>
#include <thread>

namespace snn {

namespace {

/// Watches the outputs of one sample for an answer that stands.
class StopWatch {
public:
  StopWatch(const StopRule &rule, size_t outputs) : rule(rule), first(outputs) {}

  void start(const double *outputs) {
    std::copy(outputs, outputs + first.size(), first.begin());
    hasChanged = false;
    stable = 0;
  }

  /// Whether the sample is done after a step that left `outputs`.
  bool isDone(const double *outputs) {
    hasChanged = hasChanged || !std::equal(first.begin(), first.end(), outputs);
    size_t best = std::max_element(outputs, outputs + first.size()) - outputs;
    bool leads = hasChanged;
    for (size_t i = 0; i < first.size(); ++i)
      leads = leads && (i == best || outputs[best] - outputs[i] >= rule.margin);
    stable = !leads ? 0 : stable > 0 && best == leader ? stable + 1 : 1;
    leader = best;
    return stable >= rule.stableSteps;
  }

private:
  const StopRule &rule;
  std::vector<double> first; ///< before the first step
  bool hasChanged = false;
  size_t leader = 0;
  uint32_t stable = 0; ///< steps in a row in which the leader has led
};

uint64_t getOutputSize(const Program &program, const BatchOptions &options) {
  return options.decoded ? program.decodedSize() : program.outputSize();
}

/// What the ANN behind the program gives.
void evaluate(Engine &engine, const BatchOptions &options, const double *values, double *outputs) {
  if (options.decoded)
    engine.evaluateDecoded(values, outputs);
  else
    engine.evaluate(values, outputs);
}

/// An engine that takes the next sample until none is left.
class Worker {
public:
  Worker(const Program &program, const SampleSource &source, const BatchOptions &options,
         BatchResult &result, Order order, unsigned threads)
      : source(source), options(options), result(result), engine(program, {.threads = threads}),
        values(program.inputSize()), outputs(getOutputSize(program, options)),
        layers(program.layers().size()), order(order) {
    const OutputInfo &first = program.outputs().front();
    answer = first.decodedOffset;
    if (options.stop)
      watch.emplace(*options.stop, first.decodedSize);
  }

  void run(std::atomic<uint64_t> &next, uint64_t samples, std::mutex &mutex, uint64_t &done) {
    for (uint64_t sample; (sample = next.fetch_add(1)) < samples;) {
      runSample(sample);
      if (!options.progress)
        continue;
      std::lock_guard lock(mutex);
      options.progress(++done, samples);
    }
    std::lock_guard lock(mutex);
    for (size_t i = 0; i < layers.size(); ++i) {
      result.layers[i].add(layers[i]);
      result.layerThreads[i] = std::max(result.layerThreads[i], engine.layerThreads()[i]);
    }
  }

private:
  const SampleSource &source;
  const BatchOptions &options;
  BatchResult &result;
  Engine engine;
  std::vector<double> values, outputs;
  std::vector<LayerStatistics> layers;
  std::optional<StopWatch> watch;
  uint64_t answer = 0; ///< where what the watch sees begins among what is decoded
  Order order;

  void store(std::vector<float> &to, uint64_t sample) const {
    const double *from = options.decoded ? engine.decoded() : engine.output();
    for (size_t i = 0; i < outputs.size(); ++i)
      to[sample * outputs.size() + i] = static_cast<float>(from[i]);
  }

  /// Step by step, since only that tells when an answer stands.
  void runUntilDone(uint64_t sample, const Engine::Visit &visit) {
    watch->start(engine.decoded() + answer);
    for (bool done = false; !done && engine.time() < result.steps.back();) {
      engine.step();
      visit(engine.time());
      done = watch->isDone(engine.decoded() + answer);
    }
    result.stepsTaken[sample] = engine.time();
  }

  void runSample(uint64_t sample) {
    source(sample, values.data());
    engine.start(values.data());
    size_t report = 0;
    auto visit = [&](uint32_t time) {
      for (; report < result.steps.size() && result.steps[report] == time; ++report)
        store(result.outputs[report], sample);
    };
    if (options.stop)
      runUntilDone(sample, visit);
    else
      engine.run(result.steps.back(), order, visit);
    // A sample that ended early keeps its answer.
    for (; report < result.steps.size(); ++report)
      store(result.outputs[report], sample);
    for (size_t i = 0; i < layers.size(); ++i)
      layers[i].add(engine.statistics()[i]);
    if (options.compareLayers)
      compareLayers(sample);
  }

  void compareLayers(uint64_t sample) {
    evaluate(engine, options, values.data(), outputs.data());
    std::vector<double> errors = engine.compareLayers();
    std::copy(errors.begin(), errors.end(), result.layerErrors.begin() + sample * errors.size());
  }
};

/// How many threads each engine has.
std::vector<unsigned> divideThreads(unsigned threads, uint64_t samples, const BatchOptions &options,
                                    Order order) {
  unsigned wanted = options.stop || order == Order::Steps ? 1 : options.threadsPerSample;
  if (wanted > 0) {
    wanted = std::min(wanted, threads);
    return std::vector<unsigned>(std::min<uint64_t>(samples, threads / wanted), wanted);
  }
  auto engines = static_cast<unsigned>(std::min<uint64_t>(samples, threads));
  std::vector<unsigned> counts(engines, threads / engines);
  for (unsigned i = 0; i < threads % engines; ++i)
    ++counts[i];
  return counts;
}

/// The ANN's outputs, apart, so that they do not count in the time of the spiking part.
void evaluateAnn(const Program &program, uint64_t samples, const SampleSource &source,
                 unsigned threads, const BatchOptions &options, BatchResult &result) {
  uint64_t size = getOutputSize(program, options);
  result.ann.resize(samples * size);
  result.unreachable.resize(program.layers().size());
  // Of a network that is cut off early, what its schedules would have reached.
  const uint32_t steps = std::max(result.steps.back(), program.steps());
  std::atomic<uint64_t> next = 0;
  std::mutex mutex;
  detail::runThreads(threads, [&](size_t) {
    Engine engine(program);
    std::vector<double> values(program.inputSize()), outputs(size);
    std::vector<uint64_t> unreachable(program.layers().size());
    uint64_t clipped = 0;
    for (uint64_t sample; (sample = next.fetch_add(1)) < samples;) {
      source(sample, values.data());
      evaluate(engine, options, values.data(), outputs.data());
      std::copy(outputs.begin(), outputs.end(), result.ann.begin() + sample * size);
      uint64_t neurons = 0;
      std::vector<uint64_t> counts = engine.countUnreachable(steps);
      for (size_t i = 0; i < counts.size(); ++i) {
        unreachable[i] += counts[i];
        neurons += counts[i];
      }
      clipped += neurons > 0;
    }
    std::lock_guard lock(mutex);
    for (size_t i = 0; i < unreachable.size(); ++i)
      result.unreachable[i] += unreachable[i];
    result.samplesClipped += clipped;
  });
}

} // namespace

Result<BatchResult> runBatch(const Program &program, uint64_t samples, const SampleSource &source,
                             const BatchOptions &options) {
  BatchResult result;
  result.steps = options.reportAt;
  if (result.steps.empty())
    result.steps.push_back(options.steps ? options.steps : program.steps());
  if (samples == 0)
    return Error{"there are no samples to run"};
  if (result.steps.front() == 0 || !std::is_sorted(result.steps.begin(), result.steps.end()))
    return Error{"reported steps must be positive and ascending"};
  for (size_t i = 0; i < result.steps.size(); ++i)
    result.outputs.emplace_back(samples * getOutputSize(program, options));
  result.layers.resize(program.layers().size());
  if (options.compareLayers)
    result.layerErrors.resize(samples * program.layers().size());
  if (options.stop && (!(options.stop->margin >= 0) || options.stop->stableSteps == 0))
    return Error{"a stop rule needs a margin of at least 0 and at least one stable step"};
  if (options.stop)
    result.stepsTaken.resize(samples);
  result.layerThreads.assign(program.layers().size(), 1);

  const Order order =
      options.order ? *options.order : chooseOrder(program, result.steps.back()).order;
  unsigned threads = options.threads ? options.threads : std::thread::hardware_concurrency();
  std::vector<unsigned> counts = divideThreads(std::max(1u, threads), samples, options, order);
  result.threads = std::accumulate(counts.begin(), counts.end(), 0U);
  result.threadsPerSample = counts.front();
  std::vector<Worker> workers;
  workers.reserve(counts.size());
  try {
    for (unsigned count : counts)
      workers.emplace_back(program, source, options, result, order, count);
  } catch (const std::system_error &) {
    return Error{"the system does not start " + std::to_string(result.threads) + " threads"};
  }
  std::atomic<uint64_t> next = 0;
  uint64_t done = 0;
  std::mutex mutex;
  auto begin = std::chrono::steady_clock::now();
  std::clock_t processorBegin = std::clock();
  detail::runThreads(workers.size(), [&](size_t i) { workers[i].run(next, samples, mutex, done); });
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  result.processorSeconds =
      static_cast<double>(std::clock() - processorBegin) / static_cast<double>(CLOCKS_PER_SEC);
  workers.clear(); // what they take, the ANN may
  if (options.evaluateAnn)
    evaluateAnn(program, samples, source, static_cast<unsigned>(counts.size()), options, result);
  return result;
}

} // namespace snn
