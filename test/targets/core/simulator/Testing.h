//===- Small core programs for tests --------------------------------------------------------------------------===//
#ifndef SNNC_TEST_TARGETS_CORE_SIMULATOR_TESTING_H
#define SNNC_TEST_TARGETS_CORE_SIMULATOR_TESTING_H

#include "targets/core/simulator/Program.h"

namespace snnc::core::test {

/// Input 2x4x4 - convolution 3x3 to 4x4x4 (relu, ternary) - the same with a way past it (scale) - pool 2 and
/// gemm to 3 outputs, with weights drawn from `seed`, cut into rows of `rows` rows over cores of a 3 x 3 mesh.
Program makeProgram(uint32_t seed, uint32_t rows, uint32_t stateBits);

/// The same with a product in place of the second layer: every channel of the first, as a matrix, times its own
/// transpose.
Program makeProductProgram(uint32_t seed, uint32_t rows);

/// Raw input numbers for them.
std::vector<int32_t> makeInput(uint32_t seed);

} // namespace snnc::core::test

#endif
