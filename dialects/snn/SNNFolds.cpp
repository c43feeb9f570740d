//===- Folds: synapses that change nothing, and two that are one --------------------------------------------===//
//
// The canonical form of a network: no synapse that delivers just what it gets, no reshape of a reshape,
// no transpose of a transpose, no scale of what is then left out. Scales go into weights in a pass of their own, --snn-fold-scales.
//
//===----------------------------------------------------------------------------------------------------===//
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace snnc::snn {

namespace {

bool isConstantOf(Value tensor, double value) {
  std::optional<std::vector<double>> numbers = readConstant(tensor);
  return numbers && llvm::all_of(*numbers, [&](double number) { return number == value; });
}

/// Whether a synapse of one stream delivers each of its elements, unchanged and in its place.
bool isIdentity(Operation *op) {
  auto synapse = cast<SynapseOpInterface>(op);
  if (synapse.getStreams().size() != 1 || getStreamShape(synapse.getStreams()[0].getType()) !=
                                              synapse.getCurrent().getType().getShape())
    return false;
  if (auto map = dyn_cast<IndexMapOpInterface>(op))
    return map.getIndexMap(0).isIdentity();
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([](ScaleOp op) { return isConstantOf(op.getFactor(), 1); })
      .Case([](BiasOp op) { return isConstantOf(op.getValue(), 0); })
      .Default([](Operation *) { return false; });
}

/// The current that an identity gets. One that gets spikes turns them into a current, and stays for
/// those that need one.
OpFoldResult foldIdentity(Operation *op) {
  Value stream = op->getOperand(0);
  return stream.getType() == op->getResult(0).getType() && isIdentity(op) ? OpFoldResult(stream)
                                                                          : OpFoldResult();
}

/// Synapses read spikes as well as currents, so that an identity between spikes and them is not needed.
struct ReadSpikesDirectly : OpInterfaceRewritePattern<SynapseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(SynapseOpInterface op, PatternRewriter &rewriter) const override {
    auto isSynapse = [](OpOperand &use) { return isa<SynapseOpInterface>(use.getOwner()); };
    Value current = op.getCurrent();
    if (llvm::none_of(current.getUses(), isSynapse) || !isIdentity(op))
      return failure();
    rewriter.replaceUsesWithIf(current, op.getStreams()[0], isSynapse);
    return success();
  }
};

/// The part of a constant that a slice leaves of the stream it broadcasts to.
ElementsAttr sliceConstant(Value tensor, SliceOp slice) {
  auto type = cast<RankedTensorType>(tensor.getType());
  std::optional<std::vector<double>> numbers = readConstant(tensor);
  if (!numbers || type.getRank() != static_cast<int64_t>(slice.getSizes().size()))
    return {};
  SmallVector<int64_t> shape(slice.getSizes());
  for (auto [size, all] : llvm::zip_equal(shape, type.getShape()))
    size = all == 1 ? 1 : size;
  std::vector<double> kept;
  SmallVector<int64_t> at(shape.size(), 0);
  for (int64_t i = 0, count = ShapedType::getNumElements(shape); i < count; ++i) {
    int64_t from = 0;
    for (size_t d = 0; d < at.size(); ++d) {
      int64_t all = type.getDimSize(d);
      from = from * all + (all == 1 ? 0 : slice.getStarts()[d] + at[d] * slice.getSteps()[d]);
    }
    kept.push_back((*numbers)[from]);
    for (size_t d = at.size(); d-- > 0 && ++at[d] == shape[d];)
      at[d] = 0;
  }
  return makeConstant(type.clone(shape), kept, "factor");
}

/// What a slice leaves out needs no factor: fewer events are scaled, and the sum between the two is smaller.
struct SliceBeforeScale : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SliceOp slice, PatternRewriter &rewriter) const override {
    auto scale = slice.getStream().getDefiningOp<ScaleOp>();
    if (!scale || !scale->hasOneUse())
      return failure();
    ElementsAttr kept = sliceConstant(scale.getFactor(), slice);
    if (!kept)
      return failure();
    auto sliced = rewriter.create<SliceOp>(slice.getLoc(), slice.getType(), scale.getStream(),
                                           slice.getStarts(), slice.getSizes(), slice.getSteps());
    auto factor = rewriter.create<arith::ConstantOp>(scale.getLoc(), kept);
    IRMapping operands;
    operands.map(scale.getStream(), sliced.getCurrent());
    operands.map(scale.getFactor(), factor.getResult());
    Operation *scaled = rewriter.clone(*scale, operands);
    scaled->getResult(0).setType(slice.getType());
    rewriter.replaceOp(slice, scaled);
    return success();
  }
};

} // namespace

OpFoldResult ReshapeOp::fold(FoldAdaptor) {
  // What an earlier reshape made of the elements does not matter.
  if (auto before = getStream().getDefiningOp<ReshapeOp>()) {
    getStreamMutable().assign(before.getStream());
    return getCurrent();
  }
  return foldIdentity(*this);
}

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  if (auto before = getStream().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> perm;
    for (int64_t dimension : getPerm())
      perm.push_back(before.getPerm()[dimension]);
    getStreamMutable().assign(before.getStream());
    setPerm(perm);
    return getCurrent();
  }
  return foldIdentity(*this);
}

OpFoldResult ConcatOp::fold(FoldAdaptor) { return foldIdentity(*this); }
OpFoldResult PadOp::fold(FoldAdaptor) { return foldIdentity(*this); }
OpFoldResult SliceOp::fold(FoldAdaptor) { return foldIdentity(*this); }
OpFoldResult ScaleOp::fold(FoldAdaptor) { return foldIdentity(*this); }
OpFoldResult BiasOp::fold(FoldAdaptor) { return foldIdentity(*this); }

void SNNDialect::getCanonicalizationPatterns(RewritePatternSet &patterns) const {
  patterns.add<ReadSpikesDirectly, SliceBeforeScale>(getContext());
}

} // namespace snnc::snn
