//===- Files: whole files in, whole files out
//--------------------------------------------------===//
//
// A file that is written appears at once and complete, or not at all: the bytes go to a new file in
// the same folder, which then takes the name. Devices and pipes (/dev/null, /dev/stdout) cannot be
// replaced and are written to directly. Of several ranks (compiler/support/Ranks.h) only the first one writes.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_DATA_FILES_H
#define SNNC_COMPILER_DATA_FILES_H

#include "compiler/data/Result.h"
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace snnc::data {

using Bytes = std::vector<std::byte>;
using ByteSpan = std::span<const std::byte>;

Result<Bytes> readFile(const std::string &path);
Status writeFile(const std::string &path, ByteSpan content);

/// Files of one folder that appear together or not at all: each is written under another name, and all take their own
/// in the end. What was not committed is taken back, with the folders that were made for it.
class FolderWriter {
public:
  explicit FolderWriter(std::string folder) : folder(std::move(folder)) {}
  ~FolderWriter();
  FolderWriter(const FolderWriter &) = delete;
  FolderWriter &operator=(const FolderWriter &) = delete;

  Status add(const std::string &name, ByteSpan content);
  /// Also removes what an earlier program has left in the folder: files whose names `isOurs` and that are not written
  /// anew.
  Status commit(const std::function<bool(const std::string &)> &isOurs = nullptr);

private:
  std::string folder;
  std::vector<std::string> made;                              ///< folders, the outermost first
  std::vector<std::pair<std::string, std::string>> temporary; ///< path now, path in the end

  Status make();
};

/// Undoes gzip. `where` begins the message of an error.
Result<Bytes> gunzip(ByteSpan packed, const std::string &where);

} // namespace snnc::data

#endif
