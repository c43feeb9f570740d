//===- What keeps a program from taking updates --------------------------------------------------------------===//
#include "runtime/src/engine/update/CheckUpdates.h"

namespace snn::detail {

std::string checkUpdates(const Plan &plan) {
  using Kind = Operation::Kind;
  for (const Operation &op : plan.network.operations) {
    const std::string name = "'" + op.name + "' ";
    // SNN-U1
    if (op.kind == Kind::Encode && op.inputCode != InputCode::Direct)
      return "the input takes no updates: only the direct code sends just what changed";
    // SNN-U2
    if (op.kind == Kind::IntegrateAndFire)
      return name + "takes no updates: rates have no estimate that lives on";
    if (op.kind != Kind::Neuron)
      continue;
    if (op.code != SpikeCode::Ternary)
      return name + "takes no updates: with the sign code it is never silent";
    // SNN-U3
    if (op.schedule.steps < 0)
      return name + "takes no updates: its schedule does not end";
    // SNN-U4
    if (plan.network.precision == Precision::Fixed && op.fixedNeuron.stateBits != 32)
      return name + "takes no updates: estimates of 16 bits round every change (--state-bits 32)";
  }
  return plan.updateProblem;
}

} // namespace snn::detail
