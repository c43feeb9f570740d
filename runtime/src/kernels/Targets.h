// Which instruction sets kernels are compiled for; included before Highway. Those that add little to the
// next smaller one are left out, and scalable vectors, because kernels keep vectors in small arrays.
#ifndef SNN_SRC_KERNELS_TARGETS_H
#define SNN_SRC_KERNELS_TARGETS_H

#define HWY_DISABLED_TARGETS                                                                       \
  (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)

#endif
