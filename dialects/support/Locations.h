//===- Locations: what an operation is called in the model it came from ------------------------------------===//
#ifndef SNNC_DIALECTS_SUPPORT_LOCATIONS_H
#define SNNC_DIALECTS_SUPPORT_LOCATIONS_H

#include "mlir/IR/Location.h"
#include <string>

namespace snnc {

/// The first name in a location, or an empty string where it has none.
std::string getFirstName(mlir::Location location);

} // namespace snnc

#endif
