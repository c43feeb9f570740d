//===- What keeps sums gives values, in the order of values ----------------------------------------------===//
#include "compiler/schedule/Apply.h"
#include "compiler/schedule/Passes.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Shapes.h"
#include "mlir/IR/Builders.h"
#include "snn/fixed.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_EXECFORMVALUESPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

namespace {

using Numbers = std::vector<int64_t>;

int32_t round(RequantizeOp op, int64_t sum, int32_t multiplier) {
  return snn_estimate(static_cast<int32_t>(sum), multiplier, static_cast<unsigned>(op.getShift()),
                      static_cast<int32_t>(op.getLimit()));
}

/// What a requantize gives of each of some sums.
Numbers round(RequantizeOp op, const Numbers &sums) {
  std::vector<int32_t> multipliers = expand(op.getMultipliers(), getShape(op.getFrom()));
  Numbers rounded;
  for (auto [sum, multiplier] : llvm::zip(sums, multipliers))
    rounded.push_back(round(op, sum, multiplier));
  return rounded;
}

class Formation {
public:
  explicit Formation(ProgramOp program) : program(program), builder(program.getContext()) {}

  void run() {
    SmallVector<RequantizeOp> requantizes;
    program.walk([&](RequantizeOp op) { requantizes.push_back(op); });
    bool hasProduct =
        program.walk([](MultiplyOp) { return WalkResult::interrupt(); }).wasInterrupted();
    if (requantizes.empty() && !hasProduct)
      return;
    for (auto layer : llvm::make_early_inc_range(program.getBody().getOps<LayerOp>()))
      dissolve(layer);
    for (RequantizeOp op : requantizes)
      separate(op);
    for (TaskOpInterface task : getTasks(program))
      llvm::TypeSwitch<Operation *>(task.getOperation())
          .Case<FireOp, DecodeOp, DeliverOp, RequantizeOp, MultiplyOp>([&](auto op) { visit(op); });
  }

private:
  ProgramOp program;
  OpBuilder builder;
  DenseMap<Value, Numbers> sent; ///< by sums: what they would get if what is given began at 0

  static void dissolve(LayerOp layer) {
    Block &block = layer.getBody().front();
    auto yield = cast<YieldOp>(block.getTerminator());
    for (auto task : llvm::make_early_inc_range(block.getOps<TaskOpInterface>()))
      task->moveBefore(layer);
    if (layer.getSent())
      layer.getSent().replaceAllUsesWith(yield.getSent());
    layer.erase();
  }

  /// Values have memory of their own, which is passed on, or is an operand of a product.
  void separate(RequantizeOp op) {
    Value target = op.getTarget();
    bool isAlone = llvm::all_of(target.getUsers(), [&](Operation *user) {
      return user == op || isa<PassOp>(user) ||
             (isa<MultiplyOp>(user) && cast<MultiplyOp>(user).getTarget() != target);
    });
    if (isAlone)
      return;
    ArrayRef<int64_t> shape = getShape(target);
    builder.setInsertionPoint(getBuffer(target));
    auto values =
        builder.create<BufferOp>(op.getLoc(), MemRefType::get(shape, builder.getI32Type()),
                                 "values", "what sums are passed on as", IntegerAttr(), false, 1,
                                 getRange(op), DenseI64ArrayAttr(), IntegerAttr());
    op.getTargetMutable().assign(values);
    builder.setInsertionPointAfter(op);
    auto type =
        snn::CurrentType::get(op.getContext(), shape, snn::StreamMeaning::Change, /*isFixed=*/true);
    auto pass = builder.create<PassOp>(op.getLoc(), type, values, Value());
    builder.create<DeliverOp>(op.getLoc(), pass.getCurrent(), target, SynapseAttrInterface(),
                              ElementsAttr(), builder.getArrayAttr({}), ElementsAttr(),
                              KernelAttr());
  }

  /// What its values are within, where that of its sums is known.
  DenseI64ArrayAttr getRange(RequantizeOp op) {
    auto from = getBuffer(op.getFrom()).getRange();
    if (!from)
      return {};
    int64_t max = 0;
    for (int32_t multiplier : readIntegers(op.getMultipliers()))
      max = std::max<int64_t>(max, round(op, (*from)[1], multiplier));
    return builder.getDenseI64ArrayAttr({-max, max});
  }

  Numbers &getSent(Value sums) {
    Numbers &numbers = sent[sums];
    numbers.resize(static_cast<size_t>(countElements(getShape(sums))), 0);
    return numbers;
  }

  /// What sums start with, less what they get by what is given from 0 on.
  ElementsAttr reduce(ElementsAttr start, Value sums) {
    auto found = sent.find(sums);
    if (found == sent.end())
      return start;
    std::vector<int32_t> numbers = expand(start, getShape(sums));
    for (auto [number, less] : llvm::zip(numbers, found->second))
      number = static_cast<int32_t>(number - less);
    return makeBroadcast(program.getContext(), getShape(sums), numbers, "start");
  }

  ArrayAttr reduceAll(ArrayAttr starts, ValueRange operands) {
    SmallVector<Attribute> reduced;
    for (auto [start, sums] : llvm::zip(starts, operands))
      reduced.push_back(reduce(cast<ElementsAttr>(start), sums));
    return builder.getArrayAttr(reduced);
  }

  void visit(FireOp op) { op.setStartsAttr(reduceAll(op.getStarts(), op.getSums())); }

  void visit(DecodeOp op) { op.setStartAttr(reduce(op.getStart(), op.getFrom())); }

  void visit(DeliverOp op) {
    auto pass = dyn_cast<PassOp>(getSender(op.getStream()).getOperation());
    if (!pass || !sent.contains(pass.getFrom()))
      return;
    const Numbers given = getSent(pass.getFrom()); // a copy: there may be more of them in a moment
    apply<int64_t>(op, Sign::Kept, given, getSent(op.getTarget()));
  }

  static Numbers read(ElementsAttr start, Value sums) {
    std::vector<int32_t> numbers = expand(start, getShape(sums));
    return {numbers.begin(), numbers.end()};
  }

  void addTo(Value sums, const Numbers &given) {
    for (auto [number, more] : llvm::zip(getSent(sums), given))
      number += more;
  }

  void visit(RequantizeOp op) {
    addTo(op.getTarget(), round(op, read(op.getStart(), op.getFrom())));
    op.setStartAttr(reduce(op.getStart(), op.getFrom()));
    op.setWhole(true);
  }

  void visit(MultiplyOp op) {
    addTo(op.getTarget(),
          multiply<int64_t>(op, read(cast<ElementsAttr>(op.getStarts()[0]), op.getLhs()),
                            read(cast<ElementsAttr>(op.getStarts()[1]), op.getRhs())));
    op.setStartsAttr(reduceAll(op.getStarts(), {op.getLhs(), op.getRhs()}));
    op.setWhole(true);
  }
};

struct ExecFormValues : impl::ExecFormValuesPassBase<ExecFormValues> {
  void runOnOperation() override {
    if (getOperation().getOrder()) {
      getOperation().emitOpError() << "has places for its buffers already; values come before them";
      return signalPassFailure();
    }
    Formation(getOperation()).run();
  }
};

} // namespace
} // namespace snnc::exec
