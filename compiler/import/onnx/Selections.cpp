//===- Operators that pick, split or repeat elements ---------------------------------------------------------------===//
#include "compiler/import/onnx/Graph.h"
#include "compiler/import/onnx/Node.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

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

//===- Resize, mode nearest ------------------------------------------------------------------------------------===//

struct ResizeRule {
  std::string coordinates, rounding;
};

/// The element of the input that element `i` of the output is.
int64_t pickNearest(const ResizeRule &rule, int64_t i, double scale, int64_t in, int64_t out) {
  auto x = static_cast<double>(i);
  if (rule.coordinates == "align_corners")
    x = out > 1 ? x * static_cast<double>(in - 1) / static_cast<double>(out - 1) : 0;
  else if (rule.coordinates == "asymmetric")
    x = x / scale;
  else if (rule.coordinates == "pytorch_half_pixel")
    x = out > 1 ? (x + 0.5) / scale - 0.5 : 0;
  else
    x = (x + 0.5) / scale - 0.5;
  if (rule.rounding == "floor")
    x = std::floor(x);
  else if (rule.rounding == "ceil")
    x = std::ceil(x);
  else if (rule.rounding == "round_prefer_ceil")
    x = std::floor(x + 0.5);
  else
    x = std::ceil(x - 0.5);
  return std::clamp<int64_t>(static_cast<int64_t>(x), 0, in - 1);
}

/// Reads scales or sizes: a scale and an output size for each dimension.
LogicalResult getScales(Node &node, ArrayRef<int64_t> shape, std::vector<double> &scales,
                        std::vector<int64_t> &sizes) {
  bool upsample = node.op() == "Upsample";
  int64_t scalesInput = upsample || node.opset() < 11 ? 1 : 2;
  std::vector<double> given;
  if (upsample && node.hasAttribute("scales")) {
    const auto &floats = node.getAttribute("scales")->floats();
    given.assign(floats.begin(), floats.end());
  } else if (node.hasInput(scalesInput) && !node.hasInput(3)) {
    FailureOr<std::vector<double>> numbers = node.getNumbers(scalesInput);
    if (failed(numbers))
      return failure();
    given = *numbers;
  }
  std::vector<int64_t> target, axes = node.getInts("axes", {});
  if (node.hasInput(3)) {
    FailureOr<std::vector<int64_t>> integers = node.getIntegers(3);
    if (failed(integers))
      return failure();
    target = *integers;
  }
  if (axes.empty())
    for (size_t d = 0; d < shape.size(); ++d)
      axes.push_back(static_cast<int64_t>(d));
  if (std::max(given.size(), target.size()) != axes.size())
    return node.error() << "needs one scale or size for each of " << axes.size() << " dimensions";
  scales.assign(shape.size(), 1.0);
  sizes.assign(shape.begin(), shape.end());
  for (auto [i, axis] : llvm::enumerate(axes)) {
    FailureOr<int64_t> d = normalizeAxis(node, axis, static_cast<int64_t>(shape.size()));
    if (failed(d))
      return failure();
    bool dynamic = ShapedType::isDynamic(shape[*d]);
    if (dynamic && (target.empty() ? given[i] != 1 : false))
      return node.error() << "resizes the batch";
    if (dynamic)
      continue;
    auto in = static_cast<double>(shape[*d]);
    scales[*d] = target.empty() ? given[i] : static_cast<double>(target[i]) / in;
    sizes[*d] = target.empty() ? static_cast<int64_t>(std::floor(in * given[i])) : target[i];
    if (!(scales[*d] > 0) || sizes[*d] < 1 || sizes[*d] > (int64_t{1} << 24))
      return node.error() << "resizes dimension " << *d << " by " << scales[*d];
  }
  return success();
}

FailureOr<Value> importResize(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  SmallVector<int64_t> shape(Node::shapeOf(*input));
  bool old = node.op() == "Upsample" || node.opset() < 11;
  ResizeRule rule{
      node.getString("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel"),
      node.getString("nearest_mode", old ? "floor" : "round_prefer_floor")};
  if (std::string mode = node.getString("mode", "nearest"); mode != "nearest")
    return node.error() << "mode '" << mode << "' is not supported; only 'nearest' is";
  if (rule.coordinates == "tf_crop_and_resize" || rule.coordinates == "half_pixel_symmetric")
    return node.error() << "coordinate_transformation_mode '" << rule.coordinates
                        << "' is not supported; half_pixel, asymmetric and align_corners are";
  node.getFloat("cubic_coeff_a", -0.75); // of other modes
  node.getInt("exclude_outside", 0);
  node.getFloat("extrapolation_value", 0);
  node.getInt("antialias", 0);
  if (node.getString("keep_aspect_ratio_policy", "stretch") != "stretch")
    return node.error() << "keep_aspect_ratio_policy must be 'stretch'";
  std::vector<double> scales;
  std::vector<int64_t> sizes;
  if (failed(getScales(node, shape, scales, sizes)))
    return failure();

  // What repeats each element a whole number of times is one operation; anything else picks along
  // one dimension after the other.
  SmallVector<int64_t> repeats(shape.size(), 1);
  Value value = *input;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (sizes[d] == shape[d])
      continue;
    std::vector<int64_t> from;
    for (int64_t i = 0; i < sizes[d]; ++i)
      from.push_back(pickNearest(rule, i, scales[d], shape[d], sizes[d]));
    int64_t repeat = sizes[d] / shape[d];
    bool even = d >= 2 && sizes[d] % shape[d] == 0;
    for (int64_t i = 0; i < sizes[d] && even; ++i)
      even = from[i] == i / repeat;
    if (even) {
      repeats[d] = repeat;
      continue;
    }
    FailureOr<Value> picked = node.create<ann::GatherOp>(value, static_cast<uint64_t>(d), from);
    if (failed(picked))
      return failure();
    value = *picked;
  }
  if (llvm::all_of(repeats, [](int64_t repeat) { return repeat == 1; }))
    return value;
  return node.create<ann::ResizeOp>(value, ArrayRef<int64_t>(repeats).drop_front(2));
}

} // namespace

void addSelectionHandlers(HandlerTable &table) {
  table["Expand"] = importExpand;
  table["Gather"] = importGather;
  table["Resize"] = importResize;
  table["Split"] = importSplit;
  table["Upsample"] = importResize;
}

} // namespace snnc::onnx_import
