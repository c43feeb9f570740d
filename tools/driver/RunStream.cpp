#include "tools/driver/RunStream.h"

#include "compiler/data/Files.h"
#include "compiler/evaluate/Frames.h"
#include "compiler/support/Json.h"
#include "compiler/support/Ranks.h"
#include "snn/Streams.h"
#include "tools/driver/Diagnostics.h"
#include "tools/driver/Logits.h"
#include "tools/driver/Report.h"
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fmt/core.h>
#include <mutex>

namespace snnc {

namespace {

/// A frame, and how it compares with what the ANN gives for it.
struct Row {
  snn::FrameResult frame;
  std::optional<double> agreement; ///< of the first output
  double rmsError = 0;             ///< likewise
  std::vector<float> outputs, ann; ///< of all outputs, where they are kept
};

/// Sums over all frames, and over those that are not the first of a stream.
struct Totals {
  uint64_t frames = 0, updates = 0;
  double events = 0, operations = 0, agreement = 0, seconds = 0; ///< of updates

  void add(const Row &row) {
    ++frames;
    if (row.frame.frame == 0)
      return;
    ++updates;
    events += static_cast<double>(row.frame.events);
    operations += static_cast<double>(row.frame.synapticOps);
    agreement += row.agreement.value_or(0);
    seconds += row.frame.seconds;
  }
};

/// What `snnc run --stream` finds, frame by frame.
class StreamRun {
public:
  StreamRun(const snn::Program &program, const RunOptions &options, std::vector<OutputTask> tasks,
            FrameReader &reader)
      : program(program), options(options), tasks(std::move(tasks)), reader(reader),
        keepsOutputs(!options.json.empty() || !options.logits.empty() ||
                     !options.annLogits.empty()),
        isLive(options.json != "-" && reader.streams() == 1) {}

  int run();

private:
  void printHead() const;
  data::Status writeFiles(const snn::StreamResult &result);
  const snn::Program &program;
  const RunOptions &options;
  std::vector<OutputTask> tasks;
  FrameReader &reader;
  bool keepsOutputs;
  bool isLive; ///< rows are printed as they come, and kept only where a report wants them
  std::vector<Row> rows;
  Totals totals;
  std::mutex mutex;
  std::string problem; ///< why a frame cannot be read
  std::atomic<uint64_t> framesOutside = 0, valuesOutside = 0;

  bool read(uint64_t stream, uint64_t frame, double *values);
  void visit(const snn::FrameResult &frame, const double *outputs, const double *ann);
  snn::BatchResult collect(const snn::StreamResult &result) const;
  nlohmann::ordered_json describeFrames() const;
  nlohmann::ordered_json describeUpdates() const;
  void print(const Row &row) const;
  void printSummary(const snn::StreamResult &result) const;
  Clipping findClipping(const snn::BatchResult &result) const;
  uint32_t steps() const { return options.steps ? options.steps : program.steps(); }
  double perMac(double operations) const {
    return operations / static_cast<double>(std::max<uint64_t>(program.annMacs(), 1));
  }
};

bool StreamRun::read(uint64_t stream, uint64_t frame, double *values) {
  auto found = reader.read(stream, frame, values);
  if (!found) {
    std::lock_guard lock(mutex);
    if (problem.empty())
      problem = found.error();
    return false;
  }
  if (*found && program.inputRange()) {
    const snn::InputRange range = *program.inputRange();
    auto count = std::count_if(values, values + program.inputSize(), [&](double value) {
      return value < range.min || value > range.max;
    });
    valuesOutside += static_cast<uint64_t>(count);
    framesOutside += count > 0;
  }
  return *found;
}

void StreamRun::visit(const snn::FrameResult &frame, const double *outputs, const double *ann) {
  Row row{frame,
          std::nullopt,
          0,
          {outputs, outputs + program.outputSize()},
          {ann, ann + program.outputSize()}};
  const OutputTask &task = tasks.front();
  const std::vector<float> found = task.pick(row.outputs, program.outputSize()),
                           wanted = task.pick(row.ann, program.outputSize());
  if (task.metric.hasAnswers())
    row.agreement = getAgreement(getAnswers(task.metric, task.shape, found),
                                 getAnswers(task.metric, task.shape, wanted));
  row.rmsError = getErrors(task.size, found, wanted).rootMeanSquare;
  if (!keepsOutputs)
    row.outputs = row.ann = {};
  totals.add(row);
  if (isLive)
    print(row);
  if (keepsOutputs || !isLive)
    rows.push_back(std::move(row));
}

/// As if the frames had been images.
snn::BatchResult StreamRun::collect(const snn::StreamResult &result) const {
  snn::BatchResult batch;
  batch.steps = {steps()};
  batch.outputs.emplace_back();
  for (const Row &row : rows) {
    batch.outputs[0].insert(batch.outputs[0].end(), row.outputs.begin(), row.outputs.end());
    batch.ann.insert(batch.ann.end(), row.ann.begin(), row.ann.end());
  }
  batch.layers = result.layers;
  batch.unreachable = result.unreachable;
  batch.samplesClipped = result.framesClipped;
  batch.seconds = result.seconds / result.atOnce;
  batch.processorSeconds = result.processorSeconds;
  batch.threads = result.threads;
  batch.threadsPerSample = result.threads / result.atOnce;
  batch.layerThreads = result.layerThreads;
  return batch;
}

Clipping StreamRun::findClipping(const snn::BatchResult &result) const {
  Clipping clipping = findNeuronClipping(program, result, totals.frames);
  clipping.inputImages = framesOutside;
  clipping.inputValues =
      static_cast<double>(valuesOutside) / static_cast<double>(totals.frames * program.inputSize());
  return clipping;
}

/// An error counts in units of the spread that the ANN's outputs have over all frames.
nlohmann::ordered_json StreamRun::describeFrames() const {
  std::vector<float> all;
  const OutputTask &task = tasks.front();
  for (const Row &row : rows) {
    const std::vector<float> wanted = task.pick(row.ann, program.outputSize());
    all.insert(all.end(), wanted.begin(), wanted.end());
  }
  Errors errors = getErrors(task.size, all, all);
  nlohmann::ordered_json frames = nlohmann::ordered_json::array();
  for (const Row &row : rows) {
    nlohmann::ordered_json json;
    if (reader.streams() > 1)
      json["stream"] = row.frame.stream;
    json["frame"] = row.frame.frame;
    json["events"] = row.frame.events;
    json["input_events"] = row.frame.inputEvents;
    json["synaptic_ops"] = row.frame.synapticOps;
    json["steps"] = row.frame.steps;
    json["active_layers"] = row.frame.activeLayers;
    if (row.agreement)
      json["agreement"] = *row.agreement;
    errors.rootMeanSquare = row.rmsError;
    json["output_error"] = errors.getRelative();
    json["microseconds"] = row.frame.seconds * 1e6;
    frames.push_back(std::move(json));
  }
  return frames;
}

/// Means over all frames but the first of each stream.
nlohmann::ordered_json StreamRun::describeUpdates() const {
  nlohmann::ordered_json json;
  json["frames"] = totals.updates;
  if (totals.updates == 0)
    return json;
  const auto updates = static_cast<double>(totals.updates);
  json["events"] = totals.events / updates;
  json["synaptic_ops"] = totals.operations / updates;
  json["synaptic_ops_per_mac"] = perMac(totals.operations / updates);
  if (tasks.front().metric.hasAnswers())
    json["agreement"] = totals.agreement / updates;
  json["microseconds"] = totals.seconds / updates * 1e6;
  return json;
}

void StreamRun::print(const Row &row) const {
  const snn::FrameResult &frame = row.frame;
  if (reader.streams() > 1)
    fmt::print("  {:>6}", frame.stream);
  fmt::print("  {:>6} {:>10} {:>12} {:>14} {:>10.4f} {:>6} {:>7} {:>10.0f} {:>10} {:>10.4g}\n",
             frame.frame, frame.inputEvents, frame.events, frame.synapticOps,
             perMac(static_cast<double>(frame.synapticOps)), frame.steps, frame.activeLayers,
             frame.seconds * 1e6, row.agreement ? fmt::format("{:.4f}", *row.agreement) : "",
             row.rmsError);
  std::fflush(stdout);
}

void StreamRun::printSummary(const snn::StreamResult &result) const {
  if (!isLive)
    for (const Row &row : rows)
      print(row);
  nlohmann::ordered_json updates = describeUpdates();
  const double count = updates["frames"];
  if (count > 0)
    fmt::print("\n  updates             {}: {:.4f} synaptic operations per multiply-accumulate of "
               "the ANN ({:.0f} of {}), {:.0f} us{}\n",
               count, updates["synaptic_ops_per_mac"].get<double>(),
               updates["synaptic_ops"].get<double>(), program.annMacs(),
               updates["microseconds"].get<double>(),
               updates.contains("agreement")
                   ? fmt::format(", agreement {:.4f}", updates["agreement"].get<double>())
                   : "");
  fmt::print("  frames per second   {:.1f} on {} thread{}\n",
             static_cast<double>(totals.frames) * result.atOnce / result.seconds, result.threads,
             result.threads == 1 ? "" : "s");
}

void StreamRun::printHead() const {
  fmt::print("{}: frames of {} stream{}, in up to {} time steps each\n\n{}  {:>6} {:>10} {:>12} "
             "{:>14} {:>10} {:>6} {:>7} {:>10} {:>10} {:>10}\n",
             program.model(), reader.streams(), reader.streams() == 1 ? "" : "s", steps(),
             reader.streams() > 1 ? "  stream" : "", "frame", "input", "events", "synaptic ops",
             "per MAC", "steps", "layers", "us", "agreement", "rms error");
}

/// What was found, and what was asked for in files.
data::Status StreamRun::writeFiles(const snn::StreamResult &result) {
  const snn::BatchResult batch = collect(result);
  const Clipping clipping = findClipping(batch);
  if (std::string warning = getWarning(clipping); !warning.empty()) {
    std::fflush(stdout);
    printWarning(options.data.empty() ? warning : options.data + ": " + warning);
  }
  if (!options.json.empty()) {
    Report report = makeReport(program, batch, tasks);
    report.clipping = clipping;
    for (size_t i = 0; i < report.layers.size(); ++i)
      report.layers[i].clipped = clipping.layers[i];
    report.order = options.order == "steps" ? "steps" : "layers";
    report.orderBy = options.order == "auto" ? "costs" : "user";
    report.orderChoice = snn::chooseOrder(program, steps());
    report.peakMemory = getPeakMemory();
    nlohmann::ordered_json json = toJSON(report);
    json["streams"] = reader.streams();
    json["input_threshold"] = options.inputThreshold;
    json["updates"] = describeUpdates();
    json["frames"] = describeFrames();
    const std::string text = toText(json, 2);
    if (options.json == "-")
      fmt::print("{}", text);
    else if (auto status = data::writeFile(options.json, std::as_bytes(std::span(text))); !status)
      return status;
  }
  if (!options.logits.empty())
    if (auto status = writeLogits(options.logits, program, batch); !status)
      return status;
  return options.annLogits.empty() ? data::success()
                                   : writeAnnLogits(options.annLogits, program, batch);
}

int StreamRun::run() {
  auto fail = [](const std::string &message) {
    printError(message);
    return 1;
  };
  const bool hasText = options.json != "-";
  if (hasText)
    printHead();
  snn::StreamOptions stream;
  stream.steps = options.steps;
  stream.threads = options.threads;
  stream.inputThreshold = options.inputThreshold;
  if (options.order == "steps")
    stream.order = snn::Order::Steps;
  stream.visit = [&](const snn::FrameResult &frame, const double *outputs, const double *ann) {
    visit(frame, outputs, ann);
  };
  auto source = [&](uint64_t index, uint64_t frame, double *values) {
    return read(index, frame, values);
  };
  auto result = snn::runStreams(program, reader.streams(), source, stream);
  const std::string place = options.data.empty() ? "" : options.data + ": ";
  if (!problem.empty())
    return fail(place + problem);
  if (!result)
    return fail(place + result.error());
  std::sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) {
    return std::tie(a.frame.stream, a.frame.frame) < std::tie(b.frame.stream, b.frame.frame);
  });
  if (hasText)
    printSummary(*result);
  auto status = writeFiles(*result);
  return status ? 0 : fail(status.error());
}

} // namespace

int runStream(const RunOptions &options) {
  auto fail = [](const std::string &message) {
    printError(message);
    return 1;
  };
  if (ranks::count() > 1)
    return fail("a stream is followed by one process: start it without mpirun");
  auto program = snn::Program::load(options.program);
  if (!program)
    return fail(program.error());
  if (auto problem = snn::checkUpdates(*program))
    return fail(options.program + ": " + problem->message);
  std::string warning;
  auto tasks = planTasks(*program, options.metrics, data::Dataset(), 0, warning);
  if (!tasks)
    return fail(tasks.error());
  data::Result<std::unique_ptr<FrameReader>> reader =
      options.frames == "-" ? openPipe(stdin, *program, options.limit)
                            : openFrames(options.data, *program, options.limit);
  if (!reader)
    return fail(reader.error());
  return StreamRun(*program, options, std::move(*tasks), **reader).run();
}

} // namespace snnc
