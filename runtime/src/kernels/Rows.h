//===- Vectorized kernels: rows, masks --------------------------------------------------------------------===//
#ifndef SNN_SRC_KERNELS_ROWS_H
#define SNN_SRC_KERNELS_ROWS_H

#include "runtime/src/kernels/Kernels.h"

namespace snn::detail::kernels {

/// accumulator[m] += sum over i of worth[i] * weights[index[i]][m], for `columns` weights of rows that lie
/// `stride` apart.
template <typename T>
void addRows(const T *weights, uint32_t stride, const uint32_t *index, const T *worth,
             uint32_t count, T *accumulator, uint32_t columns);

/// Adds what events that are bits are worth, those of elements `first` to `first + count`: `worth`, or where
/// they are signed its opposite.
template <typename T>
void addMasked(const Events<T> &events, size_t first, uint32_t count, T worth, T *accumulator);

/// Adds what events that are bits are worth, times a weight each: those of elements `first` to `first + count`.
template <typename T>
void addMaskedProducts(const Events<T> &events, size_t first, uint32_t count, const T *weights,
                       T *accumulator);

/// Adds `count` values times a weight each.
template <typename T>
void addProducts(const T *values, const T *weights, uint32_t count, T *accumulator);

/// Lists the values of some elements that are not 0, in order; `index` and `value` have room for all. Returns how
/// many.
template <typename T>
uint32_t collect(const T *values, Range elements, uint32_t *index, T *value);

/// Adds `count` values.
template <typename T>
void addValues(const T *values, uint32_t count, T *accumulator);

} // namespace snn::detail::kernels

#endif
