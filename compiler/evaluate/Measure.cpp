#include "compiler/evaluate/Measure.h"

#include "compiler/data/InputParts.h"
#include "compiler/evaluate/SharedBatch.h"
#include "compiler/support/Parallel.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace snnc {

namespace {

/// Images at most, and how many there are whatever they cost.
constexpr int64_t kMax = 200, kMin = 8;
/// What measuring may take, in multiply-accumulates and synaptic operations: some seconds.
constexpr uint64_t kOperations = 10'000'000'000;
/// Images on which layers are compared.
constexpr size_t kLayerImages = 16;

/// An output is expected to be off by so many last steps for the root of each layer, and by so many units in the last
/// place of its weights. Both are a few times what good networks are off by (docs/guides/driver.md).
constexpr double kPerStep = 8, kPerWeightUnit = 8;
/// What numbers of 32 bits alone may differ by, and functions that stand for others.
constexpr double kMinExpected = 0.02;
/// More answers than this share, by more than luck explains, or outputs that are off by more, are worth a warning
/// whatever explains them.
constexpr double kOtherAnswers = 0.1, kFarOff = 0.3;

/// Which images: spread over the file, which may be sorted by class.
std::vector<int64_t> chooseImages(const data::Dataset &dataset, int64_t count) {
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < count; ++i)
    indices.push_back(i * dataset.size() / count);
  return indices;
}

data::Result<::snn::BatchResult> runProgram(const ::snn::Program &program,
                                            const data::Dataset &dataset,
                                            const std::vector<int64_t> &indices) {
  ::snn::BatchOptions options;
  options.steps = program.steps();
  auto result = runSharedBatch(
      program, indices.size(),
      [&](uint64_t i, double *values) { dataset.image(indices[i], values); }, options);
  if (!result)
    return data::Error{result.error()};
  return std::move(*result);
}

/// How many images there are time for: by operations, so that it is the same on every machine.
data::Result<int64_t> countImages(const RealNetwork &imported, const ::snn::Program &program,
                                  const data::Dataset &dataset) {
  auto first = runProgram(program, dataset, {0});
  if (!first)
    return data::Error{first.error()};
  uint64_t operations = 1 + imported.countMACs() + program.annMacs();
  for (const ::snn::LayerStatistics &layer : first->layers)
    operations += layer.synapticOps + layer.updates;
  auto affordable = static_cast<int64_t>(kOperations / operations);
  return std::min({dataset.size(), kMax, std::max(affordable, kMin)});
}

/// The outputs of the network itself, one row for each image.
data::Result<std::vector<float>> runNetwork(const RealNetwork &network,
                                            const data::Dataset &dataset,
                                            const std::vector<int64_t> &indices, size_t size) {
  std::vector<float> outputs(indices.size() * size);
  std::vector<std::string> errors(indices.size());
  parallelFor(getThreads(), static_cast<int64_t>(indices.size()), [&](int64_t i) {
    auto row = network.run(dataset, indices[i]);
    if (!row)
      errors[i] = row.error();
    else if (row->size() != size)
      errors[i] = fmt::format("the network has {} outputs, its program {}", row->size(), size);
    else
      std::copy(row->begin(), row->end(), outputs.begin() + i * static_cast<int64_t>(size));
  });
  for (const std::string &error : errors)
    if (!error.empty())
      return data::Error{error};
  return outputs;
}

data::Result<data::Dataset> loadImages(const ::snn::Program &program, const std::string &file) {
  return data::Dataset::load(file, {}, getInputParts(program));
}

::snn::InputRange getRange(const data::Dataset &dataset) {
  ::snn::InputRange range;
  std::vector<double> values(dataset.imageSize());
  for (int64_t i = 0; i < dataset.size(); ++i) {
    dataset.image(i, values.data());
    auto [min, max] = std::minmax_element(values.begin(), values.end());
    range.min = i == 0 ? *min : std::min(range.min, *min);
    range.max = i == 0 ? *max : std::max(range.max, *max);
  }
  return range;
}

/// Errors are shares of what neurons send. Outputs that vary little about large means feel them more.
double getExpected(const MeasureOptions &options, const Errors &errors) {
  double steps = kPerStep * options.lastStep * std::sqrt(static_cast<double>(options.depth));
  double weights = options.weightBits > 0
                       ? kPerWeightUnit * std::ldexp(1.0, 1 - static_cast<int>(options.weightBits))
                       : 0;
  double scale = errors.spread > 0 ? std::max(1.0, errors.magnitude / errors.spread) : 1;
  return scale * std::max(kMinExpected, std::hypot(steps, weights));
}

/// Whether so many of `count` answers are others that a tenth of others would hardly ever show as many.
bool areManyOthers(double agreement, double count) {
  double others = (1 - agreement) * count;
  return others >
         kOtherAnswers * count + 1.645 * std::sqrt(kOtherAnswers * (1 - kOtherAnswers) * count);
}

bool isDoubtful(const Measured::Output &output, const Measured &measured) {
  const Judgement &judgement = output.judgement;
  double error = judgement.errors.getRelative();
  if (!std::isfinite(error) || (output.metric.hasErrors() && error > output.expected))
    return true;
  return judgement.agreement
             ? areManyOthers(*judgement.agreement, static_cast<double>(measured.images))
             : error > kFarOff;
}

/// What is wrong with `output`, before anyone knows why.
std::string describe(const Measured::Output &output, const Measured &measured,
                     const MeasureOptions &options) {
  std::string text = measured.outputs.size() > 1 ? fmt::format("output '{}': ", output.name) : "";
  auto out = std::back_inserter(text);
  double error = output.judgement.errors.getRelative();
  if (output.judgement.agreement)
    fmt::format_to(out, "the program gives {:.1f} % of the network's answers",
                   100 * *output.judgement.agreement);
  else
    fmt::format_to(out, "the program explains {:.1f} % of the network's outputs",
                   100 * std::max(0.0, output.judgement.errors.getR2()));
  fmt::format_to(out, " on {} calibration images; ", measured.images);
  if (!std::isfinite(error)) {
    text += "some outputs are not numbers";
    return text;
  }
  std::string cause = options.weightBits > 0
                          ? fmt::format("schedule and {}-bit weights explain", options.weightBits)
                          : "the schedule explains";
  fmt::format_to(out, "outputs are off by {:.3g} of their spread, and {} up to {:.2g}", error,
                 cause, output.expected);
  return text;
}

/// The bits that there could be more of.
std::string adviseBits(const MeasureOptions &options) {
  std::string weights = options.weightBits < 8 ? "--weight-bits 8" : "",
              states = options.stateBits < 32 ? "--state-bits 32" : "",
              both =
                  weights.empty() || states.empty() ? weights + states : weights + " and " + states;
  return both.empty() ? "" : both + " would keep more, and ";
}

/// Where it comes from, and what would help.
std::string explain(const Measured::Output &output, const std::vector<LayerError> &layers,
                    const MeasureOptions &options) {
  const bool isFixed = options.weightBits > 0;
  const std::string moreSteps =
      "more steps or a finer schedule would help (--steps, --schedule), or a larger --skew";
  if (const LayerError *first = findDeparture(layers)) {
    std::string text = fmt::format("layer '{}' is the first that departs (by {:.2g} of its "
                                   "activations)",
                                   first->name, first->total);
    if (first->following > first->total / 2)
      return text + ": its neurons do not come to their values; " + moreSteps;
    if (isFixed)
      return text + ": what it receives was rounded too far; " + adviseBits(options) +
             "without --quantize nothing is rounded";
    return text + ": it does not receive what the network's layer does";
  }
  double ann = output.annErrors.getRelative(), all = output.judgement.errors.getRelative();
  if (isFixed && !(ann < all / 2))
    return "errors add up along the layers, most of them of rounded weights; " +
           adviseBits(options) + "without --quantize nothing is rounded";
  if (!isFixed && ann > kMinExpected)
    return "the outputs of its neurons' functions are off already, without any time steps; "
           "`snnc check` shows what was approximated";
  return "errors add up along the layers; " + moreSteps;
}

} // namespace

data::Result<Measured> measure(const RealNetwork &imported, const RealNetwork &ported,
                               const ::snn::Program &program, const MeasureOptions &options) {
  auto dataset = loadImages(program, options.data);
  if (!dataset)
    return data::Error{dataset.error()};
  auto count = countImages(imported, program, *dataset);
  if (!count)
    return data::Error{count.error()};
  std::vector<int64_t> indices = chooseImages(*dataset, *count);
  auto result = runProgram(program, *dataset, indices);
  if (!result)
    return data::Error{result.error()};
  auto wanted = runNetwork(imported, *dataset, indices, program.outputSize());
  if (!wanted)
    return data::Error{wanted.error()};
  std::string ignored;
  auto tasks = planTasks(program, options.metrics, *dataset, dataset->size(), ignored);
  if (!tasks)
    return data::Error{tasks.error()};
  Measured measured;
  measured.images = indices.size();
  measured.inputRange = getRange(*dataset);
  for (OutputTask &task : *tasks) {
    task.truth = {}; // labels say what an output is for; the network says what it should be
    std::vector<float> own = task.pick(*wanted, program.outputSize());
    Judgement judgement = judge(task, task.pick(result->outputs.back(), program.outputSize()), own);
    Errors ann = judge(task, task.pick(result->ann, program.outputSize()), own).errors;
    double expected = getExpected(options, judgement.errors);
    measured.outputs.push_back({task.name, task.metric, judgement, ann, expected});
  }
  for (const Measured::Output &output : measured.outputs) {
    if (!isDoubtful(output, measured))
      continue;
    indices.resize(std::min(indices.size(), kLayerImages));
    auto layers = compareLayers(ported, program, *dataset, indices);
    if (!layers)
      return data::Error{layers.error()};
    measured.warning =
        describe(output, measured, options) + "; " + explain(output, *layers, options);
    break;
  }
  return measured;
}

std::string toText(const Measured &measured) {
  std::string text;
  auto out = std::back_inserter(text);
  for (const Measured::Output &output : measured.outputs) {
    const Errors &errors = output.judgement.errors;
    std::string name = measured.outputs.size() > 1 ? fmt::format("output '{}', ", output.name) : "";
    fmt::format_to(out, "  {}beside the network as imported, on {} calibration images: ", name,
                   measured.images);
    if (output.judgement.agreement)
      fmt::format_to(out, "agreement {:.4f}, ", *output.judgement.agreement);
    else
      fmt::format_to(out, "R2 {:.4f}, ", errors.getR2());
    fmt::format_to(out, "error {:.4f} of the outputs' spread, {:.4g} at most\n",
                   errors.getRelative(), errors.largest);
  }
  return text;
}

std::vector<::snn::Reference> toReferences(const Measured &measured) {
  std::vector<::snn::Reference> references;
  for (const Measured::Output &output : measured.outputs)
    references.push_back({output.name, toText(output.metric), measured.images,
                          output.judgement.agreement, output.judgement.errors.getRelative()});
  return references;
}

} // namespace snnc
