#include "compiler/quantize/RoundingKernels.h"

#include <algorithm>

#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "compiler/quantize/RoundingKernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace snnc::quantize::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Partial sums of a dot product, whatever the width of the vectors.
constexpr size_t kPartial = 8;
using Tag = hn::CappedTag<double, kPartial>;
using Vector = hn::Vec<Tag>;
constexpr size_t kLanes = hn::MaxLanes(Tag());

void addScaledRowsHere(const double *const *from, const double *factors, size_t rows, size_t count,
                       double *to) {
  const Tag tag;
  size_t k = 0;
  for (; k + kLanes <= count; k += kLanes) {
    Vector sum = hn::LoadU(tag, to + k);
    for (size_t r = 0; r < rows; ++r)
      sum = hn::Add(sum, hn::Mul(hn::Set(tag, factors[r]), hn::LoadU(tag, from[r] + k)));
    hn::StoreU(sum, tag, to + k);
  }
  for (; k < count; ++k)
    for (size_t r = 0; r < rows; ++r)
      to[k] += factors[r] * from[r][k];
}

double dotHere(const double *a, const double *b, size_t count) {
  const Tag tag;
  constexpr size_t kVectors = kPartial / kLanes;
  Vector sums[kVectors];
  for (Vector &sum : sums)
    sum = hn::Zero(tag);
  size_t k = 0;
  for (; k + kPartial <= count; k += kPartial)
    for (size_t v = 0; v < kVectors; ++v)
      sums[v] = hn::Add(
          sums[v], hn::Mul(hn::LoadU(tag, a + k + v * kLanes), hn::LoadU(tag, b + k + v * kLanes)));
  double partial[kPartial];
  for (size_t v = 0; v < kVectors; ++v)
    hn::StoreU(sums[v], tag, partial + v * kLanes);
  for (size_t j = 0; k < count; ++k, ++j)
    partial[j] += a[k] * b[k];
  double sum = 0;
  for (double part : partial)
    sum += part;
  return sum;
}

/// To the nearest integer, halves away from zero, as std::round.
HWY_INLINE Vector round(Vector x) {
  const Tag tag;
  const Vector whole = hn::Trunc(x);
  const auto isFar = hn::Ge(hn::Abs(hn::Sub(x, whole)), hn::Set(tag, 0.5));
  return hn::Add(whole, hn::IfThenElseZero(isFar, hn::CopySign(hn::Set(tag, 1), x)));
}

/// Rows of L that are added in one pass.
constexpr size_t kRows = 8;
constexpr size_t kUnitVectors = kUnits / kLanes;

/// off[k] += what the weights of some rows leave out, from the last row to the first, for the inputs before `count`.
HWY_INLINE void addRows(const double *const *rows, const double (*lefts)[kUnits], size_t rowCount,
                        size_t count, double *off) {
  const Tag tag;
  for (size_t k = 0; k < count; ++k, off += kUnits) {
    Vector sums[kUnitVectors];
    for (size_t v = 0; v < kUnitVectors; ++v)
      sums[v] = hn::LoadU(tag, off + v * kLanes);
    for (size_t r = rowCount; r-- > 0;) {
      const Vector l = hn::Set(tag, rows[r][k]);
      for (size_t v = 0; v < kUnitVectors; ++v)
        sums[v] = hn::Add(sums[v], hn::Mul(l, hn::LoadU(tag, lefts[r] + v * kLanes)));
    }
    for (size_t v = 0; v < kUnitVectors; ++v)
      hn::StoreU(sums[v], tag, off + v * kLanes);
  }
}

void walkUnitsHere(const double *factor, size_t size, const double *weights, const double *inputs,
                   const double *units, double max, double *off) {
  const Tag tag;
  const Vector limit = hn::Set(tag, max), negative = hn::Neg(limit);
  const double *rows[kRows];
  double lefts[kRows][kUnits];
  for (size_t end = size; end > 0;) {
    const size_t begin = end > kRows ? end - kRows : 0;
    for (size_t i = end; i-- > begin;) {
      const double *l = rows[i - begin] = factor + i * (i + 1) / 2;
      double *left = lefts[i - begin];
      const Vector weight = hn::Set(tag, weights[i]), diagonal = hn::Set(tag, l[i]),
                   input = hn::Set(tag, inputs[i]);
      for (size_t v = 0; v < kUnits; v += kLanes) {
        const Vector step = hn::Div(hn::LoadU(tag, units + v), input);
        const Vector wanted =
            hn::Add(weight, hn::Div(hn::LoadU(tag, off + i * kUnits + v), diagonal));
        const Vector integer = hn::Max(hn::Min(round(hn::Div(wanted, step)), limit), negative);
        hn::StoreU(hn::Sub(weight, hn::Mul(step, integer)), tag, left + v);
      }
      // Those of this pass see it at once, all others together with the rest of the pass.
      const double *first = l + begin;
      addRows(&first, lefts + (i - begin), 1, i + 1 - begin, off + begin * kUnits);
    }
    addRows(rows, lefts, end - begin, begin, off);
    end = begin;
  }
}

} // namespace HWY_NAMESPACE
} // namespace snnc::quantize::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snnc::quantize::kernels {
HWY_EXPORT(addScaledRowsHere);
HWY_EXPORT(dotHere);
HWY_EXPORT(walkUnitsHere);

void addScaled(const double *from, double factor, size_t count, double *to) {
  HWY_DYNAMIC_DISPATCH(addScaledRowsHere)(&from, &factor, 1, count, to);
}
void addScaledRows(const double *const *from, const double *factors, size_t rows, size_t count,
                   double *to) {
  HWY_DYNAMIC_DISPATCH(addScaledRowsHere)(from, factors, rows, count, to);
}
double dot(const double *a, const double *b, size_t count) {
  return HWY_DYNAMIC_DISPATCH(dotHere)(a, b, count);
}
void walkUnits(const double *factor, size_t size, const double *weights, const double *inputs,
               const double *units, double max, double *off) {
  HWY_DYNAMIC_DISPATCH(walkUnitsHere)(factor, size, weights, inputs, units, max, off);
}

} // namespace snnc::quantize::kernels
#endif
