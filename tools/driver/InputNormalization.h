//===- InputNormalization: --mean and --std in a network ----------------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_INPUTNORMALIZATION_H
#define SNNC_TOOLS_DRIVER_INPUTNORMALIZATION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace snnc {

/// Makes `network`, of the ann dialect, begin with (x - mean) / std, one number each or one for each channel of its
/// input. Channels are where the first convolution reads them. Returns what does not fit, or "".
std::string setNormalization(mlir::func::FuncOp network, const std::vector<double> &mean,
                             const std::vector<double> &std);

} // namespace snnc

#endif
