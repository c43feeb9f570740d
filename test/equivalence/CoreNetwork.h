//===- CoreNetwork: random networks on core models -------------------------------------------------------------===//
#ifndef SNNC_TEST_EQUIVALENCE_CORENETWORK_H
#define SNNC_TEST_EQUIVALENCE_CORENETWORK_H

#include "mlir/IR/BuiltinOps.h"
#include "targets/core/simulator/Program.h"
#include <optional>
#include <set>

namespace snnc::test {

struct CoreModelCase {
  std::string name;
  uint32_t held = 0;             ///< networks that run on it
  std::set<std::string> reasons; ///< to refuse others
};

/// A roomy core, and those of test/targets/core/Inputs, which force every lowering.
std::vector<CoreModelCase> getCoreModels();

/// What cores are asked for beside a network.
struct CoreOptions {
  uint32_t steps;
  bool updates = false;
  double inputThreshold = 0; ///< of updates
};

/// Maps a copy of `module`, by way of a file; nothing, with diagnostics, where the model refuses it.
std::optional<core::Program> mapToCores(mlir::ModuleOp module, const std::string &model,
                                        const CoreOptions &options);

} // namespace snnc::test

#endif
