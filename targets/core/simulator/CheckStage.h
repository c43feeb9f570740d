//===- CheckStage: whether a stage of a program from outside can be run ----------------------------------===//
#ifndef SNNC_TARGETS_CORE_SIMULATOR_CHECKSTAGE_H
#define SNNC_TARGETS_CORE_SIMULATOR_CHECKSTAGE_H

#include "targets/core/simulator/Program.h"

namespace snnc::core {

/// Whether these are dimensions that a program may have: some, none of them 0, and not too many elements.
bool isShape(const Shape &shape);

/// Whether shapes, weights and attributes of a stage fit each other.
bool checkStage(const Stage &stage);

} // namespace snnc::core

#endif
