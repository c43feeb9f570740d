#include "runtime/src/plan/Deliveries.h"

namespace snn::detail {

namespace {

template <typename T>
Delivery<T> makeGemm(const Network &network, const Operation &op, Numbers numbers) {
  Delivery<T> d;
  d.kind = Delivery<T>::Kind::Gemm;
  d.rows = op.weight.shape[0];
  d.columns = op.weight.shape[1];
  const Shape &in = network.streams[op.inputs[0]].shape;
  d.inner = in.size() == 3 ? in[0] : 1;
  for (size_t i = 0; i < op.weight.size; ++i)
    d.weights.push_back(getWeight<T>(op, i, numbers));
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
