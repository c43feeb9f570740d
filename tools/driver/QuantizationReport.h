//===- QuantizationReport: what became of a network when it was turned into integers ----------------------===//
#ifndef SNNC_TOOLS_DRIVER_QUANTIZATIONREPORT_H
#define SNNC_TOOLS_DRIVER_QUANTIZATIONREPORT_H

#include "compiler/data/Result.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace snnc {

struct QuantizationReport {
  struct Layer {
    std::string name;
    unsigned weightBits = 0; ///< of the narrowest weights in front of it; 0: none
    int64_t stateBits = 0, eventFraction = 0, operandFraction = 0;
    double min = 0, max = 0; ///< of its estimates on the images
    int64_t saturated = 0, seen = 0;
  };
  std::vector<Layer> layers;
  std::vector<int64_t> outputFractions; ///< an integer of output i is worth 2^-fraction
  uint64_t images = 0;
  double agreement = 0;    ///< share of the images that both networks put in the same class
  double largestError = 0; ///< of an output, after the last step
  double meanError = 0;
};

/// Compares a network before (`real`) and after (`fixed`, the bytes of their programs) on up to
/// `limit` images of `data`.
data::Result<QuantizationReport> makeReport(mlir::func::FuncOp network,
                                            const std::vector<uint8_t> &real,
                                            const std::vector<uint8_t> &fixed,
                                            const std::string &data, uint64_t limit);

std::string toText(const QuantizationReport &report);
nlohmann::ordered_json toJSON(const QuantizationReport &report);

} // namespace snnc

#endif
