//===- Convolutions of 8-bit integers, four products at a time ------------------------------------------------===//
//
// AVX-512 VNNI multiplies four bytes without a sign by four with one, and adds the products to a sum of 32 bits, in every
// lane. Inputs that may be below 0 are kept 128 higher than they are, and every sum begins at -128 times its weights.
//
//===------------------------------------------------------------------------------------------------===//
#include "runtime/src/kernels/Convolution.h"

// VNNI belongs to a set that other kernels gain little from.
#define HWY_WANT_AVX3_DL
#define HWY_DISABLED_TARGETS                                                                       \
  (HWY_SSSE3 | HWY_SSE4 | HWY_AVX2 | HWY_AVX3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 |  \
   HWY_RVV)

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/ConvolveQuads.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

#if HWY_TARGET == HWY_AVX3_DL
// Highway finds out whether there is VNNI, and does not ask for it.
HWY_PUSH_ATTRIBUTES(HWY_TARGET_STR ",avx512vnni")
#else
HWY_BEFORE_NAMESPACE();
#endif
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3_DL

/// Neighbouring outputs whose sums are in registers: `kPixels` by `kVectors` vectors of 16 channels.
template <int kPixels, int kVectors>
struct Size {};

struct Product {
  const Delivery<int32_t> &d;
  const BytePlane &plane;
  int32_t *accumulator;
  uint32_t runs, quads;    ///< of a window, and of a run
  uint32_t width, columns; ///< outputs of a row, and those of them that are computed together
  size_t step;             ///< bytes from the inputs of an output to those of its neighbour
};

/// Where a block begins: an output, and a vector of channels.
template <int kPixels, int kVectors>
HWY_INLINE void multiplyBlock(const Product &p, uint32_t y, uint32_t x, uint32_t vector) {
  const Delivery<int32_t> &d = p.d;
  __m512i sums[kPixels][kVectors];
  for (int v = 0; v < kVectors; ++v) {
    const __m512i start = p.plane.zero == 0
                              ? _mm512_setzero_si512()
                              : _mm512_loadu_si512(d.quads.starts.data() + (vector + v) * 16);
    for (int i = 0; i < kPixels; ++i)
      sums[i][v] = start;
  }
  const int8_t *weights = d.quads.weights.data() + size_t{vector} * p.runs * p.quads * 64;
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky)
    for (uint32_t run = 0; run < d.runCount(); ++run) {
      const uint8_t *first =
          p.plane.values + ((size_t{y} * d.strideY + size_t{ky} * d.dilationY) * p.plane.width +
                            size_t{x} * d.strideX + size_t{run} * d.dilationX) *
                               d.in.channels;
      for (uint32_t quad = 0; quad < p.quads; ++quad, weights += kVectors * 64) {
        __m512i row[kVectors];
        for (int v = 0; v < kVectors; ++v)
          row[v] = _mm512_loadu_si512(weights + v * 64);
        for (int i = 0; i < kPixels; ++i) {
          int32_t four;
          std::memcpy(&four, first + i * p.step + quad * 4, sizeof(four));
          const __m512i inputs = _mm512_set1_epi32(four);
          for (int v = 0; v < kVectors; ++v)
            sums[i][v] = _mm512_dpbusd_epi32(sums[i][v], inputs, row[v]);
        }
      }
    }
  const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(d.quads.shift + p.plane.shift));
  int32_t *to = p.accumulator + (size_t{y} * p.width + x) * d.out.channels + vector * 16;
  for (int i = 0; i < kPixels; ++i, to += d.out.channels)
    for (int v = 0; v < kVectors; ++v) {
      const uint32_t left = d.out.channels - (vector + v) * 16;
      const __mmask16 mask = left >= 16 ? 0xFFFF : static_cast<__mmask16>((1U << left) - 1);
      const __m512i sum = _mm512_sll_epi32(sums[i][v], shift);
      const __m512i before = _mm512_maskz_loadu_epi32(mask, to + v * 16);
      _mm512_mask_storeu_epi32(to + v * 16, mask, _mm512_add_epi32(before, sum));
    }
}

/// Blocks of `kPixels`, then of half as many, and so on, for the outputs from `x` on.
template <int kPixels, int kVectors>
HWY_INLINE void multiplyRow(const Product &p, uint32_t y, uint32_t x, uint32_t vector) {
  for (; x + kPixels <= p.columns; x += kPixels)
    multiplyBlock<kPixels, kVectors>(p, y, x, vector);
  if constexpr (kPixels > 1)
    multiplyRow<kPixels / 2, kVectors>(p, y, x, vector);
}

/// Weights of a block of channels stay in the first-level cache for all outputs.
template <int kPixels, int kVectors>
HWY_INLINE void multiplyChannels(const Product &p, Range rows, Range columns, uint32_t vector) {
  for (uint32_t y = rows.begin; y < rows.end; ++y)
    multiplyRow<kPixels, kVectors>(p, y, columns.begin, vector);
}

void convolveQuadsHere(const Delivery<int32_t> &d, const BytePlane &plane, int32_t *accumulator,
                       Range rows) {
  rows.end = rows.endOf(d.out.height);
  Product p{d,
            plane,
            accumulator,
            d.kernelHeight * d.runCount(),
            (d.runLength() + 3) / 4,
            d.out.width,
            d.out.width,
            size_t{d.strideX} * d.in.channels};
  Range columns{0, d.out.width};
  // Rows of pixels that are neighbours are one.
  if (d.kernelHeight == 1 && d.kernelWidth == 1 && d.strideX == 1 && d.strideY == 1 &&
      plane.width == d.out.width && d.padX == 0 && d.padY == 0) {
    columns = {rows.begin * d.out.width, rows.end * d.out.width};
    p.columns = columns.end;
    rows = {0, 1};
  }
  const uint32_t vectors = d.paddedOutputs / 16;
  uint32_t vector = 0;
  for (; vector + 4 <= vectors; vector += 4)
    multiplyChannels<4, 4>(p, rows, columns, vector);
  if (vector + 2 <= vectors) {
    multiplyChannels<8, 2>(p, rows, columns, vector);
    vector += 2;
  }
  if (vector < vectors)
    multiplyChannels<16, 1>(p, rows, columns, vector);
}
bool hasQuadsHere() { return true; }

#else

void convolveQuadsHere(const Delivery<int32_t> &, const BytePlane &, int32_t *, Range) {}
bool hasQuadsHere() { return false; }

#endif

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

HWY_EXPORT(convolveQuadsHere);
HWY_EXPORT(hasQuadsHere);

bool hasQuads() { return HWY_DYNAMIC_DISPATCH(hasQuadsHere)(); }

void convolveQuads(const Delivery<int32_t> &d, const BytePlane &plane, int32_t *accumulator,
                   Range rows) {
  HWY_DYNAMIC_DISPATCH(convolveQuadsHere)(d, plane, accumulator, rows);
}

} // namespace snn::detail::kernels
#endif
