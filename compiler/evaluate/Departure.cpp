#include "compiler/evaluate/Departure.h"

#include "compiler/reference/Indexing.h"
#include "dialects/ann/ANN.h"
#include "dialects/support/Locations.h"
#include "dialects/support/Shapes.h"
#include <algorithm>
#include <cmath>
#include <map>

using namespace mlir;

namespace snnc {

namespace {

/// A layer is off that is this far from its activations, and so many times as far as any before it.
constexpr double kFar = 0.15, kJump = 2;

/// Sums over the elements that share a gain.
struct Sums {
  double both = 0, own = 0, wanted = 0;
};

/// A layer of the program and the operation that it stands for.
struct Pair {
  size_t layer;
  Operation *op;
  std::vector<int64_t> entries; ///< of each element of a sample: which gain is its own
  std::vector<Sums> sums;
  double missed = 0, strived = 0;       ///< squares of target minus output, and of the target
  std::vector<double> targets, outputs; ///< of the current image

  void add(const reference::Tensor &wanted) {
    for (size_t i = 0; i < entries.size(); ++i) {
      Sums &sum = sums[entries[i]];
      sum.both += outputs[i] * wanted.data[i];
      sum.own += outputs[i] * outputs[i];
      sum.wanted += wanted.data[i] * wanted.data[i];
      missed += std::pow(targets[i] - outputs[i], 2);
      strived += targets[i] * targets[i];
    }
  }

  LayerError getError(const std::string &name) const {
    double left = 0, all = 0;
    for (const Sums &sum : sums) {
      all += sum.wanted;
      // What is left when the outputs are given the gain that fits best; one below 0 does not.
      left += sum.own > 0 && sum.both > 0 ? sum.wanted - sum.both * sum.both / sum.own : sum.wanted;
    }
    auto ratio = [](double squares, double whole) {
      return whole > 0 ? std::sqrt(std::max(0.0, squares) / whole) : squares > 0 ? 1.0 : 0.0;
    };
    return {name, ratio(left, all), ratio(missed, strived)};
  }
};

/// The elements of a sample of `op` share gains as they share ranges.
std::vector<int64_t> getEntries(Operation *op) {
  ArrayRef<int64_t> sample = getTensorShape(op->getResult(0)).drop_front();
  auto range = op->getAttrOfType<ann::RangeAttr>(ann::ANNDialect::kRangeAttrName);
  ArrayRef<int64_t> shape = range ? range.getLower().getType().getShape() : ArrayRef<int64_t>();
  bool isPerChannel = shape.size() == 1 && sample.size() > 1;
  std::vector<int64_t> entries;
  reference::forEach(sample, [&](reference::Shape at) {
    entries.push_back(isPerChannel ? at[0] : reference::broadcast(at, shape));
  });
  return entries;
}

/// Operations may have become several layers of one name; where as many of one size have it on both sides, they are
/// the same in order.
std::vector<Pair> pairUp(const RealNetwork &real, const ::snn::Program &program) {
  std::map<std::string, std::vector<Operation *>> operations;
  func::FuncOp function = real.getFunction();
  function.walk([&](Operation *op) {
    if (op->hasTrait<ann::Nonlinear>())
      operations[getFirstName(op->getLoc())].push_back(op);
  });
  std::map<std::string, std::vector<size_t>> layers;
  for (size_t i = 0; i < program.layers().size(); ++i)
    if (program.layers()[i].isNeuron)
      layers[program.layers()[i].name].push_back(i);
  std::vector<Pair> pairs;
  for (const auto &[name, found] : layers) {
    auto same = operations.find(name);
    if (same == operations.end() || same->second.size() != found.size())
      continue;
    for (auto [layer, op] : llvm::zip(found, same->second)) {
      Pair pair{layer, op, getEntries(op), {}, 0, 0, {}, {}};
      if (pair.entries.size() != program.layers()[layer].neurons)
        continue;
      pair.sums.resize(*llvm::max_element(pair.entries) + 1);
      pair.targets.resize(pair.entries.size());
      pair.outputs.resize(pair.entries.size());
      pairs.push_back(std::move(pair));
    }
  }
  llvm::sort(pairs, [](const Pair &a, const Pair &b) { return a.layer < b.layer; });
  return pairs;
}

} // namespace

data::Result<std::vector<LayerError>> compareLayers(const RealNetwork &real,
                                                    const ::snn::Program &program,
                                                    const data::Dataset &dataset,
                                                    const std::vector<int64_t> &indices) {
  std::vector<Pair> pairs = pairUp(real, program);
  llvm::DenseMap<Operation *, Pair *> byOperation;
  for (Pair &pair : pairs)
    byOperation[pair.op] = &pair;
  ::snn::Engine engine(program);
  std::vector<double> values(program.inputSize());
  for (int64_t index : indices) {
    dataset.image(index, values.data());
    engine.start(values.data());
    engine.run(program.steps());
    llvm::erase_if(pairs, [&](Pair &pair) {
      return !engine.look(pair.layer, pair.targets.data(), pair.outputs.data());
    });
    byOperation.clear();
    for (Pair &pair : pairs)
      byOperation[pair.op] = &pair;
    auto result = real.run(dataset, index, [&](Value value, const reference::Tensor &activations) {
      if (auto found = byOperation.find(value.getDefiningOp()); found != byOperation.end())
        found->second->add(activations);
    });
    if (!result)
      return data::Error{result.error()};
  }
  std::vector<LayerError> errors;
  for (const Pair &pair : pairs)
    errors.push_back(pair.getError(program.layers()[pair.layer].name));
  return errors;
}

const LayerError *findDeparture(const std::vector<LayerError> &layers) {
  double before = 0;
  for (const LayerError &layer : layers) {
    if (layer.total > kFar && layer.total > kJump * before)
      return &layer;
    before = std::max(before, layer.total);
  }
  return nullptr;
}

} // namespace snnc
