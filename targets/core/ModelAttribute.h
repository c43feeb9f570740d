//===- ModelAttribute: a core model in IR ------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_MODELATTRIBUTE_H
#define SNNC_TARGETS_CORE_MODELATTRIBUTE_H

#include "dialects/core/Core.h"
#include "targets/core/model/CoreModel.h"

namespace snnc::core {

/// What a program needs to know of `model`: mesh, limits and capabilities, by the keys of its file.
ModelAttr makeModelAttr(mlir::MLIRContext *context, const CoreModel &model);

} // namespace snnc::core

#endif
