#include "compiler/import/onnx/ReadResize.h"

#include "dialects/support/Numbers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace mlir;

namespace snnc::onnx_import {

namespace {

/// The largest dimension that a resize may make.
constexpr int64_t kLargest = int64_t{1} << 24;

/// Scales or sizes, whichever the node has, one for each of `axes`.
struct Wanted {
  std::vector<double> scales;
  std::vector<int64_t> sizes, axes;
};

FailureOr<Wanted> readWanted(Node &node, size_t rank) {
  bool upsample = node.op() == "Upsample";
  int64_t scalesInput = upsample || node.opset() < 11 ? 1 : 2;
  Wanted wanted;
  wanted.axes = node.getInts("axes", {});
  if (wanted.axes.empty())
    for (size_t d = 0; d < rank; ++d)
      wanted.axes.push_back(static_cast<int64_t>(d));
  if (upsample && node.hasAttribute("scales")) {
    const auto &floats = node.getAttribute("scales")->floats();
    wanted.scales.assign(floats.begin(), floats.end());
  } else if (node.hasInput(3)) {
    FailureOr<std::vector<int64_t>> integers = node.getIntegers(3);
    if (failed(integers))
      return failure();
    wanted.sizes = *integers;
  } else if (node.hasInput(scalesInput)) {
    FailureOr<std::vector<double>> numbers = node.getNumbers(scalesInput);
    if (failed(numbers))
      return failure();
    wanted.scales = *numbers;
  }
  if (std::max(wanted.scales.size(), wanted.sizes.size()) != wanted.axes.size())
    return node.error() << "needs one scale or size for each of " << wanted.axes.size()
                        << " dimensions";
  return wanted;
}

/// Sizes that keep the proportions: every dimension takes the smallest scale of all, or the largest.
LogicalResult keepAspectRatio(Node &node, ArrayRef<int64_t> shape, Wanted &wanted) {
  std::string policy = node.getString("keep_aspect_ratio_policy", "stretch");
  if (policy == "stretch" || wanted.sizes.empty())
    return success();
  if (policy != "not_larger" && policy != "not_smaller")
    return node.error() << "keep_aspect_ratio_policy '" << policy
                        << "' is not one of stretch, not_larger, not_smaller";
  std::vector<double> ratios;
  for (auto [axis, size] : llvm::zip(wanted.axes, wanted.sizes)) {
    int64_t in = shape[axis < 0 ? axis + static_cast<int64_t>(shape.size()) : axis];
    if (ShapedType::isDynamic(in))
      return node.error() << "keeps the proportions of the batch; name the other axes";
    ratios.push_back(static_cast<double>(size) / static_cast<double>(in));
  }
  double ratio = policy == "not_larger" ? *llvm::min_element(ratios) : *llvm::max_element(ratios);
  wanted.scales.assign(wanted.axes.size(), ratio);
  for (auto [axis, size] : llvm::zip(wanted.axes, wanted.sizes)) {
    int64_t in = shape[axis < 0 ? axis + static_cast<int64_t>(shape.size()) : axis];
    size = static_cast<int64_t>(std::floor(static_cast<double>(in) * ratio + 0.5));
  }
  return success();
}

/// What `wanted` makes of each dimension.
FailureOr<std::vector<Resized>> getDimensions(Node &node, ArrayRef<int64_t> shape,
                                              const Wanted &wanted) {
  std::vector<Resized> dimensions;
  for (int64_t size : shape)
    dimensions.push_back(
        {ShapedType::isDynamic(size) ? 1 : size, ShapedType::isDynamic(size) ? 1 : size});
  for (auto [i, axis] : llvm::enumerate(wanted.axes)) {
    FailureOr<int64_t> d = normalizeAxis(node, axis, static_cast<int64_t>(shape.size()));
    if (failed(d))
      return failure();
    bool hasScale = !wanted.scales.empty(), hasSize = !wanted.sizes.empty();
    if (ShapedType::isDynamic(shape[*d])) {
      if (!hasSize && wanted.scales[i] != 1)
        return node.error() << "resizes the batch";
      continue;
    }
    Resized &resized = dimensions[*d];
    auto in = static_cast<double>(resized.in);
    resized.scale = hasScale ? wanted.scales[i] : static_cast<double>(wanted.sizes[i]) / in;
    // In f32, as ONNX's shape inference computes it: 10 times the f32 next to 0.7 is 7.
    double out = hasSize ? static_cast<double>(wanted.sizes[i])
                         : std::floor(static_cast<float>(in) * static_cast<float>(resized.scale));
    if (!(resized.scale > 0) || !(out >= 1) || out > static_cast<double>(kLargest))
      return node.error() << "resizes dimension " << *d << " by " << showNumber(resized.scale);
    resized.out = static_cast<int64_t>(out);
  }
  return dimensions;
}

/// The part of the input that tf_crop_and_resize shows. What it would fill in has no form.
LogicalResult readRegion(Node &node, const ResizeRule &rule, const Wanted &wanted,
                         std::vector<Resized> &dimensions) {
  node.getFloat("extrapolation_value", 0);
  if (rule.coordinates != "tf_crop_and_resize")
    return success();
  FailureOr<std::vector<double>> region = node.getNumbers(1);
  if (failed(region))
    return failure();
  size_t count = wanted.axes.size();
  if (region->size() != 2 * count)
    return node.error() << "needs a roi of " << 2 * count << " numbers, found " << region->size();
  for (size_t i = 0; i < count; ++i) {
    int64_t axis = wanted.axes[i];
    Resized &d = dimensions[axis < 0 ? axis + static_cast<int64_t>(dimensions.size()) : axis];
    d.first = (*region)[i];
    d.last = (*region)[count + i];
    if (!(std::min(d.first, d.last) >= 0 && std::max(d.first, d.last) <= 1))
      return node.error() << "has a roi that reaches beyond the input";
  }
  return success();
}

} // namespace

FailureOr<std::vector<Resized>> readResized(Node &node, const ResizeRule &rule,
                                            ArrayRef<int64_t> shape) {
  FailureOr<Wanted> wanted = readWanted(node, shape.size());
  if (failed(wanted) || failed(keepAspectRatio(node, shape, *wanted)))
    return failure();
  FailureOr<std::vector<Resized>> dimensions = getDimensions(node, shape, *wanted);
  if (failed(dimensions) || failed(readRegion(node, rule, *wanted, *dimensions)))
    return failure();
  return dimensions;
}

FailureOr<ResizeRule> readResizeRule(Node &node) {
  bool old = node.op() == "Upsample" || node.opset() < 11;
  ResizeRule rule;
  rule.mode = node.getString("mode", "nearest");
  if (rule.mode == "bilinear" || rule.mode == "trilinear")
    rule.mode = "linear"; // as the first drafts of Upsample called it
  rule.coordinates =
      node.getString("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
  rule.rounding = node.getString("nearest_mode", old ? "floor" : "round_prefer_floor");
  rule.cubicCoefficient = node.getFloat("cubic_coeff_a", -0.75);
  rule.excludesOutside = node.getInt("exclude_outside", 0) != 0 && rule.mode == "cubic";
  auto check = [&](StringRef what, StringRef found, ArrayRef<StringRef> known) -> LogicalResult {
    if (llvm::is_contained(known, found))
      return success();
    return node.error() << what << " '" << found << "' is not one of " << llvm::join(known, ", ");
  };
  if (failed(check("mode", rule.mode, {"nearest", "linear", "cubic"})) ||
      failed(check("coordinate_transformation_mode", rule.coordinates,
                   {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
                    "asymmetric", "tf_crop_and_resize"})) ||
      failed(check("nearest_mode", rule.rounding,
                   {"floor", "ceil", "round_prefer_floor", "round_prefer_ceil"})))
    return failure();
  return rule;
}

} // namespace snnc::onnx_import
