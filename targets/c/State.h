//===- State: the struct of everything that changes ---------------------------------------------------------===//
//
// The exec dialect says where buffers lie. Here they become the members of a struct: those that share memory are
// members of a union, each behind what lies before it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_STATE_H
#define SNNC_TARGETS_C_STATE_H

#include "dialects/exec/Exec.h"
#include <string>
#include <vector>

namespace snnc::c {

/// A part of the struct of one element type: a buffer, buffers that share memory, or nothing that is used.
struct StateRegion {
  int64_t bits; ///< of an element
  int64_t at;   ///< the first element, among those of its type
  int64_t size; ///< elements
  std::vector<exec::BufferOp> buffers;
  std::string name; ///< of its member
};

/// All of the struct, in its order: 32 bits first, so that nothing needs padding.
std::vector<StateRegion> getRegions(exec::ProgramOp program);

/// What a buffer of a region is called behind `state->`: an array.
std::string getMember(const StateRegion &region, exec::BufferOp buffer);

/// The members of the struct, a line or more for each, which say in which bytes they lie, what they hold, and which
/// layers need them.
std::string writeMembers(exec::ProgramOp program);

} // namespace snnc::c

#endif
