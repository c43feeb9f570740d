#include "snn/Streams.h"

#include "runtime/src/support/Threads.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <ctime>
#include <mutex>
#include <system_error>
#include <thread>

namespace snn {

namespace {

/// Of this thread alone, or of all.
double getProcessorSeconds(bool isAlone) {
  timespec now{};
  clock_gettime(isAlone ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// What all threads share.
struct Shared {
  Shared(const Program &program, const FrameSource &source, const StreamOptions &options,
         uint64_t streams)
      : program(program), source(source), options(options), streams(streams),
        steps(options.steps ? options.steps : program.steps()) {}

  const Program &program;
  const FrameSource &source;
  const StreamOptions &options;
  uint64_t streams;
  uint32_t steps;
  StreamResult result;
  std::string problem; ///< of the first frame that has one
  std::atomic<uint64_t> next = 0;
  std::mutex mutex; ///< of the result, the problem and visits
};

/// Runs streams, one after another, frame by frame.
class StreamWorker {
public:
  /// Of the threads, one calls.
  StreamWorker(Shared &shared, unsigned threads)
      : shared(shared), isAlone(threads == 1),
        engine(
            shared.program,
            {.threads = threads, .updates = true, .inputThreshold = shared.options.inputThreshold}),
        values(shared.program.inputSize()), ann(shared.program.outputSize()),
        layers(shared.program.layers().size()), unreachable(layers.size()),
        layerThreads(layers.size(), 1) {}

  void run() {
    for (uint64_t stream; (stream = shared.next.fetch_add(1)) < shared.streams;)
      if (!runStream(stream))
        break;
    std::lock_guard lock(shared.mutex);
    for (size_t i = 0; i < layers.size(); ++i) {
      shared.result.layers[i].add(layers[i]);
      shared.result.layerThreads[i] = std::max(shared.result.layerThreads[i], layerThreads[i]);
      if (shared.options.evaluateAnn)
        shared.result.unreachable[i] += unreachable[i];
    }
  }

private:
  Shared &shared;
  bool isAlone;
  Engine engine;
  std::vector<double> values, ann;
  std::vector<LayerStatistics> layers;
  std::vector<uint64_t> unreachable;
  std::vector<unsigned> layerThreads;

  /// False where a frame has a problem, here or elsewhere.
  bool runStream(uint64_t stream) {
    uint64_t frame = 0;
    for (; shared.source(stream, frame, values.data()); ++frame) {
      FrameResult result{stream, frame};
      if (std::string problem = runFrame(result); !problem.empty())
        return fail(stream, frame, problem);
      const bool clips = shared.options.evaluateAnn && evaluate();
      std::lock_guard lock(shared.mutex);
      if (!shared.problem.empty())
        return false;
      ++shared.result.frames;
      shared.result.seconds += result.seconds;
      shared.result.processorSeconds += result.processorSeconds;
      shared.result.framesClipped += clips;
      if (shared.options.visit)
        shared.options.visit(result, engine.output(),
                             shared.options.evaluateAnn ? ann.data() : nullptr);
    }
    return frame > 0 || fail(stream, 0, "there is none");
  }

  bool fail(uint64_t stream, uint64_t frame, const std::string &problem) {
    std::lock_guard lock(shared.mutex);
    if (shared.problem.empty())
      shared.problem =
          (shared.streams > 1 ? "stream " + std::to_string(stream) + ", frame " : "frame ") +
          std::to_string(frame) + ": " + problem;
    return false;
  }

  std::string runFrame(FrameResult &result) {
    if (result.frame == 0)
      for (size_t i = 0; i < values.size(); ++i)
        if (!std::isfinite(values[i])) // SNN-U5
          return "element " + std::to_string(i) + " of the input is not a finite number";
    const double processorBegin = getProcessorSeconds(isAlone);
    const auto begin = std::chrono::steady_clock::now();
    if (result.frame == 0)
      engine.start(values.data());
    else if (auto problem = engine.update(values.data()))
      return problem->message;
    engine.run(shared.steps, shared.options.order.value_or(Order::Layers));
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    result.processorSeconds = getProcessorSeconds(isAlone) - processorBegin;
    result.steps = engine.eventsEnd();
    result.inputEvents = engine.statistics().front().events;
    for (size_t i = 0; i < layers.size(); ++i) {
      const LayerStatistics &layer = engine.statistics()[i];
      layers[i].add(layer);
      layerThreads[i] = std::max(layerThreads[i], engine.layerThreads()[i]);
      result.events += layer.events;
      result.synapticOps += layer.synapticOps;
      result.activeLayers += i > 0 && layer.events > 0;
    }
    return "";
  }

  /// The ANN's outputs; whether neurons are clipped.
  bool evaluate() {
    engine.evaluate(values.data(), ann.data());
    uint64_t clipped = 0;
    const std::vector<uint64_t> counts = engine.countUnreachable(shared.steps);
    for (size_t i = 0; i < counts.size(); ++i) {
      unreachable[i] += counts[i];
      clipped += counts[i];
    }
    return clipped > 0;
  }
};

} // namespace

Result<StreamResult> runStreams(const Program &program, uint64_t streams, const FrameSource &source,
                                const StreamOptions &options) {
  if (auto problem = checkUpdates(program))
    return Error{problem->message};
  if (streams == 0)
    return Error{"there are no streams to run"};
  if (!(options.inputThreshold >= 0))
    return Error{"the input threshold is below 0"};
  Shared shared(program, source, options, streams);
  shared.result.layers.resize(program.layers().size());
  if (options.evaluateAnn)
    shared.result.unreachable.resize(program.layers().size());
  const unsigned threads =
      options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  shared.result.threads = streams == 1 ? threads : std::min<uint64_t>(threads, streams);
  shared.result.atOnce = std::min<uint64_t>(threads, streams);
  shared.result.layerThreads.assign(program.layers().size(), 1);
  try {
    const unsigned each = shared.result.threads / shared.result.atOnce;
    detail::runThreads(shared.result.atOnce, [&](size_t) { StreamWorker(shared, each).run(); });
  } catch (const std::system_error &) {
    return Error{"the system does not start " + std::to_string(shared.result.threads) + " threads"};
  }
  if (!shared.problem.empty())
    return Error{shared.problem};
  return std::move(shared.result);
}

} // namespace snn
