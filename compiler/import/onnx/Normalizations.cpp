//===- Normalizations -----------------------------------------------------------------------------------------------===//
#include "compiler/import/onnx/Node.h"

using namespace mlir;

namespace snnc::onnx_import {

namespace {

FailureOr<Value> importBatchNorm(Node &node) {
  SmallVector<Value> inputs;
  for (int64_t i = 0; i < 5; ++i) {
    FailureOr<Value> input = node.getInput(i);
    if (failed(input))
      return failure();
    inputs.push_back(*input);
  }
  node.getFloat("momentum", 0.9); // of training
  node.getInt("spatial", 1);
  // Before opset 14 there is no such attribute: in training the node also gives new means and variances.
  int64_t outputs =
      llvm::count_if(node.proto.output(), [](const auto &name) { return !name.empty(); });
  if (node.getInt("training_mode", 0) != 0 || outputs > 1)
    return node.error() << "is in training mode; export the model with model.eval()";
  return node.create<ann::BatchNormOp>(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4],
                                       llvm::APFloat(node.getFloat("epsilon", 1e-5)));
}

/// Scale and bias may broadcast to what is normalized; in ann they have its shape.
FailureOr<Value> expandTo(Node &node, Value value, ArrayRef<int64_t> shape) {
  if (Node::shapeOf(value) == shape)
    return value;
  return node.create<ann::ExpandOp>(value, shape);
}

FailureOr<Value> importLayerNorm(Node &node) {
  FailureOr<Value> input = node.getInput(0), scale = node.getInput(1),
                   bias = node.hasInput(2) ? node.getInput(2) : FailureOr<Value>(Value());
  if (failed(input) || failed(scale) || failed(bias))
    return failure();
  node.getInt("stash_type", 1); // the precision of mean and variance
  ArrayRef<int64_t> shape = Node::shapeOf(*input);
  FailureOr<int64_t> axis =
      normalizeAxis(node, node.getInt("axis", -1), static_cast<int64_t>(shape.size()));
  if (failed(axis))
    return failure();
  scale = expandTo(node, *scale, shape.drop_front(*axis));
  if (succeeded(scale) && *bias)
    bias = expandTo(node, *bias, shape.drop_front(*axis));
  if (failed(scale) || failed(bias))
    return failure();
  return node.create<ann::LayerNormOp>(*input, *scale, *bias, static_cast<uint64_t>(*axis),
                                       llvm::APFloat(node.getFloat("epsilon", 1e-5)));
}

FailureOr<Value> importInstanceNorm(Node &node) {
  FailureOr<Value> input = node.getInput(0), scale = node.getInput(1), bias = node.getInput(2);
  if (failed(input) || failed(scale) || failed(bias))
    return failure();
  return node.create<ann::InstanceNormOp>(*input, *scale, *bias,
                                          llvm::APFloat(node.getFloat("epsilon", 1e-5)));
}

/// One number per group (opset 18) as one per channel (opset 21).
FailureOr<Value> spreadGroups(Node &node, Value value, int64_t groups, int64_t channels) {
  if (groups == channels || Node::shapeOf(value) != ArrayRef<int64_t>{groups})
    return value;
  FailureOr<Value> column = node.create<ann::ReshapeOp>(value, ArrayRef<int64_t>{groups, 1});
  if (failed(column))
    return failure();
  FailureOr<Value> spread =
      node.create<ann::ExpandOp>(*column, ArrayRef<int64_t>{groups, channels / groups});
  if (failed(spread))
    return failure();
  return node.create<ann::ReshapeOp>(*spread, ArrayRef<int64_t>{channels});
}

FailureOr<Value> importGroupNorm(Node &node) {
  FailureOr<Value> input = node.getInput(0), scale = node.getInput(1), bias = node.getInput(2);
  if (failed(input) || failed(scale) || failed(bias))
    return failure();
  node.getInt("stash_type", 1);
  int64_t groups = node.getInt("num_groups", 0);
  ArrayRef<int64_t> shape = Node::shapeOf(*input);
  if (shape.size() < 3 || groups < 1 || shape[1] % groups != 0)
    return node.error() << "needs an input of 3 dimensions or more, whose channels " << groups
                        << " groups can share";
  scale = spreadGroups(node, *scale, groups, shape[1]);
  bias = spreadGroups(node, *bias, groups, shape[1]);
  if (failed(scale) || failed(bias))
    return failure();
  return node.create<ann::GroupNormOp>(*input, *scale, *bias, static_cast<uint64_t>(groups),
                                       llvm::APFloat(node.getFloat("epsilon", 1e-5)));
}

/// Until opset 12, all dimensions from axis on share one sum.
FailureOr<Value> importOldSoftmax(Node &node, Value input) {
  ArrayRef<int64_t> shape = Node::shapeOf(input);
  auto rank = static_cast<int64_t>(shape.size());
  FailureOr<int64_t> axis = normalizeAxis(node, node.getInt("axis", 1), rank);
  if (failed(axis))
    return failure();
  if (*axis == rank - 1)
    return node.create<ann::SoftmaxOp>(input, static_cast<uint64_t>(*axis));
  FailureOr<Value> rows = node.create<ann::FlattenOp>(input, static_cast<uint64_t>(*axis));
  if (failed(rows))
    return failure();
  FailureOr<Value> softmax = node.create<ann::SoftmaxOp>(*rows, uint64_t{1});
  if (failed(softmax))
    return failure();
  SmallVector<int64_t> restored(shape);
  if (ShapedType::isDynamic(restored[0]))
    restored[0] = -1;
  return node.create<ann::ReshapeOp>(*softmax, restored);
}

FailureOr<Value> importSoftmax(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  if (node.opset() < 13)
    return importOldSoftmax(node, *input);
  FailureOr<int64_t> axis = normalizeAxis(node, node.getInt("axis", -1),
                                          static_cast<int64_t>(Node::shapeOf(*input).size()));
  if (failed(axis))
    return failure();
  return node.create<ann::SoftmaxOp>(*input, static_cast<uint64_t>(*axis));
}

} // namespace

void addNormalizationHandlers(HandlerTable &table) {
  table["BatchNormalization"] = importBatchNorm;
  table["GroupNormalization"] = importGroupNorm;
  table["InstanceNormalization"] = importInstanceNorm;
  table["LayerNormalization"] = importLayerNorm;
  table["Softmax"] = importSoftmax;
}

} // namespace snnc::onnx_import
