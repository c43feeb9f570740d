#include "compiler/reference/ConvolutionTile.h"

#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "compiler/reference/ConvolutionTile.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace snnc::reference {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <int64_t kOutputs>
void convolve(const TileInput &input, const double *weights, int64_t weightStride,
              double (*sums)[kTileWidth]) {
  const hn::CappedTag<double, kTileWidth> tag;
  constexpr int64_t kLanes = hn::MaxLanes(tag), kVectors = kTileWidth / kLanes;
  hn::Vec<decltype(tag)> sum[kOutputs][kVectors];
  for (int64_t o = 0; o < kOutputs; ++o)
    for (int64_t v = 0; v < kVectors; ++v)
      sum[o][v] = hn::LoadU(tag, sums[o] + v * kLanes);
  const double *in = input.in;
  for (int64_t c = 0; c < input.channels; ++c, in += input.channelStride)
    for (int64_t offset : input.offsets) {
      for (int64_t v = 0; v < kVectors; ++v) {
        const auto value = hn::LoadU(tag, in + offset + v * kLanes);
        for (int64_t o = 0; o < kOutputs; ++o)
          sum[o][v] = hn::Add(sum[o][v], hn::Mul(hn::Set(tag, weights[o * weightStride]), value));
      }
      ++weights;
    }
  for (int64_t o = 0; o < kOutputs; ++o)
    for (int64_t v = 0; v < kVectors; ++v)
      hn::StoreU(sum[o][v], tag, sums[o] + v * kLanes);
}

void convolveTileHere(const TileInput &input, const double *weights, int64_t weightStride,
                      int64_t outputs, double (*sums)[kTileWidth]) {
  if (outputs == kTileChannels)
    return convolve<kTileChannels>(input, weights, weightStride, sums);
  for (int64_t o = 0; o < outputs; ++o)
    convolve<1>(input, weights + o * weightStride, weightStride, sums + o);
}

} // namespace HWY_NAMESPACE
} // namespace snnc::reference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snnc::reference {
HWY_EXPORT(convolveTileHere);

void convolveTile(const TileInput &input, const double *weights, int64_t weightStride,
                  int64_t outputs, double (&sums)[kTileChannels][kTileWidth]) {
  HWY_DYNAMIC_DISPATCH(convolveTileHere)(input, weights, weightStride, outputs, sums);
}

} // namespace snnc::reference
#endif
