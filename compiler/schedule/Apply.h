//===- Apply: what a delivery makes of numbers -----------------------------------------------------------===//
#ifndef SNNC_COMPILER_SCHEDULE_APPLY_H
#define SNNC_COMPILER_SCHEDULE_APPLY_H

#include "dialects/exec/Exec.h"

namespace snnc::exec {

/// Which numbers a synapse has: its own, or their magnitudes, for bounds.
enum class Sign { Kept, Dropped };

/// Adds what events worth `in`, one number for each element of the stream, deliver. All in logical order.
template <typename T>
void apply(DeliverOp deliver, Sign sign, const std::vector<T> &in, std::vector<T> &out);

/// lhs by rhs, as an `exec.multiply` of memory of these shapes multiplies.
template <typename T>
std::vector<T> multiply(MultiplyOp op, const std::vector<T> &lhs, const std::vector<T> &rhs);

} // namespace snnc::exec

#endif
