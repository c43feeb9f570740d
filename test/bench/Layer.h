//===- Layer: a convolution as the benchmarks take it -------------------------------------------------------===//
#ifndef SNN_TEST_BENCH_LAYER_H
#define SNN_TEST_BENCH_LAYER_H

#include "runtime/src/plan/Deliveries.h"
#include <random>

namespace snn::bench {

template <typename T>
constexpr bool kIsInteger = std::is_same_v<T, int32_t>;

/// A convolution of a square image; a depthwise one has as many outputs as inputs.
struct Shape {
  uint32_t inputs, outputs, size, kernel = 3;
  bool isDepthwise = false;
};

/// One of signs: in real numbers, or in integers whose weights have 8 bits.
template <typename T>
class Layer {
public:
  /// 3x3, of `channels` to as many.
  Layer(uint32_t channels, uint32_t size) : Layer(Shape{channels, channels, size}) {}
  explicit Layer(const Shape &shape)
      : numbers(size_t{shape.outputs} * (shape.isDepthwise ? 1 : shape.inputs) * shape.kernel *
                shape.kernel),
        accumulator(size_t{shape.outputs} * shape.size * shape.size) {
    std::mt19937 random(1);
    for (Weight &number : numbers)
      number = kIsInteger<T>
                   ? static_cast<Weight>(static_cast<int>(random() % 81) - 40)
                   : static_cast<Weight>(std::uniform_real_distribution<float>(-1, 1)(random));
    detail::Network network;
    const detail::Shape in{shape.inputs, shape.size, shape.size},
        out{shape.outputs, shape.size, shape.size};
    network.streams = {{in, uint64_t{shape.inputs} * shape.size * shape.size, true,
                        detail::SpikeCode::Sign, false},
                       {out, size(), false, detail::SpikeCode::Sign, false}};
    network.costs = kMeasuredCosts;
    plan.deliveries.push_back(
        detail::makeDelivery<T>(network, makeOperation(shape), 0, detail::Numbers::Signed));
    plan.tasks = {{detail::Task::Kind::Deliver}};
    plan.groups = {{{0}}};
    scratch.reserve(delivery());
  }

  const detail::Delivery<T> &delivery() const { return plan.deliveries.front(); }
  uint64_t size() const { return accumulator.size(); }

private:
  using Weight = std::conditional_t<kIsInteger<T>, int8_t, float>;
  std::vector<Weight> numbers;

  detail::Operation makeOperation(const Shape &shape) {
    detail::Operation conv;
    conv.kind = detail::Operation::Kind::Conv;
    conv.inputs = {0};
    conv.output = 1;
    conv.group = shape.isDepthwise ? shape.inputs : 1;
    conv.weight.shape = {shape.outputs, shape.inputs / conv.group, shape.kernel, shape.kernel};
    conv.weight.data = reinterpret_cast<const uint8_t *>(numbers.data());
    conv.weight.size = numbers.size();
    if (kIsInteger<T>)
      conv.weight.element = detail::TensorView::Element::I8;
    conv.strides = conv.dilations = {1, 1};
    const auto pad = static_cast<int32_t>(shape.kernel / 2);
    conv.pads = {pad, pad, pad, pad};
    return conv;
  }

public:
  detail::TypedPlan<T> plan; ///< of one delivery
  detail::Scratch<T> scratch;
  std::vector<T> accumulator;
};

/// Events that are bits, of the given density; of signed ones every second is negative.
template <typename T>
detail::Events<T>
makeBits(uint64_t size, double density,
         typename detail::Events<T>::Form form = detail::Events<T>::Form::Uniform) {
  detail::Events<T> events(size, form);
  events.uniform = kIsInteger<T> ? T(6) : T(0.5);
  std::mt19937 random(2), sign(3);
  for (uint32_t i = 0; i < size; ++i)
    if (std::bernoulli_distribution(density)(random)) {
      const uint64_t bit = uint64_t{1} << i % 64;
      events.fired[i / 64] |= bit;
      if (form == detail::Events<T>::Form::Signed && sign() % 2)
        events.negative[i / 64] |= bit;
      ++events.count;
    }
  return events;
}

} // namespace snn::bench

#endif
