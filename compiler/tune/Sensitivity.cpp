#include "compiler/tune/Sensitivity.h"

#include "compiler/tune/Settings.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>
#include <cmath>
#include <unordered_map>

using namespace mlir;

namespace snnc::tune {

namespace {

using Numbers = std::vector<double>;

ArrayRef<int64_t> shapeOf(Value stream) { return snn::getStreamShape(stream.getType()); }

/// Carries squared sensitivities from the results of operations to their operands.
class Backward {
public:
  Numbers &at(Value stream) {
    Numbers &numbers = found[stream.getAsOpaquePointer()];
    numbers.resize(countElements(shapeOf(stream)), 0.0);
    return numbers;
  }

  void visit(Operation *op) {
    llvm::TypeSwitch<Operation *>(op)
        .Case([&](snn::ConvOp conv) { visitConv(conv); })
        .Case([&](snn::GemmOp gemm) { visitGemm(gemm); })
        .Case([&](snn::AveragePoolOp pool) { visitPool(pool); })
        .Case([&](snn::ScaleOp scale) { visitScale(scale); })
        .Case([&](snn::IndexMapOpInterface map) { visitMap(map); })
        .Case([&](snn::MatMulOp matmul) { visitMatMul(matmul); })
        // Of other products each operand passes for a factor of 1.
        .Case([&](snn::SynapseOpInterface synapse) {
          for (Value stream : synapse.getStreams())
            addTo(stream, at(synapse.getCurrent()));
        });
  }

private:
  std::unordered_map<const void *, Numbers> found; ///< by stream; what it holds stays where it is

  void addTo(Value stream, const Numbers &numbers) {
    Numbers &sum = at(stream);
    for (size_t i = 0; i < sum.size(); ++i)
      sum[i] += numbers[i];
  }

  /// A stream C x spatial seen as C x H x W; one spatial dimension is a row.
  struct Plane {
    int64_t channels, height, width;
    explicit Plane(ArrayRef<int64_t> shape)
        : channels(shape[0]), height(shape.size() > 2 ? shape[1] : 1),
          width(shape.size() > 1 ? shape.back() : 1) {}
  };

  /// Calls `meet(from, to)` for every position of the stream that a position of the current hears at
  /// offset (i, j) of the window.
  template <typename Meet>
  static void forWindow(Plane in, Plane out, int64_t i, int64_t j, ArrayRef<int64_t> strides,
                        ArrayRef<int64_t> pads, ArrayRef<int64_t> dilations, Meet meet) {
    bool isFlat = strides.size() == 1;
    int64_t strideY = isFlat ? 1 : strides[0], padY = isFlat ? 0 : pads[0];
    int64_t padX = isFlat ? pads[0] : pads[1];
    for (int64_t y = 0; y < out.height; ++y)
      for (int64_t x = 0; x < out.width; ++x) {
        int64_t fromY = y * strideY + (isFlat ? 0 : i * dilations[0]) - padY;
        int64_t fromX = x * strides.back() + j * dilations.back() - padX;
        if (fromY >= 0 && fromY < in.height && fromX >= 0 && fromX < in.width)
          meet(fromY * in.width + fromX, y * out.width + x);
      }
  }

  void visitConv(snn::ConvOp conv) {
    Plane in(shapeOf(conv.getStream())), out(shapeOf(conv.getCurrent()));
    ArrayRef<int64_t> shape = cast<RankedTensorType>(conv.getWeight().getType()).getShape();
    Plane kernel(shape.drop_front());
    Numbers weight = snn::readWeights(conv.getWeight());
    const Numbers &behind = at(conv.getCurrent());
    Numbers &before = at(conv.getStream());
    int64_t perGroup = shape[0] / conv.getGroup(), inSize = in.height * in.width;
    for (int64_t o = 0; o < shape[0]; ++o)
      for (int64_t c = 0; c < shape[1]; ++c) {
        double *to = &before[(o / perGroup * shape[1] + c) * inSize];
        const double *from = &behind[o * out.height * out.width];
        for (int64_t k = 0; k < kernel.height * kernel.width; ++k) {
          double w = weight[(o * shape[1] + c) * kernel.height * kernel.width + k];
          forWindow(in, out, k / kernel.width, k % kernel.width, conv.getStrides(), conv.getPads(),
                    conv.getDilations(), [&](int64_t i, int64_t at) { to[i] += w * w * from[at]; });
        }
      }
  }

  void visitGemm(snn::GemmOp gemm) {
    ArrayRef<int64_t> shape = cast<RankedTensorType>(gemm.getWeight().getType()).getShape();
    Numbers weight = snn::readWeights(gemm.getWeight());
    const Numbers &behind = at(gemm.getCurrent());
    Numbers &before = at(gemm.getStream());
    for (size_t i = 0; i < before.size(); ++i)
      for (int64_t m = 0; m < shape[1]; ++m) {
        double w = weight[i % shape[0] * shape[1] + m];
        before[i] += w * w * behind[i / shape[0] * shape[1] + m];
      }
  }

  void visitPool(snn::AveragePoolOp pool) {
    Plane in(shapeOf(pool.getStream())), out(shapeOf(pool.getCurrent()));
    ArrayRef<int64_t> window = pool.getKernelShape();
    int64_t height = window.size() > 1 ? window[0] : 1, width = window.back();
    SmallVector<int64_t> dilations(window.size(), 1);
    double weight = 1.0 / static_cast<double>(height * width);
    const Numbers &behind = at(pool.getCurrent());
    Numbers &before = at(pool.getStream());
    for (int64_t c = 0; c < in.channels; ++c)
      for (int64_t k = 0; k < height * width; ++k)
        forWindow(in, out, k / width, k % width, pool.getStrides(), pool.getPads(), dilations,
                  [&](int64_t i, int64_t at) {
                    before[c * in.height * in.width + i] +=
                        weight * weight * behind[c * out.height * out.width + at];
                  });
  }

  void visitScale(snn::ScaleOp scale) {
    auto type = cast<RankedTensorType>(scale.getFactor().getType());
    Numbers factor =
        broadcast(snn::readWeights(scale.getFactor()), type.getShape(), shapeOf(scale.getStream()));
    Numbers passed = at(scale.getCurrent());
    for (size_t i = 0; i < passed.size(); ++i)
      passed[i] *= factor[i] * factor[i];
    addTo(scale.getStream(), passed);
  }

  void visitMap(snn::IndexMapOpInterface map) {
    const Numbers &behind = at(map->getResult(0));
    for (unsigned index = 0; index < map->getNumOperands(); ++index) {
      std::vector<int64_t> sources = map.getIndexMap(index).sources();
      Numbers &before = at(map->getOperand(index));
      for (size_t i = 0; i < sources.size(); ++i)
        if (sources[i] != ::snn::IndexMap::kNone)
          before[sources[i]] += behind[i];
    }
  }

  /// As if the other operand were all 1.
  void visitMatMul(snn::MatMulOp matmul) {
    ArrayRef<int64_t> out = shapeOf(matmul.getCurrent());
    int64_t rows = out[out.size() - 2], columns = out.back(),
            inner = shapeOf(matmul.getLhs()).back();
    const Numbers &behind = at(matmul.getCurrent());
    Numbers &lhs = at(matmul.getLhs()), &rhs = at(matmul.getRhs());
    for (int64_t i = 0; i < static_cast<int64_t>(behind.size()); ++i)
      for (int64_t k = 0; k < inner; ++k) {
        int64_t matrix = i / (rows * columns), row = i / columns % rows, column = i % columns;
        lhs[(matrix * rows + row) * inner + k] += behind[i];
        rhs[(matrix * inner + k) * columns + column] += behind[i];
      }
  }
};

/// The share of changes that a function passes on: a ReLU hears what is below 0 in half of the cases.
double getShare(snn::NeuronOp neuron) {
  return neuron.getFunction() == snn::Function::Relu ? 0.5 : 1;
}

Numbers getRange(snn::NeuronOp neuron) {
  ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape();
  if (!neuron.getRange())
    return Numbers(countElements(shape), 1.0);
  ElementsAttr range = *neuron.getRange();
  return broadcast(*readNumbers(range), cast<RankedTensorType>(range.getShapedType()).getShape(),
                   shape);
}

/// Whether all that reads `stream` does so through weights, or is a neuron or an output.
bool isWeighed(Value stream) {
  return llvm::all_of(stream.getUsers(), [](Operation *op) {
    if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op); synapse && synapse.isBilinear())
      return false;
    return isa<snn::WeightedOpInterface, snn::NeuronOp, snn::DecodeOp>(op) ||
           isWeighed(op->getResult(0));
  });
}

/// One number per channel, the root of their mean squares.
Numbers getImportances(const Numbers &sensitivities, size_t channels, bool isLast) {
  size_t perChannel = sensitivities.size() / channels;
  Numbers importances(channels, 0);
  for (size_t i = 0; i < sensitivities.size(); ++i)
    importances[isLast ? i % channels : i / perChannel] += sensitivities[i];
  for (double &one : importances)
    one = std::sqrt(one / static_cast<double>(perChannel));
  return importances;
}

} // namespace

llvm::MapVector<snn::NeuronOp, std::vector<double>> getSensitivities(func::FuncOp network) {
  Backward backward;
  llvm::MapVector<snn::NeuronOp, Numbers> found;
  for (Operation &op : llvm::reverse(network.front())) {
    if (auto decode = dyn_cast<snn::DecodeOp>(op)) {
      Numbers &ones = backward.at(decode->getOperand(0));
      std::fill(ones.begin(), ones.end(), 1.0);
    } else if (auto neuron = dyn_cast<snn::NeuronOp>(op)) {
      const Numbers &sensitivity = found[neuron] = backward.at(neuron.getSpikes());
      Numbers range = getRange(neuron);
      for (Value current : neuron.getCurrents()) {
        Numbers &heard = backward.at(current);
        for (size_t i = 0; i < heard.size(); ++i)
          heard[i] += sensitivity[i] * getShare(neuron) / (range[i] * range[i]);
      }
    } else {
      backward.visit(&op);
    }
  }
  return found;
}

void balanceUnits(func::FuncOp network, const Balance &balance) {
  auto type = cast<FloatType>(
      cast<RankedTensorType>(network.getFunctionType().getInput(0)).getElementType());
  for (auto &[neuron, sensitivities] : getSensitivities(network)) {
    if (balance.exponent == 0 || !isWeighed(neuron.getSpikes()))
      continue;
    ArrayRef<int64_t> shape = neuron.getSpikes().getType().getShape();
    bool isLast = shape.size() == 2;
    Numbers factors = getImportances(sensitivities, isLast ? shape[1] : shape[0], isLast),
            sorted = factors;
    std::sort(sorted.begin(), sorted.end());
    double median = sorted[sorted.size() / 2];
    // Where nothing matters, nothing matters less; what is not heard at all gets the largest unit.
    for (double &factor : factors)
      factor = factor >= median
                   ? 1.0
                   : std::min(std::pow(median / factor, balance.exponent), balance.max);
    SmallVector<int64_t> along(shape.size(), 1);
    along[isLast ? 1 : 0] = static_cast<int64_t>(factors.size());
    scaleUnits(neuron, {along, factors}, type);
  }
}

} // namespace snnc::tune
