//===- Shapes of what operations give ---------------------------------------------------------------------===//
#include "runtime/src/network/Network.h"
#include "runtime/src/network/ReadFixed.h"
#include "snn/SlidingWindow.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace snn::detail {

uint64_t countElements(const Shape &shape) {
  uint64_t count = 1;
  for (uint32_t dimension : shape)
    if (dimension == 0 || __builtin_mul_overflow(count, uint64_t{dimension}, &count))
      return dimension == 0 ? 0 : std::numeric_limits<uint64_t>::max();
  return count;
}

namespace {

using Kind = Operation::Kind;

bool allPositive(const Shape &shape) {
  return std::all_of(shape.begin(), shape.end(), [](uint32_t d) { return d > 0; });
}

/// A sliding window over `in` (channels first) that gives `channels` channels.
Shape inferWindows(const Operation &op, const Shape &in, const uint32_t *kernel,
                   uint32_t channels) {
  size_t spatial = in.size() - 1;
  bool counts = op.strides.size() == spatial && op.pads.size() == 2 * spatial &&
                (op.dilations.empty() || op.dilations.size() == spatial);
  if (!counts || !allPositive(op.strides) || !allPositive(op.dilations))
    return {};
  Shape out{channels};
  for (size_t d = 0; d < spatial; ++d) {
    if (kernel[d] == 0 || op.pads[d] < 0 || op.pads[spatial + d] < 0)
      return {};
    const SlidingWindow window{in[1 + d],
                               kernel[d],
                               op.strides[d],
                               op.pads[d],
                               op.pads[spatial + d],
                               op.dilations.empty() ? 1 : op.dilations[d]};
    if (window.count() == 0)
      return {};
    out.push_back(static_cast<uint32_t>(window.count()));
  }
  return out;
}

Shape inferConv(const Operation &op, const Shape &in) {
  const Shape &weight = op.weight.shape;
  if (in.size() < 2 || in.size() > 3 || weight.size() != in.size() + 1 || !allPositive(weight) ||
      op.group == 0 || uint64_t{weight[1]} * op.group != in[0] || weight[0] % op.group != 0 ||
      (op.bias && op.bias.shape != Shape{weight[0]}))
    return {};
  return inferWindows(op, in, weight.data() + 2, weight[0]);
}

Shape inferGemm(const Operation &op, const Shape &in) {
  const Shape &weight = op.weight.shape;
  if (weight.size() != 2 || !allPositive(weight) || weight[0] != in.back() ||
      (op.bias && op.bias.shape != Shape{weight[1]}))
    return {};
  Shape out = in;
  out.back() = weight[1];
  return out;
}

Shape inferBroadcast(const TensorView &tensor, const Shape &in) {
  if (tensor.shape.size() != in.size())
    return {};
  for (size_t d = 0; d < in.size(); ++d)
    if (tensor.shape[d] != 1 && tensor.shape[d] != in[d])
      return {};
  return in;
}

Shape inferTranspose(const Operation &op, const Shape &in) {
  Shape sorted = op.perm, wanted(in.size()), out;
  std::sort(sorted.begin(), sorted.end());
  std::iota(wanted.begin(), wanted.end(), 0);
  if (sorted != wanted)
    return {};
  for (uint32_t dimension : op.perm)
    out.push_back(in[dimension]);
  return out;
}

Shape inferPad(const Operation &op, const Shape &in) {
  if (op.pads.size() != 2 * in.size())
    return {};
  Shape out;
  for (size_t d = 0; d < in.size(); ++d) {
    int64_t size = int64_t{in[d]} + op.pads[d] + op.pads[in.size() + d];
    if (size < 1 || size > std::numeric_limits<int32_t>::max())
      return {};
    out.push_back(static_cast<uint32_t>(size));
  }
  return out;
}

/// Whether a slice stays inside; its sizes are those of the output stream.
Shape inferSlice(const Operation &op, const Shape &in, const Shape &out) {
  if (op.starts.size() != in.size() || op.steps.size() != in.size() || out.size() != in.size())
    return {};
  for (size_t d = 0; d < in.size(); ++d) {
    int64_t first = op.starts[d], last = first + (int64_t{out[d]} - 1) * op.steps[d];
    if (op.steps[d] == 0 || std::min(first, last) < 0 || std::max(first, last) >= in[d])
      return {};
  }
  return out;
}

Shape inferConcat(const Operation &op, const std::vector<Stream> &streams) {
  Shape out = streams[op.inputs[0]].shape;
  if (op.axis >= out.size())
    return {};
  uint64_t total = 0;
  for (uint32_t input : op.inputs) {
    Shape shape = streams[input].shape;
    if (shape.size() != out.size())
      return {};
    total += shape[op.axis];
    shape[op.axis] = out[op.axis];
    if (shape != out)
      return {};
  }
  out[op.axis] = static_cast<uint32_t>(total);
  return out;
}

Shape inferGather(const Operation &op, const Shape &in) {
  if (op.axis >= in.size() || op.indices.empty() ||
      std::any_of(op.indices.begin(), op.indices.end(),
                  [&](uint32_t index) { return index >= in[op.axis]; }))
    return {};
  Shape out = in;
  out[op.axis] = static_cast<uint32_t>(op.indices.size());
  return out;
}

Shape inferMatMul(const Shape &lhs, const Shape &rhs) {
  size_t rank = lhs.size();
  if (rank < 2 || rhs.size() != rank || lhs[rank - 1] != rhs[rank - 2] ||
      !std::equal(lhs.begin(), lhs.end() - 2, rhs.begin()))
    return {};
  Shape out = lhs;
  out.back() = rhs.back();
  return out;
}

} // namespace

Shape inferShape(const Operation &op, const std::vector<Stream> &streams) {
  const Shape &in = streams[op.inputs[0]].shape;
  const Shape &out = streams[static_cast<size_t>(op.output)].shape;
  switch (op.kind) {
  case Kind::Conv:
    return inferConv(op, in);
  case Kind::Gemm:
    return inferGemm(op, in);
  case Kind::AveragePool:
    return in.size() < 2 || in.size() > 3 || op.kernel.size() != in.size() - 1
               ? Shape{}
               : inferWindows(op, in, op.kernel.data(), in[0]);
  case Kind::Scale:
  case Kind::Bias:
    return inferBroadcast(op.weight, in);
  case Kind::Gather:
    return inferGather(op, in);
  case Kind::Requantize:
    return applies(op.weight, in) ? in : Shape{};
  case Kind::MatMul:
    return op.inputs.size() == 2 ? inferMatMul(in, streams[op.inputs[1]].shape) : Shape{};
  case Kind::Add:
  case Kind::Mul:
    return op.inputs.size() == 2 && streams[op.inputs[1]].shape == in ? in : Shape{};
  case Kind::Reshape:
    return countElements(in) == countElements(out) ? out : Shape{};
  case Kind::Transpose:
    return inferTranspose(op, in);
  case Kind::Pad:
    return inferPad(op, in);
  case Kind::Slice:
    return inferSlice(op, in, out);
  case Kind::Concat:
    return inferConcat(op, streams);
  default:
    return in;
  }
}

} // namespace snn::detail
