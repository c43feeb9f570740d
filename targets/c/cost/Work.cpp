#include "targets/c/cost/Work.h"

#include "dialects/exec/Pixels.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Locations.h"
#include "dialects/support/Shapes.h"
#include "targets/c/TableWriter.h"
#include "targets/c/cost/Gathers.h"
#include "targets/c/cost/TableBytes.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>
#include <fmt/format.h>

using namespace mlir;

namespace snnc::c {

using namespace exec;

namespace {

/// Counts what the tasks of one layer do.
class Counter {
public:
  Counter(const Network &network, const Traffic &traffic, LayerWork &work)
      : network(network), traffic(traffic), work(work) {}

  void count(LayerOp layer) {
    Value fused = network.byValues() ? getFused(layer) : Value();
    if (network.byValues())
      add(Cost::pixel, fused ? pixelsOf(getShape(fused)) : 1);
    else
      add(Cost::step, steps());
    for (TaskOpInterface task : getTasks(layer))
      llvm::TypeSwitch<Operation *>(task.getOperation())
          .Case<EncodeOp, FireOp, PassOp, DecodeOp, DeliverOp, BackgroundOp, RequantizeOp,
                MultiplyOp>([&](auto op) { visit(op); });
  }

private:
  const Network &network;
  const Traffic &traffic;
  LayerWork &work;

  void add(Cost cost, double count) { work.counts[static_cast<size_t>(cost)] += count; }
  double steps() const { return static_cast<double>(network.program.getSteps()); }

  static double pixelsOf(ArrayRef<int64_t> shape) {
    return static_cast<double>(countElements(shape) / getPixelSize(shape));
  }
  static double sizeOf(Value memory) { return static_cast<double>(getSize(memory)); }

  void visit(EncodeOp encode) {
    if (encode.getValues())
      add(Cost::read, static_cast<double>(getStreamSize(encode.getSpikes())));
    work.events += traffic.getEvents(encode.getSpikes());
  }

  void visit(PassOp pass) {
    if (getWriter(pass.getFrom()))
      return; // it is written
    // Step by step, what has been passed on is cleared.
    add(Cost::start, sizeOf(pass.getFrom()) * (network.byValues() ? 1 : steps()));
  }

  void visit(DecodeOp decode) {
    add(Cost::start, sizeOf(decode.getFrom()));
    add(Cost::decode, sizeOf(decode.getFrom()));
  }

  void visit(BackgroundOp background) {
    if (!network.byValues())
      add(Cost::start,
          sizeOf(background.getTarget()) * traffic.getActiveSteps(background.getStream()));
  }

  void visit(FireOp fire) {
    auto neurons = static_cast<double>(getStreamSize(fire.getSpikes()));
    auto taken = static_cast<double>(fire.getFixed().getSteps().size());
    work.events += traffic.getEvents(fire.getSpikes());
    bool isRounded = fire.getFixed().getState() == 16; // its sums are those of a step
    for (Value sums : fire.getSums())
      add(Cost::start, sizeOf(sums) * (isRounded ? steps() : 1));
    if (fire.getFixed().getTable() && !fire.getFixed().getTable().empty())
      add(Cost::table_value, neurons * (network.byValues() ? 1 : taken));
    bool hasSteps = !network.byValues() || (!fire.getClosed() && !fire.getPeriodic());
    if (hasSteps && fire.getFunction() == ::snn::Function::Div)
      add(Cost::quotient_step, neurons * taken);
    if (hasSteps && fire.getFunction() == ::snn::Function::Norm)
      add(Cost::norm_step, neurons * taken);
    if (!network.byValues()) {
      bool hasTrain = network.hasTrain(fire.getSpikes());
      add(hasTrain ? Cost::compare_train : Cost::compare, neurons * taken);
    } else if (fire.getClosed()) {
      add(Cost::end_closed, neurons);
      add(Cost::end_closed_above, neurons * traffic.getDensity(fire.getSpikes()));
    } else if (fire.getPeriodic()) {
      add(Cost::end_periodic, neurons);
      add(Cost::end_periodic_above, neurons * traffic.getDensity(fire.getSpikes()));
    } else {
      add(Cost::climb, neurons * static_cast<double>(fire.getSums().size()));
      add(Cost::climb_step, neurons * taken);
    }
  }

  // Of the order of values; with steps, these have no prediction.
  void visit(RequantizeOp op) {
    add(Cost::start, sizeOf(op.getFrom()));
    add(Cost::round, sizeOf(op.getFrom()));
  }

  void visit(MultiplyOp product) {
    for (Value operand : product.getReadSums())
      if (!getWriter(operand))
        add(Cost::start, sizeOf(operand));
    add(Cost::product, sizeOf(product.getTarget()));
    auto inner = product.getElementwise() ? 1 : getShape(product.getLhs()).back();
    add(Cost::product_add, sizeOf(product.getTarget()) * static_cast<double>(inner));
  }

  void visit(DeliverOp deliver) {
    if (network.byValues() && isGather(*deliver.getKernel()))
      return countGather(deliver, traffic, work.counts);
    Value stream = deliver.getStream();
    auto size = static_cast<double>(getStreamSize(stream));
    double events = 0;
    if (network.byValues() || network.isGraded(stream)) {
      double times = network.byValues() ? 1 : traffic.getActiveSteps(stream);
      add(Cost::look, size * times);
      events = size * traffic.getDensity(stream) * times;
    } else {
      if (network.hasTrain(stream))
        add(Cost::scan, size * traffic.getActiveSteps(stream));
      events = traffic.getEvents(stream);
    }
    deliverEvents(deliver, events);
  }

  void deliverEvents(DeliverOp deliver, double events) {
    bool isMapped = deliver.getSynapse() &&
                    (!toStored(deliver.getIndexMap()).isIdentity() || deliver.getFactors());
    Reach reach = getReach(deliver);
    add(Cost::event, events);
    add(Cost::event_map, isMapped ? events : 0);
    add(Cost::event_window, reach.pixels > 0 ? events : 0);
    add(Cost::event_tap, events * reach.pixels);
    add(Cost::event_add, events * reach.synapses);
    if (deliver.getWeights() && !hasWindow(deliver) && getInner(deliver) > 1)
      add(Cost::event_add_apart, events * reach.synapses);
    if (deliver.getWeights() && deliver.getWeights()->getElementType().getIntOrFloatBitWidth() < 8)
      add(Cost::event_unpack, events * reach.synapses);
  }
};

} // namespace

NetworkWork countWork(exec::ProgramOp program, const EmitOptions &options,
                      const Activity &activity) {
  Network network(program, options);
  const Traffic traffic(network, activity);
  NetworkWork work;
  TableWriter tables(network);
  work.inputTableBytes = countTableBytes(tables.writeInput());
  work.stateBytes = getStateBytes(program);
  work.callerBytes = network.inputSize() * network.inputNumbers().bits / 8 +
                     network.decodedSize * network.outputBits() / 8;
  for (auto [i, layer] : llvm::enumerate(network.layers)) {
    LayerWork &one = work.layers.emplace_back();
    Operation *last = getLast(layer);
    auto fire = dyn_cast<FireOp>(last);
    one.symbol = layer.getSymName().str();
    one.name = getFirstName(last->getLoc());
    if (one.name.empty())
      one.name = one.symbol;
    one.does = fire ? ::snnc::snn::stringifyFunction(fire.getFunction()).str()
                    : last->getName().stripDialect().str();
    Counter(network, traffic, one).count(layer);
    one.tableBytes = countTableBytes(tables.writeLayer(layer, /*withTraces=*/false));
    for (auto buffer : program.getBody().getOps<BufferOp>()) {
      ArrayRef<int64_t> live = *buffer.getLive();
      auto number = static_cast<int64_t>(i);
      if (live[0] <= number && number <= live[1] && !buffer.getOutput())
        one.stateBytes += static_cast<uint64_t>(buffer.getNumElements()) * buffer.getBits() / 8;
    }
    layer.walk([&](FireOp fire) {
      if (!fire.getValues() || !fire.getFinal())
        return;
      one.valueBits = getBuffer(fire.getValues()).getBits();
      one.min = (*fire.getFinal())[0];
      one.max = (*fire.getFinal())[1];
    });
    layer.walk([&](Operation *op) {
      if (isa<MultiplyOp, RequantizeOp>(op) && !network.byValues() && work.obstacle.empty())
        work.obstacle = fmt::format("'{}' keeps what changes add up to", getTaskName(op));
    });
  }
  if (program.getUpdates())
    work.obstacle = "an update computes what changed of a frame";
  return work;
}

double predict(const Counts &counts, const Processor &processor) {
  double sum = 0;
  for (size_t i = 0; i < kCosts; ++i)
    sum += counts[i] * processor.instructions[i];
  return sum;
}

double getShare(exec::ProgramOp program, Kernels kernels, const Processor &processor) {
  return kernels == Kernels::Inline
             ? processor.inlineShare[static_cast<size_t>(*program.getOrder())]
             : 1;
}

double getCodeBytes(exec::ProgramOp program, Kernels kernels, const Processor &processor) {
  bool isInline = kernels == Kernels::Inline;
  auto layers = program.getBody().getOps<LayerOp>();
  const auto &around = isInline ? processor.inlineKernelCode : processor.kernelCode;
  return around[static_cast<size_t>(*program.getOrder())] +
         (isInline ? processor.inlineLayerCode : processor.layerCode) *
             static_cast<double>(std::distance(layers.begin(), layers.end()));
}

} // namespace snnc::c
