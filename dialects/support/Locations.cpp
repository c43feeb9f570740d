#include "dialects/support/Locations.h"

#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

namespace snnc {

std::string getFirstName(Location location) {
  std::string name;
  location->walk([&](Location loc) {
    auto named = dyn_cast<NameLoc>(loc);
    if (!named)
      return WalkResult::advance();
    name = named.getName().str();
    return WalkResult::interrupt();
  });
  return name;
}

} // namespace snnc
