#include "tools/driver/QuantizationReport.h"

#include "compiler/data/Dataset.h"
#include "compiler/data/InputParts.h"
#include "compiler/evaluate/SharedBatch.h"
#include "compiler/support/Text.h"
#include "dialects/snn/Attributes.h"
#include "dialects/snn/SNN.h"
#include "targets/cpu/ProgramWriter.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

using namespace mlir;

namespace snnc {

namespace {

/// The narrowest weights on the way to `current` from the populations before it.
unsigned getWeightBits(Value current) {
  auto synapse = current.getDefiningOp<snn::SynapseOpInterface>();
  if (!synapse)
    return 0;
  unsigned bits = 0;
  auto include = [&](unsigned other) {
    bits = bits && other ? std::min(bits, other) : bits + other;
  };
  if (auto weighted = dyn_cast<snn::WeightedOpInterface>(synapse.getOperation()))
    include(cast<RankedTensorType>(weighted.getWeight().getType()).getElementTypeBitWidth());
  for (Value stream : synapse.getStreams())
    include(getWeightBits(stream));
  return bits;
}

QuantizationReport::Layer describe(snn::NeuronOp neuron) {
  QuantizationReport::Layer layer;
  snn::FixedNeuronAttr fixed = *neuron.getFixed();
  layer.name = cpu::getName(neuron);
  for (Value current : neuron.getCurrents())
    layer.weightBits = std::max(layer.weightBits, getWeightBits(current));
  layer.stateBits = fixed.getState();
  layer.eventFraction = fixed.getEventFraction();
  layer.operandFraction = fixed.getOperandFraction();
  if (auto seen = neuron->getAttrOfType<DictionaryAttr>(snn::kQuantizationAttrName)) {
    layer.min = seen.getAs<FloatAttr>("min").getValueAsDouble();
    layer.max = seen.getAs<FloatAttr>("max").getValueAsDouble();
    layer.saturated = seen.getAs<IntegerAttr>("saturated").getInt();
    layer.seen = seen.getAs<IntegerAttr>("seen").getInt();
  }
  return layer;
}

struct Outputs {
  std::vector<float> numbers; ///< of all images after the last step, one row each
  uint64_t operations = 0;    ///< synaptic ones
};

data::Result<::snn::Program> load(const std::vector<uint8_t> &bytes) {
  auto *first = reinterpret_cast<const std::byte *>(bytes.data());
  auto program = ::snn::Program::fromBytes({first, first + bytes.size()}, "network");
  if (!program)
    return data::Error{program.error()};
  return std::move(*program);
}

data::Result<Outputs> getOutputs(const ::snn::Program &program, const data::Dataset &dataset,
                                 uint64_t images) {
  ::snn::BatchOptions options;
  options.steps = program.steps();
  options.reportAt = {program.steps()};
  options.evaluateAnn = false;
  auto result = runSharedBatch(
      program, images,
      [&](uint64_t i, double *values) { dataset.image(static_cast<int64_t>(i), values); }, options);
  if (!result)
    return data::Error{result.error()};
  Outputs outputs{std::move(result->outputs.back()), 0};
  for (const ::snn::LayerStatistics &layer : result->layers)
    outputs.operations += layer.synapticOps;
  return outputs;
}

/// How many images of `real` are compared: a second's work or two, but never only a few.
data::Result<uint64_t> countImages(const ::snn::Program &real, const data::Dataset &dataset,
                                   uint64_t limit) {
  constexpr uint64_t kOperations = 50'000'000'000, kMin = 50;
  auto first = getOutputs(real, dataset, 1);
  if (!first)
    return data::Error{first.error()};
  const uint64_t affordable = kOperations / std::max<uint64_t>(first->operations, 1);
  return std::min({limit, static_cast<uint64_t>(dataset.size()), std::max(affordable, kMin)});
}

} // namespace

data::Result<QuantizationReport> makeReport(func::FuncOp network, const std::vector<uint8_t> &real,
                                            const std::vector<uint8_t> &fixed,
                                            const std::string &data, uint64_t limit) {
  QuantizationReport report;
  for (auto neuron : network.getOps<snn::NeuronOp>())
    report.layers.push_back(describe(neuron));
  for (auto decode : network.getOps<snn::DecodeOp>())
    report.outputFractions.push_back(decode.getFixed()->getFraction());
  if (data.empty())
    return report;
  auto dataset = data::Dataset::load(data, {}, getInputParts(network));
  if (!dataset)
    return data::Error{dataset.error()};
  auto floats = load(real);
  if (!floats)
    return data::Error{floats.error()};
  auto integers = load(fixed);
  if (!integers)
    return data::Error{integers.error()};
  auto images = countImages(*floats, *dataset, limit);
  if (!images)
    return data::Error{images.error()};
  report.images = *images;
  auto before = getOutputs(*floats, *dataset, report.images);
  if (!before)
    return data::Error{before.error()};
  auto after = getOutputs(*integers, *dataset, report.images);
  if (!after)
    return data::Error{after.error()};
  const size_t numbers = before->numbers.size(), classes = numbers / report.images;
  size_t same = 0;
  for (uint64_t i = 0; i < report.images; ++i) {
    auto a = before->numbers.begin() + static_cast<std::ptrdiff_t>(i * classes);
    auto b = after->numbers.begin() + static_cast<std::ptrdiff_t>(i * classes);
    auto size = static_cast<std::ptrdiff_t>(classes);
    same += std::max_element(a, a + size) - a == std::max_element(b, b + size) - b;
    for (size_t c = 0; c < classes; ++c) {
      double error = std::abs(static_cast<double>(a[c]) - static_cast<double>(b[c]));
      report.largestError = std::max(report.largestError, error);
      report.meanError += error / static_cast<double>(numbers);
    }
  }
  report.agreement = static_cast<double>(same) / static_cast<double>(report.images);
  return report;
}

std::string toText(const QuantizationReport &report) {
  std::string text;
  auto out = std::back_inserter(text);
  if (!report.layers.empty()) {
    fmt::format_to(out, "  {:<24} {:>7} {:>6} {:>6} {:>8} {:>10} {:>10} {:>10}\n", "layer",
                   "weights", "states", "events", "operands", "min", "max", "saturated");
    for (const QuantizationReport::Layer &layer : report.layers)
      fmt::format_to(out, "  {:<24} {:>7} {:>6} {:>6} {:>8} {:>10.3f} {:>10.3f} {:>10}\n",
                     showText(layer.name), layer.weightBits, layer.stateBits, layer.eventFraction,
                     layer.operandFraction, layer.min, layer.max, layer.saturated);
    fmt::format_to(out,
                   "  (bits of weights and states, fraction bits of events and operands; estimates "
                   "on the images)\n");
  }
  for (auto [i, fraction] : llvm::enumerate(report.outputFractions))
    fmt::format_to(out, "  an integer of output {} is worth 2^{}\n", i, -fraction);
  if (report.images > 0)
    fmt::format_to(
        out,
        "  beside its network in real numbers, on {} calibration images: agreement {:.3f}, outputs "
        "differ by {:.4f} on average and {:.4f} at most\n",
        report.images, report.agreement, report.meanError, report.largestError);
  return text;
}

nlohmann::ordered_json toJSON(const QuantizationReport &report) {
  nlohmann::ordered_json json;
  json["images"] = report.images;
  json["agreement"] = report.agreement;
  json["mean_error"] = report.meanError;
  json["largest_error"] = report.largestError;
  json["output_fractions"] = report.outputFractions;
  json["layers"] = nlohmann::ordered_json::array();
  for (const QuantizationReport::Layer &layer : report.layers)
    json["layers"].push_back({{"name", layer.name},
                              {"weight_bits", layer.weightBits},
                              {"state_bits", layer.stateBits},
                              {"event_fraction", layer.eventFraction},
                              {"operand_fraction", layer.operandFraction},
                              {"min", layer.min},
                              {"max", layer.max},
                              {"saturated", layer.saturated},
                              {"seen", layer.seen}});
  return json;
}

} // namespace snnc
