//===- Movements: synapses that only take elements elsewhere ----------------------------------------------===//
#include "runtime/src/plan/Deliveries.h"
#include <numeric>

namespace snn::detail {

namespace {

/// Neighbours that stay neighbours, where they are worth it: eight at least on the average.
template <typename T>
void findRuns(Delivery<T> &delivery) {
  const std::vector<int32_t> &target = delivery.target;
  for (uint32_t i = 0; i < target.size(); ++i) {
    if (target[i] < 0)
      continue;
    auto to = static_cast<uint32_t>(target[i]);
    bool continues = i > 0 && target[i - 1] >= 0 && target[i - 1] + 1 == target[i];
    if (continues)
      ++delivery.runs.back().count;
    else
      delivery.runs.push_back({i, to, 1});
  }
  if (delivery.runs.size() * 8 > target.size())
    delivery.runs.clear();
}

/// Row-major index of the input element that an operation moves to `at`, or -1.
int64_t getSource(const Operation &op, const Shape &at, const Shape &in,
                  const std::vector<uint64_t> &strides, uint32_t offset) {
  int64_t source = 0;
  for (size_t d = 0; d < at.size(); ++d) {
    size_t dimension = op.kind == Operation::Kind::Transpose ? op.perm[d] : d;
    int64_t position = at[d];
    if (op.kind == Operation::Kind::Pad)
      position -= op.pads[d];
    else if (op.kind == Operation::Kind::Slice)
      position = int64_t{op.starts[d]} + position * op.steps[d];
    else if (op.kind == Operation::Kind::Concat && d == op.axis)
      position -= offset;
    if (position < 0 || position >= in[dimension])
      return -1;
    source += position * static_cast<int64_t>(strides[dimension]);
  }
  return source;
}

} // namespace

template <typename T>
Delivery<T> makeIdentity(uint64_t size) {
  Delivery<T> delivery;
  delivery.target.resize(size);
  std::iota(delivery.target.begin(), delivery.target.end(), 0);
  delivery.runs.push_back({0, 0, static_cast<uint32_t>(size)});
  return delivery;
}

template <typename T>
Delivery<T> makeMove(const Network &network, const Operation &op, uint32_t n) {
  const Shape &in = network.streams[op.inputs[n]].shape, &out = network.streams[op.output].shape;
  std::vector<uint32_t> inOrder = getStorageOrder(in), outOrder = getStorageOrder(out);
  std::vector<uint64_t> strides = getStrides(in);
  uint32_t offset = 0;
  for (uint32_t before = 0; before < n; ++before)
    offset += network.streams[op.inputs[before]].shape[op.axis];
  Delivery<T> delivery;
  delivery.target.assign(network.streams[op.inputs[n]].size, -1);
  forEach(out, [&](uint32_t i, const Shape &at) {
    int64_t from = op.kind == Operation::Kind::Reshape ? i : getSource(op, at, in, strides, offset);
    if (from >= 0)
      delivery.target[inOrder[from]] = static_cast<int32_t>(outOrder[i]);
  });
  findRuns(delivery);
  return delivery;
}

template <typename T>
void precede(const Delivery<T> &before, Delivery<T> &delivery) {
  Delivery<T> both;
  both.target = before.target;
  if (both.target.empty()) { // a scale
    both.target.resize(before.weights.size());
    std::iota(both.target.begin(), both.target.end(), 0);
  }
  both.weights = before.weights;
  if (!delivery.weights.empty())
    for (int32_t between : both.target)
      both.weights.push_back(between < 0 ? T{0} : delivery.weights[between]);
  if (!delivery.target.empty())
    for (int32_t &place : both.target)
      place = place < 0 ? place : delivery.target[place];
  findRuns(both);
  delivery = std::move(both);
}

template <typename T>
Delivery<T> makeCopy(const Network &network, const Operation &op) {
  const Shape &in = network.streams[op.inputs[0]].shape, &out = network.streams[op.output].shape;
  std::vector<uint32_t> inOrder = getStorageOrder(in), outOrder = getStorageOrder(out);
  std::vector<uint64_t> strides = getStrides(in);
  std::vector<std::vector<int32_t>> targets(inOrder.size());
  forEach(out, [&](uint32_t i, const Shape &at) {
    uint64_t from = 0;
    for (size_t d = 0; d < at.size(); ++d)
      from += strides[d] * (d == op.axis ? op.indices[at[d]] : at[d]);
    targets[inOrder[from]].push_back(static_cast<int32_t>(outOrder[i]));
  });
  Delivery<T> delivery;
  delivery.kind = Delivery<T>::Kind::Copy;
  for (const std::vector<int32_t> &places : targets) {
    delivery.first.push_back(static_cast<uint32_t>(delivery.target.size()));
    delivery.target.insert(delivery.target.end(), places.begin(), places.end());
  }
  delivery.first.push_back(static_cast<uint32_t>(delivery.target.size()));
  return delivery;
}

#define SNN_INSTANTIATE(T)                                                                         \
  template Delivery<T> makeIdentity(uint64_t);                                                     \
  template Delivery<T> makeMove(const Network &, const Operation &, uint32_t);                     \
  template void precede(const Delivery<T> &, Delivery<T> &);                                       \
  template Delivery<T> makeCopy(const Network &, const Operation &);
SNN_INSTANTIATE(float)
SNN_INSTANTIATE(double)
SNN_INSTANTIATE(int32_t)
#undef SNN_INSTANTIATE

} // namespace snn::detail
