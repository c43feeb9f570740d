//===- RoundingKernels: the loops of rounding weights together -------------------------------------------------===//
//
// One source for every instruction set (Highway). Sums are added up in the same order whatever the width of the vectors,
// and no product is fused with an addition: the same bytes on every machine.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_ROUNDINGKERNELS_H
#define SNNC_COMPILER_QUANTIZE_ROUNDINGKERNELS_H

#include <cstddef>

namespace snnc::quantize::kernels {

/// How many units are tried at once.
inline constexpr size_t kUnits = 24;

/// to[k] += factor * from[k].
void addScaled(const double *from, double factor, size_t count, double *to);

/// The same of several rows, one after the other, in one pass over `to`.
void addScaledRows(const double *const *from, const double *factors, size_t rows, size_t count,
                   double *to);

/// The sum of a[k] * b[k].
double dot(const double *a, const double *b, size_t count);

/// One weight after the other, from the last to the first, becomes an integer of -most..most in each of kUnits `units`,
/// as RoundWeights.h says. `factor`: the lower triangle L, row by row; `inputs`: what an integer of each input is worth.
/// `off`, [size][kUnits] and 0 before: what is left out, in the coordinates L^T.
void walkUnits(const double *factor, size_t size, const double *weights, const double *inputs,
               const double *units, double max, double *off);

} // namespace snnc::quantize::kernels

#endif
