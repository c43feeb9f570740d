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

/// A raw input, and the outputs that are expected of it.
struct Sample {
  std::vector<int32_t> raw, output;
};

/// self_test.h, self_test.c and a Makefile, whose `make run` compares the C with them. At least one sample; of a program with
/// updates each but the first one is an update of the one before.
std::vector<CFile> writeSelfTest(const Program &program, const std::vector<Sample> &samples);

} // namespace snnc::core

#endif
