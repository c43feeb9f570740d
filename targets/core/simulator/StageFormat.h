//===- StageFormat: linear maps in files of core programs, written and read ----------------------------------===//
#ifndef SNNC_TARGETS_CORE_SIMULATOR_STAGEFORMAT_H
#define SNNC_TARGETS_CORE_SIMULATOR_STAGEFORMAT_H

#include "targets/core/format/core_generated.h"
#include "targets/core/simulator/Program.h"

namespace snnc::core {

flatbuffers::Offset<snn::core::format::Stage> writeStage(flatbuffers::FlatBufferBuilder &builder,
                                                         const Stage &stage);

/// What is wrong is said of a layer: "has a synapse of an unknown kind".
snn::Result<Stage> readStage(const snn::core::format::Stage &from);

} // namespace snnc::core

#endif
