//===- EmitC: a program as C that a firmware engineer would ship -------------------------------------------===//
//
// Writes C99 without heap, recursion, floating point or anything of libc: NAME.h and NAME.c with the tables
// of the network and the order in which they are used, the kernels that do the work (targets/c/kernels,
// verbatim), and a project around them (targets/c/example, verbatim) that runs on the host, on Cortex-M and
// on RISC-V. It decides nothing: layers, kernels, maps and places are those of the exec program.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_EMITC_H
#define SNNC_TARGETS_C_EMITC_H

#include "compiler/schedule/Schedule.h"
#include "snn/Result.h"
#include <cstdint>
#include <map>
#include <string>

namespace snnc::c {

/// Where the kernels are. The numbers are the same.
enum class Kernels {
  Shared, ///< functions of their own, which all layers call: least flash for many layers
  Inline ///< in the network's file, compiled once more for each layer with its sizes: fewest instructions
};

struct EmitOptions {
  /// Prefix of everything that is generated: a C identifier that nothing else has.
  std::string name;
  Kernels kernels = Kernels::Shared;
  bool withProject = true;                     ///< with the example project
  uint64_t shortIndices = exec::kShortIndices; ///< fewer in tests
  uint64_t bytesWithoutUpdates =
      0; ///< of a program with updates: its state without them; 0: not known
};

/// The files of the project, by path below its folder.
using Files = std::map<std::string, std::string>;

/// Of a program whose buffers have places. Fails when its name is that of another file.
::snn::Result<Files> emitC(exec::ProgramOp program, const EmitOptions &options);

/// The same as one file that compiles alone: arithmetic, kernels, header and network.
::snn::Result<std::string> emitOneFile(exec::ProgramOp program, const EmitOptions &options);

/// What NAME_state of an emitted network takes: its buffers, and step by step the number of steps done.
uint64_t getStateBytes(exec::ProgramOp program);

/// What keeps `name` from being a network's: it is no identifier of C, or a name that its project or C itself has.
/// Empty when nothing does.
std::string checkName(const std::string &name);

/// The name of a network that nobody has named: that of its model, with more behind it where that one is taken.
std::string chooseName(const std::string &model);

} // namespace snnc::c

#endif
