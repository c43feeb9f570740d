//===- Outputs: what a runner tells of its decoders -----------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_OUTPUTS_H
#define SNN_SRC_ENGINE_STEPS_OUTPUTS_H

#include "runtime/src/engine/steps/Runner.h"
#include <cmath>

namespace snn::detail {

/// Writes every output: what `get(decoder)` gives is asked for each of its elements, by where it lies in memory.
template <typename Get>
void writeOutputs(const Plan &plan, std::vector<double> &outputs, Get get) {
  for (const Decoder &decoder : plan.decoders) {
    auto of = get(decoder);
    for (size_t i = 0; i < decoder.order.size(); ++i)
      outputs[decoder.offset + i] = of(decoder.order[i]);
  }
}

/// Of `count` numbers.
template <typename Number>
double rootMeanSquare(size_t count, Number number) {
  double squares = 0;
  for (size_t i = 0; i < count; ++i) {
    const double one = number(i);
    squares += one * one;
  }
  return std::sqrt(squares / static_cast<double>(count));
}

} // namespace snn::detail

#endif
