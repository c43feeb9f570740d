#include "targets/core/BuildProgram.h"

#include "compiler/reference/Indexing.h"
#include "compiler/reference/Synapses.h"
#include "compiler/reference/Updates.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "snn/fixed.h"
#include "targets/core/Connections.h"
#include "targets/core/Stages.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace snnc::core {

namespace {

//===- Layers -------------------------------------------------------------------------------------------------===//

class Builder {
public:
  Builder(ProgramOp source, const CoreModel &model) : source(source) {
    ModelAttr attr = source.getModel();
    program.network = source.getSymName().str();
    program.model = attr.getName().str();
    program.mesh = {attr.getWidth(), attr.getHeight(), attr.getCoresPerRouter()};
    program.steps = toUnsigned(source.getSteps());
    program.updates = source.getUpdates().has_value();
    if (program.updates)
      program.thresholds = toInts(*source.getUpdates());
    program.energy = model.energy;
    program.timing = model.timing;
  }

  FailureOr<Program> build() {
    for (auto layer : source.getBody().getOps<LayerOp>()) {
      indices[layer.getSymName()] = toUnsigned(program.layers.size());
      layers.push_back(layer);
      program.layers.emplace_back();
      if (failed(addLayer(layer, program.layers.back())))
        return failure();
    }
    for (auto core : source.getBody().getOps<CoreOp>())
      addCore(core);
    return std::move(program);
  }

private:
  ProgramOp source;
  Program program;
  Connector connector;
  std::vector<LayerOp> layers;
  llvm::StringMap<uint32_t> indices;
  llvm::DenseMap<Value, reference::Numbers> starts; ///< of the currents of a layer
  /// By layer: what receivers take what it has sent to be before the first step.
  llvm::StringMap<reference::Numbers> assumed;

  LogicalResult addLayer(LayerOp op, Layer &layer) {
    layer.name = op.getSymName().str();
    layer.shape = toShape(op.getShape());
    layer.depth = toUnsigned(op.getDepth());
    layer.polarities = toUnsigned(op.getPolarities());
    layer.digits = toUnsigned(op.getDigits());
    Operation *population = op.getPopulation();
    assumed[op.getSymName()].assign(op.getNumNeurons(), 0.0);
    if (auto encode = dyn_cast_or_null<snn::EncodeOp>(population))
      return addInput(op, encode, layer);
    findStarts(op);
    if (auto neuron = dyn_cast_or_null<snn::NeuronOp>(population))
      return addNeurons(op, neuron, layer);
    if (auto decode = dyn_cast_or_null<snn::DecodeOp>(population))
      return addOutput(op, decode, layer);
    if (op.getProduct())
      return addProduct(op, layer);
    if (op.getRounding())
      return addRounding(op, layer);
    if (!population)
      return addRelay(op, layer);
    return op.emitError() << "layer '" << op.getSymName() << "' of '"
                          << population->getName().getStringRef() << "' has no integer form";
  }

  LogicalResult needIntegers(LayerOp op) {
    return op.emitError() << "layer '" << op.getSymName()
                          << "' is not in integers; run --snn-quantize before mapping";
  }

  LogicalResult addInput(LayerOp op, snn::EncodeOp encode, Layer &layer) {
    if (!encode.getFixed())
      return needIntegers(op);
    snn::FixedInputAttr fixed = *encode.getFixed();
    layer.kind = LayerKind::Input;
    static_assert(int(snn::InputCode::Direct) == int(InputCode::Direct) &&
                  int(snn::InputCode::Float) == int(InputCode::Float) &&
                  int(snn::InputCode::Spike) == int(InputCode::Spike));
    layer.inputCode = static_cast<InputCode>(encode.getCode());
    layer.rawBytes = fixed.getRaw() == snn::RawInput::U8;
    layer.rawFraction = static_cast<int32_t>(fixed.getRawFraction());
    layer.inputMultipliers = toInts(fixed.getMultipliers().asArrayRef());
    layer.inputOffsets = toInts(fixed.getOffsets().asArrayRef());
    layer.inputShift = toUnsigned(fixed.getShift());
    layer.fraction = static_cast<int32_t>(fixed.getFraction());
    layer.eventFraction = toUnsigned(fixed.getEventFraction());
    layer.steps = toInts(fixed.getSteps().asArrayRef());
    layer.firstStep = getFirstStep(encode.getScheduleAttr());
    return success();
  }

  static uint32_t getFirstStep(snn::ScheduleAttr schedule) {
    return schedule ? toUnsigned(schedule.getStart()) : 0;
  }

  /// Functions that integers compute exactly; all others are tables.
  static Function getFunction(snn::Function function, bool hasTable) {
    if (hasTable)
      return Function::Table;
    switch (function) {
    case snn::Function::Relu:
      return Function::Relu;
    case snn::Function::Max:
      return Function::Max;
    case snn::Function::Min:
      return Function::Min;
    case snn::Function::Abs:
      return Function::Abs;
    case snn::Function::Mul:
      return Function::Product;
    case snn::Function::Div:
      return Function::Quotient;
    case snn::Function::Norm:
      return Function::Norm;
    case snn::Function::Clip:
      return Function::Clip;
    default:
      return Function::Table;
    }
  }

  LogicalResult addNeurons(LayerOp op, snn::NeuronOp neuron, Layer &layer) {
    if (!neuron.getFixed())
      return needIntegers(op);
    snn::FixedNeuronAttr fixed = *neuron.getFixed();
    layer.kind = LayerKind::Neuron;
    layer.function = getFunction(neuron.getFunction(), fixed.getTable() != nullptr);
    layer.align = toUnsigned(fixed.getAlign());
    layer.epsilon = static_cast<int32_t>(fixed.getEpsilon());
    layer.tieAbove = ::snn::getInfo(neuron.getFunction()).tie == ::snn::Tie::Above;
    if (DenseI64ArrayAttr table = fixed.getTable())
      layer.table.assign(table.asArrayRef().begin(), table.asArrayRef().end());
    if (ElementsAttr gains = fixed.getGains())
      layer.gains = toInts(spread(gains, op.getShape()));
    layer.gainShift = toUnsigned(fixed.getGainShift());
    if (fixed.getLower()) {
      layer.lower = toInts(spread(fixed.getLower(), op.getShape()));
      layer.upper = toInts(spread(fixed.getUpper(), op.getShape()));
    }
    layer.ternary = neuron.getCode().getKind() == snn::SpikeCode::Ternary;
    layer.stateBits = toUnsigned(fixed.getState());
    layer.fraction = static_cast<int32_t>(fixed.getOperandFraction());
    layer.eventFraction = toUnsigned(fixed.getEventFraction());
    layer.firstStep = getFirstStep(neuron.getSchedule());
    layer.steps = toInts(fixed.getSteps().asArrayRef());
    layer.zones = toInts(fixed.getZones().asArrayRef());
    layer.hysteresis = static_cast<int32_t>(reference::getIntegerHysteresis(neuron));
    if (neuron.getInitial())
      layer.initial = toInts(reference::getInitialOutput(neuron));
    if (neuron.getInitial() || neuron.getOffset())
      assumed[op.getSymName()] = reference::getAssumedOutput(neuron);
    for (auto [i, current] : llvm::enumerate(neuron.getCurrents()))
      addOperand(op, current, cast<ElementsAttr>(fixed.getMultipliers()[i]), fixed.getShifts()[i],
                 layer);
    return success();
  }

  LogicalResult addOutput(LayerOp op, snn::DecodeOp decode, Layer &layer) {
    if (!decode.getFixed())
      return needIntegers(op);
    snn::FixedOutputAttr fixed = *decode.getFixed();
    layer.kind = LayerKind::Output;
    layer.fraction = static_cast<int32_t>(fixed.getFraction());
    addOperand(op, decode.getCurrent(), fixed.getMultipliers(), fixed.getShift(), layer);
    return success();
  }

  LogicalResult addRelay(LayerOp op, Layer &layer) {
    Value current = cast<YieldOp>(op.getBody().front().getTerminator()).getValue();
    if (!snn::isFixed(current.getType()))
      return needIntegers(op);
    layer.kind = LayerKind::Relay;
    addOperand(op, current, nullptr, 0, layer);
    return success();
  }

  LogicalResult addProduct(LayerOp op, Layer &layer) {
    snn::SynapseOpInterface product = op.getProduct();
    if (!snn::isFixed(product.getCurrent().getType()))
      return needIntegers(op);
    layer.kind = LayerKind::Product;
    layer.matrix = isa<snn::MatMulOp>(product.getOperation());
    for (Value factor : product.getStreams()) {
      addOperand(op, factor, nullptr, 0, layer);
      layer.operands.back().shape = toShape(snn::getStreamShape(factor.getType()));
    }
    return success();
  }

  LogicalResult addRounding(LayerOp op, Layer &layer) {
    snn::RequantizeOp rounding = op.getRounding();
    layer.kind = LayerKind::Rounding;
    layer.limit = static_cast<int32_t>(rounding.getLimit());
    addOperand(op, rounding.getStream(), rounding.getMultipliers(), rounding.getShift(), layer);
    return success();
  }

  /// One multiplier for each neuron of `shape`.
  static reference::Numbers spread(ElementsAttr multipliers, ArrayRef<int64_t> shape) {
    std::vector<double> numbers = *readNumbers(multipliers);
    reference::Numbers result;
    reference::forEach(shape, [&](reference::Shape at) {
      result.push_back(numbers[reference::broadcast(at, multipliers.getShapedType().getShape())]);
    });
    return result;
  }

  /// A(0) of every current of a layer, and what its own receivers begin with.
  void findStarts(LayerOp op) {
    starts.clear();
    Block &block = op.getBody().front();
    for (auto [argument, symbol] : llvm::zip(block.getArguments(), op.getSources()))
      starts[argument] = assumed[cast<FlatSymbolRefAttr>(symbol).getValue()];
    for (auto synapse : block.getOps<snn::SynapseOpInterface>()) {
      SmallVector<const reference::Numbers *> inputs;
      for (Value stream : synapse.getStreams())
        inputs.push_back(&starts[stream]);
      reference::Numbers result = reference::applySynapse(synapse, inputs, reference::Part::Affine);
      starts[synapse.getCurrent()] = std::move(result);
    }
    if (auto rounding = op.getRounding()) { // whose map has no rounding
      const reference::Numbers &sums = starts[rounding.getStream()];
      reference::Numbers multipliers = spread(rounding.getMultipliers(), op.getShape());
      reference::Numbers &passed = starts[rounding.getCurrent()];
      for (size_t i = 0; i < sums.size(); ++i)
        passed[i] = snn_estimate(
            static_cast<int32_t>(sums[i]), static_cast<int32_t>(multipliers[i]),
            toUnsigned(rounding.getShift()), static_cast<int32_t>(rounding.getLimit()));
    }
    if (op.isRelay())
      assumed[op.getSymName()] = starts[cast<YieldOp>(block.getTerminator()).getValue()];
  }

  void addOperand(LayerOp op, Value current, ElementsAttr multipliers, int64_t shift,
                  Layer &layer) {
    Operand operand;
    operand.start = toInts(starts[current]);
    operand.shift = toUnsigned(shift);
    if (multipliers)
      operand.multipliers = toInts(spread(multipliers, op.getShape()));
    layer.operands.push_back(std::move(operand));
    addPaths(op, current, toUnsigned(layer.operands.size() - 1), {}, layer);
  }

  /// From a current back to each source; `behind` are the stages between it and the neurons, last first.
  void addPaths(LayerOp op, Value value, uint32_t operand, std::vector<Stage> behind,
                Layer &layer) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto symbol = cast<FlatSymbolRefAttr>(op.getSources()[argument.getArgNumber()]);
      std::reverse(behind.begin(), behind.end());
      layer.paths.push_back({indices[symbol.getValue()], operand, std::move(behind)});
      return;
    }
    Operation *definition = value.getDefiningOp();
    if (auto concat = dyn_cast<snn::ConcatOp>(definition))
      return addConcat(op, concat, operand, behind, layer);
    if (auto stage = makeStage(definition))
      behind.push_back(std::move(*stage));
    for (Value stream : cast<snn::SynapseOpInterface>(definition).getStreams())
      addPaths(op, stream, operand, behind, layer);
  }

  /// A part of a concatenation is padded to the whole.
  void addConcat(LayerOp op, snn::ConcatOp concat, uint32_t operand,
                 const std::vector<Stage> &behind, Layer &layer) {
    ArrayRef<int64_t> whole = concat.getCurrent().getType().getShape();
    auto axis = static_cast<size_t>(concat.getAxis());
    int64_t begin = 0;
    for (Value stream : concat.getStreams()) {
      ArrayRef<int64_t> part = snn::getStreamShape(stream.getType());
      Stage pad;
      pad.kind = Stage::Kind::Pad;
      pad.from = toShape(part);
      pad.to = toShape(whole);
      pad.pads.assign(2 * whole.size(), 0);
      pad.pads[axis] = static_cast<int32_t>(begin);
      begin += part[axis];
      pad.pads[whole.size() + axis] = static_cast<int32_t>(whole[axis] - begin);
      std::vector<Stage> next = behind;
      next.push_back(std::move(pad));
      addPaths(op, stream, operand, std::move(next), layer);
    }
  }

  // ---- Cores ----

  void addCore(CoreOp op) {
    Core core;
    if (auto at = op.getAt()) {
      core.x = toUnsigned((*at)[0]);
      core.y = toUnsigned((*at)[1]);
      core.slot = toUnsigned((*at)[2]);
    }
    std::vector<llvm::BitVector> heard(layers.size());
    for (auto population : op.getBody().getOps<PopulationOp>()) {
      uint32_t index = indices[population.getLayer()];
      core.populations.push_back(
          {index, toShape(population.getOffsets()), toShape(population.getSizes())});
      Box box{SmallVector<int64_t>(population.getOffsets()),
              SmallVector<int64_t>(population.getSizes())};
      Connections connections = connector.connect(layers[index], box);
      for (auto [i, symbol] : llvm::enumerate(layers[index].getSources())) {
        llvm::BitVector &all = heard[indices[cast<FlatSymbolRefAttr>(symbol).getValue()]];
        all.resize(connections.heard[i].size());
        all |= connections.heard[i];
      }
    }
    for (size_t layer = 0; layer < heard.size(); ++layer)
      if (heard[layer].any())
        core.axons.push_back({toUnsigned(layer), findRuns(heard[layer])});
    for (NamedAttribute entry : op.getLoad())
      if (auto used = dyn_cast<IntegerAttr>(entry.getValue()))
        core.usage.push_back({entry.getName().str(), used.getInt(),
                              source.getModel().getLimit(entry.getName()).value_or(kUnlimited)});
    program.cores.push_back(std::move(core));
  }

  static std::vector<Run> findRuns(const llvm::BitVector &heard) {
    std::vector<Run> runs;
    for (unsigned neuron : heard.set_bits()) {
      if (!runs.empty() && runs.back().first + runs.back().count == neuron)
        ++runs.back().count;
      else
        runs.push_back({neuron, 1});
    }
    return runs;
  }
};

} // namespace

FailureOr<Program> buildProgram(ProgramOp program, const CoreModel &model) {
  if (program.getBody().getOps<CoreOp>().empty())
    return program.emitError() << "has no cores; run --core-partition first";
  return Builder(program, model).build();
}

} // namespace snnc::core
