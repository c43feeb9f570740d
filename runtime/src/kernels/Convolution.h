//===- Vectorized kernels: plain convolutions -------------------------------------------------------------===//
//
// One source for every instruction set (Highway); the best one is chosen when the program runs. An
// element of an accumulator sees the same additions in the same order whatever the width of the vectors,
// and no multiplication is fused with an addition: results are the same on every machine. The events way
// and the dense way of a convolution give the same bits; the table adds five or six weights before it adds them.
//
// Each computes some rows of the outputs, all unless told otherwise, and writes nothing outside them.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_KERNELS_CONVOLUTION_H
#define SNN_SRC_KERNELS_CONVOLUTION_H

#include "runtime/src/kernels/Kernels.h"

namespace snn::detail::kernels {

/// Rows of `dense` are padded to a multiple of this many numbers.
constexpr uint32_t kRowMultiple = 16;
/// A table has a row for every pattern of the bits of neighbouring channels: 16 channels are three patterns, of the
/// first six of them, the next five, and the last five.
struct TablePattern {
  uint32_t channel, count; ///< its channels: the first of them, and how many
  uint32_t row;            ///< in the table for the 16 channels
};
constexpr TablePattern kTablePatterns[] = {{0, 6, 0}, {6, 5, 64}, {11, 5, 96}};
constexpr uint32_t kTableRows = 128;
/// The codes of 16 channels are a word: the patterns, times kCodeUnit, a byte each.
constexpr uint32_t kCodeUnit = 4;
constexpr uint32_t toCodes(uint32_t bits) {
  return (bits & 0x3f) << 2 | (bits & 0x7c0) << 4 | (bits & 0xf800) << 7;
}
/// Patterns of each word of codes: fewer than three where there is only one word, of few channels.
constexpr uint32_t countPatterns(uint32_t channels) {
  return channels <= 6 ? 1 : channels <= 11 ? 2 : 3;
}
/// A row of a table has the sums of this many outputs: 32 bytes.
template <typename E>
constexpr uint32_t kTableOutputs = 32 / sizeof(E);

template <typename T>
void convolveEvents(const Delivery<T> &delivery, const Events<T> &events, T *accumulator,
                    Range rows = {});

/// The same for events that are bits and weights of 8. `sums` has room for the rows of `ByteWeights`, all 0, and is so
/// again.
void convolveBytes(const Delivery<int32_t> &delivery, const Events<int32_t> &events, int16_t *sums,
                   int32_t *accumulator, Range rows = {});

/// Sums of the weights that events which are bits select, in several steps. `codes` [step][16
/// channels][padded row][padded column]. Leaves `sums` [block of kTableOutputs][step][pixel][output], on a vector's boundary.
template <typename E>
void convolveTable(const Window &window, const E *table, const uint32_t *codes, uint32_t steps,
                   E *sums, Range rows = {});

/// Adds `factor` times the sums of one step, whose blocks of outputs are `blockStride` numbers apart.
template <typename T, typename E>
void addSums(const Window &window, const E *sums, size_t blockStride, T factor, T *accumulator,
             Range rows = {});

/// `values` [padded row][padded column][channel].
template <typename T>
void convolveDense(const Delivery<T> &delivery, const T *values, T *accumulator, Range rows = {});

/// The same of a window for every channel.
template <typename T>
void convolveDepthwise(const Delivery<T> &delivery, const T *values, T *accumulator,
                       Range rows = {});

/// A plane of inputs in bytes, [row][column][channel], in units of 2^shift, each so much higher than it is as `zero` says: 0
/// or 128. It begins at the first inputs of the first output, with those of the border, and four bytes behind it can be read.
struct BytePlane {
  const uint8_t *values;
  uint32_t width; ///< columns of a row
  uint8_t zero;
  uint32_t shift = 0;
  bool hasBorder =
      true; ///< else it is the inputs alone, as windows of a channel each take them, too
};
/// The same in 16 bits. Where windows are of a channel each, numbers of a vector behind it can be read.
struct ShortPlane {
  const int16_t *values;
  uint32_t width;
  uint32_t shift = 0; ///< 0 or, where windows are of all channels, 16
  bool hasBorder = true;
};
/// A window for every channel of such inputs, in units of 1, and of weights of 16 bits.
void convolveDepthwiseBytes(const Delivery<int32_t> &delivery, const BytePlane &plane,
                            int32_t *accumulator, Range rows = {});
void convolveDepthwiseShorts(const Delivery<int32_t> &delivery, const ShortPlane &plane,
                             int32_t *accumulator, Range rows = {});

/// The same for integers of 16 bits and `pairs` of weights, two products at a time. x86 has an instruction for
/// that, and a slow one for products of 32 bits; elsewhere there are no pairs.
void convolvePairs(const Delivery<int32_t> &delivery, const ShortPlane &plane, int32_t *accumulator,
                   Range rows = {});

/// Whether the machine has an instruction for four products of bytes.
bool hasQuads();

/// The same for a plane of any unit and `quads` of weights, if the machine has that instruction.
void convolveQuads(const Delivery<int32_t> &delivery, const BytePlane &plane, int32_t *accumulator,
                   Range rows = {});

} // namespace snn::detail::kernels

#endif
