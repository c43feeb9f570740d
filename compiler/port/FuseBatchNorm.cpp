//===- Fold batch normalization into the weights before it ---------------------------------------===//
//
// y = (x - mean) / sqrt(variance + epsilon) * scale + bias is y = gain * x + shift per channel, and
// a convolution or a gemm can do that itself: gain times its weights, gain times its bias + shift.
//
//===--------------------------------------------------------------------------------------------===//
#include "compiler/port/Passes.h"
#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include <cmath>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_FUSEBATCHNORMPASS
#include "compiler/port/Passes.h.inc"

namespace {

/// A batch normalization as y = gain * x + shift, one pair per channel.
struct Affine {
  std::vector<double> gain, shift;
};

std::optional<Affine> getAffine(ann::BatchNormOp op) {
  auto scale = readConstant(op.getScale()), bias = readConstant(op.getBias());
  auto mean = readConstant(op.getMean()), variance = readConstant(op.getVariance());
  if (!scale || !bias || !mean || !variance)
    return std::nullopt;
  Affine affine;
  double epsilon = op.getEpsilon().convertToDouble();
  for (size_t c = 0; c < scale->size(); ++c) {
    double gain = (*scale)[c] / std::sqrt((*variance)[c] + epsilon);
    affine.gain.push_back(gain);
    affine.shift.push_back((*bias)[c] - (*mean)[c] * gain);
  }
  return affine;
}

/// The bias of a fused operation: gain * (the bias before, or 0) + shift.
std::vector<double> fuseBias(const Affine &affine, const std::optional<std::vector<double>> &bias) {
  std::vector<double> fused = affine.shift;
  if (bias)
    for (size_t c = 0; c < fused.size(); ++c)
      fused[c] += affine.gain[c] * (*bias)[c];
  return fused;
}

Value createConstant(PatternRewriter &rewriter, Location loc, RankedTensorType type,
                     ArrayRef<double> numbers) {
  return rewriter.create<ann::ConstantOp>(loc, makeConstant(type, numbers));
}

/// Matches batch_norm(Op) where nothing else reads Op and its weights are constants. The subclass
/// says which output channel a weight belongs to.
template <typename Op>
struct FuseInto : OpRewritePattern<ann::BatchNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::BatchNormOp norm, PatternRewriter &rewriter) const override {
    auto op = norm.getInput().template getDefiningOp<Op>();
    if (!op || !op->hasOneUse())
      return failure();
    auto weight = readConstant(op.getWeight());
    std::optional<std::vector<double>> bias;
    if (op.getBias() && !(bias = readConstant(op.getBias())))
      return failure();
    std::optional<Affine> affine = getAffine(norm);
    if (!weight || !affine)
      return failure();

    auto type = cast<RankedTensorType>(op.getWeight().getType());
    for (size_t i = 0; i < weight->size(); ++i)
      (*weight)[i] *= affine->gain[getChannel(op, type.getShape(), i)];
    Location loc = rewriter.getFusedLoc({op.getLoc()});
    auto biasType =
        RankedTensorType::get({static_cast<int64_t>(affine->shift.size())}, type.getElementType());
    Value newWeight = createConstant(rewriter, loc, type, *weight);
    Value newBias = createConstant(rewriter, loc, biasType, fuseBias(*affine, bias));
    rewriter.setInsertionPoint(norm);
    auto fused = cast<Op>(rewriter.clone(*op));
    fused.getWeightMutable().assign(newWeight);
    fused.getBiasMutable().assign(newBias);
    rewriter.replaceOp(norm, fused->getResults());
    return success();
  }

private:
  static int64_t getChannel(ann::ConvOp, ArrayRef<int64_t> shape, int64_t index) {
    int64_t perChannel = 1;
    for (int64_t dimension : shape.drop_front())
      perChannel *= dimension;
    return index / perChannel;
  }
  static int64_t getChannel(ann::GemmOp gemm, ArrayRef<int64_t> shape, int64_t index) {
    return gemm.getTransposeB() ? index / shape[1] : index % shape[1];
  }
};

struct FuseBatchNorm : impl::FuseBatchNormPassBase<FuseBatchNorm> {
  void runOnOperation() override {
    auto count = [&] {
      int64_t found = 0;
      getOperation().walk([&](ann::BatchNormOp) { ++found; });
      return found;
    };
    int64_t before = count();
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseInto<ann::ConvOp>, FuseInto<ann::GemmOp>>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    if (before > 0)
      getOperation().emitRemark() << "fused " << before - count() << " of " << before
                                  << " batch normalizations into the weights before them";
  }
};

} // namespace
} // namespace snnc
