//===- The engine's kernels beside what the machine can do -------------------------------------------------===//
//
// Google Benchmark; with --costs alone, the constants of snn/Costs.h on this machine. Layers are those of
// ResNet-20, and of MobileNetV2 where layers run without steps; the argument is the density of events in percent, or the bits of
// final numbers.
//
//   synops    synaptic operations a second (for the table and the dense way: those that the events stand
//             for; `adds` are the additions that it makes instead)
//   of_peak   additions a second over the machine's limit for that way of adding (test/bench/Peaks.h),
//             measured in the same run
//   bytes     weights and sums that are loaded and stored, a second; `of_bytes` over what the first-level
//             cache loads
//
//===------------------------------------------------------------------------------------------------===//
#include "runtime/src/engine/settled/FinalInputs.h"
#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/kernels/Fire.h"
#include "runtime/src/plan/TableSums.h"
#include "test/bench/Costs.h"
#include "test/bench/Layer.h"
#include "test/bench/Peaks.h"
#include <benchmark/benchmark.h>
#include <cmath>
#include <random>
#include <string_view>

namespace snn::bench {
namespace {

using namespace detail;

Peaks peaks;

/// The same elements as bits of that density.
template <typename T>
Events<T> makeGraded(uint64_t size, double density) {
  Events<T> graded(size, Events<T>::Form::Graded);
  makeBits<T>(size, density).forEach([&](uint32_t i, T worth) { graded.push(i, worth); });
  return graded;
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
void addOneByOne(benchmark::State &state, typename Events<T>::Form form) {
  Layer<T> layer(kChannels, kSize);
  const Events<T> events = makeBits<T>(layer.size(), state.range(0) / 100.0, form);
  for (auto _ : state)
    deliver(layer.delivery(), events, Way::Events, layer.scratch, layer.accumulator.data(), {});
  auto operations = static_cast<double>(countOperations(layer.delivery(), events));
  // A row of weights per event; the sums of a window once per pixel that has an event.
  double idle = std::pow(1 - state.range(0) / 100.0, kChannels);
  auto outputs = static_cast<double>(layer.size());
  double windows = (1 - idle) * outputs * 9;
  // Integers have sums of 16 bits, which go into the accumulator once.
  double bytes = kIsInteger<T> ? operations + sizeof(int16_t) * (2 * windows + 2 * outputs) +
                                     2 * sizeof(T) * outputs
                               : sizeof(T) * (operations + 2 * windows);
  report(state, operations, operations, kIsInteger<T> ? peaks.shortUpdates : peaks.updates, bytes);
}

template <typename T, uint32_t kChannels, uint32_t kSize>
void OneByOne(benchmark::State &state) {
  addOneByOne<T, kChannels, kSize>(state, Events<T>::Form::Uniform);
}

template <typename T, uint32_t kChannels, uint32_t kSize>
void Ternary(benchmark::State &state) {
  addOneByOne<T, kChannels, kSize>(state, Events<T>::Form::Signed);
}

/// Step by step, or, with a second argument, 64 steps known at once.
template <typename T, uint32_t kChannels, uint32_t kSize>
void Table(benchmark::State &state) {
  Layer<T> layer(kChannels, kSize);
  const Events<T> bits = makeBits<T>(layer.size(), state.range(0) / 100.0);
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
  const Events<T> graded = makeGraded<T>(layer.size(), state.range(0) / 100.0);
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

/// Final numbers of a population, bytes or 16 bits, as layers without steps take them: what the machine multiplies fastest.
class Settled {
public:
  Settled(const Shape &shape, Store store) : layer(shape) {
    values.reserve(store, uint64_t{shape.inputs} * shape.size * shape.size);
    std::mt19937 random(4);
    for (size_t i = 0; i < values.size; ++i)
      if (store == Store::Shorts)
        values.shorts[i] = static_cast<int16_t>(random() % 512);
      else
        values.bytes[i] = static_cast<uint8_t>(random());
    values.nonzero = values.size;
  }

  void run(benchmark::State &state) {
    for (auto _ : state) {
      inputs.prepare(layer.delivery(), values, {});
      inputs.deliver(layer.delivery(), values, {}, list, layer.scratch, layer.accumulator.data());
    }
  }
  double macs() const { return layer.delivery().countMacs(); }
  double outputs() const { return static_cast<double>(layer.size()); }

private:
  Layer<int32_t> layer;
  FinalValues values;
  FinalInputs inputs;
  Events<int32_t> list{0, Events<int32_t>::Form::Graded};
};

/// A product for each pixel of 8-bit weights with such numbers: of the limit of the instruction that is taken.
template <uint32_t kInputs, uint32_t kOutputs, uint32_t kSize>
void Product(benchmark::State &state) {
  const bool ofBytes = state.range(0) == 8;
  Settled settled({kInputs, kOutputs, kSize, 1}, ofBytes ? Store::Bytes : Store::Shorts);
  settled.run(state);
  const bool hasQuads = ofBytes && kernels::hasQuads();
  // A row of weights for four pixels, inputs for two vectors of outputs; sums are read and written.
  const double number = hasQuads ? sizeof(int8_t) : sizeof(int16_t);
  report(state, settled.macs(), settled.macs(), hasQuads ? peaks.quads : peaks.pairs,
         settled.macs() * number * (1 / 4.0 + 1 / 16.0) + 8 * settled.outputs());
}

/// A window for every channel: its inputs and, for four pixels, its weights; sums are read and written.
template <uint32_t kChannels, uint32_t kSize>
void Depthwise(benchmark::State &state) {
  const bool ofBytes = state.range(0) == 8;
  Settled settled({kChannels, kChannels, kSize, 3, true}, ofBytes ? Store::Bytes : Store::Shorts);
  settled.run(state);
  const double number = ofBytes ? sizeof(int8_t) : sizeof(int16_t);
  report(state, settled.macs(), settled.macs(), peaks.pairs,
         settled.macs() * (number + sizeof(int16_t) / 4.0) + 8 * settled.outputs());
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
SNN_LAYERS_OF(Ternary, int32_t, "integer-ternary", Arg(5)->Arg(25)->Arg(50));
SNN_LAYERS(Table, "table", Args({50, 0})->Args({50, 1}));
SNN_LAYERS(Dense, "dense", Arg(90));
BENCHMARK(Product<32, 192, 28>)->Name("integer-product/32x28x28-192")->Arg(8)->Arg(16);
BENCHMARK(Product<384, 64, 14>)->Name("integer-product/384x14x14-64")->Arg(8)->Arg(16);
BENCHMARK(Product<160, 960, 7>)->Name("integer-product/160x7x7-960")->Arg(8)->Arg(16);
BENCHMARK(Depthwise<192, 28>)->Name("integer-depthwise/192x28x28")->Arg(8)->Arg(16);
BENCHMARK(Depthwise<384, 14>)->Name("integer-depthwise/384x14x14")->Arg(8)->Arg(16);
BENCHMARK(Depthwise<960, 7>)->Name("integer-depthwise/960x7x7")->Arg(8)->Arg(16);
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
    std::printf("picoseconds: event %.0f, shortEvent %.0f, table %.0f, shortTable %.0f, dense "
                "%.0f, pair %.0f, "
                "load %.0f\n",
                costs.event, costs.shortEvent, costs.table, costs.shortTable, costs.dense,
                costs.pair, costs.load);
    return 0;
  }
  using snn::bench::peaks;
  peaks = snn::bench::measurePeaks();
  std::printf(
      "limits of one thread, G operations/s: products %.1f, loads %.1f, updates %.1f; of integers: "
      "pairs %.1f, loads %.1f, updates %.1f",
      peaks.products, peaks.loads, peaks.updates, peaks.pairs, peaks.shortLoads,
      peaks.shortUpdates);
  if (peaks.quads > 0)
    std::printf(", quads %.1f", peaks.quads);
  std::printf("\n");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
