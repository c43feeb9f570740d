#ifndef SNN_SRC_PLAN_GROUPS_H
#define SNN_SRC_PLAN_GROUPS_H

#include "runtime/src/plan/Plan.h"

namespace snn::detail {

/// Cuts the tasks of a plan into groups, and says what is retained between them.
template <typename T>
void formGroups(const Network &network, TypedPlan<T> &plan);

/// The time steps in which each stream may have events, once there are groups.
template <typename T>
void findSpans(const Network &network, TypedPlan<T> &plan);

} // namespace snn::detail

#endif
