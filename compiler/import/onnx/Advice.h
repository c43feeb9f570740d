//===- Advice: what to do about operators that have no ann form -------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_ADVICE_H
#define SNNC_COMPILER_IMPORT_ONNX_ADVICE_H

#include "llvm/ADT/StringRef.h"

namespace snnc::onnx_import {

/// Why an operator is not supported and the nearest form that is, in a few words; empty where there is
/// nothing to say about it.
llvm::StringRef getAdvice(llvm::StringRef op);

} // namespace snnc::onnx_import

#endif
