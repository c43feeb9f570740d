//===- Fit: one code and schedule for a whole network, with as many steps as it needs ------------------------===//
//
// The quick way to good settings, where `Search` is the thorough one: all layers take equally many steps and
// begin equally far behind each other. A ladder of such settings is climbed, on some calibration images, until
// the outputs are near enough to the ANN's.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_FIT_H
#define SNNC_COMPILER_TUNE_FIT_H

#include "compiler/tune/Bench.h"
#include "compiler/tune/Ladder.h"
#include "dialects/snn/SNN.h"

namespace snnc::tune {

struct Fit {
  Uniform uniform;
  Measurement found; ///< with it
  double error = 0;  ///< `Bench::getError` of that
};

/// How near is near enough: the share of the outputs' variance that is lost. One in a thousand changes the class
/// of some images in a thousand (docs/guides/tuning.md).
constexpr double kNearEnough = 1e-3;

/// Images that settings are compared on: enough for an error, fewer where one image is a lot of work.
int64_t countFitImages(uint64_t annMacs);

/// Gives every neuron of `network` the first settings of the ladder that come as near as `wanted`, or those that
/// come nearest. Dead zones and the first step stay as they are. Neurons have the ternary code and dyadic schedules.
data::Result<Fit> fit(mlir::func::FuncOp network, const Bench &bench, double wanted,
                      const Limits &limits);

/// The settings as flags of the driver: "--code ternary:0.66 --schedule dyadic:0.5,1,6 --skew 2".
std::string toFlags(mlir::func::FuncOp network, const Uniform &uniform);

} // namespace snnc::tune

#endif
