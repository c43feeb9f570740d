//===- Index maps become part of the deliveries that read them ---------------------------------------------===//
#include "compiler/schedule/Passes.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Constants.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include <algorithm>
#include <limits>

using namespace mlir;
using ::snn::IndexMap;

namespace snnc {
#define GEN_PASS_DEF_EXECFUSEMAPSPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

namespace {

ArrayRef<int64_t> getShape(DeliverOp deliver) {
  return snn::getStreamShape(deliver.getStream().getType());
}

/// In program order.
SmallVector<Operation *> getUsers(Value value) {
  SmallVector<Operation *> users(value.getUsers());
  std::reverse(users.begin(), users.end());
  return users;
}

/// The deliveries that fill sums, if all of them only move elements, no two to the same place.
std::optional<SmallVector<DeliverOp>> getMaps(Value sums) {
  SmallVector<DeliverOp> maps;
  SmallVector<bool> isFed(static_cast<size_t>(cast<MemRefType>(sums.getType()).getNumElements()));
  for (Operation *user : getUsers(sums)) {
    auto task = cast<TaskOpInterface>(user);
    if (task.getFilledSums() != sums)
      continue;
    auto deliver = dyn_cast<DeliverOp>(user);
    if (!deliver || deliver.getSynapse())
      return std::nullopt;
    IndexMap map = deliver.getIndexMap();
    for (auto [source, fed] : llvm::zip(map.sources(), isFed)) {
      if (source == IndexMap::kNone)
        continue;
      if (fed)
        return std::nullopt;
      fed = true;
    }
    maps.push_back(deliver);
  }
  return maps;
}

std::optional<SmallVector<DeliverOp>> getReaders(Value stream) {
  SmallVector<DeliverOp> readers;
  for (Operation *user : getUsers(stream)) {
    auto deliver = dyn_cast<DeliverOp>(user);
    if (!deliver)
      return std::nullopt;
    readers.push_back(deliver);
  }
  return readers;
}

/// What elements of the first stream count after both; null where that is 1. Nothing where the two cannot be one.
std::optional<ElementsAttr> joinFactors(DeliverOp first, DeliverOp second) {
  bool isScaled = first.getFactors() || second.getFactors();
  IndexMap map = first.getIndexMap();
  bool isCopy = !map.isInjective() || !second.getIndexMap().isInjective();
  // A synapse takes an element at one place, and so does a factor.
  if (isCopy && (isScaled || second.getSynapse()))
    return std::nullopt;
  if (!isScaled)
    return ElementsAttr();
  ArrayRef<int64_t> shape = getShape(first);
  std::vector<int32_t> factors(map.getTargets().size(), 1);
  if (first.getFactors())
    factors = expand(*first.getFactors(), shape);
  if (second.getFactors()) {
    std::vector<int32_t> behind = expand(*second.getFactors(), getShape(second));
    for (auto [factor, target] : llvm::zip(factors, map.getTargets())) {
      int64_t product =
          target == IndexMap::kNone ? 0 : int64_t{factor} * behind[static_cast<size_t>(target)];
      if (std::abs(product) > std::numeric_limits<int32_t>::max())
        return std::nullopt;
      factor = static_cast<int32_t>(product);
    }
  }
  return makeBroadcast(first.getContext(), shape, factors, "factors");
}

/// Whether a matrix reads all elements of a stream, which it may then take in any order.
bool canMoveRows(DeliverOp deliver, const IndexMap &map) {
  if (!deliver.getSynapse() || !isa<GemmAttr>(*deliver.getSynapse()))
    return false;
  auto rows = static_cast<int64_t>(map.sources().size());
  return map.out().back() == rows && IndexMap::countElements(map.in()) == rows &&
         map.isInjective() && !llvm::is_contained(map.sources(), IndexMap::kNone);
}

/// Whether nothing is left to do for an element between a map and a delivery that reads it: a map that several would have
/// to follow, each by itself, is followed once.
bool isFree(DeliverOp map, DeliverOp reader) {
  if (!reader.getSynapse())
    return true;
  IndexMap both = map.getIndexMap().then(reader.getIndexMap());
  return !map.getFactors() && !reader.getFactors() &&
         (toStored(both).isIdentity() || canMoveRows(reader, both));
}

/// Sums between maps and other deliveries are not needed.
struct FusePass : OpRewritePattern<PassOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PassOp pass, PatternRewriter &rewriter) const override {
    auto maps = getMaps(pass.getFrom());
    auto readers = getReaders(pass.getCurrent());
    if (!maps || !readers || maps->empty() || readers->empty())
      return failure();
    SmallVector<ElementsAttr> factors;
    for (DeliverOp reader : *readers)
      for (DeliverOp map : *maps) {
        std::optional<ElementsAttr> joined = joinFactors(map, reader);
        if (!joined || (readers->size() > 1 && !isFree(map, reader)))
          return failure();
        factors.push_back(*joined);
      }
    size_t next = 0;
    for (DeliverOp reader : *readers) {
      rewriter.setInsertionPoint(reader);
      for (DeliverOp map : *maps) {
        SmallVector<Attribute> steps(map.getMap().getValue());
        llvm::append_range(steps, reader.getMap());
        rewriter.create<DeliverOp>(reader.getLoc(), map.getStream(), reader.getTarget(),
                                   reader.getSynapseAttr(), reader.getWeightsAttr(),
                                   rewriter.getArrayAttr(steps), factors[next++],
                                   reader.getKernelAttr());
      }
      rewriter.eraseOp(reader);
    }
    BufferOp sums = getBuffer(pass.getFrom());
    rewriter.eraseOp(pass);
    for (DeliverOp map : *maps)
      rewriter.eraseOp(map);
    rewriter.eraseOp(sums);
    return success();
  }
};

/// Steps that leave every element at its place are one reshape, or nothing.
struct DropSteps : OpRewritePattern<DeliverOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DeliverOp deliver, PatternRewriter &rewriter) const override {
    if (deliver.getMap().empty())
      return failure();
    IndexMap map = deliver.getIndexMap();
    if (!map.isIdentity())
      return failure();
    SmallVector<Attribute> steps;
    if (map.in() != map.out())
      steps.push_back(ReshapeAttr::get(getContext(), rewriter.getDenseI64ArrayAttr(map.out())));
    if (deliver.getMap().getValue() == ArrayRef(steps))
      return failure();
    rewriter.modifyOpInPlace(deliver, [&] { deliver.setMapAttr(rewriter.getArrayAttr(steps)); });
    return success();
  }
};

/// A matrix that reads all elements of its stream takes them as they lie in memory: its rows are in that order.
struct MoveRows : OpRewritePattern<DeliverOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DeliverOp deliver, PatternRewriter &rewriter) const override {
    IndexMap map = deliver.getIndexMap();
    if (!canMoveRows(deliver, map) || toStored(map).isIdentity())
      return failure();
    ElementsAttr weights = *deliver.getWeights();
    auto columns = static_cast<size_t>(weights.getNumElements()) / map.sources().size();
    std::vector<double> before = *readNumbers(weights), after;
    std::vector<int64_t> targets = map.getTargets();
    for (int64_t element : getStorage(map.in()).sources()) {
      auto first = before.begin() +
                   static_cast<std::ptrdiff_t>(static_cast<size_t>(targets[element]) * columns);
      after.insert(after.end(), first, first + static_cast<std::ptrdiff_t>(columns));
    }
    SmallVector<Attribute> steps;
    if (map.in().size() == 3)
      steps.push_back(TransposeAttr::get(getContext(), rewriter.getDenseI64ArrayAttr({1, 2, 0})));
    steps.push_back(ReshapeAttr::get(getContext(), rewriter.getDenseI64ArrayAttr(map.out())));
    auto type = RankedTensorType::get(weights.getShapedType().getShape(), weights.getElementType());
    rewriter.modifyOpInPlace(deliver, [&] {
      deliver.setWeightsAttr(makeConstant(type, after));
      deliver.setMapAttr(rewriter.getArrayAttr(steps));
    });
    return success();
  }
};

struct ExecFuseMaps : impl::ExecFuseMapsPassBase<ExecFuseMaps> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FusePass, DropSteps, MoveRows>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace snnc::exec
