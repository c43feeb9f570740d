#include "targets/core/Connections.h"

#include "dialects/support/Shapes.h"
#include "snn/SlidingWindow.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::core {

int64_t Box::count() const { return countElements(sizes); }

Box wholeOf(ArrayRef<int64_t> shape) {
  Box box;
  box.offsets.assign(shape.size(), 0);
  box.sizes.assign(shape.begin(), shape.end());
  return box;
}

namespace {

using Indices = SmallVector<int64_t>; // of one dimension, ascending
using Product = SmallVector<Indices>; // of one set per dimension

Indices range(int64_t first, int64_t count) {
  Indices indices(count);
  for (int64_t i = 0; i < count; ++i)
    indices[i] = first + i;
  return indices;
}

int64_t count(const Product &product) {
  int64_t result = 1;
  for (const Indices &indices : product)
    result *= static_cast<int64_t>(indices.size());
  return result;
}

/// Calls `visit` with the row-major position of every element of `product` in an array of `shape`.
template <typename Visit>
void forEachPosition(const Product &product, ArrayRef<int64_t> shape, Visit visit, size_t d = 0,
                     int64_t base = 0) {
  if (d == product.size())
    return visit(base);
  for (int64_t index : product[d])
    forEachPosition(product, shape, visit, d + 1, base * shape[d] + index);
}

/// Inputs of a sliding window along one dimension, and how many pairs of a window and an input.
struct Window {
  Indices inputs;
  int64_t pairs = 0;
};
Window slide(const Indices &outputs, int64_t size, int64_t kernel, int64_t stride, int64_t pad,
             int64_t dilation) {
  const ::snn::SlidingWindow sliding{size, kernel, stride, pad, 0, dilation};
  Window window;
  llvm::BitVector seen(size);
  for (int64_t output : outputs)
    for (int64_t tap = 0; tap < kernel; ++tap) {
      int64_t input = sliding.getElement(output, tap);
      if (input < 0 || input >= size)
        continue;
      seen.set(input);
      ++window.pairs;
    }
  for (unsigned input : seen.set_bits())
    window.inputs.push_back(input);
  return window;
}

} // namespace

class Connector::Walk {
public:
  Walk(Connector &connector, LayerOp layer, Connections &result)
      : connector(connector), result(result) {
    for (BlockArgument argument : layer.getBody().getArguments())
      result.heard.emplace_back(countElements(snn::getStreamShape(argument.getType())));
  }

  /// Follows `value` back for the elements `wanted`; gives the number of pairs of one of them and a
  /// source it hears.
  double follow(Value value, const Product &wanted) {
    if (count(wanted) == 0)
      return 0;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      llvm::BitVector &heard = result.heard[argument.getArgNumber()];
      forEachPosition(wanted, snn::getStreamShape(value.getType()),
                      [&](int64_t position) { heard.set(position); });
      return static_cast<double>(count(wanted));
    }
    return llvm::TypeSwitch<Operation *, double>(value.getDefiningOp())
        .Case([&](snn::ConvOp op) { return conv(op, wanted); })
        .Case([&](snn::GemmOp op) { return gemm(op, wanted); })
        .Case([&](snn::AveragePoolOp op) { return pool(op, wanted); })
        .Case([&](snn::ScaleOp op) {
          weigh(op.getFactor(), countBroadcast(op.getFactor(), wanted));
          return follow(op.getStream(), wanted);
        })
        .Case([&](snn::AddOp op) {
          return follow(op.getLhs(), wanted) + follow(op.getRhs(), wanted);
        })
        .Case([&](snn::BiasOp op) { return follow(op.getStream(), wanted); })
        .Case([&](snn::IndexMapOpInterface op) { return move(op, wanted); })
        .Default([](Operation *) { return 0.0; });
  }

private:
  Connector &connector;
  Connections &result;

  void weigh(Value weight, int64_t number) {
    Type type = cast<RankedTensorType>(weight.getType()).getElementType();
    int64_t bits = isa<IntegerType>(type) ? type.getIntOrFloatBitWidth() : kAssumedWeightBits;
    result.sharedBits += number * bits;
    result.weightBits = std::max(result.weightBits, bits);
  }

  static int64_t countBroadcast(Value factor, const Product &wanted) {
    int64_t number = 1;
    for (auto [size, indices] : llvm::zip(getTensorShape(factor), wanted))
      number *= size == 1 ? 1 : static_cast<int64_t>(indices.size());
    return number;
  }

  /// `pairs` of a wanted element and an input; each input stands for the pairs behind it.
  double chain(Value stream, const Product &inputs, double pairs) {
    double behind = follow(stream, inputs);
    return pairs == 0 ? 0 : pairs * behind / static_cast<double>(count(inputs));
  }

  double conv(snn::ConvOp op, const Product &wanted) {
    ArrayRef<int64_t> in = snn::getStreamShape(op.getStream().getType());
    ArrayRef<int64_t> weight = getTensorShape(op.getWeight());
    int64_t outPerGroup = weight[0] / static_cast<int64_t>(op.getGroup()), inPerGroup = weight[1];
    llvm::BitVector channels(in[0]);
    for (int64_t channel : wanted[0])
      channels.set(channel / outPerGroup * inPerGroup, (channel / outPerGroup + 1) * inPerGroup);
    Product inputs(1);
    for (unsigned channel : channels.set_bits())
      inputs[0].push_back(channel);
    double pairs = static_cast<double>(wanted[0].size()) * static_cast<double>(inPerGroup);
    int64_t kernel = 1;
    for (size_t d = 1; d < in.size(); ++d) {
      Window window = slide(wanted[d], in[d], weight[d + 1], op.getStrides()[d - 1],
                            op.getPads()[d - 1], op.getDilations()[d - 1]);
      inputs.push_back(window.inputs);
      pairs *= static_cast<double>(window.pairs);
      kernel *= weight[d + 1];
    }
    weigh(op.getWeight(), static_cast<int64_t>(wanted[0].size()) * inPerGroup * kernel);
    return chain(op.getStream(), inputs, pairs);
  }

  double gemm(snn::GemmOp op, const Product &wanted) {
    int64_t rows = getTensorShape(op.getWeight())[0];
    Product inputs = wanted;
    inputs.back() = range(0, rows);
    weigh(op.getWeight(), rows * static_cast<int64_t>(wanted.back().size()));
    return chain(op.getStream(), inputs,
                 static_cast<double>(count(wanted)) * static_cast<double>(rows));
  }

  double pool(snn::AveragePoolOp op, const Product &wanted) {
    ArrayRef<int64_t> in = snn::getStreamShape(op.getStream().getType());
    Product inputs{wanted[0]};
    auto pairs = static_cast<double>(wanted[0].size());
    for (size_t d = 1; d < in.size(); ++d) {
      Window window = slide(wanted[d], in[d], op.getKernelShape()[d - 1], op.getStrides()[d - 1],
                            op.getPads()[d - 1], 1);
      inputs.push_back(window.inputs);
      pairs *= static_cast<double>(window.pairs);
    }
    return chain(op.getStream(), inputs, pairs);
  }

  /// Each wanted element is one of a stream, or none.
  double move(snn::IndexMapOpInterface op, const Product &wanted) {
    ArrayRef<int64_t> to = snn::getStreamShape(op->getResult(0).getType());
    double pairs = 0;
    for (auto [index, stream] : llvm::enumerate(op->getOperands())) {
      ArrayRef<int64_t> from = snn::getStreamShape(stream.getType());
      const std::vector<int64_t> &sources = connector.getSources(op, index);
      SmallVector<llvm::BitVector> seen;
      for (int64_t size : from)
        seen.emplace_back(size);
      int64_t found = 0;
      forEachPosition(wanted, to, [&](int64_t position) {
        int64_t source = sources[position];
        if (source == ::snn::IndexMap::kNone)
          return;
        ++found;
        for (size_t d = from.size(); d-- > 0; source /= from[d])
          seen[d].set(source % from[d]);
      });
      Product moved(from.size());
      for (size_t d = 0; d < from.size(); ++d)
        for (unsigned each : seen[d].set_bits())
          moved[d].push_back(each);
      pairs += chain(stream, moved, static_cast<double>(found));
    }
    return pairs;
  }
};

namespace {

/// What a layer's neurons are charged by: the currents of neurons and decoder, or a relay's own; both
/// operands of a product, the sum of a rounding.
SmallVector<Value> getCurrents(LayerOp layer) {
  if (layer.isInput())
    return {};
  if (auto product = layer.getProduct())
    return product.getStreams();
  if (auto rounding = layer.getRounding())
    return {rounding.getStream()};
  if (Operation *population = layer.getPopulation()) {
    if (auto decode = dyn_cast<snn::DecodeOp>(population))
      return {decode.getCurrent()};
    return SmallVector<Value>(cast<snn::NeuronOpInterface>(population).getCurrents());
  }
  return {cast<YieldOp>(layer.getBody().front().getTerminator()).getValue()};
}

} // namespace

Box takenBy(const Box &box, LayerOp layer, size_t operand) {
  Box taken = box;
  auto product = layer.getProduct();
  if (!product || !isa<snn::MatMulOp>(product.getOperation()))
    return taken;
  size_t whole = box.sizes.size() - (operand == 0 ? 1 : 2);
  taken.offsets[whole] = 0;
  taken.sizes[whole] = snn::getStreamShape(product.getStreams()[operand].getType())[whole];
  return taken;
}

const std::vector<int64_t> &Connector::getSources(snn::IndexMapOpInterface op, size_t index) {
  std::vector<std::vector<int64_t>> &sources = maps[op];
  for (size_t next = sources.size(); next < op->getNumOperands(); ++next)
    sources.push_back(op.getIndexMap(static_cast<unsigned>(next)).sources());
  return sources[index];
}

Connections Connector::connect(LayerOp layer, const Box &box) {
  Connections result;
  SmallVector<Value> currents = getCurrents(layer);
  if (currents.empty())
    return result;
  Walk walk(*this, layer, result);
  double synapses = 0;
  for (auto [operand, current] : llvm::enumerate(currents)) {
    Box taken = takenBy(box, layer, operand);
    Product wanted;
    for (size_t d = 0; d < taken.sizes.size(); ++d)
      wanted.push_back(range(taken.offsets[d], taken.sizes[d]));
    synapses += walk.follow(current, wanted);
  }
  result.synapses = static_cast<int64_t>(std::ceil(synapses));
  // A connection without a weight of its own (an identity, a pool) is one of one bit.
  result.weightBits = std::max<int64_t>(result.weightBits, 1);
  result.sharedBits = std::max<int64_t>(result.sharedBits, 1);
  result.pairBits = result.synapses * result.weightBits;
  return result;
}

int64_t Connector::countFanIn(LayerOp layer) {
  ArrayRef<int64_t> shape = layer.getShape();
  int64_t neurons = layer.getNumNeurons(), max = 0;
  constexpr int64_t kSamples = 16;
  for (int64_t i = 0; i <= kSamples; ++i) {
    Box box;
    box.sizes.assign(shape.size(), 1);
    int64_t position = i * (neurons - 1) / kSamples;
    for (size_t d = shape.size(); d-- > 0; position /= shape[d])
      box.offsets.insert(box.offsets.begin(), position % shape[d]);
    if (i == kSamples / 2)
      for (size_t d = 0; d < shape.size(); ++d)
        box.offsets[d] = shape[d] / 2;
    int64_t sources = 0;
    for (const llvm::BitVector &heard : connect(layer, box).heard)
      sources += heard.count();
    max = std::max(max, sources);
  }
  return max;
}

} // namespace snnc::core
