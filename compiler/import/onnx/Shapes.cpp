//===- Operators that move elements ------------------------------------------------------------------------------------===//
#include "compiler/import/onnx/Graph.h"
#include "compiler/import/onnx/Handlers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace snnc::onnx_import {

std::vector<int64_t> toReshape(ArrayRef<int64_t> shape) {
  std::vector<int64_t> result(shape);
  for (int64_t &dimension : result)
    if (ShapedType::isDynamic(dimension))
      dimension = -1;
  return result;
}

namespace {

FailureOr<Value> importFlatten(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  auto rank = static_cast<int64_t>(Node::shapeOf(*input).size());
  int64_t axis = node.getInt("axis", 1);
  if (axis < -rank || axis > rank)
    return node.error() << "axis " << axis << " is not a dimension of a tensor of rank " << rank;
  return node.create<ann::FlattenOp>(*input, static_cast<uint64_t>(axis < 0 ? axis + rank : axis));
}

/// A Reshape's shape with 0 resolved and the batch as -1. A file that was exported with a fixed batch
/// has that number where the batch belongs.
FailureOr<std::vector<int64_t>> resolveShape(Node &node, ArrayRef<int64_t> input,
                                             std::vector<int64_t> shape, bool allowZero) {
  bool dynamic = !input.empty() && ShapedType::isDynamic(input[0]);
  for (auto [i, dimension] : llvm::enumerate(shape)) {
    if (dimension == kBatch) {
      dimension = -1;
    } else if (dimension == 0 && !allowZero) {
      if (i >= input.size())
        return node.error() << "copies dimension " << i << " of an input of " << input.size()
                            << " dimensions";
      dimension = ShapedType::isDynamic(input[i]) ? -1 : input[i];
    }
  }
  if (!dynamic || shape.empty())
    return shape;
  int64_t perSample = 1, given = 1;
  for (int64_t dimension : input.drop_front())
    perSample *= dimension;
  for (int64_t dimension : ArrayRef(shape).drop_front())
    if (__builtin_mul_overflow(given, dimension == -1 ? 1 : dimension, &given))
      return node.error() << "shape does not hold the elements of its input";
  auto inferred = llvm::find(llvm::drop_begin(shape), -1);
  std::optional<int64_t> fixed = node.graph.getFixedBatch();
  bool isBatch = shape[0] == -1 || (fixed && shape[0] == *fixed) || given == perSample;
  if (!isBatch)
    return node.error() << "mixes the batch with other dimensions";
  // Next to the batch, another -1 follows from the size of a sample.
  if (inferred != shape.end()) {
    if (given == 0 || perSample % given != 0)
      return node.error() << "shape does not hold the elements of its input";
    *inferred = perSample / given;
  }
  shape[0] = -1;
  return shape;
}

FailureOr<Value> importReshape(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  FailureOr<std::vector<int64_t>> shape = node.getIntegers(1);
  if (failed(input) || failed(shape))
    return failure();
  shape = resolveShape(node, Node::shapeOf(*input), std::move(*shape),
                       node.getInt("allowzero", 0) != 0);
  if (failed(shape))
    return failure();
  return node.create<ann::ReshapeOp>(*input, *shape);
}

FailureOr<Value> importTranspose(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  auto rank = static_cast<int64_t>(Node::shapeOf(*input).size());
  std::vector<int64_t> reversed;
  for (int64_t d = rank; d-- > 0;)
    reversed.push_back(d);
  return node.create<ann::TransposeOp>(*input, node.getInts("perm", reversed));
}

/// Begins, then ends, for all dimensions.
FailureOr<std::vector<int64_t>> getPads(Node &node, int64_t rank) {
  FailureOr<std::optional<std::vector<int64_t>>> pads = node.getIntsOrInput("pads", 1);
  if (failed(pads))
    return failure();
  std::vector<int64_t> all = pads->value_or(std::vector<int64_t>());
  if (!node.hasInput(3))
    return all;
  FailureOr<std::vector<int64_t>> axes = node.getIntegers(3);
  if (failed(axes))
    return failure();
  if (all.size() != 2 * axes->size())
    return node.error() << "needs two pads for each axis";
  std::vector<int64_t> some = all;
  all.assign(2 * rank, 0);
  for (size_t i = 0; i < axes->size(); ++i) {
    FailureOr<int64_t> axis = normalizeAxis(node, (*axes)[i], rank);
    if (failed(axis))
      return failure();
    all[*axis] = some[i];
    all[rank + *axis] = some[axes->size() + i];
  }
  return all;
}

/// The element that stands `at` places from the first of `size`, beyond which the border begins.
int64_t continueBeyond(StringRef mode, int64_t at, int64_t size) {
  if (mode == "edge")
    return std::clamp<int64_t>(at, 0, size - 1);
  // Elements come again after `period`; in a mirror, on the way back.
  int64_t period = mode == "wrap" ? size : std::max<int64_t>(1, 2 * (size - 1));
  at = (at % period + period) % period;
  return mode == "wrap" ? at : std::min(at, period - at);
}

/// A border of the input's own elements. Negative pads crop before that.
FailureOr<Value> padWithElements(Node &node, Value value, ArrayRef<int64_t> pads, StringRef mode) {
  size_t rank = Node::shapeOf(value).size();
  if (pads.size() != 2 * rank)
    return node.error() << "needs " << 2 * rank << " pads, found " << pads.size();
  for (size_t d = 0; d < rank; ++d) {
    int64_t begin = pads[d], end = pads[rank + d], size = Node::shapeOf(value)[d];
    if (begin == 0 && end == 0)
      continue;
    if (ShapedType::isDynamic(size))
      return node.error() << "pads the batch";
    int64_t first = std::max<int64_t>(0, -begin), kept = size - first - std::max<int64_t>(0, -end);
    begin = std::max<int64_t>(0, begin);
    end = std::max<int64_t>(0, end);
    if (kept < 1 || begin > (int64_t{1} << 24) || end > (int64_t{1} << 24))
      return node.error() << "leaves nothing of dimension " << d << ", or too much";
    // Of n elements a mirror has n - 1 others to show; what comes then differs between runtimes.
    if (mode == "reflect" && std::max(begin, end) >= kept)
      return node.error() << "mirrors " << std::max(begin, end) << " elements of dimension " << d
                          << ", which has " << kept << "; at most " << kept - 1 << " can be";
    std::vector<int64_t> from;
    for (int64_t i = -begin; i < kept + end; ++i)
      from.push_back(first + continueBeyond(mode, i, kept));
    FailureOr<Value> padded = node.create<ann::GatherOp>(value, static_cast<uint64_t>(d), from);
    if (failed(padded))
      return failure();
    value = *padded;
  }
  return value;
}

FailureOr<Value> importPad(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  FailureOr<std::vector<int64_t>> pads =
      getPads(node, static_cast<int64_t>(Node::shapeOf(*input).size()));
  if (failed(pads))
    return failure();
  std::string mode = node.getString("mode", "constant");
  double value = node.getFloat("value", 0);
  if (mode == "reflect" || mode == "edge" || mode == "wrap")
    return padWithElements(node, *input, *pads, mode);
  if (mode != "constant")
    return node.error() << "mode '" << mode << "' is not one of constant, reflect, edge, wrap";
  if (node.hasInput(2)) {
    FailureOr<double> number = node.getNumber(2);
    if (failed(number))
      return failure();
    value = *number;
  }
  // The file counts in integers, whose 0 may be another number.
  if (Known *known = node.getKnown(0); known->quantized)
    value = (value - known->quantized->zero) * known->quantized->scale;
  return node.create<ann::PadOp>(*input, *pads, llvm::APFloat(value));
}

/// First element and number of elements of a slice along a dimension of `size`, as ONNX clamps them.
std::pair<int64_t, int64_t> clampSlice(int64_t start, int64_t end, int64_t step, int64_t size) {
  auto wrap = [&](int64_t at) { return at < 0 ? at + size : at; };
  if (step > 0) {
    int64_t first = std::clamp<int64_t>(start < -size ? 0 : wrap(start), 0, size);
    int64_t last = std::clamp<int64_t>(end < -size ? 0 : wrap(end), 0, size);
    return {first, last > first ? (last - first + step - 1) / step : 0};
  }
  int64_t first = std::clamp<int64_t>(start < -size ? -1 : wrap(start), -1, size - 1);
  int64_t last = std::clamp<int64_t>(end < -size ? -1 : wrap(end), -1, size - 1);
  return {first, first > last ? (first - last - step - 1) / -step : 0};
}

FailureOr<Value> importSlice(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  auto starts = node.getIntsOrInput("starts", 1), ends = node.getIntsOrInput("ends", 2),
       axes = node.getIntsOrInput("axes", 3), steps = node.getIntsOrInput("steps", 4);
  if (failed(input) || failed(starts) || failed(ends) || failed(axes) || failed(steps))
    return failure();
  if (!*starts || !*ends || (*starts)->size() != (*ends)->size() ||
      (*axes && (*axes)->size() != (*starts)->size()) ||
      (*steps && (*steps)->size() != (*starts)->size()))
    return node.error() << "needs as many ends, axes and steps as starts";
  ArrayRef<int64_t> shape = Node::shapeOf(*input);
  std::vector<int64_t> first(shape.size(), 0), sizes(shape), stride(shape.size(), 1);
  if (!sizes.empty() && ShapedType::isDynamic(sizes[0]))
    sizes[0] = -1;
  for (size_t i = 0; i < (*starts)->size(); ++i) {
    FailureOr<int64_t> axis = normalizeAxis(node, *axes ? (**axes)[i] : static_cast<int64_t>(i),
                                            static_cast<int64_t>(shape.size()));
    if (failed(axis))
      return failure();
    int64_t start = (**starts)[i], end = (**ends)[i], step = *steps ? (**steps)[i] : 1;
    if (ShapedType::isDynamic(shape[*axis])) {
      bool whole = start == 0 && step == 1 && end >= std::numeric_limits<int32_t>::max();
      if (!whole && end != kBatch)
        return node.error() << "takes a part of the batch";
      continue;
    }
    if (step == 0)
      return node.error() << "steps must not be 0";
    bool mayBeBatch = node.graph.getBatch() == Batch::One && shape[*axis] == 1;
    if (mayBeBatch && (start != 0 || end < std::numeric_limits<int32_t>::max()))
      return node.error() << "takes a part of dimension " << *axis << ", which may be the batch";
    step = std::clamp(step, -shape[*axis] - 1, shape[*axis] + 1); // a longer one also leaves
    std::tie(first[*axis], sizes[*axis]) = clampSlice(start, end, step, shape[*axis]);
    stride[*axis] = step;
    if (sizes[*axis] == 0)
      return node.error() << "leaves nothing of dimension " << *axis;
  }
  return node.create<ann::SliceOp>(*input, first, sizes, stride);
}

FailureOr<Value> importConcat(Node &node) {
  SmallVector<Value> inputs;
  for (int64_t i = 0; i < node.inputCount(); ++i) {
    FailureOr<Value> input = node.getInput(i);
    if (failed(input))
      return failure();
    inputs.push_back(*input);
  }
  if (inputs.empty())
    return node.error() << "needs at least one input";
  FailureOr<int64_t> axis = normalizeAxis(
      node, node.getInt("axis", 1), static_cast<int64_t>(Node::shapeOf(inputs.front()).size()));
  if (failed(axis))
    return failure();
  return node.create<ann::ConcatOp>(inputs, static_cast<uint64_t>(*axis));
}

FailureOr<Value> importSqueeze(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  auto axes = node.getIntsOrInput("axes", 1);
  if (failed(input) || failed(axes))
    return failure();
  ArrayRef<int64_t> shape = Node::shapeOf(*input);
  llvm::SmallDenseSet<int64_t> dropped;
  if (*axes)
    for (int64_t axis : **axes) {
      FailureOr<int64_t> normal = normalizeAxis(node, axis, static_cast<int64_t>(shape.size()));
      if (failed(normal))
        return failure();
      if (shape[*normal] != 1)
        return node.error() << "squeezes dimension " << *normal << ", which is not 1";
      dropped.insert(*normal);
    }
  SmallVector<int64_t> result;
  for (auto [d, dimension] : llvm::enumerate(shape))
    if (*axes ? !dropped.contains(static_cast<int64_t>(d)) : dimension != 1)
      result.push_back(dimension);
  return node.create<ann::ReshapeOp>(*input, toReshape(result));
}

FailureOr<Value> importUnsqueeze(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  auto axes = node.getIntsOrInput("axes", 1);
  if (failed(input) || failed(axes))
    return failure();
  if (!*axes)
    return node.error() << "needs axes";
  SmallVector<int64_t> result(Node::shapeOf(*input));
  std::vector<int64_t> sorted;
  auto rank = static_cast<int64_t>(result.size() + (*axes)->size());
  for (int64_t axis : **axes) {
    FailureOr<int64_t> normal = normalizeAxis(node, axis, rank);
    if (failed(normal))
      return failure();
    sorted.push_back(*normal);
  }
  llvm::sort(sorted);
  for (int64_t axis : sorted)
    result.insert(result.begin() + axis, 1);
  return node.create<ann::ReshapeOp>(*input, toReshape(result));
}

} // namespace

void addShapeHandlers(HandlerTable &table) {
  table["Concat"] = importConcat;
  table["Flatten"] = importFlatten;
  table["Pad"] = importPad;
  table["Reshape"] = importReshape;
  table["Slice"] = importSlice;
  table["Squeeze"] = importSqueeze;
  table["Transpose"] = importTranspose;
  table["Unsqueeze"] = importUnsqueeze;
}

} // namespace snnc::onnx_import
