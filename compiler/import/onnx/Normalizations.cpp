//===- Normalizations -----------------------------------------------------------------------------------------------===//
#include "compiler/import/onnx/Handlers.h"
#include "llvm/ADT/Sequence.h"

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

} // namespace

FailureOr<Value> createLayerNorm(Node &node, Value value, Value scale, Value bias, int64_t axis,
                                 double epsilon) {
  ArrayRef<int64_t> part = Node::shapeOf(value).drop_front(axis);
  FailureOr<Value> wholeScale = expandTo(node, scale, part);
  FailureOr<Value> wholeBias = bias ? expandTo(node, bias, part) : FailureOr<Value>(Value());
  if (failed(wholeScale) || failed(wholeBias))
    return failure();
  return node.create<ann::LayerNormOp>(value, *wholeScale, *wholeBias, static_cast<uint64_t>(axis),
                                       llvm::APFloat(epsilon));
}

FailureOr<Value> importLayerNorm(Node &node) {
  FailureOr<Value> input = node.getInput(0), scale = node.getInput(1),
                   bias = getOptionalInput(node, 2);
  if (failed(input) || failed(scale) || failed(bias))
    return failure();
  node.getInt("stash_type", 1); // the precision of mean and variance
  FailureOr<int64_t> axis = normalizeAxis(node, node.getInt("axis", -1),
                                          static_cast<int64_t>(Node::shapeOf(*input).size()));
  if (failed(axis))
    return failure();
  return createLayerNorm(node, *input, *scale, *bias, *axis, node.getFloat("epsilon", 1e-5));
}

FailureOr<Value> createRMSNorm(Node &node, Value value, Value scale, int64_t axis, double epsilon) {
  auto rank = static_cast<int64_t>(Node::shapeOf(value).size());
  FailureOr<Value> square = node.create<ann::SquareOp>(value);
  if (failed(square))
    return failure();
  FailureOr<Value> mean =
      node.create<ann::ReduceMeanOp>(*square, llvm::to_vector(llvm::seq(axis, rank)), true);
  if (failed(mean))
    return failure();
  FailureOr<Value> norm = node.create<ann::NormOp>(value, *mean, llvm::APFloat(epsilon));
  return failed(norm) ? norm : node.create<ann::MulOp>(*norm, scale);
}

FailureOr<Value> importRMSNorm(Node &node) {
  FailureOr<Value> input = node.getInput(0), scale = node.getInput(1);
  if (failed(input) || failed(scale))
    return failure();
  node.getInt("stash_type", 1); // the precision of the mean
  FailureOr<int64_t> axis = normalizeAxis(node, node.getInt("axis", -1),
                                          static_cast<int64_t>(Node::shapeOf(*input).size()));
  if (failed(axis))
    return failure();
  return createRMSNorm(node, *input, *scale, *axis, node.getFloat("epsilon", 1e-5));
}

namespace {

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
template <typename Op>
FailureOr<Value> importOldSoftmax(Node &node, Value input) {
  ArrayRef<int64_t> shape = Node::shapeOf(input);
  auto rank = static_cast<int64_t>(shape.size());
  FailureOr<int64_t> axis = normalizeAxis(node, node.getInt("axis", 1), rank);
  if (failed(axis))
    return failure();
  if (*axis == rank - 1)
    return node.create<Op>(input, static_cast<uint64_t>(*axis));
  FailureOr<Value> rows = node.create<ann::FlattenOp>(input, static_cast<uint64_t>(*axis));
  if (failed(rows))
    return failure();
  FailureOr<Value> softmax = node.create<Op>(*rows, uint64_t{1});
  if (failed(softmax))
    return failure();
  return node.create<ann::ReshapeOp>(*softmax, toReshape(shape));
}

/// Softmax and LogSoftmax.
template <typename Op>
FailureOr<Value> importSoftmax(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  if (node.opset() < 13)
    return importOldSoftmax<Op>(node, *input);
  FailureOr<int64_t> axis = normalizeAxis(node, node.getInt("axis", -1),
                                          static_cast<int64_t>(Node::shapeOf(*input).size()));
  if (failed(axis))
    return failure();
  return node.create<Op>(*input, static_cast<uint64_t>(*axis));
}

/// x / |x| along one dimension, by the sum of magnitudes or the root of the sum of squares.
FailureOr<Value> importLpNormalization(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  int64_t p = node.getInt("p", 2);
  FailureOr<int64_t> axis = normalizeAxis(node, node.getInt("axis", -1),
                                          static_cast<int64_t>(Node::shapeOf(*input).size()));
  if (failed(axis))
    return failure();
  if (p != 1 && p != 2)
    return node.error() << "p must be 1 or 2, found " << p;
  FailureOr<Value> parts =
      p == 1 ? node.create<ann::AbsOp>(*input) : node.create<ann::SquareOp>(*input);
  if (failed(parts))
    return failure();
  FailureOr<Value> sum = node.create<ann::ReduceSumOp>(*parts, *axis, true);
  if (failed(sum))
    return failure();
  return p == 1 ? node.create<ann::DivOp>(*input, *sum)
                : node.create<ann::NormOp>(*input, *sum, llvm::APFloat(0.0));
}

/// Indices, as numbers of the network's type.
FailureOr<Value> importArgMax(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  ArrayRef<int64_t> shape = Node::shapeOf(*input);
  FailureOr<int64_t> axis =
      normalizeAxis(node, node.getInt("axis", 0), static_cast<int64_t>(shape.size()));
  if (failed(axis))
    return failure();
  if (node.getInt("select_last_index", 0) != 0)
    return node.error() << "takes the last of equal elements (select_last_index); supported is the "
                           "first";
  SmallVector<int64_t> rest(shape);
  rest.erase(rest.begin() + *axis);
  FailureOr<Value> index = node.create<ann::ArgMaxOp>(*input, static_cast<uint64_t>(*axis));
  // A sample has at least one dimension: one index each stays N x 1.
  if (failed(index) || node.getInt("keepdims", 1) != 0 || rest.size() < 2)
    return index;
  if (ShapedType::isDynamic(rest[0]))
    rest[0] = -1;
  return node.create<ann::ReshapeOp>(*index, rest);
}

} // namespace

void addNormalizationHandlers(HandlerTable &table) {
  table["BatchNormalization"] = importBatchNorm;
  table["GroupNormalization"] = importGroupNorm;
  table["InstanceNormalization"] = importInstanceNorm;
  table["LayerNormalization"] = importLayerNorm;
  table["LogSoftmax"] = importSoftmax<ann::LogSoftmaxOp>;
  table["ArgMax"] = importArgMax;
  table["LpNormalization"] = importLpNormalization;
  table["RMSNormalization"] = importRMSNorm;
  table["Softmax"] = importSoftmax<ann::SoftmaxOp>;
}

} // namespace snnc::onnx_import
