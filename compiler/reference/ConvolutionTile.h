//===- ConvolutionTile: some neighbouring outputs of a few channels at once ---------------------------------===//
//
// What makes convolutions of calibration quick: sums stay in registers. Every output sees the additions of
// the plain loops (input channel, then tap), none of them fused with its multiplication, so that results
// are the same on every machine.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_CONVOLUTIONTILE_H
#define SNNC_COMPILER_REFERENCE_CONVOLUTIONTILE_H

#include <cstdint>
#include <vector>

namespace snnc::reference {

constexpr int64_t kTileChannels = 4, kTileWidth = 8;

/// Where a tile reads. Input `c` of tap `t` for the first output is in[c * channelStride + offsets[t]],
/// for the next one in the element behind it.
struct TileInput {
  const double *in;
  int64_t channels, channelStride;
  const std::vector<int64_t> &offsets;
};

/// sums[o][x] += the convolution of output channel o at x. `weights` [o][c][tap], output channels
/// `weightStride` apart; `outputs` of the tile's channels count.
void convolveTile(const TileInput &input, const double *weights, int64_t weightStride,
                  int64_t outputs, double (&sums)[kTileChannels][kTileWidth]);

} // namespace snnc::reference

#endif
