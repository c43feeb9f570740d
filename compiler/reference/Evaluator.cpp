#include "compiler/reference/Evaluator.h"

#include "compiler/reference/Kernels.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/StringMap.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::reference {

namespace {

using Operands = std::vector<const Tensor *>;
using Handler = Tensor (*)(Operation *, const Operands &);

/// What operations compute that are not element by element; an absent bias is a null operand.
const llvm::StringMap<Handler> &getHandlers() {
  static const llvm::StringMap<Handler> handlers = {
      {"ann.conv",
       [](Operation *op, const Operands &in) {
         return conv(cast<ann::ConvOp>(op), *in[0], *in[1], in.size() > 2 ? in[2] : nullptr);
       }},
      {"ann.gemm",
       [](Operation *op, const Operands &in) {
         return gemm(cast<ann::GemmOp>(op), *in[0], *in[1], in.size() > 2 ? in[2] : nullptr);
       }},
      {"ann.conv_transpose",
       [](Operation *op, const Operands &in) {
         return convTranspose(cast<ann::ConvTransposeOp>(op), *in[0], *in[1],
                              in.size() > 2 ? in[2] : nullptr);
       }},
      {"ann.matmul", [](Operation *, const Operands &in) { return matmul(*in[0], *in[1]); }},
      {"ann.batch_norm",
       [](Operation *op, const Operands &in) {
         return batchNorm(cast<ann::BatchNormOp>(op), *in[0], *in[1], *in[2], *in[3], *in[4]);
       }},
      {"ann.layer_norm",
       [](Operation *op, const Operands &in) {
         return layerNorm(cast<ann::LayerNormOp>(op), *in[0], *in[1],
                          in.size() > 2 ? in[2] : nullptr);
       }},
      {"ann.instance_norm",
       [](Operation *op, const Operands &in) {
         return instanceNorm(cast<ann::InstanceNormOp>(op), *in[0], *in[1], *in[2]);
       }},
      {"ann.group_norm",
       [](Operation *op, const Operands &in) {
         return groupNorm(cast<ann::GroupNormOp>(op), *in[0], *in[1], *in[2]);
       }},
      {"ann.softmax",
       [](Operation *op, const Operands &in) {
         return softmax(static_cast<int64_t>(cast<ann::SoftmaxOp>(op).getAxis()), *in[0]);
       }},
      {"ann.log_softmax",
       [](Operation *op, const Operands &in) {
         return logSoftmax(static_cast<int64_t>(cast<ann::LogSoftmaxOp>(op).getAxis()), *in[0]);
       }},
      {"ann.argmax",
       [](Operation *op, const Operands &in) {
         return argMax(static_cast<int64_t>(cast<ann::ArgMaxOp>(op).getAxis()), *in[0]);
       }},
      {"ann.average_pool",
       [](Operation *op, const Operands &in) {
         return averagePool(cast<ann::AveragePoolOp>(op), *in[0]);
       }},
      {"ann.max_pool",
       [](Operation *op, const Operands &in) { return maxPool(cast<ann::MaxPoolOp>(op), *in[0]); }},
      {"ann.global_average_pool",
       [](Operation *, const Operands &in) { return globalAveragePool(*in[0]); }},
      {"ann.reduce_mean",
       [](Operation *op, const Operands &in) {
         return reduceMean(cast<ann::ReduceMeanOp>(op), *in[0]);
       }},
      {"ann.reduce_sum",
       [](Operation *op, const Operands &in) {
         return reduceSum(cast<ann::ReduceSumOp>(op), *in[0]);
       }},
      {"ann.reduce_max",
       [](Operation *op, const Operands &in) {
         return reduceMax(cast<ann::ReduceMaxOp>(op), *in[0]);
       }},
      {"ann.reduce_min",
       [](Operation *op, const Operands &in) {
         return reduceMin(cast<ann::ReduceMinOp>(op), *in[0]);
       }},
      {"ann.flatten",
       [](Operation *op, const Operands &in) {
         return reshape(*in[0], cast<RankedTensorType>(op->getResult(0).getType()));
       }},
      {"ann.reshape",
       [](Operation *op, const Operands &in) {
         return reshape(*in[0], cast<RankedTensorType>(op->getResult(0).getType()));
       }},
      {"ann.transpose",
       [](Operation *op, const Operands &in) {
         return transpose(cast<ann::TransposeOp>(op), *in[0]);
       }},
      {"ann.pad",
       [](Operation *op, const Operands &in) { return pad(cast<ann::PadOp>(op), *in[0]); }},
      {"ann.slice",
       [](Operation *op, const Operands &in) { return slice(cast<ann::SliceOp>(op), *in[0]); }},
      {"ann.concat",
       [](Operation *op, const Operands &in) { return concat(cast<ann::ConcatOp>(op), in); }},
      {"ann.gather",
       [](Operation *op, const Operands &in) { return gather(cast<ann::GatherOp>(op), *in[0]); }},
      {"ann.expand",
       [](Operation *op, const Operands &in) { return expand(cast<ann::ExpandOp>(op), *in[0]); }},
      {"ann.resize",
       [](Operation *op, const Operands &in) { return resize(cast<ann::ResizeOp>(op), *in[0]); }},
  };
  return handlers;
}

/// Whether `found` is an instance of a type whose batch may be dynamic.
bool fits(ArrayRef<int64_t> found, RankedTensorType type) {
  return found.size() == static_cast<size_t>(type.getRank()) &&
         llvm::all_of(llvm::zip(found, type.getShape()), [](auto pair) {
           return ShapedType::isDynamic(std::get<1>(pair)) ||
                  std::get<0>(pair) == std::get<1>(pair);
         });
}

} // namespace

Tensor evaluate(Operation *op, const Operands &in) {
  if (auto elementwise = dyn_cast<ann::ElementwiseOpInterface>(op))
    return in.size() == 1 ? mapElements(*in[0], elementwise.getFunction())
                          : mapElements(*in[0], *in[1], elementwise.getFunction());
  return getHandlers().lookup(op->getName().getStringRef())(op, in);
}

FailureOr<Evaluator> Evaluator::create(func::FuncOp function) {
  Evaluator evaluator;
  evaluator.function = function;
  for (Operation &op : function.front()) {
    if (isa<func::ReturnOp>(op))
      continue;
    if (auto constant = dyn_cast<ann::ConstantOp>(op)) {
      FailureOr<std::vector<double>> numbers = readNumbers(constant.getValue());
      if (failed(numbers))
        return op.emitOpError() << "value cannot be read; is its resource missing?";
      std::vector<int64_t> shape(getTensorShape(constant.getOutput()));
      evaluator.constants[constant.getOutput()] =
          std::make_shared<Tensor>(std::move(shape), std::move(*numbers));
      continue;
    }
    if (!isa<ann::ElementwiseOpInterface>(op) &&
        !getHandlers().contains(op.getName().getStringRef()))
      return op.emitOpError() << "cannot be evaluated";
  }
  return evaluator;
}

::snn::Result<std::vector<Tensor>> Evaluator::run(ArrayRef<Tensor> inputs, Observer observe) const {
  func::FuncOp network = function;
  if (inputs.size() != network.getNumArguments())
    return ::snn::Error{"the network has " + std::to_string(network.getNumArguments()) +
                        " inputs, found " + std::to_string(inputs.size())};
  llvm::DenseMap<Value, Tensor> values;
  for (auto [argument, input] : llvm::zip(network.getArguments(), inputs)) {
    auto type = cast<RankedTensorType>(argument.getType());
    if (!fits(input.shape, type))
      return ::snn::Error{"the network takes " + showShape(type.getShape()) + ", found " +
                          showShape(input.shape)};
    values[argument] = input;
  }
  auto get = [&](Value value) -> const Tensor * {
    if (auto found = constants.find(value); found != constants.end())
      return found->second.get();
    return &values.find(value)->second;
  };
  std::vector<Tensor> results;
  for (Operation &op : network.front()) {
    if (isa<ann::ConstantOp>(op))
      continue;
    Operands operands;
    for (Value operand : op.getOperands())
      operands.push_back(get(operand));
    if (isa<func::ReturnOp>(op)) {
      for (const Tensor *result : operands)
        results.push_back(*result);
      break;
    }
    Tensor result = evaluate(&op, operands);
    if (observe)
      observe(op.getResult(0), result);
    // What nobody reads any more makes room.
    for (Value operand : op.getOperands())
      if (llvm::all_of(operand.getUsers(),
                       [&](Operation *user) { return user == &op || user->isBeforeInBlock(&op); }))
        values.erase(operand);
    values[op.getResult(0)] = std::move(result);
  }
  return results;
}

int64_t countMACs(Operation *op) {
  auto sampleElements = [](Value tensor) {
    ArrayRef<int64_t> shape = getTensorShape(tensor);
    return countElements(ShapedType::isDynamic(shape[0]) ? shape.drop_front() : shape);
  };
  if (auto conv = dyn_cast<ann::ConvOp>(op))
    return sampleElements(conv.getOutput()) *
           countElements(getTensorShape(conv.getWeight()).drop_front());
  if (auto conv = dyn_cast<ann::ConvTransposeOp>(op))
    return sampleElements(conv.getInput()) *
           countElements(getTensorShape(conv.getWeight()).drop_front());
  if (auto gemm = dyn_cast<ann::GemmOp>(op))
    return sampleElements(gemm.getOutput()) * getTensorShape(gemm.getInput()).back();
  if (auto matmul = dyn_cast<ann::MatMulOp>(op))
    return sampleElements(matmul.getOutput()) * getTensorShape(matmul.getLhs()).back();
  return 0;
}

} // namespace snnc::reference
