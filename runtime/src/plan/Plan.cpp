#include "runtime/src/plan/Plan.h"

#include "runtime/src/plan/Deliveries.h"
#include "runtime/src/plan/Groups.h"
#include "runtime/src/plan/Heads.h"
#include "runtime/src/plan/Starts.h"
#include "snn/Clip.h"
#include <numeric>
#include <type_traits>

namespace snn::detail {

namespace {

using Kind = Operation::Kind;

template <typename T>
class Planner {
public:
  /// `isPass`: of a plan for passes of numbers alone.
  Planner(const Network &network, std::vector<LayerInfo> &layers, bool isPass,
          Numbers numbers = Numbers::Signed)
      : network(network), layers(layers), isPass(isPass), numbers(numbers) {}

  TypedPlan<T> make() {
    plan.populationOf.assign(network.operations.size(), -1);
    movements.resize(network.streams.size());
    countUses();
    assignLayers();
    assignAccumulators();
    for (uint32_t i = 0; i < network.operations.size(); ++i)
      addTasks(i);
    formGroups(network, plan);
    findSpans(network, plan);
    computeStarts(network, constants, numbers, plan);
    computeBackgrounds(network, plan);
    return std::move(plan);
  }

private:
  const Network &network;
  std::vector<LayerInfo> &layers;
  bool isPass;
  Numbers numbers;
  TypedPlan<T> plan;
  std::vector<uint32_t> uses;         ///< readers of each stream
  std::vector<int32_t> accumulatorOf; ///< by stream
  std::vector<bool> harvested;        ///< by stream: needs a harvest before it is read
  std::vector<bool> isHarvestPlanned;
  std::vector<uint32_t> layerOf; ///< by operation: where it is counted
  std::vector<Constant<T>> constants;
  /// By stream: where its elements come from, if all that reads them is another movement or scale.
  struct Movement {
    uint32_t from = 0;
    Delivery<T> delivery;
  };
  std::vector<std::optional<Movement>> movements;
  uint32_t nextProduct = 0; ///< products are planned in the order of operations

  const Operation &operation(uint32_t i) const { return network.operations[i]; }
  const Stream &stream(uint32_t i) const { return network.streams[i]; }

  void countUses() {
    uses.assign(network.streams.size(), 0);
    for (const Operation &op : network.operations)
      for (uint32_t input : op.inputs)
        ++uses[input];
  }

  /// Encoder, populations and decoder are layers; a synapse counts for the first layer behind it.
  void assignLayers() {
    layerOf.assign(network.operations.size(), 0);
    for (uint32_t i = 0; i < network.operations.size(); ++i) {
      const Operation &op = operation(i);
      if (op.isSynapse())
        continue;
      layerOf[i] = static_cast<uint32_t>(layers.size());
      const Stream &population = stream(op.output >= 0 ? op.output : op.inputs[0]);
      bool isNeuron = op.kind == Kind::Neuron || op.kind == Kind::IntegrateAndFire;
      layers.push_back({op.name, population.size, 0, isNeuron});
    }
    std::vector<uint32_t> layerOfStream(network.streams.size(), 0);
    for (uint32_t i = static_cast<uint32_t>(network.operations.size()); i-- > 0;) {
      const Operation &op = operation(i);
      if (op.isSynapse())
        layerOf[i] = layerOfStream[op.output];
      for (uint32_t input : op.inputs)
        layerOfStream[input] = layerOf[i];
      layers[layerOf[i]].annMacs += op.annMacs;
    }
  }

  uint32_t addAccumulator(uint64_t size) {
    plan.accumulators.push_back(size);
    return static_cast<uint32_t>(plan.accumulators.size() - 1);
  }

  /// Whether `input` of operation `op` needs no delivery: its synapses add to the operation's own
  /// accumulator.
  bool isShared(uint32_t input) const { return uses[input] == 1 && !stream(input).isSpikes; }

  void assignAccumulators() {
    accumulatorOf.assign(network.streams.size(), -1);
    harvested.assign(network.streams.size(), false);
    isHarvestPlanned.assign(network.streams.size(), false);
    // Backwards, so that the reader of a sum is known before its parts.
    for (uint32_t i = static_cast<uint32_t>(network.operations.size()); i-- > 0;) {
      const Operation &op = operation(i);
      if (op.isSynapse() && accumulatorOf[op.output] < 0) {
        accumulatorOf[op.output] = static_cast<int32_t>(addAccumulator(stream(op.output).size));
        harvested[op.output] = true;
      }
      if (op.kind == Kind::Add || op.kind == Kind::Bias) {
        for (uint32_t input : op.inputs)
          if (isShared(input))
            accumulatorOf[input] = accumulatorOf[op.output];
      } else if (op.keepsSums()) {
        addProduct(i);
      } else if (!op.isSynapse() && op.kind != Kind::Encode) {
        addPopulation(i);
      }
    }
    std::reverse(plan.populations.begin(), plan.populations.end());
    std::reverse(plan.products.begin(), plan.products.end());
    for (uint32_t p = 0; p < plan.populations.size(); ++p)
      plan.populationOf[plan.populations[p].operation] = static_cast<int32_t>(p);
  }

  /// A place of its own for what `input` brings to an operation.
  uint32_t addTerminal(uint32_t input) {
    uint32_t accumulator = addAccumulator(stream(input).size);
    if (isShared(input))
      accumulatorOf[input] = static_cast<int32_t>(accumulator);
    plan.terminals.push_back({accumulator, {}, {}, {}});
    return static_cast<uint32_t>(plan.terminals.size() - 1);
  }

  void addProduct(uint32_t i) {
    const Operation &op = operation(i);
    PlannedProduct planned;
    if (op.isBilinear())
      planned.product = makeProduct(network, op);
    else
      planned.rounding = Rounding{expand<int32_t>(op.weight, stream(op.output).shape), op.shift,
                                  op.limit, numbers == Numbers::Magnitudes};
    for (uint32_t input : op.inputs)
      planned.terminals.push_back(addTerminal(input));
    plan.products.push_back(std::move(planned));
  }

  void addPopulation(uint32_t i) {
    const Operation &op = operation(i);
    Population<T> population;
    population.operation = i;
    population.stream = op.output >= 0 ? op.output : op.inputs[0];
    population.layer = layerOf[i];
    for (uint32_t input : op.inputs)
      population.terminals.push_back(addTerminal(input));
    if (op.range)
      population.range = expand<T>(op.range, stream(op.output).shape);
    // Integers have what they take of them elsewhere, and parameters need not fit in theirs.
    if constexpr (std::is_floating_point_v<T>)
      population.parameters.assign(op.parameters.begin(), op.parameters.end());
    if (op.initial)
      population.initial = expand<T>(op.initial, stream(op.output).shape);
    plan.populations.push_back(std::move(population));
  }

  // ---- Tasks ----

  void addTasks(uint32_t i) {
    const Operation &op = operation(i);
    if (op.kind == Kind::Encode)
      return addTask(Task::Kind::Encode, i, op.output);
    if (op.keepsSums())
      return addMultiplication(i);
    if (op.isSynapse()) {
      if (isPassedOn(op))
        return passOn(op);
      if (std::vector<T> value = getConstant<T>(network, op, numbers); !value.empty())
        constants.push_back(
            {plan.tasks.size(), static_cast<uint32_t>(accumulatorOf[op.output]), value});
      for (uint32_t n = 0; n < op.inputs.size(); ++n)
        if (accumulatorOf[op.inputs[n]] != accumulatorOf[op.output] ||
            (op.kind != Kind::Add && op.kind != Kind::Bias))
          addDelivery(i, op.inputs[n], static_cast<uint32_t>(accumulatorOf[op.output]),
                      makeDelivery<T>(network, op, n, numbers));
      return;
    }
    const Population<T> &population = plan.populations[plan.populationOf[i]];
    for (size_t n = 0; n < op.inputs.size(); ++n)
      connect(i, op.inputs[n], population.terminals[n]);
    addTask(op.kind == Kind::Neuron             ? Task::Kind::Fire
            : op.kind == Kind::IntegrateAndFire ? Task::Kind::Integrate
                                                : Task::Kind::Decode,
            i, population.stream);
  }

  /// Brings `input` of operation `i` to its terminal, where its synapses do not add to it directly.
  void connect(uint32_t i, uint32_t input, uint32_t terminal) {
    if (!isShared(input))
      addDelivery(i, input, plan.terminals[terminal].accumulator,
                  makeIdentity<T>(stream(input).size));
  }

  void addMultiplication(uint32_t i) {
    const Operation &op = operation(i);
    for (size_t n = 0; n < op.inputs.size(); ++n)
      connect(i, op.inputs[n], plan.products[nextProduct].terminals[n]);
    plan.tasks.push_back({Task::Kind::Multiply, i, static_cast<uint32_t>(op.output),
                          static_cast<uint32_t>(accumulatorOf[op.output]), nextProduct++,
                          layerOf[i]});
  }

  void addTask(Task::Kind kind, uint32_t i, uint32_t stream) {
    plan.tasks.push_back({kind, i, stream, 0, 0, layerOf[i]});
  }

  /// Whether `op` only moves or scales elements for another operation that does: one delivery does for both. Numbers
  /// are scaled once on the way, so that they are rounded as by each operation alone.
  bool isPassedOn(const Operation &op) const {
    if (!isMap(op) || op.kind == Kind::Concat || op.border != 0 || uses[op.output] != 1)
      return false;
    auto reads = [&](const Operation &reader) {
      return std::find(reader.inputs.begin(), reader.inputs.end(),
                       static_cast<uint32_t>(op.output)) != reader.inputs.end();
    };
    const Operation &reader =
        *std::find_if(network.operations.begin(), network.operations.end(), reads);
    const std::optional<Movement> &before = movements[op.inputs[0]];
    bool isScaled = op.kind == Kind::Scale || (before && !before->delivery.weights.empty());
    return isMap(reader) && !(isScaled && reader.kind == Kind::Scale);
  }

  void passOn(const Operation &op) {
    movements[op.output] = Movement{op.inputs[0], makeDelivery<T>(network, op, 0, numbers)};
    follow(movements[op.output]->from, movements[op.output]->delivery);
  }

  /// Puts the movement that leads to `from`, if one does, before `delivery`, another one.
  void follow(uint32_t &from, Delivery<T> &delivery) const {
    if (!movements[from])
      return;
    precede(movements[from]->delivery, delivery);
    from = movements[from]->from;
  }

  void addDelivery(uint32_t i, uint32_t from, uint32_t accumulator, Delivery<T> delivery) {
    follow(from, delivery);
    // Passes send numbers, which go as a product as well as one by one.
    if (isPass && delivery.isPlain() && !delivery.dense.empty())
      delivery.weights = Aligned<T>();
    if (harvested[from] && !isHarvestPlanned[from]) {
      isHarvestPlanned[from] = true;
      plan.tasks.push_back({Task::Kind::Harvest, i, from,
                            static_cast<uint32_t>(accumulatorOf[from]), 0, layerOf[i]});
    }
    plan.tasks.push_back({Task::Kind::Deliver, i, from, accumulator,
                          static_cast<uint32_t>(plan.deliveries.size()), layerOf[i]});
    plan.deliveries.push_back(std::move(delivery));
  }
};

} // namespace

std::vector<uint32_t> getStorageOrder(const Shape &shape) {
  std::vector<uint32_t> order(countElements(shape));
  std::iota(order.begin(), order.end(), 0);
  if (shape.size() == 3)
    forEach(shape, [&](uint32_t i, const Shape &at) {
      order[i] = (at[1] * shape[2] + at[2]) * shape[0] + at[0];
    });
  return order;
}

namespace {

std::vector<double> readNumbers(const TensorView &tensor) {
  std::vector<double> numbers;
  for (size_t i = 0; tensor && i < tensor.size; ++i)
    numbers.push_back(tensor[i]);
  return numbers;
}

/// Whether neurons send what a ReLU of their estimates sends.
bool sendsAsRelu(const Operation &op) {
  const FixedNeuron &form = op.fixedNeuron;
  return followsRelu(op.function, readNumbers(form.lower), readNumbers(form.upper),
                     readNumbers(op.initial), form.operandFraction - form.eventFraction, form.steps,
                     form.zones);
}

/// Every multiplier of every operand, expanded to the population.
FixedPlan makeFixedPlan(const Network &network, std::vector<LayerInfo> &layers) {
  FixedPlan plan;
  plan.typed = Planner<int32_t>(network, layers, /*isPass=*/false).make();
  std::vector<LayerInfo> counted;
  plan.ann = Planner<double>(network, counted, /*isPass=*/true).make();
  for (const Population<int32_t> &population : plan.typed.populations) {
    const Operation &op = network.operations[population.operation];
    const Shape &shape = network.streams[op.inputs[0]].shape;
    std::vector<Repeated<int32_t>> &multipliers = plan.multipliers.emplace_back();
    if (op.kind == Kind::Decode)
      multipliers.push_back(expand<int32_t>(op.fixedOutput.multipliers, shape));
    for (const TensorView &tensor : op.fixedNeuron.multipliers)
      multipliers.push_back(expand<int32_t>(tensor, shape));
    auto add = [&](std::vector<Repeated<int32_t>> &all, const TensorView &tensor) {
      Repeated<int32_t> &numbers = all.emplace_back();
      if (tensor)
        numbers = expand<int32_t>(tensor, shape);
    };
    add(plan.gains, op.fixedNeuron.gains);
    add(plan.lower, op.fixedNeuron.lower);
    add(plan.upper, op.fixedNeuron.upper);
    plan.isRelu.push_back(op.kind == Kind::Neuron && sendsAsRelu(op));
  }
  return plan;
}

} // namespace

namespace {

void placeDecoders(Plan &plan) {
  uint32_t population = 0;
  for (uint32_t i = 0; i < plan.network.operations.size(); ++i) {
    const Operation &op = plan.network.operations[i];
    if (op.kind == Kind::Decode) {
      Decoder &decoder = plan.decoders.emplace_back();
      decoder = {i, population, plan.decodedSize,
                 getStorageOrder(plan.network.streams[op.inputs[0]].shape)};
      plan.decodedSize += decoder.order.size();
    }
    population += !op.isSynapse() && op.kind != Kind::Encode;
  }
}

/// What the program tells of its inputs and outputs.
void describeEnds(Plan &plan) {
  const Network &network = plan.network;
  uint64_t offset = 0;
  for (const InputPart &part : network.inputParts) {
    plan.inputs.push_back({part.name, part.shape, offset, countElements(part.shape)});
    offset += plan.inputs.back().size;
  }
  if (plan.inputs.empty())
    plan.inputs.push_back({"", network.inputShape, 0, plan.inputOrder.size()});
  offset = 0;
  for (const Output &output : network.outputs) {
    const Decoder &decoder = plan.decoders[output.decoder];
    OutputInfo info;
    info.name = output.name;
    info.decodedShape = network.streams[network.operations[decoder.operation].inputs[0]].shape;
    info.shape = output.head.empty() ? info.decodedShape : output.head.back().shape;
    info.offset = offset;
    info.size = countElements(info.shape);
    info.decodedOffset = decoder.offset;
    info.decodedSize = decoder.order.size();
    info.head = getFunction(output.head);
    if (!output.head.empty() && (output.head.back().kind == HeadStep::Kind::Softmax ||
                                 output.head.back().kind == HeadStep::Kind::LogSoftmax))
      info.axis = output.head.back().axis;
    offset += info.size;
    plan.outputs.push_back(std::move(info));
  }
}

} // namespace

TypedPlan<double> makeMagnitudePlan(const Network &network) {
  std::vector<LayerInfo> layers;
  return Planner<double>(network, layers, /*isPass=*/true, Numbers::Magnitudes).make();
}

Plan makePlan(Network network) {
  Plan plan;
  plan.network = std::move(network);
  if (plan.network.precision == Precision::Fixed)
    plan.typed = makeFixedPlan(plan.network, plan.layers);
  else if (plan.network.precision == Precision::F32)
    plan.typed = Planner<float>(plan.network, plan.layers, /*isPass=*/false).make();
  else
    plan.typed = Planner<double>(plan.network, plan.layers, /*isPass=*/false).make();
  plan.inputOrder = getStorageOrder(plan.network.inputShape);
  placeDecoders(plan);
  describeEnds(plan);
  return plan;
}

const Decoder &Plan::decoderOf(const Task &task) const {
  return *std::find_if(decoders.begin(), decoders.end(),
                       [&](const Decoder &decoder) { return decoder.operation == task.operation; });
}

} // namespace snn::detail
