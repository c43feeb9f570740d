//===- CoreC: the programs of cores as C --------------------------------------------------------------===//
//
// One function per core, beside its tables, on kernels that people wrote (kernels/snn_core.c) and on the
// same fixed.h as the runtime. chip.c calls them step by step, as a mesh would, so that the whole can be
// run anywhere.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_C_COREC_H
#define SNNC_TARGETS_CORE_C_COREC_H

#include "targets/core/simulator/Program.h"

namespace snnc::core {

struct CFile {
  std::string name, text;
};

/// cores.h, core-000.c ..., chip.c, and what they include. The same program gives the same text.
std::vector<CFile> writeC(const Program &program);

} // namespace snnc::core

#endif
