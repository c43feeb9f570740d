#include "compiler/reference/Synapses.h"

#include "compiler/reference/Indexing.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace snnc::reference {

namespace {

Shape streamShape(Value stream) { return snn::getStreamShape(stream.getType()); }

/// Weights as they count: integer ones times two to the power of the synapse's shift.
template <typename Op>
Numbers getWeights(Op op) {
  Numbers weight = snn::readWeights(op.getWeight());
  for (double &number : weight)
    number = std::ldexp(number, static_cast<int>(op.getShift()));
  return weight;
}

Numbers applyConv(snn::ConvOp conv, const Numbers &in, Part part) {
  Shape inShape = streamShape(conv.getStream()), outShape = streamShape(conv.getCurrent());
  Shape weightShape = getTensorShape(conv.getWeight());
  Numbers weight = getWeights(conv);
  Numbers bias = conv.getBias() && part == Part::Affine ? snn::readWeights(conv.getBias())
                                                        : Numbers(outShape[0], 0.0);
  int64_t outputsPerGroup = outShape[0] / conv.getGroup();
  Numbers out;
  forEach(outShape, [&](Shape at) {
    double sum = bias[at[0]];
    forEach(weightShape.drop_front(), [&](Shape tap) {
      SmallVector<int64_t> from{at[0] / outputsPerGroup * weightShape[1] + tap[0]};
      for (size_t d = 1; d < at.size(); ++d)
        from.push_back(at[d] * conv.getStrides()[d - 1] + tap[d] * conv.getDilations()[d - 1] -
                       conv.getPads()[d - 1]);
      int64_t source = flatten(from, inShape);
      if (source >= 0)
        sum += in[source] * weight[at[0] * countElements(weightShape.drop_front()) +
                                   flatten(tap, weightShape.drop_front())];
    });
    out.push_back(sum);
  });
  return out;
}

Numbers applyGemm(snn::GemmOp gemm, const Numbers &in, Part part) {
  int64_t rows = getTensorShape(gemm.getWeight())[0], columns = getTensorShape(gemm.getWeight())[1];
  Numbers weight = getWeights(gemm);
  Numbers bias = gemm.getBias() && part == Part::Affine ? snn::readWeights(gemm.getBias())
                                                        : Numbers(columns, 0.0);
  Numbers out;
  for (size_t first = 0; first < in.size(); first += rows)
    for (int64_t m = 0; m < columns; ++m) {
      double sum = bias[m];
      for (int64_t k = 0; k < rows; ++k)
        sum += in[first + k] * weight[k * columns + m];
      out.push_back(sum);
    }
  return out;
}

Numbers applyAveragePool(snn::AveragePoolOp pool, const Numbers &in) {
  Shape inShape = streamShape(pool.getStream());
  bool isFixed = snn::isFixed(pool.getStream().getType());
  double common = isFixed ? static_cast<double>(snn::getCommonCount(pool)) : 1;
  Numbers out;
  forEach(streamShape(pool.getCurrent()), [&](Shape at) {
    double sum = 0;
    int64_t inside = 0;
    forEach(pool.getKernelShape(), [&](Shape tap) {
      SmallVector<int64_t> from{at[0]};
      for (size_t d = 0; d < tap.size(); ++d)
        from.push_back(at[d + 1] * pool.getStrides()[d] + tap[d] - pool.getPads()[d]);
      int64_t source = flatten(from, inShape);
      if (source >= 0) {
        sum += in[source];
        ++inside;
      }
    });
    int64_t divisor = pool.getCountIncludePad() ? countElements(pool.getKernelShape()) : inside;
    // Of integers, a common multiple of all divisors: sums stay exact.
    double mean = isFixed ? sum * (common / static_cast<double>(divisor))
                          : sum / static_cast<double>(divisor);
    out.push_back(divisor > 0 ? mean : 0.0);
  });
  return out;
}

Numbers applyScale(snn::ScaleOp scale, const Numbers &in) {
  Numbers factor = snn::readWeights(scale.getFactor()), out;
  forEach(streamShape(scale.getCurrent()), [&](Shape at) {
    out.push_back(in[out.size()] * factor[broadcast(at, getTensorShape(scale.getFactor()))]);
  });
  return out;
}

Numbers applyBias(snn::BiasOp bias, const Numbers &in, Part part) {
  if (part == Part::Linear)
    return in;
  Numbers value = snn::readWeights(bias.getValue()), out;
  forEach(streamShape(bias.getCurrent()), [&](Shape at) {
    out.push_back(in[out.size()] + value[broadcast(at, getTensorShape(bias.getValue()))]);
  });
  return out;
}

Numbers applyAdd(const Numbers &lhs, const Numbers &rhs) {
  Numbers out(lhs);
  for (size_t i = 0; i < out.size(); ++i)
    out[i] += rhs[i];
  return out;
}

/// Moves elements; nothing comes from a border but, where constants count, its value.
Numbers applyIndexMap(snn::IndexMapOpInterface op, ArrayRef<const Numbers *> inputs, Part part) {
  Numbers out(countElements(streamShape(op->getResult(0))),
              part == Part::Affine ? op.getBorder() : 0.0);
  for (unsigned index = 0; index < inputs.size(); ++index) {
    std::vector<int64_t> sources = op.getIndexMap(index).sources();
    for (size_t i = 0; i < sources.size(); ++i)
      if (sources[i] != ::snn::IndexMap::kNone)
        out[i] = (*inputs[index])[sources[i]];
  }
  return out;
}

Numbers applyMatMul(snn::MatMulOp matmul, const Numbers &lhs, const Numbers &rhs) {
  Shape shape = streamShape(matmul.getCurrent());
  int64_t inner = streamShape(matmul.getLhs()).back();
  Numbers out;
  forEach(shape, [&](Shape at) {
    SmallVector<int64_t> left(at), right(at);
    double sum = 0;
    for (int64_t k = 0; k < inner; ++k) {
      left[at.size() - 1] = right[at.size() - 2] = k;
      sum += lhs[flatten(left, streamShape(matmul.getLhs()))] *
             rhs[flatten(right, streamShape(matmul.getRhs()))];
    }
    out.push_back(sum);
  });
  return out;
}

/// The change of scale that it is, without rounding or saturation.
Numbers applyRequantize(snn::RequantizeOp op, const Numbers &in) {
  Numbers multipliers = *readNumbers(op.getMultipliers()), out;
  forEach(streamShape(op.getCurrent()), [&](Shape at) {
    double m = multipliers[broadcast(at, op.getMultipliers().getShapedType().getShape())];
    out.push_back(std::ldexp(in[out.size()] * m, -static_cast<int>(op.getShift())));
  });
  return out;
}

Numbers applyMul(const Numbers &lhs, const Numbers &rhs) {
  Numbers out(lhs);
  for (size_t i = 0; i < out.size(); ++i)
    out[i] *= rhs[i];
  return out;
}

} // namespace

Numbers applySynapse(snn::SynapseOpInterface synapse, ArrayRef<const Numbers *> inputs, Part part) {
  const Numbers &in = *inputs.front();
  return llvm::TypeSwitch<Operation *, Numbers>(synapse)
      .Case([&](snn::ConvOp op) { return applyConv(op, in, part); })
      .Case([&](snn::GemmOp op) { return applyGemm(op, in, part); })
      .Case([&](snn::AveragePoolOp op) { return applyAveragePool(op, in); })
      .Case([&](snn::ScaleOp op) { return applyScale(op, in); })
      .Case([&](snn::BiasOp op) { return applyBias(op, in, part); })
      .Case([&](snn::AddOp) { return applyAdd(in, *inputs[1]); })
      .Case([&](snn::IndexMapOpInterface op) { return applyIndexMap(op, inputs, part); })
      .Case([&](snn::MatMulOp op) { return applyMatMul(op, in, *inputs[1]); })
      .Case([&](snn::RequantizeOp op) { return applyRequantize(op, in); })
      .Case([&](snn::MulOp) { return applyMul(in, *inputs[1]); });
}

Numbers advanceProduct(snn::SynapseOpInterface synapse, Numbers &p, Numbers &q, const Numbers &dp,
                       const Numbers &dq) {
  Numbers result = applySynapse(synapse, {&dp, &q}, Part::Linear);
  for (size_t i = 0; i < p.size(); ++i)
    p[i] += dp[i];
  Numbers second = applySynapse(synapse, {&p, &dq}, Part::Linear);
  for (size_t i = 0; i < q.size(); ++i)
    q[i] += dq[i];
  for (size_t i = 0; i < result.size(); ++i)
    result[i] += second[i];
  return result;
}

namespace {

/// Adds one number for each element of a stream of `shape`.
void addExpanded(std::optional<ElementsAttr> attr, Shape shape, Numbers &result) {
  if (!attr)
    return;
  Numbers numbers = *readNumbers(*attr);
  size_t i = 0;
  forEach(shape, [&](Shape at) {
    result[i++] += numbers[broadcast(at, attr->getShapedType().getShape())];
  });
}

} // namespace

Numbers getInitialOutput(snn::NeuronOp neuron) {
  snn::SpikesType spikes = neuron.getSpikes().getType();
  Numbers result(spikes.getNumElements(), 0.0);
  addExpanded(neuron.getInitial(), spikes.getShape(), result);
  return result;
}

Numbers getAssumedOutput(snn::NeuronOp neuron) {
  Numbers result = getInitialOutput(neuron);
  addExpanded(neuron.getOffset(), neuron.getSpikes().getType().getShape(), result);
  return result;
}

} // namespace snnc::reference
