//===- Reached: what the events of an update come to ----------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_UPDATE_REACHED_H
#define SNN_SRC_ENGINE_UPDATE_REACHED_H

#include "runtime/src/engine/update/Marks.h"
#include "runtime/src/kernels/Kernels.h"

namespace snn::detail {

/// Marks the blocks of a part of the accumulator that a delivery of graded `events` adds to, by any way.
template <typename T>
void markReached(const Delivery<T> &delivery, const Events<T> &events, Marks &reached,
                 Range part = {});

/// The same of a bilinear synapse whose operands changed.
template <typename T>
void markReached(const Product &product, const Events<T> (&changes)[2], Marks &reached);

} // namespace snn::detail

#endif
