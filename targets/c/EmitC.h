//===- EmitC: an integer network as C that a firmware engineer would ship ----------------------------------===//
//
// Writes C99 without heap, recursion, floating point or anything of libc: NAME.h and NAME.c with the tables
// of the network and the order in which they are used, the kernels that do the work (targets/c/kernels,
// verbatim), and a project around them (targets/c/example, verbatim) that runs on the host, on Cortex-M and
// on RISC-V.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_EMITC_H
#define SNNC_TARGETS_C_EMITC_H

#include "snn/Program.h"
#include <cstdint>
#include <map>
#include <string>

namespace snnc::c {

/// In which order the work of several time steps is done. The events are the same.
enum class Order {
  Steps, ///< NAME_step runs one time step through all layers; all state is live
  Layers ///< NAME_run runs layer by layer through all steps; only live layers have memory
};

/// Where the kernels are. The numbers are the same.
enum class Kernels {
  Shared, ///< functions of their own, which all layers call: least flash for many layers
  Inline ///< in the network's file, compiled once more for each layer with its sizes: fewest instructions
};

/// Elements of a layer, and places of a map, that 16 bits number; beyond them numbers have 32 bits.
inline constexpr uint64_t kShortIndices = 65535;

struct EmitOptions {
  std::string
      name; ///< prefix of everything that is generated; a C identifier that nothing else has
  Order order = Order::Steps;
  Kernels kernels = Kernels::Shared;
  bool withProject = true;               ///< with the example project
  uint64_t shortIndices = kShortIndices; ///< fewer in tests
};

/// The files of the project, by path below its folder.
using Files = std::map<std::string, std::string>;

/// Fails when the program is not in integers, does not fit the form, or its name is that of another file.
::snn::Result<Files> emitC(const ::snn::Program &program, const EmitOptions &options);

/// The same as one file that compiles alone: arithmetic, kernels, header and network.
::snn::Result<std::string> emitOneFile(const ::snn::Program &program, const EmitOptions &options);

/// What NAME_state of an emitted network takes.
uint64_t getStateBytes(const ::snn::Program &program, const EmitOptions &options);

/// The order that takes less memory, and why.
struct OrderChoice {
  Order order = Order::Steps;
  std::string why;
};
OrderChoice chooseOrder(const ::snn::Program &program, const EmitOptions &options);

/// `text` as a C identifier without an underscore at an end or two in a row: what is not allowed becomes _.
std::string toIdentifier(const std::string &text);

/// What keeps `name` from being a network's: it is no identifier of C, or a name that its project or C itself has.
/// Empty when nothing does.
std::string checkName(const std::string &name);

/// The name of a network that nobody has named: that of its model, with more behind it where that one is taken.
std::string chooseName(const std::string &model);

} // namespace snnc::c

#endif
