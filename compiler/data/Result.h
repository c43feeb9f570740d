//===- Result: a value or the reason why there is none --------------------------------------------------------===//
//
// Files come from outside, so that failing to read one is ordinary. Every function here that can fail returns the
// runtime's Result: test it, then use `*result`, or show `result.error()`, which names the file. Nothing throws.
//
//===----------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_DATA_RESULT_H
#define SNNC_COMPILER_DATA_RESULT_H

#include "snn/Result.h"

namespace snnc::data {

using ::snn::Error;
using ::snn::Result;

/// The result of doing something that gives no value.
using Status = Result<std::monostate>;
inline Status success() { return std::monostate(); }

} // namespace snnc::data

#endif
