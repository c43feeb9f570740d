//===- Which populations' trains follow from final sums ------------------------------------------------------===//
#include "compiler/schedule/Passes.h"
#include "compiler/schedule/Staircase.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Shapes.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"
#include <set>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_EXECFINDFINALPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

namespace {

/// From task to task, the time step in which the last of a stream is sent, and the last of sums arrives.
class Times {
public:
  explicit Times(ProgramOp program)
      : program(program), steps(static_cast<int64_t>(program.getSteps())) {}

  void run() {
    for (TaskOpInterface task : getTasks(program)) {
      if (auto fire = dyn_cast<FireOp>(task.getOperation())) {
        visit(fire);
        continue;
      }
      int64_t end = 0;
      if (auto encode = dyn_cast<EncodeOp>(task.getOperation()))
        end = getEnd(encode.getStart(), encode.getFixed().getSteps().size());
      if (Value taken = task.getTakenStream())
        end = sent[getSender(taken).getGivenStream()];
      for (Value sums : task.getReadSums())
        end = std::max(end, arrived.lookup(sums));
      if (Value given = task.getGivenStream())
        sent[given] = end;
      if (Value filled = task.getFilledSums())
        arrived[filled] = std::max(arrived.lookup(filled), end);
    }
  }

private:
  ProgramOp program;
  int64_t steps;
  DenseMap<Value, int64_t> sent, arrived;

  /// The input without a schedule sends everything in step 0.
  static int64_t getEnd(int64_t start, int64_t count) { return count ? start + count - 1 : 0; }

  void visit(FireOp fire) {
    auto start = static_cast<int64_t>(fire.getStart());
    int64_t end = getEnd(start, fire.getFixed().getSteps().size());
    sent[fire.getSpikes()] = end;
    // Estimates of 16 bits are rounded in each step that brings something.
    bool isFinal =
        fire.getFixed().getState() != 16 && end < steps &&
        llvm::all_of(fire.getSums(), [&](Value sums) { return arrived.lookup(sums) <= start; });
    if (isFinal)
      describe(fire);
  }

  /// Whether all pixels have the same multipliers.
  static bool repeatsByPixel(FireOp fire) {
    ArrayRef<int64_t> shape = fire.getSpikes().getType().getShape();
    auto pixel = static_cast<size_t>(getPixelSize(shape));
    std::vector<int32_t> numbers =
        expandStored(cast<ElementsAttr>(fire.getFixed().getMultipliers()[0]), shape);
    for (size_t i = pixel; i < numbers.size(); ++i)
      if (numbers[i] != numbers[i - pixel])
        return false;
    return true;
  }

  /// What the neurons end within, going through all estimates for each start and gain that some have; their reach where these are
  /// too many.
  static std::array<int64_t, 2> findRange(FireOp fire, const Staircase &staircase) {
    constexpr size_t kMaxKinds = 256;
    ArrayRef<int64_t> shape = fire.getSpikes().getType().getShape();
    auto all = [&](std::optional<ElementsAttr> numbers) {
      return numbers ? expand(*numbers, shape)
                     : std::vector<int32_t>(static_cast<size_t>(countElements(shape)), 0);
    };
    snn::FixedNeuronAttr form = fire.getFixed();
    std::set<std::pair<int32_t, int32_t>> kinds;
    for (auto [initial, gain] :
         llvm::zip(all(fire.getInitial()),
                   all(form.getGains() ? std::optional(form.getGains()) : std::nullopt)))
      kinds.emplace(initial, gain);
    if (kinds.size() > kMaxKinds)
      return {-form.getReach(), form.getReach()};
    std::array<int64_t, 2> range = {INT32_MAX, INT32_MIN};
    for (auto [initial, gain] : kinds) {
      std::array<int64_t, 2> one = staircase.getRange(initial, gain);
      range = {std::min(range[0], one[0]), std::max(range[1], one[1])};
    }
    return range;
  }

  static void describe(FireOp fire) {
    Builder builder(fire.getContext());
    snn::FixedNeuronAttr form = fire.getFixed();
    bool isOne = fire.getSums().size() == 1;
    std::array<int64_t, 2> range = {-form.getReach(), form.getReach()};
    if (isOne) {
      Staircase staircase(fire);
      range = findRange(fire, staircase);
      auto reach = getBuffer(fire.getSums()[0]).getRange();
      int64_t max = reach ? (*reach)[1] : INT32_MAX;
      if (!fire.getInitial() && !form.getGains() && repeatsByPixel(fire)) {
        if (auto closed = staircase.getClosedForm(max))
          fire.setClosedAttr(builder.getDenseI64ArrayAttr(*closed));
        else if (auto periodic = staircase.getPeriodicForm(max))
          fire.setPeriodicAttr(builder.getDenseI64ArrayAttr(*periodic));
      }
    }
    fire.setFinalAttr(builder.getDenseI64ArrayAttr(range));
  }
};

struct ExecFindFinal : impl::ExecFindFinalPassBase<ExecFindFinal> {
  void runOnOperation() override { Times(getOperation()).run(); }
};

} // namespace
} // namespace snnc::exec
