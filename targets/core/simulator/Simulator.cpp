#include "targets/core/simulator/Simulator.h"

#include "compiler/support/Parallel.h"
#include "compiler/support/Ranks.h"
#include "snn/fixed.h"
#include "targets/core/simulator/Cell.h"
#include <algorithm>
#include <barrier>
#include <cmath>
#include <cstring>
#include <exception>
#include <mutex>
#include <numeric>
#include <thread>

namespace snnc::core {

uint64_t Activity::spikes() const {
  return std::accumulate(layerSpikes.begin(), layerSpikes.end(), uint64_t(0));
}
uint64_t Activity::synapticOps() const {
  uint64_t sum = 0;
  for (const CoreActivity &core : cores)
    sum += core.synapticOps;
  return sum;
}
uint64_t Activity::updates() const {
  uint64_t sum = 0;
  for (const CoreActivity &core : cores)
    sum += core.updates;
  return sum;
}

void Activity::add(const Activity &more) {
  layerSpikes.resize(more.layerSpikes.size());
  for (size_t i = 0; i < layerSpikes.size(); ++i)
    layerSpikes[i] += more.layerSpikes[i];
  cores.resize(more.cores.size());
  for (size_t i = 0; i < cores.size(); ++i) {
    cores[i].spikes += more.cores[i].spikes;
    cores[i].messages += more.cores[i].messages;
    cores[i].synapticOps += more.cores[i].synapticOps;
    cores[i].updates += more.cores[i].updates;
  }
  samples += more.samples;
  inputEvents += more.inputEvents;
  messages += more.messages;
  hopsX += more.hopsX;
  hopsY += more.hopsY;
  busiestLink += more.busiestLink;
  criticalOps += more.criticalOps;
  nanoseconds += more.nanoseconds;
}

struct Simulator::Impl {
  const Program &program;
  unsigned threads;
  EventLog log;
  Listeners listeners;
  std::vector<Cell> cells;  ///< one per core
  std::vector<Cell *> mine; ///< those that this rank runs
  Activity activity;
  std::vector<uint64_t> inputTo; ///< messages of the input, per receiving core
  std::vector<int16_t> input;
  std::vector<int32_t> estimate;
  bool isUpdate = false;
  double longestRoute = 0; ///< nanoseconds

  Impl(const Program &program, unsigned wanted)
      : program(program), threads(getThreads(wanted)), log(program), listeners(program) {
    for (uint32_t i = 0; i < program.cores.size(); ++i)
      cells.emplace_back(program, i, log);
    for (size_t i = 0; i < cells.size(); ++i)
      if (i % ranks::count() == ranks::index())
        mine.push_back(&cells[i]);
    threads = std::clamp<unsigned>(threads, 1, std::max<size_t>(1, mine.size()));
    clear();
  }

  void clear() {
    activity = Activity();
    activity.layerSpikes.assign(program.layers.size(), 0);
    activity.cores.assign(program.cores.size(), {});
    inputTo.assign(program.cores.size(), 0);
    for (Cell &cell : cells)
      cell.clearActivity();
  }

  // ---- The input, which is on no core and enters at router (0, 0) ----

  void readInput(const std::vector<int32_t> &raw) {
    const Layer &layer = program.input();
    uint64_t plane = layer.size() / layer.shape[0];
    input.resize(layer.size());
    for (uint64_t i = 0; i < layer.size(); ++i)
      input[i] = snn_encode(raw[i], layer.inputMultipliers[i / plane],
                            layer.inputOffsets[i / plane], layer.inputShift);
  }

  /// What the direct code sends of an element.
  int32_t getChange(uint32_t i) const {
    int32_t change = input[i] - estimate[i];
    const uint64_t plane = input.size() / program.input().shape[0];
    return isUpdate && std::abs(change) <= program.thresholds[i / plane] ? 0 : change;
  }

  void encode(uint32_t t) {
    const Layer &layer = program.input();
    std::vector<Event> &sent = log.at(0, 0, t);
    int64_t k = layer.activeStep(t);
    unsigned up = static_cast<uint32_t>(layer.fraction) - layer.eventFraction;
    for (uint32_t i = 0; i < input.size(); ++i) {
      int32_t value = 0;
      if (layer.inputCode == InputCode::Direct)
        value = t == 0 ? getChange(i) : 0;
      else if (k >= 0 && layer.inputCode == InputCode::Float)
        value = snn_approach(input[i] - estimate[i], layer.steps[k], layer.eventFraction);
      else if (k >= 0)
        value = -layer.steps[k] * snn_sign(snn_error(estimate[i], up, input[i]), 1);
      estimate[i] += value;
      if (value == 0)
        continue;
      sent.push_back({i, value});
      uint32_t messages = countMessages(layer, value);
      for (const uint32_t *to = listeners.begin(0, i); to != listeners.end(0, i); ++to)
        inputTo[*to] += messages;
    }
    activity.inputEvents += sent.size();
    activity.layerSpikes[0] += sent.size();
  }

  // ---- A sample, or an update ----

  std::vector<int32_t> take(const std::vector<int32_t> &raw);

  void run() {
    uint32_t steps = program.chipSteps();
    std::barrier done(threads);
    std::exception_ptr problem;
    std::mutex mutex;
    // Whoever cannot go on leaves the barrier, so that nobody waits for it.
    auto fail = [&] {
      done.arrive_and_drop();
      std::lock_guard<std::mutex> lock(mutex);
      if (!problem)
        problem = std::current_exception();
    };
    auto work = [&](unsigned thread) {
      try {
        for (uint32_t h = 0; h < steps; ++h) {
          if (thread == 0 && h < program.steps)
            encode(h);
          for (size_t i = thread; i < mine.size(); i += threads)
            mine[i]->step(h, log, listeners);
          done.arrive_and_wait();
          if (thread == 0) {
            exchange(h);
            closeStep();
          }
          done.arrive_and_wait();
        }
      } catch (...) {
        fail();
      }
    };
    std::vector<std::thread> others;
    others.reserve(threads);
    for (unsigned thread = 1; thread < threads; ++thread) {
      try {
        others.emplace_back(work, thread);
      } catch (...) { // the system gives no more threads
        fail();
      }
    }
    work(0);
    for (std::thread &other : others)
      other.join();
    if (problem)
      std::rethrow_exception(problem);
  }

  /// What other ranks' cores did in step `h`: all know all events, and each the states of its own cores.
  void exchange(uint32_t h) {
    if (ranks::count() == 1)
      return;
    std::vector<int64_t> packed;
    for (Cell *cell : mine)
      cell->pack(h, log, packed);
    std::vector<std::string> all = ranks::exchange(
        {reinterpret_cast<const char *>(packed.data()), packed.size() * sizeof(int64_t)},
        "events of cores");
    for (unsigned rank = 0; rank < all.size(); ++rank) {
      if (rank == ranks::index())
        continue;
      packed.resize(all[rank].size() / sizeof(int64_t));
      std::memcpy(packed.data(), all[rank].data(), all[rank].size());
      const int64_t *from = packed.data();
      for (size_t i = rank; i < cells.size(); i += ranks::count())
        cells[i].unpack(h, log, listeners, from);
    }
  }

  /// What the neurons of an output hold: each rank knows those of its cores, and zeros of others.
  std::vector<int32_t> collect(const Layer &output) const {
    std::vector<int32_t> sums(output.size(), 0);
    for (const Cell *cell : mine)
      cell->collect(output, sums);
    if (ranks::count() == 1)
      return sums;
    std::vector<int32_t> parts(sums.size() * ranks::count());
    std::copy(sums.begin(), sums.end(), parts.begin() + sums.size() * ranks::index());
    ranks::exchangeRows(parts, ranks::count(), "outputs of cores");
    for (size_t i = 0; i < parts.size(); ++i)
      if (i / sums.size() != ranks::index())
        sums[i % sums.size()] += parts[i];
    return sums;
  }

  /// A step is as long as its busiest core takes.
  void closeStep() {
    const Timing &timing = program.timing;
    uint64_t max = 0;
    double slowest = 0;
    bool anything = false;
    for (const Cell &cell : cells) {
      const CoreActivity &did = cell.last;
      max = std::max(max, did.synapticOps + did.updates);
      slowest = std::max(
          slowest, static_cast<double>(did.synapticOps) * std::max(0.0, timing.synapticOperation) +
                       static_cast<double>(did.updates) * std::max(0.0, timing.neuronUpdate) +
                       static_cast<double>(did.spikes) * std::max(0.0, timing.spike));
      anything |= did.messages > 0;
    }
    activity.criticalOps += max;
    if (timing.step > 0)
      activity.nanoseconds += std::max(timing.step, slowest);
    else if (timing.synapticOperation > 0)
      activity.nanoseconds +=
          slowest + std::max(0.0, timing.barrier) + (anything ? longestRoute : 0);
  }

  // ---- Traffic ----

  /// Counts what passes each link: x first, then y.
  void countTraffic() {
    int64_t width = program.mesh.width, height = program.mesh.height;
    std::vector<uint64_t> links(static_cast<size_t>(width * height * 4), 0);
    activity.messages = activity.hopsX = activity.hopsY = activity.busiestLink = 0;
    auto route = [&](int64_t x, int64_t y, const Core &to, uint64_t messages) {
      activity.messages += messages;
      auto pass = [&](int direction, int64_t &at, int64_t step) {
        links[static_cast<size_t>((y * width + x) * 4 + direction)] += messages;
        at += step;
      };
      for (; x < to.x; activity.hopsX += messages)
        pass(0, x, 1);
      for (; x > to.x; activity.hopsX += messages)
        pass(1, x, -1);
      for (; y < to.y; activity.hopsY += messages)
        pass(2, y, 1);
      for (; y > to.y; activity.hopsY += messages)
        pass(3, y, -1);
    };
    for (size_t to = 0; to < program.cores.size(); ++to) {
      route(0, 0, program.cores[to], inputTo[to]);
      for (size_t from = 0; from < cells.size(); ++from)
        if (cells[from].sentTo[to] > 0)
          route(program.cores[from].x, program.cores[from].y, program.cores[to],
                cells[from].sentTo[to]);
    }
    if (!links.empty())
      activity.busiestLink = *std::max_element(links.begin(), links.end());
  }

  void gather() {
    activity.layerSpikes.assign(program.layers.size(), 0);
    activity.layerSpikes[0] = activity.inputEvents;
    for (size_t i = 0; i < cells.size(); ++i) {
      activity.cores[i] = cells[i].activity;
      for (size_t layer = 0; layer < program.layers.size(); ++layer)
        activity.layerSpikes[layer] += cells[i].layerSpikes[layer];
    }
    countTraffic();
    ++activity.samples;
  }

  void measureRoutes() {
    for (const Core &a : program.cores)
      for (const Core &b : program.cores)
        longestRoute =
            std::max(longestRoute,
                     std::abs(double(a.x) - double(b.x)) * std::max(0.0, program.timing.hopX) +
                         std::abs(double(a.y) - double(b.y)) * std::max(0.0, program.timing.hopY));
  }
};

Simulator::Simulator(const Program &program, unsigned threads)
    : impl(std::make_unique<Impl>(program, threads)) {
  impl->measureRoutes();
}

Simulator::~Simulator() = default;

int32_t Simulator::readRaw(double value) const {
  const Layer &layer = impl->program.input();
  if (layer.rawBytes)
    return static_cast<int32_t>(std::clamp(std::round(value * 255), 0.0, 255.0));
  double scaled = std::round(std::ldexp(value, layer.rawFraction));
  return static_cast<int32_t>(std::clamp(scaled, -32768.0, 32767.0));
}

std::vector<int32_t> Simulator::run(const std::vector<int32_t> &raw) {
  impl->isUpdate = false;
  for (Cell &cell : impl->cells)
    cell.start();
  impl->estimate.assign(raw.size(), 0);
  return impl->take(raw);
}

std::vector<int32_t> Simulator::update(const std::vector<int32_t> &raw) {
  impl->isUpdate = true;
  for (Cell &cell : impl->cells)
    cell.update();
  return impl->take(raw);
}

uint32_t Simulator::eventsEnd() const {
  uint32_t end = 0;
  for (size_t layer = 0; layer < impl->program.layers.size(); ++layer)
    for (const auto &producer : impl->log.of(layer))
      for (uint32_t t = end; t < impl->program.steps; ++t)
        if (!producer[t].empty())
          end = t + 1;
  return end;
}

std::vector<int32_t> Simulator::Impl::take(const std::vector<int32_t> &raw) {
  log.clear();
  readInput(raw);
  run();
  gather();
  std::vector<int32_t> numbers;
  for (const Layer *layer : program.outputs()) {
    std::vector<int32_t> sums = collect(*layer);
    const Operand &operand = layer->operands[0];
    for (size_t i = 0; i < sums.size(); ++i)
      numbers.push_back(snn_rescale(sums[i], operand.multipliers[i], operand.shift));
  }
  return numbers;
}

std::vector<double> Simulator::scale(const std::vector<int32_t> &output) const {
  std::vector<double> numbers;
  for (const Layer *layer : impl->program.outputs())
    for (uint64_t i = 0; i < layer->size(); ++i)
      numbers.push_back(std::ldexp(output[numbers.size()], -static_cast<int>(layer->fraction)));
  return numbers;
}

const Activity &Simulator::activity() const { return impl->activity; }
void Simulator::clear() { impl->clear(); }

std::vector<Simulator::Event> Simulator::events(size_t layer, uint32_t step) const {
  std::vector<Event> all;
  for (const auto &producer : impl->log.of(layer))
    all.insert(all.end(), producer[step].begin(), producer[step].end());
  std::sort(all.begin(), all.end(),
            [](const Event &a, const Event &b) { return a.neuron < b.neuron; });
  return all;
}

} // namespace snnc::core
