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

#include "compiler/import/onnx/Known.h"
#include "compiler/import/onnx/Steps.h"
#include "dialects/ann/ANN.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace snnc::onnx_import {

class Graph;

class Node {
public:
  Node(Graph &graph, Step &step);

  llvm::StringRef op() const { return proto.op_type(); }
  /// The node's name, or that of its first output where it has none.
  const std::string &getName() const { return step.name; }
  /// Of the standard operators.
  int64_t opset() const;
  int64_t inputCount() const { return proto.input_size(); }
  bool hasInput(int64_t index) const;

  /// Input `index` as an activation or a float constant.
  mlir::FailureOr<mlir::Value> getInput(int64_t index);
  /// What is known of input `index`; null where there is none.
  Known *getKnown(int64_t index);
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
  /// Adds a result behind the one that the handler returns; a null value is one that nobody may read.
  void addOutput(mlir::Value value) { more.push_back(value); }
  llvm::ArrayRef<mlir::Value> getMoreOutputs() const { return more; }
  /// An output that is not just a value; then the handler's own result does not count.
  void give(Known known) { given.push_back(std::move(known)); }
  llvm::MutableArrayRef<Known> getGiven() { return given; }
  /// From now on `getInput` takes quantized tensors as the values that they stand for: of a node that moves
  /// elements and does not compute with them.
  void takeQuantized() { takesQuantized = true; }

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
  Step &step;
  ONNX_NAMESPACE::NodeProto &proto;
  mlir::Location location;

private:
  bool takesQuantized = false;
  llvm::SmallVector<Known> given;
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
/// By the operators as `spellOperator` writes them.
using HandlerTable = llvm::StringMap<Handler>;
void addArithmeticHandlers(HandlerTable &table);
void addContribHandlers(HandlerTable &table);
void addElementwiseHandlers(HandlerTable &table);
void addIntegerProductHandlers(HandlerTable &table);
void addLinearHandlers(HandlerTable &table);
void addNormalizationHandlers(HandlerTable &table);
void addPoolingHandlers(HandlerTable &table);
void addResizeHandlers(HandlerTable &table);
void addSelectionHandlers(HandlerTable &table);
void addQuantizationHandlers(HandlerTable &table);
void addShapeHandlers(HandlerTable &table);
void addWhereHandlers(HandlerTable &table);

/// A Conv of values that are known already; `bias` may be null.
mlir::FailureOr<mlir::Value> importConvolution(Node &node, mlir::Value input, mlir::Value weight,
                                               mlir::Value bias);

/// `axis` counted from the front, or an error when there is no such dimension.
mlir::FailureOr<int64_t> normalizeAxis(Node &node, int64_t axis, int64_t rank);

} // namespace snnc::onnx_import

#endif
