/*===- Fixed point: the arithmetic of integer networks --------------------------------------------===
 *
 * THE definition of rounding, saturation and comparison (docs/spec/fixed-point.md). The runtime, the
 * reference interpreter and the generated C all use this file, so that the same events give the same
 * bits everywhere.
 *
 * ISO C99, and C++ as well; needs nothing but <stdint.h>. No function has undefined or
 * implementation-defined behaviour for any argument in its stated range: no right shift of a
 * negative number, no conversion out of range, no overflow.
 *
 *===----------------------------------------------------------------------------------------------===*/
#ifndef SNN_FIXED_H
#define SNN_FIXED_H

#include <stdint.h>

/* The nearest int16 (FX-F1). */
static inline int16_t snn_sat16(int64_t x) {
  return (int16_t)(x < INT16_MIN ? INT16_MIN : x > INT16_MAX ? INT16_MAX : x);
}

/* The nearest int32 (FX-F1). */
static inline int32_t snn_sat32(int64_t x) {
  return (int32_t)(x < INT32_MIN ? INT32_MIN : x > INT32_MAX ? INT32_MAX : x);
}

/* x / 2^shift, rounded to the nearest integer, halves away from zero (FX-F2). `shift`: 0 to 62. */
static inline int64_t snn_round_shift(int64_t x, unsigned shift) {
  const uint64_t half = shift == 0U ? 0U : (uint64_t)1 << (shift - 1U);
  const uint64_t magnitude = x < 0 ? (uint64_t)0 - (uint64_t)x : (uint64_t)x;
  const uint64_t rounded = (magnitude + half) >> shift;
  if (shift == 0U) {
    return x;
  }
  return x < 0 ? -(int64_t)rounded : (int64_t)rounded;
}

/* An estimate of an operand, from an accumulator: x * multiplier / 2^shift in 16 bits (FX-F3). */
static inline int16_t snn_requantize(int32_t x, int32_t multiplier, unsigned shift) {
  return snn_sat16(snn_round_shift((int64_t)x * multiplier, shift));
}

/* The same in 32 bits: the output of the decoder (FX-F4). */
static inline int32_t snn_rescale(int32_t x, int32_t multiplier, unsigned shift) {
  return snn_sat32(snn_round_shift((int64_t)x * multiplier, shift));
}

/* A 16-bit estimate after a step in which its current was `delta` (FX-F5). */
static inline int16_t snn_charge(int16_t v, int32_t delta, int32_t multiplier, unsigned shift) {
  return snn_sat16(v + snn_round_shift((int64_t)delta * multiplier, shift));
}

/* The input, from the number that the border gives: normalized, in its own fraction bits (FX-F6, FX-Q3). */
static inline int16_t snn_encode(int32_t raw, int32_t multiplier, int32_t offset, unsigned shift) {
  return snn_sat16(snn_round_shift((int64_t)raw * multiplier + offset, shift));
}

/* The error d = y - f, in fraction bits of f, which has `up` more of them than y (FX-F7). y fits in 16
 * bits, and `up` is at most 14. */
static inline int32_t snn_error(int32_t y, unsigned up, int32_t f) {
  return y * (int32_t)((uint32_t)1 << up) - f;
}

/* The sign of the error that is sent: +1 or -1. `tie_above`: d = 0 counts as too high (FX-F8). */
static inline int snn_sign(int32_t d, int tie_above) {
  return d > 0 || (d == 0 && tie_above != 0) ? 1 : -1;
}

/* The same with a dead zone: 0 where no event is sent (FX-F8). */
static inline int snn_ternary(int32_t d, int32_t zone) { return d > zone ? 1 : d < -zone ? -1 : 0; }

/* A function as 256 straight pieces over all 16-bit numbers: its values at -32768, -32512 ... 32768 in
 * `table` (FX-F10). */
#define SNN_TABLE_SIZE 257
static inline int16_t snn_table(const int16_t *table, int16_t v) {
  const uint32_t position = (uint32_t)(v + 32768);
  const int32_t left = table[position >> 8U];
  const int32_t right = table[(position >> 8U) + 1U];
  return (int16_t)(left + (int32_t)snn_round_shift(
                              (int64_t)(right - left) * (int32_t)(position & 255U), 8U));
}

/* A product of two estimates, in the fraction bits of both together less `shift` (FX-F11). `shift`: 0 to
 * 30. */
static inline int32_t snn_product(int16_t a, int16_t b, unsigned shift) {
  return (int32_t)snn_round_shift((int64_t)a * b, shift);
}

/* The sign, -1, 0 or 1, of e - a / b, with b taken for 0 below it: of e * b - a * 2^shift (FX-F12). |e| is
 * below 2^33, `shift` at most 46: both sides are below 2^62. */
static inline int snn_compare_quotient(int64_t e, int16_t a, int16_t b, unsigned shift) {
  const int64_t left = b > 0 ? e * b : 0;
  const int64_t right = a * ((int64_t)1 << shift);
  return (left > right) - (left < right);
}

/* The sign of e - x / sqrt(v + epsilon), with the sum taken for 0 below it, by squares that keep their
 * signs: of e |e| (v + epsilon) - x |x| 2^shift (FX-F13). |e| is at most 2^17, `epsilon` 0 to 32767, `shift`
 * at most 32: the left side is below 2^50, the right one at most 2^62. */
static inline int snn_compare_norm(int64_t e, int16_t x, int16_t v, int32_t epsilon,
                                   unsigned shift) {
  const int64_t w = v + epsilon > 0 ? v + epsilon : 0;
  const int64_t left = (e < 0 ? -e : e) * e * w;
  const int64_t right = (int64_t)(x < 0 ? -x : x) * x * ((int64_t)1 << shift);
  return (left > right) - (left < right);
}

/* What is passed on of a sum: x * multiplier / 2^shift, but no more than `limit` either way (FX-F14). `limit`:
 * 1 to 2^30. */
static inline int32_t snn_estimate(int32_t x, int32_t multiplier, unsigned shift, int32_t limit) {
  const int64_t v = snn_round_shift((int64_t)x * multiplier, shift);
  return (int32_t)(v > limit ? limit : v < -limit ? -limit : v);
}

/* What the float input code sends: `step` (of `fraction` bits) of the remaining error (FX-F9). */
static inline int32_t snn_approach(int32_t error, int32_t step, unsigned fraction) {
  return (int32_t)snn_round_shift((int64_t)error * step, fraction);
}

#endif
