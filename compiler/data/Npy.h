//===- Npy: numpy's file of one array
//----------------------------------------------------------===//
//
// A .npy file is a magic string, a version, a header that is a Python dictionary in text
//
//     {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
//
// and the raw elements. Read are versions 1 to 3, both byte orders and both element orders, of
// every boolean, integer and float type up to 64 bits. Written is version 1.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_DATA_NPY_H
#define SNNC_COMPILER_DATA_NPY_H

#include "compiler/data/Array.h"

namespace snnc::data {

Result<Array> readNpy(const std::string &path);

/// Replaces the file at once: a reader sees the old one or the whole new one.
Status writeNpy(const std::string &path, const Array &array);

/// The same in memory. `where` begins the message of an error: a file, or a file and its member.
Result<Array> parseNpy(ByteSpan file, const std::string &where);
Bytes encodeNpy(const Array &array);

/// Whether a file begins as a .npy file does.
bool looksLikeNpy(ByteSpan file);

/// Elements in the byte order `isBigEndian` become elements in this machine's order.
void toNativeOrder(Bytes &bytes, size_t itemSize, bool isBigEndian);

} // namespace snnc::data

#endif
