//===- WeightLayout: which channels weights connect ---------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SNN_WEIGHTLAYOUT_H
#define SNNC_DIALECTS_SNN_WEIGHTLAYOUT_H

#include "llvm/ADT/ArrayRef.h"
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace snnc::snn {

/// Channels of a stream: the indices along one of its dimensions. Elements are counted row by row.
struct ChannelView {
  int64_t count = 0; ///< channels
  int64_t inner = 1; ///< elements of one channel that lie one behind the other

  ChannelView() = default;
  ChannelView(llvm::ArrayRef<int64_t> shape, size_t dimension) : count(shape[dimension]) {
    for (int64_t size : shape.drop_front(dimension + 1))
      inner *= size;
  }

  int64_t of(int64_t element) const { return element / inner % count; }
  /// The first element of a channel.
  int64_t first(int64_t channel) const { return channel * inner; }
};

/// One number per channel of `numbers`, one per element, when it is the same all over each channel.
inline std::optional<std::vector<double>> takeChannels(const std::vector<double> &numbers,
                                                       ChannelView view) {
  std::vector<double> channels(static_cast<size_t>(view.count));
  for (int64_t channel = 0; channel < view.count; ++channel)
    channels[channel] = numbers[view.first(channel)];
  for (size_t i = 0; i < numbers.size(); ++i)
    if (numbers[i] != channels[view.of(static_cast<int64_t>(i))])
      return std::nullopt;
  return channels;
}

/// One number for each of `elements`, from one per channel.
inline std::vector<double> spreadChannels(const std::vector<double> &channels, ChannelView view,
                                          int64_t elements) {
  std::vector<double> numbers(static_cast<size_t>(elements));
  for (int64_t i = 0; i < elements; ++i)
    numbers[i] = channels[view.of(i)];
  return numbers;
}

/// How the weights of a synapse lie. An output channel of its current hears `inputs` channels of its stream, those of its
/// group, through `taps` weights each; outputs are divided among groups in order. A bias has one number per output channel.
struct WeightLayout {
  int64_t outputs = 0; ///< channels of the current
  int64_t inputs = 0;  ///< channels of the stream that each of them hears
  int64_t taps = 1;    ///< weights from one channel to one other
  int64_t groups = 1;
  int64_t outputStride = 0, inputStride = 0; ///< in weights; taps lie one behind the other
  size_t inDimension = 0, outDimension = 0;  ///< of channels, in the stream and in the current

  int64_t getFanIn() const { return inputs * taps; }
  /// The position of a weight: `input` counts from the first channel of the output's group.
  int64_t getWeight(int64_t output, int64_t input, int64_t tap) const {
    return output * outputStride + input * inputStride + tap;
  }
  /// The channel of the stream that `output` hears as its `input`-th.
  int64_t getChannel(int64_t output, int64_t input) const {
    return output / (outputs / groups) * inputs + input;
  }

  /// Calls `visit(weight, output, channel)` for each weight: its position, and the channels that it connects, of the current and
  /// of the stream. In order of output, input, tap.
  template <typename Visit>
  void forEachWeight(Visit visit) const {
    for (int64_t output = 0; output < outputs; ++output)
      for (int64_t input = 0; input < inputs; ++input)
        for (int64_t tap = 0; tap < taps; ++tap)
          visit(getWeight(output, input, tap), output, getChannel(output, input));
  }
};

} // namespace snnc::snn

#endif
