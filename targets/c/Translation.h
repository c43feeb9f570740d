//===- Translation: an integer network in MLIR as one C file ------------------------------------------------===//
#ifndef SNNC_TARGETS_C_TRANSLATION_H
#define SNNC_TARGETS_C_TRANSLATION_H

namespace snnc::c {

/// Registers `snn-translate --emit-c`: the function of a module, quantized, as a C file that compiles alone.
void registerEmitCTranslation();

} // namespace snnc::c

#endif
