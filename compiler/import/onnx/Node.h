//===- Node: what a handler of an operator sees ------------------------------------------------------------------===//
//
// A handler reads inputs and attributes, creates ann operations, and returns the value of the node's
// first output. It need not care whether a weight is an initializer or a Constant, or where errors go:
//
//   FailureOr<Value> importRelu(Node &node) {
//     FailureOr<Value> input = node.getInput(0);
//     return failed(input) ? failure() : node.create<ann::ReluOp>(*input);
//   }
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_NODE_H
#define SNNC_COMPILER_IMPORT_ONNX_NODE_H

#include "compiler/import/onnx/Tensors.h"
#include "dialects/ann/ANN.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace snnc::onnx_import {

class Graph;

class Node {
public:
  Node(Graph &graph, ONNX_NAMESPACE::NodeProto &proto);

  llvm::StringRef op() const { return proto.op_type(); }
  /// The node's name, or that of its first output where it has none.
  std::string getName() const { return mlir::cast<mlir::NameLoc>(location).getName().str(); }
  int64_t opset() const;
  int64_t inputCount() const { return proto.input_size(); }
  bool hasInput(int64_t index) const;

  /// Input `index` as an activation or a float constant.
  mlir::FailureOr<mlir::Value> getInput(int64_t index);
  /// The shape of a value.
  static llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);
  /// Input `index` as known integers.
  mlir::FailureOr<std::vector<int64_t>> getIntegers(int64_t index);
  /// The same with their shape.
  mlir::FailureOr<Integers> getIntegerTensor(int64_t index);
  /// The same where they are known, else null.
  const Integers *findIntegers(int64_t index);
  /// Input `index` as known numbers, or as one.
  mlir::FailureOr<std::vector<double>> getNumbers(int64_t index);
  mlir::FailureOr<double> getNumber(int64_t index);
  /// Adds a result behind the one that the handler returns.
  void addOutput(mlir::Value value) { more.push_back(value); }
  llvm::ArrayRef<mlir::Value> getMoreOutputs() const { return more; }

  // Attributes. One that a handler never asks for, and that is there, is an error: nothing is
  // silently ignored.
  bool hasAttribute(llvm::StringRef name);
  int64_t getInt(llvm::StringRef name, int64_t usual);
  /// Files hold f32; the shortest decimal that rounds to it is what the author wrote (0.1).
  double getFloat(llvm::StringRef name, double usual);
  std::string getString(llvm::StringRef name, llvm::StringRef usual);
  std::vector<int64_t> getInts(llvm::StringRef name, std::vector<int64_t> usual);
  ONNX_NAMESPACE::AttributeProto *getAttribute(llvm::StringRef name);
  /// Integers that are an attribute in old opsets and input `index` in newer ones; nothing where
  /// neither is there.
  mlir::FailureOr<std::optional<std::vector<int64_t>>> getIntsOrInput(llvm::StringRef name,
                                                                      int64_t index);
  mlir::LogicalResult checkAttributes();

  /// "model.onnx: node 'conv1' (Conv): ", to be continued.
  mlir::InFlightDiagnostic error() const;

  mlir::Value createConstant(mlir::ElementsAttr value);

  /// Creates an operation; where its shapes do not fit, that is this node's error.
  template <typename Op, typename... Args>
  mlir::FailureOr<mlir::Value> create(Args &&...args);

  Graph &graph;
  ONNX_NAMESPACE::NodeProto &proto;
  mlir::Location location;

private:
  llvm::StringSet<> asked;
  llvm::SmallVector<mlir::Value> more;
  mlir::OpBuilder &builder();
  /// Infers the type of `op`'s result, or erases it and reports why that cannot be. Small constants
  /// are computed at once.
  mlir::FailureOr<mlir::Value> finish(mlir::Operation *op);
};

template <typename Op, typename... Args>
mlir::FailureOr<mlir::Value> Node::create(Args &&...args) {
  // The type is a stand-in: builders that infer it abort on shapes that do not fit.
  mlir::Type unknown = mlir::RankedTensorType::get({}, builder().getF32Type());
  return finish(builder().create<Op>(location, unknown, std::forward<Args>(args)...));
}

using Handler = mlir::FailureOr<mlir::Value> (*)(Node &);
using HandlerTable = llvm::StringMap<Handler>;
void addArithmeticHandlers(HandlerTable &table);
void addElementwiseHandlers(HandlerTable &table);
void addLinearHandlers(HandlerTable &table);
void addNormalizationHandlers(HandlerTable &table);
void addPoolingHandlers(HandlerTable &table);
void addSelectionHandlers(HandlerTable &table);
void addShapeHandlers(HandlerTable &table);
void addWhereHandlers(HandlerTable &table);

/// `axis` counted from the front, or an error when there is no such dimension.
mlir::FailureOr<int64_t> normalizeAxis(Node &node, int64_t axis, int64_t rank);

} // namespace snnc::onnx_import

#endif
