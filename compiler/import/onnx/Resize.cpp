//===- Resize and Upsample: lists of elements, or weights that do not depend on the input --------------------------===//
//
//   nearest          each position of the output is one of the input: ann.resize where elements repeat a
//                    whole number of times, else ann.gather along one dimension after the other
//   linear, cubic    each position is a weighted sum of 2 or 4 neighbours along each dimension. Enlarged by
//                    whole numbers, the weights come again after every element of the input: a convolution
//                    of each channel with one kernel for each of the positions between two elements, which
//                    are then put side by side. Else a product with a matrix along each dimension
//
//===----------------------------------------------------------------------------------------------------===//
#include "compiler/import/onnx/ReadResize.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include <cmath>

using namespace mlir;

namespace snnc::onnx_import {

namespace {

/// Where element `i` of the output lies in the input, in elements.
double getPosition(const ResizeRule &rule, const Resized &d, int64_t i) {
  auto x = static_cast<double>(i), in = static_cast<double>(d.in), out = static_cast<double>(d.out);
  if (rule.coordinates == "align_corners")
    return d.out > 1 ? x * (in - 1) / (out - 1) : 0;
  if (rule.coordinates == "asymmetric")
    return x / d.scale;
  if (rule.coordinates == "pytorch_half_pixel" && d.out == 1)
    return 0;
  if (rule.coordinates == "tf_crop_and_resize")
    return d.out > 1 ? d.first * (in - 1) + x * (d.last - d.first) * (in - 1) / (out - 1)
                     : (d.first + d.last) * (in - 1) / 2;
  double offset = 0;
  if (rule.coordinates == "half_pixel_symmetric")
    offset = in / 2 * (1 - out / (d.scale * in));
  return offset + (x + 0.5) / d.scale - 0.5;
}

//===- nearest -----------------------------------------------------------------------------------------------------===//

/// The element of the input that element `i` of the output is.
int64_t pickNearest(const ResizeRule &rule, const Resized &d, int64_t i) {
  double x = getPosition(rule, d, i);
  if (rule.rounding == "floor")
    x = std::floor(x);
  else if (rule.rounding == "ceil")
    x = std::ceil(x);
  else if (rule.rounding == "round_prefer_ceil")
    x = std::floor(x + 0.5);
  else
    x = std::ceil(x - 0.5);
  return std::clamp<int64_t>(static_cast<int64_t>(x), 0, d.in - 1);
}

FailureOr<Value> resizeToNearest(Node &node, Value value, const ResizeRule &rule,
                                 ArrayRef<Resized> dimensions) {
  SmallVector<int64_t> repeats(dimensions.size(), 1);
  for (auto [axis, d] : llvm::enumerate(dimensions)) {
    if (d.isSame())
      continue;
    std::vector<int64_t> from;
    for (int64_t i : llvm::seq(d.out))
      from.push_back(pickNearest(rule, d, i));
    int64_t repeat = d.out / d.in;
    bool even = axis >= 2 && d.out % d.in == 0 &&
                llvm::all_of(llvm::seq(d.out), [&](int64_t i) { return from[i] == i / repeat; });
    if (even) {
      repeats[axis] = repeat;
      continue;
    }
    FailureOr<Value> picked = node.create<ann::GatherOp>(value, static_cast<uint64_t>(axis), from);
    if (failed(picked))
      return failure();
    value = *picked;
  }
  if (llvm::all_of(repeats, [](int64_t repeat) { return repeat == 1; }))
    return value;
  return node.create<ann::ResizeOp>(value, ArrayRef<int64_t>(repeats).drop_front(2));
}

//===- linear, cubic -----------------------------------------------------------------------------------------------===//

/// Elements of the input, perhaps beyond its ends, with their weights.
using Taps = std::vector<std::pair<int64_t, double>>;

Taps makeTaps(const ResizeRule &rule, double x) {
  double floor = std::floor(x), t = x - floor;
  auto first = static_cast<int64_t>(floor);
  if (rule.mode == "linear")
    return {{first, 1 - t}, {first + 1, t}};
  double a = rule.cubicCoefficient;
  auto far = [&](double s) { return ((a * s - 5 * a) * s + 8 * a) * s - 4 * a; };
  auto near = [&](double s) { return ((a + 2) * s - (a + 3)) * s * s + 1; };
  return {
      {first - 1, far(t + 1)}, {first, near(t)}, {first + 1, near(1 - t)}, {first + 2, far(2 - t)}};
}

/// The weights of one output along a dimension of `in` elements. What lies beyond its ends is the element at
/// the end, or nothing.
std::vector<double> makeRow(const ResizeRule &rule, const Resized &d, int64_t i) {
  std::vector<double> row(d.in, 0.0);
  double sum = 0;
  for (auto [at, weight] : makeTaps(rule, getPosition(rule, d, i))) {
    bool isOutside = at < 0 || at >= d.in;
    if (isOutside && rule.excludesOutside)
      continue;
    row[std::clamp<int64_t>(at, 0, d.in - 1)] += weight;
    sum += weight;
  }
  if (rule.excludesOutside && sum != 0)
    for (double &weight : row)
      weight /= sum;
  return row;
}

/// A product with a matrix along dimension `axis`.
FailureOr<Value> resizeByMatrix(Node &node, Value value, const ResizeRule &rule, const Resized &d,
                                int64_t axis) {
  auto rank = static_cast<int64_t>(Node::shapeOf(value).size());
  auto perm = llvm::to_vector(llvm::seq(rank));
  std::swap(perm[axis], perm[rank - 1]);
  bool moves = axis != rank - 1;
  FailureOr<Value> rows = moves ? node.create<ann::TransposeOp>(value, perm) : value;
  std::vector<double> matrix(d.in * d.out);
  for (int64_t i : llvm::seq(d.out))
    for (auto [from, weight] : llvm::enumerate(makeRow(rule, d, i)))
      matrix[static_cast<int64_t>(from) * d.out + i] = weight;
  Value weights = createConstantLike(node, value, {d.in, d.out}, matrix);
  FailureOr<Value> product = failed(rows) ? rows : node.create<ann::MatMulOp>(*rows, weights);
  return failed(product) || !moves ? product : node.create<ann::TransposeOp>(*product, perm);
}

/// The weights of the positions between two elements, for neighbours from -`reach` to `reach`.
std::vector<std::vector<double>> makeKernels(const ResizeRule &rule, const Resized &d,
                                             int64_t reach) {
  std::vector<std::vector<double>> kernels;
  for (int64_t phase : llvm::seq(d.out / d.in)) {
    std::vector<double> &kernel = kernels.emplace_back(2 * reach + 1, 0.0);
    for (auto [at, weight] : makeTaps(rule, getPosition(rule, d, phase)))
      if (weight != 0)
        kernel[at + reach] += weight;
  }
  return kernels;
}

/// The outer product of one kernel of each dimension, for every choice of them.
std::vector<double> combineKernels(ArrayRef<std::vector<std::vector<double>>> kernels) {
  std::vector<std::vector<double>> all{{1.0}};
  for (const auto &ofDimension : kernels) {
    std::vector<std::vector<double>> next;
    for (const std::vector<double> &before : all)
      for (const std::vector<double> &kernel : ofDimension) {
        std::vector<double> &product = next.emplace_back();
        for (double outer : before)
          for (double inner : kernel)
            product.push_back(outer * inner);
      }
    all = std::move(next);
  }
  std::vector<double> flat;
  for (const std::vector<double> &kernel : all)
    llvm::append_range(flat, kernel);
  return flat;
}

/// Positions of each element's own, side by side: N x C x p x q x H x W becomes N x C x H p x W q.
FailureOr<Value> interleave(Node &node, Value value, ArrayRef<int64_t> shape,
                            ArrayRef<Resized> dimensions) {
  auto spatial = static_cast<int64_t>(shape.size()) - 2;
  std::vector<int64_t> apart{shape[0], shape[1]}, perm{0, 1}, joined = apart;
  for (const Resized &d : dimensions.drop_front(2))
    apart.push_back(d.out / d.in);
  llvm::append_range(apart, shape.drop_front(2));
  for (int64_t d : llvm::seq(spatial)) {
    perm.push_back(2 + spatial + d);
    perm.push_back(2 + d);
    joined.push_back(dimensions[2 + d].out);
  }
  FailureOr<Value> split = node.create<ann::ReshapeOp>(value, toReshape(apart));
  FailureOr<Value> moved = failed(split) ? split : node.create<ann::TransposeOp>(*split, perm);
  return failed(moved) ? moved : node.create<ann::ReshapeOp>(*moved, toReshape(joined));
}

FailureOr<Value> resizeByConvolution(Node &node, Value value, const ResizeRule &rule,
                                     ArrayRef<Resized> dimensions) {
  SmallVector<int64_t> shape(Node::shapeOf(value));
  int64_t channels = shape[1], reach = rule.mode == "linear" ? 1 : 2, outputs = channels;
  size_t spatial = shape.size() - 2;
  SmallVector<std::vector<std::vector<double>>> kernels;
  SmallVector<int64_t> weightShape{0, 1}, ones(spatial, 1), noPads(2 * spatial, 0);
  for (size_t axis = 2; axis < shape.size(); ++axis) {
    const Resized &d = dimensions[axis];
    int64_t neighbours = d.isSame() ? 0 : reach;
    kernels.push_back(makeKernels(rule, d, neighbours));
    weightShape.push_back(2 * neighbours + 1);
    outputs *= d.out / d.in;
    if (neighbours == 0)
      continue;
    std::vector<int64_t> from; // the elements at the ends go on beyond them
    for (int64_t i = -neighbours; i < d.in + neighbours; ++i)
      from.push_back(std::clamp<int64_t>(i, 0, d.in - 1));
    FailureOr<Value> longer = node.create<ann::GatherOp>(value, static_cast<uint64_t>(axis), from);
    if (failed(longer))
      return failure();
    value = *longer;
  }
  weightShape[0] = outputs;
  std::vector<double> ofChannel = combineKernels(kernels), weights;
  for (int64_t c = 0; c < channels; ++c)
    llvm::append_range(weights, ofChannel);
  Value weight = createConstantLike(node, value, weightShape, weights);
  FailureOr<Value> result = node.create<ann::ConvOp>(value, weight, Value(), ones, noPads, ones,
                                                     static_cast<uint64_t>(channels));
  return failed(result) ? result : interleave(node, *result, shape, dimensions);
}

FailureOr<Value> resizeByWeights(Node &node, Value value, const ResizeRule &rule,
                                 ArrayRef<Resized> dimensions) {
  bool repeats = dimensions.size() > 2 && dimensions.size() <= 5 && !rule.excludesOutside &&
                 rule.coordinates != "align_corners" && rule.coordinates != "tf_crop_and_resize" &&
                 llvm::all_of(dimensions, [](const Resized &d) { return d.isMultiple(); }) &&
                 dimensions[1].isSame();
  if (repeats)
    return resizeByConvolution(node, value, rule, dimensions);
  for (auto [axis, d] : llvm::enumerate(dimensions)) {
    if (d.isSame())
      continue;
    FailureOr<Value> resized = resizeByMatrix(node, value, rule, d, static_cast<int64_t>(axis));
    if (failed(resized))
      return failure();
    value = *resized;
  }
  return value;
}

FailureOr<Value> importResize(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  FailureOr<ResizeRule> rule = readResizeRule(node);
  if (failed(input) || failed(rule))
    return failure();
  SmallVector<int64_t> shape(Node::shapeOf(*input));
  FailureOr<std::vector<Resized>> dimensions = readResized(node, *rule, shape);
  if (failed(dimensions))
    return failure();
  bool shrinks = llvm::any_of(*dimensions, [](const Resized &d) { return d.scale < 1; });
  if (node.getInt("antialias", 0) != 0 && rule->mode != "nearest" && shrinks)
    return node.error() << "antialias is not supported where something becomes smaller; use "
                           "AveragePool, or antialias = 0";
  return rule->mode == "nearest" ? resizeToNearest(node, *input, *rule, *dimensions)
                                 : resizeByWeights(node, *input, *rule, *dimensions);
}

} // namespace

void addResizeHandlers(HandlerTable &table) {
  table["Resize"] = importResize;
  table["Upsample"] = importResize;
}

} // namespace snnc::onnx_import
