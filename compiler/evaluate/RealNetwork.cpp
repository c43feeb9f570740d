#include "compiler/evaluate/RealNetwork.h"

#include "dialects/ann/ANN.h"
#include "dialects/ann/Attributes.h"

using namespace mlir;

namespace snnc {

static std::vector<double> readNumbers(func::FuncOp function, StringRef name) {
  auto attr = function.getArgAttrOfType<DenseF64ArrayAttr>(0, name);
  return attr ? std::vector<double>(attr.asArrayRef().begin(), attr.asArrayRef().end())
              : std::vector<double>();
}

FailureOr<RealNetwork> RealNetwork::create(ModuleOp module) {
  RealNetwork network;
  network.module = module.clone();
  network.function = *network.module->getOps<func::FuncOp>().begin();
  auto type = network.function.getNumArguments() == 1
                  ? dyn_cast<RankedTensorType>(network.function.getArgument(0).getType())
                  : RankedTensorType();
  if (!type || type.getRank() < 2)
    return network.function.emitError() << "has no single input with a batch dimension";
  FailureOr<reference::Evaluator> evaluator = reference::Evaluator::create(network.function);
  if (failed(evaluator))
    return failure();
  network.evaluator = std::move(*evaluator);
  network.shape.assign(type.getShape().begin(), type.getShape().end());
  network.shape.front() = 1;
  network.normalization = {readNumbers(network.function, ann::kMeanAttrName),
                           readNumbers(network.function, ann::kStdAttrName)};
  return network;
}

int64_t RealNetwork::countMACs() const {
  int64_t count = 0;
  func::FuncOp walked = function;
  walked.walk([&](Operation *op) { count += reference::countMACs(op); });
  return count;
}

data::Result<std::vector<float>> RealNetwork::run(const data::Dataset &dataset, int64_t index,
                                                  reference::Observer observe) const {
  reference::Tensor input(shape);
  if (input.size() != dataset.imageSize())
    return data::Error{"the images do not fit the network"};
  dataset.image(index, input.data.data());
  normalization.apply(std::span<double>(input.data), shape[1]);
  auto results = evaluator->run(input, observe);
  if (!results)
    return data::Error{results.error()};
  std::vector<float> numbers;
  for (const reference::Tensor &result : *results)
    for (double number : result.data)
      numbers.push_back(static_cast<float>(number));
  return numbers;
}

} // namespace snnc
