//===- Memo: what a search has found so far, in a file ---------------------------------------------------------===//
//
// A search asks for things by name; what it has asked for before, in this run or in one that was cut
// off, it gets at once. Searches are deterministic, so that they ask the same again.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_MEMO_H
#define SNNC_COMPILER_TUNE_MEMO_H

#include "compiler/data/Result.h"
#include <chrono>
#include <nlohmann/json.hpp>

namespace snnc::tune {

class Memo {
public:
  /// Reads `path` (empty: keeps nothing) when it is there. `identity` tells searches apart: a file of
  /// another one is an error.
  static data::Result<Memo> open(const std::string &path, const std::string &identity);

  /// What was kept under `name`, or null.
  const nlohmann::json *find(const std::string &name) const;
  /// Keeps `value`, and writes the file when that was last done some seconds ago.
  data::Status keep(const std::string &name, nlohmann::json value);
  /// Writes the file.
  data::Status flush();

private:
  std::string path;
  nlohmann::json content;
  std::chrono::steady_clock::time_point written;
};

} // namespace snnc::tune

#endif
