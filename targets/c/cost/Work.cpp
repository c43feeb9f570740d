#include "targets/c/cost/Work.h"

#include "dialects/exec/Pixels.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Locations.h"
#include "dialects/support/Shapes.h"
#include "targets/c/TableWriter.h"
#include "targets/c/cost/TableBytes.h"
#include "targets/c/cost/Windows.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace snnc::c {

using namespace exec;

namespace {

/// Entries that snn_gather collects before it adds them (SNN_ENTRIES).
constexpr double kEntries = 64;

/// Counts what the tasks of one layer do.
class Counter {
public:
  Counter(const Network &network, const Activity &activity, LayerWork &work)
      : network(network), activity(activity), work(work) {}

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
  const Activity &activity;
  LayerWork &work;
  mutable llvm::DenseMap<Value, double> densities; ///< of streams that pass sums on

  void add(Cost cost, double count) { work.counts[static_cast<size_t>(cost)] += count; }
  double steps() const { return static_cast<double>(network.program.getSteps()); }

  static double pixelsOf(ArrayRef<int64_t> shape) {
    return static_cast<double>(countElements(shape) / getPixelSize(shape));
  }
  static double sizeOf(Value memory) { return static_cast<double>(getSize(memory)); }

  /// The share of a stream's values that are not 0, of sums that pass on in a time step.
  double getDensity(Value stream) const {
    Operation *sender = getSender(stream);
    auto pass = dyn_cast<PassOp>(sender);
    if (!pass)
      return activity.nonZero[network.getTraceNumber(sender)];
    auto [known, isNew] = densities.try_emplace(stream, 1);
    return isNew ? densities[stream] = getSumDensity(pass.getFrom()) : known->second;
  }
  /// Of sums, before they are requantized: as if what is not 0 met elements by chance.
  double getSumDensity(Value memory) const {
    RequantizeOp writer = getWriter(memory);
    Value sums = writer ? writer.getFrom() : memory;
    if (writer && llvm::any_of(expandStored(writer.getStart(), getShape(sums)),
                               [](int32_t start) { return start != 0; }))
      return 1;
    double zeros = 1;
    for (Operation *user : sums.getUsers()) {
      if (isa<MultiplyOp>(user) && cast<TaskOpInterface>(user).getFilledSums() == sums)
        return 1;
      auto deliver = dyn_cast<DeliverOp>(user);
      if (!deliver)
        continue;
      Value from = deliver.getStream();
      auto size = static_cast<double>(getStreamSize(from));
      double density = network.byValues() || network.isGraded(from)
                           ? getDensity(from)
                           : std::min(1.0, getEvents(from) / getActiveSteps(from) / size);
      zeros *= std::pow(1 - density, size * getReach(deliver).synapses / sizeOf(sums));
    }
    return 1 - zeros;
  }
  double getEvents(Value stream) const {
    return activity.events[network.getTraceNumber(getSender(stream))];
  }
  /// Time steps in which a stream has anything.
  double getActiveSteps(Value stream) const {
    Operation *sender = getSender(stream);
    if (auto fire = dyn_cast<FireOp>(sender))
      return static_cast<double>(fire.getFixed().getSteps().size());
    if (auto encode = dyn_cast<EncodeOp>(sender))
      return std::max<double>(1, static_cast<double>(encode.getFixed().getSteps().size()));
    double most = 1;
    for (Operation *user : cast<PassOp>(sender).getFrom().getUsers())
      if (auto deliver = dyn_cast<DeliverOp>(user))
        most = std::max(most, getActiveSteps(deliver.getStream()));
    return most;
  }

  void visit(EncodeOp encode) {
    if (encode.getValues())
      add(Cost::read, static_cast<double>(getStreamSize(encode.getSpikes())));
    work.events += getEvents(encode.getSpikes());
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
      add(Cost::start, sizeOf(background.getTarget()) * getActiveSteps(background.getStream()));
  }

  void visit(FireOp fire) {
    auto neurons = static_cast<double>(getStreamSize(fire.getSpikes()));
    auto taken = static_cast<double>(fire.getFixed().getSteps().size());
    work.events += getEvents(fire.getSpikes());
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
      add(Cost::end_closed_above, neurons * getDensity(fire.getSpikes()));
    } else if (fire.getPeriodic()) {
      add(Cost::end_periodic, neurons);
      add(Cost::end_periodic_above, neurons * getDensity(fire.getSpikes()));
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
      return gather(deliver);
    Value stream = deliver.getStream();
    auto size = static_cast<double>(getStreamSize(stream));
    double events = 0;
    if (network.byValues() || network.isGraded(stream)) {
      double times = network.byValues() ? 1 : getActiveSteps(stream);
      add(Cost::look, size * times);
      events = size * getDensity(stream) * times;
    } else {
      if (network.hasTrain(stream))
        add(Cost::scan, size * getActiveSteps(stream));
      events = getEvents(stream);
    }
    deliverEvents(deliver, events);
  }

  /// What an event of a delivery reaches, on average.
  struct Reach {
    double pixels = 0, synapses = 1; ///< pixels: of windows
  };
  static Reach getReach(DeliverOp deliver) {
    if (!deliver.getSynapse())
      return {0, sizeOf(deliver.getTarget()) /
                     static_cast<double>(getStreamSize(deliver.getStream()))};
    if (isWindow(deliver)) {
      Window window(deliver);
      double pixels = window.getTaps() / window.inPixels;
      return {pixels, pixels * window.outputsPerGroup};
    }
    bool isConv = isa<ConvAttr>(*deliver.getSynapse());
    return {0,
            static_cast<double>(deliver.getWeights()->getShapedType().getShape()[isConv ? 0 : 1])};
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
    if (deliver.getWeights() && !isWindow(deliver) && getInner(deliver) > 1)
      add(Cost::event_add_apart, events * reach.synapses);
    if (deliver.getWeights() && deliver.getWeights()->getElementType().getIntOrFloatBitWidth() < 8)
      add(Cost::event_unpack, events * reach.synapses);
  }

  static bool isWindow(DeliverOp deliver) {
    Kernel kernel = *deliver.getKernel();
    return kernel != Kernel::Gemm && kernel != Kernel::GatherGemm;
  }

  /// Rows of weights that are added for `entries` inputs, of `inputs` that are looked at in a pixel.
  void addRows(DeliverOp deliver, double pixels, double inputs, int64_t columns) {
    double entries = inputs * getDensity(deliver.getStream());
    double batches = std::min(1.0, entries) + std::floor(entries / kEntries);
    add(Cost::entry, pixels * entries);
    unsigned bits = deliver.getWeights()->getElementType().getIntOrFloatBitWidth();
    auto all = static_cast<double>(columns);
    // Eight sums at a time, then four, then one (snn_gather.c).
    double wide = bits == 8 ? std::floor(all / 8) * 8 : 0;
    double held = (bits == 2 ? 0 : std::floor(all / 4) * 4) - wide;
    add(Cost::wide_block, pixels * batches * wide / 8);
    add(Cost::block, pixels * batches * held / 4);
    add(Cost::wide_add8, pixels * entries * wide);
    add(bits == 8 ? Cost::add8 : Cost::add4, pixels * entries * held);
    add(bits == 2 ? Cost::add2 : Cost::add_rest, pixels * entries * (all - held - wide));
  }

  void gatherDepthwise(DeliverOp deliver) {
    Window window(deliver);
    auto conv = cast<ConvAttr>(*deliver.getSynapse());
    Value values = getValues(deliver.getStream());
    bool isHeld = getBuffer(values).getBits() <= 16 && conv.getShift() == 0 &&
                  deliver.getWeights()->getElementType().getIntOrFloatBitWidth() == 8;
    double held = isHeld ? std::floor(window.inChannels / 4) * 4 : 0;
    add(Cost::depthwise_window, window.outPixels);
    add(Cost::depthwise_row, window.getRows() * held / 4);
    add(Cost::depthwise_add, window.getTaps() * held);
    add(Cost::depthwise_other_row, window.getRows() * (window.inChannels - held));
    add(Cost::depthwise_other, window.getTaps() * (window.inChannels - held));
  }

  void gather(DeliverOp deliver) {
    auto encode = dyn_cast<EncodeOp>(getSender(deliver.getStream()).getOperation());
    bool isRaw = encode && !encode.getValues();
    double elements = sizeOf(deliver.getTarget());
    // Sums of which all elements are there have a loop for each delivery.
    if (!isByPixel(deliver.getTarget()))
      add(Cost::pixel, pixelsOf(getShape(deliver.getTarget())));
    switch (*deliver.getKernel()) {
    case Kernel::GatherConv: {
      Window window(deliver);
      double looked = window.getTaps() * window.inChannels;
      add(Cost::window, window.outPixels);
      if (isRaw) {
        add(Cost::byte_tap, window.getTaps());
        add(Cost::byte_input, looked);
      } else {
        add(Cost::row, window.getRows());
        add(Cost::input, looked);
      }
      return addRows(deliver, window.outPixels, looked / window.outPixels,
                     static_cast<int64_t>(window.outputsPerGroup));
    }
    case Kernel::GatherGemm: {
      ArrayRef<int64_t> shape = deliver.getWeights()->getShapedType().getShape();
      bool isConv = isa<ConvAttr>(*deliver.getSynapse());
      auto rows = static_cast<double>(shape[isConv ? 1 : 0]);
      double pixels = static_cast<double>(getStreamSize(deliver.getStream())) / rows;
      int64_t columns = shape[isConv ? 0 : 1];
      auto part = getBuffer(deliver.getTarget()).getPart();
      // Parts of an output's columns look at all inputs, each for itself.
      auto held = static_cast<int64_t>(part ? std::min<uint64_t>(*part, columns) : columns);
      for (int64_t first = 0; first < columns; first += held) {
        add(isRaw ? Cost::half_input : Cost::input, rows * pixels);
        add(Cost::matrix, pixels);
        addRows(deliver, pixels, rows, std::min(held, columns - first));
      }
      return;
    }
    case Kernel::GatherDepthwise:
      return gatherDepthwise(deliver);
    case Kernel::GatherPool: {
      Window window(deliver);
      add(Cost::pool_tap, window.outPixels * window.kernelSize);
      return add(Cost::pool_add, window.getTaps() * window.inChannels);
    }
    default: // elements of pixels as they are
      add(Cost::map, pixelsOf(getShape(deliver.getTarget())));
      if (deliver.getFactors() || *deliver.getKernel() == Kernel::GatherMove)
        add(Cost::map_add_apart, elements);
      return add(Cost::map_add, elements);
    }
  }
};

} // namespace

NetworkWork countWork(exec::ProgramOp program, const EmitOptions &options,
                      const Activity &activity) {
  Network network(program, options);
  NetworkWork work;
  TableWriter tables(network);
  work.inputTableBytes = countTableBytes(tables.writeInput());
  work.stateBytes = getStateBytes(program);
  work.callerBytes = network.inputSize() * (network.isByte() ? 1 : 2) +
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
    Counter(network, activity, one).count(layer);
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
      one.least = (*fire.getFinal())[0];
      one.most = (*fire.getFinal())[1];
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

double predict(const LayerWork &layer, const Processor &processor) {
  double sum = 0;
  for (size_t i = 0; i < kCosts; ++i)
    sum += layer.counts[i] * processor.instructions[i];
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
