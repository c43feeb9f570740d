//===- From a function of the snn dialect to the layers of a core program -------------------------------===//
#include "compiler/quantize/BoundAccumulators.h"
#include "compiler/reference/Updates.h"
#include "dialects/support/Locations.h"
#include "dialects/support/Numbers.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "snn/Bounds.h"
#include "targets/core/Capabilities.h"
#include "targets/core/Connections.h"
#include "targets/core/ModelAttribute.h"
#include "targets/core/Passes.h"
#include "targets/core/Relays.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_CONVERTSNNTOCOREPASS
#include "targets/core/Passes.h.inc"
} // namespace snnc

namespace snnc::core {

namespace {

/// What the location calls the operation, else its kind.
std::string getLayerName(Operation *op) {
  std::string name = getFirstName(op->getLoc());
  if (!name.empty())
    return name;
  if (isa<snn::EncodeOp>(op))
    return "input";
  return isa<snn::DecodeOp>(op) ? "output" : op->getName().stripDialect().str();
}

/// Products and roundings: what they deliver is no linear map of what they hear in a step.
bool isRelay(Operation *op) {
  auto synapse = dyn_cast<snn::SynapseOpInterface>(op);
  return synapse && (synapse.isBilinear() || isa<snn::RequantizeOp>(op));
}

bool isPopulation(Operation *op) {
  return isa<snn::EncodeOp, snn::DecodeOp>(op) || isa<snn::NeuronOpInterface>(op) || isRelay(op);
}

class Outliner {
public:
  Outliner(func::FuncOp network, ModelAttr model, double rate)
      : network(network), model(model), rate(rate), builder(network.getContext()) {}

  FailureOr<ProgramOp> run(int64_t steps, DenseI64ArrayAttr updates) {
    builder.setInsertionPointAfter(network);
    program = builder.create<ProgramOp>(
        network.getLoc(), network.getSymName(), model,
        steps ? steps : snn::countSteps(network).value_or(snn::kDefaultSteps));
    program.setUpdatesAttr(updates);
    builder.createBlock(&program.getBody());
    for (Operation &op : network.front())
      if (isPopulation(&op) && failed(outline(&op)))
        return failure();
    return program;
  }

private:
  func::FuncOp network;
  ModelAttr model;
  double rate;
  OpBuilder builder;
  ProgramOp program;
  DenseMap<Value, LayerOp> layers; ///< by what the population sends
  llvm::StringSet<> names;

  /// Operations between other populations and `op`, with their constants, in program order.
  LogicalResult collect(Operation *op, llvm::SetVector<Operation *> &body,
                        llvm::SetVector<Value> &sources) {
    for (Value operand : op->getOperands()) {
      if (layers.contains(operand)) {
        sources.insert(operand);
        continue;
      }
      Operation *definition = operand.getDefiningOp();
      if (!definition || !(isa<snn::SynapseOpInterface>(definition) ||
                           definition->hasTrait<OpTrait::ConstantLike>()))
        return op->emitOpError() << "hears something that is neither a population nor a synapse";
      if (body.contains(definition))
        continue;
      if (failed(collect(definition, body, sources)))
        return failure();
      body.insert(definition);
    }
    return success();
  }

  LogicalResult outline(Operation *op) {
    llvm::SetVector<Operation *> body;
    llvm::SetVector<Value> sources;
    bool isInput = isa<snn::EncodeOp>(op);
    if (!isInput && failed(collect(op, body, sources)))
      return failure();
    int64_t depth = 0;
    SmallVector<Attribute> symbols;
    for (Value source : sources) {
      symbols.push_back(FlatSymbolRefAttr::get(layers[source].getSymNameAttr()));
      depth = std::max<int64_t>(depth, layers[source].getDepth() + 1);
    }
    std::string name = getLayerName(op);
    for (int copy = 2; !names.insert(name).second; ++copy)
      name = getLayerName(op) + "." + std::to_string(copy);
    builder.setInsertionPointToEnd(&program.getBody().front());
    auto layer = builder.create<LayerOp>(op->getLoc(), name, builder.getArrayAttr(symbols), depth);
    Block *block = builder.createBlock(&layer.getBody());
    IRMapping mapping;
    for (Value source : isInput ? ValueRange(op->getOperands()) : sources.getArrayRef())
      mapping.map(source, isInput ? block->addArgument(source.getType(), source.getLoc())
                                  : hear(block, source));
    for (Operation *inner : body)
      builder.clone(*inner, mapping);
    Operation *clone = builder.clone(*op, mapping);
    builder.create<YieldOp>(op->getLoc(), clone->getResult(0));
    layers[op->getResult(0)] = layer;
    if (!isa<snn::DecodeOp>(op))
      layer.setRateAttr(builder.getF64FloatAttr(assumeRate(op)));
    return success();
  }

  /// What a layer hears of `source`; the current of a product or a rounding arrives as graded events.
  Value hear(Block *block, Value source) {
    Value argument = block->addArgument(layers[source].getSpikes(), source.getLoc());
    if (isa<snn::SpikesType>(source.getType()))
      return argument;
    return builder
        .create<snn::ReshapeOp>(source.getLoc(), argument, snn::getStreamShape(source.getType()))
        .getCurrent();
  }

  /// Events of a neuron for a sample, before any run has been seen.
  double assumeRate(Operation *op) {
    if (isRelay(op))
      return rate;
    auto spikes = cast<snn::SpikesType>(op->getResult(0).getType());
    snn::ScheduleAttr schedule;
    if (auto encode = dyn_cast<snn::EncodeOp>(op)) {
      if (encode.getCode() == snn::InputCode::Direct)
        return 1;
      schedule = encode.getScheduleAttr();
    } else {
      schedule = cast<snn::NeuronOpInterface>(op).getSchedule();
    }
    if (spikes.getCode() == snn::SpikeCode::Ternary)
      return rate;
    auto steps = static_cast<int64_t>(program.getSteps());
    if (schedule && schedule.getSteps() != snn::ScheduleAttr::kUnlimited)
      steps = std::min<int64_t>(steps, schedule.getSteps());
    return static_cast<double>(steps);
  }
};

struct ConvertSNNToCore : impl::ConvertSNNToCorePassBase<ConvertSNNToCore> {
  using ConvertSNNToCorePassBase::ConvertSNNToCorePassBase;

  void runOnOperation() override {
    auto loaded = loadModel(model);
    if (!loaded) {
      emitError(UnknownLoc::get(&getContext())) << loaded.error();
      return signalPassFailure();
    }
    ModelAttr attr = makeModelAttr(&getContext(), *loaded);
    for (auto network : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (network.isDeclaration() || network.getOps<snn::EncodeOp>().empty())
        continue;
      if (failed(convert(network, attr)))
        return signalPassFailure();
    }
  }

  /// What a change of the input must exceed in an update; null without updates.
  FailureOr<DenseI64ArrayAttr> getUpdates(func::FuncOp network) {
    if (!updates)
      return DenseI64ArrayAttr();
    if (!(inputThreshold >= 0 && std::isfinite(inputThreshold)))
      return network.emitError() << "the input threshold must be finite and at least 0, found "
                                 << showNumber(double(inputThreshold));
    auto encode = *network.getOps<snn::EncodeOp>().begin();
    if (!encode.getFixed())
      return encode.emitError() << "is not in integers; run --snn-quantize before mapping";
    if (failed(checkSums(network)))
      return failure();
    return Builder(&getContext())
        .getDenseI64ArrayAttr(reference::getThresholds(*encode.getFixed(), inputThreshold));
  }

  /// FX-Q14: in an update a sum may go from one end to the other.
  static LogicalResult checkSums(func::FuncOp network) {
    quantize::AccumulatorBounds bounds = quantize::boundAccumulators(network);
    for (auto synapse : network.getOps<snn::SynapseOpInterface>())
      if (bounds.getLargest(synapse.getCurrent()) > ::snn::kLargestJump)
        return synapse->emitError()
               << "layer '" << getLayerName(synapse)
               << "' takes no updates: its sums may change by more than 32 bits hold";
    return success();
  }

  LogicalResult convert(func::FuncOp network, ModelAttr attr) {
    FailureOr<DenseI64ArrayAttr> thresholds = getUpdates(network);
    if (failed(thresholds))
      return failure();
    FailureOr<ProgramOp> program = Outliner(network, attr, rate).run(steps, *thresholds);
    if (failed(program) || (*thresholds && failed(program->checkUpdates())))
      return failure();
    network.erase();
    // Neurons first: that they cannot be had is more than how their events are sent.
    for (bool isInput : {false, true})
      for (auto layer : program->getBody().getOps<LayerOp>())
        if (layer.isInput() == isInput && failed(legalizeLayer(layer, attr)))
          return failure();
    if (failed(splitFanIn(*program)) || failed(relayDelays(*program)))
      return failure();
    return success();
  }
};

} // namespace
} // namespace snnc::core
