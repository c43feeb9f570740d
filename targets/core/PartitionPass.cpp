//===- Slices to cores, and the routes between them --------------------------------------------------------===//
#include "dialects/support/Shapes.h"
#include "mlir/IR/Builders.h"
#include "targets/core/Partition.h"
#include "targets/core/Passes.h"
#include <map>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_COREPARTITIONPASS
#include "targets/core/Passes.h.inc"
} // namespace snnc

namespace snnc::core {

namespace {

/// Populations of one core.
struct Bin {
  std::vector<const Slice *> slices;
  Load load;
};

/// Slices in order, each on the core of the one before where both fit.
std::vector<Bin> pack(const std::vector<Slice> &slices, ModelAttr model) {
  std::vector<Bin> bins;
  for (const Slice &slice : slices) {
    if (bins.empty() || findExcess(bins.back().load + slice.load, model))
      bins.push_back({{&slice}, slice.load});
    else {
      bins.back().load = bins.back().load + slice.load;
      bins.back().slices.push_back(&slice);
    }
  }
  return bins;
}

class CoreBuilder {
public:
  CoreBuilder(ProgramOp program, const Partitioner &partitioner, std::vector<Bin> bins)
      : program(program), partitioner(partitioner), bins(std::move(bins)),
        builder(OpBuilder::atBlockEnd(&program.getBody().front())) {}

  void run() {
    findOwners();
    for (auto layer : program.getBody().getOps<LayerOp>())
      findListeners(layer);
    for (size_t id = 0; id < bins.size(); ++id)
      writeCore(id);
    for (const Route &route : routes)
      builder.create<RouteOp>(
          route.layer->getLoc(), FlatSymbolRefAttr::get(LayerOp(route.layer).getSymNameAttr()),
          route.from < 0 ? IntegerAttr() : builder.getI64IntegerAttr(route.from),
          builder.getI64IntegerAttr(route.to), builder.getI64IntegerAttr(route.axons),
          builder.getF64FloatAttr(route.events), IntegerAttr());
  }

private:
  struct Route {
    Operation *layer;
    int from, to;
    int64_t axons;
    double events;
  };
  ProgramOp program;
  const Partitioner &partitioner;
  std::vector<Bin> bins;
  OpBuilder builder;
  std::map<Operation *, std::vector<int>> owners; ///< per neuron: its core; -1: outside
  std::vector<Route> routes;

  void findOwners() {
    for (auto layer : program.getBody().getOps<LayerOp>())
      owners[layer].assign(layer.getNumNeurons(), -1);
    for (size_t id = 0; id < bins.size(); ++id)
      for (const Slice *slice : bins[id].slices) {
        std::vector<int> &owner = owners[slice->layer];
        LayerOp layer = slice->layer;
        forEachNeuron(slice->box, layer.getShape(),
                      [&](int64_t neuron) { owner[neuron] = static_cast<int>(id); });
      }
    for (Bin &bin : bins) // made exact now that it is known who shares a core
      bin.load.inAxons = bin.load.outAxons = bin.load.destinations = 0;
  }

  /// Which neurons of `layer` each core hears, as routes and as axons of both sides.
  void findListeners(LayerOp layer) {
    std::vector<int64_t> destinations(layer.getNumNeurons(), 0);
    double rate = layer.getRate() ? layer.getRate()->convertToDouble() : 0;
    int64_t kinds = layer.getPolarities() * layer.getDigits();
    for (size_t id = 0; id < bins.size(); ++id) {
      llvm::BitVector heard(layer.getNumNeurons());
      for (const Slice *slice : bins[id].slices)
        for (auto [i, symbol] : llvm::enumerate(LayerOp(slice->layer).getSources()))
          if (cast<FlatSymbolRefAttr>(symbol).getValue() == layer.getSymName())
            heard |= slice->heard[i];
      if (heard.none())
        continue;
      bins[id].load.inAxons += partitioner.countAxons(layer, heard);
      std::map<int, int64_t> byOwner;
      for (unsigned neuron : heard.set_bits()) {
        ++byOwner[owners[layer][neuron]];
        ++destinations[neuron];
      }
      for (auto [owner, axons] : byOwner) {
        routes.push_back(
            {layer, owner, static_cast<int>(id), axons, rate * static_cast<double>(axons)});
        if (owner >= 0)
          bins[owner].load.outAxons += axons * kinds;
      }
    }
    for (size_t neuron = 0; neuron < destinations.size(); ++neuron)
      if (int owner = owners[layer][neuron]; owner >= 0)
        bins[owner].load.destinations =
            std::max(bins[owner].load.destinations, destinations[neuron]);
  }

  void writeCore(size_t id) {
    builder.setInsertionPointToEnd(&program.getBody().front());
    auto core = builder.create<CoreOp>(
        program.getLoc(), builder.getI64IntegerAttr(static_cast<int64_t>(id)), DenseI64ArrayAttr(),
        toAttr(bins[id].load, builder.getContext()));
    builder.createBlock(&core.getBody());
    for (const Slice *slice : bins[id].slices)
      builder.create<PopulationOp>(LayerOp(slice->layer).getLoc(),
                                   LayerOp(slice->layer).getSymName(), slice->box.offsets,
                                   slice->box.sizes);
    builder.setInsertionPointToEnd(&program.getBody().front());
  }
};

/// Says that there are too few cores, and which layer takes most.
LogicalResult reportCores(ProgramOp program, const std::vector<Slice> &slices, size_t cores) {
  std::map<std::string, int64_t> perLayer;
  for (const Slice &slice : slices)
    ++perLayer[LayerOp(slice.layer).getSymName().str()];
  auto max = std::max_element(perLayer.begin(), perLayer.end(),
                              [](auto &a, auto &b) { return a.second < b.second; });
  int64_t there = program.getModel().getCores();
  return program.emitError() << "takes " << cores << " cores, " << cores - there
                             << " more than the " << there << " of '"
                             << program.getModel().getName() << "'; layer '" << max->first
                             << "' alone takes " << max->second;
}

struct CorePartition : impl::CorePartitionPassBase<CorePartition> {
  using CorePartitionPassBase::CorePartitionPassBase;

  void runOnOperation() override {
    ProgramOp program = getOperation();
    if (!program.getBody().getOps<CoreOp>().empty())
      return; // it is partitioned already
    Partitioner partitioner(program);
    FailureOr<std::vector<Slice>> slices = partitioner.run();
    if (failed(slices))
      return signalPassFailure();
    std::vector<Bin> bins = pack(*slices, program.getModel());
    if (static_cast<int64_t>(bins.size()) > program.getModel().getCores()) {
      (void)reportCores(program, *slices, bins.size());
      return signalPassFailure();
    }
    size_t cores = bins.size();
    CoreBuilder(program, partitioner, std::move(bins)).run();
    program.emitRemark() << slices->size() << " populations on " << cores << " cores";
  }
};

} // namespace
} // namespace snnc::core
