//===- The engine's kernels beside what the machine can do -------------------------------------------------===//
//
// Google Benchmark; with --costs alone, the constants of snn/Costs.h on this machine. Layers are those of
// ResNet-20; the argument is the density of events in percent.
//
//   synops    synaptic operations a second (for the table and the dense way: those that the events stand
//             for; `adds` are the additions that it makes instead)
//   of_peak   additions a second over the machine's limit for that way of adding (test/bench/Peaks.h),
//             measured in the same run
//   bytes     weights and sums that are loaded and stored, a second; `of_bytes` over what the first-level
//             cache loads
//
//===------------------------------------------------------------------------------------------------===//
#include "runtime/src/Plan.h"
#include "runtime/src/TableSums.h"
#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/kernels/Fire.h"
#include "test/bench/Costs.h"
#include "test/bench/Peaks.h"
#include <benchmark/benchmark.h>
#include <cmath>
#include <random>
#include <string_view>

namespace snn::bench {
namespace {

using namespace detail;

Peaks peaks;

/// A 3x3 convolution of `channels` to as many, of signs on a square image.
struct Layer {
  std::vector<float> numbers;
  Plan plan;
  Scratch<float> scratch;
  std::vector<float> accumulator;

  Layer(uint32_t channels, uint32_t size)
      : numbers(size_t{channels} * channels * 9), plan(makePlan(makeNetwork(channels, size))),
        accumulator(size_t{channels} * size * size) {
    scratch.reserve(delivery());
  }

  const Delivery<float> &delivery() const {
    return std::get<TypedPlan<float>>(plan.typed).deliveries.front();
  }
  uint64_t size() const { return accumulator.size(); }

private:
  Network makeNetwork(uint32_t channels, uint32_t size) {
    std::mt19937 random(1);
    for (float &number : numbers)
      number = std::uniform_real_distribution<float>(-1, 1)(random);
    Network network;
    network.inputShape = {channels, size, size};
    Stream spikes{network.inputShape, uint64_t{channels} * size * size, true, SpikeCode::Sign,
                  false};
    Stream current = spikes;
    current.isSpikes = false;
    network.streams = {spikes, current};
    network.operations.resize(3);
    Operation &encode = network.operations[0], &conv = network.operations[1],
              &decode = network.operations[2];
    encode.kind = Operation::Kind::Encode;
    encode.inputCode = InputCode::Spike;
    encode.output = 0;
    conv.kind = Operation::Kind::Conv;
    conv.inputs = {0};
    conv.output = 1;
    conv.weight.shape = {channels, channels, 3, 3};
    conv.weight.data = reinterpret_cast<const uint8_t *>(numbers.data());
    conv.weight.size = numbers.size();
    conv.strides = conv.dilations = {1, 1};
    conv.pads = {1, 1, 1, 1};
    decode.kind = Operation::Kind::Decode;
    decode.inputs = {1};
    return network;
  }
  static uint64_t accumulatorSize(uint32_t channels, uint32_t size) {
    return uint64_t{channels} * size * size;
  }
};

/// Bits of the given density; graded events of the same elements.
std::pair<Events<float>, Events<float>> makeEvents(uint64_t size, double density) {
  Events<float> bits(size, Events<float>::Form::Uniform), graded(size, Events<float>::Form::Graded);
  bits.uniform = 0.5F;
  std::mt19937 random(2);
  for (uint32_t i = 0; i < size; ++i)
    if (std::bernoulli_distribution(density)(random)) {
      bits.fired[i / 64] |= uint64_t{1} << i % 64;
      ++bits.count;
      graded.push(i, 0.5F);
    }
  return {bits, graded};
}

using Counter = benchmark::Counter;
constexpr auto kRate = Counter::kIsIterationInvariantRate;

void report(benchmark::State &state, double synops, double adds, double peak, double bytes) {
  state.counters["bytes"] = Counter(bytes, kRate);
  state.counters["of_bytes"] = Counter(bytes / (peaks.loads * sizeof(float) * 1e9), kRate);
  state.counters["synops"] = Counter(synops, kRate);
  state.counters["adds"] = Counter(adds, kRate);
  state.counters["of_peak"] = Counter(adds / (peak * 1e9), kRate);
}

template <uint32_t kChannels, uint32_t kSize>
void OneByOne(benchmark::State &state) {
  Layer layer(kChannels, kSize);
  auto [bits, graded] = makeEvents(layer.size(), state.range(0) / 100.0);
  for (auto _ : state)
    kernels::convolveEvents(layer.delivery(), bits, layer.accumulator.data());
  auto operations = static_cast<double>(countOperations(layer.delivery(), bits));
  // A row of weights per event; the outputs of a window once per pixel that has an event.
  double idle = std::pow(1 - state.range(0) / 100.0, kChannels);
  double windows = (1 - idle) * static_cast<double>(layer.size()) * 9;
  report(state, operations, operations, peaks.updates, sizeof(float) * (operations + 2 * windows));
}

/// Step by step, or, with a second argument, 64 steps known at once.
template <uint32_t kChannels, uint32_t kSize>
void Table(benchmark::State &state) {
  Layer layer(kChannels, kSize);
  auto [bits, graded] = makeEvents(layer.size(), state.range(0) / 100.0);
  TableSums<float> tables(std::get<TypedPlan<float>>(layer.plan.typed));
  std::vector<Events<float>> train(state.range(1) ? 64 : 1, bits);
  uint32_t task = 1, time = 0; // after the encoder's
  for (auto _ : state) {
    tables.deliver(task, layer.delivery(), std::span(train).subspan(time), time,
                   layer.accumulator.data());
    time = (time + 1) % train.size();
    if (time == 0)
      tables.clear();
  }
  double adds = static_cast<double>(layer.size()) * 9 * kChannels * 3 / 16;
  // Three rows of the table per 16 channels; sums once per part of two runs of three taps, and into the accumulator.
  double parts = kChannels == 16 ? 2 : 3 * kChannels / 32;
  report(state, static_cast<double>(countOperations(layer.delivery(), bits)), adds, peaks.loads,
         sizeof(float) * (adds + (2 * parts + 3) * static_cast<double>(layer.size())));
}

template <uint32_t kChannels, uint32_t kSize>
void Dense(benchmark::State &state) {
  Layer layer(kChannels, kSize);
  auto [bits, graded] = makeEvents(layer.size(), state.range(0) / 100.0);
  for (auto _ : state)
    deliver(layer.delivery(), graded, layer.scratch, layer.accumulator.data());
  double adds = static_cast<double>(layer.size()) * 9 * kChannels;
  // A row of weights for four pixels, a number of the input for two vectors; outputs once.
  double perLoad = 1 / 4.0 + 1 / 16.0;
  report(state, static_cast<double>(countOperations(layer.delivery(), graded)), adds,
         peaks.products, sizeof(float) * (adds * perLoad + 2 * static_cast<double>(layer.size())));
}

/// Neurons a second.
void Fire(benchmark::State &state) {
  uint32_t count = 16384;
  std::vector<float> x(count), y(count, 0.0F), range(count, 1.5F);
  std::mt19937 random(3);
  for (float &number : x)
    number = std::normal_distribution<float>()(random);
  bool isTernary = state.range(0) != 0;
  Events<float> events(count,
                       isTernary ? Events<float>::Form::Signed : Events<float>::Form::Uniform);
  Repeated<float> ranges(range);
  Neurons<float> neurons{{x.data(), nullptr}, y.data(), &ranges, nullptr, count};
  for (auto _ : state)
    if (isTernary)
      events.count = kernels::fireTernary(Function::Relu, neurons, 0.125F, 0.5F, events);
    else
      events.count = kernels::fireSign(Function::Relu, neurons, 0.125F, events);
  state.counters["neurons"] = Counter(count, kRate);
}

BENCHMARK(OneByOne<16, 32>)->Name("events/16x32x32")->Arg(5)->Arg(25)->Arg(50);
BENCHMARK(OneByOne<32, 16>)->Name("events/32x16x16")->Arg(5)->Arg(25)->Arg(50);
BENCHMARK(OneByOne<64, 8>)->Name("events/64x8x8")->Arg(5)->Arg(25)->Arg(50);
BENCHMARK(Table<16, 32>)->Name("table/16x32x32")->Args({50, 0})->Args({50, 1});
BENCHMARK(Table<32, 16>)->Name("table/32x16x16")->Args({50, 0})->Args({50, 1});
BENCHMARK(Table<64, 8>)->Name("table/64x8x8")->Args({50, 0})->Args({50, 1});
BENCHMARK(Dense<16, 32>)->Name("dense/16x32x32")->Arg(90);
BENCHMARK(Dense<32, 16>)->Name("dense/32x16x16")->Arg(90);
BENCHMARK(Dense<64, 8>)->Name("dense/64x8x8")->Arg(90);
BENCHMARK(Fire)->Name("fire/sign")->Arg(0);
BENCHMARK(Fire)->Name("fire/ternary")->Arg(1);

} // namespace
} // namespace snn::bench

int main(int argc, char **argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--costs") {
    snn::Costs costs = snn::bench::measureCosts();
    std::printf(
        "picoseconds: event %.0f, table %.0f, shortTable %.0f, dense %.0f, pair %.0f, load %.0f\n",
        costs.event, costs.table, costs.shortTable, costs.dense, costs.pair, costs.load);
    return 0;
  }
  using snn::bench::peaks;
  peaks = snn::bench::measurePeaks();
  std::printf("limits of one thread, G operations/s: products %.1f, loads %.1f, updates %.1f\n",
              peaks.products, peaks.loads, peaks.updates);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
