#include "compiler/convert/ProductCost.h"

#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace snnc {

namespace {

/// The share of steps in which a neuron sends an event: half of the signs are one (measured: 0.46 to
/// 0.49), and a ternary code is silent in three steps of four or more (docs/results/models.md).
double getEventRate(snn::SpikeCode code) { return code == snn::SpikeCode::Sign ? 0.5 : 0.25; }

/// A neuron adds its event to its estimate and compares; the rest is the function's.
constexpr double kOperationsOfANeuron = 2;

double countPerSample(Value tensor) {
  return static_cast<double>(countElements(getTensorShape(tensor).drop_front()));
}

/// Additions that a change of every element of an activation causes on its way to the next neurons.
class Reach {
public:
  double count(Value activation) {
    if (auto found = known.find(activation); found != known.end())
      return found->second;
    double sum = 0;
    for (Operation *user : activation.getUsers())
      sum += count(user, activation);
    return known[activation] = sum;
  }

private:
  double count(Operation *user, Value activation) {
    if (user->getNumResults() != 1)
      return countPerSample(activation); // the network's output
    Value result = user->getResult(0);
    auto weighted = [&](double perOutput) {
      return countPerSample(result) * perOutput + count(result);
    };
    return llvm::TypeSwitch<Operation *, double>(user)
        .Case([&](ann::ConvOp conv) {
          return weighted(
              static_cast<double>(countElements(getTensorShape(conv.getWeight()).drop_front())));
        })
        .Case([&](ann::ConvTransposeOp conv) {
          return countPerSample(activation) * static_cast<double>(countElements(
                                                  getTensorShape(conv.getWeight()).drop_front())) +
                 count(result);
        })
        .Case([&](ann::GemmOp gemm) {
          return weighted(static_cast<double>(getTensorShape(gemm.getInput()).back()));
        })
        .Case([&](ann::MatMulOp matmul) {
          return weighted(static_cast<double>(getTensorShape(matmul.getLhs()).back()));
        })
        .Case<ann::ReduceMeanOp, ann::ReduceSumOp, ann::AveragePoolOp, ann::GlobalAveragePoolOp>(
            [&](auto) { return countPerSample(activation) + count(result); })
        .Default(
            [&](Operation *op) { return isNeuron(op) ? countPerSample(result) : count(result); });
  }

  /// A product or quotient with a constant is linear.
  static bool isNeuron(Operation *op) {
    return op->hasTrait<ann::Nonlinear>() &&
           llvm::none_of(op->getOperands(), [](Value operand) { return getConstantAttr(operand); });
  }

  llvm::DenseMap<Value, double> known;
};

} // namespace

ProductCost estimateProduct(Operation *op, snn::Function function, snn::SpikeCode code) {
  double elements = countPerSample(op->getResult(0)), reached = Reach().count(op->getResult(0));
  const ::snn::FunctionInfo &info = ::snn::getInfo(function);
  double perNeuron = info.operands + info.operations + kOperationsOfANeuron;
  return {2 * elements + reached, perNeuron * elements + getEventRate(code) * reached};
}

} // namespace snnc
