//===- Windows that synapses do not have, from those that they have ----------------------------------------===//
//
//   mean with ceil_mode     the same windows without it: what they reach beyond the padding never counts
//   mean with dilations,    a convolution of each channel with equal weights; where windows have unlike
//   mean in three           numbers of elements, a factor for each position behind it
//   dimensions
//   convolution in three    a convolution along the last one: copies of the input, moved by each step of
//   dimensions              the kernel along the other two, stand as channels of their own
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/port/Decompositions.h"
#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace snnc {

namespace {

using Sizes = SmallVector<int64_t>;

/// The batch, as the attribute of a reshape.
int64_t getBatch(Value x) {
  int64_t batch = getTensorShape(x)[0];
  return ShapedType::isDynamic(batch) ? -1 : batch;
}

Sizes prepend(int64_t first, ArrayRef<int64_t> rest) {
  Sizes result{first};
  llvm::append_range(result, rest);
  return result;
}

Value reshape(PatternRewriter &rewriter, Location loc, Value x, ArrayRef<int64_t> shape) {
  return rewriter.createOrFold<ann::ReshapeOp>(loc, x, shape);
}

Value createConstant(PatternRewriter &rewriter, Location loc, Value like, ArrayRef<int64_t> shape,
                     const std::vector<double> &numbers) {
  auto type = cast<RankedTensorType>(like.getType()).clone(shape);
  return rewriter.create<ann::ConstantOp>(loc, makeConstant(type, numbers));
}

/// Zeros around the spatial dimensions of `x`; `pads` as those of a convolution.
Value padWithZeros(PatternRewriter &rewriter, Location loc, Value x, ArrayRef<int64_t> pads) {
  if (llvm::all_of(pads, [](int64_t pad) { return pad == 0; }))
    return x;
  Sizes all{0, 0};
  llvm::append_range(all, pads.take_front(pads.size() / 2));
  all.append({0, 0});
  llvm::append_range(all, pads.drop_front(pads.size() / 2));
  return rewriter.create<ann::PadOp>(loc, x, all, llvm::APFloat(0.0));
}

//===- Means -----------------------------------------------------------------------------------------------===//

/// With ceil_mode the last window may reach beyond the padding, where nothing counts: padding does not count
/// there either, once what does count stands in the input.
struct ResolveCeilMode : OpRewritePattern<ann::AveragePoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::AveragePoolOp pool, PatternRewriter &rewriter) const override {
    if (!pool.getCeilMode())
      return failure();
    ArrayRef<int64_t> in = getTensorShape(pool.getInput()), out = getTensorShape(pool.getOutput());
    Sizes pads(pool.getPads());
    size_t spatial = pads.size() / 2;
    Value input = pool.getInput();
    bool reachesBeyond = false;
    Sizes beyond;
    for (size_t d = 0; d < spatial; ++d) {
      int64_t reach = (out[2 + d] - 1) * pool.getStrides()[d] +
                      (pool.getKernelShape()[d] - 1) * pool.getDilations()[d] + 1;
      beyond.push_back(std::max<int64_t>(0, reach - in[2 + d] - pads[d] - pads[spatial + d]));
      reachesBeyond |= beyond.back() > 0;
    }
    bool countsPads = pool.getCountIncludePad();
    if (reachesBeyond && countsPads) {
      input = padWithZeros(rewriter, pool.getLoc(), input, pads);
      pads.assign(pads.size(), 0);
      countsPads = false;
    }
    for (size_t d = 0; d < spatial; ++d)
      pads[spatial + d] += beyond[d];
    rewriter.replaceOpWithNewOp<ann::AveragePoolOp>(
        pool, pool.getType(), input, pool.getKernelShape(), pool.getStrides(), pads,
        pool.getDilations(), /*ceil_mode=*/false, countsPads);
    return success();
  }
};

/// Elements that count in each window along spatial dimension `d`.
Sizes countElementsOfWindows(ann::AveragePoolOp pool, size_t d) {
  int64_t size = getTensorShape(pool.getInput())[2 + d];
  size_t spatial = pool.getKernelShape().size();
  int64_t before = pool.getPads()[d], after = pool.getPads()[spatial + d];
  int64_t first = pool.getCountIncludePad() ? -before : 0;
  int64_t end = pool.getCountIncludePad() ? size + after : size;
  Sizes counts;
  for (int64_t i : llvm::seq(getTensorShape(pool.getOutput())[2 + d])) {
    counts.push_back(0);
    for (int64_t k : llvm::seq(pool.getKernelShape()[d])) {
      int64_t at = i * pool.getStrides()[d] + k * pool.getDilations()[d] - before;
      counts.back() += at >= first && at < end;
    }
  }
  return counts;
}

struct DecomposeAveragePool : OpRewritePattern<ann::AveragePoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::AveragePoolOp pool, PatternRewriter &rewriter) const override {
    size_t spatial = pool.getKernelShape().size();
    bool isDilated = llvm::any_of(pool.getDilations(), [](int64_t d) { return d != 1; });
    if (pool.getCeilMode() || (spatial < 3 && !isDilated))
      return failure();
    // One number for each position; an empty window, all padding, counts as one of zeros.
    std::vector<double> counts{1};
    for (size_t d = 0; d < spatial; ++d) {
      std::vector<double> all;
      for (double outer : counts)
        for (int64_t count : countElementsOfWindows(pool, d))
          all.push_back(outer * static_cast<double>(std::max<int64_t>(1, count)));
      counts = std::move(all);
    }
    double max = *llvm::max_element(counts);
    int64_t channels = getTensorShape(pool.getInput())[1];
    Sizes kernel = prepend(1, pool.getKernelShape());
    kernel.insert(kernel.begin(), channels);
    std::vector<double> weights(countElements(kernel), 1 / max);
    Location loc = pool.getLoc();
    Value weight = createConstant(rewriter, loc, pool.getInput(), kernel, weights);
    Value mean = rewriter.create<ann::ConvOp>(loc, pool.getInput(), weight, Value(),
                                              pool.getStrides(), pool.getPads(),
                                              pool.getDilations(), static_cast<uint64_t>(channels));
    if (llvm::any_of(counts, [&](double count) { return count != max; })) {
      for (double &count : counts)
        count = max / count;
      Sizes positions(getTensorShape(pool.getOutput()).drop_front(1));
      positions[0] = 1;
      mean = rewriter.create<ann::MulOp>(
          loc, mean, createConstant(rewriter, loc, pool.getInput(), positions, counts));
    }
    rewriter.replaceOp(pool, mean);
    return success();
  }
};

struct DecomposeGlobalAveragePool : OpRewritePattern<ann::GlobalAveragePoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::GlobalAveragePoolOp pool,
                                PatternRewriter &rewriter) const override {
    auto rank = static_cast<int64_t>(getTensorShape(pool.getInput()).size());
    if (rank < 5)
      return failure();
    auto axes = llvm::to_vector(llvm::seq<int64_t>(2, rank));
    rewriter.replaceOpWithNewOp<ann::ReduceMeanOp>(pool, pool.getType(), pool.getInput(), axes,
                                                   /*keepdims=*/true);
    return success();
  }
};

//===- Convolutions ----------------------------------------------------------------------------------------===//

/// Depth and height of the input are read through a list: for each of the kernel's places along them, what
/// lies there in every window. That makes C x kernel depth x kernel height channels of rows, of which the
/// kernel's last dimension is left to do. The weights keep their order.
struct DecomposeConv3D : OpRewritePattern<ann::ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::ConvOp conv, PatternRewriter &rewriter) const override {
    if (getTensorShape(conv.getInput()).size() != 5)
      return failure();
    Location loc = conv.getLoc();
    ArrayRef<int64_t> kernel = getTensorShape(conv.getWeight()), pads = conv.getPads();
    Value input =
        padWithZeros(rewriter, loc, conv.getInput(), {pads[0], pads[1], 0, pads[3], pads[4], 0});
    ArrayRef<int64_t> in = getTensorShape(input), out = getTensorShape(conv.getOutput());
    int64_t batch = getBatch(input), places = kernel[2] * kernel[3];
    input = reshape(rewriter, loc, input, {batch, in[1], in[2] * in[3], in[4]});
    input = rewriter.create<ann::GatherOp>(loc, input, uint64_t{2}, getRows(conv, in[3]));
    input = reshape(rewriter, loc, input, {batch, in[1] * places, out[2] * out[3], in[4]});
    Value weight =
        reshape(rewriter, loc, conv.getWeight(), {kernel[0], kernel[1] * places, 1, kernel[4]});
    Value result = rewriter.create<ann::ConvOp>(
        loc, input, weight, conv.getBias(), ArrayRef<int64_t>{1, conv.getStrides()[2]},
        ArrayRef<int64_t>{0, pads[2], 0, pads[5]}, ArrayRef<int64_t>{1, conv.getDilations()[2]},
        conv.getGroup());
    rewriter.replaceOp(conv, reshape(rewriter, loc, result, prepend(batch, out.drop_front())));
    return success();
  }

private:
  /// The row of the input, whose planes have `height` of them, for each place of the kernel and window.
  static Sizes getRows(ann::ConvOp conv, int64_t height) {
    ArrayRef<int64_t> kernel = getTensorShape(conv.getWeight()).drop_front(2);
    ArrayRef<int64_t> out = getTensorShape(conv.getOutput()).drop_front(2);
    ArrayRef<int64_t> strides = conv.getStrides(), dilations = conv.getDilations();
    Sizes rows;
    for (int64_t k : llvm::seq(kernel[0]))
      for (int64_t l : llvm::seq(kernel[1]))
        for (int64_t i : llvm::seq(out[0]))
          for (int64_t j : llvm::seq(out[1]))
            rows.push_back((i * strides[0] + k * dilations[0]) * height + j * strides[1] +
                           l * dilations[1]);
    return rows;
  }
};

} // namespace

void populateWindowDecompositions(RewritePatternSet &patterns) {
  patterns.add<ResolveCeilMode, DecomposeAveragePool, DecomposeGlobalAveragePool, DecomposeConv3D>(
      patterns.getContext());
}

} // namespace snnc
