//===- SharedBatch: a batch of samples, each rank with its share ------------------------------------------------===//
#ifndef SNNC_COMPILER_EVALUATE_SHAREDBATCH_H
#define SNNC_COMPILER_EVALUATE_SHAREDBATCH_H

#include "compiler/data/Result.h"
#include "snn/Batch.h"

namespace snnc {

/// As snn::runBatch, but of several ranks (compiler/support/Ranks.h) each runs a share of the samples. All get the
/// whole result: that of one process, but for times (the longest; processor times are summed) and threads (of all).
data::Result<::snn::BatchResult> runSharedBatch(const ::snn::Program &program, uint64_t samples,
                                                const ::snn::SampleSource &source,
                                                ::snn::BatchOptions options);

} // namespace snnc

#endif
