//===- What takes the events of each delivery to sums ---------------------------------------------------===//
#include "compiler/schedule/Passes.h"
#include "compiler/schedule/Schedule.h"
#include "dialects/exec/Axes.h"
#include "dialects/exec/Pixels.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_EXECCHOOSEKERNELSPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

std::optional<WeightStorage> symbolizeWeightStorage(StringRef name) {
  for (auto [i, known] : llvm::enumerate(kWeightStorages))
    if (name == known)
      return static_cast<WeightStorage>(i);
  return std::nullopt;
}

namespace {

bool areAll(ArrayRef<int64_t> numbers, int64_t value) {
  return llvm::all_of(numbers, [&](int64_t number) { return number == value; });
}

/// A window of a single place that moves by one, over all channels, whose neighbours in memory are channels.
bool isProduct(ConvAttr conv, ArrayRef<int64_t> weights) {
  return conv.getGroup() == 1 && weights.size() == 4 && areAll(weights.drop_front(2), 1) &&
         areAll(conv.getStrides(), 1) && areAll(conv.getPads(), 0);
}

Kernel choose(DeliverOp deliver) {
  if (!deliver.getSynapse())
    return deliver.getIndexMap().isInjective() ? Kernel::Map : Kernel::Copy;
  return llvm::TypeSwitch<Attribute, Kernel>(*deliver.getSynapse())
      .Case([&](ConvAttr conv) {
        return isProduct(conv, deliver.getWeights()->getShapedType().getShape()) ? Kernel::Gemm
                                                                                 : Kernel::Conv;
      })
      .Case([](PoolAttr) { return Kernel::Pool; })
      .Default([](Attribute) { return Kernel::Gemm; });
}

/// Whether each input lies where the kernel looks for it, and counts as it is.
bool isDirect(DeliverOp deliver) {
  return !deliver.getFactors() && toStored(deliver.getIndexMap()).isIdentity();
}

/// A window without gaps between its taps.
bool isDense(ArrayRef<int64_t> in, ArrayRef<int64_t> dilations) {
  return in.size() == 3 && areAll(dilations, 1);
}

/// What gathers elements from where they are, without a synapse: by tables where these are smaller than what they lead to.
std::optional<Kernel> gatherElements(DeliverOp deliver) {
  const ::snn::IndexMap map = toStored(deliver.getIndexMap());
  if (map.isIdentity())
    return Kernel::GatherMap;
  auto sizes = getStoredSizes(getShape(deliver.getTarget()));
  if (sizes[0] + sizes[1] + sizes[2] > countElements(map.out()) || !separate(map.sources(), sizes))
    return std::nullopt;
  return Kernel::GatherMove;
}

/// What gathers a pixel's inputs; nothing where events are taken one by one.
std::optional<Kernel> gather(DeliverOp deliver) {
  const ::snn::IndexMap map = deliver.getIndexMap();
  ArrayRef<int64_t> in = map.out();
  // What is passed on within a layer may be there pixel by pixel, and goes from element to element.
  if (auto pass = dyn_cast<PassOp>(getSender(deliver.getStream()).getOperation());
      pass && staysInLayer(pass))
    return std::nullopt;
  if (!deliver.getSynapse())
    return gatherElements(deliver);
  if (!isDirect(deliver))
    return std::nullopt;
  return llvm::TypeSwitch<Attribute, std::optional<Kernel>>(*deliver.getSynapse())
      .Case([&](ConvAttr conv) -> std::optional<Kernel> {
        ArrayRef<int64_t> weights = deliver.getWeights()->getShapedType().getShape();
        if (!isDense(in, conv.getDilations()))
          return std::nullopt;
        if (isProduct(conv, weights))
          return Kernel::GatherGemm;
        if (conv.getGroup() == 1)
          return Kernel::GatherConv;
        bool isDepthwise = conv.getGroup() == in[0] && weights[0] == in[0];
        return isDepthwise ? std::optional(Kernel::GatherDepthwise) : std::nullopt;
      })
      .Case([&](PoolAttr) -> std::optional<Kernel> {
        return in.size() == 3 ? std::optional(Kernel::GatherPool) : std::nullopt;
      })
      .Case([&](GemmAttr) -> std::optional<Kernel> {
        return in.size() <= 2 ? std::optional(Kernel::GatherGemm) : std::nullopt;
      })
      .Default([](Attribute) { return std::nullopt; });
}

/// What keeps a delivery from having a kernel.
LogicalResult check(DeliverOp deliver) {
  if (!deliver.getSynapse())
    return success();
  if (!deliver.getIndexMap().isInjective())
    return deliver.emitOpError() << "has no kernel: its map copies elements before a synapse";
  if (deliver.getWeights() && deliver.getWeights()->getElementType().getIntOrFloatBitWidth() > 8)
    return deliver.emitOpError() << "has no kernel: its weights have more than 8 bits";
  return success();
}

/// The fewest bits that hold all weights, of those that kernels read.
unsigned countBits(ArrayRef<int32_t> weights) {
  for (unsigned bits : {2U, 4U})
    if (llvm::all_of(weights, [&](int32_t weight) {
          return weight >= -(1 << (bits - 1)) && weight < 1 << (bits - 1);
        }))
      return bits;
  return 8;
}

/// In how many bits a way to store weights stores some that have `bits`.
unsigned countStored(WeightStorage storage, unsigned bits, ArrayRef<int32_t> weights) {
  return storage == WeightStorage::Kept    ? bits
         : storage == WeightStorage::Bytes ? 8
                                           : countBits(weights);
}

/// The same weights in other bits.
void storeWeights(DeliverOp deliver, WeightStorage storage) {
  if (!deliver.getWeights() || storage == WeightStorage::Kept)
    return;
  ElementsAttr weights = *deliver.getWeights();
  std::vector<int32_t> numbers = readIntegers(weights);
  const unsigned kept = weights.getElementType().getIntOrFloatBitWidth();
  const unsigned bits = countStored(storage, kept, numbers);
  if (bits == kept)
    return;
  auto type = RankedTensorType::get(weights.getShapedType().getShape(),
                                    IntegerType::get(deliver.getContext(), bits));
  deliver.setWeightsAttr(
      makeConstant(type, std::vector<double>(numbers.begin(), numbers.end()), "weights"));
}

struct ExecChooseKernels : impl::ExecChooseKernelsPassBase<ExecChooseKernels> {
  using ExecChooseKernelsPassBase::ExecChooseKernelsPassBase;

  void runOnOperation() override {
    std::optional<Order> wanted = symbolizeOrder(order);
    if (!wanted) {
      getOperation().emitOpError() << "order '" << order << "' is not one of steps, layers, values";
      return signalPassFailure();
    }
    std::optional<WeightStorage> storage = symbolizeWeightStorage(weights);
    if (!storage) {
      getOperation().emitOpError()
          << "weights '" << weights << "' are not one of kept, bytes, fewest";
      return signalPassFailure();
    }
    WalkResult result = getOperation().walk([&](DeliverOp deliver) {
      if (failed(check(deliver)))
        return WalkResult::interrupt();
      storeWeights(deliver, *storage);
      std::optional<Kernel> gathers = *wanted == Order::Values ? gather(deliver) : std::nullopt;
      deliver.setKernelAttr(KernelAttr::get(&getContext(), gathers ? *gathers : choose(deliver)));
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

std::vector<WeightStorage> findWeightStorages(ModuleOp network) {
  constexpr WeightStorage kAll[] = {WeightStorage::Kept, WeightStorage::Bytes,
                                    WeightStorage::Fewest};
  std::vector<unsigned> stored[std::size(kAll)]; // in how many bits each has them
  network.walk([&](snn::WeightedOpInterface op) {
    ElementsAttr weights = getConstantAttr(op.getWeight());
    const std::vector<int32_t> numbers = readIntegers(weights);
    for (auto [storage, bits] : llvm::zip(kAll, stored))
      bits.push_back(
          countStored(storage, weights.getElementType().getIntOrFloatBitWidth(), numbers));
  });
  std::vector<WeightStorage> different;
  for (auto [i, storage] : llvm::enumerate(kAll))
    if (llvm::none_of(llvm::seq<size_t>(0, i), [&](size_t j) { return stored[j] == stored[i]; }))
      different.push_back(storage);
  return different;
}

} // namespace snnc::exec
