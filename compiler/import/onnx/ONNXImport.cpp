#include "compiler/import/onnx/ONNXImport.h"

#include "compiler/import/onnx/Graph.h"
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

OwningOpRef<ModuleOp> import(StringRef path, MLIRContext &context,
                             const ONNXImportOptions &options) {
  std::string file = llvm::sys::path::filename(path).str();
  auto fail = [&](const llvm::Twine &message) -> OwningOpRef<ModuleOp> {
    emitError(UnknownLoc::get(&context)) << file << ": " << message;
    return nullptr;
  };
  if (llvm::sys::fs::is_directory(path))
    return fail("is a folder, not an ONNX file");
  // Read piece by piece: the file's bytes are in memory once, as weights.
  std::ifstream bytes(path.str(), std::ios::binary | std::ios::ate);
  if (!bytes)
    return fail(llvm::Twine("cannot be read: ") + std::strerror(errno));
  std::streamoff size = bytes.tellg();
  if (size == 0)
    return fail("is empty");
  if (size > std::numeric_limits<int>::max())
    return fail("is larger than 2 GiB; export with external data");
  bytes.seekg(0);

  QuietProtobuf quiet;
  ONNX_NAMESPACE::ModelProto model;
  google::protobuf::io::IstreamInputStream stream(&bytes, 1 << 16);
  if (!model.ParseFromZeroCopyStream(&stream))
    return fail("truncated, or not an ONNX file");
  std::string folder = llvm::sys::path::parent_path(path).str();
  auto module = onnx_import::Graph(model, file, folder, context, options).import();
  return failed(module) ? nullptr : std::move(*module);
}

} // namespace

OwningOpRef<ModuleOp> importONNXFile(StringRef path, MLIRContext &context,
                                     const ONNXImportOptions &options) {
  context.loadDialect<ann::ANNDialect, func::FuncDialect>();
  try {
    return import(path, context, options);
  } catch (const std::exception &exception) {
    emitError(UnknownLoc::get(&context))
        << llvm::sys::path::filename(path) << ": cannot be imported: " << exception.what();
    return nullptr;
  }
}

} // namespace snnc
