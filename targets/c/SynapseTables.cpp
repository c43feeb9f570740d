//===- The tables of synapses: weights, windows, maps, products --------------------------------------------===//
#include "dialects/exec/Axes.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Shapes.h"
#include "targets/c/TableWriter.h"
#include "targets/c/Tables.h"
#include <fmt/format.h>

using namespace mlir;

namespace snnc::c {

using namespace exec;

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
  ::snn::IndexMap map = deliver.getIndexMap();
  WindowText window(map.out(), getShape(deliver.getTarget()), shape.drop_front(2),
                    conv.getStrides(), conv.getPads(), conv.getDilations());
  if (deliver.getDense()) {
    std::string dot = addDot(deliver, packed, shape[0], conv.getShift(), name);
    tables +=
        window.comment + fmt::format("static const snn_dot_window {} = {{\n    {},\n    {}}};\n\n",
                                     name, window.initializer, dot);
    return;
  }
  const char *order = kernel == Kernel::GatherConv        ? "[tap][input channel][output channel]"
                      : kernel == Kernel::GatherDepthwise ? "[tap][channel]"
                                                          : "[input channel][tap][output channel]";
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
  int64_t shift = conv ? conv.getShift() : cast<GemmAttr>(*deliver.getSynapse()).getShift();
  if (deliver.getDense()) {
    std::string dot = addDot(deliver, packed, columns, shift, name);
    tables += fmt::format("static const snn_dot {} = {};\n\n", name, dot);
    return;
  }
  tables += makeTable(
      fmt::format("{}: {}-bit weights [input][output]", getTaskName(deliver), packed.bits),
      "uint8_t", name + "_weights", packed.bytes);
  tables +=
      fmt::format("static const snn_gemm {0} = {{{1}, {2}, {3}, {{{0}_weights, {4}, {5}}}, "
                  "{6}}};\n\n",
                  name, rows, columns, getInner(deliver), packed.bits, packed.rowBytes, shift);
}

/// Weights as dot products have them. Returns the initializer of their snn_dot.
std::string TableWriter::addDot(DeliverOp deliver, const PackedWeights &rows, int64_t columns,
                                int64_t shift, const std::string &name) {
  tables += makeTable(
      fmt::format("{}: 8-bit weights [4 outputs][2 inputs][2 outputs]", getTaskName(deliver)),
      "int32_t", name + "_weights", packDot(rows, static_cast<size_t>(columns)));
  return fmt::format("{{{}_weights, {}, {}, {}, {}}}", name, rows.bytes.size() / rows.rowBytes,
                     columns, shift, *getDotBits(deliver) > 24 ? 1 : 0);
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
