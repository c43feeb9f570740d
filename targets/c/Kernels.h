//===- Kernels: the files that every generated project gets, as they are in this folder -----------------===//
#ifndef SNNC_TARGETS_C_KERNELS_H
#define SNNC_TARGETS_C_KERNELS_H

#include <string_view>
#include <utility>
#include <vector>

namespace snnc::c {

/// Path in the project, and contents: targets/c/kernels and snn/fixed.h.
extern const std::vector<std::pair<std::string_view, std::string_view>> kKernelFiles;
/// targets/c/example.
extern const std::vector<std::pair<std::string_view, std::string_view>> kExampleFiles;

} // namespace snnc::c

#endif
