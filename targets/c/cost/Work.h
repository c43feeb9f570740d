//===- Work: what each layer of generated C does, and what that takes ------------------------------------===//
//
// Counts what takes instructions (Costs.def), layer by layer, from the exec program and from what a network sends: how many
// events, and how many values are not 0. With the numbers of a processor that is a prediction of instructions. Bytes are exact
// for tables and for the state; those of code are the processor's.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_COST_WORK_H
#define SNNC_TARGETS_C_COST_WORK_H

#include "targets/c/EmitC.h"
#include "targets/c/SelfTest.h"
#include "targets/c/processor/Processor.h"
#include <optional>

namespace snnc::c {

struct LayerWork {
  std::string name;         ///< of its last operator in the model, which may take several layers
  std::string symbol;       ///< its own, in the C source
  std::string does;         ///< what its last task is: a function, requantize, multiply, pass ...
  Counts counts{};          ///< by Cost, of an image
  double events = 0;        ///< that it sends, of an image
  uint64_t tableBytes = 0;  ///< constants
  uint64_t stateBytes = 0;  ///< of all buffers that are needed while it runs
  unsigned valueBits = 0;   ///< of what its neurons have sent in the end; 0: not stored
  int64_t min = 0, max = 0; ///< what that is within
};

struct NetworkWork {
  std::vector<LayerWork> layers; ///< those of the program, in order
  uint64_t inputTableBytes = 0, stateBytes = 0;
  uint64_t callerBytes = 0; ///< a raw input and the outputs, which the caller holds
  /// Why instructions are not predicted, or an empty string.
  std::string obstacle;
};

/// Of a program whose buffers have places. Tables that only traces of events read are left out, as compilers do.
NetworkWork countWork(exec::ProgramOp program, const EmitOptions &options,
                      const Activity &activity);

/// Instructions with shared kernels.
double predict(const Counts &counts, const Processor &processor);

/// What kernels of a kind take of these.
double getShare(exec::ProgramOp program, Kernels kernels, const Processor &processor);

/// Bytes of code in an order, without tables.
double getCodeBytes(exec::ProgramOp program, Kernels kernels, const Processor &processor);

} // namespace snnc::c

#endif
