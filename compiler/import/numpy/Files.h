//===- Files: whole files in, whole files out
//--------------------------------------------------===//
//
// A file that is written appears at once and complete, or not at all: the bytes go to a new file in
// the same folder, which then takes the name. Devices and pipes (/dev/null, /dev/stdout) cannot be
// replaced and are written to directly.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_NUMPY_FILES_H
#define SNNC_COMPILER_IMPORT_NUMPY_FILES_H

#include "compiler/import/numpy/Result.h"
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace snnc::numpy {

using Bytes = std::vector<std::byte>;
using ByteSpan = std::span<const std::byte>;

Result<Bytes> readFile(const std::string &path);
Status writeFile(const std::string &path, ByteSpan content);

/// Undoes raw deflate (as in zip files) where the size of the result is known.
/// `where` begins the message of an error.
Result<Bytes> inflateRaw(ByteSpan packed, size_t size, const std::string &where);

/// Undoes gzip. `where` begins the message of an error.
Result<Bytes> gunzip(ByteSpan packed, const std::string &where);

} // namespace snnc::numpy

#endif
