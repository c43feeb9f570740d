//===- A program's engine, one image at a time -------------------------------------------------------------===//
//
//   EngineBench NET.snnb IMAGES.npz [--benchmark_...]
//
// Google Benchmark: time of an image, layer by layer (by the wall clock, with one thread and with two), step by step,
// and as the ANN inside.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/data/Dataset.h"
#include "snn/Engine.h"
#include <benchmark/benchmark.h>
#include <cstdio>

namespace {

constexpr int64_t kImages = 32;

void runOrder(benchmark::State &state, const snn::Program &program,
              const std::vector<std::vector<double>> &images, snn::Order order,
              unsigned threads = 1) {
  snn::Engine engine(program, {.threads = threads});
  size_t next = 0;
  uint64_t operations = 0;
  for (auto _ : state) {
    engine.start(images[next++ % images.size()].data());
    engine.run(program.steps(), order);
    for (const snn::LayerStatistics &layer : engine.statistics())
      operations += layer.synapticOps;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["synops"] =
      benchmark::Counter(static_cast<double>(operations), benchmark::Counter::kIsRate);
}

void runANN(benchmark::State &state, const snn::Program &program,
            const std::vector<std::vector<double>> &images) {
  snn::Engine engine(program);
  std::vector<double> outputs(program.outputSize());
  size_t next = 0;
  for (auto _ : state)
    engine.evaluate(images[next++ % images.size()].data(), outputs.data());
  state.SetItemsProcessed(state.iterations());
}

int fail(const std::string &message) {
  std::fprintf(stderr, "EngineBench: %s\n", message.c_str());
  return 1;
}

} // namespace

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 3)
    return fail("usage: EngineBench NET.snnb IMAGES.npz [--benchmark_...]");
  auto program = snn::Program::load(argv[1]);
  if (!program)
    return fail(program.error());
  auto dataset = snnc::data::Dataset::load(argv[2], "");
  if (!dataset)
    return fail(dataset.error());
  const std::vector<uint32_t> &shape = program->inputShape();
  if (auto status = dataset->checkShape(std::vector<int64_t>(shape.begin(), shape.end())); !status)
    return fail(status.error());
  std::vector<std::vector<double>> images;
  for (int64_t i = 0; i < std::min<int64_t>(kImages, dataset->size()); ++i)
    dataset->image(i, images.emplace_back(program->inputSize()).data());

  auto add = [&](const char *name, auto run) {
    return benchmark::RegisterBenchmark(name, run)->Unit(benchmark::kMillisecond);
  };
  add("layers",
      [&](auto &state) {
        runOrder(state, *program, images, snn::Order::Layers,
                 static_cast<unsigned>(state.range(0)));
      })
      ->ArgName("threads")
      ->Arg(1)
      ->Arg(2)
      ->UseRealTime();
  add("steps", [&](auto &state) { runOrder(state, *program, images, snn::Order::Steps); });
  add("ann", [&](auto &state) { runANN(state, *program, images); });
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
