//===- Programs, layers, cores: what holds together, and within the model ------------------------------===//
#include "dialects/core/Core.h"

#include "dialects/support/Shapes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/core/CoreOps.cpp.inc"

namespace snnc::core {

void CoreDialect::registerOperations() {
  addOperations<
#define GET_OP_LIST
#include "dialects/core/CoreOps.cpp.inc"
      >();
}

//===- Layer ----------------------------------------------------------------------------------------------===//

static Value getYielded(LayerOp layer) {
  return cast<YieldOp>(layer.getBody().front().getTerminator()).getValue();
}

Operation *LayerOp::getPopulation() {
  Operation *op = getYielded(*this).getDefiningOp();
  return op && (isa<snn::EncodeOp, snn::DecodeOp>(op) || isa<snn::NeuronOpInterface>(op)) ? op
                                                                                          : nullptr;
}

bool LayerOp::isInput() { return isa_and_nonnull<snn::EncodeOp>(getPopulation()); }
bool LayerOp::isOutput() { return isa_and_nonnull<snn::DecodeOp>(getPopulation()); }
bool LayerOp::isRelay() { return !getPopulation(); }

snn::SynapseOpInterface LayerOp::getProduct() {
  auto synapse = getYielded(*this).getDefiningOp<snn::SynapseOpInterface>();
  return synapse && synapse.isBilinear() ? synapse : snn::SynapseOpInterface();
}

ArrayRef<int64_t> LayerOp::getShape() {
  if (auto decode = dyn_cast_or_null<snn::DecodeOp>(getPopulation()))
    return decode.getCurrent().getType().getShape();
  return snn::getStreamShape(getYielded(*this).getType());
}

int64_t LayerOp::getNumNeurons() { return countElements(getShape()); }

snn::SpikesType LayerOp::getSpikes() {
  Type type = getYielded(*this).getType();
  if (isa<snn::CurrentType>(type))
    return snn::SpikesType::get(getContext(), getShape(), snn::SpikeCode::Graded,
                                snn::isFixed(type));
  return dyn_cast<snn::SpikesType>(type);
}

snn::RequantizeOp LayerOp::getRounding() {
  return getYielded(*this).getDefiningOp<snn::RequantizeOp>();
}

LogicalResult LayerOp::verifyRegions() {
  Block &block = getBody().front();
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield)
    return emitOpError() << "must end in core.yield";
  Type type = yield.getValue().getType();
  if (!isInput() && !isOutput() && !isa<snn::SpikesType, snn::CurrentType>(type))
    return emitOpError() << "must yield spikes, a current, or the output of snn.decode";
  size_t arguments = isInput() ? 0 : getSources().size();
  if (isInput() && (!getSources().empty() || block.getNumArguments() != 1))
    return emitOpError() << "encodes the network's input: it takes that one argument and no source";
  if (!isInput() && block.getNumArguments() != arguments)
    return emitOpError() << "has " << getSources().size() << " sources, but its body takes "
                         << block.getNumArguments() << " arguments";
  for (auto synapse : block.getOps<snn::SynapseOpInterface>())
    if ((synapse.isBilinear() || isa<snn::RequantizeOp>(synapse.getOperation())) &&
        synapse.getOperation() != getYielded(*this).getDefiningOp())
      return emitOpError() << "has '" << synapse->getName()
                           << "' inside; that is a layer of its own, which yields it";
  if (getPolarities() < 1 || getPolarities() > 2 || getDigits() < 1)
    return emitOpError() << "has 1 or 2 polarities and at least 1 digit";
  return success();
}

//===- Core and population ----------------------------------------------------------------------------------===//

int64_t PopulationOp::getNumNeurons() { return countElements(getSizes()); }

LogicalResult CoreOp::verify() {
  ModelAttr model = getOperation()->getParentOfType<ProgramOp>().getModel();
  if (static_cast<int64_t>(getId()) < 0)
    return emitOpError() << "must have a number of at least 0";
  for (Operation &op : getBody().front())
    if (!isa<PopulationOp>(op))
      return emitOpError() << "holds populations only";
  int64_t neurons = 0, populations = 0;
  for (auto population : getBody().getOps<PopulationOp>()) {
    neurons += population.getNumNeurons();
    ++populations;
  }
  auto check = [&](StringRef limit, int64_t found) -> LogicalResult {
    std::optional<int64_t> max = model.getLimit(limit);
    if (!max || found <= *max)
      return success();
    return emitOpError() << "takes " << found << " of " << limit << ", but a core of model '"
                         << model.getName() << "' has " << *max;
  };
  if (failed(check("neurons", neurons)) || failed(check("populations", populations)))
    return failure();
  for (NamedAttribute entry : getLoad())
    if (auto number = dyn_cast<IntegerAttr>(entry.getValue());
        number && failed(check(entry.getName(), number.getInt())))
      return failure();
  if (!getAt())
    return success();
  ArrayRef<int64_t> at = *getAt();
  if (at.size() != 3)
    return emitOpError() << "has a place [x, y, core of the router], found " << at.size()
                         << " numbers";
  int64_t bounds[] = {model.getWidth(), model.getHeight(), model.getCoresPerRouter()};
  for (size_t i = 0; i < 3; ++i)
    if (at[i] < 0 || at[i] >= bounds[i])
      return emitOpError() << "sits outside of the mesh of " << model.getWidth() << " x "
                           << model.getHeight() << " routers with " << model.getCoresPerRouter()
                           << " cores each";
  return success();
}

//===- Program ------------------------------------------------------------------------------------------------===//

namespace {

/// Checks a program from its first layer to its last route.
class ProgramVerifier {
public:
  explicit ProgramVerifier(ProgramOp program) : program(program) {}

  LogicalResult verify() {
    for (Operation &op : program.getBody().front()) {
      LogicalResult result = success();
      if (auto layer = dyn_cast<LayerOp>(op))
        result = verifyLayer(layer);
      else if (auto core = dyn_cast<CoreOp>(op))
        result = verifyCore(core);
      else if (auto route = dyn_cast<RouteOp>(op))
        result = verifyRoute(route);
      else
        return op.emitOpError() << "has no place in a program of cores";
      if (failed(result))
        return failure();
    }
    if (failed(verifyUpdates()))
      return failure();
    return cores.empty() ? success() : verifyCoverage();
  }

private:
  ProgramOp program;
  llvm::StringMap<LayerOp> layers;
  llvm::StringMap<llvm::BitVector> covered;
  llvm::DenseSet<int64_t> cores;
  llvm::DenseSet<std::pair<std::pair<int64_t, int64_t>, int64_t>> places;

  LayerOp find(Operation *op, StringRef name) {
    auto found = layers.find(name);
    if (found != layers.end())
      return found->second;
    op->emitOpError() << "names layer @" << name << ", which does not come before it";
    return nullptr;
  }

  /// One number for each channel of the input, and layers that can follow.
  LogicalResult verifyUpdates() {
    if (!program.getUpdates())
      return success();
    auto all = program.getBody().getOps<LayerOp>();
    if (all.empty() || !(*all.begin()).isInput())
      return program.emitOpError() << "has updates, and no input that they are of";
    int64_t channels = (*all.begin()).getShape().front();
    ArrayRef<int64_t> thresholds = *program.getUpdates();
    if (static_cast<int64_t>(thresholds.size()) != channels)
      return program.emitOpError() << "has updates with " << thresholds.size()
                                   << " thresholds, but the input " << channels << " channels";
    for (int64_t threshold : thresholds)
      if (threshold < 0 || threshold > UINT16_MAX)
        return program.emitOpError()
               << "has updates with thresholds of 0 to " << UINT16_MAX << ", found " << threshold;
    return program.checkUpdates();
  }

  LogicalResult verifyLayer(LayerOp layer) {
    layers[layer.getSymName()] = layer;
    for (auto [i, symbol] : llvm::enumerate(layer.getSources())) {
      LayerOp source = find(layer, cast<FlatSymbolRefAttr>(symbol).getValue());
      if (!source)
        return failure();
      Type wanted = source.getSpikes(), found = layer.getBody().getArgument(i).getType();
      if (!wanted || wanted != found)
        return layer.emitOpError() << "takes " << found << " from @" << source.getSymName()
                                   << ", which sends " << wanted;
      int64_t delay = layer.getDepth() - source.getDepth() - 1;
      if (delay < 0)
        return layer.emitOpError() << "must be deeper than its source @" << source.getSymName();
      int64_t max = program.getModel().getNumber("max_delay", 0);
      if (delay > max)
        return layer.emitOpError() << "hears @" << source.getSymName() << " " << delay
                                   << " steps late, but a spike of model '"
                                   << program.getModel().getName() << "' can wait " << max;
    }
    return success();
  }

  LogicalResult verifyCore(CoreOp core) {
    if (!cores.insert(core.getId()).second)
      return core.emitOpError() << "is a second one of that number";
    if (auto at = core.getAt(); at && !places.insert({{(*at)[0], (*at)[1]}, (*at)[2]}).second)
      return core.emitOpError() << "sits where another core sits";
    for (auto population : core.getBody().getOps<PopulationOp>())
      if (failed(verifyPopulation(population)))
        return failure();
    return success();
  }

  LogicalResult verifyPopulation(PopulationOp population) {
    LayerOp layer = find(population, population.getLayer());
    if (!layer)
      return failure();
    ArrayRef<int64_t> shape = layer.getShape(), offsets = population.getOffsets(),
                      sizes = population.getSizes();
    if (offsets.size() != shape.size() || sizes.size() != shape.size())
      return population.emitOpError()
             << "needs " << shape.size() << " offsets and sizes, as the layer has dimensions";
    for (size_t d = 0; d < shape.size(); ++d)
      if (offsets[d] < 0 || sizes[d] < 1 || offsets[d] + sizes[d] > shape[d])
        return population.emitOpError()
               << "leaves the layer of shape " << showShape(shape) << " in dimension " << d;
    llvm::BitVector &bits = covered[layer.getSymName()];
    bits.resize(countElements(shape));
    SmallVector<int64_t> index(offsets);
    for (int64_t count = population.getNumNeurons(); count > 0; --count) {
      int64_t position = 0;
      for (size_t d = 0; d < shape.size(); ++d)
        position = position * shape[d] + index[d];
      if (bits[position])
        return population.emitOpError() << "holds neurons that another population holds";
      bits.set(position);
      for (size_t d = shape.size(); d-- > 0 && ++index[d] == offsets[d] + sizes[d];)
        index[d] = offsets[d];
    }
    return success();
  }

  LogicalResult verifyRoute(RouteOp route) {
    if (!find(route, route.getLayer()))
      return failure();
    for (std::optional<int64_t> core : {route.getSource(), std::optional(route.getTarget())})
      if (core && !cores.contains(*core))
        return route.emitOpError() << "names core " << *core << ", which is not there";
    return success();
  }

  LogicalResult verifyCoverage() {
    if (static_cast<int64_t>(cores.size()) > program.getModel().getCores())
      return program.emitOpError()
             << "takes " << cores.size() << " cores, but model '" << program.getModel().getName()
             << "' has " << program.getModel().getCores();
    for (auto layer : program.getBody().getOps<LayerOp>()) {
      auto found = covered.find(layer.getSymName());
      size_t held = found == covered.end() ? 0 : found->second.count();
      if (!layer.isInput() && held != static_cast<size_t>(layer.getNumNeurons()))
        return layer.emitOpError() << "has " << layer.getNumNeurons() << " neurons, of which cores "
                                   << "hold " << held;
    }
    return success();
  }
};

} // namespace

/// Whether a layer can follow a stream of inputs in a program of `steps` time steps.
static LogicalResult checkUpdates(LayerOp layer, int64_t steps) {
  auto refuse = [&] {
    return layer.emitError() << "layer '" << layer.getSymName() << "' takes no updates: ";
  };
  Operation *population = layer.getPopulation();
  if (auto encode = dyn_cast_or_null<snn::EncodeOp>(population);
      encode && encode.getCode() != snn::InputCode::Direct)
    return refuse() << "only the direct code sends just what changed (--input-code direct)";
  if (isa_and_nonnull<snn::IfOp>(population))
    return refuse() << "rates have no estimate that lives on (--dynamics signgd)";
  auto neuron = dyn_cast_or_null<snn::NeuronOp>(population);
  if (!neuron)
    return success();
  if (neuron.getCode().getKind() != snn::SpikeCode::Ternary)
    return refuse() << "with the sign code it is never silent (--code ternary)";
  if (neuron.getFixed() && neuron.getFixed()->getState() != 32)
    return refuse() << "estimates of 16 bits round every change (--state-bits 32)";
  snn::ScheduleAttr schedule = neuron.getSchedule();
  if (schedule.getSteps() == snn::ScheduleAttr::kUnlimited)
    return refuse() << "its schedule does not end (--schedule dyadic:FIRST,REPEAT,STEPS)";
  if (int64_t end = schedule.getStart() + schedule.getSteps(); end > steps)
    return refuse() << "its schedule ends after " << end << " time steps, and the program after "
                    << steps << " (--steps " << end << ")";
  return success();
}

LogicalResult ProgramOp::checkUpdates() {
  for (auto layer : getBody().getOps<LayerOp>())
    if (failed(core::checkUpdates(layer, static_cast<int64_t>(getSteps()))))
      return failure();
  return success();
}

LogicalResult ProgramOp::verifyRegions() { return ProgramVerifier(*this).verify(); }

int64_t ProgramOp::getChipSteps() {
  int64_t deepest = 0;
  for (auto layer : getBody().getOps<LayerOp>())
    deepest = std::max(deepest, static_cast<int64_t>(layer.getDepth()));
  return static_cast<int64_t>(getSteps()) + deepest;
}

} // namespace snnc::core
