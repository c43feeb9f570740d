#include "runtime/src/plan/Deliveries.h"

namespace snn::detail {

namespace {

/// The rows of an operand as pixels of a convolution whose window is one of them, so that there is a table and a
/// dense product for them, too.
template <typename T>
Delivery<T> makePointwise(const Stream &in, const Delivery<T> &gemm, const Costs &costs) {
  Delivery<T> d = gemm;
  auto pixels = static_cast<uint32_t>(in.size / d.rows);
  d.kind = Delivery<T>::Kind::Conv;
  d.costs = costs;
  d.in = {d.rows, 1, pixels};
  d.out = {d.columns, 1, pixels};
  d.inputsPerGroup = d.rows;
  d.outputsPerGroup = d.columns;
  d.usualFanOut = d.columns;
  d.fanOut.assign(pixels, d.columns);
  arrangeWeights(in, d);
  return d;
}

template <typename T>
Delivery<T> makeGemm(const Network &network, const Operation &op, Numbers numbers) {
  const Stream &in = network.streams[op.inputs[0]];
  Delivery<T> d;
  d.kind = Delivery<T>::Kind::Gemm;
  d.rows = op.weight.shape[0];
  d.columns = op.weight.shape[1];
  d.inner = in.shape.size() == 3 ? in.shape[0] : 1;
  d.weights.reserve(op.weight.size);
  for (size_t i = 0; i < op.weight.size; ++i)
    d.weights.push_back(getWeight<T>(op, i, numbers));
  if (d.inner != 1)
    return d;
  Delivery<T> pointwise = makePointwise(in, d, network.costs);
  // A single row adds whole rows of weights in less time than block by block.
  if (in.size > d.rows || pointwise.hasTable() || !pointwise.bytes.empty())
    return pointwise;
  return d;
}

template <typename T>
Delivery<T> makeScale(const Network &network, const Operation &op, Numbers numbers) {
  Delivery<T> delivery;
  delivery.kind = Delivery<T>::Kind::Scale;
  delivery.weights = expand<T>(op.weight, network.streams[op.inputs[0]].shape, numbers);
  return delivery;
}

} // namespace

template <typename T>
Delivery<T> makeDelivery(const Network &network, const Operation &op, uint32_t n, Numbers numbers) {
  switch (op.kind) {
  case Operation::Kind::Conv:
    return makeConv<T>(network, op, numbers);
  case Operation::Kind::Gemm:
    return makeGemm<T>(network, op, numbers);
  case Operation::Kind::AveragePool:
    return makePool<T>(network, op);
  case Operation::Kind::Scale:
    return makeScale<T>(network, op, numbers);
  case Operation::Kind::Reshape:
  case Operation::Kind::Transpose:
  case Operation::Kind::Pad:
  case Operation::Kind::Slice:
  case Operation::Kind::Concat:
    return makeMove<T>(network, op, n);
  case Operation::Kind::Gather:
    return makeCopy<T>(network, op);
  default:
    return makeIdentity<T>(network.streams[op.inputs[n]].size);
  }
}

#define SNN_INSTANTIATE(T)                                                                         \
  template Delivery<T> makeDelivery(const Network &, const Operation &, uint32_t, Numbers);
SNN_INSTANTIATE(float)
SNN_INSTANTIATE(double)
SNN_INSTANTIATE(int32_t)
#undef SNN_INSTANTIATE

} // namespace snn::detail
