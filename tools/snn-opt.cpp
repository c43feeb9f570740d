//===- snn-opt: runs passes on IR, for tests and for people ---------------------------------------------------===//
#include "compiler/calibrate/Passes.h"
#include "compiler/convert/Passes.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/port/Passes.h"
#include "compiler/quantize/Passes.h"
#include "compiler/schedule/Passes.h"
#include "compiler/tune/Passes.h"
#include "dialects/ann/ANN.h"
#include "dialects/core/Core.h"
#include "dialects/exec/Exec.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "targets/c/Passes.h"
#include "targets/core/Passes.h"
#include "targets/cpu/ProgramWriter.h"
#include "tools/Failures.h"

int main(int argc, char **argv) {
  snnc::installFailureMessages("snn-opt");
  mlir::DialectRegistry registry;
  registry.insert<snnc::ann::ANNDialect, snnc::snn::SNNDialect, snnc::core::CoreDialect,
                  snnc::exec::ExecDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect>();
  mlir::registerCanonicalizer();
  mlir::registerCSE();
  mlir::registerStripDebugInfo();
  snnc::registerPortPasses();
  snnc::registerCalibratePasses();
  snnc::registerConvertPasses();
  snnc::registerCPasses();
  snnc::registerCorePasses();
  snnc::registerQuantizePasses();
  snnc::registerSchedulePasses();
  auto writeProgram = [](mlir::func::FuncOp network, uint32_t steps) {
    return snnc::cpu::writeProgram(network, {"network", steps});
  };
  snnc::registerTunePasses(writeProgram);
  snnc::registerPipeline(writeProgram);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "snnc's modular optimizer driver\n", registry));
}
