//===- ChipC: the mesh around the cores as C ----------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_C_CHIPC_H
#define SNNC_TARGETS_CORE_C_CHIPC_H

#include "targets/core/simulator/Program.h"

namespace snnc::core {

/// cores.h: the states and functions of all cores, and of the chip.
std::string writeChipHeader(const Program &program);
/// chip.c: the encoder, and the cores step by step.
std::string writeChip(const Program &program);

} // namespace snnc::core

#endif
