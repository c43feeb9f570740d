// Compiles the file that includes it once for each instruction set; before, the file gives its own name to
// HWY_TARGET_INCLUDE. Without an include guard: Highway includes the file again for each set, and then this is wanted, too.
//
// Sets that add little to the next smaller one are left out, and scalable vectors, because kernels keep vectors in small
// arrays. A file that wants others says so before.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS                                                                       \
  (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#endif

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// Dispatch tables name functions, and no templates: `define(T, Suffix)` for each kind of number that engines have.
#ifndef SNN_FOR_NUMBERS
#define SNN_FOR_NUMBERS(define) define(float, F32) define(double, F64) define(int32_t, I32)
#endif
