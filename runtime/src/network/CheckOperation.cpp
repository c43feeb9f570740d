//===- What the operations of a program mean together -----------------------------------------------------------===//
#include "runtime/src/network/CheckOperation.h"

#include "runtime/src/network/ReadFixed.h"

namespace snn::detail {

namespace {

using Kind = Operation::Kind;

std::string checkEncode(const Network &network, const Operation &op) {
  const Stream &out = network.streams[op.output];
  const SpikeCode codes[] = {SpikeCode::Graded, SpikeCode::Graded, SpikeCode::Sign,
                             SpikeCode::Analog};
  if (!out.isSpikes || out.code != codes[int(op.inputCode)] || out.shape != network.inputShape)
    return "sends something else than its input code says";
  if (network.precision == Precision::Fixed)
    if (std::string problem = checkFixedInput(op, network.inputShape[0]); !problem.empty())
      return problem;
  bool needs = op.inputCode == InputCode::Float || op.inputCode == InputCode::Spike;
  return needs == op.hasSchedule ? "" : "lacks a schedule, or has one it does not need";
}

std::string checkSynapse(const Network &network, const Operation &op) {
  const Stream &out = network.streams[op.output];
  bool needsOne = op.kind != Kind::Add && op.kind != Kind::Concat && !op.isBilinear();
  bool isShort = (op.kind == Kind::Conv || op.kind == Kind::Gemm || op.kind == Kind::Scale ||
                  op.kind == Kind::Bias) &&
                 !op.weight;
  if ((needsOne && op.inputs.size() != 1) || isShort || out.isSpikes)
    return "is not complete";
  for (uint32_t input : op.inputs)
    if (network.streams[input].isRate != out.isRate)
      return "mixes changes with rates";
  if (op.kind == Kind::Requantize && network.precision != Precision::Fixed)
    return "rounds real numbers to integers";
  if (op.isBilinear() && out.isRate)
    return "multiplies estimates of changes; rates have none";
  if (network.precision == Precision::Fixed)
    if (std::string problem = checkFixedSynapse(op); !problem.empty())
      return problem;
  return inferShape(op, network.streams) == out.shape ? "" : "has shapes that do not fit";
}

bool broadcasts(const Shape &from, const Shape &to) {
  bool fits = from.size() == to.size();
  for (size_t d = 0; fits && d < to.size(); ++d)
    fits = from[d] == 1 || from[d] == to[d];
  return fits;
}

std::string checkNeuron(const Network &network, const Operation &op) {
  const Stream &out = network.streams[op.output];
  bool isRate = op.kind == Kind::IntegrateAndFire;
  size_t arity = isRate ? 1 : getInfo(op.function).operands;
  SpikeCode code = isRate ? SpikeCode::Binary : op.code;
  if (!op.hasSchedule || op.inputs.size() != arity || !out.isSpikes || out.code != code)
    return "is not a complete population";
  for (uint32_t input : op.inputs) {
    const Stream &in = network.streams[input];
    if (in.isSpikes || in.isRate != isRate || in.shape != out.shape)
      return "takes currents of another shape or kind than it needs";
  }
  for (auto [tensor, name] : {std::pair(&op.range, "a range"),
                              {&op.initial, "an initial output"},
                              {&op.offset, "an offset"}})
    if (*tensor && !broadcasts(tensor->shape, out.shape))
      return std::string("has ") + name + " of a shape that does not fit";
  if (network.precision == Precision::Fixed)
    return checkFixedNeuron(op, out.shape);
  return "";
}

std::string checkDecode(const Network &network, const Operation &op) {
  if (op.inputs.size() != 1 || network.streams[op.inputs[0]].isSpikes || op.output != -1)
    return "decodes one current into the output";
  if (network.streams[op.inputs[0]].isRate != op.hasSchedule)
    return "lacks a schedule to average with, or has one it does not need";
  if (network.precision == Precision::Fixed &&
      !applies(op.fixedOutput.multipliers, network.streams[op.inputs[0]].shape))
    return "has multipliers of a shape that does not fit";
  return "";
}

} // namespace

std::string checkOperation(const Network &network, const std::vector<bool> &defined,
                           const Operation &op) {
  for (uint32_t input : op.inputs)
    if (input >= network.streams.size() || !defined[input])
      return "reads a stream that nothing before it defines";
  bool isEncode = op.kind == Kind::Encode, isDecode = op.kind == Kind::Decode;
  if (isEncode != op.inputs.empty())
    return isEncode ? "encodes the input and reads no stream" : "reads no stream";
  if (isEncode != network.operations.empty())
    return "is out of place: a program begins with its one encoder";
  if (!isDecode && !network.operations.empty() && network.operations.back().kind == Kind::Decode)
    return "is out of place: a program ends with its decoders";
  if (isDecode)
    return checkDecode(network, op);
  if (op.output < 0 || static_cast<size_t>(op.output) >= network.streams.size() ||
      defined[op.output])
    return "defines no stream, or one that is defined already";
  if (isEncode)
    return checkEncode(network, op);
  return op.isSynapse() ? checkSynapse(network, op) : checkNeuron(network, op);
}

} // namespace snn::detail
