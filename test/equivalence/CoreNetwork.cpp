#include "test/equivalence/CoreNetwork.h"

#include "mlir/Pass/PassManager.h"
#include "targets/core/BuildProgram.h"
#include "targets/core/Passes.h"
#include <gtest/gtest.h>

using namespace mlir;

namespace snnc::test {

std::vector<CoreModelCase> getCoreModels() {
  std::string inputs = SNNC_TEST_DIR "/targets/core/Inputs/";
  return {{"generic", 0, {}},
          {inputs + "small-cores.toml", 0, {}},
          {inputs + "binary-events.toml", 0, {}},
          {inputs + "narrow-neurons.toml", 0, {}}};
}

std::optional<core::Program> mapToCores(ModuleOp module, const std::string &model,
                                        const CoreOptions &options) {
  OwningOpRef<ModuleOp> copy = cast<ModuleOp>(module->clone());
  PassManager manager(module.getContext());
  ConvertSNNToCorePassOptions convert;
  convert.model = model;
  convert.steps = options.steps;
  convert.updates = options.updates;
  convert.inputThreshold = options.inputThreshold;
  manager.addPass(createConvertSNNToCorePass(convert));
  OpPassManager &nested = manager.nest<core::ProgramOp>();
  nested.addPass(createCorePartitionPass());
  nested.addPass(createCorePlacePass());
  if (failed(manager.run(*copy)))
    return std::nullopt;
  auto program =
      core::buildProgram(*copy->getOps<core::ProgramOp>().begin(), *core::loadModel(model));
  if (failed(program))
    return std::nullopt;
  // The way through the file is part of the way.
  std::vector<uint8_t> bytes = core::writeProgram(*program);
  auto read = core::readProgram(bytes.data(), bytes.size(), "random.snnk");
  EXPECT_TRUE(read) << read.error();
  return read ? std::optional<core::Program>(*read) : std::nullopt;
}

} // namespace snnc::test
