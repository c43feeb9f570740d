#include "compiler/calibrate/Observer.h"

#include "compiler/reference/Indexing.h"
#include "compiler/support/Parallel.h"
#include "compiler/support/Ranks.h"
#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include <algorithm>
#include <atomic>
#include <cmath>
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

/// The shape of an activation's range; `sample` is the activation's without batch.
std::vector<int64_t> getRangeShape(Value activation, ArrayRef<int64_t> sample,
                                   Granularity granularity) {
  if (granularity == Granularity::Tensor)
    return {};
  std::vector<int64_t> shape(sample);
  Operation *op = activation.getDefiningOp();
  if (granularity == Granularity::Neuron || !op)
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

Range::Range(Value activation, Granularity granularity) {
  ArrayRef<int64_t> sample = getTensorShape(activation).drop_front();
  shape = getRangeShape(activation, sample, granularity);
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
    double min = lower[entry], max = upper[entry];
    bool areNumbers = true;
    for (int64_t i = 0; i < perBlock; ++i) {
      min = std::min(min, first[i]);
      max = std::max(max, first[i]);
      areNumbers &= !std::isnan(first[i]); // which no comparison shows
    }
    lower[entry] = areNumbers ? min : std::numeric_limits<double>::quiet_NaN();
    upper[entry] = areNumbers ? max : std::numeric_limits<double>::quiet_NaN();
    first += perBlock;
  }
}

void Range::include(const Range &other) {
  for (size_t i = 0; i < other.lower.size(); ++i) {
    lower[i] = std::isnan(other.lower[i]) ? other.lower[i] : std::min(lower[i], other.lower[i]);
    upper[i] = std::isnan(other.upper[i]) ? other.upper[i] : std::max(upper[i], other.upper[i]);
  }
}

/// Widens what this rank has seen by what others have. The order of `watched` is that of all ranks; one of addresses is
/// not.
static void includeOthers(Ranges &ranges, ArrayRef<Watched> watched) {
  std::vector<double> mine;
  for (const Watched &one : watched)
    for (const std::vector<double> *bounds : {&ranges[one].lower, &ranges[one].upper})
      mine.insert(mine.end(), bounds->begin(), bounds->end());
  std::vector<double> all(mine.size() * ranks::count());
  llvm::copy(mine, all.begin() + mine.size() * ranks::index());
  ranks::exchangeRows(all, ranks::count(), "ranges");
  for (const double *at = all.data(); at != all.data() + all.size();)
    for (const Watched &one : watched) {
      Range seen = ranges[one];
      for (std::vector<double> *bounds : {&seen.lower, &seen.upper})
        for (double &bound : *bounds)
          bound = *at++;
      ranges[one].include(seen);
    }
}

::snn::Result<Ranges> observe(const reference::Evaluator &evaluator, ArrayRef<Watched> watched,
                              const ObserverOptions &options) {
  Ranges ranges;
  for (const Watched &one : watched)
    ranges.insert({one, Range(one.activation, one.granularity)});
  int64_t imageSize = reference::Tensor::elementCount(options.shape);
  const ranks::Share share = ranks::getShare(options.images);
  std::atomic<int64_t> next = share.begin;
  std::atomic<bool> failed = false;
  std::string error;
  int64_t done = 0;
  std::mutex mutex;

  auto work = [&] {
    Ranges seen = ranges;
    llvm::DenseMap<Value, SmallVector<Range *>> rangesOf;
    for (auto &[one, range] : seen)
      rangesOf[one.activation].push_back(&range);
    auto observer = [&](Value value, const reference::Tensor &tensor) {
      if (auto found = rangesOf.find(value); found != rangesOf.end())
        for (Range *range : found->second)
          range->include(tensor);
    };
    for (int64_t first; !failed && (first = next.fetch_add(kBatch)) < share.end;) {
      int64_t count = std::min(kBatch, share.end - first);
      std::vector<int64_t> shape{count};
      shape.insert(shape.end(), options.shape.begin(), options.shape.end());
      reference::Tensor batch(shape);
      for (int64_t i = 0; i < count; ++i)
        options.image(first + i, batch.data.data() + i * imageSize);
      for (auto &[value, list] : rangesOf)
        if (isa<BlockArgument>(value))
          observer(value, batch);
      auto results = evaluator.run(batch, observer);
      std::lock_guard lock(mutex);
      if (!results && !failed.exchange(true))
        error = results.error();
      done += count;
      if (results && options.progress)
        options.progress(std::min(done * ranks::count(), options.images)); // the others, likewise
    }
    std::lock_guard lock(mutex);
    for (auto &[one, range] : seen)
      ranges[one].include(range);
  };

  unsigned threads = getThreads(options.threads);
  parallelFor(threads, threads, [&](int64_t) { work(); });
  for (const std::string &message : ranks::exchange(failed ? error : "", "errors"))
    if (!message.empty())
      return ::snn::Error{message};
  if (ranks::count() > 1)
    includeOthers(ranges, watched);
  return ranges;
}

} // namespace snnc
