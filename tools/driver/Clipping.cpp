#include "tools/driver/Clipping.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace snnc {

namespace {

/// New images are a little beyond those of calibration here and there; of more than this share of a layer's values
/// one should know.
constexpr double kMuch = 0.01;

void countInputs(Clipping &clipping, const ::snn::InputRange &range, const data::Dataset &dataset) {
  std::vector<double> values(dataset.imageSize());
  uint64_t outside = 0;
  for (uint64_t i = 0; i < clipping.images; ++i) {
    dataset.image(static_cast<int64_t>(i), values.data());
    auto count = std::count_if(values.begin(), values.end(), [&](double value) {
      return value < range.min || value > range.max;
    });
    outside += static_cast<uint64_t>(count);
    clipping.inputImages += count > 0;
  }
  clipping.inputValues =
      static_cast<double>(outside) / static_cast<double>(clipping.images * values.size());
}

std::string describe(const Clipping &clipping) {
  std::string text;
  auto out = std::back_inserter(text);
  if (clipping.inputImages > 0)
    fmt::format_to(out, "{} of {} images have inputs outside of it ({:.2g} % of all values)",
                   clipping.inputImages, clipping.images, 100 * clipping.inputValues);
  if (clipping.neuronImages > 0)
    fmt::format_to(out,
                   "{}{} have neurons whose values are clipped ({:.2g} % of all, most in layer "
                   "'{}': {:.2g} %)",
                   text.empty() ? "" : ", ",
                   text.empty()
                       ? fmt::format("{} of {} images", clipping.neuronImages, clipping.images)
                       : fmt::format("{}", clipping.neuronImages),
                   100 * clipping.neurons, clipping.max, 100 * clipping.maxShare);
  return text;
}

} // namespace

Clipping findClipping(const ::snn::Program &program, const ::snn::BatchResult &result,
                      const data::Dataset &dataset, uint64_t images) {
  Clipping clipping = findNeuronClipping(program, result, images);
  if (program.inputRange())
    countInputs(clipping, *program.inputRange(), dataset);
  return clipping;
}

Clipping findNeuronClipping(const ::snn::Program &program, const ::snn::BatchResult &result,
                            uint64_t images) {
  Clipping clipping;
  clipping.images = images;
  clipping.neuronImages = result.samplesClipped;
  double clipped = 0, all = 0;
  for (size_t i = 0; i < result.unreachable.size(); ++i) {
    const ::snn::LayerInfo &layer = program.layers()[i];
    double values = static_cast<double>(layer.neurons) * static_cast<double>(images);
    double share = static_cast<double>(result.unreachable[i]) / values;
    clipping.layers.push_back(share);
    clipped += layer.isNeuron ? static_cast<double>(result.unreachable[i]) : 0;
    all += layer.isNeuron ? values : 0;
    if (share > clipping.maxShare) {
      clipping.maxShare = share;
      clipping.max = layer.name;
    }
  }
  clipping.neurons = all > 0 ? clipped / all : 0;
  return clipping;
}

std::string toText(const Clipping &clipping) {
  if (clipping.inputImages == 0 && clipping.neuronImages == 0)
    return "";
  return fmt::format("  beyond calibration  {}\n", describe(clipping));
}

std::string getWarning(const Clipping &clipping) {
  if (clipping.inputValues <= kMuch && clipping.maxShare <= kMuch)
    return "";
  return fmt::format(
      "the data go beyond what calibration showed: {}; calibrate on data like these, "
      "or widen ranges with --headroom of `snnc compile`",
      describe(clipping));
}

nlohmann::ordered_json toJSON(const Clipping &clipping) {
  return {{"input_images", clipping.inputImages},
          {"input_values", clipping.inputValues},
          {"neuron_images", clipping.neuronImages},
          {"neuron_values", clipping.neurons},
          {"layer", clipping.max},
          {"layer_values", clipping.maxShare}};
}

} // namespace snnc
