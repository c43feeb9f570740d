//===- Graph: the values of an ONNX graph while it is imported ------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_GRAPH_H
#define SNNC_COMPILER_IMPORT_ONNX_GRAPH_H

#include "compiler/import/onnx/Node.h"
#include "compiler/import/onnx/ONNXImport.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace snnc::onnx_import {

/// What a name stands for.
struct Known {
  mlir::Value value;                ///< an activation or a constant that has been created
  mlir::ElementsAttr floats;        ///< a constant
  std::optional<Integers> integers; ///< part of shape arithmetic
};

/// What becomes of the inputs' leading dimension: any number of samples, what the file says, or 1.
enum class Batch { Dynamic, AsInFile, One };

class Graph {
public:
  /// Takes the bytes of weights out of `model`.
  Graph(ONNX_NAMESPACE::ModelProto &model, std::string file, std::string folder,
        mlir::MLIRContext &context, Batch batch, std::vector<ONNXNode> *nodes);

  /// Emits an error and fails when the model cannot be imported.
  mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>> import();

  Known *find(const std::string &name);
  int64_t getOpset() const { return opset; }
  mlir::OpBuilder &getBuilder() { return builder; }
  /// "model.onnx: ", to be continued.
  mlir::InFlightDiagnostic error() const;
  /// The fixed batch size that the file's input had, when it had one.
  std::optional<int64_t> getFixedBatch() const { return fixedBatch; }
  const std::string &getFolder() const { return folder; }
  Batch getBatch() const { return batch; }
  /// Whether it was nodes that could not be imported, and not the graph as a whole.
  bool hasLostNodes() const { return !lost.empty(); }

private:
  ONNX_NAMESPACE::ModelProto &model;
  std::string file, folder;
  Batch batch;
  std::vector<ONNXNode> *report; ///< of every node, or null
  mlir::OpBuilder builder;
  int64_t opset = 0;
  std::optional<int64_t> fixedBatch;
  llvm::StringMap<Known> values;
  llvm::StringMap<std::string> lost; ///< outputs of nodes that failed, and the name of the node
  mlir::func::FuncOp function;

  mlir::LogicalResult readOpset();
  mlir::LogicalResult checkOperators();
  mlir::LogicalResult readInitializers();
  mlir::LogicalResult createFunction(mlir::ModuleOp module);
  mlir::FailureOr<mlir::RankedTensorType> getInputType(const ONNX_NAMESPACE::ValueInfoProto &input);
  mlir::LogicalResult importNodes();
  mlir::LogicalResult importOrReport(ONNX_NAMESPACE::NodeProto &proto);
  mlir::LogicalResult importNode(ONNX_NAMESPACE::NodeProto &proto);
  mlir::FailureOr<Known> importConstant(Node &node);
  mlir::LogicalResult defineOutputs(Node &node, mlir::Value first);
  mlir::FailureOr<bool> importIntegers(Node &node);
  mlir::FailureOr<std::vector<int64_t>> getShape(Node &node);
  mlir::LogicalResult define(const Node &node, const std::string &name, Known known);
  mlir::LogicalResult createReturn();
};

} // namespace snnc::onnx_import

#endif
