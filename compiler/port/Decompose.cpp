//===- Break operators down into what neurons and synapses can do ----------------------------------===//
#include "compiler/options/Options.h"
#include "compiler/port/Decompositions.h"
#include "compiler/port/Passes.h"
#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "dialects/support/Shapes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_DECOMPOSEPASS
#include "compiler/port/Passes.h.inc"

namespace {

/// The maximum over a window, as two-operand maxima of strided slices: along each spatial dimension
/// in turn, first those side by side, then their results, and so on. Where a window reaches over the border,
/// the element of it that is nearest takes the place of what is not there: a maximum does not mind to see
/// one twice, no value has to stand for the border, and no neuron for its maxima.
struct DecomposeMaxPool : OpRewritePattern<ann::MaxPoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::MaxPoolOp pool, PatternRewriter &rewriter) const override {
    Value value = pool.getInput();
    for (size_t d = 0; d < pool.getKernelShape().size(); ++d) {
      SmallVector<Value> items;
      for (const Positions &positions : getTaps(pool, d))
        items.push_back(take(pool.getLoc(), rewriter, value, d + 2, positions));
      value = reduce(pool.getLoc(), rewriter, items);
    }
    rewriter.replaceOp(pool, value);
    return success();
  }

private:
  /// Of every window along one dimension, the position of one element.
  using Positions = SmallVector<int64_t>;

  /// The positions of each element of the windows along spatial dimension `d`, without those that only repeat
  /// others.
  static SmallVector<Positions> getTaps(ann::MaxPoolOp pool, size_t d) {
    int64_t windows = getTensorShape(pool.getOutput())[d + 2],
            size = getTensorShape(pool.getInput())[d + 2];
    int64_t kernel = pool.getKernelShape()[d], dilation = pool.getDilations()[d];
    SmallVector<Positions> taps;
    for (int64_t k = 0; k < kernel; ++k) {
      Positions positions;
      for (int64_t i = 0; i < windows; ++i) {
        int64_t first = i * pool.getStrides()[d] - pool.getPads()[d];
        // Elements of the window that exist; the operation's verifier knows that there are some.
        int64_t min = first < 0 ? llvm::divideCeil(-first, dilation) : 0;
        int64_t max = std::min(kernel - 1, (size - 1 - first) / dilation);
        positions.push_back(first + std::clamp(k, min, max) * dilation);
      }
      if (!llvm::is_contained(taps, positions))
        taps.push_back(std::move(positions));
    }
    return taps;
  }

  /// The elements at `positions` along `axis`: a slice where they are equally far apart.
  static Value take(Location loc, PatternRewriter &rewriter, Value value, size_t axis,
                    ArrayRef<int64_t> positions) {
    int64_t step = positions.size() > 1 ? positions[1] - positions[0] : 1;
    bool isSlice = step > 0;
    for (size_t i = 1; i < positions.size(); ++i)
      isSlice &= positions[i] - positions[i - 1] == step;
    if (!isSlice)
      return rewriter.create<ann::GatherOp>(loc, value, axis, positions);
    SmallVector<int64_t> sizes(getTensorShape(value)), starts(sizes.size(), 0),
        steps(sizes.size(), 1);
    sizes[0] = -1;
    starts[axis] = positions.front();
    sizes[axis] = static_cast<int64_t>(positions.size());
    steps[axis] = step;
    return rewriter.create<ann::SliceOp>(loc, value, starts, sizes, steps);
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

/// A border below every number, as some exporters write it, is what a pool means by padding.
struct MergeBorder : OpRewritePattern<ann::MaxPoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::MaxPoolOp pool, PatternRewriter &rewriter) const override {
    auto pad = pool.getInput().getDefiningOp<ann::PadOp>();
    if (!pad || pool.getCeilMode() ||
        pad.getValue().convertToDouble() > -std::numeric_limits<float>::max())
      return failure();
    ArrayRef<int64_t> border = pad.getPads(), in = getTensorShape(pad.getInput());
    size_t rank = in.size(), spatial = rank - 2;
    if (border[1] != 0 || border[rank + 1] != 0 ||
        llvm::any_of(border, [](int64_t count) { return count < 0; }))
      return failure();
    SmallVector<int64_t> pads(pool.getPads());
    for (size_t d = 0; d < spatial; ++d) {
      pads[d] += border[d + 2];
      pads[spatial + d] += border[rank + d + 2];
      if (hasEmptyWindow(in[d + 2], pool.getKernelShape()[d], pool.getStrides()[d], pads[d],
                         pool.getDilations()[d], getTensorShape(pool.getOutput())[d + 2]))
        return failure();
    }
    rewriter.replaceOpWithNewOp<ann::MaxPoolOp>(pool, pad.getInput(), pool.getKernelShape(),
                                                pool.getStrides(), pads, pool.getDilations(),
                                                /*ceil_mode=*/false);
    return success();
  }
};

struct Decompose : impl::DecomposePassBase<Decompose> {
  using DecomposePassBase::DecomposePassBase;

  void runOnOperation() override {
    auto subtracted =
        options::parse<options::Softmax>(softmax, [&] { return getOperation().emitError(); });
    if (failed(subtracted))
      return signalPassFailure();
    bool byMax = *subtracted == options::Softmax::Max;
    RewritePatternSet patterns(&getContext());
    patterns.add<MergeBorder>(&getContext(), /*benefit=*/2);
    patterns.add<DecomposeMaxPool>(&getContext());
    populateMaskDecompositions(patterns, byMax);
    populateNormalizationDecompositions(patterns, byMax);
    populateWindowDecompositions(patterns);
    populateConstantDecompositions(patterns);
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))) ||
        failed(checkNumbers()))
      signalPassFailure();
  }

private:
  /// Infinities, and the numbers that stand for them, mean something to pools, masks and bounds, which are no
  /// operands any more. Anywhere else nothing could follow them.
  LogicalResult checkNumbers() {
    bool ok = true;
    getOperation().walk([&](Operation *op) {
      if (auto pad = dyn_cast<ann::PadOp>(op)) {
        double border = pad.getValue().convertToDouble();
        if (!isInfinite(border))
          return;
        op->emitOpError() << "has a border of " << showNumber(border)
                          << ", which only a max-pool behind it could leave out";
        ok = false;
        return;
      }
      if (!isa<ann::ElementwiseOpInterface>(op))
        return;
      for (Value operand : op->getOperands())
        if (auto numbers = readConstant(operand))
          if (auto found = llvm::find_if(*numbers, isInfinite); found != numbers->end()) {
            op->emitOpError()
                << "has a constant operand of " << showNumber(*found)
                << "; a mask must be a summand of what goes into a Softmax, and leave "
                   "something of each row";
            ok = false;
          }
    });
    return success(ok);
  }

  static bool isInfinite(double number) {
    return !(std::abs(number) < std::numeric_limits<float>::max());
  }
};

} // namespace
} // namespace snnc
