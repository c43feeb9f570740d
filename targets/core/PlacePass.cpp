//===- Cores to routers of the mesh -----------------------------------------------------------------------===//
#include "mlir/IR/Builders.h"
#include "targets/core/Passes.h"
#include "targets/core/Placement.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_COREPLACEPASS
#include "targets/core/Passes.h.inc"
} // namespace snnc

namespace snnc::core {

namespace {

struct CorePlace : impl::CorePlacePassBase<CorePlace> {
  using CorePlacePassBase::CorePlacePassBase;

  void runOnOperation() override {
    ProgramOp program = getOperation();
    if (method != "search" && method != "row-major") {
      program.emitError() << "method '" << method << "' is not one of search, row-major";
      return signalPassFailure();
    }
    ModelAttr model = program.getModel();
    Mesh mesh{model.getWidth(), model.getHeight(), model.getCoresPerRouter()};
    SmallVector<CoreOp> cores(program.getBody().getOps<CoreOp>());
    if (cores.empty()) {
      program.emitError() << "has no cores to place; run --core-partition first";
      return signalPassFailure();
    }
    DenseMap<int64_t, int> index;
    for (auto [i, core] : llvm::enumerate(cores))
      index[core.getId()] = static_cast<int>(i);
    std::vector<Edge> edges;
    for (auto route : program.getBody().getOps<RouteOp>())
      edges.push_back({route.getSource() ? index[*route.getSource()] : Edge::kPort,
                       index[route.getTarget()], route.getEvents().convertToDouble()});
    int count = static_cast<int>(cores.size());
    std::vector<int64_t> rows = placeRowMajor(count);
    std::vector<int64_t> slots = method == "row-major" ? rows : place(count, edges, mesh);
    write(program, cores, index, slots, mesh);
    double found = cost(slots, edges, mesh), rowMajor = cost(rows, edges, mesh);
    program.setRowMajorHopsAttr(FloatAttr::get(Float64Type::get(&getContext()), rowMajor));
    program.emitRemark() << llvm::formatv("{0:F1} event hops a sample; in row-major order {1:F1}",
                                          found, rowMajor)
                                .str();
  }

  static void write(ProgramOp program, ArrayRef<CoreOp> cores, DenseMap<int64_t, int> &index,
                    const std::vector<int64_t> &slots, const Mesh &mesh) {
    Builder builder(program.getContext());
    for (auto [i, core] : llvm::enumerate(cores)) {
      Place place = placeOf(slots[i], mesh);
      CoreOp(core).setAtAttr(builder.getDenseI64ArrayAttr({place.x, place.y, place.core}));
    }
    for (auto route : program.getBody().getOps<RouteOp>()) {
      Place from = route.getSource() ? placeOf(slots[index[*route.getSource()]], mesh) : Place{};
      Place to = placeOf(slots[index[route.getTarget()]], mesh);
      route.setHopsAttr(builder.getI64IntegerAttr(hops(from, to)));
    }
  }
};

} // namespace
} // namespace snnc::core
