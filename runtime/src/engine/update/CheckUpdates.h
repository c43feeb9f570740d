#ifndef SNN_SRC_ENGINE_UPDATE_CHECKUPDATES_H
#define SNN_SRC_ENGINE_UPDATE_CHECKUPDATES_H

#include "runtime/src/plan/Plan.h"

namespace snn::detail {

/// Why a program takes no updates (docs/spec/snn.md, SNN-U1 to SNN-U4): one line, or an empty string.
std::string checkUpdates(const Plan &plan);

} // namespace snn::detail

#endif
