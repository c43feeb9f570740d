#include "compiler/quantize/ConvertIntegers.h"

#include "compiler/quantize/Passes.h"
#include "compiler/quantize/PrepareIntegers.h"
#include "compiler/quantize/Requantizes.h"
#include "compiler/quantize/StreamScales.h"
#include "compiler/reference/Indexing.h"
#include "dialects/snn/Attributes.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_CONVERTINTEGERSPASS
#include "compiler/quantize/Passes.h.inc"

namespace quantize {

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

class Conversion {
public:
  Conversion(func::FuncOp network, RoundingMemo &memo)
      : network(network), memo(memo), scales(network), context(network.getContext()) {}

  FailureOr<AccumulatorBounds> run();

private:
  func::FuncOp network;
  RoundingMemo &memo;
  StreamScales scales;
  MLIRContext *context;

  LogicalResult checkSum(snn::SynapseOpInterface synapse) const;
  Value createConstant(Operation *before, ArrayRef<int64_t> shape, unsigned bits,
                       ArrayRef<double> numbers, StringRef name);
  void rewriteSynapse(snn::SynapseOpInterface synapse);
  void rewriteBias(snn::BiasOp op);
  void rewriteRounding(snn::RequantizeOp op);
  void rewriteWeights(Operation *op, unsigned bits);
  void rewriteInput(snn::EncodeOp encode);
  ElementsAttr toSteps(snn::NeuronOp neuron, ElementsAttr attr);
  void rewriteNeuron(snn::NeuronOp neuron);
  void rewriteOutput(snn::DecodeOp decode, const AccumulatorBounds &bounds);
};

FailureOr<AccumulatorBounds> Conversion::run() {
  for (Operation &op : network.front()) {
    scales.add(&op);
    if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op); synapse && failed(checkSum(synapse)))
      return failure();
  }
  for (Operation &op : llvm::make_early_inc_range(network.front()))
    if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op))
      rewriteSynapse(synapse);
  for (auto encode : network.getOps<snn::EncodeOp>())
    rewriteInput(encode);
  for (auto neuron : network.getOps<snn::NeuronOp>())
    rewriteNeuron(neuron);
  for (Operation &op : llvm::make_early_inc_range(network.front())) {
    forgetPlans(&op);
    if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op))
      synapse.getCurrent().setType(makeFixed(synapse.getCurrent().getType()));
    else if (isa<arith::ConstantOp>(op) && op.use_empty())
      op.erase();
  }
  AccumulatorBounds bounds = boundAccumulators(network);
  for (auto decode : network.getOps<snn::DecodeOp>())
    rewriteOutput(decode, bounds);
  return bounds;
}

/// What is added to each other counts in one LSB.
LogicalResult Conversion::checkSum(snn::SynapseOpInterface synapse) const {
  if (isa<snn::AddOp>(synapse.getOperation()))
    for (Value stream : synapse.getStreams())
      if (scales.get(stream) != scales.get(synapse.getCurrent()))
        return synapse.emitOpError() << "adds what does not count in its LSBs";
  return success();
}

Value Conversion::createConstant(Operation *before, ArrayRef<int64_t> shape, unsigned bits,
                                 ArrayRef<double> numbers, StringRef name) {
  OpBuilder builder(before);
  return builder.create<arith::ConstantOp>(
      before->getLoc(),
      makeConstant(RankedTensorType::get(shape, IntegerType::get(context, bits)), numbers, name));
}

void Conversion::rewriteSynapse(snn::SynapseOpInterface synapse) {
  Operation *op = synapse;
  if (auto bias = dyn_cast<snn::BiasOp>(op))
    rewriteBias(bias);
  else if (auto requantize = dyn_cast<snn::RequantizeOp>(op))
    rewriteRounding(requantize);
  else if (isWeighted(op))
    rewriteWeights(op, isa<snn::ScaleOp>(op) ? 16 : getFormat(synapse)->bits);
}

void Conversion::rewriteBias(snn::BiasOp op) {
  Numbers numbers = scales.getBias(op.getCurrent(), snn::readWeights(op.getValue()),
                                   getTensorShape(op.getValue()));
  op.getValueMutable().set(
      createConstant(op, op.getCurrent().getType().getShape(), 32, numbers, "bias"));
}

void Conversion::rewriteWeights(Operation *op, unsigned bits) {
  Numbers bias;
  Numbers weights = scales.getWeights(op, memo, &bias);
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
  op->setOperand(1, createConstant(op, shape, bits, weights, isScale ? "factors" : "weights"));
  if (scales.getShift(op) > 0)
    op->setAttr("shift", IntegerAttr::get(IntegerType::get(context, 64), scales.getShift(op)));
}

/// From the LSBs of a sum to those that it is passed on in.
void Conversion::rewriteRounding(snn::RequantizeOp op) {
  Numbers ratios = scales.get(op.getStream());
  const Numbers &out = scales.get(op.getCurrent());
  for (size_t i = 0; i < ratios.size(); ++i)
    ratios[i] /= out[i];
  Multipliers made = makeMultipliers(context, ratios, op.getCurrent().getType().getShape());
  Builder builder(context);
  op.setMultipliersAttr(made.numbers);
  op.setShiftAttr(builder.getI64IntegerAttr(made.shift));
  op.setLimitAttr(builder.getI64IntegerAttr(getFormat(op)->limit));
}

void Conversion::rewriteInput(snn::EncodeOp encode) {
  const InputFormat format = getFormat(encode);
  encode.getSpikes().setType(makeFixed(encode.getSpikes().getType()));
  encode.setFixedAttr(format.fixed);
  encode.removeMeanAttr();
  encode.removeStdAttr();
  if (format.schedule)
    encode.setScheduleAttr(format.schedule);
}

/// Outputs in units of the range as integers that count as the population's steps do.
ElementsAttr Conversion::toSteps(snn::NeuronOp neuron, ElementsAttr attr) {
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

/// Dead zones of the ternary code, in the fraction bits of what is compared.
std::vector<int64_t> makeZones(snn::NeuronOp neuron, const NeuronFormat &format) {
  std::vector<int64_t> zones;
  if (neuron.getCode().getKind() != snn::SpikeCode::Ternary)
    return zones;
  snn::ScheduleAttr schedule = format.steps.schedule;
  for (int64_t k = 0; k < schedule.getSteps(); ++k) {
    double eta = schedule.getStepSize(schedule.getStart() + k);
    zones.push_back(
        std::llround(std::ldexp(neuron.getCode().getDeadZone(k) * eta, format.operandFraction)));
  }
  return zones;
}

void Conversion::rewriteNeuron(snn::NeuronOp neuron) {
  const NeuronFormat format = getFormat(neuron);
  ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape();
  Numbers range = getRange(neuron);
  snn::Function function = neuron.getFunction();
  SmallVector<int64_t> shifts;
  SmallVector<Attribute> multipliers;
  for (auto [n, current] : llvm::enumerate(neuron.getCurrents())) {
    Numbers ratios = scales.get(current);
    for (size_t i = 0; i < ratios.size(); ++i)
      ratios[i] *=
          std::ldexp(1.0, format.inputFractions[n]) / (snn::takesRange(function, n) ? range[i] : 1);
    Multipliers made = makeMultipliers(context, ratios, shape);
    shifts.push_back(made.shift);
    multipliers.push_back(made.numbers);
  }
  DenseI64ArrayAttr table;
  std::optional<Multipliers> gains;
  if (snn::needsTable(function)) {
    // One table for all: in the largest range, from which gains lead to each neuron's own.
    double largest = snn::takesRange(function, 0) ? 1 : *llvm::max_element(range);
    table = makeTable(neuron, format.inputFractions[0], format.operandFraction, largest);
    if (!snn::takesRange(function, 0) && *llvm::min_element(range) < largest) {
      for (double &number : range)
        number = largest / number;
      gains = makeMultipliers(context, range, shape);
    }
  }
  const Bounds bounds =
      snn::takesBounds(function) ? makeBounds(neuron, format.operandFraction, range) : Bounds();
  auto list = [&](ArrayRef<int64_t> numbers) { return DenseI64ArrayAttr::get(context, numbers); };
  if (neuron.getInitial())
    neuron.setInitialAttr(toSteps(neuron, *neuron.getInitial()));
  if (neuron.getOffset())
    neuron.setOffsetAttr(toSteps(neuron, *neuron.getOffset()));
  neuron.getSpikes().setType(makeFixed(neuron.getSpikes().getType()));
  neuron.removeRangeAttr();
  neuron.setScheduleAttr(format.steps.schedule);
  neuron.setFixedAttr(snn::FixedNeuronAttr::get(
      context, format.stateBits, format.steps.fraction, format.operandFraction,
      list(format.steps.steps), list(makeZones(neuron, format)), list(shifts),
      ArrayAttr::get(context, multipliers), table, gains ? gains->numbers : ElementsAttr(),
      gains ? gains->shift : 0, format.align, format.epsilon, bounds.lower, bounds.upper));
}

void Conversion::rewriteOutput(snn::DecodeOp decode, const AccumulatorBounds &bounds) {
  Numbers ratios = scales.get(decode.getCurrent());
  const Numbers &sums = bounds.magnitudes.find(decode.getCurrent())->second;
  double max = 0;
  for (size_t i = 0; i < ratios.size(); ++i)
    max = std::max(max, ratios[i] * sums[i]);
  // All that there is room for, but of large numbers no more than 16: sums are hardly ever as large as they could be.
  int size = max > 0 ? std::ilogb(max) : 0;
  int fraction = std::clamp(std::min(29 - size, std::max(16, 22 - size)), -100, 100);
  for (double &ratio : ratios)
    ratio = std::ldexp(ratio, fraction);
  Multipliers made = makeMultipliers(context, ratios, decode.getCurrent().getType().getShape());
  decode.setFixedAttr(snn::FixedOutputAttr::get(context, made.shift, fraction, made.numbers));
}

} // namespace

FailureOr<AccumulatorBounds> convertToIntegers(func::FuncOp network, RoundingMemo &memo) {
  if (failed(checkFormats(network)))
    return failure();
  return Conversion(network, memo).run();
}

} // namespace quantize

namespace {

struct ConvertIntegers : impl::ConvertIntegersPassBase<ConvertIntegers> {
  using ConvertIntegersPassBase::ConvertIntegersPassBase;

  void runOnOperation() override {
    quantize::RoundingMemo memo;
    if (failed(quantize::checkIntegerForm(getOperation())) ||
        failed(quantize::convertToIntegers(getOperation(), memo)))
      signalPassFailure();
  }
};

} // namespace
} // namespace snnc
