#include "compiler/quantize/Attempt.h"

#include "compiler/quantize/Requantizes.h"
#include "compiler/reference/Indexing.h"
#include "dialects/snn/Attributes.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

namespace {

snn::CurrentType makeFixed(snn::CurrentType type) {
  return snn::CurrentType::get(type.getContext(), type.getShape(), type.getMeaning(), true);
}
snn::SpikesType makeFixed(snn::SpikesType type) {
  return snn::SpikesType::get(type.getContext(), type.getShape(), type.getCode(), true);
}

/// One range for each neuron, 1 without.
Numbers getRange(snn::NeuronOp neuron) {
  Numbers all;
  Numbers range = neuron.getRange() ? *readNumbers(*neuron.getRange()) : Numbers{1.0};
  ArrayRef<int64_t> shape;
  if (neuron.getRange())
    shape = neuron.getRange()->getShapedType().getShape();
  reference::forEach(neuron.getSpikes().getType().getShape(), [&](reference::Shape at) {
    all.push_back(range[reference::broadcast(at, shape)]);
  });
  return all;
}

OperandRange join(const OperandRange &a, const OperandRange &b) {
  OperandRange both = a;
  both.least = std::min(a.least, b.least);
  both.most = std::max(a.most, b.most);
  both.total += b.total;
  return both;
}

} // namespace

FailureOr<Obstacles> Attempt::run() {
  auto encode = *network.getOps<snn::EncodeOp>().begin();
  for (Operation &op : network.front())
    if (auto pool = dyn_cast<snn::AveragePoolOp>(op); pool && snn::getCommonCount(pool) == 0)
      return op.emitOpError() << "averages windows of too many different sizes for integers";
  std::optional<ObservedInput> seen = getObserved(encode, settings.inputHeadroom);
  const double most = getInputMagnitude(encode, seen);
  snn::FixedInputAttr input =
      makeInput(encode, settings.isByte, seen ? seen->raw.magnitude() : 1, most, inputSteps);
  if (encode.getCode() == snn::InputCode::Float &&
      std::ldexp(most, static_cast<int>(input.getFraction())) > INT16_MAX)
    return encode.emitOpError() << "takes inputs of up to " << showNumber(most)
                                << ", which do not fit in 16 bits beside its steps; scale them "
                                   "(--std), or use the direct input code";
  Importance importance(network, magnitudes);
  StreamScales scales(network, getSpikeScales(encode, input), settings.weightBits, magnitudes,
                      importance, moments, memo);
  if (!scales.getDemands().empty())
    return Obstacles{scales.getDemands().vec(), std::nullopt};

  for (Operation &op : llvm::make_early_inc_range(network.front()))
    if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op))
      rewriteWeights(synapse, scales);
  rewriteInput(encode, input);
  size_t i = 0;
  for (auto neuron : llvm::to_vector(network.getOps<snn::NeuronOp>()))
    rewriteNeuron(neuron, choices[i++], scales);
  for (Operation &op : network.front()) {
    forgetPlans(&op);
    if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op))
      synapse.getCurrent().setType(makeFixed(synapse.getCurrent().getType()));
  }
  AccumulatorBounds bounds = boundAccumulators(network);
  if (bounds.overflow)
    return Obstacles{{},
                     Overflow{scales.getNumber(bounds.overflow), bounds.missing,
                              scales.getFreeBits(bounds.overflow)}};
  for (auto decode : network.getOps<snn::DecodeOp>())
    rewriteOutput(decode, scales, bounds);
  return Obstacles();
}

/// What an integer that a source sends is worth.
llvm::DenseMap<Value, Numbers> Attempt::getSpikeScales(snn::EncodeOp encode,
                                                       snn::FixedInputAttr input) const {
  llvm::DenseMap<Value, Numbers> scales;
  bool isGraded = encode.getSpikes().getType().getCode() == snn::SpikeCode::Graded;
  scales[encode.getSpikes()] =
      Numbers(encode.getSpikes().getType().getNumElements(),
              std::ldexp(1.0, -static_cast<int>(isGraded ? input.getFraction()
                                                         : input.getEventFraction())));
  size_t i = 0;
  func::FuncOp function = network;
  for (auto neuron : function.getOps<snn::NeuronOp>()) {
    scales[neuron.getSpikes()] =
        Numbers(neuron.getSpikes().getType().getNumElements(),
                std::ldexp(1.0, -static_cast<int>(choices[i++].steps.fraction)));
  }
  return scales;
}

double Attempt::getInputMagnitude(snn::EncodeOp encode,
                                  const std::optional<ObservedInput> &seen) const {
  if (seen && !settings.isByte)
    return seen->normalized.magnitude();
  // Bytes are 0 to 1, and what is not known is taken to be.
  double most = 0;
  int64_t channels = encode.getSpikes().getType().getShape()[0];
  for (int64_t c = 0; c < channels; ++c)
    for (double value : {0.0, 1.0}) {
      value -= encode.getMean() ? (*encode.getMean())[c] : 0;
      value /= encode.getStd() ? (*encode.getStd())[c] : 1;
      most = std::max(most, std::abs(value));
    }
  return most;
}

Value Attempt::createConstant(Operation *before, ArrayRef<int64_t> shape, unsigned bits,
                              ArrayRef<double> numbers, StringRef name) {
  OpBuilder builder(before);
  return builder.create<arith::ConstantOp>(
      before->getLoc(),
      makeConstant(RankedTensorType::get(shape, IntegerType::get(context, bits)), numbers, name));
}

void Attempt::rewriteWeights(snn::SynapseOpInterface synapse, const StreamScales &scales) {
  Operation *op = synapse;
  if (auto bias = dyn_cast<snn::BiasOp>(op)) {
    Numbers numbers = scales.getBias(bias.getCurrent(), snn::readWeights(bias.getValue()),
                                     getTensorShape(bias.getValue()));
    bias.getValueMutable().set(
        createConstant(op, bias.getCurrent().getType().getShape(), 32, numbers, "bias"));
    return;
  }
  if (auto requantize = dyn_cast<snn::RequantizeOp>(op))
    return rewriteRounding(requantize, scales);
  if (!isWeighted(op))
    return;
  Numbers bias;
  Numbers weights = scales.getWeights(op, &bias);
  bool isScale = isa<snn::ScaleOp>(op);
  SmallVector<int64_t> shape(isScale ? snn::getStreamShape(op->getOperand(0).getType())
                                     : getTensorShape(op->getOperand(1)));
  // A bias also takes back what the weights lost on average.
  bool hasBias = op->getNumOperands() == 3;
  if (hasBias) {
    Numbers own = snn::readWeights(op->getOperand(2));
    bias.resize(own.size(), 0);
    for (auto [sum, number] : llvm::zip(bias, own))
      sum += number;
  }
  if (!bias.empty()) {
    SmallVector<int64_t> outputs = {static_cast<int64_t>(bias.size())};
    Value made =
        createConstant(op, outputs, 32, scales.getBias(op->getResult(0), bias, outputs), "bias");
    if (hasBias)
      op->setOperand(2, made);
    else
      op->insertOperands(2, made);
  }
  if (isScale)
    std::tie(shape, weights) = compress(shape, weights);
  op->setOperand(1, createConstant(op, shape, isScale ? 16 : settings.weightBits, weights,
                                   isScale ? "factors" : "weights"));
  if (scales.getShift(op) > 0)
    op->setAttr("shift", IntegerAttr::get(IntegerType::get(context, 64), scales.getShift(op)));
}

/// From the LSBs of a sum to those that it is passed on in.
void Attempt::rewriteRounding(snn::RequantizeOp op, const StreamScales &scales) {
  Numbers ratios = scales.get(op.getStream());
  const Numbers &out = scales.get(op.getCurrent());
  for (size_t i = 0; i < ratios.size(); ++i)
    ratios[i] /= out[i];
  Multipliers made = makeMultipliers(context, ratios, op.getCurrent().getType().getShape());
  Builder builder(context);
  op.setMultipliersAttr(made.numbers);
  op.setShiftAttr(builder.getI64IntegerAttr(made.shift));
  op.setLimitAttr(builder.getI64IntegerAttr(static_cast<int64_t>(scales.getLimit(op))));
}

void Attempt::rewriteInput(snn::EncodeOp encode, snn::FixedInputAttr input) {
  encode.getSpikes().setType(makeFixed(encode.getSpikes().getType()));
  encode.setFixedAttr(input);
  encode.removeMeanAttr();
  encode.removeStdAttr();
  if (encode.getSchedule())
    encode.setScheduleAttr(inputSteps.schedule);
}

/// Outputs in units of the range as integers that count as the population's steps do.
ElementsAttr Attempt::toSteps(snn::NeuronOp neuron, ElementsAttr attr, const StreamScales &scales) {
  ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape();
  Numbers numbers = *readNumbers(attr), all;
  const Numbers &unit = scales.get(neuron.getSpikes());
  reference::forEach(shape, [&](reference::Shape at) {
    double number = numbers[reference::broadcast(at, attr.getShapedType().getShape())];
    all.push_back(std::round(number / unit[all.size()]));
  });
  auto [small, compressed] = compress(shape, all);
  return makeConstant(RankedTensorType::get(small, IntegerType::get(context, 16)), compressed);
}

void Attempt::rewriteNeuron(snn::NeuronOp neuron, const Choice &choice,
                            const StreamScales &scales) {
  ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape();
  Numbers range = getRange(neuron);
  snn::Function function = neuron.getFunction();
  SmallVector<int64_t> shifts;
  SmallVector<Attribute> multipliers;
  for (auto [n, current] : llvm::enumerate(neuron.getCurrents())) {
    Numbers ratios = scales.get(current);
    for (size_t i = 0; i < ratios.size(); ++i)
      ratios[i] *=
          std::ldexp(1.0, choice.inputFractions[n]) / (snn::takesRange(function, n) ? range[i] : 1);
    Multipliers made = makeMultipliers(context, ratios, shape);
    shifts.push_back(made.shift);
    multipliers.push_back(made.numbers);
  }
  DenseI64ArrayAttr table;
  std::optional<Multipliers> gains;
  if (snn::needsTable(function)) {
    // One table for all: in the largest range, from which gains lead to each neuron's own.
    double largest = snn::takesRange(function, 0) ? 1 : *llvm::max_element(range);
    table = makeTable(neuron, choice.inputFractions[0], choice.operandFraction, largest);
    if (!snn::takesRange(function, 0) && *llvm::min_element(range) < largest) {
      for (double &number : range)
        number = largest / number;
      gains = makeMultipliers(context, range, shape);
    }
  }
  const Bounds bounds =
      snn::takesBounds(function) ? makeBounds(neuron, choice.operandFraction, range) : Bounds();
  std::vector<int64_t> zones;
  if (neuron.getCode().getKind() == snn::SpikeCode::Ternary)
    for (int64_t k = 0; k < choice.steps.schedule.getSteps(); ++k) {
      double eta = choice.steps.schedule.getStepSize(choice.steps.schedule.getStart() + k);
      zones.push_back(
          std::llround(std::ldexp(neuron.getCode().getDeadZone(k) * eta, choice.operandFraction)));
    }
  auto list = [&](ArrayRef<int64_t> numbers) { return DenseI64ArrayAttr::get(context, numbers); };
  if (neuron.getInitial())
    neuron.setInitialAttr(toSteps(neuron, *neuron.getInitial(), scales));
  if (neuron.getOffset())
    neuron.setOffsetAttr(toSteps(neuron, *neuron.getOffset(), scales));
  neuron.getSpikes().setType(makeFixed(neuron.getSpikes().getType()));
  neuron.removeRangeAttr();
  neuron.setScheduleAttr(choice.steps.schedule);
  neuron.setFixedAttr(snn::FixedNeuronAttr::get(
      context, settings.stateBits, choice.steps.fraction, choice.operandFraction,
      list(choice.steps.steps), list(zones), list(shifts), ArrayAttr::get(context, multipliers),
      table, gains ? gains->numbers : ElementsAttr(), gains ? gains->shift : 0, choice.align,
      choice.epsilon, bounds.lower, bounds.upper));
  if (!choice.ranges.empty())
    neuron->setAttr(snn::kQuantizationAttrName, describe(choice));
}

DictionaryAttr Attempt::describe(const Choice &choice) {
  Builder builder(context);
  OperandRange all;
  for (const OperandRange &range : choice.ranges)
    all = join(all, range);
  auto count = [&](uint64_t number) {
    return builder.getI64IntegerAttr(static_cast<int64_t>(number));
  };
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("least", builder.getF64FloatAttr(all.least)),
       builder.getNamedAttr("most", builder.getF64FloatAttr(all.most)),
       builder.getNamedAttr("saturated", count(choice.countSaturated())),
       builder.getNamedAttr("seen", count(all.total))});
}

void Attempt::rewriteOutput(snn::DecodeOp decode, const StreamScales &scales,
                            const AccumulatorBounds &bounds) {
  Numbers ratios = scales.get(decode.getCurrent());
  const Numbers &sums = bounds.magnitudes.find(decode.getCurrent())->second;
  double most = 0;
  for (size_t i = 0; i < ratios.size(); ++i)
    most = std::max(most, ratios[i] * sums[i]);
  // All that there is room for, but of large numbers no more than 16: sums are hardly ever as large as they could be.
  int size = most > 0 ? std::ilogb(most) : 0;
  int fraction = std::clamp(std::min(29 - size, std::max(16, 22 - size)), -100, 100);
  for (double &ratio : ratios)
    ratio = std::ldexp(ratio, fraction);
  Multipliers made = makeMultipliers(context, ratios, decode.getCurrent().getType().getShape());
  decode.setFixedAttr(snn::FixedOutputAttr::get(context, made.shift, fraction, made.numbers));
}

} // namespace snnc::quantize
