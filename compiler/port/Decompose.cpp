//===- Break operators down into what neurons and synapses can do ----------------------------------===//
#include "compiler/port/Decompositions.h"
#include "compiler/port/Passes.h"
#include "dialects/ann/ANN.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_DECOMPOSEPASS
#include "compiler/port/Passes.h.inc"

namespace {

/// Below every activation of a normalized network; the value that the paper's code pads with.
constexpr double kBelowEveryActivation = -200.0;

/// The maximum over a window, as two-operand maxima of strided slices: along each spatial dimension
/// in turn, first those side by side, then their results, and so on.
struct DecomposeMaxPool : OpRewritePattern<ann::MaxPoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::MaxPoolOp pool, PatternRewriter &rewriter) const override {
    auto outShape = cast<RankedTensorType>(pool.getOutput().getType()).getShape();
    Value value = pad(pool, rewriter);
    for (size_t d = 0; d < pool.getKernelShape().size(); ++d) {
      SmallVector<Value> items;
      for (int64_t k = 0; k < pool.getKernelShape()[d]; ++k)
        items.push_back(
            slice(pool, rewriter, value, d, k * pool.getDilations()[d], outShape[d + 2]));
      value = reduce(pool.getLoc(), rewriter, items);
    }
    rewriter.replaceOp(pool, value);
    return success();
  }

private:
  /// The input with its border, as far as the last window reaches (beyond `pads` with ceil_mode).
  static Value pad(ann::MaxPoolOp pool, PatternRewriter &rewriter) {
    ArrayRef<int64_t> in = cast<RankedTensorType>(pool.getInput().getType()).getShape();
    ArrayRef<int64_t> out = cast<RankedTensorType>(pool.getOutput().getType()).getShape();
    SmallVector<int64_t> begins(in.size(), 0), ends(in.size(), 0);
    for (size_t d = 0; d < pool.getKernelShape().size(); ++d) {
      int64_t reach = (out[d + 2] - 1) * pool.getStrides()[d] +
                      (pool.getKernelShape()[d] - 1) * pool.getDilations()[d] + 1;
      begins[d + 2] = pool.getPads()[d];
      ends[d + 2] = std::max<int64_t>(0, reach - in[d + 2] - pool.getPads()[d]);
    }
    if (llvm::all_of(llvm::concat<int64_t>(begins, ends), [](int64_t pad) { return pad == 0; }))
      return pool.getInput();
    begins.append(ends);
    return rewriter.create<ann::PadOp>(pool.getLoc(), pool.getInput(), begins,
                                       llvm::APFloat(kBelowEveryActivation));
  }

  /// Element `offset` of every window along spatial dimension `d`.
  static Value slice(ann::MaxPoolOp pool, PatternRewriter &rewriter, Value value, size_t d,
                     int64_t offset, int64_t windows) {
    ArrayRef<int64_t> in = cast<RankedTensorType>(value.getType()).getShape();
    SmallVector<int64_t> starts(in.size(), 0), steps(in.size(), 1), sizes(in);
    sizes[0] = -1;
    starts[d + 2] = offset;
    sizes[d + 2] = windows;
    steps[d + 2] = pool.getStrides()[d];
    return rewriter.create<ann::SliceOp>(pool.getLoc(), value, starts, sizes, steps);
  }

  /// A pairwise tree; an odd last item moves up.
  static Value reduce(Location loc, PatternRewriter &rewriter, SmallVector<Value> items) {
    while (items.size() > 1) {
      SmallVector<Value> next;
      for (size_t i = 0; i + 1 < items.size(); i += 2)
        next.push_back(rewriter.create<ann::MaxOp>(loc, items[i], items[i + 1]));
      if (items.size() % 2)
        next.push_back(items.back());
      items = std::move(next);
    }
    return items.front();
  }
};

struct Decompose : impl::DecomposePassBase<Decompose> {
  using DecomposePassBase::DecomposePassBase;

  void runOnOperation() override {
    if (softmax != "max" && softmax != "bound") {
      getOperation().emitError() << "softmax '" << softmax << "' is not one of max, bound";
      return signalPassFailure();
    }
    RewritePatternSet patterns(&getContext());
    patterns.add<DecomposeMaxPool>(&getContext());
    populateNormalizationDecompositions(patterns, softmax == "max");
    populateConstantDecompositions(patterns);
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace snnc
