//===- What keeps a core program from taking updates -----------------------------------------------------------===//
#include "targets/core/simulator/Program.h"

#include <algorithm>

namespace snnc::core {

namespace {

std::string checkLayer(const Layer &layer, uint32_t steps) {
  const std::string name = "layer '" + layer.name + "' takes no updates: ";
  if (layer.kind == LayerKind::Input && layer.inputCode != InputCode::Direct) // SNN-U1
    return name + "only the direct code sends just what changed";
  if (layer.kind != LayerKind::Neuron)
    return "";
  if (!layer.ternary) // SNN-U2
    return name + "with the sign code it is never silent";
  if (uint64_t{layer.firstStep} + layer.steps.size() > steps) // SNN-U3
    return name + "its schedule does not end within the program's time steps";
  if (layer.stateBits != 32) // SNN-U4
    return name + "estimates of 16 bits round every change";
  return "";
}

} // namespace

std::string checkUpdates(const Program &program) {
  if (program.thresholds.size() != program.input().shape[0])
    return "has no threshold for every channel of the input";
  if (std::any_of(program.thresholds.begin(), program.thresholds.end(),
                  [](int32_t threshold) { return threshold < 0 || threshold > UINT16_MAX; }))
    return "has a threshold that no change of an input can be compared with";
  for (const Layer &layer : program.layers)
    if (std::string problem = checkLayer(layer, program.steps); !problem.empty())
      return problem;
  return "";
}

} // namespace snnc::core
