//===- Movements: synapses that only take elements elsewhere ----------------------------------------------===//
#include "runtime/src/plan/Deliveries.h"
#include "snn/IndexMap.h"
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

template <typename Number>
IndexMap::Shape toMap(const std::vector<Number> &numbers) {
  return {numbers.begin(), numbers.end()};
}

/// What input `n` of an operation moves to where.
IndexMap getMap(const Network &network, const Operation &op, uint32_t n) {
  const IndexMap all(toMap(network.streams[op.inputs[n]].shape));
  const IndexMap::Shape out = toMap(network.streams[op.output].shape);
  switch (op.kind) {
  case Operation::Kind::Transpose:
    return all.transpose(toMap(op.perm));
  case Operation::Kind::Slice:
    return all.slice(toMap(op.starts), out, toMap(op.steps));
  case Operation::Kind::Pad: {
    IndexMap::Shape pads = toMap(op.pads);
    pads.resize(out.size());
    for (size_t d = 0; d < out.size(); ++d)
      pads.push_back(out[d] - pads[d] - all.out()[d]);
    return all.pad(pads);
  }
  case Operation::Kind::Concat: {
    int64_t offset = 0;
    for (uint32_t before = 0; before < n; ++before)
      offset += network.streams[op.inputs[before]].shape[op.axis];
    return all.insert(op.axis, offset, out[op.axis]);
  }
  default: // reshape
    return all.reshape(out);
  }
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
  const std::vector<uint32_t> inOrder = getStorageOrder(network.streams[op.inputs[n]].shape),
                              outOrder = getStorageOrder(network.streams[op.output].shape);
  Delivery<T> delivery;
  delivery.target.assign(inOrder.size(), -1);
  const std::vector<int64_t> sources = getMap(network, op, n).sources();
  for (size_t i = 0; i < sources.size(); ++i)
    if (sources[i] != IndexMap::kNone)
      delivery.target[inOrder[static_cast<size_t>(sources[i])]] = static_cast<int32_t>(outOrder[i]);
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
  const std::vector<uint32_t> inOrder = getStorageOrder(network.streams[op.inputs[0]].shape),
                              outOrder = getStorageOrder(network.streams[op.output].shape);
  std::vector<std::vector<int32_t>> targets(inOrder.size());
  const IndexMap all(toMap(network.streams[op.inputs[0]].shape));
  const std::vector<int64_t> sources = all.gather(op.axis, toMap(op.indices)).sources();
  for (size_t i = 0; i < sources.size(); ++i)
    targets[inOrder[static_cast<size_t>(sources[i])]].push_back(static_cast<int32_t>(outOrder[i]));
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
