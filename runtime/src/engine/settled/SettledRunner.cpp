#include "runtime/src/engine/settled/SettledRunner.h"

#include "runtime/src/kernels/Fire.h"
#include "runtime/src/kernels/Rows.h"
#include <cstring>
#include <utility>

namespace snn::detail {

namespace {

/// Sums that are computed and compared together: they stay in a cache of the second level, beside weights.
constexpr uint32_t kTile = 16384;

/// What the sums from `begin`, a multiple of a block, to `end` start at. Blocks have a size that the compiler knows.
void copyStart(const Repeated<int32_t> &start, uint32_t begin, uint32_t end, int32_t *to) {
  uint32_t first = begin;
  for (; first + kNeuronBlock <= end; first += kNeuronBlock)
    std::memcpy(to + (first - begin), start.from(first), kNeuronBlock * sizeof(int32_t));
  if (first < end)
    std::copy_n(start.from(first), end - first, to + (first - begin));
}

} // namespace

SettledRunner::SettledRunner(const FixedPlan &fixed, Sample<int32_t> &sample)
    : sample(sample), settled(settle(sample.network, fixed)), values(sample.network.streams.size()),
      rounds(fixed.typed.products.size()), starts(fixed.typed.accumulators.size(), nullptr),
      parts(sample.workers.size()) {
  if (settled.empty())
    return;
  size_t sources = 0, tile = 0;
  for (const std::vector<SettledNode> &group : settled.groups)
    for (const SettledNode &node : group) {
      const uint64_t size = sample.typed.accumulators[node.accumulator];
      sources = std::max(sources, node.sources.size());
      if (node.staircase)
        tile = std::max<size_t>(tile, std::min<uint64_t>(size, kTile + node.unit));
    }
  for (const Terminal<int32_t> &terminal : fixed.typed.terminals)
    starts[terminal.accumulator] = &terminal.start;
  for (Part &part : parts) {
    part.inputs.resize(sources);
    part.ways.resize(sources);
    part.tile.resize(tile + kNeuronBlock);
  }
}

void SettledRunner::begin(const std::vector<int16_t> &input) {
  if (!std::exchange(isMade, true))
    make();
  for (FinalValues &stream : values)
    stream.input = input.data();
}

/// Not before the first sample: an engine that only evaluates the ANN has none.
void SettledRunner::make() {
  for (uint32_t i = 0; i < values.size(); ++i)
    if (settled.stores[i] != Store::None)
      values[i].reserve(settled.stores[i], sample.network.streams[i].size);
  for (const std::vector<SettledNode> &group : settled.groups)
    for (const SettledNode &node : group)
      if (node.kind == SettledNode::Kind::Round)
        rounds[taskOf(node.task).delivery].reserve(Store::Sums,
                                                   sample.typed.accumulators[node.accumulator]);
}

std::vector<bool> SettledRunner::unread() const {
  std::vector<bool> unread(values.size(), false);
  for (size_t g = 0; g < settled.groups.size(); ++g)
    for (const SettledNode &node : settled.groups[g])
      if (node.kind == SettledNode::Kind::Harvest ||
          (node.kind == SettledNode::Kind::Fire && !needsSteps(g, /*isWatched=*/false)))
        unread[taskOf(node.task).stream] = true;
  return unread;
}

bool SettledRunner::needsSteps(size_t group, bool isWatched) const {
  const SettledNode &node = settled.groups[group].back();
  return node.kind == SettledNode::Kind::Fire &&
         (!node.staircase || isWatched || settled.needsEvents[taskOf(node.task).stream]);
}

void SettledRunner::run(size_t group, bool needsSteps) {
  for (const SettledNode &node : settled.groups[group]) {
    runNode(node, needsSteps || node.kind != SettledNode::Kind::Fire);
    if (node.kind != SettledNode::Kind::Fire)
      finishCurrent(node);
  }
}

uint32_t SettledRunner::countParts(const SettledNode &node) const {
  constexpr double kNeuron = 500; // picoseconds of all its steps
  const uint64_t size = sample.typed.accumulators[node.accumulator];
  return sample.countParts(size, node.unit, [&] {
    double time = kNeuron * static_cast<double>(size);
    for (uint32_t i : node.sources)
      if (const Task &task = taskOf(i); task.kind == Task::Kind::Deliver)
        time += expectTime(sample.typed.deliveries[task.delivery], Events<int32_t>::Form::Graded,
                           values[task.stream].nonzero);
    return time;
  });
}

/// The sums of a node, in its accumulator or its stream if they are wanted as a `whole`; else tile by tile, with what
/// neurons make of them.
void SettledRunner::runNode(const SettledNode &node, bool isWhole) {
  const Task &end = taskOf(node.task);
  for (uint32_t i : node.sources)
    if (const Task &task = taskOf(i);
        task.kind == Task::Kind::Deliver && values[task.stream].store == Store::Input)
      values[task.stream].nonzero = sample.state.at(task.stream, 0).count;
  const uint32_t count = countParts(node);
  if (isWhole && node.kind == SettledNode::Kind::Round)
    sample.state.make(sample.typed, node.accumulator);
  const uint64_t size = sample.typed.accumulators[node.accumulator];
  sample.pool.run(count, [&](uint32_t part) {
    computePart(node, isWhole, getPart(size, node.unit, part, count), part);
  });
  if (end.kind == Task::Kind::Fire)
    sample.progress.layerThreads[end.layer] = count;
  this->count(node);
  if (isWhole)
    return;
  kernels::Climb climb;
  uint64_t events = 0;
  for (uint32_t part = 0; part < count; ++part) {
    climb.add(parts[part].climb);
    events += parts[part].events;
  }
  FinalValues &to = values[end.stream];
  const Schedule &schedule = sample.network.operations[end.operation].schedule;
  to.nonzero = climb.nonzero;
  to.eventCount = events;
  to.hasEvents = false;
  LayerStatistics &layer = sample.progress.statistics[end.layer];
  layer.events += to.eventCount;
  layer.activeSteps += static_cast<uint64_t>(__builtin_popcountll(climb.active));
  layer.updates += to.size * static_cast<uint64_t>(schedule.steps);
  if (climb.active != 0)
    sample.progress.eventsEnd =
        std::max(sample.progress.eventsEnd,
                 schedule.start + 64 - static_cast<uint32_t>(__builtin_clzll(climb.active)));
}

void SettledRunner::computePart(const SettledNode &node, bool isWhole, Range elements,
                                uint32_t index) {
  Part &part = parts[index];
  const Task &end = taskOf(node.task);
  const auto size = static_cast<uint32_t>(sample.typed.accumulators[node.accumulator]);
  for (size_t n = 0; n < node.sources.size(); ++n)
    if (const Task &task = taskOf(node.sources[n]); task.kind == Task::Kind::Deliver)
      part.inputs[n].prepare(sample.typed.deliveries[task.delivery], values[task.stream], elements);
  if (isWhole) {
    Aligned<int32_t> &sums = node.kind == SettledNode::Kind::Harvest
                                 ? values[end.stream].sums
                                 : sample.state.accumulators[node.accumulator];
    if (node.kind == SettledNode::Kind::Harvest)
      std::fill(sums.begin() + elements.begin, sums.begin() + elements.endOf(size), 0);
    else if (node.kind == SettledNode::Kind::Round)
      copyStart(*starts[node.accumulator], elements.begin, elements.endOf(size),
                sums.data() + elements.begin);
    addSources(node, elements, sums.data(), part, index);
    return;
  }
  FinalValues &to = values[end.stream];
  part.climb = {};
  part.events = 0;
  const uint32_t last = elements.endOf(size), begin = elements.begin;
  const uint32_t step =
      node.isTiled ? std::max(1U, kTile / node.unit) * node.unit : std::max(last - begin, 1U);
  if (part.tile.size() < std::min(step, last - begin) + kNeuronBlock)
    part.tile.resize(step + kNeuronBlock);
  for (uint32_t first = begin; first < last; first += step) {
    const Range tile{first, std::min(first + step, last)};
    copyStart(*starts[node.accumulator], tile.begin, tile.end, part.tile.data());
    addSources(node, tile.end == size ? Range{first, UINT32_MAX} : tile, part.tile.data() - first,
               part, index);
    const uint32_t count = tile.end - first;
    part.climb.add(isOfBytes(to.store)
                       ? kernels::climb(*node.staircase, part.tile.data(), first, count,
                                        to.bytes.data() + first, to.events.data() + first, to.zero)
                       : kernels::climb(*node.staircase, part.tile.data(), first, count,
                                        to.shorts.data() + first, to.events.data() + first));
    part.events += kernels::sumBytes(to.events.data() + first, count); // while they are in a cache
  }
}

/// To `accumulator`, or, of neurons of several operands, to theirs.
void SettledRunner::addSources(const SettledNode &node, Range tile, int32_t *accumulator,
                               Part &part, uint32_t index) {
  for (size_t n = 0; n < node.sources.size(); ++n) {
    const Task &task = taskOf(node.sources[n]);
    int32_t *to = task.accumulator == node.accumulator
                      ? accumulator
                      : sample.state.accumulators[task.accumulator].data();
    if (task.kind == Task::Kind::Multiply) {
      const FinalValues &from = rounds[task.delivery];
      kernels::addValues(from.sums.data() + tile.begin, tile.endOf(from.size) - tile.begin,
                         to + tile.begin);
      continue;
    }
    part.ways[n] =
        part.inputs[n].deliver(sample.typed.deliveries[task.delivery], values[task.stream], tile,
                               part.list, sample.workers[index].scratch, to);
  }
}

/// A current, or what a requantize passes on of it, once all of it is there.
void SettledRunner::finishCurrent(const SettledNode &node) {
  const Task &task = taskOf(node.task);
  FinalValues &to =
      node.kind == SettledNode::Kind::Harvest ? values[task.stream] : rounds[task.delivery];
  if (node.kind == SettledNode::Kind::Round) {
    const Rounding &rounding = *sample.typed.products[task.delivery].rounding;
    const kernels::Passed passed = kernels::passRounded(
        sample.state.accumulators[node.accumulator].data(), *starts[node.accumulator],
        rounding.multipliers.data(), rounding.shift, rounding.limit, to.sums.data());
    sample.progress.statistics[task.layer].synapticOps += passed.changed;
    sample.progress.statistics[task.layer].gradedOps += passed.changed;
    to.nonzero = passed.nonzero;
    return;
  }
  to.nonzero = to.size - static_cast<uint64_t>(std::count(to.sums.begin(), to.sums.end(), 0));
}

void SettledRunner::keep(size_t group, const Aligned<int32_t> &y) {
  const Task &task = taskOf(settled.groups[group].back().task);
  FinalValues &to = values[task.stream];
  to.hasEvents = true;
  uint32_t nonzero = 0;
  for (int32_t value : y)
    nonzero += value != 0;
  to.nonzero = nonzero;
  if (isOfBytes(to.store))
    std::transform(y.begin(), y.end(), to.bytes.begin(),
                   [&](int32_t value) { return static_cast<uint8_t>(value + to.zero); });
  else
    std::copy(y.begin(), y.end(), to.shorts.begin());
}

// ---- Statistics ----

void SettledRunner::count(const SettledNode &node) {
  for (size_t n = 0; n < node.sources.size(); ++n) {
    const Task &task = taskOf(node.sources[n]);
    if (task.kind != Task::Kind::Deliver)
      continue;
    countDelivery(task);
    const Delivery<int32_t> &delivery = sample.typed.deliveries[task.delivery];
    const FinalValues &from = values[task.stream];
    if (from.nonzero == 0)
      continue;
    LayerStatistics &layer = sample.progress.statistics[task.layer];
    ++layer.ways[static_cast<size_t>(parts.front().ways[n])];
    if (delivery.hasWays())
      countExpected(layer, expect(delivery, Events<int32_t>::Form::Graded, from.nonzero));
  }
}

/// What the events of a stream stand for, of all steps; of a current what it came to is one event for each element.
void SettledRunner::countDelivery(const Task &task) {
  const Delivery<int32_t> &delivery = sample.typed.deliveries[task.delivery];
  const FinalValues &from = values[task.stream];
  LayerStatistics &layer = sample.progress.statistics[task.layer];
  uint64_t operations = 0;
  if (from.store == Store::Input || from.hasEvents) {
    for (const Events<int32_t> &events :
         sample.state.from(task.stream, 0, sample.typed.spans[task.stream].end))
      operations += detail::countOperations(delivery, events);
  } else {
    operations = countOperations(delivery, from);
  }
  layer.synapticOps += operations;
  if (from.store == Store::Input || from.store == Store::Sums)
    layer.gradedOps += operations;
}

uint64_t SettledRunner::countOperations(const Delivery<int32_t> &d, const FinalValues &from) {
  Events<int32_t> &list = parts.front().list;
  const bool isCurrent = from.store == Store::Sums;
  const uint64_t all = isCurrent ? from.nonzero : from.eventCount;
  auto countOf = [&](uint32_t first, uint32_t end) {
    return isCurrent ? end - first -
                           static_cast<uint64_t>(
                               std::count(from.sums.begin() + first, from.sums.begin() + end, 0))
                     : kernels::sumBytes(from.events.data() + first, end - first);
  };
  if (d.isWindowed() && d.channelLast) {
    uint64_t operations = all * d.usualFanOut;
    for (const auto &border : d.borders)
      operations -= border.less * countOf(border.first, border.end);
    return operations;
  }
  if (d.kind == Delivery<int32_t>::Kind::Move && !d.runs.empty()) {
    uint64_t operations = 0;
    for (const auto &run : d.runs)
      operations += countOf(run.from, run.from + run.count);
    return operations;
  }
  if (d.kind == Delivery<int32_t>::Kind::Gemm)
    return all * d.columns;
  if (d.kind == Delivery<int32_t>::Kind::Scale)
    return all;
  // Of other maps by element: as many times as each has sent.
  uint64_t operations = 0;
  list.makeRoom(from.size);
  list.clear();
  for (uint32_t i = 0; i < from.size; ++i)
    if (isCurrent ? from.sums[i] != 0 : from.events[i] != 0)
      list.push(i, isCurrent ? 1 : from.events[i]);
  if (d.isWindowed())
    list.forEach([&](uint32_t i, int32_t times) {
      operations += static_cast<uint64_t>(times) * d.fanOut[i % (d.in.height * d.in.width)];
    });
  else if (d.kind == Delivery<int32_t>::Kind::Copy)
    list.forEach([&](uint32_t i, int32_t times) {
      operations += static_cast<uint64_t>(times) * (d.first[i + 1] - d.first[i]);
    });
  else
    list.forEach([&](uint32_t i, int32_t times) {
      operations += d.target[i] >= 0 ? static_cast<uint64_t>(times) : 0;
    });
  return operations;
}

} // namespace snn::detail
