//===- ProductRanges: which operands of products fit in 16 bits -----------------------------------------------===//
//
// An operand whose elements are what requantizes pass on, moved about, is never larger than their limits.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_PRODUCTRANGES_H
#define SNNC_TARGETS_C_PRODUCTRANGES_H

#include "runtime/src/Plan.h"

namespace snnc::c {

/// Whether both operands of the product `planned` stay within -32768 to 32767, proven.
bool fitsHalves(const ::snn::detail::TypedPlan<int32_t> &plan,
                const ::snn::detail::PlannedProduct &planned);

} // namespace snnc::c

#endif
