#include "targets/core/Relays.h"

#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "targets/core/Capabilities.h"
#include "targets/core/Connections.h"

using namespace mlir;

namespace snnc::core {

namespace {

/// A relay layer in front of `before`, with one source; `fill` makes its current from the argument.
LayerOp makeRelay(LayerOp before, const std::string &name, LayerOp source, int64_t depth,
                  llvm::function_ref<Value(OpBuilder &, Value)> fill) {
  OpBuilder builder(before);
  auto symbols = builder.getArrayAttr({FlatSymbolRefAttr::get(source.getSymNameAttr())});
  auto relay = builder.create<LayerOp>(before.getLoc(), name, symbols, depth);
  Block *block = builder.createBlock(&relay.getBody());
  Value spikes = block->addArgument(source.getSpikes(), before.getLoc());
  builder.create<YieldOp>(before.getLoc(), fill(builder, spikes));
  relay.setRateAttr(source.getRateAttr());
  return relay;
}

LayerOp getSource(LayerOp layer, size_t index) {
  auto symbol = cast<FlatSymbolRefAttr>(layer.getSources()[index]);
  return SymbolTable::lookupNearestSymbolFrom<LayerOp>(layer, symbol);
}

void setSources(LayerOp layer, ArrayRef<Attribute> symbols) {
  layer.setSourcesAttr(ArrayAttr::get(layer.getContext(), symbols));
}

/// Depths from the sources, in program order.
void setDepths(ProgramOp program) {
  for (auto layer : program.getBody().getOps<LayerOp>()) {
    int64_t depth = 0;
    for (size_t i = 0; i < layer.getSources().size(); ++i)
      depth = std::max<int64_t>(depth, getSource(layer, i).getDepth() + 1);
    layer.setDepthAttr(IntegerAttr::get(IntegerType::get(layer.getContext(), 64), depth));
  }
}

/// Elements `first` to `first + count` of a constant, along one dimension.
Value takePart(OpBuilder &builder, Value weight, size_t dimension, int64_t first, int64_t count) {
  auto type = cast<RankedTensorType>(weight.getType());
  FailureOr<std::vector<double>> numbers = readNumbers(getConstantAttr(weight));
  SmallVector<int64_t> shape(type.getShape());
  int64_t inner = 1, size = shape[dimension];
  for (size_t d = dimension + 1; d < shape.size(); ++d)
    inner *= shape[d];
  std::vector<double> part;
  for (size_t i = 0; i < numbers->size(); ++i) {
    int64_t index = static_cast<int64_t>(i) / inner % size;
    if (index >= first && index < first + count)
      part.push_back((*numbers)[i]);
  }
  shape[dimension] = count;
  auto partType = RankedTensorType::get(shape, type.getElementType());
  return builder.create<arith::ConstantOp>(weight.getLoc(), makeConstant(partType, part));
}

/// The dimension of the weights along which what they hear lies.
size_t getInputDimension(ArrayRef<int64_t> shape, const snn::WeightLayout &layout) {
  size_t dimension = shape.size() - 1;
  for (int64_t stride = 1; stride < layout.inputStride || shape[dimension] != layout.inputs;)
    stride *= shape[dimension--];
  return dimension;
}

/// Replaces one synapse of a layer by relays that hear `perPart` rows or channels each.
class Splitter {
public:
  Splitter(LayerOp layer, snn::WeightedOpInterface synapse, int64_t limit)
      : layer(layer), synapse(synapse), layout(synapse.getWeightLayout()), limit(limit) {}

  LogicalResult run() {
    auto argument = dyn_cast<BlockArgument>(synapse.getStream());
    if (!argument || layout.groups != 1)
      return layer.emitError() << "layer '" << layer.getSymName() << "' cannot be cut by sources: "
                               << (argument ? "its convolution has groups"
                                            : "its weights come behind another synapse");
    int64_t perRow = layout.taps, rows = layout.inputs, perPart = limit / perRow;
    if (perPart == 0)
      return layer.emitError() << "layer '" << layer.getSymName() << "' hears " << perRow
                               << " sources of one channel, a neuron of the model " << limit
                               << " in all";
    LayerOp source = getSource(layer, argument.getArgNumber());
    OpBuilder inside(synapse);
    Value sum;
    for (int64_t first = 0, part = 1; first < rows; first += perPart, ++part) {
      Value heard = addPart(source, first, std::min(perPart, rows - first), part);
      sum = sum ? inside.create<snn::AddOp>(synapse->getLoc(), sum, heard).getCurrent() : heard;
    }
    finish(sum, argument);
    return success();
  }

private:
  LayerOp layer;
  snn::WeightedOpInterface synapse;
  snn::WeightLayout layout;
  int64_t limit;

  Value addPart(LayerOp source, int64_t first, int64_t count, int64_t part) {
    std::string name = (layer.getSymName() + ".sum" + std::to_string(part)).str();
    while (SymbolTable::lookupNearestSymbolFrom(layer, StringAttr::get(layer.getContext(), name)))
      name += "'";
    LayerOp relay = makeRelay(
        layer, name, source, source.getDepth() + 1, [&](OpBuilder &builder, Value spikes) {
          SmallVector<int64_t> sizes(snn::getStreamShape(spikes.getType()));
          SmallVector<int64_t> starts(sizes.size(), 0), steps(sizes.size(), 1);
          starts[layout.inDimension] = first;
          sizes[layout.inDimension] = count;
          auto slice =
              builder.create<snn::SliceOp>(synapse->getLoc(), spikes, starts, sizes, steps);
          Value all = synapse.getWeight();
          Value weight =
              takePart(builder, all, getInputDimension(getTensorShape(all), layout), first, count);
          // The same synapse on a part, without its bias, which only its neurons start from.
          OperationState state(synapse->getLoc(), synapse->getName());
          state.addOperands({slice.getCurrent(), weight});
          state.addTypes(synapse->getResultTypes());
          state.addAttributes(synapse->getAttrs());
          return builder.create(state)->getResult(0);
        });
    SmallVector<Attribute> symbols(layer.getSources().getValue());
    symbols.push_back(FlatSymbolRefAttr::get(relay.getSymNameAttr()));
    setSources(layer, symbols);
    return layer.getBody().addArgument(relay.getSpikes(), synapse->getLoc());
  }

  void finish(Value sum, BlockArgument argument) {
    OpBuilder builder(synapse);
    if (isa<snn::SpikesType>(sum.getType())) // one part only: a current of it
      sum = builder.create<snn::ReshapeOp>(synapse->getLoc(), sum,
                                           snn::getStreamShape(sum.getType()));
    if (Value bias = synapse.getBias()) {
      SmallVector<int64_t> shape(snn::getStreamShape(sum.getType()).size(), 1);
      shape[layout.outDimension] = getTensorShape(bias)[0];
      auto type =
          RankedTensorType::get(shape, cast<RankedTensorType>(bias.getType()).getElementType());
      FailureOr<std::vector<double>> numbers = readNumbers(getConstantAttr(bias));
      Value value = builder.create<arith::ConstantOp>(bias.getLoc(), makeConstant(type, *numbers));
      sum = builder.create<snn::BiasOp>(synapse->getLoc(), sum, value);
    }
    synapse->getResult(0).replaceAllUsesWith(sum);
    synapse->erase();
    if (!argument.use_empty())
      return;
    SmallVector<Attribute> symbols(layer.getSources().getValue());
    symbols.erase(symbols.begin() + argument.getArgNumber());
    setSources(layer, symbols);
    layer.getBody().eraseArgument(argument.getArgNumber());
  }
};

/// The synapse of the layer with most sources per neuron, or null.
snn::WeightedOpInterface findWidest(LayerOp layer) {
  snn::WeightedOpInterface widest;
  int64_t max = 0;
  layer.walk([&](snn::WeightedOpInterface op) {
    int64_t fanIn = op.getWeightLayout().getFanIn();
    if (fanIn > max) {
      max = fanIn;
      widest = op;
    }
  });
  return widest;
}

} // namespace

LogicalResult splitFanIn(ProgramOp program) {
  std::optional<int64_t> limit = program.getModel().getLimit("fan_in");
  if (!limit)
    return success();
  SmallVector<LayerOp> layers(program.getBody().getOps<LayerOp>());
  for (LayerOp layer : layers) {
    if (layer.isInput())
      continue;
    while (Connector().countFanIn(layer) > *limit) { // synapses change in between
      snn::WeightedOpInterface synapse = findWidest(layer);
      bool sendsSums = program.getModel().isProgrammable() &&
                       program.getModel().getNumber("graded_bits", 0) >= 32;
      if (!sendsSums || !synapse)
        return layer.emitError() << "layer '" << layer.getSymName() << "' has neurons with "
                                 << Connector().countFanIn(layer) << " sources, but a neuron of '"
                                 << program.getModel().getName() << "' takes " << *limit
                                 << (sendsSums
                                         ? ", and it has no weights to cut them by"
                                         : ", and partial sums of 32 bits cannot be sent on it");
      if (failed(Splitter(layer, synapse, *limit).run()))
        return failure();
    }
  }
  setDepths(program);
  for (auto layer : program.getBody().getOps<LayerOp>())
    if (layer.isRelay() && failed(legalizeLayer(layer, program.getModel())))
      return failure();
  return success();
}

LogicalResult relayDelays(ProgramOp program) {
  int64_t max = program.getModel().getNumber("max_delay", 0);
  SmallVector<LayerOp> layers(program.getBody().getOps<LayerOp>());
  for (LayerOp layer : layers) {
    SmallVector<Attribute> symbols(layer.getSources().getValue());
    for (size_t i = 0; i < symbols.size(); ++i) {
      LayerOp source = getSource(layer, i);
      std::string base = source.getSymName().str();
      while (layer.getDepth() - source.getDepth() - 1 > static_cast<uint64_t>(max)) {
        int64_t depth = std::min<int64_t>(source.getDepth() + 1 + max, layer.getDepth() - 1);
        std::string name = base + ".delay" + std::to_string(depth);
        if (auto made = SymbolTable::lookupNearestSymbolFrom<LayerOp>(
                layer, StringAttr::get(layer.getContext(), name))) {
          source = made;
          continue;
        }
        LayerOp next = source;
        source = makeRelay(layer, name, next, depth, [](OpBuilder &builder, Value spikes) {
          return builder
              .create<snn::ReshapeOp>(spikes.getLoc(), spikes,
                                      snn::getStreamShape(spikes.getType()))
              .getCurrent();
        });
        if (failed(legalizeLayer(source, program.getModel())))
          return failure();
      }
      symbols[i] = FlatSymbolRefAttr::get(source.getSymNameAttr());
      layer.getBody().getArgument(i).setType(source.getSpikes());
    }
    if (!layer.isInput())
      setSources(layer, symbols);
  }
  return success();
}

} // namespace snnc::core
