#include "compiler/tune/Settings.h"

#include "dialects/snn/Attributes.h"
#include "dialects/support/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include <cmath>
#include <numeric>

using namespace mlir;

namespace snnc::tune {

llvm::SmallVector<snn::NeuronOp> getNeurons(func::FuncOp network) {
  auto neurons = network.getOps<snn::NeuronOp>();
  return {neurons.begin(), neurons.end()};
}

std::vector<int64_t> getDepths(func::FuncOp network) {
  llvm::DenseMap<Value, int64_t> behind; // populations on the longest way to a value, with its own
  std::vector<int64_t> depths;
  for (Operation &op : network.front()) {
    int64_t depth = 0;
    for (Value operand : op.getOperands())
      depth = std::max(depth, behind.lookup(operand));
    if (isa<snn::NeuronOp>(op))
      depths.push_back(depth++);
    for (Value result : op.getResults())
      behind[result] = depth;
  }
  return depths;
}

std::vector<double> getFanOuts(func::FuncOp network) {
  // From the end: what an event on a value costs. Behind weights a current is someone's estimate.
  llvm::DenseMap<Value, double> cost;
  for (Operation &op : llvm::reverse(network.front())) {
    auto synapse = dyn_cast<snn::SynapseOpInterface>(op);
    if (!synapse)
      continue;
    bool weighs = isa<snn::WeightedOpInterface>(op);
    for (auto [i, stream] : llvm::enumerate(synapse.getStreams()))
      cost[stream] += static_cast<double>(synapse.getFanOut(i)) +
                      (weighs ? 0 : cost.lookup(synapse.getCurrent()));
  }
  std::vector<double> fanOuts;
  for (snn::NeuronOp neuron : getNeurons(network))
    fanOuts.push_back(std::max(1.0, cost.lookup(neuron.getSpikes())));
  return fanOuts;
}

Layers describeLayers(func::FuncOp network, bool byWork) {
  auto normalize = [](std::vector<double> &numbers) {
    double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
    for (double &number : numbers)
      number /= sum;
  };
  Layers layers;
  layers.depths = getDepths(network);
  for (snn::NeuronOp neuron : getNeurons(network))
    layers.neuronShares.push_back(
        static_cast<double>(neuron.getSpikes().getType().getNumElements()));
  layers.shares = layers.neuronShares;
  if (byWork)
    for (auto [share, fanOut] : llvm::zip(layers.shares, getFanOuts(network)))
      share *= fanOut;
  normalize(layers.neuronShares);
  normalize(layers.shares);
  snn::ScheduleAttr schedule = getNeurons(network).front().getSchedule();
  if (schedule.getKind() == snn::ScheduleKind::Dyadic)
    layers.first = schedule.getFirst();
  return layers;
}

ElementsAttr makePerChannel(snn::NeuronOp neuron, const std::vector<double> &numbers) {
  SmallVector<int64_t> shape(neuron.getSpikes().getType().getShape().size(), 1);
  shape[0] = static_cast<int64_t>(numbers.size());
  return makeConstant(RankedTensorType::get(shape, Float64Type::get(neuron.getContext())), numbers);
}

namespace {

/// `attr`, which broadcasts to `shape`, times `factor` (or divided by it).
ElementsAttr multiply(ElementsAttr attr, const UnitFactor &factor, ArrayRef<int64_t> shape,
                      bool divides) {
  ArrayRef<int64_t> own = cast<RankedTensorType>(attr.getShapedType()).getShape();
  SmallVector<int64_t> joint(shape.size());
  for (auto [i, dimension] : llvm::enumerate(shape))
    joint[i] = own[i] == 1 && factor.shape[i] == 1 ? 1 : dimension;
  std::vector<double> numbers = broadcast(*readNumbers(attr), own, joint);
  std::vector<double> factors = broadcast(factor.numbers, factor.shape, joint);
  for (auto [number, by] : llvm::zip(numbers, factors))
    number = divides ? number / by : number * by;
  return makeConstant(RankedTensorType::get(joint, Float64Type::get(attr.getContext())), numbers);
}

Value createScale(OpBuilder &builder, Value stream, const UnitFactor &factor, bool divides,
                  FloatType type) {
  std::vector<double> numbers = factor.numbers;
  for (double &number : numbers)
    number = divides ? 1 / number : number;
  auto attr = makeConstant(RankedTensorType::get(factor.shape, type), numbers);
  Value constant =
      builder.create<arith::ConstantOp>(stream.getLoc(), cast<TypedAttr>(Attribute(attr)));
  return builder.create<snn::ScaleOp>(stream.getLoc(), stream, constant);
}

} // namespace

std::vector<double> broadcast(const std::vector<double> &numbers, ArrayRef<int64_t> from,
                              ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t dimension : shape)
    count *= dimension;
  std::vector<double> result(count);
  for (int64_t i = 0; i < count; ++i) {
    int64_t index = 0, rest = i, size = count;
    for (auto [of, dimension] : llvm::zip(from, shape)) {
      size /= dimension;
      index = index * of + (of == 1 ? 0 : rest / size);
      rest %= size;
    }
    result[i] = numbers[index];
  }
  return result;
}

void scaleUnits(snn::NeuronOp neuron, const UnitFactor &factor, FloatType type) {
  OpBuilder builder(neuron);
  // It was seen in the unit of before. Without, whoever needs it asks for it again.
  if (llvm::any_of(factor.numbers, [](double by) { return by != 1; }))
    neuron->removeAttr(snn::kObservedAttrName);
  ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape();
  // A function without the scale's linearity, or one unit per neuron, is compared in its unit.
  if (neuron.getRange() ||
      ::snn::getInfo(neuron.getFunction()).homogeneity != ::snn::Homogeneity::All) {
    ElementsAttr range = neuron.getRange() ? *neuron.getRange() : makePerChannel(neuron, {1.0});
    neuron.setRangeAttr(multiply(range, factor, shape, /*divides=*/false));
  } else {
    for (OpOperand &operand : neuron->getOpOperands())
      operand.set(createScale(builder, operand.get(), factor, /*divides=*/true, type));
  }
  if (neuron.getInitial())
    neuron.setInitialAttr(multiply(*neuron.getInitial(), factor, shape, /*divides=*/true));
  if (neuron.getOffset())
    neuron.setOffsetAttr(multiply(*neuron.getOffset(), factor, shape, /*divides=*/true));
  builder.setInsertionPointAfter(neuron);
  Value spikes = neuron.getSpikes();
  SmallVector<OpOperand *> readers;
  for (OpOperand &use : spikes.getUses())
    readers.push_back(&use);
  Value scaled = createScale(builder, spikes, factor, /*divides=*/false, type);
  for (OpOperand *reader : readers)
    reader->set(scaled);
}

bool isIdentity(snn::NeuronOp neuron) {
  return neuron.getFunction() == snn::Function::LeakyRelu && neuron.getParams() &&
         neuron.getParams()->front() == 1 && !neuron.getRange();
}

void bypassIdentity(snn::NeuronOp neuron) {
  neuron.getSpikes().replaceAllUsesWith(neuron.getCurrents().front());
  neuron.erase();
}

} // namespace snnc::tune
