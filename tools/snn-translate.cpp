//===- snn-translate: between file formats and IR --------------------------------------------------------------------===//
#include "compiler/import/onnx/ONNXImport.h"
#include "dialects/ann/ANN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "targets/c/Translation.h"
#include "tools/Failures.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"

static llvm::cl::list<std::string>
    inputShapes("input-shape", llvm::cl::value_desc("NAME=1x3x224x224"),
                llvm::cl::desc("with --import-onnx: sizes that the file leaves open"));

int main(int argc, char **argv) {
  snnc::installFailureMessages("snn-translate");
  mlir::TranslateToMLIRRegistration importONNX(
      "import-onnx", "a trained network from an ONNX file",
      [](llvm::SourceMgr &source,
         mlir::MLIRContext *context) -> mlir::OwningOpRef<mlir::Operation *> {
        // External data lies beside the model, so its path counts, not only its bytes.
        llvm::StringRef path =
            source.getMemoryBuffer(source.getMainFileID())->getBufferIdentifier();
        snnc::ONNXImportOptions options;
        options.inputShapes.assign(inputShapes.begin(), inputShapes.end());
        mlir::ModuleOp module = snnc::importONNXFile(path, *context, options).release();
        return module ? module.getOperation() : nullptr;
      },
      [](mlir::DialectRegistry &registry) {
        registry.insert<snnc::ann::ANNDialect, mlir::func::FuncDialect>();
      });
  snnc::c::registerEmitCTranslation();
  return failed(mlir::mlirTranslateMain(argc, argv, "snnc's translation driver"));
}
