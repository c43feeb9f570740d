#include "targets/core/Partition.h"

#include "dialects/support/Shapes.h"
#include "mlir/IR/Builders.h"
#include <algorithm>
#include <set>

using namespace mlir;

namespace snnc::core {

Load Load::operator+(const Load &other) const {
  Load sum;
  sum.neurons = neurons + other.neurons;
  sum.populations = populations + other.populations;
  sum.synapseBits = synapseBits + other.synapseBits;
  sum.neuronBits = neuronBits + other.neuronBits;
  sum.inAxons = inAxons + other.inAxons;
  sum.outAxons = outAxons + other.outAxons;
  sum.synapses = synapses + other.synapses;
  sum.fanIn = std::max(fanIn, other.fanIn);
  sum.fanOut = std::max(fanOut, other.fanOut);
  sum.destinations = std::max(destinations, other.destinations);
  return sum;
}

/// What is limited, by the limit's key.
static SmallVector<std::pair<StringRef, int64_t>> list(const Load &load) {
  return {{"neurons", load.neurons},
          {"populations", load.populations},
          {"neuron_bits", load.neuronBits},
          {"synapse_bits", load.synapseBits},
          {"fan_in", load.fanIn},
          {"fan_out", load.fanOut},
          {"in_axons", load.inAxons},
          {"out_axons", load.outAxons},
          {"destinations", load.destinations}};
}

std::optional<Excess> findExcess(const Load &load, ModelAttr model) {
  for (auto [limit, found] : list(load))
    if (std::optional<int64_t> max = model.getLimit(limit); max && found > *max)
      return Excess{limit, found, *max};
  return std::nullopt;
}

DictionaryAttr toAttr(const Load &load, MLIRContext *context) {
  Builder builder(context);
  NamedAttrList entries;
  for (auto [limit, found] : list(load))
    entries.append(limit, builder.getI64IntegerAttr(found));
  entries.append("synapses", builder.getI64IntegerAttr(load.synapses));
  return entries.getDictionary(context);
}

namespace {

/// Synapses that an event of `value` drives, at most.
int64_t countFanOut(Value value) {
  int64_t sum = 0;
  for (OpOperand &use : value.getUses()) {
    auto synapse = dyn_cast<snn::SynapseOpInterface>(use.getOwner());
    sum += synapse ? synapse.getFanOut(use.getOperandNumber()) *
                         std::max<int64_t>(1, countFanOut(synapse.getCurrent()))
                   : 1;
  }
  return sum;
}

/// Boxes of at most `sizes` that fill `shape`, in row-major order.
std::vector<Box> tile(ArrayRef<int64_t> shape, ArrayRef<int64_t> sizes) {
  std::vector<Box> boxes{Box()};
  for (size_t d = 0; d < shape.size(); ++d) {
    std::vector<Box> next;
    for (const Box &box : boxes)
      for (int64_t offset = 0; offset < shape[d]; offset += sizes[d]) {
        next.push_back(box);
        next.back().offsets.push_back(offset);
        next.back().sizes.push_back(std::min(sizes[d], shape[d] - offset));
      }
    boxes = std::move(next);
  }
  return boxes;
}

/// A way to cut a layer: box sizes, and how many boxes that makes.
struct Cut {
  SmallVector<int64_t> sizes;
  int64_t boxes;
};

/// All different cuts, the coarsest first.
std::vector<Cut> listCuts(ArrayRef<int64_t> shape) {
  std::vector<Cut> cuts{{{}, 1}};
  for (int64_t size : shape) {
    std::set<int64_t, std::greater<>> sizes;
    for (int64_t parts = 1; parts <= size; ++parts)
      sizes.insert(llvm::divideCeil(size, parts));
    std::vector<Cut> next;
    for (const Cut &cut : cuts)
      for (int64_t part : sizes) {
        next.push_back(cut);
        next.back().sizes.push_back(part);
        next.back().boxes *= llvm::divideCeil(size, part);
      }
    cuts = std::move(next);
  }
  llvm::sort(cuts, [](const Cut &a, const Cut &b) {
    return a.boxes != b.boxes ? a.boxes < b.boxes : a.sizes < b.sizes;
  });
  return cuts;
}

} // namespace

Partitioner::Partitioner(ProgramOp program) : program(program), model(program.getModel()) {
  for (auto layer : program.getBody().getOps<LayerOp>()) {
    listeners[layer].assign(layer.getNumNeurons(), 0);
    if (!layer.isInput())
      fanIn[layer] = connector.countFanIn(layer);
    for (BlockArgument argument : layer.getBody().getArguments())
      if (!layer.isInput())
        fanOut[getSource(layer, argument.getArgNumber())] += countFanOut(argument);
  }
}

LayerOp Partitioner::getSource(LayerOp layer, size_t index) const {
  return SymbolTable::lookupNearestSymbolFrom<LayerOp>(
      layer, cast<FlatSymbolRefAttr>(layer.getSources()[index]));
}

int64_t Partitioner::countAxons(LayerOp source, const llvm::BitVector &heard) const {
  int64_t perAxon = model.getNumber("axon_channels", 1);
  int64_t kinds = source.getPolarities() * source.getDigits();
  ArrayRef<int64_t> shape = source.getShape();
  if (perAxon == 1 || shape.size() < 2)
    return static_cast<int64_t>(heard.count()) * kinds;
  int64_t positions = countElements(shape.drop_front());
  llvm::BitVector axons(positions * llvm::divideCeil(shape[0], perAxon));
  for (unsigned neuron : heard.set_bits())
    axons.set(neuron / positions / perAxon * positions + neuron % positions);
  return static_cast<int64_t>(axons.count()) * kinds;
}

Slice Partitioner::measure(LayerOp layer, const Box &box) const {
  Connections connections = connector.connect(layer, box);
  Slice slice{layer, box, {}, std::move(connections.heard)};
  Load &load = slice.load;
  load.neurons = box.count();
  load.populations = 1;
  load.neuronBits = getState(layer, box).bits;
  bool shared = model.can("shared_weights");
  load.synapseBits =
      shared ? std::min(connections.sharedBits, connections.pairBits) : connections.pairBits;
  load.synapses = connections.synapses;
  load.fanIn = fanIn.lookup(layer);
  load.fanOut = fanOut.lookup(layer);
  for (size_t i = 0; i < slice.heard.size(); ++i)
    load.inAxons += countAxons(getSource(layer, i), slice.heard[i]);
  int64_t kinds = layer.getPolarities() * layer.getDigits();
  const std::vector<uint32_t> &heardBy = listeners.find(layer)->second;
  forEachNeuron(box, layer.getShape(), [&](int64_t neuron) {
    load.outAxons += heardBy[neuron] * kinds;
    load.destinations = std::max<int64_t>(load.destinations, heardBy[neuron]);
  });
  return slice;
}

std::optional<std::vector<Slice>> Partitioner::tryCut(LayerOp layer,
                                                      ArrayRef<int64_t> sizes) const {
  Load quick; // what needs no look at synapses
  quick.neurons = countElements(sizes);
  Box first;
  first.offsets.assign(sizes.size(), 0);
  first.sizes.assign(sizes.begin(), sizes.end());
  quick.neuronBits = getState(layer, first).bits;
  if (findExcess(quick, model))
    return std::nullopt;
  std::vector<Slice> slices;
  for (const Box &box : tile(layer.getShape(), sizes)) {
    slices.push_back(measure(layer, box));
    if (findExcess(slices.back().load, model))
      return std::nullopt;
  }
  return slices;
}

LogicalResult Partitioner::explain(LayerOp layer) const {
  Box one;
  for (int64_t size : layer.getShape()) {
    one.offsets.push_back(size / 2);
    one.sizes.push_back(1);
  }
  std::optional<Excess> excess = findExcess(measure(layer, one).load, model);
  if (!excess)
    return layer.emitError() << "layer '" << layer.getSymName()
                             << "' cannot be cut to fit a core of '" << model.getName() << "'";
  return layer.emitError() << "layer '" << layer.getSymName() << "' does not fit a core of '"
                           << model.getName() << "': one neuron alone takes " << excess->found
                           << " of " << excess->limit << ", " << excess->found - excess->max
                           << " more than the " << excess->max << " there are";
}

FailureOr<std::vector<Slice>> Partitioner::cut(LayerOp layer) const {
  std::optional<std::vector<Slice>> best;
  int64_t bestBoxes = 0, bestAxons = 0;
  for (const Cut &cut : listCuts(layer.getShape())) {
    if (best && cut.boxes > bestBoxes)
      break;
    std::optional<std::vector<Slice>> slices = tryCut(layer, cut.sizes);
    if (!slices)
      continue;
    int64_t axons = 0;
    for (const Slice &slice : *slices)
      axons += slice.load.inAxons;
    if (!best || axons < bestAxons) {
      best = std::move(slices);
      bestBoxes = cut.boxes;
      bestAxons = axons;
    }
  }
  if (!best)
    return explain(layer);
  return std::move(*best);
}

FailureOr<std::vector<Slice>> Partitioner::run() {
  SmallVector<LayerOp> layers(program.getBody().getOps<LayerOp>());
  std::vector<std::vector<Slice>> byLayer(layers.size());
  for (size_t i = layers.size(); i-- > 0;) {
    if (layers[i].isInput())
      continue;
    FailureOr<std::vector<Slice>> slices = cut(layers[i]);
    if (failed(slices))
      return failure();
    for (const Slice &slice : *slices)
      for (size_t source = 0; source < slice.heard.size(); ++source)
        for (unsigned neuron : slice.heard[source].set_bits())
          ++listeners[getSource(layers[i], source)][neuron];
    byLayer[i] = std::move(*slices);
  }
  std::vector<Slice> all;
  for (std::vector<Slice> &slices : byLayer)
    std::move(slices.begin(), slices.end(), std::back_inserter(all));
  return all;
}

} // namespace snnc::core
