//===- Tasks that lead to one source of events are a layer --------------------------------------------------===//
#include "compiler/schedule/Passes.h"
#include "compiler/support/Text.h"
#include "mlir/IR/Builders.h"
#include <set>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_EXECFORMLAYERSPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

namespace {

class Layers {
public:
  explicit Layers(ProgramOp program) : program(program), builder(program.getContext()) {}

  void form() {
    for (auto task : program.getBody().getOps<TaskOpInterface>())
      tasks.push_back(task);
    findLast();
    for (size_t i = 0; i < tasks.size(); ++i)
      if (last[i] == i)
        addLayer(i);
  }

private:
  ProgramOp program;
  OpBuilder builder;
  std::vector<TaskOpInterface> tasks;
  std::vector<size_t> last; ///< by task: the last one of its layer
  std::set<std::string> names;

  /// Backwards, so that the readers of sums are known before what is added to them.
  void findLast() {
    last.resize(tasks.size());
    DenseMap<Value, size_t> ofSums; // the layer that reads them
    DenseMap<Value, std::optional<size_t>>
        reader; // the layer that reads a stream; nothing: several
    for (size_t i = tasks.size(); i-- > 0;) {
      TaskOpInterface task = tasks[i];
      last[i] = i;
      if (auto found = ofSums.find(task.getFilledSums());
          task.getFilledSums() && found != ofSums.end())
        last[i] = found->second;
      if (Value stream = task.getTakenStream()) {
        auto [found, isFirst] = reader.try_emplace(stream, last[i]);
        if (!isFirst && found->second != last[i])
          found->second = std::nullopt;
      }
      if (endsByItself(task))
        last[i] = i;
      else if (isa<PassOp>(task))
        if (auto found = reader.find(task.getGivenStream()); found != reader.end() && found->second)
          last[i] = *found->second;
      for (Value sums : task.getReadSums())
        ofSums[sums] = last[i];
    }
  }

  /// What writes values, or passes them on: their memory lives longer than what they are made of.
  static bool endsByItself(Operation *task) {
    auto pass = dyn_cast<PassOp>(task);
    auto requantize = dyn_cast<RequantizeOp>(task);
    return pass ? bool(getWriter(pass.getFrom()))
                : requantize && requantize.getWhole() &&
                      llvm::none_of(requantize.getTarget().getUsers(), llvm::IsaPred<PassOp>);
  }

  std::string makeName(Operation *op) {
    std::string base = toIdentifier(getTaskName(op)), name = base;
    for (int i = 2; !names.insert(name).second; ++i)
      name = base + "_" + std::to_string(i);
    return name;
  }

  void addLayer(size_t end) {
    Value sent = tasks[end].getGivenStream();
    Location loc = tasks[end]->getLoc();
    builder.setInsertionPointToEnd(&program.getBody().front());
    auto layer = builder.create<LayerOp>(loc, sent ? sent.getType() : Type(), makeName(tasks[end]));
    Block *block = builder.createBlock(&layer.getBody());
    for (size_t i = 0; i <= end; ++i)
      if (last[i] == end)
        tasks[i]->moveBefore(block, block->end());
    if (sent)
      sent.replaceUsesWithIf(layer.getSent(),
                             [&](OpOperand &use) { return use.getOwner()->getBlock() != block; });
    builder.setInsertionPointToEnd(block);
    builder.create<YieldOp>(loc, sent);
  }
};

struct ExecFormLayers : impl::ExecFormLayersPassBase<ExecFormLayers> {
  void runOnOperation() override { Layers(getOperation()).form(); }
};

} // namespace
} // namespace snnc::exec
