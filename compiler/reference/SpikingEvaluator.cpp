#include "compiler/reference/SpikingEvaluator.h"

#include "compiler/reference/Functions.h"
#include "compiler/reference/Heads.h"
#include "compiler/reference/Indexing.h"
#include "compiler/reference/Updates.h"
#include "dialects/support/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;

namespace snnc::reference {

namespace {

/// How far from an estimate rounding may lead.
constexpr double kNear = 1e-9;

/// The sign of the error that is sent, 0 for none: where `estimate` is more than `zone` away from f(x),
/// or, in the sign code, anywhere. NaN sends nothing. `tie` becomes the smallest distance from the
/// places where that changes.
int getSign(snn::NeuronOp op, double estimate, double zone, ArrayRef<double> x, double &tie) {
  ArrayRef<double> params = op.getParams().value_or(ArrayRef<double>());
  double upper = compare(op.getFunction(), estimate - zone, x, params);
  double lower = compare(op.getFunction(), estimate + zone, x, params);
  tie = std::min({tie, std::abs(upper), std::abs(lower)});
  if (upper > 0 || lower < 0)
    return upper > 0 ? 1 : -1;
  if (op.getCode().getKind() == snn::SpikeCode::Ternary || std::isnan(upper))
    return 0;
  return ::snn::getInfo(op.getFunction()).tie == ::snn::Tie::Above ? 1 : -1;
}

/// Whether f is 0 at x and around it, as relu's is left of 0: an estimate then meets it without rounding.
bool rests(snn::NeuronOp op, ArrayRef<double> x) {
  ArrayRef<double> params = op.getParams().value_or(ArrayRef<double>());
  auto f = [&](double shift) { return evaluate(op.getFunction(), x[0] + shift, params); };
  return x.size() == 1 && f(0) == 0 && f(-kNear) == 0 && f(kNear) == 0;
}

/// One number per neuron from `attr`, which broadcasts to the population; `otherwise` without it.
Numbers expand(std::optional<ElementsAttr> attr, ArrayRef<int64_t> shape, double otherwise = 0) {
  int64_t count = 1;
  for (int64_t dimension : shape)
    count *= dimension;
  if (!attr)
    return Numbers(count, otherwise);
  Numbers numbers = *readNumbers(*attr), result(count);
  SmallVector<int64_t> at(shape.size(), 0);
  for (double &number : result) {
    number = numbers[broadcast(at, attr->getShapedType().getShape())];
    for (size_t k = shape.size(); k-- > 0 && ++at[k] == shape[k];)
      at[k] = 0;
  }
  return result;
}

} // namespace

FailureOr<SpikingEvaluator> SpikingEvaluator::create(func::FuncOp network) {
  for (Operation &op : network.front())
    if (!isa<snn::SynapseOpInterface, snn::NeuronOpInterface, snn::EncodeOp, snn::DecodeOp,
             arith::ConstantOp, func::ReturnOp>(op) &&
        !op.hasTrait<Head>())
      return op.emitOpError() << "is not part of a spiking network";
  return SpikingEvaluator(network);
}

void SpikingEvaluator::start(ArrayRef<double> values) {
  time = 0;
  isUpdate = false;
  input.assign(values.begin(), values.end());
  for (Operation &op : network.front())
    reset(&op);
}

LogicalResult SpikingEvaluator::update(ArrayRef<double> values, double threshold) {
  if (failed(checkUpdates(network)))
    return failure();
  time = 0;
  isUpdate = true;
  input.assign(values.begin(), values.end());
  auto encode = *network.getOps<snn::EncodeOp>().begin();
  normalize(encode);
  thresholds.assign(input.size(), threshold);
  size_t perChannel = input.size() / encode.getSpikes().getType().getShape()[0];
  if (encode.getStd())
    for (size_t i = 0; i < input.size(); ++i)
      thresholds[i] /= (*encode.getStd())[i / perChannel];
  return success();
}

void SpikingEvaluator::normalize(snn::EncodeOp op) {
  size_t perChannel = input.size() / op.getSpikes().getType().getShape()[0];
  for (size_t i = 0; i < input.size(); ++i) {
    if (op.getMean())
      input[i] -= (*op.getMean())[i / perChannel];
    if (op.getStd())
      input[i] /= (*op.getStd())[i / perChannel];
  }
}

/// State before the first step: estimates at the affine map of a silent network, outputs at 0.
void SpikingEvaluator::reset(Operation *op) {
  if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op)) {
    SmallVector<const Numbers *> inputs;
    for (Value stream : synapse.getStreams())
      inputs.push_back(&initial[stream]);
    Numbers result = applySynapse(synapse, inputs, Part::Affine);
    initial[synapse.getCurrent()] = std::move(result);
    if (synapse.isBilinear())
      for (OpOperand &operand : op->getOpOperands())
        charges[&operand] = initial[operand.get()];
    return;
  }
  if (auto decode = dyn_cast<snn::DecodeOp>(op)) {
    Numbers &decoded = outputs[op];
    decoded = initial[decode.getCurrent()];
    if (decode.getSchedule())
      std::fill(decoded.begin(), decoded.end(), 0.0);
    return;
  }
  if (!isa<snn::EncodeOp, snn::NeuronOpInterface>(op))
    return;
  auto spikes = cast<snn::SpikesType>(op->getResult(0).getType());
  outputs[op] = initial[op->getResult(0)] = Numbers(spikes.getNumElements(), 0.0);
  if (auto neuron = dyn_cast<snn::NeuronOp>(op)) {
    // Receivers know where `y` starts, and what to take it for.
    outputs[op] = getInitialOutput(neuron);
    initial[neuron.getSpikes()] = getAssumedOutput(neuron);
  }
  if (isa<snn::NeuronOpInterface>(op))
    for (OpOperand &operand : op->getOpOperands())
      charges[&operand] = initial[operand.get()];
  if (auto encode = dyn_cast<snn::EncodeOp>(op))
    normalize(encode);
}

void SpikingEvaluator::step() {
  tie = std::numeric_limits<double>::infinity();
  for (Operation &op : network.front())
    step(&op);
  ++time;
}

void SpikingEvaluator::step(Operation *op) {
  if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op)) {
    if (synapse.isBilinear())
      return multiply(synapse);
    SmallVector<const Numbers *> inputs;
    for (Value stream : synapse.getStreams())
      inputs.push_back(&streams[stream]);
    bool isRate = synapse.getCurrent().getType().getMeaning() == snn::StreamMeaning::Rate;
    Numbers result = applySynapse(synapse, inputs, isRate ? Part::Affine : Part::Linear);
    streams[synapse.getCurrent()] = std::move(result);
  } else if (auto code = dyn_cast<snn::EncodeOp>(op)) {
    encode(code);
  } else if (auto neuron = dyn_cast<snn::NeuronOp>(op)) {
    fire(neuron);
  } else if (auto neuron = dyn_cast<snn::IfOp>(op)) {
    integrate(neuron);
  } else if (auto end = dyn_cast<snn::DecodeOp>(op)) {
    decode(end);
  }
}

void SpikingEvaluator::multiply(snn::SynapseOpInterface op) {
  OpOperand &lhs = op->getOpOperand(0), &rhs = op->getOpOperand(1);
  streams[op.getCurrent()] =
      advanceProduct(op, charges[&lhs], charges[&rhs], streams[lhs.get()], streams[rhs.get()]);
}

void SpikingEvaluator::encode(snn::EncodeOp op) {
  Numbers &e = outputs[op];
  Numbers sent(e.size(), 0.0);
  double eta = op.getSchedule() ? op.getScheduleAttr().getStepSize(time) : 0;
  bool active = op.getSchedule() && op.getScheduleAttr().isActive(time);
  for (size_t i = 0; i < e.size(); ++i) {
    double d = e[i] - input[i];
    switch (op.getCode()) {
    case snn::InputCode::Direct:
      sent[i] = time > 0 || (isUpdate && std::abs(d) <= thresholds[i]) ? 0.0 : input[i] - e[i];
      break;
    case snn::InputCode::Analog:
      sent[i] = input[i];
      break;
    case snn::InputCode::Float:
      sent[i] = -eta * d;
      break;
    case snn::InputCode::Spike:
      sent[i] = active ? (d >= 0 ? -eta : eta) : 0.0;
      break;
    }
    e[i] = op.getCode() == snn::InputCode::Direct && sent[i] != 0 ? input[i] : e[i] + sent[i];
  }
  streams[op.getSpikes()] = std::move(sent);
}

void SpikingEvaluator::fire(snn::NeuronOp op) {
  Numbers &y = outputs[op];
  Numbers sent(y.size(), 0.0);
  double eta = op.getSchedule().getStepSize(time);
  bool active = op.getSchedule().isActive(time);
  int64_t k = std::max<int64_t>(time - op.getSchedule().getStart(), 0);
  double zone = op.getCode().getDeadZone(k) * eta;
  if (isUpdate)
    zone = std::max(zone, getHysteresis(op));
  Numbers start = isUpdate ? getInitialOutput(op) : Numbers();
  Numbers range = expand(op.getRange(), op.getSpikes().getType().getShape(), 1.0);
  for (size_t i = 0; i < y.size(); ++i) {
    SmallVector<double> x;
    for (OpOperand &operand : op->getOpOperands())
      x.push_back(charges[&operand][i] += streams[operand.get()][i]);
    double estimate = range[i] * y[i];
    if (active) {
      double ignored = 0;
      sent[i] = -eta * getSign(op, estimate, zone * range[i], x, rests(op, x) ? ignored : tie);
      if (isUpdate && std::abs(y[i] + sent[i] - start[i]) > getLimit(op.getSchedule()))
        sent[i] = 0;
      y[i] += sent[i];
    }
  }
  streams[op.getSpikes()] = std::move(sent);
}

void SpikingEvaluator::integrate(snn::IfOp op) {
  Numbers &x = charges[&op->getOpOperand(0)], &y = outputs[op];
  const Numbers &current = streams[op.getCurrent()];
  Numbers sent(y.size());
  double eta = op.getSchedule().getStepSize(time + 1);
  for (size_t i = 0; i < y.size(); ++i) {
    x[i] -= eta * (x[i] - current[i]);
    tie = std::min(tie, std::abs(x[i] - y[i]));
    sent[i] = x[i] > y[i] ? 1.0 : 0.0;
    y[i] -= eta * (y[i] - sent[i]);
  }
  streams[op.getSpikes()] = std::move(sent);
}

void SpikingEvaluator::decode(snn::DecodeOp op) {
  const Numbers &current = streams[op.getCurrent()];
  Numbers &decoded = outputs[op];
  double eta = op.getSchedule() ? op.getScheduleAttr().getStepSize(time + 1) : 0;
  for (size_t i = 0; i < decoded.size(); ++i)
    decoded[i] += op.getSchedule() ? -eta * (decoded[i] - current[i]) : current[i];
}

Numbers SpikingEvaluator::decoded() const {
  Numbers all;
  func::FuncOp function = network;
  for (auto decode : function.getOps<snn::DecodeOp>())
    llvm::append_range(all, outputs.find(decode)->second);
  return all;
}

Numbers SpikingEvaluator::output() const {
  return applyHeads(network, [&](snn::DecodeOp decode) { return outputs.find(decode)->second; });
}

} // namespace snnc::reference
