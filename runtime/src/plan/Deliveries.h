//===- Deliveries: synapses made ready for the kernels --------------------------------------------------------===//
#ifndef SNN_SRC_PLAN_DELIVERIES_H
#define SNN_SRC_PLAN_DELIVERIES_H

#include "runtime/src/plan/Elements.h"

namespace snn::detail {

/// What takes input `n` of a synapse to its output.
template <typename T>
Delivery<T> makeDelivery(const Network &network, const Operation &op, uint32_t n, Numbers numbers);

/// Everything where it is.
template <typename T>
Delivery<T> makeIdentity(uint64_t size);

// ---- Windows.cpp ----

template <typename T>
Delivery<T> makeConv(const Network &network, const Operation &op, Numbers numbers);
template <typename T>
Delivery<T> makePool(const Network &network, const Operation &op);

/// The weights of a plain convolution of `in` as the vectorized kernels take them: by input channel, for all
/// inputs at once; integers in pairs; for signs the sums of five or six of them.
template <typename T>
void arrangeWeights(const Stream &in, Delivery<T> &d);
/// The same of a depthwise one: for all inputs at once.
template <typename T>
void arrangeDepthwise(Delivery<T> &d);

/// Weight `i` as the operation applies it.
template <typename T>
T getWeight(const Operation &op, size_t i, Numbers numbers) {
  return static_cast<T>(std::ldexp(pick(op.weight[i], numbers), static_cast<int>(op.shift)));
}

// ---- Movements.cpp ----

inline bool isMovement(const Operation &op) {
  using Kind = Operation::Kind;
  return op.kind == Kind::Reshape || op.kind == Kind::Transpose || op.kind == Kind::Pad ||
         op.kind == Kind::Slice || op.kind == Kind::Concat;
}

/// Whether what becomes of an element depends on that element alone.
inline bool isMap(const Operation &op) {
  return isMovement(op) || op.kind == Operation::Kind::Scale;
}

/// Where every element of input `n` of a movement goes.
template <typename T>
Delivery<T> makeMove(const Network &network, const Operation &op, uint32_t n);

/// Puts the map `before` before `delivery`, another one. Only one of them scales.
template <typename T>
void precede(const Delivery<T> &before, Delivery<T> &delivery);

/// Where every element of a gather's input goes, once for each time it is chosen.
template <typename T>
Delivery<T> makeCopy(const Network &network, const Operation &op);

// ---- Products.cpp ----

Product makeProduct(const Network &network, const Operation &op);

} // namespace snn::detail

#endif
