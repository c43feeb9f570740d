//===- Logits: the outputs of a run as .npy files ------------------------------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_LOGITS_H
#define SNNC_TOOLS_DRIVER_LOGITS_H

#include "compiler/data/Result.h"
#include "snn/Batch.h"

namespace snnc {

/// Writes what a program gave after every reported step: float32 (reported steps, images, elements). The first output
/// goes to `path`; every other one, by its name, to a file beside it: FILE-NAME.npy.
data::Status writeLogits(const std::string &path, const snn::Program &program,
                         const snn::BatchResult &result);

/// The same of the ANN that the program carries: float32 (images, elements).
data::Status writeAnnLogits(const std::string &path, const snn::Program &program,
                            const snn::BatchResult &result);

} // namespace snnc

#endif
