//===- Pools and reductions ----------------------------------------------------------------------------------------------===//
#include "compiler/import/onnx/Handlers.h"
#include "compiler/import/onnx/Windows.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace snnc::onnx_import {

FailureOr<Windows> readWindows(Node &node, ArrayRef<int64_t> input, ArrayRef<int64_t> weightKernel,
                               bool automatic) {
  if (input.size() < 3)
    return node.error() << "input must have a batch, channels and spatial dimensions, found "
                        << input.size() << " dimensions";
  size_t spatial = input.size() - 2;
  Windows windows;
  windows.kernel = node.getInts("kernel_shape", weightKernel.vec());
  windows.strides = node.getInts("strides", std::vector<int64_t>(spatial, 1));
  windows.dilations = node.getInts("dilations", std::vector<int64_t>(spatial, 1));
  windows.pads = node.getInts("pads", std::vector<int64_t>(2 * spatial, 0));
  if (windows.kernel.size() != spatial || windows.strides.size() != spatial ||
      windows.dilations.size() != spatial || windows.pads.size() != 2 * spatial)
    return node.error() << "kernel_shape, strides, dilations and pads must be given for " << spatial
                        << " spatial dimensions";
  if (!weightKernel.empty() && ArrayRef<int64_t>(windows.kernel) != weightKernel)
    return node.error() << "kernel_shape is not that of the weight";
  for (int64_t stride : windows.strides)
    if (stride < 1)
      return node.error() << "strides must be at least 1, found " << stride;
  std::string rule = node.getString("auto_pad", "NOTSET");
  if (rule == "NOTSET" || rule == "VALID")
    return windows;
  if (rule != "SAME_UPPER" && rule != "SAME_LOWER")
    return node.error() << "auto_pad '" << rule
                        << "' is not one of NOTSET, VALID, SAME_UPPER, SAME_LOWER";
  for (size_t d = 0; d < spatial && automatic; ++d) {
    int64_t size = input[d + 2], stride = windows.strides[d];
    int64_t outputs = (size + stride - 1) / stride;
    int64_t total = std::max<int64_t>(
        0, (outputs - 1) * stride + (windows.kernel[d] - 1) * windows.dilations[d] + 1 - size);
    windows.pads[d] = rule == "SAME_UPPER" ? total / 2 : total - total / 2;
    windows.pads[spatial + d] = total - windows.pads[d];
  }
  return windows;
}

namespace {

template <typename Op>
FailureOr<Value> importPool(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  FailureOr<Windows> windows = readWindows(node, Node::shapeOf(*input));
  if (failed(windows))
    return failure();
  bool ceilMode = node.getInt("ceil_mode", 0) != 0;
  if constexpr (std::is_same_v<Op, ann::AveragePoolOp>) {
    bool countIncludePad = node.getInt("count_include_pad", 0) != 0;
    return node.create<Op>(*input, windows->kernel, windows->strides, windows->pads,
                           windows->dilations, ceilMode, countIncludePad);
  } else {
    node.getInt("storage_order", 0); // of the indices, which are not supported
    return node.create<Op>(*input, windows->kernel, windows->strides, windows->pads,
                           windows->dilations, ceilMode);
  }
}

FailureOr<Value> importGlobalAveragePool(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  return node.create<ann::GlobalAveragePoolOp>(*input);
}

/// What a reduction goes over; no axes where it leaves everything as it is.
struct Reduction {
  std::vector<int64_t> axes;
  bool keepdims = true;
};

FailureOr<Reduction> readReduction(Node &node, int64_t rank) {
  FailureOr<std::optional<std::vector<int64_t>>> given = node.getIntsOrInput("axes", 1);
  if (failed(given))
    return failure();
  Reduction reduction;
  reduction.keepdims = node.getInt("keepdims", 1) != 0;
  if (node.getInt("noop_with_empty_axes", 0) && (!*given || (*given)->empty()))
    return reduction;
  std::vector<int64_t> &axes = reduction.axes;
  if (!*given || (*given)->empty())
    for (int64_t axis = 0; axis < rank; ++axis)
      axes.push_back(axis);
  else
    for (int64_t axis : **given) {
      FailureOr<int64_t> normal = normalizeAxis(node, axis, rank);
      if (failed(normal))
        return failure();
      axes.push_back(*normal);
    }
  llvm::sort(axes);
  return reduction;
}

/// `input` is the node's, or what has been made of it.
template <typename Op>
FailureOr<Value> importReduction(Node &node, FailureOr<Value> input) {
  if (failed(input))
    return failure();
  FailureOr<Reduction> reduction =
      readReduction(node, static_cast<int64_t>(Node::shapeOf(*input).size()));
  if (failed(reduction))
    return failure();
  return reduction->axes.empty() ? input
                                 : node.create<Op>(*input, reduction->axes, reduction->keepdims);
}

template <typename Op>
FailureOr<Value> importReduction(Node &node) {
  return importReduction<Op>(node, node.getInput(0));
}

FailureOr<Value> importReduceSumSquare(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  return importReduction<ann::ReduceSumOp>(node, node.create<ann::SquareOp>(*input));
}

FailureOr<Value> importReduceL2(Node &node) {
  FailureOr<Value> sum = importReduceSumSquare(node);
  if (failed(sum))
    return failure();
  return node.create<ann::SqrtOp>(*sum);
}

FailureOr<Value> importReduceL1(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  return importReduction<ann::ReduceSumOp>(node, node.create<ann::AbsOp>(*input));
}

FailureOr<Value> importReduceLogSum(Node &node) {
  FailureOr<Value> sum = importReduction<ann::ReduceSumOp>(node);
  if (failed(sum))
    return failure();
  return node.create<ann::LogOp>(*sum);
}

/// max + log(sum(exp(x - max))): exponentials of at most 1, as those of a softmax.
FailureOr<Value> importReduceLogSumExp(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  FailureOr<Reduction> reduction =
      readReduction(node, static_cast<int64_t>(Node::shapeOf(*input).size()));
  if (failed(reduction))
    return failure();
  if (reduction->axes.empty())
    return input;
  FailureOr<Value> largest = node.create<ann::ReduceMaxOp>(*input, reduction->axes, true);
  if (failed(largest))
    return failure();
  FailureOr<Value> below = node.create<ann::SubOp>(*input, *largest);
  FailureOr<Value> exp = failed(below) ? below : node.create<ann::ExpOp>(*below);
  FailureOr<Value> sum =
      failed(exp) ? exp : node.create<ann::ReduceSumOp>(*exp, reduction->axes, true);
  FailureOr<Value> log = failed(sum) ? sum : node.create<ann::LogOp>(*sum);
  FailureOr<Value> result = failed(log) ? log : node.create<ann::AddOp>(*largest, *log);
  if (failed(result) || reduction->keepdims)
    return result;
  std::vector<int64_t> shape;
  for (auto [d, size] : llvm::enumerate(Node::shapeOf(*input)))
    if (!llvm::is_contained(reduction->axes, static_cast<int64_t>(d)))
      shape.push_back(size);
  return node.create<ann::ReshapeOp>(*result, toReshape(shape));
}

/// The p-th root of the sum of p-th powers, all over the spatial dimensions.
FailureOr<Value> importGlobalLpPool(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  int64_t p = node.getInt("p", 2), rank = static_cast<int64_t>(Node::shapeOf(*input).size());
  if (p != 1 && p != 2)
    return node.error() << "p must be 1 or 2, found " << p;
  FailureOr<Value> parts =
      p == 1 ? node.create<ann::AbsOp>(*input) : node.create<ann::SquareOp>(*input);
  if (failed(parts))
    return failure();
  FailureOr<Value> sum =
      node.create<ann::ReduceSumOp>(*parts, llvm::to_vector(llvm::seq<int64_t>(2, rank)), true);
  return failed(sum) || p == 1 ? sum : node.create<ann::SqrtOp>(*sum);
}

/// One window over everything.
FailureOr<Value> importGlobalMaxPool(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  ArrayRef<int64_t> shape = Node::shapeOf(*input);
  if (shape.size() < 3)
    return node.error() << "input must have a batch, channels and spatial dimensions, found "
                        << shape.size() << " dimensions";
  size_t spatial = shape.size() - 2;
  SmallVector<int64_t> ones(spatial, 1), pads(2 * spatial, 0);
  return node.create<ann::MaxPoolOp>(*input, shape.drop_front(2), ones, pads, ones, false);
}

} // namespace

void addPoolingHandlers(HandlerTable &table) {
  table["AveragePool"] = importPool<ann::AveragePoolOp>;
  table["GlobalAveragePool"] = importGlobalAveragePool;
  table["GlobalLpPool"] = importGlobalLpPool;
  table["MaxPool"] = importPool<ann::MaxPoolOp>;
  table["GlobalMaxPool"] = importGlobalMaxPool;
  table["ReduceL1"] = importReduceL1;
  table["ReduceL2"] = importReduceL2;
  table["ReduceLogSum"] = importReduceLogSum;
  table["ReduceLogSumExp"] = importReduceLogSumExp;
  table["ReduceMax"] = importReduction<ann::ReduceMaxOp>;
  table["ReduceMean"] = importReduction<ann::ReduceMeanOp>;
  table["ReduceMin"] = importReduction<ann::ReduceMinOp>;
  table["ReduceSum"] = importReduction<ann::ReduceSumOp>;
  table["ReduceSumSquare"] = importReduceSumSquare;
}

} // namespace snnc::onnx_import
