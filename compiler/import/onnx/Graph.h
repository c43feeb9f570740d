//===- Graph: the values of an ONNX graph while it is imported ------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_GRAPH_H
#define SNNC_COMPILER_IMPORT_ONNX_GRAPH_H

#include "compiler/import/onnx/Node.h"
#include "compiler/import/onnx/ONNXImport.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace snnc::onnx_import {

/// What the inputs' leading dimension is: any number of samples, what the file says, a batch of 1, or no batch but
/// part of the one sample that the file is about.
enum class Batch { Dynamic, AsInFile, One, None };

class Graph {
public:
  /// Takes the bytes of weights out of `model`.
  Graph(ONNX_NAMESPACE::ModelProto &model, std::string file, std::string folder,
        mlir::MLIRContext &context, Batch batch, std::vector<ONNXNode> *nodes);

  /// Emits an error and fails when the model cannot be imported.
  mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>> import();

  Known *find(const std::string &name);
  /// The one type of numbers that the network computes with: f64 where an input is of doubles, else f32.
  mlir::FloatType getElementType() const { return elementType; }
  /// A constant in that type.
  mlir::ElementsAttr toElementType(mlir::ElementsAttr constant) const;
  mlir::OpBuilder &getBuilder() { return builder; }
  /// "model.onnx: ", to be continued.
  mlir::InFlightDiagnostic error() const;
  /// The fixed batch size that the file's input had, when it had one.
  std::optional<int64_t> getFixedBatch() const { return fixedBatch; }
  const std::string &getFolder() const { return folder; }
  Batch getBatch() const { return batch; }
  /// Whether it got as far as its nodes: another reading of the leading dimension may then do better.
  bool hasFunction() const { return static_cast<bool>(function); }

private:
  ONNX_NAMESPACE::ModelProto &model;
  std::string file, folder;
  Batch batch;
  std::vector<ONNXNode> *report; ///< of every node, or null
  mlir::OpBuilder builder;
  mlir::FloatType elementType;
  std::optional<int64_t> fixedBatch;
  StepMaker maker;
  Steps steps;
  llvm::StringSet<> read; ///< names that the outputs depend on
  llvm::StringMap<Known> values;
  llvm::StringMap<std::string> lost; ///< outputs of nodes that failed, and the name of the node
  mlir::func::FuncOp function;

  mlir::LogicalResult makeSteps();
  mlir::LogicalResult checkOpset(const Step &step);
  mlir::LogicalResult checkOperators();
  mlir::LogicalResult readInitializers(ONNX_NAMESPACE::GraphProto &graph);
  bool isInitializer(const std::string &name) const;
  mlir::LogicalResult createFunction(mlir::ModuleOp module);
  mlir::FailureOr<mlir::RankedTensorType> getInputType(const ONNX_NAMESPACE::ValueInfoProto &input);
  mlir::LogicalResult importSteps(Steps &steps);
  mlir::LogicalResult importOrReport(Step &step);
  void addToReport(const Step &step, ONNXNode entry);
  mlir::LogicalResult importStep(Step &step);
  mlir::LogicalResult importIf(Node &node);
  mlir::FailureOr<Known> importConstant(Node &node);
  mlir::LogicalResult defineOutputs(Node &node, mlir::Value first);
  mlir::FailureOr<bool> importIntegers(Node &node);
  mlir::FailureOr<std::vector<int64_t>> getShape(Node &node);
  mlir::LogicalResult define(const Node &node, const std::string &name, Known known);
  mlir::FailureOr<mlir::Value> getResult(const std::string &name);
  mlir::LogicalResult createReturn();
  void eraseUnused();
};

} // namespace snnc::onnx_import

#endif
