//===- Pools and reductions ------------------------------------------------------------------------------------===//
#include "compiler/reference/Indexing.h"
#include "compiler/reference/Kernels.h"

#include <algorithm>
#include <limits>

using namespace mlir;

namespace snnc::reference {

namespace {

/// Calls `visit(element)` for every element of the window at `at` that lies inside the input, and
/// `border(inPadding)` for every one that does not.
template <typename Op, typename Visit, typename Border>
void forWindow(Op op, const Tensor &input, Shape at, Visit visit, Border border) {
  SmallVector<int64_t> from(at);
  size_t spatial = op.getKernelShape().size();
  forEach(op.getKernelShape(), [&](Shape tap) {
    bool padding = true;
    for (size_t d = 0; d < spatial; ++d) {
      from[2 + d] =
          at[2 + d] * op.getStrides()[d] + tap[d] * op.getDilations()[d] - op.getPads()[d];
      padding &= from[2 + d] < input.shape[2 + d] + op.getPads()[spatial + d];
    }
    int64_t source = flatten(from, input.shape);
    if (source >= 0)
      visit(input.data[source]);
    else
      border(padding);
  });
}

template <typename Op>
Tensor makeResult(Op op, const Tensor &input) {
  std::vector<int64_t> shape(cast<RankedTensorType>(op.getOutput().getType()).getShape());
  shape[0] = input.shape[0];
  return Tensor(shape);
}

} // namespace

Tensor averagePool(ann::AveragePoolOp op, const Tensor &input) {
  Tensor result = makeResult(op, input);
  int64_t i = 0;
  forEach(result.shape, [&](Shape at) {
    double sum = 0;
    int64_t count = 0;
    forWindow(
        op, input, at,
        [&](double element) {
          sum += element;
          ++count;
        },
        [&](bool inPadding) { count += inPadding && op.getCountIncludePad(); });
    result.data[i++] = count > 0 ? sum / static_cast<double>(count) : 0.0;
  });
  return result;
}

Tensor maxPool(ann::MaxPoolOp op, const Tensor &input) {
  Tensor result = makeResult(op, input);
  int64_t i = 0;
  forEach(result.shape, [&](Shape at) {
    double largest = -std::numeric_limits<double>::infinity();
    forWindow(
        op, input, at, [&](double element) { largest = std::max(largest, element); }, [](bool) {});
    result.data[i++] = largest;
  });
  return result;
}

Tensor globalAveragePool(const Tensor &input) {
  std::vector<int64_t> shape(input.shape.size(), 1);
  shape[0] = input.shape[0];
  shape[1] = input.shape[1];
  Tensor result(shape);
  int64_t plane = input.size() / result.size();
  for (int64_t i = 0; i < result.size(); ++i) {
    auto first = input.data.begin() + i * plane;
    result.data[i] = std::accumulate(first, first + plane, 0.0) / static_cast<double>(plane);
  }
  return result;
}

namespace {

/// `combine` of every element along the reduced dimensions, beginning with `first`.
template <typename Op, typename Combine>
Tensor reduce(Op op, const Tensor &input, double first, Combine combine) {
  // The result with its dimensions kept has the same elements in the same order.
  std::vector<int64_t> kept = input.shape, shape;
  for (int64_t axis : op.getAxes())
    kept[axis] = 1;
  for (int64_t d = 0; d < input.rank(); ++d)
    if (op.getKeepdims() || !llvm::is_contained(op.getAxes(), d))
      shape.push_back(kept[d]);
  Tensor result(shape, first);
  int64_t i = 0;
  forEach(input.shape, [&](Shape at) {
    double &element = result.data[broadcast(at, kept)];
    element = combine(element, input.data[i++]);
  });
  return result;
}

double add(double a, double b) { return a + b; }

} // namespace

Tensor reduceMean(ann::ReduceMeanOp op, const Tensor &input) {
  Tensor result = reduce(op, input, 0, add);
  for (double &element : result.data)
    element /= static_cast<double>(input.size() / result.size());
  return result;
}

Tensor reduceSum(ann::ReduceSumOp op, const Tensor &input) { return reduce(op, input, 0, add); }

Tensor reduceMax(ann::ReduceMaxOp op, const Tensor &input) {
  return reduce(op, input, -std::numeric_limits<double>::infinity(),
                [](double a, double b) { return std::max(a, b); });
}

Tensor reduceMin(ann::ReduceMinOp op, const Tensor &input) {
  return reduce(op, input, std::numeric_limits<double>::infinity(),
                [](double a, double b) { return std::min(a, b); });
}

} // namespace snnc::reference
