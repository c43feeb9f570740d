#include "compiler/evaluate/RunMemory.h"

#include "compiler/evaluate/MemoryBounds.h"
#include "compiler/support/Parallel.h"
#include "compiler/support/Ranks.h"
#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace snnc {

namespace {

std::string toMiB(uint64_t bytes) {
  const double mebibytes = static_cast<double>(bytes) / (1 << 20);
  return fmt::format("{:.{}f} MiB", mebibytes, mebibytes < 10 ? 1 : 0);
}

const char *nameOf(::snn::Order order) {
  return order == ::snn::Order::Layers ? "layer by layer" : "step by step";
}

/// How many samples are worked on at the same time where memory is no matter.
unsigned countEngines(uint64_t samples, const ::snn::BatchOptions &options, ::snn::Order order) {
  const unsigned threads = getThreads(options.threads);
  const bool isAlone = options.stop || order == ::snn::Order::Steps;
  const unsigned each = isAlone ? 1 : std::max(1U, std::min(options.threadsPerSample, threads));
  return static_cast<unsigned>(std::min<uint64_t>(samples, threads / each));
}

} // namespace

data::Result<uint64_t> parseSize(const std::string &text) {
  uint64_t size = 0;
  const char *end = text.data() + text.size();
  auto [rest, problem] = std::from_chars(text.data(), end, size);
  const std::string unit(rest, end);
  const unsigned shift = unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : 0;
  if (problem != std::errc() || (shift == 0 && !unit.empty()) || size == 0 ||
      size > std::numeric_limits<uint64_t>::max() >> shift)
    return data::Error{
        fmt::format("takes bytes, or a number with K, M or G behind it (64M), found '{}'", text)};
  return size << shift;
}

std::string RunMemory::toText() const {
  return fmt::format("needs {}: {} for the program, {} for {}, {}", toMiB(total()),
                     toMiB(need.plan), toMiB(std::max(need.engine, need.ann)),
                     engines == 1 ? "an image"
                                  : fmt::format("each of {} images at a time", engines),
                     nameOf(order));
}

void RunMemory::apply(::snn::BatchOptions &options) const {
  if (!isReduced)
    return;
  options.order = order;
  options.threads = engines * std::max(1U, options.threadsPerSample);
}

namespace {

/// What runs without a limit first, and then what else may run.
std::vector<RunMemory> listOrders(const ::snn::Program &program, uint64_t samples,
                                  const ::snn::BatchOptions &options) {
  const uint32_t steps = options.steps ? options.steps : program.steps();
  const ::snn::Order best = options.stop
                                ? ::snn::Order::Steps
                                : options.order.value_or(::snn::chooseOrder(program, steps).order);
  std::vector<::snn::Order> orders{best};
  if (!options.stop && !options.order)
    orders.push_back(best == ::snn::Order::Layers ? ::snn::Order::Steps : ::snn::Order::Layers);
  std::vector<RunMemory> runs;
  for (::snn::Order order : orders) {
    RunMemory run;
    run.order = order;
    run.engines = countEngines(samples, options, order);
    run.need = ::snn::expectMemory(program, steps, order);
    if (!options.evaluateAnn)
      run.need.ann = 0;
    run.isReduced = order != best;
    runs.push_back(run);
  }
  return runs;
}

/// Fewer samples at a time, until they fit.
RunMemory reduce(RunMemory run, uint64_t limit) {
  for (; run.engines > 1 && run.total() > limit; --run.engines)
    run.isReduced = true;
  return run;
}

} // namespace

uint64_t getUsualLimit() { return getUsualLimit(readMemoryBounds(), ranks::countHere()); }

data::Result<RunMemory> planMemory(const ::snn::Program &program, uint64_t samples,
                                   const ::snn::BatchOptions &options, uint64_t limit) {
  const RunMemory run = fitMemory(program, samples, options, limit);
  if (const uint64_t min = run.need.total(1); min > limit)
    return data::Error{fmt::format("needs {} at least, more than the {} of --memory-limit",
                                   toMiB(min), toMiB(limit))};
  return run;
}

RunMemory fitMemory(const ::snn::Program &program, uint64_t samples,
                    const ::snn::BatchOptions &options, uint64_t limit) {
  const std::vector<RunMemory> runs = listOrders(program, samples, options);
  auto need = [](const RunMemory &run) { return run.need.total(1); };
  auto fitting = std::find_if(runs.begin(), runs.end(),
                              [&](const RunMemory &run) { return need(run) <= limit; });
  if (fitting == runs.end())
    fitting =
        std::min_element(runs.begin(), runs.end(),
                         [&](const RunMemory &a, const RunMemory &b) { return need(a) < need(b); });
  return reduce(*fitting, limit);
}

} // namespace snnc
