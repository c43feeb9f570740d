//===- Failures: what a tool says when it cannot go on -----------------------------------------------------===//
#ifndef SNNC_TOOLS_FAILURES_H
#define SNNC_TOOLS_FAILURES_H

namespace snnc {

/// From now on, one line on standard error ("TOOL: error: out of memory") and exit code 1 in place of an abort:
/// where LLVM finds no memory, where it gives up, and where an exception leaves a thread.
void installFailureMessages(const char *tool);

} // namespace snnc

#endif
