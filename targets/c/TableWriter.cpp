#include "targets/c/TableWriter.h"

#include "compiler/schedule/Staircase.h"
#include "dialects/exec/Axes.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Shapes.h"
#include "snn/fixed.h"
#include "targets/c/Tables.h"
#include "llvm/ADT/TypeSwitch.h"
#include <fmt/format.h>

using namespace mlir;

namespace snnc::c {

using namespace exec;

namespace {

ArrayRef<int64_t> getShape(Value memory) { return cast<MemRefType>(memory.getType()).getShape(); }

std::vector<int32_t> toIntegers(DenseI64ArrayAttr numbers) {
  return {numbers.asArrayRef().begin(), numbers.asArrayRef().end()};
}

} // namespace

std::string TableWriter::write() {
  std::string all = writeInput();
  for (LayerOp layer : network.layers)
    all += writeLayer(layer);
  return all;
}

std::string TableWriter::writeInput() {
  tables.clear();
  addInput();
  return std::move(tables);
}

std::string TableWriter::writeLayer(LayerOp layer, bool traces) {
  tables.clear();
  withTraces = traces;
  for (Operation &op : layer.getBody().front())
    llvm::TypeSwitch<Operation *>(&op)
        .Case([&](FireOp fire) { addFire(fire); })
        .Case([&](DecodeOp decode) {
          addOperand(network.nameOf(decode), "", decode.getFrom(), decode.getStart(),
                     decode.getFixed().getMultipliers(), true);
        })
        .Case([&](DeliverOp deliver) { addSynapse(deliver); })
        .Case([&](BackgroundOp background) {
          if (network.byValues()) // values are what is sent in the end, with this in it
            return;
          tables += makeTable(
              fmt::format("{}: what all neurons of {} send together", getTaskName(background),
                          network.senderOf(background.getStream())),
              "int32_t", network.nameOf(background, "background"),
              expandStored(background.getValues(), getShape(background.getTarget())));
        })
        .Case([&](MultiplyOp product) { addMultiply(product); })
        .Case([&](RequantizeOp requantize) { addRequantize(requantize); });
  return std::move(tables);
}

void TableWriter::addInput() {
  EncodeOp encode = network.encode;
  snn::FixedInputAttr form = encode.getFixed();
  tables += makeTable("input: multipliers of the channels", "int32_t", "input_multipliers",
                      toIntegers(form.getMultipliers()));
  tables += makeTable("input: offsets of the channels", "int32_t", "input_offsets",
                      toIntegers(form.getOffsets()));
  ArrayRef<int64_t> shape = network.inputShape();
  tables += fmt::format(
      "static const snn_input input_form = {{input_multipliers, input_offsets, {}, "
      "{}, {}, {}}};\n\n",
      shape[0], countElements(shape) / shape[0], shape.size() == 3 ? 1 : 0, form.getShift());
  if (!encode.getValues() && network.isByte()) {
    std::vector<int32_t> numbers;
    for (size_t c = 0; c < static_cast<size_t>(shape[0]); ++c)
      for (int32_t raw = 0; raw < 256; ++raw)
        numbers.push_back(snn_encode(raw,
                                     static_cast<int32_t>(form.getMultipliers().asArrayRef()[c]),
                                     static_cast<int32_t>(form.getOffsets().asArrayRef()[c]),
                                     static_cast<unsigned>(form.getShift())));
    tables += makeTable("input: what the bytes of each channel stand for", "int16_t",
                        "input_normalized", numbers);
  }
  if (!form.getSteps().empty())
    tables += makeTable(fmt::format("input: steps of {} fraction bits", form.getEventFraction()),
                        "int32_t", network.senderOf(encode.getSpikes()) + "_steps",
                        toIntegers(form.getSteps()));
}

//===- Neurons -----------------------------------------------------------------------------------------===//

std::string TableWriter::addPeriod(const std::string &comment, const std::string &name,
                                   const std::vector<int32_t> &values) {
  std::vector<int32_t> period = getPeriod(values);
  tables += makeTable(comment, "int32_t", name, period);
  return fmt::format("{}, {}", name, period.size());
}

/// A lower bound and an upper one in turn, for as many neurons as these repeat after.
std::string TableWriter::addBounds(const std::string &name, const std::vector<int32_t> &lower,
                                   const std::vector<int32_t> &upper) {
  std::vector<int32_t> pairs, bounds;
  for (auto [from, to] : llvm::zip(lower, upper))
    pairs.push_back(from * 65536 + (to + 32768));
  const size_t count = getPeriod(pairs).size();
  for (size_t i = 0; i < count; ++i)
    bounds.insert(bounds.end(), {lower[i], upper[i]});
  tables += makeTable(name + ": its bounds", "int32_t", name + "_bounds", bounds);
  return fmt::format("{}_bounds, {}", name, bounds.size());
}

void TableWriter::addNumbers(const std::string &comment, const std::string &name,
                             const std::vector<int32_t> &values) {
  std::string numbers = addPeriod(comment, name + "_values", values);
  tables += fmt::format("static const snn_numbers {} = {{{}}};\n\n", name, numbers);
}

void TableWriter::addOperand(const std::string &name, const std::string &suffix, Value sums,
                             ElementsAttr start, ElementsAttr multipliers, bool isDecoder) {
  addNumbers(name + ": where its sums start, A(0)", name + "_start" + suffix,
             expandStored(start, getShape(sums)));
  addNumbers(name + ": from its sums to " + (isDecoder ? "the output" : "its estimates"),
             name + "_scale" + suffix, expandStored(multipliers, getShape(sums)));
}

/// The name of a function in the kernels.
static const char *getFunction(FireOp fire, bool takesUpdates) {
  if (fire.getFixed().getTable() && !fire.getFixed().getTable().empty())
    return "SNN_TABLE";
  switch (fire.getFunction()) {
  case ::snn::Function::Max:
    return "SNN_MAX";
  case ::snn::Function::Min:
    return "SNN_MIN";
  case ::snn::Function::Abs:
    return "SNN_ABS";
  case ::snn::Function::Mul:
    return "SNN_PRODUCT";
  case ::snn::Function::Div:
    return "SNN_QUOTIENT";
  case ::snn::Function::Norm:
    return "SNN_NORM";
  case ::snn::Function::Clip:
    return takesUpdates || !followsRelu(fire) ? "SNN_CLIP" : "SNN_RELU";
  default: // the dialect's verifier lets no other function go without a table
    return "SNN_RELU";
  }
}

void TableWriter::addFire(FireOp fire) {
  snn::FixedNeuronAttr form = fire.getFixed();
  std::string name = network.nameOf(fire);
  ArrayRef<int64_t> shape = fire.getSpikes().getType().getShape();
  bool endsWithoutSteps = network.byValues() && (fire.getClosed() || fire.getPeriodic());
  if (endsWithoutSteps && !withTraces) {
    addNumbers(name, name + "_start", expandStored(cast<ElementsAttr>(fire.getStarts()[0]), shape));
    addPeriod(name, name + "_scale_values",
              expandStored(cast<ElementsAttr>(form.getMultipliers()[0]), shape));
    return addEnd(fire, "");
  }
  for (auto [n, sums] : llvm::enumerate(fire.getSums()))
    addOperand(name, n ? "2" : "", sums, cast<ElementsAttr>(fire.getStarts()[n]),
               cast<ElementsAttr>(form.getMultipliers()[n]), false);
  std::string initial = "NULL, 0", own = initial;
  std::string table = "NULL", function = getFunction(fire, network.takesUpdates());
  if (fire.getInitial())
    initial = addPeriod(name + ": where y starts", name + "_initial",
                        expandStored(*fire.getInitial(), shape));
  tables += makeTable(fmt::format("{}: steps of {} fraction bits", name, form.getEventFraction()),
                      "int32_t", name + "_steps", toIntegers(form.getSteps()));
  if (!form.getZones().empty())
    tables += makeTable(
        fmt::format("{}: dead zones of {} fraction bits", name, form.getOperandFraction()),
        "int32_t", name + "_zones", toIntegers(form.getZones()));
  if (form.getTable() && !form.getTable().empty()) {
    table = name + "_table";
    tables += makeTable(name + ": its function", "int16_t", table, toIntegers(form.getTable()));
  }
  if (form.getGains())
    own = addPeriod(name + ": from its function to its ranges", name + "_gains",
                    expandStored(form.getGains(), shape));
  if (function == "SNN_CLIP")
    own =
        addBounds(name, expandStored(form.getLower(), shape), expandStored(form.getUpper(), shape));
  bool isAbove = ::snn::getInfo(fire.getFunction()).tie == ::snn::Tie::Above;
  tables += fmt::format("static const snn_population {}_neurons = {{{}, {}, {}, {}, {}, {}, {}, "
                        "{{{}}}, {{{}}}, {}}};\n\n",
                        name, function, table, countElements(shape),
                        form.getOperandFraction() - form.getEventFraction(), isAbove ? 1 : 0,
                        form.getAlign(), form.getEpsilon(), initial, own, form.getGainShift());
  if (network.byValues())
    addEnd(fire, form.getZones().empty() ? "NULL" : name + "_zones");
}

/// By values: the steps of a population all at once (not without `zones`), and what stands for them.
void TableWriter::addEnd(FireOp fire, const std::string &zones) {
  std::string name = network.nameOf(fire);
  if (!zones.empty())
    tables += fmt::format("static const snn_stairs {0}_stairs = {{{0}_steps, {1}, {2}, {3}}};\n\n",
                          name, zones, fire.getFixed().getSteps().size(),
                          network.getTraceNumber(fire) *
                                  static_cast<uint64_t>(network.program.getSteps()) +
                              static_cast<uint64_t>(fire.getStart()));
  std::optional<ArrayRef<int64_t>> form = fire.getClosed() ? fire.getClosed() : fire.getPeriodic();
  if (!form)
    return;
  std::vector<int32_t> multipliers = getPeriod(expandStored(
      cast<ElementsAttr>(fire.getFixed().getMultipliers()[0]), getShape(fire.getSums()[0])));
  std::string head = fmt::format("{{{}_scale_values, {}}}, {}", name, multipliers.size(),
                                 fmt::join(form->take_front(3), ", "));
  if (fire.getClosed()) {
    ArrayRef<int64_t> offsets = form->drop_front(3);
    tables += fmt::format("static const snn_closed {}_closed = {{{}, {}, {{{}}}}};\n\n", name, head,
                          offsets.size(), fmt::join(offsets, ", "));
    return;
  }
  ArrayRef<int64_t> treads = form->drop_front(4);
  uint64_t bits = llvm::Log2_64(treads.size() / 2),
           last = static_cast<uint64_t>((*form)[1] >> (*form)[0]) >> bits;
  tables += makeTable(name + ": what a period of estimates ends at, and the last one", "uint8_t",
                      name + "_treads", std::vector<int64_t>(treads.begin(), treads.end()));
  tables += fmt::format(
      "static const snn_periodic {0}_periodic = {{{1}, {2}, {3}, {4}, {0}_treads}};\n\n", name,
      head, (*form)[3], bits, last);
}

//===- Synapses ----------------------------------------------------------------------------------------===//

namespace {

std::string getFunctionName(exec::Kernel kernel, const Synapse &synapse) {
  bool isWide = synapse.isWide && (kernel == Kernel::Map || kernel == Kernel::Copy);
  return fmt::format("snn_{}{}_event", stringifyKernel(kernel).str(), isWide ? "_wide" : "");
}

/// Places as a table has them; nowhere is the largest number of its width.
std::vector<uint32_t> getPlaces(std::vector<uint32_t> places, bool isWide) {
  for (uint32_t &place : places)
    if (place == kNowhere && !isWide)
      place = UINT16_MAX;
  return places;
}

/// Rows and columns of what a window slides over; one dimension is a single row.
struct Sizes {
  int64_t channels, height = 1, width;
  explicit Sizes(ArrayRef<int64_t> shape) : channels(shape[0]), width(shape.back()) {
    if (shape.size() == 3)
      height = shape[1];
  }
};

int64_t first(ArrayRef<int64_t> numbers, int64_t otherwise) {
  return numbers.size() > 1 ? numbers[0] : otherwise;
}

/// The initializer of a window, after what its numbers are, for the reader.
struct WindowText {
  std::string comment, initializer;

  WindowText(ArrayRef<int64_t> inShape, ArrayRef<int64_t> outShape, ArrayRef<int64_t> kernel,
             ArrayRef<int64_t> strides, ArrayRef<int64_t> pads, ArrayRef<int64_t> dilations) {
    Sizes in(inShape), out(outShape);
    bool isLast = inShape.size() == 3; // channels are neighbours
    int64_t kernelY = first(kernel, 1), strideY = first(strides, 1), padY = isLast ? pads[0] : 0,
            padX = isLast ? pads[1] : pads[0], dilationY = first(dilations, 1),
            dilationX = dilations.empty() ? 1 : dilations.back();
    comment =
        fmt::format("/* from {}x{}x{} to {}x{}x{}, window {}x{}, stride {}x{}, pad {}x{}, "
                    "dilation {}x{} */\n",
                    in.channels, in.height, in.width, out.channels, out.height, out.width, kernelY,
                    kernel.back(), strideY, strides.back(), padY, padX, dilationY, dilationX);
    initializer = fmt::format(
        "{{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}}", in.channels,
        in.height, in.width, isLast ? 1 : in.height * in.width, isLast ? in.channels : 1,
        out.height, out.width, isLast ? 1 : out.height * out.width, isLast ? out.channels : 1,
        kernelY, kernel.back(), strideY, strides.back(), padY, padX, dilationY, dilationX);
  }
};

} // namespace

std::string TableWriter::getKernel(const Network &network, DeliverOp deliver) {
  Synapse synapse = c::getSynapse(network, deliver);
  std::string name = network.nameOf(deliver, "synapse");
  if (synapse.isMapped)
    return fmt::format("snn_mapped{}_event, &{}", synapse.isWide ? "_wide" : "", name);
  return fmt::format("{}, &{}", getFunctionName(*deliver.getKernel(), synapse), name);
}

void TableWriter::addSynapse(DeliverOp deliver) {
  Synapse synapse = c::getSynapse(network, deliver);
  std::string name = network.nameOf(deliver, "synapse");
  std::string behind = name + (synapse.isMapped ? "_behind" : "");
  switch (*deliver.getKernel()) {
  case Kernel::Conv:
  case Kernel::GatherConv:
  case Kernel::GatherDepthwise:
    addConv(deliver, behind);
    break;
  case Kernel::Gemm:
  case Kernel::GatherGemm:
    addGemm(deliver, behind);
    break;
  case Kernel::Pool:
  case Kernel::GatherPool:
    addPool(deliver, behind);
    break;
  case Kernel::Map:
    addMap(deliver, synapse, name);
    break;
  case Kernel::Copy:
    addCopy(deliver, synapse, name);
    break;
  case Kernel::GatherMap:
    addFactors(deliver, name);
    return;
  case Kernel::GatherMove:
    addMove(deliver, synapse, name);
    return;
  }
  if (!synapse.isMapped)
    return;
  addMap(deliver, synapse, name + "_map");
  tables += fmt::format("static const snn_mapped{0} {1} = {{&{1}_map, {2}, &{1}_behind}};\n\n",
                        synapse.isWide ? "_wide" : "", name,
                        getFunctionName(*deliver.getKernel(), synapse));
}

void TableWriter::addConv(DeliverOp deliver, const std::string &name) {
  auto conv = cast<ConvAttr>(*deliver.getSynapse());
  ArrayRef<int64_t> shape = deliver.getWeights()->getShapedType().getShape();
  Kernel kernel = *deliver.getKernel();
  PackedWeights packed = kernel == Kernel::GatherConv ? packTaps(*deliver.getWeights())
                         : kernel == Kernel::GatherDepthwise
                             ? packChannels(*deliver.getWeights())
                             : packWindows(*deliver.getWeights(), conv.getGroup());
  const char *order = kernel == Kernel::GatherConv        ? "[tap][input channel][output channel]"
                      : kernel == Kernel::GatherDepthwise ? "[tap][channel]"
                                                          : "[input channel][tap][output channel]";
  ::snn::IndexMap map = deliver.getIndexMap();
  WindowText window(map.out(), getShape(deliver.getTarget()), shape.drop_front(2),
                    conv.getStrides(), conv.getPads(), conv.getDilations());
  tables +=
      makeTable(fmt::format("{}: {}-bit weights {}", getTaskName(deliver), packed.bits, order),
                "uint8_t", name + "_weights", packed.bytes);
  tables +=
      window.comment +
      fmt::format("static const snn_conv {0} = {{\n    {1},\n    {2}, {3}, {{{0}_weights, {4}, "
                  "{5}}}, {6}}};\n\n",
                  name, window.initializer, shape[1], shape[0] / conv.getGroup(), packed.bits,
                  packed.rowBytes, conv.getShift());
}

/// A matrix, or a window of a single place.
void TableWriter::addGemm(DeliverOp deliver, const std::string &name) {
  ElementsAttr weights = *deliver.getWeights();
  ArrayRef<int64_t> shape = weights.getShapedType().getShape();
  auto conv = dyn_cast<ConvAttr>(*deliver.getSynapse());
  PackedWeights packed = conv ? packWindows(weights, 1) : packRows(weights);
  int64_t rows = conv ? shape[1] : shape[0], columns = conv ? shape[0] : shape[1];
  // A stream of three dimensions has its channels between neighbours along the last of them.
  ::snn::IndexMap map = deliver.getIndexMap();
  int64_t inner = !conv && map.out().size() == 3 ? map.out()[0] : 1;
  tables += makeTable(
      fmt::format("{}: {}-bit weights [input][output]", getTaskName(deliver), packed.bits),
      "uint8_t", name + "_weights", packed.bytes);
  tables += fmt::format("static const snn_gemm {0} = {{{1}, {2}, {3}, {{{0}_weights, {4}, {5}}}, "
                        "{6}}};\n\n",
                        name, rows, columns, inner, packed.bits, packed.rowBytes,
                        conv ? conv.getShift() : cast<GemmAttr>(*deliver.getSynapse()).getShift());
}

void TableWriter::addPool(DeliverOp deliver, const std::string &name) {
  auto pool = cast<PoolAttr>(*deliver.getSynapse());
  ::snn::IndexMap map = deliver.getIndexMap();
  ArrayRef<int64_t> out = getShape(deliver.getTarget());
  WindowText window(map.out(), out, pool.getKernel(), pool.getStrides(), pool.getPads(), {});
  tables += makeTable(getTaskName(deliver) + ": shares of each output pixel", "int16_t",
                      name + "_shares", *getShares(pool, map.out(), out));
  tables += window.comment +
            fmt::format("static const snn_pool {0} = {{\n    {1},\n    {0}_shares}};\n\n", name,
                        window.initializer);
}

/// What the channels of pixels count.
void TableWriter::addFactors(DeliverOp deliver, const std::string &name) {
  std::string factors = "NULL, 1";
  if (deliver.getFactors())
    factors = addPeriod(
        getTaskName(deliver) + ": factors", name + "_factors",
        expandStored(*deliver.getFactors(), snn::getStreamShape(deliver.getStream().getType())));
  tables += fmt::format("static const snn_numbers {} = {{{}}};\n\n", name, factors);
}

/// Tables of the rows, columns and channels that a map leads from to `parts`.
void TableWriter::addAxes(const std::string &op, const Axes &axes, const char *which, bool isWide,
                          const std::string &name) {
  const char *parts[] = {"first", "second", "third"};
  for (size_t i = 0; i < 3; ++i)
    tables += makeTable(fmt::format("{}: where each element {}, {} part", op, which, parts[i]),
                        isWide ? "uint32_t" : "uint16_t", fmt::format("{}_{}", name, parts[i]),
                        getPlaces(axes[i], isWide));
}

/// Where the elements of each pixel come from.
void TableWriter::addMove(DeliverOp deliver, const Synapse &synapse, const std::string &name) {
  std::string op = getTaskName(deliver), factors = "NULL, 1";
  const std::vector<int64_t> &sources = synapse.map.sources();
  std::array<int64_t, 3> sizes = getStoredSizes(getShape(deliver.getTarget()));
  addAxes(op, *separate(sources, sizes), "comes from", /*isWide=*/true, name);
  if (deliver.getFactors()) {
    std::vector<int32_t> of =
        expandStored(*deliver.getFactors(), snn::getStreamShape(deliver.getStream().getType()));
    std::vector<int32_t> moved;
    for (int64_t source : sources)
      moved.push_back(source < 0 ? 0 : of[static_cast<size_t>(source)]);
    std::vector<int32_t> period = getFactorPeriod(moved, sources);
    tables += makeTable(op + ": factors", "int32_t", name + "_factors", period);
    factors = fmt::format("{}_factors, {}", name, period.size());
  }
  tables += fmt::format(
      "static const snn_map_wide {0} = {{{0}_first, {0}_second, {0}_third, {1}, {2}, {3}}};\n\n",
      name, sizes[1], sizes[2], factors);
}

/// Moves and scales.
void TableWriter::addMap(DeliverOp deliver, const Synapse &synapse, const std::string &name) {
  std::string op = getTaskName(deliver), places = "NULL, NULL, NULL, 1, 1", factors = "NULL, 1";
  const char *type = synapse.isWide ? "uint32_t" : "uint16_t";
  std::vector<int64_t> targets = synapse.map.getTargets();
  ArrayRef<int64_t> shape = snn::getStreamShape(deliver.getStream().getType());
  std::array<int64_t, 3> sizes = getStoredSizes(shape);
  bool stays = synapse.map.isIdentity();
  if (auto axes = stays ? std::nullopt : separate(targets, sizes)) {
    addAxes(op, *axes, "goes", synapse.isWide, name);
    places = fmt::format("{0}_first, {0}_second, {0}_third, {1}, {2}", name, sizes[1], sizes[2]);
  } else if (!stays) {
    std::vector<uint32_t> all;
    for (int64_t target : targets)
      all.push_back(target < 0 ? kNowhere : static_cast<uint32_t>(target));
    tables += makeTable(op + ": where each element goes", type, name + "_first",
                        getPlaces(std::move(all), synapse.isWide));
    places = name + "_first, NULL, NULL, 1, 1";
  }
  if (deliver.getFactors()) {
    std::vector<int32_t> period =
        getFactorPeriod(expandStored(*deliver.getFactors(), shape), targets);
    tables += makeTable(op + ": factors", "int32_t", name + "_factors", period);
    factors = fmt::format("{}_factors, {}", name, period.size());
  }
  tables += fmt::format("static const snn_map{} {} = {{{}, {}}};\n\n",
                        synapse.isWide ? "_wide" : "", name, places, factors);
}

void TableWriter::addCopy(DeliverOp deliver, const Synapse &synapse, const std::string &name) {
  std::vector<std::vector<uint32_t>> places(getStreamSize(deliver.getStream()));
  for (auto [i, source] : llvm::enumerate(synapse.map.sources()))
    if (source != ::snn::IndexMap::kNone)
      places[static_cast<size_t>(source)].push_back(static_cast<uint32_t>(i));
  std::vector<uint32_t> first{0}, targets;
  for (const std::vector<uint32_t> &list : places) {
    targets.insert(targets.end(), list.begin(), list.end());
    first.push_back(static_cast<uint32_t>(targets.size()));
  }
  std::string op = getTaskName(deliver);
  tables += makeTable(op + ": where the places of each element begin", "uint32_t", name + "_first",
                      first);
  tables += makeTable(op + ": where each element goes", synapse.isWide ? "uint32_t" : "uint16_t",
                      name + "_targets", targets);
  tables += fmt::format("static const snn_copy{1} {0} = {{{0}_first, {0}_targets}};\n\n", name,
                        synapse.isWide ? "_wide" : "");
}

//===- Synapses that keep what changes add up to -------------------------------------------------------===//

namespace {

/// How matrices lie in memory: steps from one matrix, row or column to the next.
std::string getStrides(ArrayRef<int64_t> shape) {
  int64_t columns = shape.back(), rows = shape[shape.size() - 2];
  if (shape.size() == 3) // channels last
    return fmt::format("{{1, {}, {}}}", columns * shape[0], shape[0]);
  return fmt::format("{{{}, {}, 1}}", rows * columns, columns);
}

} // namespace

void TableWriter::addMultiply(MultiplyOp product) {
  std::string name = network.nameOf(product, "product");
  for (auto [n, memory] : llvm::enumerate(product.getReadSums()))
    if (!getWriter(memory)) // what a requantize has written starts at nothing
      addNumbers(getTaskName(product) + ": where its sums start, A(0)",
                 fmt::format("{}_start{}", name, n ? "2" : ""),
                 expandStored(cast<ElementsAttr>(product.getStarts()[n]), getShape(memory)));
  ArrayRef<int64_t> lhs = getShape(product.getLhs()), out = getShape(product.getTarget());
  if (product.getElementwise()) {
    if (network.byValues()) // element by element needs no table
      return;
    tables +=
        fmt::format("static const snn_matmul {} = {{{}, 1, 1, 1, {{1, 1, 1}}, {{1, 1, 1}}, {{1, 1, "
                    "1}}}};\n\n",
                    name, countElements(out));
    return;
  }
  int64_t rows = lhs[lhs.size() - 2], columns = out.back();
  tables += fmt::format("static const snn_matmul {} = {{{}, {}, {}, {}, {}, {}, {}}};\n\n", name,
                        countElements(out) / rows / columns, rows, lhs.back(), columns,
                        getStrides(lhs), getStrides(getShape(product.getRhs())), getStrides(out));
}

void TableWriter::addRequantize(RequantizeOp op) {
  std::string name = network.nameOf(op, "product");
  ArrayRef<int64_t> shape = getShape(op.getFrom());
  addNumbers(getTaskName(op) + ": where its sums start, A(0)", name + "_start",
             expandStored(op.getStart(), shape));
  std::string scale = addPeriod(getTaskName(op) + ": from its sums to what they pass on",
                                name + "_scale", expandStored(op.getMultipliers(), shape));
  tables += fmt::format("static const snn_rounding {} = {{{{{}}}, {}, {}, {}}};\n\n", name, scale,
                        op.getShift(), op.getLimit(), countElements(shape));
}

} // namespace snnc::c
