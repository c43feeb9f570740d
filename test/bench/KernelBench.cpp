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
#include "runtime/src/TableSums.h"
#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/kernels/Fire.h"
#include "runtime/src/plan/Deliveries.h"
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

template <typename T>
constexpr bool kIsInteger = std::is_same_v<T, int32_t>;
template <typename T>
constexpr T kWorth = kIsInteger<T> ? T(6) : T(0.5);

/// A 3x3 convolution of `channels` to as many, of signs on a square image: in real numbers, or in integers whose
/// weights have 8 bits.
template <typename T>
struct Layer {
  using Weight = std::conditional_t<kIsInteger<T>, int8_t, float>;
  std::vector<Weight> numbers;
  TypedPlan<T> plan;
  Scratch<T> scratch;
  std::vector<T> accumulator;

  Layer(uint32_t channels, uint32_t size)
      : numbers(size_t{channels} * channels * 9), accumulator(size_t{channels} * size * size) {
    std::mt19937 random(1);
    for (Weight &number : numbers)
      number = kIsInteger<T>
                   ? static_cast<Weight>(static_cast<int>(random() % 81) - 40)
                   : static_cast<Weight>(std::uniform_real_distribution<float>(-1, 1)(random));
    Network network;
    const Shape shape{channels, size, size};
    network.streams = {{shape, this->size(), true, SpikeCode::Sign, false},
                       {shape, this->size(), false, SpikeCode::Sign, false}};
    network.costs = kMeasuredCosts;
    plan.deliveries.push_back(
        makeDelivery<T>(network, makeOperation(channels), 0, Numbers::Signed));
    plan.tasks = {{Task::Kind::Deliver}};
    plan.groups = {{{0}}};
    scratch.reserve(delivery());
  }

  const Delivery<T> &delivery() const { return plan.deliveries.front(); }
  uint64_t size() const { return accumulator.size(); }

private:
  Operation makeOperation(uint32_t channels) {
    Operation conv;
    conv.kind = Operation::Kind::Conv;
    conv.inputs = {0};
    conv.output = 1;
    conv.weight.shape = {channels, channels, 3, 3};
    conv.weight.data = reinterpret_cast<const uint8_t *>(numbers.data());
    conv.weight.size = numbers.size();
    if (kIsInteger<T>)
      conv.weight.element = TensorView::Element::I8;
    conv.strides = conv.dilations = {1, 1};
    conv.pads = {1, 1, 1, 1};
    return conv;
  }
};

/// Bits of the given density; graded events of the same elements.
template <typename T>
std::pair<Events<T>, Events<T>> makeEvents(uint64_t size, double density) {
  Events<T> bits(size, Events<T>::Form::Uniform), graded(size, Events<T>::Form::Graded);
  bits.uniform = kWorth<T>;
  std::mt19937 random(2);
  for (uint32_t i = 0; i < size; ++i)
    if (std::bernoulli_distribution(density)(random)) {
      bits.fired[i / 64] |= uint64_t{1} << i % 64;
      ++bits.count;
      graded.push(i, kWorth<T>);
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

template <typename T, uint32_t kChannels, uint32_t kSize>
void OneByOne(benchmark::State &state) {
  Layer<T> layer(kChannels, kSize);
  auto [bits, graded] = makeEvents<T>(layer.size(), state.range(0) / 100.0);
  for (auto _ : state)
    deliver(layer.delivery(), bits, Way::Events, layer.scratch, layer.accumulator.data(), {});
  auto operations = static_cast<double>(countOperations(layer.delivery(), bits));
  // A row of weights per event; the outputs of a window once per pixel that has an event.
  double idle = std::pow(1 - state.range(0) / 100.0, kChannels);
  double windows = (1 - idle) * static_cast<double>(layer.size()) * 9;
  report(state, operations, operations, kIsInteger<T> ? peaks.shortUpdates : peaks.updates,
         sizeof(T) * (operations + 2 * windows));
}

/// Step by step, or, with a second argument, 64 steps known at once.
template <typename T, uint32_t kChannels, uint32_t kSize>
void Table(benchmark::State &state) {
  Layer<T> layer(kChannels, kSize);
  auto [bits, graded] = makeEvents<T>(layer.size(), state.range(0) / 100.0);
  TableSums<T> tables(layer.plan);
  std::vector<Events<T>> train(state.range(1) ? 64 : 1, bits);
  uint32_t task = 0, time = 0;
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
  double sums = (adds + (2 * parts + 1) * static_cast<double>(layer.size()));
  report(state, static_cast<double>(countOperations(layer.delivery(), bits)), adds,
         kIsInteger<T> ? peaks.shortLoads : peaks.loads,
         (kIsInteger<T> ? sizeof(int16_t) : sizeof(T)) * sums +
             2 * sizeof(T) * static_cast<double>(layer.size()));
}

template <typename T, uint32_t kChannels, uint32_t kSize>
void Dense(benchmark::State &state) {
  Layer<T> layer(kChannels, kSize);
  auto [bits, graded] = makeEvents<T>(layer.size(), state.range(0) / 100.0);
  for (auto _ : state)
    deliver(layer.delivery(), graded, Way::Dense, layer.scratch, layer.accumulator.data(), {});
  double adds = static_cast<double>(layer.size()) * 9 * kChannels;
  // A row of weights for four pixels, a number of the input for two vectors; outputs once.
  double perLoad = 1 / 4.0 + 1 / 16.0;
  report(state, static_cast<double>(countOperations(layer.delivery(), graded)), adds,
         kIsInteger<T> ? peaks.pairs : peaks.products,
         (kIsInteger<T> ? sizeof(int16_t) : sizeof(T)) * adds * perLoad +
             2 * sizeof(T) * static_cast<double>(layer.size()));
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
  Comparison<float> comparison{0.125F, 0.0625F, &events};
  for (auto _ : state)
    if (isTernary)
      kernels::fireTernary<float>(Function::Relu, neurons, {&comparison, 1});
    else
      kernels::fireSign<float>(Function::Relu, neurons, {&comparison, 1});
  state.counters["neurons"] = Counter(count, kRate);
}

/// The same of integers: ReLU of estimates that are found from their sums.
void FixedFire(benchmark::State &state) {
  uint32_t count = 16384;
  std::vector<int32_t> sums(count), y(count, 0);
  std::mt19937 random(3);
  for (int32_t &number : sums)
    number = static_cast<int32_t>(std::normal_distribution<float>(0, 4000)(random));
  bool isTernary = state.range(0) != 0;
  Events<int32_t> events(count, isTernary ? Events<int32_t>::Form::Signed
                                          : Events<int32_t>::Form::Uniform);
  const Repeated<int32_t> multipliers(std::vector<int32_t>(count, (1 << 30) + 12345));
  const kernels::FixedNeurons neurons{y.data(),    count,        /*up*/ 1,    /*targets*/ nullptr,
                                      sums.data(), &multipliers, /*shift*/ 31};
  Comparison<int32_t> comparison{125, 62, &events};
  for (auto _ : state)
    if (isTernary)
      kernels::fireTernary(neurons, {&comparison, 1});
    else
      kernels::fireSign(neurons, true, {&comparison, 1});
  state.counters["neurons"] = Counter(count, kRate);
}

// A kernel of real numbers, and the same of integers.
#define SNN_LAYERS(kernel, name, ...)                                                              \
  SNN_LAYERS_OF(kernel, float, name, __VA_ARGS__);                                                 \
  SNN_LAYERS_OF(kernel, int32_t, "integer-" name, __VA_ARGS__)
#define SNN_LAYERS_OF(kernel, T, name, ...)                                                        \
  BENCHMARK(kernel<T, 16, 32>)->Name(name "/16x32x32")->__VA_ARGS__;                               \
  BENCHMARK(kernel<T, 32, 16>)->Name(name "/32x16x16")->__VA_ARGS__;                               \
  BENCHMARK(kernel<T, 64, 8>)->Name(name "/64x8x8")->__VA_ARGS__

SNN_LAYERS(OneByOne, "events", Arg(5)->Arg(25)->Arg(50));
SNN_LAYERS(Table, "table", Args({50, 0})->Args({50, 1}));
SNN_LAYERS(Dense, "dense", Arg(90));
BENCHMARK(Fire)->Name("fire/sign")->Arg(0);
BENCHMARK(Fire)->Name("fire/ternary")->Arg(1);
BENCHMARK(FixedFire)->Name("integer-fire/sign")->Arg(0);
BENCHMARK(FixedFire)->Name("integer-fire/ternary")->Arg(1);
#undef SNN_LAYERS
#undef SNN_LAYERS_OF

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
  std::printf(
      "limits of one thread, G operations/s: products %.1f, loads %.1f, updates %.1f; of integers: "
      "pairs %.1f, loads %.1f, updates %.1f\n",
      peaks.products, peaks.loads, peaks.updates, peaks.pairs, peaks.shortLoads,
      peaks.shortUpdates);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
