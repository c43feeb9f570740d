#ifndef SNN_SRC_PLAN_STARTS_H
#define SNN_SRC_PLAN_STARTS_H

#include "runtime/src/plan/Elements.h"

namespace snn::detail {

/// An affine map's constant part: added to an accumulator before task `before` in an affine pass.
template <typename T>
struct Constant {
  size_t before;
  uint32_t accumulator;
  Repeated<T> value;
};

/// What `op` adds to its output whatever its input; empty: nothing.
template <typename T>
std::vector<T> getConstant(const Network &network, const Operation &op, Numbers numbers);

/// What every terminal starts at: A of what all populations start at.
template <typename T>
void computeStarts(const Network &network, const std::vector<Constant<T>> &constants,
                   Numbers numbers, TypedPlan<T> &plan);

/// L(1) of every sign-coded stream at every terminal.
template <typename T>
void computeBackgrounds(const Network &network, TypedPlan<T> &plan);

} // namespace snn::detail

#endif
