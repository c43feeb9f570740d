#include "compiler/evaluate/SharedBatch.h"

#include "compiler/evaluate/RunMemory.h"
#include "compiler/support/Parallel.h"
#include "compiler/support/Ranks.h"
#include <algorithm>

namespace snnc {

namespace {

/// What adds up, and what is the most of all.
struct Totals {
  uint64_t samplesClipped = 0;
  double seconds = 0, processorSeconds = 0;
  unsigned threads = 0, threadsPerSample = 1;
};

void mergeTotals(::snn::BatchResult &result) {
  const Totals mine{result.samplesClipped, result.seconds, result.processorSeconds, result.threads,
                    result.threadsPerSample};
  Totals sum;
  for (const Totals &part : ranks::exchangeValue(mine, "totals")) {
    sum.samplesClipped += part.samplesClipped;
    sum.seconds = std::max(sum.seconds, part.seconds);
    sum.processorSeconds += part.processorSeconds;
    sum.threads += part.threads;
    sum.threadsPerSample = std::max(sum.threadsPerSample, part.threadsPerSample);
  }
  result.samplesClipped = sum.samplesClipped;
  result.seconds = sum.seconds;
  result.processorSeconds = sum.processorSeconds;
  result.threads = sum.threads;
  result.threadsPerSample = sum.threadsPerSample;
}

void mergeLayers(::snn::BatchResult &result) {
  struct Layer {
    ::snn::LayerStatistics statistics;
    uint64_t unreachable;
    unsigned threads;
  };
  const size_t layers = result.layers.size();
  std::vector<Layer> all(layers * ranks::count());
  Layer *mine = all.data() + layers * ranks::index();
  for (size_t i = 0; i < layers; ++i)
    mine[i] = {result.layers[i], result.unreachable.empty() ? 0 : result.unreachable[i],
               result.layerThreads[i]};
  ranks::exchangeRows(all, ranks::count(), "statistics");
  for (size_t i = 0; i < layers; ++i) {
    Layer sum = all[i];
    for (size_t rank = 1; rank < ranks::count(); ++rank) {
      const Layer &part = all[rank * layers + i];
      sum.statistics.add(part.statistics);
      sum.unreachable += part.unreachable;
      sum.threads = std::max(sum.threads, part.threads);
    }
    result.layers[i] = sum.statistics;
    result.layerThreads[i] = sum.threads;
    if (!result.unreachable.empty())
      result.unreachable[i] = sum.unreachable;
  }
}

/// Moves the rows of a share to their place among those of all samples.
template <typename T>
void mergeRows(std::vector<T> &rows, ranks::Share share, uint64_t samples, size_t perSample) {
  std::vector<T> all(samples * perSample);
  std::copy(rows.begin(), rows.end(), all.begin() + share.begin * static_cast<int64_t>(perSample));
  ranks::exchangeRows(all, static_cast<int64_t>(samples), "rows");
  rows = std::move(all);
}

/// Of a rank that has no sample.
::snn::BatchResult makeEmpty(const ::snn::Program &program, const ::snn::BatchOptions &options) {
  ::snn::BatchResult result;
  result.steps = options.reportAt;
  if (result.steps.empty())
    result.steps.push_back(options.steps ? options.steps : program.steps());
  result.outputs.resize(result.steps.size());
  result.layers.resize(program.layers().size());
  result.layerThreads.assign(program.layers().size(), 1);
  if (options.evaluateAnn)
    result.unreachable.resize(program.layers().size());
  return result;
}

} // namespace

data::Result<::snn::BatchResult> runSharedBatch(const ::snn::Program &program, uint64_t samples,
                                                const ::snn::SampleSource &source,
                                                ::snn::BatchOptions options) {
  options.threads = getThreads(options.threads);
  ranks::Share share = ranks::getShare(static_cast<int64_t>(samples));
  ::snn::BatchResult result;
  std::string error;
  // The first rank's share stands for all.
  if (auto tell = options.progress; tell && ranks::count() > 1)
    options.progress = [tell, samples](uint64_t done, uint64_t) {
      tell(std::min(done * ranks::count(), samples), samples);
    };
  if (share.size() > 0 || ranks::count() == 1) {
    // Whoever says how it is to run knows what that takes.
    if (!options.order)
      fitMemory(program, static_cast<uint64_t>(share.size()), options).apply(options);
    auto shifted = [&](uint64_t i, double *values) {
      source(static_cast<uint64_t>(share.begin) + i, values);
    };
    auto ran = ::snn::runBatch(program, static_cast<uint64_t>(share.size()), shifted, options);
    if (ran)
      result = std::move(*ran);
    else
      error = ran.error();
  } else {
    result = makeEmpty(program, options);
  }
  for (const std::string &other : ranks::exchange(error, "errors"))
    if (!other.empty())
      return data::Error{other};
  if (ranks::count() == 1)
    return result;
  mergeTotals(result);
  mergeLayers(result);
  const size_t outputs = options.decoded ? program.decodedSize() : program.outputSize();
  for (std::vector<float> &rows : result.outputs)
    mergeRows(rows, share, samples, outputs);
  if (options.evaluateAnn)
    mergeRows(result.ann, share, samples, outputs);
  if (options.compareLayers)
    mergeRows(result.layerErrors, share, samples, program.layers().size());
  if (options.stop)
    mergeRows(result.stepsTaken, share, samples, 1);
  return result;
}

} // namespace snnc
