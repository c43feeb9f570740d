#include "compiler/import/onnx/ONNXImport.h"

#include "compiler/import/onnx/Graph.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <google/protobuf/io/coded_stream.h>
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

OwningOpRef<ModuleOp> import(StringRef path, MLIRContext &context) {
  std::string file = llvm::sys::path::filename(path).str();
  auto fail = [&](const llvm::Twine &message) -> OwningOpRef<ModuleOp> {
    emitError(UnknownLoc::get(&context)) << file << ": " << message;
    return nullptr;
  };
  if (llvm::sys::fs::is_directory(path))
    return fail("is a folder, not an ONNX file");
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fail("cannot be read: " + buffer.getError().message());
  llvm::StringRef bytes = (*buffer)->getBuffer();
  if (bytes.empty())
    return fail("is empty");
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
    return fail("is larger than 2 GiB; export with external data");

  QuietProtobuf quiet;
  ONNX_NAMESPACE::ModelProto model;
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t *>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  stream.SetTotalBytesLimit(std::numeric_limits<int>::max());
  if (!model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
    return fail("truncated, or not an ONNX file");
  buffer->reset();
  std::string folder = llvm::sys::path::parent_path(path).str();
  auto module = onnx_import::Graph(model, file, folder, context).import();
  return failed(module) ? nullptr : std::move(*module);
}

} // namespace

OwningOpRef<ModuleOp> importONNXFile(StringRef path, MLIRContext &context) {
  context.loadDialect<ann::ANNDialect, func::FuncDialect>();
  try {
    return import(path, context);
  } catch (const std::exception &exception) {
    emitError(UnknownLoc::get(&context))
        << llvm::sys::path::filename(path) << ": cannot be imported: " << exception.what();
    return nullptr;
  }
}

} // namespace snnc
