//===- Fire: one time step of a population of neurons ---------------------------------------------------------===//
//
// Vectorized for every function, by the compiler where it can: the operations on a neuron's numbers are
// those of the scalar form, in their order.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_KERNELS_FIRE_H
#define SNN_SRC_KERNELS_FIRE_H

#include "runtime/src/Neurons.h"

namespace snn::detail::kernels {

/// Sign code: an event, worth -2 eta, where y >= f(x); all others move up by eta. That everything moves
/// is in the receivers' background.
template <typename T>
void fireSign(Function function, const Neurons<T> &neurons, T eta, Events<T> &events);

/// Ternary code: an event, worth the change of y, where the error exceeds the dead zone.
template <typename T>
void fireTernary(Function function, const Neurons<T> &neurons, T eta, T deadZone,
                 Events<T> &events);

} // namespace snn::detail::kernels

#endif
