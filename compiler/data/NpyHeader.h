//===- NpyHeader: the Python dictionary at the head of a .npy file
//------------------------------===//
//
// Only what numpy writes is understood: the keys 'descr', 'fortran_order' and 'shape', in any
// order.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_DATA_NPYHEADER_H
#define SNNC_COMPILER_DATA_NPYHEADER_H

#include "compiler/data/Array.h"

namespace snnc::data {

struct NpyHeader {
  Array::Type type = Array::Type::F32;
  bool isBigEndian = false;
  bool isFortranOrder = false;
  Shape shape;
};

/// `where` begins the message of an error.
Result<NpyHeader> parseNpyHeader(std::string_view text, const std::string &where);

} // namespace snnc::data

#endif
