//===- Idx: the file format of MNIST and its kin
//------------------------------------------------===//
//
// Two zero bytes, a type code, the rank, the extents (32 bits, big-endian), then the elements.
// MNIST's and Fashion-MNIST's own files can so be used as they are downloaded.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_DATA_IDX_H
#define SNNC_COMPILER_DATA_IDX_H

#include "compiler/data/Array.h"

namespace snnc::data {

/// Whether a file begins as an IDX file does.
bool looksLikeIdx(ByteSpan file);

/// The array in an IDX file that looksLikeIdx. `where` begins the message of an error.
Result<Array> parseIdx(ByteSpan file, const std::string &where);

} // namespace snnc::data

#endif
