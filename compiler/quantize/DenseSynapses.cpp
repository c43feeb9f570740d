#include "compiler/quantize/DenseSynapses.h"

#include "compiler/quantize/Windows.h"
#include "compiler/reference/Convolution.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

namespace {

double pick(double weight, Weights weights) {
  return weights == Weights::Magnitude ? std::abs(weight) : weight;
}

} // namespace

const Numbers &DenseSynapses::read(Value constant) {
  std::lock_guard lock(reading);
  auto [found, isNew] = constants.try_emplace(constant.getAsOpaquePointer());
  if (isNew)
    found->second = snn::readWeights(constant);
  return found->second;
}

void DenseSynapses::applyConv(snn::ConvOp conv, const Numbers &in, Part part, Weights weights,
                              Numbers &out) {
  const Window window = getWindow(conv);
  const Plane from = getPlane(conv.getStream()), to = getPlane(conv.getCurrent());
  ArrayRef<int64_t> shape = getTensorShape(conv.getWeight());
  reference::ConvolutionShape convolution;
  convolution.axes[1] = {from.height,    to.height,   window.height,
                         window.strideY, window.padY, window.dilationY};
  convolution.axes[2] = {from.width,     to.width,    window.width,
                         window.strideX, window.padX, window.dilationX};
  convolution.groups = static_cast<int64_t>(conv.getGroup());
  convolution.inputs = shape[1];
  convolution.outputs = shape[0] / convolution.groups;
  const double unit = std::ldexp(1.0, static_cast<int>(conv.getShift()));
  Numbers numbers = read(conv.getWeight()), bias;
  for (double &weight : numbers)
    weight = pick(weight, weights) * unit;
  if (conv.getBias() && part == Part::Affine)
    bias = read(conv.getBias());
  for (double &number : bias)
    number = pick(number, weights);
  out.resize(shape[0] * to.height * to.width);
  reference::convolve(convolution, in.data(), numbers.data(), bias.empty() ? nullptr : bias.data(),
                      out.data());
}

void DenseSynapses::applyGemm(snn::GemmOp gemm, const Numbers &in, Part part, Weights weights,
                              Numbers &out) {
  int64_t rows = getTensorShape(gemm.getWeight())[0], columns = getTensorShape(gemm.getWeight())[1];
  const Numbers &weight = read(gemm.getWeight());
  const bool isBiased = gemm.getBias() && part == Part::Affine;
  const double *bias = isBiased ? read(gemm.getBias()).data() : nullptr;
  double unit = std::ldexp(1.0, static_cast<int>(gemm.getShift()));
  out.assign(in.size() / rows * columns, 0.0);
  for (size_t block = 0; block < in.size() / rows; ++block) {
    double *to = out.data() + block * columns;
    for (int64_t m = 0; isBiased && m < columns; ++m)
      to[m] = pick(bias[m], weights);
    for (int64_t k = 0; k < rows; ++k) {
      double value = in[block * rows + k] * unit;
      for (int64_t m = 0; value != 0 && m < columns; ++m)
        to[m] += value * pick(weight[k * columns + m], weights);
    }
  }
}

void DenseSynapses::apply(snn::SynapseOpInterface synapse, ArrayRef<const Numbers *> inputs,
                          Part part, Weights weights, Numbers &result) {
  Operation *op = synapse;
  if (auto conv = dyn_cast<snn::ConvOp>(op))
    return applyConv(conv, *inputs.front(), part, weights, result);
  if (auto gemm = dyn_cast<snn::GemmOp>(op))
    return applyGemm(gemm, *inputs.front(), part, weights, result);
  result = reference::applySynapse(synapse, inputs, part);
  // What is left has weights of one sign per element, so the magnitude of a sum of magnitudes is one.
  if (weights == Weights::Magnitude) {
    if (auto bias = dyn_cast<snn::BiasOp>(op); bias && part == Part::Affine) {
      Numbers plain = reference::applySynapse(synapse, inputs, Part::Linear);
      for (size_t i = 0; i < result.size(); ++i)
        result[i] = plain[i] + std::abs(result[i] - plain[i]);
    }
    for (double &number : result)
      number = std::abs(number);
  }
}

} // namespace snnc::quantize
