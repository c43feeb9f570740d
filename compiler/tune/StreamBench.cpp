#include "compiler/tune/StreamBench.h"

#include "compiler/support/Energy.h"
#include "compiler/support/Parallel.h"
#include "snn/Engine.h"

using namespace mlir;

namespace snnc::tune {

data::Result<StreamBench> StreamBench::create(func::FuncOp network, const WriteProgram &write,
                                              const std::string &data, unsigned threads,
                                              const MetricRequests &metrics) {
  StreamBench bench(write);
  bench.threads = getThreads(threads);
  auto program = load(write, network, 1);
  if (!program)
    return data::Error{program.error()};
  if (auto status = bench.readFrames(data, *program); !status)
    return data::Error{status.error()};
  std::string ignored;
  auto tasks = planTasks(*program, metrics, data::Dataset(), 0, ignored);
  if (!tasks)
    return data::Error{tasks.error()};
  bench.planOutput(*program, std::move(tasks->front()));
  bench.runANN(*program);
  return bench;
}

data::Status StreamBench::readFrames(const std::string &data, const ::snn::Program &program) {
  auto reader = openFrames(data, program, 0);
  if (!reader)
    return data::Error{reader.error()};
  auto all = readStreams(**reader, program.inputSize());
  if (!all)
    return data::Error{all.error()};
  streams = std::move(*all);
  if (streams.front().size() < 2)
    return data::Error{data + ": a stream has two frames at least"};
  return data::success();
}

void StreamBench::planOutput(const ::snn::Program &program, OutputTask first) {
  const ::snn::OutputInfo &info = program.outputs().front();
  task = std::move(first);
  isDecoded = info.decodedSize == task.size && moveBeforeHead(task.metric, info.head);
  if (isDecoded)
    task.offset = info.decodedOffset;
}

void StreamBench::runANN(const ::snn::Program &program) {
  ann.resize(streams.size());
  parallelFor(threads, static_cast<int64_t>(streams.size()), [&](int64_t stream) {
    ::snn::Engine engine(program);
    std::vector<double> result(std::max(program.outputSize(), program.decodedSize()));
    for (const std::vector<double> &frame : streams[stream]) {
      if (isDecoded)
        engine.evaluateDecoded(frame.data(), result.data());
      else
        engine.evaluate(frame.data(), result.data());
      auto first = result.begin() + static_cast<std::ptrdiff_t>(task.offset);
      ann[stream].insert(ann[stream].end(), first, first + static_cast<std::ptrdiff_t>(task.size));
    }
  });
  annMeans.assign(task.size, 0);
  for (const std::vector<float> &outputs : ann)
    for (size_t i = 0; i < outputs.size(); ++i)
      annMeans[i % task.size] += outputs[i] / static_cast<double>(allFrames());
}

bool StreamBench::isHeldOut(size_t stream, size_t frame) const {
  const size_t frames = streams[stream].size();
  return streams.size() > 2 ? stream % 3 == 2 : frame >= frames - frames / 3;
}

uint64_t StreamBench::allFrames() const {
  uint64_t count = 0;
  for (const auto &stream : streams)
    count += stream.size();
  return count;
}

uint64_t StreamBench::framesHeldOut() const {
  uint64_t count = 0;
  for (size_t stream = 0; stream < streams.size(); ++stream)
    for (size_t n = 0; n < streams[stream].size(); ++n)
      count += isHeldOut(stream, n);
  return count;
}

/// Runs one stream. Says what keeps it from taking a frame; nothing else.
std::string StreamBench::follow(const ::snn::Program &program, uint32_t steps, size_t stream,
                                StreamMeasurement &found) const {
  ::snn::Engine engine(program, {.updates = true});
  for (size_t n = 0; n < streams[stream].size(); ++n) {
    if (n == 0)
      engine.start(streams[stream][n].data());
    else if (auto problem = engine.update(streams[stream][n].data()))
      return problem->message;
    engine.run(steps);
    const bool counts = n > 0 && !isHeldOut(stream, n);
    for (const ::snn::LayerStatistics &layer : engine.statistics()) {
      found.synapticOps += layer.synapticOps;
      found.events += counts ? static_cast<double>(layer.events) : 0;
      found.energy += counts ? getEnergy(layer) : 0;
    }
    found.updates += counts;
    const double *all = isDecoded ? engine.decoded() : engine.output();
    std::vector<float> outputs(all + task.offset, all + task.offset + task.size);
    judge(isHeldOut(stream, n) ? found.heldOut : found.outputs, outputs,
          std::span(ann[stream]).subspan(n * task.size, task.size));
  }
  return "";
}

data::Result<StreamMeasurement> StreamBench::measure(func::FuncOp network, uint32_t steps) const {
  auto program = load(write, network, steps);
  if (!program)
    return data::Error{program.error()};
  if (auto problem = ::snn::checkUpdates(*program))
    return data::Error{problem->message};
  std::vector<StreamMeasurement> parts(streams.size());
  std::vector<std::string> problems(streams.size());
  parallelFor(threads, static_cast<int64_t>(streams.size()), [&](int64_t stream) {
    problems[stream] = follow(*program, steps, static_cast<size_t>(stream), parts[stream]);
  });
  for (const std::string &problem : problems)
    if (!problem.empty())
      return data::Error{problem};
  StreamMeasurement found;
  for (const StreamMeasurement &part : parts) {
    found.outputs += part.outputs;
    found.heldOut += part.heldOut;
    found.updates += part.updates;
    found.events += part.events;
    found.energy += part.energy;
    found.synapticOps += part.synapticOps;
  }
  return found;
}

/// What answers do not depend on taken away; of numbers the ANN's mean.
std::vector<float> StreamBench::centerOutputs(std::span<const float> outputs) const {
  std::vector<float> centered = center(task.metric, task.shape, outputs);
  for (size_t k = 0; !task.metric.hasAnswers() && k < task.size; ++k)
    centered[k] -= static_cast<float>(annMeans[k]);
  return centered;
}

/// Adds what one frame found.
void StreamBench::judge(Measurement &found, std::span<const float> outputs,
                        std::span<const float> wanted) const {
  std::vector<float> mine = centerOutputs(outputs), own = centerOutputs(wanted);
  found.images += 1;
  for (size_t k = 0; k < task.size; ++k) {
    found.both += mine[k] * own[k];
    found.own += mine[k] * mine[k];
    found.ann += own[k] * own[k];
    const double difference = static_cast<double>(outputs[k]) - wanted[k];
    found.missed += difference * difference;
  }
  auto getAgreementOf = [&](std::span<const float> these) {
    return task.metric.hasAnswers()
               ? ::snnc::getAgreement(getAnswers(task.metric, task.shape, these),
                                      getAnswers(task.metric, task.shape, wanted))
               : 1;
  };
  std::vector<float> exaggerated(task.size);
  for (size_t k = 0; k < task.size; ++k)
    exaggerated[k] = static_cast<float>(wanted[k] + safety * (outputs[k] - wanted[k]));
  found.agreeing += getAgreementOf(outputs);
  found.safe += getAgreementOf(exaggerated);
  found.numbers += task.metric.hasAnswers() ? 0 : 1;
}

} // namespace snnc::tune
