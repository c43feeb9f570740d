#include "tools/driver/LoadModel.h"

#include "dialects/ann/ANN.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace snnc {

void loadDialects(MLIRContext &context) {
  context.loadDialect<ann::ANNDialect, snn::SNNDialect, arith::ArithDialect, func::FuncDialect>();
}

OwningOpRef<ModuleOp> loadModel(StringRef path, MLIRContext &context,
                                const std::vector<std::string> &inputShapes,
                                std::vector<ONNXNode> *nodes) {
  Location here = UnknownLoc::get(&context);
  auto fail = [&](const llvm::Twine &message) -> OwningOpRef<ModuleOp> {
    emitError(here) << path << ": " << message;
    return nullptr;
  };
  if (!llvm::sys::fs::exists(path))
    return fail("no such file");
  if (llvm::sys::fs::is_directory(path))
    return fail("is a folder, not a model file");
  StringRef extension = llvm::sys::path::extension(path);
  if (extension == ".onnx")
    return importONNXFile(path, context, {/*keepBatch=*/false, nodes, inputShapes});
  if (!inputShapes.empty())
    return fail("--input-shape gives sizes that an ONNX file leaves open; this is none");
  if (extension == ".snnb")
    return fail(
        "is a compiled program; give the model it came from, or its IR as --emit-ir wrote it");
  if (extension == ".mlir" || extension == ".mlirbc")
    return parseSourceFile<ModuleOp>(path, &context);
  return fail("unknown kind of model; snnc reads .onnx, .mlir and .mlirbc");
}

} // namespace snnc
