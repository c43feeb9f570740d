#include "runtime/src/Plan.h"

#include "runtime/src/State.h"
#include "runtime/src/kernels/Convolution.h"
#include <cmath>
#include <hwy/detect_compiler_arch.h>
#include <map>
#include <numeric>

namespace snn::detail {

namespace {

using Kind = Operation::Kind;

/// Row-major strides.
std::vector<uint64_t> getStrides(const Shape &shape) {
  std::vector<uint64_t> strides(shape.size(), 1);
  for (size_t d = shape.size() - 1; d > 0; --d)
    strides[d - 1] = strides[d] * shape[d];
  return strides;
}

/// The position of each element along each dimension is visited in row-major order.
template <typename Visit>
void forEach(const Shape &shape, Visit visit) {
  Shape at(shape.size(), 0);
  for (uint64_t i = 0, count = countElements(shape); i < count; ++i) {
    visit(static_cast<uint32_t>(i), at);
    for (size_t d = at.size(); d-- > 0 && ++at[d] == shape[d];)
      at[d] = 0;
  }
}

/// Which numbers a plan has: the network's own, or their magnitudes, for bounds.
enum class Numbers { Signed, Magnitudes };

double pick(double number, Numbers numbers) {
  return numbers == Numbers::Magnitudes ? std::abs(number) : number;
}

/// One number per element, in storage order, from a tensor that broadcasts to `shape`.
template <typename T>
std::vector<T> expand(const TensorView &tensor, const Shape &shape,
                      Numbers numbers = Numbers::Signed) {
  std::vector<uint32_t> order = getStorageOrder(shape);
  std::vector<uint64_t> strides = getStrides(tensor.shape);
  std::vector<T> result(order.size());
  forEach(shape, [&](uint32_t i, const Shape &at) {
    uint64_t from = 0;
    for (size_t d = 0; d < at.size(); ++d)
      from += tensor.shape[d] == 1 ? 0 : at[d] * strides[d];
    result[order[i]] = static_cast<T>(pick(tensor[from], numbers));
  });
  return result;
}

template <typename T>
class Planner {
public:
  Planner(const Network &network, std::vector<LayerInfo> &layers, Numbers numbers = Numbers::Signed)
      : network(network), layers(layers), numbers(numbers) {}

  TypedPlan<T> make() {
    plan.populationOf.assign(network.operations.size(), -1);
    movements.resize(network.streams.size());
    countUses();
    assignLayers();
    assignAccumulators();
    for (uint32_t i = 0; i < network.operations.size(); ++i)
      addTasks(i);
    formGroups();
    computeStarts();
    computeBackgrounds();
    return std::move(plan);
  }

private:
  /// An affine map's constant part: added to an accumulator before task `before` in an affine pass.
  struct Constant {
    size_t before;
    uint32_t accumulator;
    std::vector<T> value;
  };

  const Network &network;
  std::vector<LayerInfo> &layers;
  Numbers numbers;
  TypedPlan<T> plan;
  std::vector<uint32_t> uses;         ///< readers of each stream
  std::vector<int32_t> accumulatorOf; ///< by stream
  std::vector<bool> harvested;        ///< by stream: needs a harvest before it is read
  std::vector<bool> isHarvestPlanned;
  std::vector<uint32_t> layerOf; ///< by operation: where it is counted
  std::vector<Constant> constants;
  /// By stream: where its elements come from, if all that reads them is another movement.
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
      } else if (op.isBilinear()) {
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
    PlannedProduct planned{makeProduct(op), {}};
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
    if (op.isBilinear())
      return addMultiplication(i);
    if (op.isSynapse()) {
      if (isPassedOn(op))
        return passOn(op);
      addConstant(op);
      for (uint32_t n = 0; n < op.inputs.size(); ++n)
        if (accumulatorOf[op.inputs[n]] != accumulatorOf[op.output] ||
            (op.kind != Kind::Add && op.kind != Kind::Bias))
          addDelivery(i, op.inputs[n], static_cast<uint32_t>(accumulatorOf[op.output]),
                      makeDelivery(op, n));
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
      addDelivery(i, input, plan.terminals[terminal].accumulator, makeIdentity(stream(input).size));
  }

  void addMultiplication(uint32_t i) {
    const Operation &op = operation(i);
    for (int n : {0, 1})
      connect(i, op.inputs[n], plan.products[nextProduct].terminals[n]);
    plan.tasks.push_back({Task::Kind::Multiply, i, static_cast<uint32_t>(op.output),
                          static_cast<uint32_t>(accumulatorOf[op.output]), nextProduct++,
                          layerOf[i]});
  }

  void addTask(Task::Kind kind, uint32_t i, uint32_t stream) {
    plan.tasks.push_back({kind, i, stream, 0, 0, layerOf[i]});
  }

  static bool isMovement(const Operation &op) {
    return op.kind == Kind::Reshape || op.kind == Kind::Transpose || op.kind == Kind::Pad ||
           op.kind == Kind::Slice || op.kind == Kind::Concat;
  }

  /// Whether `op` only moves elements for another operation to move on: one delivery does for both.
  bool isPassedOn(const Operation &op) const {
    if (!isMovement(op) || op.kind == Kind::Concat || op.border != 0 || uses[op.output] != 1)
      return false;
    auto reads = [&](const Operation &reader) {
      return std::find(reader.inputs.begin(), reader.inputs.end(),
                       static_cast<uint32_t>(op.output)) != reader.inputs.end();
    };
    return isMovement(*std::find_if(network.operations.begin(), network.operations.end(), reads));
  }

  void passOn(const Operation &op) {
    movements[op.output] = Movement{op.inputs[0], makeMove(op, 0)};
    follow(movements[op.output]->from, movements[op.output]->delivery);
  }

  /// Puts the movement that leads to `from`, if one does, before `delivery`.
  void follow(uint32_t &from, Delivery<T> &delivery) const {
    if (!movements[from])
      return;
    std::vector<int32_t> target = movements[from]->delivery.target;
    for (int32_t &place : target)
      place = place < 0 ? place : delivery.target[place];
    delivery.target = std::move(target);
    delivery.runs.clear();
    findRuns(delivery);
    from = movements[from]->from;
  }

  void addDelivery(uint32_t i, uint32_t from, uint32_t accumulator, Delivery<T> delivery) {
    follow(from, delivery);
    if (harvested[from] && !isHarvestPlanned[from]) {
      isHarvestPlanned[from] = true;
      plan.tasks.push_back({Task::Kind::Harvest, i, from,
                            static_cast<uint32_t>(accumulatorOf[from]), 0, layerOf[i]});
    }
    plan.tasks.push_back({Task::Kind::Deliver, i, from, accumulator,
                          static_cast<uint32_t>(plan.deliveries.size()), layerOf[i]});
    plan.deliveries.push_back(std::move(delivery));
  }

  // ---- Groups ----

  /// Backwards, so that the readers of an accumulator are known before what is added to it. The last
  /// task of a group stands for it.
  void formGroups() {
    auto count = static_cast<uint32_t>(plan.tasks.size());
    std::vector<uint32_t> anchor(count), ofAccumulator(plan.accumulators.size(), UINT32_MAX);
    std::vector<uint32_t> reader(network.streams.size(), UINT32_MAX); // count: more than one
    for (uint32_t i = count; i-- > 0;) {
      const Task &task = plan.tasks[i];
      anchor[i] = i;
      if (task.kind == Task::Kind::Deliver) {
        if (ofAccumulator[task.accumulator] != UINT32_MAX)
          anchor[i] = ofAccumulator[task.accumulator];
        uint32_t &readers = reader[task.stream];
        readers = readers == UINT32_MAX || readers == anchor[i] ? anchor[i] : count;
      } else if (task.kind == Task::Kind::Harvest) {
        anchor[i] = reader[task.stream] < count ? reader[task.stream] : i;
        ofAccumulator[task.accumulator] = anchor[i];
      } else if (task.kind == Task::Kind::Multiply) {
        if (ofAccumulator[task.accumulator] != UINT32_MAX)
          anchor[i] = ofAccumulator[task.accumulator];
        for (uint32_t terminal : plan.products[task.delivery].terminals)
          ofAccumulator[plan.terminals[terminal].accumulator] = anchor[i];
      } else if (int32_t p = plan.populationOf[task.operation]; p >= 0) {
        for (uint32_t terminal : plan.populations[p].terminals)
          ofAccumulator[plan.terminals[terminal].accumulator] = i;
      }
    }
    std::vector<uint32_t> source(network.streams.size(), UINT32_MAX); // the group that makes it
    for (uint32_t i = 0; i < count; ++i)
      if (plan.tasks[i].kind != Task::Kind::Deliver && plan.tasks[i].kind != Task::Kind::Decode)
        source[plan.tasks[i].stream] = anchor[i];
    plan.retained.assign(network.streams.size(), false);
    for (uint32_t last = 0; last < count; ++last) {
      if (anchor[last] != last)
        continue;
      Group &group = plan.groups.emplace_back();
      for (uint32_t i = 0; i <= last; ++i)
        if (anchor[i] == last)
          addToGroup(i, source[plan.tasks[i].stream] == last, group);
    }
  }

  void addToGroup(uint32_t i, bool isInner, Group &group) {
    Task &task = plan.tasks[i];
    group.tasks.push_back(i);
    if (task.kind == Task::Kind::Deliver) {
      task.isInner = isInner;
      plan.retained[task.stream] = plan.retained[task.stream] || !isInner;
    } else if (task.kind == Task::Kind::Fire) {
      const Operation &op = operation(task.operation);
      const Schedule &schedule = op.schedule;
      // 16-bit states round in every step, so that nothing may be summed up for them.
      group.start = op.fixedNeuron.stateBits == 16 ? 0 : schedule.start;
      if (schedule.steps >= 0)
        group.end = schedule.start + static_cast<uint32_t>(schedule.steps);
    }
  }

  // ---- Synapses ----

  static Delivery<T> makeIdentity(uint64_t size) {
    Delivery<T> delivery;
    delivery.target.resize(size);
    std::iota(delivery.target.begin(), delivery.target.end(), 0);
    delivery.runs.push_back({0, 0, static_cast<uint32_t>(size)});
    return delivery;
  }

  Delivery<T> makeDelivery(const Operation &op, uint32_t n) const {
    switch (op.kind) {
    case Kind::Conv:
      return makeConv(op);
    case Kind::Gemm:
      return makeGemm(op);
    case Kind::AveragePool:
      return makePool(op);
    case Kind::Scale: {
      Delivery<T> delivery;
      delivery.kind = Delivery<T>::Kind::Scale;
      delivery.weights = expand<T>(op.weight, stream(op.inputs[0]).shape, numbers);
      return delivery;
    }
    case Kind::Reshape:
    case Kind::Transpose:
    case Kind::Pad:
    case Kind::Slice:
    case Kind::Concat:
      return makeMove(op, n);
    case Kind::Gather:
      return makeCopy(op);
    default:
      return makeIdentity(stream(op.inputs[n]).size);
    }
  }

  static typename Delivery<T>::Size toSize(const Shape &shape) {
    return shape.size() == 3 ? typename Delivery<T>::Size{shape[0], shape[1], shape[2]}
                             : typename Delivery<T>::Size{shape[0], 1, shape[1]};
  }

  /// What convolutions and pools share: a window that slides.
  Delivery<T> makeWindow(const Operation &op, const uint32_t *kernel) const {
    const Shape &in = stream(op.inputs[0]).shape;
    Delivery<T> d;
    d.in = toSize(in);
    d.out = toSize(stream(op.output).shape);
    d.channelLast = in.size() == 3;
    size_t x = in.size() - 2;
    auto dilation = [&](size_t axis) { return op.dilations.empty() ? 1 : op.dilations[axis]; };
    d.kernelWidth = kernel[x];
    d.strideX = op.strides[x];
    d.padX = static_cast<uint32_t>(op.pads[x]);
    d.dilationX = dilation(x);
    if (in.size() == 3) {
      d.kernelHeight = kernel[0];
      d.strideY = op.strides[0];
      d.padY = static_cast<uint32_t>(op.pads[0]);
      d.dilationY = dilation(0);
    }
    return d;
  }

  T getWeight(const Operation &op, size_t i) const {
    return static_cast<T>(std::ldexp(pick(op.weight[i], numbers), static_cast<int>(op.shift)));
  }

  Delivery<T> makeConv(const Operation &op) const {
    Delivery<T> d = makeWindow(op, op.weight.shape.data() + 2);
    d.kind = Delivery<T>::Kind::Conv;
    d.inputsPerGroup = op.weight.shape[1];
    d.outputsPerGroup = op.weight.shape[0] / op.group;
    uint32_t taps = d.kernelHeight * d.kernelWidth;
    d.weights.resize(op.weight.size);
    for (uint32_t o = 0; o < op.weight.shape[0]; ++o)
      for (uint32_t c = 0; c < d.inputsPerGroup; ++c)
        for (uint32_t tap = 0; tap < taps; ++tap) {
          size_t channel = size_t{o} / d.outputsPerGroup * d.inputsPerGroup + c;
          uint32_t mirrored =
              tap / d.kernelWidth * d.kernelWidth + d.kernelWidth - 1 - tap % d.kernelWidth;
          uint32_t place = d.hasReversedTaps() ? mirrored : tap;
          d.weights[(channel * taps + place) * d.outputsPerGroup + o % d.outputsPerGroup] =
              getWeight(op, (size_t{o} * d.inputsPerGroup + c) * taps + tap);
        }
    countFanOut(d, d.outputsPerGroup);
    if (d.isPlain())
      arrangeWeights(op, stream(op.inputs[0]), d);
    return d;
  }

  /// The weights by input channel, for all inputs at once; and for signs the sums of four of them.
  void arrangeWeights(const Operation &op, const Stream &in, Delivery<T> &d) const {
    uint32_t channels = d.in.channels, taps = d.kernelHeight * d.kernelWidth;
    d.paddedOutputs = (d.out.channels + kernels::kRowMultiple - 1) / kernels::kRowMultiple *
                      kernels::kRowMultiple;
    d.dense.resize(size_t{taps} * channels * d.paddedOutputs);
    for (uint32_t o = 0; o < d.out.channels; ++o)
      for (uint32_t c = 0; c < channels; ++c)
        for (uint32_t tap = 0; tap < taps; ++tap)
          d.dense[(size_t{tap} * channels + c) * d.paddedOutputs + o] =
              getWeight(op, (size_t{o} * channels + c) * taps + tap);
    arrangePairs(d);
    if (!in.isSpikes || Events<T>::getForm(in.code) != Events<T>::Form::Uniform || channels % 4)
      return;
    d.table.resize(d.dense.size() / 4 * 16);
    for (size_t four = 0; four < d.dense.size() / 4 / d.paddedOutputs; ++four)
      for (uint32_t bits = 0; bits < 16; ++bits)
        for (uint32_t c = 0; c < 4; ++c)
          for (uint32_t o = 0; o < d.paddedOutputs && (bits >> c & 1); ++o)
            d.table[(four * 16 + bits) * d.paddedOutputs + o] +=
                d.dense[(four * 4 + c) * d.paddedOutputs + o];
  }

  /// Integer weights of 16 bits once more, those of two neighbouring channels side by side.
  static void arrangePairs([[maybe_unused]] Delivery<T> &d) {
#if HWY_ARCH_X86
    if constexpr (std::is_same_v<T, int32_t>) {
      auto fits = [](int32_t weight) { return weight == static_cast<int16_t>(weight); };
      if (d.in.channels % 2 != 0 || !std::all_of(d.dense.begin(), d.dense.end(), fits))
        return;
      d.pairs.resize(d.dense.size());
      for (size_t i = 0; i < d.dense.size(); ++i) {
        size_t row = i / d.paddedOutputs, o = i % d.paddedOutputs;
        d.pairs[(row / 2 * d.paddedOutputs + o) * 2 + row % 2] = static_cast<int16_t>(d.dense[i]);
      }
    }
#endif
  }

  /// Operations that an event at each position of the input causes: `each` in every window it is in.
  static void countFanOut(Delivery<T> &d, uint32_t each) {
    auto count = [](uint32_t at, uint32_t pad, uint32_t kernel, uint32_t dilation, uint32_t stride,
                    uint32_t size) {
      uint32_t windows = 0;
      for (uint32_t k = 0; k < kernel; ++k) {
        int64_t from = int64_t{at} + pad - int64_t{k} * dilation;
        windows += from >= 0 && from % stride == 0 && from / stride < size;
      }
      return windows;
    };
    for (uint32_t y = 0; y < d.in.height; ++y)
      for (uint32_t x = 0; x < d.in.width; ++x)
        d.fanOut.push_back(each *
                           count(y, d.padY, d.kernelHeight, d.dilationY, d.strideY, d.out.height) *
                           count(x, d.padX, d.kernelWidth, d.dilationX, d.strideX, d.out.width));
    std::map<uint32_t, uint32_t> frequency;
    for (uint32_t operations : d.fanOut)
      ++frequency[operations];
    d.usualFanOut = std::max_element(frequency.begin(), frequency.end(), [](auto &a, auto &b) {
                      return a.second < b.second;
                    })->first;
    for (uint32_t position = 0; position < d.fanOut.size(); ++position)
      if (d.fanOut[position] != d.usualFanOut)
        d.unusual.push_back(position);
  }

  Delivery<T> makePool(const Operation &op) const {
    Delivery<T> d = makeWindow(op, op.kernel.data());
    d.kind = Delivery<T>::Kind::Pool;
    std::vector<int64_t> counts;
    for (uint32_t y = 0; y < d.out.height; ++y)
      for (uint32_t x = 0; x < d.out.width; ++x) {
        auto inside = [](int64_t first, uint32_t kernel, uint32_t size) {
          return std::max<int64_t>(
              std::min<int64_t>(first + kernel, size) - std::max<int64_t>(first, 0), 0);
        };
        int64_t count = inside(int64_t{y} * d.strideY - d.padY, d.kernelHeight, d.in.height) *
                        inside(int64_t{x} * d.strideX - d.padX, d.kernelWidth, d.in.width);
        if (op.countIncludePad)
          count = int64_t{d.kernelHeight} * d.kernelWidth;
        counts.push_back(count);
      }
    countFanOut(d, 1);
    // Integers add a common multiple of all counts instead of one, so that each share is whole.
    int64_t whole = network.precision == Precision::Fixed ? getCommonMultiple(counts) : 1;
    for (int64_t count : counts)
      d.weights.push_back(count > 0 ? static_cast<T>(whole) / static_cast<T>(count) : T{0});
    return d;
  }

  Delivery<T> makeGemm(const Operation &op) const {
    Delivery<T> d;
    d.kind = Delivery<T>::Kind::Gemm;
    d.rows = op.weight.shape[0];
    d.columns = op.weight.shape[1];
    const Shape &in = stream(op.inputs[0]).shape;
    d.inner = in.size() == 3 ? in[0] : 1;
    for (size_t i = 0; i < op.weight.size; ++i)
      d.weights.push_back(getWeight(op, i));
    return d;
  }

  /// Where every element of input `n` goes.
  Delivery<T> makeMove(const Operation &op, uint32_t n) const {
    const Shape &in = stream(op.inputs[n]).shape, &out = stream(op.output).shape;
    std::vector<uint32_t> inOrder = getStorageOrder(in), outOrder = getStorageOrder(out);
    std::vector<uint64_t> strides = getStrides(in);
    uint32_t offset = 0;
    for (uint32_t before = 0; before < n; ++before)
      offset += stream(op.inputs[before]).shape[op.axis];
    Delivery<T> delivery;
    delivery.target.assign(stream(op.inputs[n]).size, -1);
    forEach(out, [&](uint32_t i, const Shape &at) {
      int64_t from = op.kind == Kind::Reshape ? i : getSource(op, at, in, strides, offset);
      if (from >= 0)
        delivery.target[inOrder[from]] = static_cast<int32_t>(outOrder[i]);
    });
    findRuns(delivery);
    return delivery;
  }

  /// Neighbours that stay neighbours, where they are worth it: eight at least on the average.
  static void findRuns(Delivery<T> &delivery) {
    const std::vector<int32_t> &target = delivery.target;
    for (uint32_t i = 0; i < target.size(); ++i) {
      if (target[i] < 0)
        continue;
      auto to = static_cast<uint32_t>(target[i]);
      bool continues = i > 0 && target[i - 1] >= 0 && target[i - 1] + 1 == target[i];
      if (continues)
        ++delivery.runs.back().count;
      else
        delivery.runs.push_back({i, to, 1});
    }
    if (delivery.runs.size() * 8 > target.size())
      delivery.runs.clear();
  }

  /// Where every element of a gather's input goes, once for each time it is chosen.
  Delivery<T> makeCopy(const Operation &op) const {
    const Shape &in = stream(op.inputs[0]).shape, &out = stream(op.output).shape;
    std::vector<uint32_t> inOrder = getStorageOrder(in), outOrder = getStorageOrder(out);
    std::vector<uint64_t> strides = getStrides(in);
    std::vector<std::vector<int32_t>> targets(inOrder.size());
    forEach(out, [&](uint32_t i, const Shape &at) {
      uint64_t from = 0;
      for (size_t d = 0; d < at.size(); ++d)
        from += strides[d] * (d == op.axis ? op.indices[at[d]] : at[d]);
      targets[inOrder[from]].push_back(static_cast<int32_t>(outOrder[i]));
    });
    Delivery<T> delivery;
    delivery.kind = Delivery<T>::Kind::Copy;
    for (const std::vector<int32_t> &places : targets) {
      delivery.first.push_back(static_cast<uint32_t>(delivery.target.size()));
      delivery.target.insert(delivery.target.end(), places.begin(), places.end());
    }
    delivery.first.push_back(static_cast<uint32_t>(delivery.target.size()));
    return delivery;
  }

  /// How a stream of matrices lies in memory.
  static Product::Layout getLayout(const Shape &shape) {
    uint32_t columns = shape.back(), rows = shape[shape.size() - 2];
    if (shape.size() == 3) // channel-last
      return {1, columns * shape[0], shape[0]};
    return {rows * columns, columns, 1};
  }

  Product makeProduct(const Operation &op) const {
    const Shape &lhs = stream(op.inputs[0]).shape, &rhs = stream(op.inputs[1]).shape;
    Product product;
    if (op.kind == Kind::Mul) {
      product.batch = static_cast<uint32_t>(stream(op.output).size);
      product.lhs = product.rhs = product.out = {1, 1, 1};
    } else {
      product.rows = lhs[lhs.size() - 2];
      product.inner = lhs.back();
      product.columns = rhs.back();
      product.batch =
          static_cast<uint32_t>(stream(op.output).size / product.rows / product.columns);
      product.lhs = getLayout(lhs);
      product.rhs = getLayout(rhs);
      product.out = getLayout(stream(op.output).shape);
    }
    auto locate = [&](Product::Layout layout, uint32_t rows, uint32_t columns) {
      std::vector<Product::Place> places(size_t{product.batch} * rows * columns);
      for (uint32_t b = 0; b < product.batch; ++b)
        for (uint32_t row = 0; row < rows; ++row)
          for (uint32_t column = 0; column < columns; ++column)
            places[b * layout.batch + row * layout.row + column * layout.column] = {b, row, column};
      return places;
    };
    product.lhsPlace = locate(product.lhs, product.rows, product.inner);
    product.rhsPlace = locate(product.rhs, product.inner, product.columns);
    return product;
  }

  /// Row-major index of the input element that an operation moves to `at`, or -1.
  static int64_t getSource(const Operation &op, const Shape &at, const Shape &in,
                           const std::vector<uint64_t> &strides, uint32_t offset) {
    int64_t source = 0;
    for (size_t d = 0; d < at.size(); ++d) {
      size_t dimension = op.kind == Kind::Transpose ? op.perm[d] : d;
      int64_t position = at[d];
      if (op.kind == Kind::Pad)
        position -= op.pads[d];
      else if (op.kind == Kind::Slice)
        position = int64_t{op.starts[d]} + position * op.steps[d];
      else if (op.kind == Kind::Concat && d == op.axis)
        position -= offset;
      if (position < 0 || position >= in[dimension])
        return -1;
      source += position * static_cast<int64_t>(strides[dimension]);
    }
    return source;
  }

  // ---- Constants ----

  void addConstant(const Operation &op) {
    const Shape &shape = stream(op.output).shape;
    std::vector<T> value;
    if (op.kind == Kind::Bias) {
      value = expand<T>(op.weight, shape, numbers);
    } else if (op.bias) {
      TensorView bias = op.bias;
      bias.shape.assign(shape.size(), 1);
      bias.shape[op.kind == Kind::Conv ? 0 : shape.size() - 1] = op.bias.shape[0];
      value = expand<T>(bias, shape, numbers);
    } else if (op.kind == Kind::Pad && op.border != 0) {
      Delivery<T> move = makeMove(op, 0);
      value.assign(stream(op.output).size, static_cast<T>(op.border));
      for (int32_t target : move.target)
        if (target >= 0)
          value[target] = 0;
    } else {
      return;
    }
    constants.push_back(
        {plan.tasks.size(), static_cast<uint32_t>(accumulatorOf[op.output]), std::move(value)});
  }

  /// What every terminal starts at: A of what all populations start at.
  void computeStarts() {
    bool isSilent = true;
    for (const Operation &op : network.operations)
      isSilent &= !op.initial && !op.offset;
    State<T> state(network, plan, /*isGraded=*/true);
    if (!isSilent) {
      runAffine(state, /*silent=*/true);
      for (Terminal<T> &terminal : plan.terminals)
        terminal.silent = state.accumulators[terminal.accumulator];
      for (std::vector<T> &accumulator : state.accumulators)
        std::fill(accumulator.begin(), accumulator.end(), T{0});
    }
    runAffine(state, isSilent);
    for (Terminal<T> &terminal : plan.terminals)
      terminal.start = state.accumulators[terminal.accumulator];
  }

  /// What receivers take the output of `op` to be before the first step.
  void sendAssumed(const Operation &op, Events<T> &events) const {
    events.clear();
    std::vector<T> value(stream(op.output).size, T{0});
    for (const TensorView *part : {&op.initial, &op.offset}) {
      if (!*part)
        continue;
      std::vector<T> numbers = expand<T>(*part, stream(op.output).shape);
      for (size_t i = 0; i < value.size(); ++i)
        value[i] += numbers[i];
    }
    for (uint32_t i = 0; i < value.size(); ++i)
      if (value[i] != 0)
        events.push(i, value[i]);
  }

  /// An affine pass: with `silent` without an event, else with what populations start at.
  void runAffine(State<T> &state, bool silent) const {
    size_t next = 0;
    auto addConstants = [&](size_t task) {
      for (; next < constants.size() && constants[next].before <= task; ++next) {
        std::vector<T> &accumulator = state.accumulators[constants[next].accumulator];
        for (size_t i = 0; i < accumulator.size(); ++i)
          accumulator[i] += constants[next].value[i];
      }
    };
    for (size_t i = 0; i < plan.tasks.size(); ++i) {
      const Task &task = plan.tasks[i];
      addConstants(i);
      if (task.kind == Task::Kind::Fire && !silent)
        sendAssumed(operation(task.operation), state.at(task.stream, 0));
      else if (task.kind == Task::Kind::Harvest)
        harvest(state.accumulators[task.accumulator], state.at(task.stream, 0));
      else if (task.kind == Task::Kind::Multiply)
        startProduct(task, state);
      else if (task.kind == Task::Kind::Deliver)
        deliver(plan.deliveries[task.delivery], state.at(task.stream, 0), state.scratch,
                state.accumulators[task.accumulator].data());
    }
  }

  /// A(0) of a product is that of its operands, multiplied; these keep their own.
  void startProduct(const Task &task, State<T> &state) const {
    auto &product = state.products[task.delivery];
    for (int n : {0, 1}) {
      const Terminal<T> &terminal = plan.terminals[plan.products[task.delivery].terminals[n]];
      std::vector<T> &start = state.accumulators[terminal.accumulator];
      product.estimates[n].assign(start.size(), T{0});
      product.changes[n].clear();
      for (uint32_t i = 0; i < start.size(); ++i)
        product.changes[n].push(i, start[i]);
    }
    multiply(plan.products[task.delivery].product, product.changes, product.estimates[0].data(),
             product.estimates[1].data(), state.accumulators[task.accumulator].data());
  }

  /// L(1) of every sign-coded stream at every terminal: a linear pass with all of its events.
  void computeBackgrounds() {
    State<T> state(network, plan, /*isGraded=*/true);
    for (uint32_t source = 0; source < network.streams.size(); ++source) {
      if (!stream(source).isSpikes || stream(source).code != SpikeCode::Sign)
        continue;
      for (std::vector<T> &accumulator : state.accumulators)
        std::fill(accumulator.begin(), accumulator.end(), T{0});
      Events<T> &events = state.at(source, 0);
      events.clear();
      for (uint32_t i = 0; i < stream(source).size; ++i)
        events.push(i, T{1});
      runPass(plan, state, nullptr, [](const Task &) {});
      events.clear();
      for (Terminal<T> &terminal : plan.terminals) {
        const std::vector<T> &value = state.accumulators[terminal.accumulator];
        if (std::any_of(value.begin(), value.end(), [](T number) { return number != 0; }))
          terminal.backgrounds.push_back({source, value});
      }
    }
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

int64_t getCommonMultiple(const std::vector<int64_t> &counts) {
  int64_t common = 1;
  for (int64_t count : counts)
    if (count > 0 && common <= kLargestPool)
      common = std::lcm(common, count);
  return common;
}

namespace {

/// Every multiplier of every operand, expanded to the population.
FixedPlan makeFixedPlan(const Network &network, std::vector<LayerInfo> &layers) {
  FixedPlan plan;
  plan.typed = Planner<int32_t>(network, layers).make();
  std::vector<LayerInfo> counted;
  plan.ann = Planner<double>(network, counted).make();
  for (const Population<int32_t> &population : plan.typed.populations) {
    const Operation &op = network.operations[population.operation];
    const Shape &shape = network.streams[op.inputs[0]].shape;
    std::vector<std::vector<int32_t>> &multipliers = plan.multipliers.emplace_back();
    if (op.kind == Kind::Decode)
      multipliers.push_back(expand<int32_t>(op.fixedOutput.multipliers, shape));
    for (const TensorView &tensor : op.fixedNeuron.multipliers)
      multipliers.push_back(expand<int32_t>(tensor, shape));
  }
  return plan;
}

} // namespace

TypedPlan<double> makeMagnitudePlan(const Network &network) {
  std::vector<LayerInfo> layers;
  return Planner<double>(network, layers, Numbers::Magnitudes).make();
}

Plan makePlan(Network network) {
  Plan plan;
  plan.network = std::move(network);
  if (plan.network.precision == Precision::Fixed)
    plan.typed = makeFixedPlan(plan.network, plan.layers);
  else if (plan.network.precision == Precision::F32)
    plan.typed = Planner<float>(plan.network, plan.layers).make();
  else
    plan.typed = Planner<double>(plan.network, plan.layers).make();
  plan.inputOrder = getStorageOrder(plan.network.inputShape);
  uint32_t output = plan.network.operations.back().inputs[0];
  plan.outputOrder = getStorageOrder(plan.network.streams[output].shape);
  return plan;
}

} // namespace snn::detail
