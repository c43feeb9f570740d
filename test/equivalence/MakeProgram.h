//===- MakeProgram: a network as an event program, as if read from a file --------------------------------------===//
#ifndef SNNC_TEST_EQUIVALENCE_MAKEPROGRAM_H
#define SNNC_TEST_EQUIVALENCE_MAKEPROGRAM_H

#include "snn/Program.h"
#include "targets/cpu/ProgramWriter.h"

namespace snnc::test {

inline ::snn::Result<::snn::Program> makeProgram(mlir::func::FuncOp network,
                                                 const std::string &name, uint32_t steps) {
  auto bytes = cpu::writeProgram(network, {name, steps});
  if (failed(bytes))
    return ::snn::Error{"the network has no program"};
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  return ::snn::Program::fromBytes({first, first + bytes->size()}, name);
}

} // namespace snnc::test

#endif
