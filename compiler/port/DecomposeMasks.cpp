//===- Softmax behind a constant mask ------------------------------------------------------------------------===//
//
// A summand of minus infinity, or of a number as low as exporters write for it (-1e9, -10000, -100), takes an element
// out of its row: its exponential is 0. So the element is left out, by an index map, and a 0 stands in its place
// behind the softmax. Nothing of the mask comes into a range, and masked elements have no neurons.
//
//   the same elements in every row    softmax of the elements that are left
//   others in every row (causal)      the elements that are left, in one list, and the rows as parts of it:
//                                     maxima by pairs within each row, difference, exponentials, the sums of the
//                                     rows, quotients
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/port/Decompositions.h"
#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <limits>
#include <numbers>

using namespace mlir;

namespace snnc {

namespace {

using Indices = SmallVector<int64_t>;

/// Where the exponential of a difference is below every normal number of float32.
constexpr double kVanishes = 126 * std::numbers::ln2;
/// What a float32 sum does not see any more, beside its largest summand.
constexpr double kUnseen = 24 * std::numbers::ln2;

ArrayRef<int64_t> getSample(Value tensor) { return getTensorShape(tensor).drop_front(); }

/// `numbers` of shape `from`, which broadcasts to `sample` (perhaps with a batch of 1 before it), as one per element.
std::vector<double> spread(const std::vector<double> &numbers, ArrayRef<int64_t> from,
                           ArrayRef<int64_t> sample) {
  if (from.size() > sample.size())
    from = from.drop_front(from.size() - sample.size());
  std::vector<double> result(countElements(sample));
  Indices at(sample.size(), 0);
  for (double &number : result) {
    int64_t index = 0;
    for (size_t d = 0; d < from.size(); ++d)
      index = index * from[d] + (from[d] == 1 ? 0 : at[sample.size() - from.size() + d]);
    number = numbers[index];
    for (size_t d = at.size(); d-- > 0 && ++at[d] == sample[d];)
      at[d] = 0;
  }
  return result;
}

/// The input of a softmax as `scores` with a constant added, the rows along `axis` of the sample.
class MaskedRows {
public:
  explicit MaskedRows(ann::SoftmaxOp op)
      : sample(getSample(op.getInput())), axis(op.getAxis() - 1), scores(op.getInput()),
        summand(countElements(sample), 0.0) {
    length = sample[axis];
    inner = countElements(sample.drop_front(axis + 1));
    while (step())
      ;
  }

  ArrayRef<int64_t> sample;
  size_t axis;
  Value scores;                ///< as many elements as the sample, perhaps in another shape
  std::vector<double> summand; ///< per element of the sample
  int64_t length, inner;       ///< elements of a row, and how far they are apart

  int64_t countRows() const { return static_cast<int64_t>(summand.size()) / length; }
  int64_t getElement(int64_t row, int64_t i) const {
    return (row / inner * length + i) * inner + row % inner;
  }
  double getBest(int64_t row) const {
    double best = -std::numeric_limits<double>::infinity();
    for (int64_t i = 0; i < length; ++i)
      best = std::max(best, summand[getElement(row, i)]);
    return best;
  }
  /// Whether each element is masked.
  std::vector<bool> getMask() const {
    std::vector<bool> mask(summand.size());
    for (int64_t row = 0; row < countRows(); ++row) {
      double best = getBest(row);
      for (int64_t i = 0; i < length; ++i)
        mask[getElement(row, i)] = best - summand[getElement(row, i)] > kVanishes;
    }
    return mask;
  }
  /// How far the scores may be apart for what is masked to stay unseen in its row; infinite with infinities only.
  double getSpread() const {
    double min = std::numeric_limits<double>::infinity();
    std::vector<bool> mask = getMask();
    for (int64_t row = 0; row < countRows(); ++row)
      for (int64_t i = 0; i < length; ++i)
        if (mask[getElement(row, i)])
          min = std::min(min, getBest(row) - summand[getElement(row, i)]);
    return min - kUnseen - std::log(static_cast<double>(length));
  }

private:
  /// Takes one operation off the scores, if it is one that only adds to them, moves no element, or is undone by the
  /// mask.
  bool step() {
    Operation *op = scores.getDefiningOp();
    if (auto reshape = dyn_cast_or_null<ann::ReshapeOp>(op)) {
      if (getTensorShape(reshape.getInput()).size() < 2 ||
          countElements(getSample(reshape.getInput())) != static_cast<int64_t>(summand.size()))
        return false;
      scores = reshape.getInput();
      return true;
    }
    if (!isa_and_nonnull<ann::AddOp, ann::MulOp>(op))
      return false;
    bool isLeft = getConstantAttr(op->getOperand(0)) != nullptr;
    Value rest = op->getOperand(isLeft ? 1 : 0), constant = op->getOperand(isLeft ? 0 : 1);
    auto numbers = readConstant(constant);
    if (!numbers || rest.getType() != scores.getType())
      return false;
    std::vector<double> all = spread(*numbers, getTensorShape(constant), getSample(scores));
    if (isa<ann::MulOp>(op) && !isUndone(all))
      return false;
    if (isa<ann::AddOp>(op))
      for (auto [sum, number] : llvm::zip(summand, all))
        sum += number;
    scores = rest;
    return true;
  }

  /// Whether a factor is 0 only where the mask is, and 1 elsewhere (Where).
  bool isUndone(const std::vector<double> &factors) const {
    std::vector<bool> mask = getMask();
    for (size_t i = 0; i < factors.size(); ++i)
      if (factors[i] != 1 && !(factors[i] == 0 && mask[i]))
        return false;
    return true;
  }
};

Value gather(PatternRewriter &rewriter, Location loc, Value x, ArrayRef<int64_t> indices,
             int64_t axis) {
  return rewriter.create<ann::GatherOp>(loc, x, axis, indices);
}

/// The elements at `indices` along `axis` of x; 0 where the index is x's size there.
Value scatter(PatternRewriter &rewriter, Location loc, Value x, ArrayRef<int64_t> indices,
              int64_t axis) {
  size_t rank = getTensorShape(x).size();
  Indices pads(2 * rank, 0);
  pads[rank + axis] = 1;
  Value padded = rewriter.create<ann::PadOp>(loc, x, pads, APFloat(0.0));
  return gather(rewriter, loc, padded, indices, axis);
}

/// x plus `summands`, one per element of a sample of `shape`, where there are any.
Value addSummands(PatternRewriter &rewriter, Location loc, Value x, ArrayRef<double> summands,
                  ArrayRef<int64_t> shape) {
  if (llvm::all_of(summands, [](double number) { return number == 0; }))
    return x;
  auto type = RankedTensorType::get(shape, cast<RankedTensorType>(x.getType()).getElementType());
  return rewriter.create<ann::AddOp>(
      loc, x, rewriter.create<ann::ConstantOp>(loc, makeConstant(type, summands)));
}

/// The largest element of each row, whose elements are at `rows` in the last dimension of x; says where they are.
Value findMaxima(PatternRewriter &rewriter, Location loc, Value x, SmallVector<Indices> rows,
                 Indices &places) {
  int64_t axis = static_cast<int64_t>(getTensorShape(x).size()) - 1;
  while (llvm::any_of(rows, [](const Indices &row) { return row.size() > 1; })) {
    Indices first, second, single;
    for (Indices &row : rows)
      for (size_t i = 0; i < row.size(); i += 2)
        if (i + 1 < row.size()) {
          first.push_back(row[i]);
          second.push_back(row[i + 1]);
        } else {
          single.push_back(row[i]);
        }
    // Maxima stand before those elements that had no partner.
    auto pairs = static_cast<int64_t>(first.size());
    int64_t pair = 0, alone = pairs;
    for (Indices &row : rows) {
      Indices next;
      for (size_t i = 0; i < row.size(); i += 2)
        next.push_back(i + 1 < row.size() ? pair++ : alone++);
      row = std::move(next);
    }
    Value maxima = rewriter.create<ann::MaxOp>(loc, gather(rewriter, loc, x, first, axis),
                                               gather(rewriter, loc, x, second, axis));
    x = single.empty() ? maxima
                       : rewriter.create<ann::ConcatOp>(
                             loc, ValueRange{maxima, gather(rewriter, loc, x, single, axis)}, axis);
  }
  for (const Indices &row : rows)
    places.push_back(row.front());
  return x;
}

struct DecomposeMaskedSoftmax : OpRewritePattern<ann::SoftmaxOp> {
  DecomposeMaskedSoftmax(MLIRContext *context, bool subtractMaximum)
      : OpRewritePattern(context, /*benefit=*/2), subtractMaximum(subtractMaximum) {}

  LogicalResult matchAndRewrite(ann::SoftmaxOp op, PatternRewriter &rewriter) const override {
    if (op.getAxis() == 0)
      return failure();
    MaskedRows rows(op);
    std::vector<bool> mask = rows.getMask();
    if (!llvm::is_contained(mask, true))
      return failure();
    // A row in which everything is infinite has no answer: it is reported with what is left of infinities.
    for (int64_t row = 0; row < rows.countRows(); ++row)
      if (!std::isfinite(rows.getBest(row)))
        return failure();
    Value result = isUniform(rows, mask) ? takeRest(op, rewriter, rows, mask)
                                         : takeRows(op, rewriter, rows, mask);
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  bool subtractMaximum;

  static bool isUniform(const MaskedRows &rows, const std::vector<bool> &mask) {
    for (int64_t row = 1; row < rows.countRows(); ++row)
      for (int64_t i = 0; i < rows.length; ++i)
        if (mask[rows.getElement(row, i)] != mask[rows.getElement(0, i)])
          return false;
    return true;
  }

  /// The elements at `kept` along `axis` of the scores in a shape of `sample`. What the calibration has to check goes with it.
  static Value takeScores(ann::SoftmaxOp op, PatternRewriter &rewriter, const MaskedRows &rows,
                          ArrayRef<int64_t> sample, ArrayRef<int64_t> kept, int64_t axis) {
    Indices shape{-1};
    llvm::append_range(shape, sample);
    Value scores = rows.scores;
    if (getSample(scores) != sample)
      scores = rewriter.create<ann::ReshapeOp>(op.getLoc(), scores, shape);
    Value taken = gather(rewriter, op.getLoc(), scores, kept, axis);
    if (double spread = rows.getSpread(); std::isfinite(spread))
      taken.getDefiningOp()->setAttr(ann::ANNDialect::kSpreadAttrName,
                                     rewriter.getF64FloatAttr(spread));
    return taken;
  }

  /// The same elements of every row.
  static Value takeRest(ann::SoftmaxOp op, PatternRewriter &rewriter, const MaskedRows &rows,
                        const std::vector<bool> &mask) {
    auto axis = static_cast<int64_t>(op.getAxis());
    Indices kept, places;
    for (int64_t i = 0; i < rows.length; ++i)
      if (!mask[rows.getElement(0, i)])
        kept.push_back(i);
    for (int64_t i = 0, next = 0, none = kept.size(); i < rows.length; ++i)
      places.push_back(mask[rows.getElement(0, i)] ? none : next++);
    std::vector<double> summands;
    for (size_t i = 0; i < mask.size(); ++i)
      if (!mask[i])
        summands.push_back(rows.summand[i]);
    Value x = takeScores(op, rewriter, rows, rows.sample, kept, axis);
    x = addSummands(rewriter, op.getLoc(), x, summands, getSample(x));
    x = rewriter.create<ann::SoftmaxOp>(op.getLoc(), x, op.getAxis());
    return scatter(rewriter, op.getLoc(), x, places, axis);
  }

  /// How many leading dimensions share one mask and hold whole rows.
  static size_t countShared(const MaskedRows &rows, const std::vector<bool> &mask) {
    for (size_t d = rows.axis; d > 0; --d) {
      auto block = countElements(rows.sample.drop_front(d));
      bool isShared = true;
      for (size_t i = block; i < mask.size() && isShared; ++i)
        isShared = mask[i] == mask[i % block];
      if (isShared)
        return d;
    }
    return 0;
  }

  /// Other elements in every row: the tensor as heads x 1 x the elements that are left of each.
  Value takeRows(ann::SoftmaxOp op, PatternRewriter &rewriter, const MaskedRows &rows,
                 const std::vector<bool> &mask) const {
    Location loc = op.getLoc();
    size_t shared = countShared(rows, mask);
    int64_t heads = countElements(rows.sample.take_front(shared));
    int64_t block = countElements(rows.sample.drop_front(shared));
    int64_t rowCount = block / rows.length;
    // Where an element is masked, `count` stands for none.
    int64_t count = std::count(mask.begin(), mask.begin() + block, false);
    Indices kept, rowOf, full(block, count), places(block, count);
    SmallVector<Indices> lists(rowCount);
    for (int64_t row = 0; row < rowCount; ++row)
      for (int64_t i = 0; i < rows.length; ++i) {
        int64_t element = rows.getElement(row, i);
        auto at = static_cast<int64_t>(kept.size());
        if (mask[element])
          continue;
        full[row * rows.length + i] = places[element] = at;
        kept.push_back(element);
        rowOf.push_back(row);
        lists[row].push_back(at);
      }

    Value x = takeScores(op, rewriter, rows, {heads, 1, block}, kept, 3);
    std::vector<double> summands;
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t element : kept)
        summands.push_back(rows.summand[head * block + element]);
    x = addSummands(rewriter, loc, x, summands, {heads, 1, count});
    if (subtractMaximum) {
      Indices ofRow, ofElement;
      Value maxima = findMaxima(rewriter, loc, x, lists, ofRow);
      for (int64_t row : rowOf)
        ofElement.push_back(ofRow[row]);
      x = rewriter.create<ann::SubOp>(loc, x, gather(rewriter, loc, maxima, ofElement, 3));
    }
    Value exp = rewriter.create<ann::ExpOp>(loc, x.getType(), x);
    Value sums = scatter(rewriter, loc, exp, full, 3);
    sums = rewriter.create<ann::ReshapeOp>(loc, sums, Indices{-1, heads, rowCount, rows.length});
    sums = rewriter.create<ann::ReduceSumOp>(loc, sums, 3, /*keepdims=*/false);
    sums = rewriter.create<ann::ReshapeOp>(loc, sums, Indices{-1, heads, 1, rowCount});
    Value shares = rewriter.create<ann::DivOp>(loc, exp, gather(rewriter, loc, sums, rowOf, 3));
    Indices shape{-1};
    llvm::append_range(shape, rows.sample);
    return rewriter.create<ann::ReshapeOp>(loc, scatter(rewriter, loc, shares, places, 3), shape);
  }
};

} // namespace

void populateMaskDecompositions(RewritePatternSet &patterns, bool subtractMaximum) {
  patterns.add<DecomposeMaskedSoftmax>(patterns.getContext(), subtractMaximum);
}

} // namespace snnc
