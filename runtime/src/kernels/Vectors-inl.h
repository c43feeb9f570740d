//===- Vectors of the instruction set that a kernel is compiled for ------------------------------------------===//
// Included once for each instruction set, as Highway wants it.
#if defined(SNN_SRC_KERNELS_VECTORS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef SNN_SRC_KERNELS_VECTORS_INL_H
#undef SNN_SRC_KERNELS_VECTORS_INL_H
#else
#define SNN_SRC_KERNELS_VECTORS_INL_H
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <typename T>
using Tag = hn::ScalableTag<T>;
template <typename T>
using Vector = hn::Vec<Tag<T>>;

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#endif
