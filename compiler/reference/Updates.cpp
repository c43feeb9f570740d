#include "compiler/reference/Updates.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::reference {

LogicalResult checkUpdates(func::FuncOp network) {
  for (Operation &op : network.front()) {
    if (auto encode = dyn_cast<snn::EncodeOp>(op);
        encode && encode.getCode() != snn::InputCode::Direct)
      return op.emitOpError() << "takes no updates: only the direct code sends just what changed";
    if (isa<snn::IfOp>(op))
      return op.emitOpError() << "takes no updates: rates have no estimate that lives on";
    auto neuron = dyn_cast<snn::NeuronOp>(op);
    if (!neuron)
      continue;
    if (neuron.getCode().getKind() != snn::SpikeCode::Ternary)
      return op.emitOpError() << "takes no updates: with the sign code it is never silent";
    if (neuron.getSchedule().getSteps() < 0)
      return op.emitOpError() << "takes no updates: its schedule does not end";
    if (neuron.getFixed() && neuron.getFixed()->getState() != 32)
      return op.emitOpError() << "takes no updates: estimates of 16 bits round every change";
  }
  return success();
}

double getHysteresis(snn::NeuronOp neuron) {
  if (!neuron.getHysteresis())
    return 0;
  snn::ScheduleAttr schedule = neuron.getSchedule();
  return neuron.getHysteresis()->convertToDouble() *
         schedule.getStepSize(schedule.getStart() + schedule.getSteps() - 1);
}

int64_t getIntegerHysteresis(snn::NeuronOp neuron) {
  constexpr double kNever = 1 << 30; // no error is larger
  if (!neuron.getHysteresis())
    return 0;
  snn::FixedNeuronAttr fixed = *neuron.getFixed();
  double last = std::ldexp(static_cast<double>(fixed.getSteps().asArrayRef().back()),
                           static_cast<int>(fixed.getOperandFraction() - fixed.getEventFraction()));
  return std::llround(std::min(neuron.getHysteresis()->convertToDouble() * last, kNever));
}

SmallVector<int64_t> getThresholds(snn::FixedInputAttr input, double threshold) {
  double unit = input.getRaw() == snn::RawInput::U8
                    ? 255
                    : std::ldexp(1.0, static_cast<int>(input.getRawFraction()));
  SmallVector<int64_t> thresholds;
  for (int64_t multiplier : input.getMultipliers().asArrayRef())
    thresholds.push_back(static_cast<int64_t>(
        std::min(std::floor(std::ldexp(threshold * unit * static_cast<double>(std::abs(multiplier)),
                                       -static_cast<int>(input.getShift()))),
                 double{UINT16_MAX})));
  return thresholds;
}

double getLimit(snn::ScheduleAttr schedule) {
  double reach = 0;
  for (int64_t k = 0; k < schedule.getSteps(); ++k)
    reach += schedule.getStepSize(schedule.getStart() + k);
  return reach * (1 + std::ldexp(1.0, -20));
}

} // namespace snnc::reference
