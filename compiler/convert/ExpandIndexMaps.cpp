//===- Spell index maps in those that every target has a form for -------------------------------------------===//
#include "compiler/convert/Passes.h"
#include "dialects/snn/SNN.h"
#include <algorithm>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_EXPANDINDEXMAPSPASS
#include "compiler/convert/Passes.h.inc"

namespace {

using ::snn::IndexMap;

/// Whether files of programs, exec and cores have a form for it.
bool hasForm(Operation *op) {
  return isa<snn::ReshapeOp, snn::TransposeOp, snn::SliceOp, snn::PadOp, snn::GatherOp,
             snn::ConcatOp>(op);
}

Value reshape(OpBuilder &builder, Location loc, Value stream, ArrayRef<int64_t> shape) {
  if (snn::getStreamShape(stream.getType()) == shape)
    return stream;
  return builder.create<snn::ReshapeOp>(loc, stream, shape);
}

/// `map` of `stream`: its elements in a row, and behind them one of the border, gathered.
Value expand(OpBuilder &builder, Location loc, Value stream, const IndexMap &map, double border) {
  if (map.isIdentity())
    return reshape(builder, loc, stream, map.out());
  int64_t count = IndexMap::countElements(map.in());
  std::vector<int64_t> indices = map.sources();
  stream = reshape(builder, loc, stream, {count});
  if (llvm::is_contained(indices, IndexMap::kNone)) {
    stream = builder.create<snn::PadOp>(loc, stream, ArrayRef<int64_t>{0, 1}, APFloat(border));
    std::replace(indices.begin(), indices.end(), IndexMap::kNone, count);
  }
  stream = builder.create<snn::GatherOp>(loc, stream, int64_t{0}, indices);
  return reshape(builder, loc, stream, map.out());
}

LogicalResult expand(snn::IndexMapOpInterface op) {
  auto synapse = cast<snn::SynapseOpInterface>(op.getOperation());
  OperandRange streams = synapse.getStreams();
  // An element of several streams that is in none of them is not to be told from one that is in another.
  if (streams.size() > 1 && op.getBorder() != 0)
    return op->emitOpError() << "has several streams and a border other than 0";
  OpBuilder builder(op);
  Value current;
  for (auto [index, stream] : llvm::enumerate(streams)) {
    Value part = expand(builder, op->getLoc(), stream, op.getIndexMap(static_cast<unsigned>(index)),
                        op.getBorder());
    current = current ? builder.create<snn::AddOp>(op->getLoc(), current, part) : part;
  }
  op->getResult(0).replaceAllUsesWith(current);
  op->erase();
  return success();
}

struct ExpandIndexMaps : impl::ExpandIndexMapsPassBase<ExpandIndexMaps> {
  void runOnOperation() override {
    SmallVector<snn::IndexMapOpInterface> maps;
    getOperation().walk([&](snn::IndexMapOpInterface op) {
      if (!hasForm(op))
        maps.push_back(op);
    });
    for (snn::IndexMapOpInterface op : maps)
      if (failed(expand(op)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace snnc
