//===- snn-lsp-server: errors, hovers and completion for .mlir files in editors -------------------------------===//
#include "dialects/ann/ANN.h"
#include "dialects/core/Core.h"
#include "dialects/exec/Exec.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<snnc::ann::ANNDialect, snnc::core::CoreDialect, snnc::exec::ExecDialect,
                  snnc::snn::SNNDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect>();
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
