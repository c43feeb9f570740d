//===- RoundingMemo: what rounding found, for attempts that come back with the same weights -----------------------===//
//
// A network whose sums do not fit is written in integers again with one sum changed; all other rows of weights round as they
// did before. Rows are told apart by a hash of 128 bits of all that their rounding depends on.
//
//===----------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_ROUNDINGMEMO_H
#define SNNC_COMPILER_QUANTIZE_ROUNDINGMEMO_H

#include "compiler/quantize/RoundWeights.h"
#include <array>
#include <map>
#include <mutex>

namespace snnc::quantize {

/// Its functions may be called from several threads. Moments are told apart by their keys.
class RoundingMemo {
public:
  /// roundWeights.
  Numbers round(const WeightRow &row, double unit, double max);

  struct Unit {
    double unit = 0;
    bool isExact = false;
  };
  /// getExactUnit, or where there is none getBestUnit.
  Unit chooseUnit(llvm::ArrayRef<WeightRow> rows, double widest, double max);

private:
  using Key = std::array<uint64_t, 4>;

  std::mutex mutex;
  std::map<Key, std::vector<int16_t>> rounded;
  std::map<Key, Unit> units;

  static Key makeKey(llvm::ArrayRef<WeightRow> rows, double unit, double max);
};

} // namespace snnc::quantize

#endif
