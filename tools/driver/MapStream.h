//===- MapStream: `snnc map --stream`, cores on frames that follow each other -------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_MAPSTREAM_H
#define SNNC_TOOLS_DRIVER_MAPSTREAM_H

#include "compiler/evaluate/Frames.h"
#include "mlir/IR/BuiltinOps.h"
#include "snn/Program.h"
#include "targets/core/c/CoreC.h"
#include "targets/core/report/Report.h"
#include "tools/driver/Map.h"

namespace snnc {

/// The network as the runtime has it, where it has an event program.
std::optional<::snn::Program> makeReference(const MapOptions &options, mlir::ModuleOp network);

/// The frames that `options` ask for, of a file or of standard input, which fit the input of `program`.
data::Result<Streams> loadStreams(const MapOptions &options, const ::snn::Program &program);

/// The frame as the cores take it.
std::vector<int32_t> readRaw(const core::Simulator &simulator, const std::vector<double> &values);

/// What a run of frames found beside the report.
struct StreamRecord {
  std::vector<core::Sample> samples; ///< the first frames of the first stream, at most `keeps`
  core::Activity updates;            ///< of all frames but the first of each stream
};

/// Lets the cores of `simulator`, which runs `program`, and the integer runtime follow all frames, and compares them.
/// `reference` is the network's event program.
data::Result<StreamRecord> simulateStreams(core::Simulator &simulator, const core::Program &program,
                                           const ::snn::Program &reference, const Streams &streams,
                                           const MapOptions &options, size_t keeps,
                                           core::MappingReport &report);

} // namespace snnc

#endif
