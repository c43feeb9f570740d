#include "compiler/quantize/DenseSynapses.h"

#include "compiler/quantize/Windows.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

namespace {

/// Adds weight times one plane of the input, seen through tap (ky, kx), to one plane of the output.
void addTap(const Window &window, Plane in, Plane out, int64_t ky, int64_t kx, double weight,
            const double *source, double *target) {
  for (int64_t y = 0; y < out.height; ++y) {
    int64_t row = y * window.strideY + ky * window.dilationY - window.padY;
    if (row < 0 || row >= in.height)
      continue;
    int64_t offset = kx * window.dilationX - window.padX;
    int64_t first = offset < 0 ? (-offset + window.strideX - 1) / window.strideX : 0;
    int64_t end = std::min(out.width, (in.width - offset + window.strideX - 1) / window.strideX);
    const double *from = source + row * in.width + offset;
    double *to = target + y * out.width;
    for (int64_t x = first; x < end; ++x)
      to[x] += weight * from[x * window.strideX];
  }
}

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

Numbers DenseSynapses::applyConv(snn::ConvOp conv, const Numbers &in, Part part, Weights weights) {
  Window window = getWindow(conv);
  Plane from = getPlane(conv.getStream()), to = getPlane(conv.getCurrent());
  ArrayRef<int64_t> shape = getTensorShape(conv.getWeight());
  int64_t outputs = shape[0], inputs = shape[1], perGroup = outputs / conv.getGroup();
  int64_t plane = to.height * to.width;
  double unit = std::ldexp(1.0, static_cast<int>(conv.getShift()));
  const double *weight = read(conv.getWeight()).data();
  const bool isBiased = conv.getBias() && part == Part::Affine;
  const double *bias = isBiased ? read(conv.getBias()).data() : nullptr;
  Numbers out(outputs * plane, 0.0);
  for (int64_t o = 0; o < outputs; ++o) {
    if (isBiased)
      std::fill_n(out.begin() + o * plane, plane, pick(bias[o], weights));
    for (int64_t c = 0; c < inputs; ++c)
      for (int64_t ky = 0; ky < window.height; ++ky)
        for (int64_t kx = 0; kx < window.width; ++kx, ++weight)
          addTap(window, from, to, ky, kx, pick(*weight, weights) * unit,
                 in.data() + (o / perGroup * inputs + c) * from.height * from.width,
                 out.data() + o * plane);
  }
  return out;
}

Numbers DenseSynapses::applyGemm(snn::GemmOp gemm, const Numbers &in, Part part, Weights weights) {
  int64_t rows = getTensorShape(gemm.getWeight())[0], columns = getTensorShape(gemm.getWeight())[1];
  const Numbers &weight = read(gemm.getWeight());
  const bool isBiased = gemm.getBias() && part == Part::Affine;
  const double *bias = isBiased ? read(gemm.getBias()).data() : nullptr;
  double unit = std::ldexp(1.0, static_cast<int>(gemm.getShift()));
  Numbers out(in.size() / rows * columns, 0.0);
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
  return out;
}

Numbers DenseSynapses::apply(snn::SynapseOpInterface synapse, ArrayRef<const Numbers *> inputs,
                             Part part, Weights weights) {
  Operation *op = synapse;
  if (auto conv = dyn_cast<snn::ConvOp>(op))
    return applyConv(conv, *inputs.front(), part, weights);
  if (auto gemm = dyn_cast<snn::GemmOp>(op))
    return applyGemm(gemm, *inputs.front(), part, weights);
  Numbers result = reference::applySynapse(synapse, inputs, part);
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
  return result;
}

} // namespace snnc::quantize
