#include "compiler/calibrate/Observer.h"

#include "compiler/reference/Indexing.h"
#include "compiler/support/Parallel.h"
#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>

using namespace mlir;

namespace snnc {

namespace {

/// Images evaluated together: enough to amortize a pass over the operations, few enough to stay in
/// the cache.
constexpr int64_t kBatch = 8;

int64_t getRank(Value tensor) { return static_cast<int64_t>(getTensorShape(tensor).size()); }

/// The dimension of an activation that counts as its channels, or nothing where none does: what the
/// linear operator before it gives one set of weights each.
std::optional<int64_t> getChannelDimension(Operation *op) {
  int64_t rank = getRank(op->getResult(0));
  if (rank == 2)
    return 1;
  for (Operation *at = op; at;) {
    if (isa<ann::ConvOp, ann::ConvTransposeOp, ann::BatchNormOp>(at))
      return 1;
    if (isa<ann::GemmOp>(at))
      return rank - 1;
    if (auto matmul = dyn_cast<ann::MatMulOp>(at)) {
      if (getConstantAttr(matmul.getRhs()))
        return rank - 1;
      if (getConstantAttr(matmul.getLhs()))
        return rank - 2;
      return rank > 3 ? std::optional<int64_t>(1) : std::nullopt; // heads
    }
    bool goesOn = isa<ann::ElementwiseOpInterface, ann::ReduceMeanOp, ann::ReduceSumOp>(at);
    Operation *before = nullptr;
    for (Value operand : at->getOperands())
      if (!before && !getConstantAttr(operand) && getRank(operand) == rank)
        before = operand.getDefiningOp();
    if (!goesOn)
      break;
    at = before;
  }
  return rank == 3 ? 2 : 1;
}

/// The shape of an operation's range; `sample` is that of its result without batch.
std::vector<int64_t> getRangeShape(Operation *op, ArrayRef<int64_t> sample,
                                   Granularity granularity) {
  if (granularity == Granularity::Tensor)
    return {};
  std::vector<int64_t> shape(sample);
  if (granularity == Granularity::Neuron)
    return shape;
  // What softmax divides by their sum shares one unit, which then cancels.
  if (std::optional<int64_t> axis = ann::getSoftmaxAxis(op)) {
    shape[*axis - 1] = 1;
    return shape;
  }
  std::optional<int64_t> channels = getChannelDimension(op);
  if (channels == 1)
    return {sample.front()};
  for (int64_t d = 1; d <= static_cast<int64_t>(shape.size()); ++d)
    if (d != channels)
      shape[d - 1] = 1;
  return channels ? shape : std::vector<int64_t>();
}

/// For every element of a sample, its entry in a range of `shape`.
std::vector<int64_t> getEntries(ArrayRef<int64_t> sample, ArrayRef<int64_t> shape) {
  std::vector<int64_t> entries;
  bool isPerChannel = shape.size() == 1 && sample.size() > 1;
  reference::forEach(sample, [&](reference::Shape at) {
    entries.push_back(isPerChannel ? at[0] : reference::broadcast(at, shape));
  });
  return entries;
}

} // namespace

Range::Range(Operation *op, Granularity granularity) {
  ArrayRef<int64_t> sample = getTensorShape(op->getResult(0)).drop_front();
  shape = getRangeShape(op, sample, granularity);
  entries = getEntries(sample, shape);
  // Neighbours of one entry count as a block: all behind the last dimension along which entries differ.
  size_t varying = shape.size() == 1 ? 1 : shape.size();
  while (varying > 0 && shape[varying - 1] == 1)
    --varying;
  perBlock = countElements(sample.drop_front(varying));
  std::vector<int64_t> blocks;
  for (size_t i = 0; i < entries.size(); i += perBlock)
    blocks.push_back(entries[i]);
  entries = std::move(blocks);
  lower.assign(countElements(shape), std::numeric_limits<double>::infinity());
  upper.assign(lower.size(), -std::numeric_limits<double>::infinity());
}

void Range::include(const reference::Tensor &activations) {
  const double *first = activations.data.data(), *end = first + activations.size();
  for (size_t block = 0; first != end; block = (block + 1) % entries.size()) {
    int64_t entry = entries[block];
    double least = lower[entry], most = upper[entry];
    for (int64_t i = 0; i < perBlock; ++i) {
      least = std::min(least, first[i]);
      most = std::max(most, first[i]);
    }
    lower[entry] = least;
    upper[entry] = most;
    first += perBlock;
  }
}

void Range::include(const Range &other) {
  for (size_t i = 0; i < other.lower.size(); ++i) {
    lower[i] = std::min(lower[i], other.lower[i]);
    upper[i] = std::max(upper[i], other.upper[i]);
  }
}

FailureOr<Ranges> observe(const reference::Evaluator &evaluator, ArrayRef<Operation *> operations,
                          const ObserverOptions &options, std::string &error) {
  Ranges ranges;
  for (Operation *op : operations)
    ranges.insert({op, Range(op, options.granularity)});
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
          found->second.include(tensor);
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
      ranges[op].include(range);
  };

  unsigned threads = getThreads(options.threads);
  parallelFor(threads, threads, [&](int64_t) { work(); });
  if (failed)
    return failure();
  return ranges;
}

} // namespace snnc
