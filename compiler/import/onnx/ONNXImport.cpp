#include "compiler/import/onnx/ONNXImport.h"

#include "compiler/import/onnx/Graph.h"
#include "compiler/import/onnx/InputShapes.h"
#include "compiler/import/onnx/UnitBatch.h"
#include "dialects/ann/Attributes.h"
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

using onnx_import::Batch;

namespace {

/// Protobuf would write its own lines to standard error.
class QuietProtobuf {
public:
  QuietProtobuf() : before(google::protobuf::SetLogHandler(nullptr)) {}
  ~QuietProtobuf() { google::protobuf::SetLogHandler(before); }

private:
  google::protobuf::LogHandler *before;
};

/// What the leading dimension of the inputs may be, the likeliest first. The first reading that all operators have a
/// form for is taken.
std::vector<Batch> getReadings(const ONNX_NAMESPACE::ModelProto &model) {
  llvm::StringSet<> weights;
  for (const auto &tensor : model.graph().initializer())
    weights.insert(tensor.name());
  for (const auto &input : model.graph().input()) {
    if (weights.contains(input.name()))
      continue;
    const auto &shape = input.type().tensor_type().shape();
    bool isFixed = shape.dim_size() > 0 && shape.dim(0).dim_value() > 1;
    if (!isFixed)
      return {Batch::Dynamic, Batch::One};
    if (shape.dim_size() == 1)
      return {Batch::None, Batch::Dynamic}; // a vector of features
    // Windows over time seldom have a batch, images do.
    return shape.dim_size() == 2 ? std::vector{Batch::Dynamic, Batch::None, Batch::One}
                                 : std::vector{Batch::Dynamic, Batch::One, Batch::None};
  }
  return {Batch::Dynamic};
}

/// Imports a file, in one way or another.
class Importer {
public:
  Importer(StringRef path, MLIRContext &context, const ONNXImportOptions &options)
      : path(path), context(context), options(options) {}

  OwningOpRef<ModuleOp> import() {
    std::vector<Batch> readings{Batch::AsInFile};
    std::vector<std::pair<Location, std::string>> errors;
    bool goesOn = true;
    for (size_t i = 0; i < readings.size() && goesOn; ++i) {
      ONNX_NAMESPACE::ModelProto model;
      if (failed(parse(model)))
        return nullptr;
      if (i == 0 && !options.keepBatch)
        readings = getReadings(model);
      std::vector<ONNXNode> nodes;
      OwningOpRef<ModuleOp> module;
      {
        ScopedDiagnosticHandler capture(&context, [&](Diagnostic &diagnostic) {
          if (i == 0)
            errors.emplace_back(diagnostic.getLocation(), diagnostic.str());
          return success();
        });
        std::tie(module, goesOn) = import(model, readings[i], options.nodes ? &nodes : nullptr);
      }
      if (options.nodes && (module || i == 0))
        *options.nodes = std::move(nodes);
      if (module)
        return module;
    }
    for (const auto &[location, message] : errors)
      emitError(location) << message;
    return nullptr;
  }

private:
  StringRef path;
  MLIRContext &context;
  const ONNXImportOptions &options;

  /// The network in one reading; without one, whether another may do better.
  std::pair<OwningOpRef<ModuleOp>, bool> import(ONNX_NAMESPACE::ModelProto &model, Batch batch,
                                                std::vector<ONNXNode> *nodes) {
    onnx_import::Graph graph(model, llvm::sys::path::filename(path).str(),
                             llvm::sys::path::parent_path(path).str(), context, batch, nodes);
    FailureOr<OwningOpRef<ModuleOp>> module = graph.import();
    if (failed(module))
      return {nullptr, graph.hasFunction()};
    // Networks that mix the batch with other dimensions are for one sample, which then become many.
    bool isOne = batch == Batch::One || batch == Batch::None;
    if (isOne && (failed(onnx_import::addBatch(*(*module)->getOps<func::FuncOp>().begin(),
                                               batch == Batch::One)) ||
                  failed(verify(**module))))
      return {nullptr, true};
    scaleBytes(*(*module)->getOps<func::FuncOp>().begin());
    return {std::move(*module), false};
  }

  /// Bytes of data files are divided by 255 when they are read; a network that takes bytes gets them back whole.
  void scaleBytes(func::FuncOp function) {
    for (BlockArgument argument : function.getArguments()) {
      auto type = cast<RankedTensorType>(argument.getType());
      if (!function.getArgAttr(argument.getArgNumber(), ann::kBytesAttrName) || type.getRank() < 2)
        continue;
      std::vector<double> std(type.getDimSize(1), 1.0 / 255);
      function.setArgAttr(argument.getArgNumber(), ann::kStdAttrName,
                          DenseF64ArrayAttr::get(&context, std));
    }
  }

  /// Reads piece by piece: the file's bytes are in memory once, as weights.
  LogicalResult parse(ONNX_NAMESPACE::ModelProto &model) {
    std::string file = llvm::sys::path::filename(path).str();
    QuietProtobuf quiet;
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
    if (std::string problem = onnx_import::setInputShapes(model, options.inputShapes);
        !problem.empty())
      return fail(problem);
    return success();
  }
};

} // namespace

OwningOpRef<ModuleOp> importONNXFile(StringRef path, MLIRContext &context,
                                     const ONNXImportOptions &options) {
  context.loadDialect<ann::ANNDialect, func::FuncDialect>();
  try {
    return Importer(path, context, options).import();
  } catch (const std::exception &exception) {
    emitError(UnknownLoc::get(&context))
        << llvm::sys::path::filename(path) << ": cannot be imported: " << exception.what();
    return nullptr;
  }
}

} // namespace snnc
