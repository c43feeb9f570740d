#include "compiler/import/onnx/ONNXImport.h"

#include "compiler/import/onnx/Graph.h"
#include "compiler/import/onnx/UnitBatch.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cstring>
#include <fstream>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/stubs/logging.h>
#include <limits>

using namespace mlir;

namespace snnc {

namespace {

/// Protobuf would write its own lines to standard error.
class QuietProtobuf {
public:
  QuietProtobuf() : before(google::protobuf::SetLogHandler(nullptr)) {}
  ~QuietProtobuf() { google::protobuf::SetLogHandler(before); }

private:
  google::protobuf::LogHandler *before;
};

using Nodes = std::vector<ONNXNode>;

/// Imports a file, in one way or another.
class Importer {
public:
  Importer(StringRef path, MLIRContext &context) : path(path), context(context) {}

  OwningOpRef<ModuleOp> import(const ONNXImportOptions &options) {
    if (options.keepBatch)
      return import(onnx_import::Batch::AsInFile, options.nodes);
    std::vector<std::pair<Location, std::string>> errors;
    {
      ScopedDiagnosticHandler capture(&context, [&](Diagnostic &diagnostic) {
        errors.emplace_back(diagnostic.getLocation(), diagnostic.str());
        return success();
      });
      if (auto module = import(onnx_import::Batch::Dynamic, options.nodes))
        return module;
    }
    if (auto module = lostNodes ? importOne(options.nodes) : nullptr)
      return module;
    for (const auto &[location, message] : errors)
      emitError(location) << message;
    return nullptr;
  }

private:
  StringRef path;
  MLIRContext &context;
  bool lostNodes = false;

  /// Networks that mix the batch with other dimensions: for one sample, which then become many.
  OwningOpRef<ModuleOp> importOne(Nodes *nodes) {
    ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) { return success(); });
    Nodes second;
    OwningOpRef<ModuleOp> module = import(onnx_import::Batch::One, nodes ? &second : nullptr);
    if (!module || failed(onnx_import::addBatch(*module->getOps<func::FuncOp>().begin())) ||
        failed(verify(*module)))
      return nullptr;
    if (nodes)
      *nodes = std::move(second);
    return module;
  }

  OwningOpRef<ModuleOp> import(onnx_import::Batch batch, Nodes *nodes) {
    std::string file = llvm::sys::path::filename(path).str();
    QuietProtobuf quiet;
    ONNX_NAMESPACE::ModelProto model;
    if (failed(parse(file, model)))
      return nullptr;
    std::string folder = llvm::sys::path::parent_path(path).str();
    onnx_import::Graph graph(model, file, folder, context, batch, nodes);
    auto module = graph.import();
    lostNodes = graph.hasLostNodes();
    return failed(module) ? nullptr : std::move(*module);
  }

  /// Reads piece by piece: the file's bytes are in memory once, as weights.
  LogicalResult parse(const std::string &file, ONNX_NAMESPACE::ModelProto &model) {
    auto fail = [&](const llvm::Twine &message) -> LogicalResult {
      return emitError(UnknownLoc::get(&context)) << file << ": " << message;
    };
    if (llvm::sys::fs::is_directory(path))
      return fail("is a folder, not an ONNX file");
    std::ifstream bytes(path.str(), std::ios::binary | std::ios::ate);
    if (!bytes)
      return fail(llvm::Twine("cannot be read: ") + std::strerror(errno));
    std::streamoff size = bytes.tellg();
    if (size == 0)
      return fail("is empty");
    if (size > std::numeric_limits<int>::max())
      return fail("is larger than 2 GiB; export with external data");
    bytes.seekg(0);
    google::protobuf::io::IstreamInputStream stream(&bytes, 1 << 16);
    if (!model.ParseFromZeroCopyStream(&stream))
      return fail("truncated, or not an ONNX file");
    return success();
  }
};

} // namespace

OwningOpRef<ModuleOp> importONNXFile(StringRef path, MLIRContext &context,
                                     const ONNXImportOptions &options) {
  context.loadDialect<ann::ANNDialect, func::FuncDialect>();
  try {
    return Importer(path, context).import(options);
  } catch (const std::exception &exception) {
    emitError(UnknownLoc::get(&context))
        << llvm::sys::path::filename(path) << ": cannot be imported: " << exception.what();
    return nullptr;
  }
}

} // namespace snnc
