#include "compiler/reference/FixedEvaluator.h"

#include "compiler/reference/Indexing.h"
#include "compiler/reference/Updates.h"
#include "dialects/support/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "snn/fixed.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::reference {

namespace {

/// One multiplier for each element of a stream of `shape`.
Numbers expand(ElementsAttr multipliers, Shape shape) {
  Numbers numbers = *readNumbers(multipliers), all;
  forEach(shape, [&](Shape at) {
    all.push_back(numbers[broadcast(at, multipliers.getShapedType().getShape())]);
  });
  return all;
}

int32_t toInteger(double number) { return static_cast<int32_t>(number); }

unsigned bits(int64_t fraction) { return static_cast<unsigned>(fraction); }

/// What f of one neuron has beside its estimates: the gain of a table with gains, else 0; its bounds.
struct Form {
  int32_t gain = 0;
  int32_t lower = 0, upper = 0;
};

/// f of one neuron, in the fraction bits that it is compared in.
int32_t evaluate(snn::NeuronOp op, ArrayRef<int16_t> v, const Form &form) {
  if (DenseI64ArrayAttr table = op.getFixed()->getTable()) {
    std::vector<int16_t> values(table.asArrayRef().begin(), table.asArrayRef().end());
    int16_t f = snn_table(values.data(), v[0]);
    return form.gain > 0 ? snn_requantize(f, form.gain, bits(op.getFixed()->getGainShift())) : f;
  }
  switch (op.getFunction()) {
  case snn::Function::Mul:
    return snn_product(v[0], v[1], bits(op.getFixed()->getAlign()));
  case snn::Function::Max:
    return std::max(v[0], v[1]);
  case snn::Function::Min:
    return std::min(v[0], v[1]);
  case snn::Function::Clip:
    return std::min(std::max<int32_t>(v[0], form.lower), form.upper);
  case snn::Function::Abs:
    return std::abs(int32_t{v[0]});
  default:
    return std::max<int32_t>(v[0], 0);
  }
}

/// The sign of e - f of one neuron: quotients and norms are compared without being computed.
int compare(snn::NeuronOp op, int64_t e, ArrayRef<int16_t> v, const Form &form) {
  snn::FixedNeuronAttr fixed = *op.getFixed();
  unsigned align = bits(fixed.getAlign());
  if (op.getFunction() == snn::Function::Div)
    return snn_compare_quotient(e, v[0], v[1], align);
  if (op.getFunction() == snn::Function::Norm)
    return snn_compare_norm(e, v[0], v[1], toInteger(static_cast<double>(fixed.getEpsilon())),
                            align);
  int64_t d = e - evaluate(op, v, form);
  return (d > 0) - (d < 0);
}

/// The sign of the error that is sent, with `zone` around it in the ternary code.
int getSign(snn::NeuronOp op, int64_t e, int64_t zone, ArrayRef<int16_t> v, const Form &form) {
  if (op.getCode().getKind() == snn::SpikeCode::Ternary)
    return compare(op, e - zone, v, form) > 0 ? 1 : compare(op, e + zone, v, form) < 0 ? -1 : 0;
  return snn_sign(compare(op, e, v, form),
                  ::snn::getInfo(op.getFunction()).tie == ::snn::Tie::Above);
}

/// One for each neuron.
std::vector<Form> getForms(snn::NeuronOp op) {
  ArrayRef<int64_t> shape = op.getSpikes().getType().getShape();
  snn::FixedNeuronAttr fixed = *op.getFixed();
  std::vector<Form> forms(static_cast<size_t>(op.getSpikes().getType().getNumElements()));
  auto fill = [&](ElementsAttr attr, int32_t Form::*member) {
    if (attr)
      for (auto [form, number] : llvm::zip(forms, expand(attr, shape)))
        form.*member = toInteger(number);
  };
  fill(fixed.getGains(), &Form::gain);
  fill(fixed.getLower(), &Form::lower);
  fill(fixed.getUpper(), &Form::upper);
  return forms;
}

} // namespace

FailureOr<FixedEvaluator> FixedEvaluator::create(func::FuncOp network) {
  for (Operation &op : network.front()) {
    if (!isa<snn::SynapseOpInterface, snn::NeuronOp, snn::EncodeOp, snn::DecodeOp,
             arith::ConstantOp, func::ReturnOp>(op) &&
        !op.hasTrait<Head>())
      return op.emitOpError() << "is not part of an integer network";
    if (auto encode = dyn_cast<snn::EncodeOp>(op); encode && !encode.getFixed())
      return op.emitOpError() << "is not in integers; run --snn-quantize";
  }
  return FixedEvaluator(network);
}

int32_t FixedEvaluator::readRaw(snn::FixedInputAttr input, double value) {
  if (input.getRaw() == snn::RawInput::U8)
    return static_cast<int32_t>(std::clamp(std::round(value * 255), 0.0, 255.0));
  double scaled = std::round(std::ldexp(value, static_cast<int>(input.getRawFraction())));
  return static_cast<int32_t>(std::clamp(scaled, -32768.0, 32767.0));
}

void FixedEvaluator::start(ArrayRef<int32_t> raw) {
  time = 0;
  isUpdate = false;
  read(raw);
  for (Operation &op : network.front())
    reset(&op);
}

LogicalResult FixedEvaluator::update(ArrayRef<int32_t> raw, ArrayRef<int32_t> perChannel) {
  if (failed(checkUpdates(network)))
    return failure();
  time = 0;
  isUpdate = true;
  thresholds.assign(perChannel.begin(), perChannel.end());
  read(raw);
  return success();
}

void FixedEvaluator::read(ArrayRef<int32_t> raw) {
  auto encode = *network.getOps<snn::EncodeOp>().begin();
  snn::FixedInputAttr fixed = *encode.getFixed();
  size_t plane = raw.size() / encode.getSpikes().getType().getShape()[0];
  input.clear();
  for (size_t i = 0; i < raw.size(); ++i)
    input.push_back(snn_encode(raw[i], toInteger(fixed.getMultipliers()[i / plane]),
                               toInteger(fixed.getOffsets()[i / plane]), bits(fixed.getShift())));
}

/// State before the first step: estimates at the affine map of what all outputs are taken to be.
void FixedEvaluator::reset(Operation *op) {
  if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op)) {
    resetSynapse(synapse);
  } else if (auto decode = dyn_cast<snn::DecodeOp>(op)) {
    outputs[op] = initial[decode.getCurrent()];
  } else if (isa<snn::EncodeOp, snn::NeuronOp>(op)) {
    auto spikes = cast<snn::SpikesType>(op->getResult(0).getType());
    outputs[op] = initial[op->getResult(0)] = Numbers(spikes.getNumElements(), 0.0);
  }
  auto neuron = dyn_cast<snn::NeuronOp>(op);
  if (!neuron)
    return;
  outputs[op] = getInitialOutput(neuron);
  initial[neuron.getSpikes()] = getAssumedOutput(neuron);
  snn::FixedNeuronAttr fixed = *neuron.getFixed();
  for (OpOperand &operand : op->getOpOperands()) {
    unsigned n = operand.getOperandNumber();
    Numbers &m = multipliersOf[&operand];
    m = expand(cast<ElementsAttr>(fixed.getMultipliers()[n]),
               neuron.getSpikes().getType().getShape());
    const Numbers &start = sums[&operand] = initial[operand.get()];
    Numbers &v = estimates[&operand];
    v.clear();
    for (size_t i = 0; i < start.size(); ++i)
      v.push_back(snn_requantize(toInteger(start[i]), toInteger(m[i]), bits(fixed.getShifts()[n])));
  }
}

void FixedEvaluator::resetSynapse(snn::SynapseOpInterface op) {
  auto rounding = dyn_cast<snn::RequantizeOp>(op.getOperation());
  SmallVector<const Numbers *> inputs;
  for (OpOperand &operand : op->getOpOperands().take_front(op.getStreams().size())) {
    inputs.push_back(&initial[operand.get()]);
    if (rounding || op.isBilinear())
      sums[&operand] = *inputs.back();
  }
  Numbers result;
  if (rounding) {
    multipliersOf[&op->getOpOperand(0)] =
        expand(rounding.getMultipliers(), op.getCurrent().getType().getShape());
    result = estimates[&op->getOpOperand(0)] = requantize(rounding);
  } else {
    result = applySynapse(op, inputs, Part::Affine);
  }
  initial[op.getCurrent()] = std::move(result);
}

/// What the sum X is passed on as.
Numbers FixedEvaluator::requantize(snn::RequantizeOp op) const {
  OpOperand *operand = &op->getOpOperand(0);
  const Numbers &x = sums.find(operand)->second, &m = multipliersOf.find(operand)->second;
  Numbers v;
  for (size_t i = 0; i < x.size(); ++i)
    v.push_back(snn_estimate(toInteger(x[i]), toInteger(m[i]), bits(op.getShift()),
                             static_cast<int32_t>(op.getLimit())));
  return v;
}

void FixedEvaluator::deliver(snn::SynapseOpInterface op) {
  Numbers result;
  if (op.isBilinear()) {
    OpOperand &lhs = op->getOpOperand(0), &rhs = op->getOpOperand(1);
    result = advanceProduct(op, sums[&lhs], sums[&rhs], streams[lhs.get()], streams[rhs.get()]);
  } else if (auto rounding = dyn_cast<snn::RequantizeOp>(op.getOperation())) {
    Numbers &x = sums[&op->getOpOperand(0)], &v = estimates[&op->getOpOperand(0)];
    const Numbers &current = streams[rounding.getStream()];
    for (size_t i = 0; i < x.size(); ++i)
      x[i] += current[i];
    Numbers now = requantize(rounding);
    for (size_t i = 0; i < x.size(); ++i)
      result.push_back(now[i] - v[i]);
    v = std::move(now);
  } else {
    SmallVector<const Numbers *> inputs;
    for (Value stream : op.getStreams())
      inputs.push_back(&streams[stream]);
    result = applySynapse(op, inputs, Part::Linear);
  }
  streams[op.getCurrent()] = std::move(result);
}

void FixedEvaluator::step() {
  for (Operation &op : network.front())
    step(&op);
  ++time;
}

void FixedEvaluator::step(Operation *op) {
  if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op)) {
    deliver(synapse);
  } else if (auto code = dyn_cast<snn::EncodeOp>(op)) {
    encode(code);
  } else if (auto neuron = dyn_cast<snn::NeuronOp>(op)) {
    charge(neuron);
    fire(neuron);
  } else if (auto decode = dyn_cast<snn::DecodeOp>(op)) {
    const Numbers &current = streams[decode.getCurrent()];
    Numbers &decoded = outputs[op];
    for (size_t i = 0; i < decoded.size(); ++i)
      decoded[i] += current[i];
  }
}

void FixedEvaluator::encode(snn::EncodeOp op) {
  snn::FixedInputAttr fixed = *op.getFixed();
  Numbers &e = outputs[op];
  Numbers sent(e.size(), 0.0);
  bool active = op.getSchedule() && op.getScheduleAttr().isActive(time);
  int32_t step = active ? toInteger(fixed.getSteps()[time - op.getScheduleAttr().getStart()]) : 0;
  unsigned up = bits(fixed.getFraction() - fixed.getEventFraction());
  size_t plane = e.size() / op.getSpikes().getType().getShape()[0];
  for (size_t i = 0; i < e.size(); ++i) {
    if (op.getCode() == snn::InputCode::Direct)
      sent[i] = time > 0 || (isUpdate && std::abs(input[i] - e[i]) <= thresholds[i / plane])
                    ? 0
                    : input[i] - e[i];
    else if (active && op.getCode() == snn::InputCode::Float)
      sent[i] = snn_approach(input[i] - toInteger(e[i]), step, bits(fixed.getEventFraction()));
    else if (active)
      sent[i] = -step * snn_sign(snn_error(toInteger(e[i]), up, input[i]), 1);
    e[i] += sent[i];
  }
  streams[op.getSpikes()] = std::move(sent);
}

void FixedEvaluator::charge(snn::NeuronOp op) {
  snn::FixedNeuronAttr fixed = *op.getFixed();
  for (OpOperand &operand : op->getOpOperands()) {
    unsigned shift = bits(fixed.getShifts()[operand.getOperandNumber()]);
    const Numbers &current = streams[operand.get()], &m = multipliersOf[&operand];
    Numbers &x = sums[&operand], &v = estimates[&operand];
    for (size_t i = 0; i < v.size(); ++i) {
      x[i] += current[i];
      v[i] = fixed.getState() == 32 ? snn_requantize(toInteger(x[i]), toInteger(m[i]), shift)
                                    : snn_charge(static_cast<int16_t>(v[i]), toInteger(current[i]),
                                                 toInteger(m[i]), shift);
    }
  }
}

void FixedEvaluator::fire(snn::NeuronOp op) {
  snn::FixedNeuronAttr fixed = *op.getFixed();
  Numbers &y = outputs[op];
  Numbers sent(y.size(), 0.0);
  bool active = op.getSchedule().isActive(time);
  int64_t k = time - op.getSchedule().getStart();
  unsigned up = bits(fixed.getOperandFraction() - fixed.getEventFraction());
  std::vector<Form> forms = getForms(op);
  Numbers start = isUpdate ? getInitialOutput(op) : Numbers();
  for (size_t i = 0; active && i < y.size(); ++i) {
    SmallVector<int16_t> v;
    for (OpOperand &operand : op->getOpOperands())
      v.push_back(static_cast<int16_t>(estimates[&operand][i]));
    int64_t e = snn_error(toInteger(y[i]), up, 0);
    int64_t zone = fixed.getZones().empty() ? 0 : fixed.getZones()[k];
    if (isUpdate)
      zone = std::max(zone, getIntegerHysteresis(op));
    sent[i] = -static_cast<double>(fixed.getSteps()[k] * getSign(op, e, zone, v, forms[i]));
    if (isUpdate && std::abs(y[i] + sent[i] - start[i]) > static_cast<double>(fixed.getReach()))
      sent[i] = 0;
    y[i] += sent[i];
  }
  streams[op.getSpikes()] = std::move(sent);
}

std::vector<int32_t> FixedEvaluator::output() const {
  func::FuncOp function = network;
  std::vector<int32_t> result;
  for (auto decode : function.getOps<snn::DecodeOp>()) {
    snn::FixedOutputAttr fixed = *decode.getFixed();
    Numbers m = expand(fixed.getMultipliers(), decode.getCurrent().getType().getShape());
    const Numbers &decoded = outputs.find(decode)->second;
    for (size_t i = 0; i < decoded.size(); ++i)
      result.push_back(snn_rescale(toInteger(decoded[i]), toInteger(m[i]), bits(fixed.getShift())));
  }
  return result;
}

} // namespace snnc::reference
