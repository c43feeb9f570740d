//===- TableBytes: what the tables of a C source take in flash -----------------------------------------------===//
#ifndef SNNC_TARGETS_C_COST_TABLEBYTES_H
#define SNNC_TARGETS_C_COST_TABLEBYTES_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace snnc::c {

/// Bytes of all tables in a text that the table writer wrote, with pointers of 32 bits.
uint64_t countTableBytes(llvm::StringRef text);

} // namespace snnc::c

#endif
