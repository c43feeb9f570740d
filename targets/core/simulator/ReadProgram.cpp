#include "snn/fixed.h"
#include "targets/core/simulator/Boxes.h"
#include "targets/core/simulator/CheckStage.h"
#include "targets/core/simulator/StageFormat.h"
#include <algorithm>

namespace fb = snn::core::format;

namespace snnc::core {

namespace {

constexpr uint32_t kMaxSteps = 1 << 16;
constexpr int64_t kMaxRouters = 1 << 20;

template <typename T>
std::vector<T> copy(const flatbuffers::Vector<T> *vector) {
  return vector ? std::vector<T>(vector->begin(), vector->end()) : std::vector<T>();
}

/// What integers at the border count in.
bool isScale(int32_t fraction) { return fraction >= -100 && fraction <= 100; }

bool takesTwo(Function function) { return getInfo(function).operands == 2; }

/// Whether a clip has its bounds, and no other function has some (docs/spec/fixed-point.md, FX-Q15).
bool areBounds(const Layer &layer) {
  const size_t count = layer.function == Function::Clip ? layer.size() : 0;
  bool are = layer.lower.size() == count && layer.upper.size() == count;
  for (size_t i = 0; are && i < count; ++i)
    are = INT16_MIN <= layer.lower[i] && layer.lower[i] <= layer.upper[i] &&
          layer.upper[i] <= INT16_MAX;
  return are;
}

/// Whether both sides of a comparison fit in 64 bits (docs/spec/fixed-point.md, FX-Q12).
bool isAligned(const Layer &layer, int64_t reach) {
  constexpr int64_t kLargestSquared = 1 << 17;
  bool isNorm = layer.function == Function::Norm;
  uint32_t max = getInfo(layer.function).largestAlign;
  int64_t zone = 0;
  for (int32_t one : layer.zones)
    zone = std::max<int64_t>(zone, one);
  return layer.align <= max && layer.epsilon >= 0 && layer.epsilon <= (isNorm ? INT16_MAX : 0) &&
         (!isNorm || (reach << (layer.fraction - layer.eventFraction)) + zone <= kLargestSquared);
}

/// Takes the tables apart; `problem` keeps the first thing that is wrong.
class Reader {
public:
  Reader(const fb::Program &source, std::string name) : source(source), name(std::move(name)) {}

  snn::Result<Program> read() {
    readHead();
    for (const fb::Layer *layer : *source.layers())
      readLayer(*layer);
    for (const fb::Core *core : *source.cores())
      readCore(*core);
    checkWhole();
    if (!problem.empty())
      return snn::Error{name + ": " + problem};
    return std::move(program);
  }

private:
  const fb::Program &source;
  std::string name, problem;
  Program program;

  void require(bool holds, const std::string &what) {
    if (!holds && problem.empty())
      problem = what;
  }

  void readHead() {
    require(source.version() == kFormatVersion,
            "has format version " + std::to_string(source.version()) + ", this tool reads " +
                std::to_string(kFormatVersion));
    program.network = source.network() ? source.network()->str() : "";
    program.model = source.model()->str();
    program.mesh = {source.width(), source.height(), source.cores_per_router()};
    program.steps = source.steps();
    program.updates = source.updates();
    program.thresholds = copy(source.thresholds());
    require(program.steps >= 1 && program.steps <= kMaxSteps, "has no time steps, or too many");
    require(program.mesh.width <= kMaxRouters && program.mesh.height <= kMaxRouters &&
                program.mesh.width * program.mesh.height <= kMaxRouters,
            "has a mesh of too many routers");
    const fb::Costs &costs = *source.costs();
    program.energy = {
        costs.static_mw(),        costs.clock_uw_per_mhz(), costs.synaptic_operation_pj(),
        costs.neuron_update_pj(), costs.spike_pj(),         costs.message_pj(),
        costs.hop_x_pj(),         costs.hop_y_pj()};
    program.timing = {costs.clock_mhz(),        costs.step_ns(),
                      costs.barrier_ns(),       costs.synaptic_operation_ns(),
                      costs.neuron_update_ns(), costs.spike_ns(),
                      costs.hop_x_ns(),         costs.hop_y_ns()};
  }

  void readLayer(const fb::Layer &from) {
    Layer layer;
    layer.name = from.name()->str();
    layer.kind = static_cast<LayerKind>(from.kind());
    layer.shape = copy(from.shape());
    layer.depth = from.depth();
    layer.polarities = from.polarities();
    layer.digits = from.digits();
    layer.function = static_cast<Function>(from.function());
    layer.tieAbove = from.tie_above();
    layer.table = copy(from.table());
    layer.gains = copy(from.gains());
    layer.gainShift = from.gain_shift();
    layer.lower = copy(from.lower());
    layer.upper = copy(from.upper());
    layer.ternary = from.ternary();
    layer.matrix = from.matrix();
    layer.limit = from.limit();
    layer.stateBits = from.state_bits();
    layer.fraction = from.fraction();
    layer.eventFraction = from.event_fraction();
    layer.firstStep = from.first_step();
    layer.steps = copy(from.steps());
    layer.zones = copy(from.zones());
    layer.hysteresis = from.hysteresis();
    layer.inputCode = static_cast<InputCode>(from.input_code());
    layer.rawBytes = from.raw_bytes();
    layer.rawFraction = from.raw_fraction();
    layer.inputMultipliers = copy(from.input_multipliers());
    layer.inputOffsets = copy(from.input_offsets());
    layer.inputShift = from.input_shift();
    layer.initial = copy(from.initial());
    layer.align = from.align();
    layer.epsilon = from.epsilon();
    require(from.kind() <= fb::LayerKind_MAX && from.function() <= fb::Function_MAX &&
                from.input_code() <= fb::InputCode_MAX,
            "layer '" + layer.name + "' is of an unknown kind");
    require(isShape(layer.shape), "layer '" + layer.name + "' has no shape");
    require(layer.depth < kMaxSteps && layer.firstStep < kMaxSteps &&
                layer.steps.size() < kMaxSteps,
            "layer '" + layer.name + "' takes too many steps");
    if (from.operands())
      for (const fb::Operand *operand : *from.operands())
        layer.operands.push_back({copy(operand->start()), copy(operand->multipliers()),
                                  operand->shift(), copy(operand->shape())});
    if (from.paths())
      for (const fb::Path *path : *from.paths())
        readPath(*path, layer);
    if (problem.empty())
      checkLayer(layer);
    program.layers.push_back(std::move(layer));
  }

  void checkLayer(const Layer &layer) {
    auto need = [&](bool holds, const char *what) {
      require(holds, "layer '" + layer.name + "' " + what);
    };
    bool first = program.layers.empty();
    need((layer.kind == LayerKind::Input) == first, "must be the input and come first, or neither");
    checkOperands(layer);
    for (const Operand &operand : layer.operands) {
      if (layer.kind == LayerKind::Neuron || layer.kind == LayerKind::Output ||
          layer.kind == LayerKind::Rounding)
        need(operand.multipliers.size() == layer.size(), "has no multiplier for every neuron");
      need(operand.shift <= 62, "shifts too far");
    }
    need(layer.kind != LayerKind::Rounding || (layer.limit >= 1 && layer.limit <= 1 << 30),
         "passes on nothing, or too much");
    int64_t reach = layer.reach();
    for (int32_t step : layer.steps)
      need(step >= 1, "has a step below 1");
    need(layer.initial.empty() || layer.initial.size() == layer.size(),
         "starts not every neuron's output");
    int64_t start = 0;
    for (int32_t y : layer.initial)
      start = std::max(start, std::abs(int64_t{y}));
    need(reach + start <= INT16_MAX, "reaches beyond 16 bits");
    bool isScaled = layer.kind == LayerKind::Output ||
                    (layer.kind == LayerKind::Input && layer.inputCode == InputCode::Direct);
    need(isScaled
             ? isScale(layer.fraction)
             : layer.fraction <= 31 && layer.fraction >= static_cast<int64_t>(layer.eventFraction),
         "has odd fraction bits");
    if (layer.kind == LayerKind::Neuron) {
      need(layer.stateBits == 16 || layer.stateBits == 32, "has states of an odd width");
      need(layer.table.size() == (layer.function == Function::Table ? SNN_TABLE_SIZE : 0u),
           "has no table, or one too many");
      need(layer.gains.empty() ||
               (layer.function == Function::Table && layer.gains.size() == layer.size()),
           "has no gain for every neuron, or no table for them");
      need(layer.gainShift <= 62, "shifts too far");
      need(areBounds(layer), "has no bounds for every neuron, or some that are none");
      need(!layer.ternary || layer.zones.size() == layer.steps.size(), "has no zone for a step");
      need(layer.fraction <= static_cast<int64_t>(layer.eventFraction) + 14,
           "has odd fraction bits");
      need(layer.hysteresis == 0 || (layer.hysteresis > 0 && layer.hysteresis <= 1 << 30 &&
                                     layer.ternary && layer.function != Function::Norm),
           "has a hysteresis that is none");
      need(!problem.empty() || isAligned(layer, reach + start),
           "compares numbers that do not fit in 64 bits");
    }
    if (layer.kind == LayerKind::Input) {
      size_t channels = layer.shape.empty() ? 0 : layer.shape[0];
      need(layer.inputMultipliers.size() == channels && layer.inputOffsets.size() == channels,
           "has no multiplier for every channel");
      need(layer.inputShift <= 62 && isScale(layer.rawFraction), "shifts too far");
      need(layer.operands.empty() && layer.paths.empty(), "hears something");
      need(layer.inputCode == InputCode::Direct ||
               layer.fraction <= static_cast<int64_t>(layer.eventFraction) + 14,
           "has odd fraction bits");
    }
  }

  void checkOperands(const Layer &layer) {
    bool isProduct = layer.kind == LayerKind::Product;
    bool takesPair = layer.kind == LayerKind::Neuron && takesTwo(layer.function);
    size_t wanted = layer.kind == LayerKind::Input ? 0 : isProduct || takesPair ? 2 : 1;
    require(layer.operands.size() == wanted,
            "layer '" + layer.name + "' has a wrong number of operands");
    for (size_t i = 0; i < layer.operands.size() && problem.empty(); ++i) {
      require(isProduct ? isFactor(layer, i) : layer.operands[i].shape.empty(),
              "layer '" + layer.name + "' has an operand whose shape does not fit");
      require(layer.operands[i].start.size() == countElements(shapeOf(layer, i)),
              "layer '" + layer.name + "' has no start for every neuron");
    }
  }

  /// Whether operand `i` of a product fits its shape: rows x K, or K x columns, of one K.
  static bool isFactor(const Layer &layer, size_t i) {
    Shape shape = layer.operands[i].shape;
    if (!layer.matrix)
      return shape == layer.shape;
    size_t rank = shape.size(), inner = rank - (i == 0 ? 1 : 2);
    const Shape &other = layer.operands[1 - i].shape;
    if (!isShape(shape) || rank < 2 || rank != layer.shape.size() || other.size() != rank ||
        shape[inner] != other[rank - (i == 0 ? 2 : 1)])
      return false;
    shape[inner] = layer.shape[inner];
    return shape == layer.shape;
  }

  void readPath(const fb::Path &from, Layer &layer) {
    Path path{from.source(), from.operand(), {}};
    require(path.source < program.layers.size() &&
                program.layers[path.source].kind != LayerKind::Output &&
                program.layers[path.source].depth < layer.depth,
            "layer '" + layer.name + "' hears a layer that does not come before it");
    require(path.operand < layer.operands.size(),
            "layer '" + layer.name + "' has a path to no operand");
    if (!problem.empty())
      return;
    Shape shape = program.layers[path.source].shape;
    if (from.stages())
      for (const fb::Stage *stage : *from.stages()) {
        snn::Result<Stage> read = readStage(*stage);
        require(bool(read), "layer '" + layer.name + "' " + (read ? "" : read.error()));
        if (!read)
          return;
        path.stages.push_back(std::move(*read));
        require(path.stages.back().from == shape && checkStage(path.stages.back()),
                "layer '" + layer.name + "' has a synapse whose shapes do not fit");
        shape = path.stages.back().to;
      }
    require(shape == shapeOf(layer, path.operand),
            "layer '" + layer.name + "' has a path that does not end in its shape");
    layer.paths.push_back(std::move(path));
  }

  void readCore(const fb::Core &from) {
    Core core;
    core.x = from.x();
    core.y = from.y();
    core.slot = from.slot();
    require(core.x < program.mesh.width && core.y < program.mesh.height &&
                core.slot < program.mesh.coresPerRouter,
            "has a core outside of its mesh");
    for (const fb::Population *population : *from.populations()) {
      core.populations.push_back(
          {population->layer(), copy(population->offsets()), copy(population->sizes())});
      checkPopulation(core.populations.back());
    }
    if (from.axons())
      for (const fb::Axons *axons : *from.axons()) {
        Axons read{axons->layer(), {}};
        require(read.layer < program.layers.size(), "has axons of no layer");
        for (const fb::Run *run : *axons->runs()) {
          read.runs.push_back({run->first(), run->count()});
          require(problem.empty() &&
                      uint64_t(run->first()) + run->count() <= program.layers[read.layer].size(),
                  "has axons of neurons that are not there");
        }
        core.axons.push_back(std::move(read));
      }
    if (from.usage())
      for (const fb::Usage *usage : *from.usage())
        core.usage.push_back({usage->limit()->str(), usage->used(), usage->available()});
    program.cores.push_back(std::move(core));
  }

  void checkPopulation(const Population &population) {
    require(population.layer < program.layers.size(), "has a population of no layer");
    if (!problem.empty())
      return;
    const Shape &shape = program.layers[population.layer].shape;
    bool fits = population.offsets.size() == shape.size() &&
                population.sizes.size() == shape.size() &&
                program.layers[population.layer].kind != LayerKind::Input;
    for (size_t d = 0; fits && d < shape.size(); ++d)
      fits = population.sizes[d] >= 1 &&
             uint64_t(population.offsets[d]) + population.sizes[d] <= shape[d];
    require(fits, "has a population that leaves its layer");
  }

  /// One input, an output or several, and every neuron on one core.
  void checkWhole() {
    if (!problem.empty())
      return;
    require(!program.layers.empty() && program.layers.front().kind == LayerKind::Input &&
                program.layers.back().kind == LayerKind::Output,
            "has no input or no output");
    if (program.updates)
      require(checkUpdates(program).empty(), checkUpdates(program));
    std::vector<uint64_t> held(program.layers.size(), 0);
    for (const Core &core : program.cores)
      for (const Population &population : core.populations)
        held[population.layer] += countElements(population.sizes);
    for (size_t i = 0; i < held.size(); ++i)
      require(i == 0 || held[i] == program.layers[i].size(),
              "holds not every neuron of layer '" + program.layers[i].name + "' once");
  }
};

} // namespace

snn::Result<Program> readProgram(const uint8_t *bytes, size_t size, const std::string &name) {
  flatbuffers::Verifier verifier(bytes, size);
  if (size < 8 || !fb::ProgramBufferHasIdentifier(bytes) || !fb::VerifyProgramBuffer(verifier))
    return snn::Error{name + ": is not a core program, or is damaged"};
  return Reader(*fb::GetProgram(bytes), name).read();
}

} // namespace snnc::core
