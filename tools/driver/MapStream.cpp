#include "tools/driver/MapStream.h"

#include "compiler/evaluate/Task.h"
#include "compiler/support/Ranks.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "snn/Engine.h"
#include "targets/cpu/ProgramWriter.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <cstdio>

namespace snnc {

std::optional<::snn::Program> makeReference(const MapOptions &options, mlir::ModuleOp network) {
  auto function = *network.getOps<mlir::func::FuncOp>().begin();
  const int64_t steps = options.compile.steps
                            ? int64_t{options.compile.steps}
                            : snn::countSteps(function).value_or(snn::kDefaultSteps);
  std::string name = llvm::sys::path::stem(options.compile.model).str();
  mlir::FailureOr<std::vector<uint8_t>> bytes =
      cpu::writeProgram(function, {name, static_cast<uint32_t>(steps)});
  if (failed(bytes))
    return std::nullopt;
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  auto program = ::snn::Program::fromBytes({first, first + bytes->size()}, name);
  return program ? std::optional<::snn::Program>(*program) : std::nullopt;
}

data::Result<Streams> loadStreams(const MapOptions &options, const ::snn::Program &program) {
  if (options.frames == "-" && ranks::count() > 1)
    return data::Error{"standard input reaches one process only: start it without mpirun"};
  data::Result<std::unique_ptr<FrameReader>> reader =
      options.frames == "-" ? openPipe(stdin, program, options.limit)
                            : openFrames(options.data, program, options.limit);
  if (!reader)
    return data::Error{reader.error()};
  auto streams = readStreams(**reader, program.inputSize());
  if (streams && streams->front().empty())
    return data::Error{"the stream has no frame"};
  return streams;
}

std::vector<int32_t> readRaw(const core::Simulator &simulator, const std::vector<double> &values) {
  std::vector<int32_t> raw;
  for (double value : values)
    raw.push_back(simulator.readRaw(value));
  return raw;
}

namespace {

/// Runs all frames of all streams.
class StreamSimulation {
public:
  StreamSimulation(core::Simulator &simulator, const core::Program &program,
                   const ::snn::Program &reference, const MapOptions &options, OutputTask task,
                   bool hasAnswers, core::MappingReport &report)
      : simulator(simulator), program(program), reference(reference), task(std::move(task)),
        hasAnswers(hasAnswers), report(report),
        engine(reference, {.updates = true, .inputThreshold = options.inputThreshold}) {}

  StreamRecord run(const Streams &streams, size_t keeps) {
    StreamRecord record;
    for (size_t stream = 0; stream < streams.size(); ++stream)
      for (size_t n = 0; n < streams[stream].size(); ++n) {
        core::Sample sample = follow(stream, n, streams[stream][n]);
        (n == 0 ? first : record.updates).add(simulator.activity());
        (n == 0 ? report.sample : report.update).exact += report.frames.back().isExact;
        if (stream == 0 && n < keeps)
          record.samples.push_back(std::move(sample));
      }
    report.streams = streams.size();
    report.sample = core::getCost(program, first, report.sample.exact);
    report.update = core::getCost(program, record.updates, report.update.exact);
    setRelativeErrors();
    return record;
  }

private:
  core::Simulator &simulator;
  const core::Program &program;
  const ::snn::Program &reference;
  OutputTask task; ///< of the first output, among decoded numbers
  bool hasAnswers;
  core::MappingReport &report;
  ::snn::Engine engine;
  core::Activity first;
  std::vector<float> wanted; ///< what the ANN gives for the first output of all frames

  core::Sample follow(uint64_t stream, uint64_t n, const std::vector<double> &values) {
    simulator.clear();
    core::Sample sample{readRaw(simulator, values), {}};
    sample.output = n == 0 ? simulator.run(sample.raw) : simulator.update(sample.raw);
    const std::vector<double> output = simulator.scale(sample.output);
    // Frames are finite, programs take updates, and the frame before has ended.
    if (n == 0)
      engine.start(values.data());
    else if (auto problem = engine.update(values.data()))
      throw std::logic_error(problem->message);
    engine.run(program.steps);
    const core::Activity &activity = simulator.activity();
    core::FrameCost frame;
    frame.stream = stream;
    frame.frame = n;
    frame.steps = simulator.eventsEnd();
    frame.spikes = activity.spikes();
    frame.inputSpikes = activity.inputEvents;
    frame.synapticOps = activity.synapticOps();
    frame.messages = activity.messages;
    frame.hops = activity.hops();
    frame.energy = core::countEnergy(program.energy, program.timing, activity);
    frame.isExact = std::equal(output.begin(), output.end(), engine.decoded());
    judge(values, output, frame);
    report.frames.push_back(std::move(frame));
    return sample;
  }

  /// Beside the ANN of the same frame.
  void judge(const std::vector<double> &values, const std::vector<double> &output,
             core::FrameCost &frame) {
    std::vector<double> ann(reference.decodedSize());
    engine.evaluateDecoded(values.data(), ann.data());
    const std::vector<float> found =
        task.pick(std::vector<float>(output.begin(), output.end()), reference.decodedSize());
    const std::vector<float> own =
        task.pick(std::vector<float>(ann.begin(), ann.end()), reference.decodedSize());
    if (hasAnswers)
      frame.agreement = getAgreement(getAnswers(task.metric, task.shape, found),
                                     getAnswers(task.metric, task.shape, own));
    frame.rmsError = getErrors(task.size, found, own).rootMeanSquare;
    wanted.insert(wanted.end(), own.begin(), own.end());
  }

  void setRelativeErrors() {
    Errors errors = getErrors(task.size, wanted, wanted);
    for (core::FrameCost &frame : report.frames) {
      errors.rootMeanSquare = frame.rmsError;
      frame.relativeError = errors.getRelative();
    }
  }
};

} // namespace

data::Result<StreamRecord> simulateStreams(core::Simulator &simulator, const core::Program &program,
                                           const ::snn::Program &reference, const Streams &streams,
                                           const MapOptions &options, size_t keeps,
                                           core::MappingReport &report) {
  std::string warning;
  auto tasks = planTasks(reference, options.compile.pipeline.metrics, data::Dataset(), 0, warning);
  if (!tasks)
    return data::Error{tasks.error()};
  // Cores give what is decoded; heads are the host's.
  OutputTask task = tasks->front();
  const ::snn::OutputInfo &info = reference.outputs().front();
  const bool isWhole = info.decodedSize == task.size;
  task.offset = info.decodedOffset;
  task.size = info.decodedSize;
  const bool hasAnswers =
      isWhole && task.metric.hasAnswers() && moveBeforeHead(task.metric, info.head);
  report.inputThreshold = options.inputThreshold;
  return StreamSimulation(simulator, program, reference, options, std::move(task), hasAnswers,
                          report)
      .run(streams, keeps);
}

} // namespace snnc
