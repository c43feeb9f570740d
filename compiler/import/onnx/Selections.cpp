//===- Operators that pick, split or repeat elements ---------------------------------------------------------------===//
#include "compiler/import/onnx/Graph.h"
#include "compiler/import/onnx/Handlers.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace snnc::onnx_import {

namespace {

/// `count` elements from `first` on along `axis`.
FailureOr<Value> takeRange(Node &node, Value input, int64_t axis, int64_t first, int64_t count) {
  ArrayRef<int64_t> shape = Node::shapeOf(input);
  SmallVector<int64_t> starts(shape.size(), 0), sizes(shape), steps(shape.size(), 1);
  if (ShapedType::isDynamic(sizes[0]))
    sizes[0] = -1;
  starts[axis] = first;
  sizes[axis] = count;
  return node.create<ann::SliceOp>(input, starts, sizes, steps);
}

/// Sizes of the parts, as the opset gives them.
FailureOr<std::vector<int64_t>> getParts(Node &node, int64_t size) {
  FailureOr<std::optional<std::vector<int64_t>>> given = node.getIntsOrInput("split", 1);
  if (failed(given))
    return failure();
  int64_t outputs = node.proto.output_size(), count = node.getInt("num_outputs", outputs);
  if (*given)
    return **given;
  if (count != outputs || count < 1)
    return node.error() << "num_outputs is " << count << ", but it has " << outputs << " outputs";
  int64_t part = (size + count - 1) / count;
  std::vector<int64_t> parts(count, part);
  parts.back() = size - part * (count - 1); // smaller where they are not even
  return parts;
}

FailureOr<Value> importSplit(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  ArrayRef<int64_t> shape = Node::shapeOf(*input);
  FailureOr<int64_t> axis =
      normalizeAxis(node, node.getInt("axis", 0), static_cast<int64_t>(shape.size()));
  if (failed(axis))
    return failure();
  if (ShapedType::isDynamic(shape[*axis]))
    return node.error() << "splits the batch";
  FailureOr<std::vector<int64_t>> parts = getParts(node, shape[*axis]);
  if (failed(parts))
    return failure();
  if (static_cast<int>(parts->size()) != node.proto.output_size())
    return node.error() << "has " << node.proto.output_size() << " outputs, but " << parts->size()
                        << " parts";
  Value result;
  int64_t first = 0;
  for (int64_t part : *parts) {
    if (part < 1)
      return node.error() << "has a part of size " << part << "; parts must not be empty";
    FailureOr<Value> slice = takeRange(node, *input, *axis, first, part);
    if (failed(slice))
      return failure();
    if (!result)
      result = *slice;
    else
      node.addOutput(*slice);
    first += part;
  }
  return result;
}

FailureOr<Value> importGather(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  FailureOr<Integers> chosen = node.getIntegerTensor(1);
  if (failed(input) || failed(chosen))
    return failure();
  ArrayRef<int64_t> shape = Node::shapeOf(*input);
  FailureOr<int64_t> axis =
      normalizeAxis(node, node.getInt("axis", 0), static_cast<int64_t>(shape.size()));
  if (failed(axis))
    return failure();
  if (ShapedType::isDynamic(shape[*axis]))
    return node.error() << "picks samples of the batch";
  std::vector<int64_t> indices = chosen->values;
  for (int64_t &index : indices) {
    if (index < -shape[*axis] || index >= shape[*axis])
      return node.error() << "index " << index << " lies outside of dimension " << *axis
                          << " of size " << shape[*axis];
    index += index < 0 ? shape[*axis] : 0;
  }
  FailureOr<Value> picked =
      node.create<ann::GatherOp>(*input, static_cast<uint64_t>(*axis), indices);
  if (failed(picked) || chosen->shape.size() == 1)
    return picked;
  // The dimensions of the indices stand where the picked dimension stood.
  SmallVector<int64_t> result(shape.take_front(*axis));
  llvm::append_range(result, chosen->shape);
  llvm::append_range(result, shape.drop_front(*axis + 1));
  if (!result.empty() && ShapedType::isDynamic(result[0]))
    result[0] = -1;
  return node.create<ann::ReshapeOp>(*picked, result);
}

FailureOr<Value> importExpand(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  FailureOr<std::vector<int64_t>> shape = node.getIntegers(1);
  if (failed(input) || failed(shape))
    return failure();
  std::optional<int64_t> fixed = node.graph.getFixedBatch();
  bool dynamic = !Node::shapeOf(*input).empty() && ShapedType::isDynamic(Node::shapeOf(*input)[0]);
  bool whole = shape->size() == Node::shapeOf(*input).size();
  for (auto [i, dimension] : llvm::enumerate(*shape)) {
    if (dimension == kBatch && !(dynamic && whole && i == 0))
      return node.error() << "repeats something over the batch, which has no form in ann";
    if (i == 0 && whole && dynamic && (dimension == kBatch || (fixed && dimension == *fixed)))
      dimension = -1;
  }
  return node.create<ann::ExpandOp>(*input, *shape);
}

/// Every position along a dimension, as often as `repeats` says, one round after the other.
FailureOr<Value> importTile(Node &node) {
  FailureOr<Value> result = node.getInput(0);
  FailureOr<std::vector<int64_t>> repeats = node.getIntegers(1);
  if (failed(result) || failed(repeats))
    return failure();
  SmallVector<int64_t> shape(Node::shapeOf(*result));
  if (repeats->size() != shape.size())
    return node.error() << "needs one number of repeats for each of " << shape.size()
                        << " dimensions, found " << repeats->size();
  for (size_t d = 0; d < shape.size(); ++d) {
    int64_t repeat = (*repeats)[d];
    if (repeat == 1)
      continue;
    if (ShapedType::isDynamic(shape[d]))
      return node.error() << "repeats the batch";
    if (repeat < 1 || repeat > (int64_t{1} << 24) / shape[d])
      return node.error() << "repeats dimension " << d << " " << repeat << " times";
    std::vector<int64_t> from;
    for (int64_t i = 0; i < shape[d] * repeat; ++i)
      from.push_back(i % shape[d]);
    result = node.create<ann::GatherOp>(*result, static_cast<uint64_t>(d), from);
    if (failed(result))
      return failure();
  }
  return result;
}

/// Reshape to `split`, transpose, reshape to `joined`; the batch stands in front of all three.
FailureOr<Value> rearrange(Node &node, Value value, std::vector<int64_t> split,
                           ArrayRef<int64_t> perm, std::vector<int64_t> joined) {
  FailureOr<Value> apart = node.create<ann::ReshapeOp>(value, toReshape(split));
  if (failed(apart))
    return failure();
  FailureOr<Value> moved = node.create<ann::TransposeOp>(*apart, perm);
  return failed(moved) ? moved : node.create<ann::ReshapeOp>(*moved, toReshape(joined));
}

/// The block size of DepthToSpace and SpaceToDepth, which must divide dimensions from `first` to before `end`.
FailureOr<int64_t> getBlock(Node &node, ArrayRef<int64_t> shape) {
  int64_t block = node.getInt("blocksize", 0);
  if (shape.size() != 4)
    return node.error() << "input must have 4 dimensions, found " << shape.size();
  if (block < 1)
    return node.error() << "blocksize must be at least 1, found " << block;
  bool fits = node.op() == "DepthToSpace" ? shape[1] % (block * block) == 0
                                          : shape[2] % block == 0 && shape[3] % block == 0;
  if (!fits)
    return node.error() << "cannot move blocks of " << block << " x " << block;
  return block;
}

FailureOr<Value> importDepthToSpace(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  ArrayRef<int64_t> s = Node::shapeOf(*input);
  FailureOr<int64_t> size = getBlock(node, s);
  std::string mode = node.getString("mode", "DCR");
  if (failed(size))
    return failure();
  if (mode != "DCR" && mode != "CRD")
    return node.error() << "mode '" << mode << "' is not one of DCR, CRD";
  int64_t b = *size, channels = s[1] / (b * b);
  std::vector<int64_t> joined{s[0], channels, s[2] * b, s[3] * b};
  if (mode == "DCR")
    return rearrange(node, *input, {s[0], b, b, channels, s[2], s[3]}, {0, 3, 4, 1, 5, 2}, joined);
  return rearrange(node, *input, {s[0], channels, b, b, s[2], s[3]}, {0, 1, 4, 2, 5, 3}, joined);
}

FailureOr<Value> importSpaceToDepth(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  ArrayRef<int64_t> s = Node::shapeOf(*input);
  FailureOr<int64_t> size = getBlock(node, s);
  if (failed(size))
    return failure();
  int64_t b = *size;
  return rearrange(node, *input, {s[0], s[1], s[2] / b, b, s[3] / b, b}, {0, 3, 5, 1, 2, 4},
                   {s[0], s[1] * b * b, s[2] / b, s[3] / b});
}

} // namespace

void addSelectionHandlers(HandlerTable &table) {
  table["DepthToSpace"] = importDepthToSpace;
  table["Expand"] = importExpand;
  table["Gather"] = importGather;
  table["SpaceToDepth"] = importSpaceToDepth;
  table["Split"] = importSplit;
  table["Tile"] = importTile;
}

} // namespace snnc::onnx_import
