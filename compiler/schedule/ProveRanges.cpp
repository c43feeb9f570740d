//===- What sums stay within, whatever the input ----------------------------------------------------------===//
//
// Constraint FX-Q4 of docs/spec/fixed-point.md. A value is known by what it starts at and by the largest magnitude that it
// can have: of a source its reach, of sums those of all that is added to them, times the magnitudes of weights. What
// sums begin with beside what has arrived (a bias) stays in them and adds to the bound.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/schedule/Apply.h"
#include "compiler/schedule/Passes.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Shapes.h"
#include "mlir/IR/Builders.h"
#include "snn/Bounds.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_EXECPROVERANGESPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

namespace {

using Numbers = std::vector<double>;

/// By element, in logical order.
struct Values {
  Numbers start, max;
};

class Proof {
public:
  explicit Proof(ProgramOp program) : program(program) {}

  LogicalResult run() {
    std::vector<TaskOpInterface> tasks = getTasks(program);
    bool jumps = llvm::any_of(tasks, [](TaskOpInterface task) {
      return isa<MultiplyOp, RequantizeOp>(task.getOperation());
    });
    for (TaskOpInterface task : tasks) {
      llvm::TypeSwitch<Operation *>(task.getOperation())
          .Case<EncodeOp, FireOp, DeliverOp, PassOp, MultiplyOp, RequantizeOp, DecodeOp>(
              [&](auto op) { add(op); });
      if (failed(check(task, jumps ? ::snn::kLargestJump : ::snn::kLargestSum)))
        return failure();
    }
    Builder builder(program.getContext());
    for (auto buffer : program.getBody().getOps<BufferOp>())
      if (auto found = sums.find(buffer.getMemory()); found != sums.end()) {
        int64_t max = getMax(found->second);
        buffer.setRangeAttr(builder.getDenseI64ArrayAttr({-max, max}));
      }
    return success();
  }

private:
  ProgramOp program;
  DenseMap<Value, Values> streams, sums;

  static int64_t getMax(const Values &values) {
    double max = 0;
    for (double number : values.max)
      max = std::max(max, number);
    return static_cast<int64_t>(std::ceil(max));
  }

  LogicalResult check(TaskOpInterface task, double max) {
    SmallVector<Value> touched = task.getReadSums();
    if (Value filled = task.getFilledSums())
      touched.push_back(filled);
    for (Value memory : touched)
      for (double number : getSums(memory).max)
        if (!(number <= max))
          return mlir::emitError(task->getLoc())
                 << "'" << getTaskName(task) << "' has sums that may not fit in 32 bits";
    return success();
  }

  Values &getSums(Value memory) {
    Values &values = sums[memory];
    auto size = static_cast<size_t>(cast<MemRefType>(memory.getType()).getNumElements());
    values.start.resize(size, 0);
    values.max.resize(size, 0);
    return values;
  }

  void add(EncodeOp op) {
    ArrayRef<int64_t> shape = op.getSpikes().getType().getShape();
    snn::FixedInputAttr form = op.getFixed();
    int64_t plane = countElements(shape) / shape[0];
    Values &values = streams[op.getSpikes()];
    for (int64_t i = 0; i < countElements(shape); ++i) {
      double bound =
          op.getCode() == snn::InputCode::Spike
              ? ::snn::getStepsReach(form.getSteps().asArrayRef())
              : ::snn::getInputReach(form.getRaw() == snn::RawInput::U8,
                                     static_cast<int32_t>(form.getMultipliers()[i / plane]),
                                     static_cast<int32_t>(form.getOffsets()[i / plane]),
                                     static_cast<unsigned>(form.getShift()));
      values.max.push_back(bound);
      values.start.push_back(0);
    }
  }

  void add(FireOp op) {
    for (auto [memory, start] : llvm::zip(op.getSums(), op.getStarts()))
      begin(memory, cast<ElementsAttr>(start));
    ArrayRef<int64_t> shape = op.getSpikes().getType().getShape();
    Values &values = streams[op.getSpikes()];
    values.start.assign(static_cast<size_t>(countElements(shape)), 0);
    if (op.getInitial())
      for (auto [start, number] : llvm::zip(values.start, expand(*op.getInitial(), shape)))
        start = number;
    for (double start : values.start)
      values.max.push_back(std::abs(start) + static_cast<double>(op.getFixed().getReach()));
  }

  void add(DecodeOp op) { begin(op.getFrom(), op.getStart()); }

  void add(PassOp op) { streams[op.getCurrent()] = getSums(op.getFrom()); }

  void add(DeliverOp op) {
    const Values &from = streams[getSender(op.getStream()).getGivenStream()];
    Values &to = getSums(op.getTarget());
    apply(op, Sign::Kept, from.start, to.start);
    apply(op, Sign::Dropped, from.max, to.max);
  }

  void add(MultiplyOp op) {
    Numbers lhs = begin(op.getLhs(), cast<ElementsAttr>(op.getStarts()[0]));
    Numbers rhs = begin(op.getRhs(), cast<ElementsAttr>(op.getStarts()[1]));
    Numbers start = multiply(op, lhs, rhs);
    Numbers max = multiply(op, getSums(op.getLhs()).max, getSums(op.getRhs()).max);
    addTo(op.getTarget(), start, max);
  }

  void add(RequantizeOp op) {
    Numbers start = begin(op.getFrom(), op.getStart());
    std::vector<int32_t> multipliers = expand(op.getMultipliers(), getShape(op.getFrom()));
    // It rises with the sum, and is as far from 0 for a sum below it.
    auto round = [&](double sum, int32_t multiplier) {
      return snn_estimate(static_cast<int32_t>(std::min(sum, ::snn::kLargestSum)), multiplier,
                          static_cast<unsigned>(op.getShift()),
                          static_cast<int32_t>(op.getLimit()));
    };
    Numbers max = getSums(op.getFrom()).max;
    for (size_t i = 0; i < start.size(); ++i) {
      start[i] = round(start[i], multipliers[i]);
      max[i] = round(max[i], multipliers[i]);
    }
    addTo(op.getTarget(), start, max);
  }

  void addTo(Value target, const Numbers &start, const Numbers &max) {
    Values &to = getSums(target);
    for (size_t i = 0; i < start.size(); ++i) {
      to.start[i] += start[i];
      to.max[i] += max[i];
    }
  }

  /// Adds what sums start with beside what arrives in them. Returns what they start with.
  Numbers begin(Value memory, ElementsAttr attr) {
    Values &values = getSums(memory);
    std::vector<int32_t> starts = expand(attr, getShape(memory));
    for (size_t i = 0; i < starts.size(); ++i)
      values.max[i] += std::abs(starts[i] - values.start[i]);
    return {starts.begin(), starts.end()};
  }
};

struct ExecProveRanges : impl::ExecProveRangesPassBase<ExecProveRanges> {
  void runOnOperation() override {
    if (failed(Proof(getOperation()).run()))
      signalPassFailure();
  }
};

} // namespace
} // namespace snnc::exec
