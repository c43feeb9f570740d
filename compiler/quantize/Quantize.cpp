//===- Turn a spiking network into integers ------------------------------------------------------------------===//
//
// In this order, because each needs what is before it: ranges of the operands; fraction bits and steps of
// the populations, and with them the LSB of every spike; the LSBs of currents, and with them integer
// weights and biases; the multipliers from each current's LSB to its population's; the proof that sums
// fit. Where one does not, everything behind the ranges is done again with fewer bits in front of it.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/quantize/BoundAccumulators.h"
#include "compiler/quantize/OperandRanges.h"
#include "compiler/quantize/Passes.h"
#include "compiler/quantize/QuantizeNeurons.h"
#include "compiler/quantize/StreamScales.h"
#include "compiler/reference/Indexing.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/OwningOpRef.h"
#include <cmath>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "compiler/quantize/Passes.h.inc"

namespace {

using namespace quantize;

/// Without images, estimates are taken to stay within this many units of their population.
constexpr double kUsualEstimate = 8;
/// Fraction bits of steps that are not powers of two.
constexpr unsigned kStepFraction = 10;
/// How often a layer may lose a weight bit before we give up.
constexpr unsigned kMostAttempts = 64;
constexpr int kLargestDifference = 14;
/// Fraction bits of the values in a table.
constexpr int kTableFraction = 13;

/// What has been chosen for a population before its weights are known.
struct Choice {
  IntegerSteps steps;
  int inputFraction = 0;   ///< of the estimates
  int operandFraction = 0; ///< of what is compared: the same, but behind a table
  OperandRange range;      ///< of all operands together
};

struct Settings {
  unsigned weightBits, stateBits;
  int64_t steps;
  bool isByte;
};

OperandRange join(const OperandRange &a, const OperandRange &b) {
  OperandRange both = a;
  both.least = std::min(a.least, b.least);
  both.most = std::max(a.most, b.most);
  both.total += b.total;
  for (size_t i = 0; i < both.atLeast.size(); ++i)
    both.atLeast[i] += b.atLeast[i];
  return both;
}

/// One try, on a network of its own.
class Attempt {
public:
  Attempt(func::FuncOp network, const Settings &settings, const Ranges *ranges,
          const std::vector<Choice> &choices, const IntegerSteps &inputSteps)
      : network(network), settings(settings), ranges(ranges), choices(choices),
        inputSteps(inputSteps), context(network.getContext()) {}

  /// Null when all sums fit; else the number of an operation in front of one that does not.
  FailureOr<std::optional<size_t>> run(ArrayRef<unsigned> coarser) {
    llvm::DenseMap<Value, Numbers> spikeScales;
    auto encode = *network.getOps<snn::EncodeOp>().begin();
    snn::FixedInputAttr input =
        makeInput(encode, settings.isByte, ranges ? ranges->raw.magnitude() : 1,
                  getInputMagnitude(encode), inputSteps);
    bool isGraded = encode.getSpikes().getType().getCode() == snn::SpikeCode::Graded;
    spikeScales[encode.getSpikes()] =
        Numbers(encode.getSpikes().getType().getNumElements(),
                std::ldexp(1.0, -static_cast<int>(isGraded ? input.getFraction()
                                                           : input.getEventFraction())));
    size_t i = 0;
    for (auto neuron : network.getOps<snn::NeuronOp>()) {
      Numbers &scale = spikeScales[neuron.getSpikes()] = getRange(neuron);
      double largest = *llvm::max_element(scale);
      // Behind a table all neurons count in the largest range, and what they send is worth more.
      for (double &number : scale)
        number = std::ldexp(snn::isExact(neuron.getFunction()) ? 1.0 : largest / number,
                            -static_cast<int>(choices[i].steps.fraction));
      ++i;
    }
    StreamScales scales(network, spikeScales, settings.weightBits, coarser);

    for (Operation &op : llvm::make_early_inc_range(network.front()))
      if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op))
        rewriteWeights(synapse, scales);
    rewriteInput(encode, input);
    i = 0;
    for (auto neuron : llvm::to_vector(network.getOps<snn::NeuronOp>()))
      rewriteNeuron(neuron, choices[i++], scales);
    for (Operation &op : network.front())
      if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op))
        synapse.getCurrent().setType(makeFixed(synapse.getCurrent().getType()));
    for (Operation &op : network.front())
      if (auto pool = dyn_cast<snn::AveragePoolOp>(op); pool && snn::getCommonCount(pool) == 0)
        return op.emitOpError() << "averages windows of too many different sizes for integers";
    AccumulatorBounds bounds = boundAccumulators(network);
    if (bounds.overflow) {
      std::optional<size_t> number = scales.getNumber(bounds.overflow);
      if (number)
        return number;
      return bounds.overflow->emitOpError() << "has sums that do not fit in 32 bits";
    }
    rewriteOutput(*network.getOps<snn::DecodeOp>().begin(), scales, bounds);
    return std::optional<size_t>();
  }

private:
  func::FuncOp network;
  const Settings &settings;
  const Ranges *ranges;
  const std::vector<Choice> &choices;
  const IntegerSteps &inputSteps;
  MLIRContext *context;

  static snn::CurrentType makeFixed(snn::CurrentType type) {
    return snn::CurrentType::get(type.getContext(), type.getShape(), type.getMeaning(), true);
  }
  static snn::SpikesType makeFixed(snn::SpikesType type) {
    return snn::SpikesType::get(type.getContext(), type.getShape(), type.getCode(), true);
  }

  double getInputMagnitude(snn::EncodeOp encode) const {
    if (ranges && !settings.isByte)
      return ranges->input.magnitude();
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

  Value createConstant(Operation *before, ArrayRef<int64_t> shape, unsigned bits,
                       ArrayRef<double> numbers, StringRef name) {
    OpBuilder builder(before);
    return builder.create<arith::ConstantOp>(
        before->getLoc(),
        makeConstant(RankedTensorType::get(shape, IntegerType::get(context, bits)), numbers, name));
  }

  void rewriteWeights(snn::SynapseOpInterface synapse, const StreamScales &scales) {
    Operation *op = synapse;
    if (auto bias = dyn_cast<snn::BiasOp>(op)) {
      Numbers numbers = scales.getBias(bias.getCurrent(), bias.getValue());
      bias.getValueMutable().set(
          createConstant(op, bias.getCurrent().getType().getShape(), 32, numbers, "bias"));
      return;
    }
    if (!isWeighted(op))
      return;
    Numbers weights = scales.getWeights(op);
    bool isScale = isa<snn::ScaleOp>(op);
    SmallVector<int64_t> shape(isScale ? snn::getStreamShape(op->getOperand(0).getType())
                                       : getTensorShape(op->getOperand(1)));
    if (op->getNumOperands() == 3) {
      Numbers bias = scales.getBias(op->getResult(0), op->getOperand(2));
      op->setOperand(2, createConstant(op, getTensorShape(op->getOperand(2)), 32, bias, "bias"));
    }
    if (isScale)
      std::tie(shape, weights) = compress(shape, weights);
    op->setOperand(1, createConstant(op, shape, isScale ? 16 : settings.weightBits, weights,
                                     isScale ? "factors" : "weights"));
    if (scales.getShift(op) > 0)
      op->setAttr("shift", IntegerAttr::get(IntegerType::get(context, 64), scales.getShift(op)));
  }

  /// The same factors with 1 in dimensions along which they do not change.
  static std::pair<SmallVector<int64_t>, Numbers> compress(ArrayRef<int64_t> shape,
                                                           const Numbers &factors) {
    SmallVector<int64_t> small(shape);
    Numbers numbers = factors;
    for (size_t d = 0; d < shape.size(); ++d) {
      SmallVector<int64_t> tried = small;
      tried[d] = 1;
      Numbers values(countElements(tried), HUGE_VAL);
      bool same = true;
      size_t i = 0;
      reference::forEach(small, [&](reference::Shape at) {
        double &value = values[reference::broadcast(at, tried)];
        same &= value == HUGE_VAL || value == numbers[i];
        value = numbers[i++];
      });
      if (same) {
        small = tried;
        numbers = values;
      }
    }
    return {small, numbers};
  }

  void rewriteInput(snn::EncodeOp encode, snn::FixedInputAttr input) {
    encode.getSpikes().setType(makeFixed(encode.getSpikes().getType()));
    encode.setFixedAttr(input);
    encode.removeMeanAttr();
    encode.removeStdAttr();
    if (encode.getSchedule())
      encode.setScheduleAttr(inputSteps.schedule);
  }

  /// One range for each neuron, 1 without.
  static Numbers getRange(snn::NeuronOp neuron) {
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

  /// Outputs in units of the range as integers that count as the population's steps do.
  ElementsAttr toSteps(snn::NeuronOp neuron, ElementsAttr attr, const StreamScales &scales) {
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

  void rewriteNeuron(snn::NeuronOp neuron, const Choice &choice, const StreamScales &scales) {
    ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape();
    Numbers range = getRange(neuron);
    bool isExact = snn::isExact(neuron.getFunction());
    SmallVector<int64_t> shifts;
    SmallVector<Attribute> multipliers;
    for (Value current : neuron.getCurrents()) {
      Numbers ratios = scales.get(current);
      for (size_t i = 0; i < ratios.size(); ++i)
        ratios[i] *= std::ldexp(1.0, choice.inputFraction) / (isExact ? range[i] : 1);
      Multipliers made = makeMultipliers(context, ratios, shape);
      shifts.push_back(made.shift);
      multipliers.push_back(made.numbers);
    }
    DenseI64ArrayAttr table;
    if (!isExact)
      table = makeTable(neuron, choice.inputFraction, choice.operandFraction,
                        *llvm::max_element(range));
    std::vector<int64_t> zones;
    if (neuron.getCode().getKind() == snn::SpikeCode::Ternary)
      for (int64_t k = 0; k < choice.steps.schedule.getSteps(); ++k) {
        double eta = choice.steps.schedule.getStepSize(choice.steps.schedule.getStart() + k);
        zones.push_back(std::llround(
            std::ldexp(neuron.getCode().getDeadZone(k) * eta, choice.operandFraction)));
      }
    auto list = [&](ArrayRef<int64_t> numbers) { return DenseI64ArrayAttr::get(context, numbers); };
    if (neuron.getInitial())
      neuron.setInitialAttr(toSteps(neuron, *neuron.getInitial(), scales));
    if (neuron.getOffset())
      neuron.setOffsetAttr(toSteps(neuron, *neuron.getOffset(), scales));
    neuron.getSpikes().setType(makeFixed(neuron.getSpikes().getType()));
    neuron.removeRangeAttr();
    neuron.setScheduleAttr(choice.steps.schedule);
    neuron.setFixedAttr(
        snn::FixedNeuronAttr::get(context, settings.stateBits, choice.steps.fraction,
                                  choice.operandFraction, list(choice.steps.steps), list(zones),
                                  list(shifts), ArrayAttr::get(context, multipliers), table));
    if (ranges)
      neuron->setAttr("snn.quantization", describe(choice));
  }

  DictionaryAttr describe(const Choice &choice) {
    Builder builder(context);
    uint64_t saturated = choice.range.countAbove(15 - choice.inputFraction);
    return builder.getDictionaryAttr(
        {builder.getNamedAttr("least", builder.getF64FloatAttr(choice.range.least)),
         builder.getNamedAttr("most", builder.getF64FloatAttr(choice.range.most)),
         builder.getNamedAttr("saturated",
                              builder.getI64IntegerAttr(static_cast<int64_t>(saturated))),
         builder.getNamedAttr(
             "seen", builder.getI64IntegerAttr(static_cast<int64_t>(choice.range.total)))});
  }

  void rewriteOutput(snn::DecodeOp decode, const StreamScales &scales,
                     const AccumulatorBounds &bounds) {
    Numbers ratios = scales.get(decode.getCurrent());
    const Numbers &sums = bounds.magnitudes.find(decode.getCurrent())->second;
    double most = 1;
    for (size_t i = 0; i < ratios.size(); ++i)
      most = std::max(most, ratios[i] * sums[i]);
    int fraction = std::clamp(29 - std::ilogb(most), 0, 16);
    for (double &ratio : ratios)
      ratio = std::ldexp(ratio, fraction);
    Multipliers made = makeMultipliers(context, ratios, decode.getCurrent().getType().getShape());
    decode.setFixedAttr(snn::FixedOutputAttr::get(context, made.shift, fraction, made.numbers));
  }
};

struct Quantize : impl::QuantizePassBase<Quantize> {
  using QuantizePassBase::QuantizePassBase;

  void runOnOperation() override {
    if (failed(quantize(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult check(func::FuncOp network) {
    if (weightBits != 8 && weightBits != 4 && weightBits != 2)
      return network.emitError() << "weight-bits are 8, 4 or 2, found " << weightBits.getValue();
    if (stateBits != 16 && stateBits != 32)
      return network.emitError() << "state-bits are 16 or 32, found " << stateBits.getValue();
    if (!input.empty() && input != "u8" && input != "i16")
      return network.emitError() << "input is u8 or i16, found '" << input.getValue() << "'";
    if (network.isDeclaration() || network.getOps<snn::EncodeOp>().empty())
      return network.emitError() << "has no 'snn.encode': convert the network to spikes first";
    for (Operation &op : network.front()) {
      if (auto end = dyn_cast<snn::DecodeOp>(op); end && end.getCurrent().getType().getIsFixed())
        return op.emitOpError() << "is in integers already";
      if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op); synapse && synapse.isBilinear())
        return op.emitOpError() << "multiplies two streams, which has no integer form";
      if (auto neuron = dyn_cast<snn::NeuronOp>(op);
          neuron && !snn::isExact(neuron.getFunction()) && neuron.getCurrents().size() != 1)
        return op.emitOpError() << snn::stringifyFunction(neuron.getFunction())
                                << " of two operands has no integer form; max and min have";
      if (isa<snn::IfOp>(op) ||
          (isa<snn::EncodeOp>(op) && cast<snn::EncodeOp>(op).getCode() == snn::InputCode::Analog))
        return op.emitOpError() << "carries rates, which have no integer form; convert the network "
                                   "with signgd dynamics";
      if (!isa<snn::EncodeOp, snn::DecodeOp, snn::NeuronOp, snn::SynapseOpInterface,
               arith::ConstantOp, func::ReturnOp>(op))
        return op.emitOpError() << "has no integer form";
    }
    return success();
  }

  /// How far from 0 outputs start, or are taken to be, at most.
  static double getStart(snn::NeuronOp neuron) {
    double most = 0;
    for (std::optional<ElementsAttr> attr : {neuron.getInitial(), neuron.getOffset()}) {
      double largest = 0;
      for (double number : attr ? *readNumbers(*attr) : Numbers())
        largest = std::max(largest, std::abs(number));
      most += largest;
    }
    return most;
  }

  FailureOr<std::vector<Choice>> choose(func::FuncOp network, const Ranges *ranges) {
    std::vector<Choice> choices;
    for (auto neuron : network.getOps<snn::NeuronOp>()) {
      Choice choice;
      for (OpOperand &operand : neuron->getOpOperands())
        if (ranges)
          choice.range = join(choice.range, ranges->operands.find(&operand)->second);
      double magnitude = ranges ? choice.range.magnitude() : kUsualEstimate;
      // With 32-bit states relu's negative side may saturate: nothing is lost.
      if (ranges && stateBits == 32 && neuron.getFunction() == snn::Function::Relu)
        magnitude = choice.range.most;
      int fraction = getFraction(magnitude);
      bool isExact = snn::isExact(neuron.getFunction());
      if (!isExact)
        choice.inputFraction = std::clamp(fraction, -16, 30);
      // Behind a table is y itself, which is about 1.
      fraction = isExact ? fraction : kTableFraction;
      unsigned most = static_cast<unsigned>(std::clamp<int>(fraction - 1, 4, kStepFraction));
      FailureOr<IntegerSteps> steps =
          quantizeSteps(neuron, neuron.getSchedule(), this->steps, most, getStart(neuron));
      if (failed(steps))
        return failure();
      choice.steps = *steps;
      int least = static_cast<int>(steps->fraction) + 1;
      choice.operandFraction = std::clamp(fraction, least, least - 1 + kLargestDifference);
      if (isExact)
        choice.inputFraction = choice.operandFraction;
      choices.push_back(choice);
    }
    return choices;
  }

  LogicalResult quantize(func::FuncOp network) {
    if (failed(check(network)))
      return failure();
    std::optional<Ranges> ranges;
    Settings settings{weightBits, stateBits, steps, input == "u8"};
    if (!data.empty()) {
      auto dataset = numpy::Dataset::load(data);
      if (!dataset)
        return network.emitError() << dataset.error();
      FailureOr<Ranges> observed = observeOperands(network, *dataset, limit);
      if (failed(observed))
        return failure();
      ranges = std::move(*observed);
      settings.isByte |= input.empty() && dataset->hasBytes();
    }
    FailureOr<std::vector<Choice>> choices = choose(network, ranges ? &*ranges : nullptr);
    if (failed(choices))
      return failure();
    auto encode = *network.getOps<snn::EncodeOp>().begin();
    IntegerSteps inputSteps;
    if (encode.getSchedule()) {
      FailureOr<IntegerSteps> made =
          quantizeSteps(encode, encode.getScheduleAttr(), steps, kStepFraction);
      if (failed(made))
        return failure();
      inputSteps = *made;
      for (int64_t step : inputSteps.steps)
        if (encode.getCode() == snn::InputCode::Float && step > (int64_t{1} << inputSteps.fraction))
          return encode.emitOpError() << "has steps above 1, which overshoot the input";
    }
    prepareIntegers(network);
    return fit(network, settings, ranges ? &*ranges : nullptr, *choices, inputSteps);
  }

  /// Tries until every sum fits in 32 bits.
  LogicalResult fit(func::FuncOp network, const Settings &settings, const Ranges *ranges,
                    const std::vector<Choice> &choices, const IntegerSteps &inputSteps) {
    std::vector<unsigned> coarser(network.front().getOperations().size(), 0);
    for (unsigned attempt = 0; attempt < kMostAttempts; ++attempt) {
      OwningOpRef<func::FuncOp> copy(network.clone());
      FailureOr<std::optional<size_t>> overflow =
          Attempt(*copy, settings, ranges, choices, inputSteps).run(coarser);
      if (failed(overflow))
        return failure();
      if (!*overflow) {
        network.getBody().takeBody(copy->getBody());
        for (auto constant : llvm::make_early_inc_range(network.getOps<arith::ConstantOp>()))
          if (constant->use_empty())
            constant->erase();
        report(network, ranges != nullptr, attempt);
        return success();
      }
      ++coarser[**overflow];
      if (coarser[**overflow] >= settings.weightBits)
        break;
    }
    return network.emitError() << "has sums that do not fit in 32 bits even with the fewest weight "
                                  "bits; use fewer steps or a smaller first step";
  }

  void report(func::FuncOp network, bool hasData, unsigned lost) {
    int64_t layers = 0, saturated = 0;
    for (auto neuron : network.getOps<snn::NeuronOp>()) {
      ++layers;
      if (auto seen = neuron->getAttrOfType<DictionaryAttr>("snn.quantization"))
        saturated += seen.getAs<IntegerAttr>("saturated").getInt();
    }
    auto remark = network.emitRemark()
                  << "quantized " << layers << " populations to " << unsigned(weightBits)
                  << "-bit weights and " << unsigned(stateBits) << "-bit states";
    if (hasData)
      remark << ", " << saturated << " estimates saturate on the images";
    else
      remark << "; no images, so estimates are taken to stay within " << kUsualEstimate << " units";
    if (lost > 0)
      remark << "; " << lost << " weight bits given up so that sums fit in 32 bits";
  }
};

} // namespace
} // namespace snnc
