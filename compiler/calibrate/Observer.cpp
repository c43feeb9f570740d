#include "compiler/calibrate/Observer.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <thread>

using namespace mlir;

namespace snnc {

namespace {

/// Images evaluated together: enough to amortize a pass over the operations, few enough to stay in
/// the cache.
constexpr int64_t kBatch = 8;

std::vector<int64_t> getRangeShape(const reference::Tensor &activations, Granularity granularity) {
  switch (granularity) {
  case Granularity::Tensor:
    return {};
  case Granularity::Channel:
    return {activations.shape[1]};
  case Granularity::Neuron:
    return {activations.shape.begin() + 1, activations.shape.end()};
  }
  return {};
}

} // namespace

void Range::include(const reference::Tensor &activations, Granularity granularity) {
  int64_t samples = activations.shape[0], size = activations.size() / samples;
  if (lower.empty()) {
    shape = getRangeShape(activations, granularity);
    lower.assign(reference::Tensor::elementCount(shape), std::numeric_limits<double>::infinity());
    upper.assign(lower.size(), -std::numeric_limits<double>::infinity());
  }
  auto entries = static_cast<int64_t>(lower.size());
  int64_t perEntry = size / entries;
  for (int64_t i = 0; i < samples * entries; ++i) {
    const double *first = activations.data.data() + i * perEntry;
    double least = lower[i % entries], most = upper[i % entries];
    for (int64_t j = 0; j < perEntry; ++j) {
      least = std::min(least, first[j]);
      most = std::max(most, first[j]);
    }
    lower[i % entries] = least;
    upper[i % entries] = most;
  }
}

void Range::include(const Range &other) {
  if (lower.empty()) {
    *this = other;
    return;
  }
  for (size_t i = 0; i < other.lower.size(); ++i) {
    lower[i] = std::min(lower[i], other.lower[i]);
    upper[i] = std::max(upper[i], other.upper[i]);
  }
}

FailureOr<Ranges> observe(const reference::Evaluator &evaluator, ArrayRef<Operation *> operations,
                          const ObserverOptions &options, std::string &error) {
  Ranges ranges;
  for (Operation *op : operations)
    ranges[op];
  int64_t imageSize = reference::Tensor::elementCount(options.shape);
  std::atomic<int64_t> next = 0;
  std::atomic<bool> failed = false;
  int64_t done = 0;
  std::mutex mutex;

  auto work = [&] {
    Ranges seen = ranges;
    for (int64_t first; !failed && (first = next.fetch_add(kBatch)) < options.images;) {
      int64_t count = std::min(kBatch, options.images - first);
      std::vector<int64_t> shape{count};
      shape.insert(shape.end(), options.shape.begin(), options.shape.end());
      reference::Tensor batch(shape);
      for (int64_t i = 0; i < count; ++i)
        options.image(first + i, batch.data.data() + i * imageSize);
      std::string message;
      auto observer = [&](Value value, const reference::Tensor &tensor) {
        if (auto found = seen.find(value.getDefiningOp()); found != seen.end())
          found->second.include(tensor, options.granularity);
      };
      bool ok = succeeded(evaluator.run(batch, message, observer));
      std::lock_guard lock(mutex);
      if (!ok && !failed.exchange(true))
        error = message;
      done += count;
      if (ok && options.progress)
        options.progress(done);
    }
    std::lock_guard lock(mutex);
    for (auto &[op, range] : seen)
      if (!range.lower.empty())
        ranges[op].include(range);
  };

  unsigned count =
      options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < count; ++i)
    threads.emplace_back(work);
  work();
  for (std::thread &thread : threads)
    thread.join();
  if (failed)
    return failure();
  return ranges;
}

} // namespace snnc
