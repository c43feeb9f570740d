#include "compiler/quantize/RoundingMemo.h"

#include "llvm/Support/xxhash.h"
#include <bit>

namespace snnc::quantize {

RoundingMemo::Key RoundingMemo::makeKey(llvm::ArrayRef<WeightRow> rows, double unit, double max) {
  std::vector<uint64_t> parts;
  for (const WeightRow &row : rows) {
    for (const Numbers *numbers : {&row.weights, &row.inputs}) {
      const auto *bytes = reinterpret_cast<const uint8_t *>(numbers->data());
      llvm::XXH128_hash_t hash =
          llvm::xxh3_128bits(llvm::ArrayRef(bytes, numbers->size() * sizeof(double)));
      parts.insert(parts.end(), {hash.low64, hash.high64});
    }
    if (row.moments)
      parts.insert(parts.end(), {reinterpret_cast<uintptr_t>(row.moments->key.first),
                                 uint64_t{row.moments->key.second}});
  }
  const auto *bytes = reinterpret_cast<const uint8_t *>(parts.data());
  llvm::XXH128_hash_t hash =
      llvm::xxh3_128bits(llvm::ArrayRef(bytes, parts.size() * sizeof(uint64_t)));
  return {hash.low64, hash.high64, std::bit_cast<uint64_t>(unit), std::bit_cast<uint64_t>(max)};
}

Numbers RoundingMemo::round(const WeightRow &row, double unit, double max) {
  const Key key = makeKey(row, unit, max);
  {
    std::lock_guard lock(mutex);
    if (auto found = rounded.find(key); found != rounded.end())
      return Numbers(found->second.begin(), found->second.end());
  }
  Numbers integers = roundWeights(row, unit, max);
  std::lock_guard lock(mutex);
  rounded.try_emplace(key, integers.begin(), integers.end());
  return integers;
}

RoundingMemo::Unit RoundingMemo::chooseUnit(llvm::ArrayRef<WeightRow> rows, double widest,
                                            double max) {
  const Key key = makeKey(rows, widest, max);
  {
    std::lock_guard lock(mutex);
    if (auto found = units.find(key); found != units.end())
      return found->second;
  }
  std::optional<double> exact = getExactUnit(rows, widest, max);
  const Unit unit{exact ? *exact : getBestUnit(rows, widest, max), exact.has_value()};
  std::lock_guard lock(mutex);
  units.try_emplace(key, unit);
  return unit;
}

} // namespace snnc::quantize
