//===- Unreachable: how many values of the ANN neurons cannot reach -------------------------------------------===//
//
// Values are gone after a pass of the ANN, so that what was asked for once is counted in every later pass.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_UNREACHABLE_H
#define SNN_SRC_ENGINE_STEPS_UNREACHABLE_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace snn::detail {

class Unreachable {
public:
  /// Before a pass for a new input.
  void restart(size_t layers) { counts.assign(layers, 0); }
  /// Whether passes count at all, and the time steps within which values are to be reached.
  bool isAsked() const { return within != kNotAsked; }
  uint32_t steps() const { return within; }
  void set(size_t layer, uint64_t count) { counts[layer] = count; }

  /// Of the last input, by layer. `pass` runs the ANN once more where the last pass counted for other steps.
  template <typename Pass>
  const std::vector<uint64_t> &get(uint32_t steps, Pass pass) {
    if (steps != within) {
      within = steps;
      pass();
    }
    return counts;
  }

private:
  static constexpr uint32_t kNotAsked = UINT32_MAX;
  uint32_t within = kNotAsked;
  std::vector<uint64_t> counts;
};

} // namespace snn::detail

#endif
