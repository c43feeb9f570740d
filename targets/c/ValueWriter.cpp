#include "targets/c/ValueWriter.h"

#include "dialects/exec/Pixels.h"
#include "dialects/support/Shapes.h"
#include "targets/c/Lines.h"
#include "targets/c/TableWriter.h"
#include "llvm/ADT/TypeSwitch.h"
#include <fmt/format.h>

using namespace mlir;

namespace snnc::c {

using namespace exec;

namespace {

/// The type of a buffer's elements, as kernels have it.
const char *getType(BufferOp buffer) {
  auto type = cast<IntegerType>(buffer.getMemory().getType().getElementType());
  switch (type.getWidth()) {
  case 32:
    return "SNN_I32";
  case 16:
    return "SNN_I16";
  default:
    return type.isUnsigned() ? "SNN_U8" : "SNN_I8";
  }
}

/// The deliveries that read a stream or fill sums, in program order.
SmallVector<DeliverOp> getDeliveries(Value value) {
  SmallVector<DeliverOp> deliveries;
  for (Operation *user : value.getUsers())
    if (auto deliver = dyn_cast<DeliverOp>(user))
      deliveries.insert(deliveries.begin(), deliver); // users come last first
  return deliveries;
}

/// What fills sums pixel by pixel, in program order: deliveries and products.
SmallVector<Operation *> getGathered(Value sums) {
  SmallVector<Operation *> tasks;
  for (Operation *user : sums.getUsers())
    if (isa<DeliverOp, MultiplyOp>(user) && cast<TaskOpInterface>(user).getFilledSums() == sums)
      tasks.insert(tasks.begin(), user);
  return tasks;
}

/// Whether kernels look for the inputs that are not 0, or multiply all, in their names.
const char *getWay(DeliverOp deliver) { return deliver.getDense() ? "dot" : "gather"; }

bool needsPlace(Operation *task) {
  auto deliver = dyn_cast<DeliverOp>(task);
  if (!deliver)
    return false;
  Kernel kernel = *deliver.getKernel();
  return kernel == Kernel::GatherConv || kernel == Kernel::GatherDepthwise ||
         kernel == Kernel::GatherPool;
}

/// Loops over the pixels of a shape. Returns the declarations, then the loops; a single pixel needs neither.
struct Loop {
  ArrayRef<int64_t> shape;
  bool hasPlace; ///< whether the row and the column are needed
  uint64_t pixels;

  Loop(ArrayRef<int64_t> shape, bool hasPlace)
      : shape(shape), hasPlace(hasPlace),
        pixels(static_cast<uint64_t>(countElements(shape) / getPixelSize(shape))) {}

  std::string getPixel() const { return pixels == 1 && !hasPlace ? "0U" : "pixel"; }

  std::string write(const std::string &body) const {
    if (getPixel() == "0U")
      return body;
    if (!hasPlace)
      return fmt::format("for (pixel = 0; pixel < {}; ++pixel) {{\n{}}}\n", pixels,
                         indent(body, 2));
    return fmt::format(
        "pixel = 0;\nfor (y = 0; y < {}; ++y) {{\n  for (x = 0; x < {}; ++x) {{\n{}    "
        "++pixel;\n  }}\n}}\n",
        shape[1], shape[2], indent(body, 4));
  }
};

/// The first element of a pixel.
std::string times(const std::string &pixel, int64_t size) {
  return pixel == "0U" ? "0U" : fmt::format("{} * {}U", pixel, size);
}

} // namespace

std::string ValueWriter::describe(Value memory) const {
  return fmt::format("{}, {}", getType(getBuffer(memory)), network.at(memory));
}

std::string ValueWriter::getValues(Value stream) const { return describe(exec::getValues(stream)); }

bool ValueWriter::readsInput(LayerOp layer) const {
  return !network.encode.getValues() &&
         llvm::any_of(layer.getBody().front().getOps<DeliverOp>(), [&](DeliverOp deliver) {
           return isa<EncodeOp>(getSender(deliver.getStream()).getOperation());
         });
}

/// What a pixel's sums get of a product of two streams.
std::string ValueWriter::writeProduct(MultiplyOp product, const std::string &sums,
                                      const std::string &pixel) const {
  std::string operands = describe(product.getLhs()) + ", " + describe(product.getRhs());
  int64_t size = getPixelSize(getShape(product.getTarget()));
  if (product.getElementwise())
    return fmt::format("snn_gather_mul({}, {}, {}, {});\n", operands, pixel, size, sums);
  return fmt::format("snn_gather_matmul(&{}, {}, {}, {}, {});\n",
                     network.nameOf(product, "product"), operands, pixel, size, sums);
}

std::string ValueWriter::writeGather(Operation *task, const std::string &sums,
                                     const std::string &pixel) const {
  if (auto product = dyn_cast<MultiplyOp>(task))
    return writeProduct(product, sums, pixel);
  auto deliver = cast<DeliverOp>(task);
  std::string table = network.nameOf(deliver, "synapse");
  const char *way = getWay(deliver);
  auto encode = dyn_cast<EncodeOp>(getSender(deliver.getStream()).getOperation());
  if (encode && !encode.getValues())
    return network.isByte()
               ? fmt::format("snn_{}_bytes(&{}, input_normalized, input, y, x, {});\n", way, table,
                             sums)
               : fmt::format("snn_{}_halves(&{}, &input_form, input, {});\n", way, table, sums);
  std::string values = getValues(deliver.getStream());
  switch (*deliver.getKernel()) {
  case Kernel::GatherConv:
    return fmt::format("snn_{}_conv(&{}, {}, y, x, {});\n", way, table, values, sums);
  case Kernel::GatherDepthwise:
    return fmt::format("snn_gather_depthwise(&{}, {}, y, x, {});\n", table, values, sums);
  case Kernel::GatherPool:
    return fmt::format("snn_gather_pool(&{}, {}, y, x, {});\n", table, values, sums);
  case Kernel::GatherGemm:
    return fmt::format("snn_{}_gemm(&{}, {}, {}, {});\n", way, table, values, pixel, sums);
  case Kernel::GatherMove:
    return fmt::format("snn_gather_move(&{}, {}, {}, {}, {});\n", table, values, pixel,
                       getPixelSize(getShape(deliver.getTarget())), sums);
  default: // the only other one that gathers
    return fmt::format("snn_gather_map({}, {}, {}, {}, {});\n", table, values, pixel,
                       getPixelSize(getShape(deliver.getTarget())), sums);
  }
}

/// To sums of which all elements are there.
std::string ValueWriter::writeAll(Operation *task) const {
  Value target = cast<TaskOpInterface>(task).getFilledSums();
  std::string sums = network.at(target);
  auto deliver = dyn_cast<DeliverOp>(task);
  if (!deliver || isGather(*deliver.getKernel())) {
    ArrayRef<int64_t> shape = getShape(target);
    Loop loop(shape, needsPlace(task));
    std::string pixel = loop.getPixel();
    if (pixel != "0U")
      sums.insert(sums.size() - 1, " + " + times(pixel, getPixelSize(shape)));
    return loop.write(writeGather(task, sums, pixel));
  }
  std::string kernel = TableWriter::getKernel(network, deliver);
  uint64_t size = getStreamSize(deliver.getStream());
  if (auto pass = dyn_cast<PassOp>(getSender(deliver.getStream()).getOperation());
      pass && getBuffer(pass.getFrom()).getBits() == 32)
    return fmt::format("snn_deliver_values32({}, {}, {}, {});\n", kernel,
                       network.at(pass.getFrom()), size, sums);
  return fmt::format("snn_deliver_values({}, {}, {}, {});\n", kernel,
                     getValues(deliver.getStream()), size, sums);
}

std::string ValueWriter::writeEnd(FireOp fire, const std::string &first, uint64_t count) const {
  std::string name = network.nameOf(fire), values = getValues(fire.getSpikes()),
              sums = network.at(fire.getSums()[0]);
  std::string arguments =
      fmt::format("&{0}_neurons, operands, &{0}_stairs, {1}, {2}", name, first, count);
  std::string form = fire.getClosed()     ? fmt::format("snn_end_relu(&{}_closed", name)
                     : fire.getPeriodic() ? fmt::format("snn_end_periodic(&{}_periodic", name)
                                          : "";
  if (!form.empty())
    return fmt::format("SNN_TRACE_STEPS({});\n{}, {}, {}, {}, {});\n", arguments, form, sums, count,
                       values, first);
  return fmt::format("snn_climb({0}, {1});\nsnn_store({1}, {2}, {3}, {4});\n", arguments, sums,
                     count, values, first);
}

/// All pixels of sums: each starts, gets what is gathered, and goes to what `writeRest` says, with its first element.
std::string
ValueWriter::writePixels(Value sums, const std::string &start,
                         const std::function<std::string(const std::string &)> &writeRest) const {
  SmallVector<Operation *> gathered = getGathered(sums);
  ArrayRef<int64_t> shape = getShape(sums);
  int64_t size = getPixelSize(shape);
  Loop loop(shape, llvm::any_of(gathered, needsPlace));
  std::string first = times(loop.getPixel(), size), at = network.at(sums);
  std::string body =
      start.empty() ? fmt::format("snn_clear32({}, {});\n", at, size)
                    : fmt::format("snn_start_pixel({}, {}, {}, {});\n", start, first, size, at);
  for (Operation *task : gathered)
    body += writeGather(task, at, loop.getPixel());
  return loop.write(body + writeRest(first));
}

/// Sums that are there pixel by pixel, to all that read what they pass on.
std::string ValueWriter::writePass(PassOp pass) const {
  int64_t size = getPixelSize(getShape(pass.getFrom()));
  return writePixels(pass.getFrom(), "", [&](const std::string &first) {
    std::string code;
    for (DeliverOp deliver : getDeliveries(pass.getCurrent())) {
      code += fmt::format("snn_deliver_pixel({}, {}, {}, {}, {});\n",
                          TableWriter::getKernel(network, deliver), network.at(pass.getFrom()),
                          first, size, network.at(deliver.getTarget()));
    }
    return code;
  });
}

/// From sums to the values that a requantize writes.
std::string ValueWriter::writeRequantize(RequantizeOp op) const {
  Value sums = op.getFrom();
  std::string name = network.nameOf(op, "product"), at = network.at(sums);
  auto write = [&](const std::string &first, uint64_t count) {
    return fmt::format("snn_round(&{0}, {1}, {2}, {3});\nsnn_store({1}, {3}, {4}, {2});\n", name,
                       at, first, count, describe(op.getTarget()));
  };
  if (!isByPixel(sums))
    return write("0U", getSize(sums));
  auto size = static_cast<uint64_t>(getPixelSize(getShape(sums)));
  return writePixels(sums, name + "_start",
                     [&](const std::string &first) { return write(first, size); });
}

std::string ValueWriter::writeFire(FireOp fire) const {
  Value sums = fire.getSums()[0];
  if (!isByPixel(sums))
    return writeEnd(fire, "0U", getSize(sums));
  auto size = static_cast<uint64_t>(getPixelSize(getShape(sums)));
  return writePixels(sums, network.nameOf(fire) + "_start",
                     [&](const std::string &first) { return writeEnd(fire, first, size); });
}

/// A part of an output's sums, as numbers that fit in its form; `first` is the part's first element.
std::string ValueWriter::writeForm(DecodeOp decode, const std::string &first,
                                   const std::string &count, const std::string &to) const {
  std::string numbers = fmt::format("{}, {}, {}, {}_scale, {}", network.at(decode.getFrom()), first,
                                    count, network.nameOf(decode), decode.getFixed().getShift());
  if (decode.getForm() == OutputForm::Class)
    return fmt::format("max = snn_follow_class({}, max, &{});\n", numbers, to);
  // Channels are first in what is given, of three dimensions.
  ArrayRef<int64_t> shape = getShape(decode.getFrom());
  const uint64_t stride = shape.size() == 3 ? Loop(shape, false).pixels : 1;
  return fmt::format("snn_give_bytes({}, {}, {}U, &{});\n", numbers,
                     static_cast<int64_t>(decode.getDrop()), stride, to);
}

/// Some columns of a matrix after others.
std::string ValueWriter::writeColumns(DecodeOp decode, uint64_t offset) const {
  const uint64_t size = getSize(decode.getFrom()), part = *getBuffer(decode.getFrom()).getPart();
  std::string sums = network.at(decode.getFrom()), at = std::to_string(offset);
  std::string body = size % part == 0
                         ? ""
                         : fmt::format("const uint32_t count = {0}U - first < {1}U ? {0}U - first "
                                       ": {1}U;\n",
                                       size, part);
  const std::string count = body.empty() ? fmt::format("{}U", part) : "count";
  body += fmt::format("snn_start_pixel({}_start, first, {}, {});\n", network.nameOf(decode), count,
                      sums);
  for (DeliverOp deliver : getDeliveries(decode.getFrom()))
    body += fmt::format("snn_{}_columns(&{}, {}, first, {}, {});\n", getWay(deliver),
                        network.nameOf(deliver, "synapse"), getValues(deliver.getStream()), count,
                        sums);
  const bool isClass = decode.getForm() == OutputForm::Class;
  body +=
      writeForm(decode, "first", count, fmt::format("output[{}]", isClass ? at : at + "U + first"));
  return fmt::format("for (first = 0; first < {}U; first += {}U) {{\n{}}}\n", size, part,
                     indent(body, 2));
}

/// An output whose sums are there part by part.
std::string ValueWriter::writeOutput(DecodeOp decode) const {
  Value sums = decode.getFrom();
  const uint64_t offset = network.offsetOf(decode);
  ArrayRef<int64_t> shape = getShape(sums);
  if (getPixelSize(shape) == static_cast<int64_t>(getSize(sums)))
    return writeColumns(decode, offset);
  return writePixels(sums, network.nameOf(decode) + "_start", [&](const std::string &first) {
    std::string to = decode.getForm() == OutputForm::Class ? ""
                     : shape.size() == 3                   ? "U + pixel"
                                                           : "U + " + first;
    return writeForm(decode, first, fmt::format("{}U", getPixelSize(shape)),
                     fmt::format("output[{}{}]", offset, to));
  });
}

std::string ValueWriter::writeOperands(FireOp fire) const {
  std::string name = network.nameOf(fire), operands;
  for (auto [n, sums] : llvm::enumerate(fire.getSums()))
    operands += fmt::format("{}{{NULL, {}, {}_scale{}, {}}}", n ? ", " : "", network.at(sums), name,
                            n ? "2" : "", fire.getFixed().getShifts()[static_cast<unsigned>(n)]);
  return fmt::format("const snn_operand operands[{}] = {{{}}};\n", fire.getSums().size(), operands);
}

/// What all elements of sums begin with: those that pass on with 0, all others with their constants.
std::string ValueWriter::writeStarts(LayerOp layer) const {
  std::string code;
  auto start = [&](const std::string &name, Value sums, const char *suffix) {
    if (!isByPixel(sums) && !getWriter(sums))
      code += fmt::format("snn_start_sums({}_start{}, {}, {});\n", name, suffix, getSize(sums),
                          network.at(sums));
  };
  for (TaskOpInterface task : getTasks(layer))
    llvm::TypeSwitch<Operation *>(task.getOperation())
        .Case([&](PassOp pass) {
          Value sums = pass.getFrom();
          if (!isByPixel(sums) && !getWriter(sums))
            code += fmt::format("snn_clear32({}, {});\n", network.at(sums), getSize(sums));
        })
        .Case([&](DecodeOp decode) {
          if (!getBuffer(decode.getFrom()).getPart())
            start(network.nameOf(decode), decode.getFrom(), "");
        })
        .Case([&](FireOp fire) {
          for (auto [n, sums] : llvm::enumerate(fire.getSums()))
            start(network.nameOf(fire), sums, n ? "2" : "");
        })
        .Case([&](RequantizeOp op) { start(network.nameOf(op, "product"), op.getFrom(), ""); })
        .Case([&](MultiplyOp product) {
          start(network.nameOf(product, "product"), product.getLhs(), "");
          start(network.nameOf(product, "product"), product.getRhs(), "2");
        });
  return code;
}

std::string ValueWriter::writeTask(Operation *task) const {
  return llvm::TypeSwitch<Operation *, std::string>(task)
      .Case([&](DeliverOp deliver) {
        // Pixel by pixel, it is done when what reads its sums is, or what gives its stream.
        auto pass = dyn_cast<PassOp>(getSender(deliver.getStream()).getOperation());
        bool isDone =
            getBuffer(deliver.getTarget()).getPart() || (pass && isByPixel(pass.getFrom()));
        return isDone ? "" : writeAll(deliver);
      })
      .Case([&](MultiplyOp product) {
        return getBuffer(product.getTarget()).getPart() ? "" : writeAll(product);
      })
      .Case([&](PassOp pass) { return isByPixel(pass.getFrom()) ? writePass(pass) : ""; })
      .Case([&](DecodeOp decode) {
        return getBuffer(decode.getFrom()).getPart() ? writeOutput(decode) : "";
      })
      .Case([&](RequantizeOp op) { return writeRequantize(op); })
      .Case([&](FireOp fire) { return writeFire(fire); })
      .Default([](Operation *) { return ""; });
}

std::string ValueWriter::writeLayer(LayerOp layer) const {
  std::string code = writeStarts(layer), operands;
  for (TaskOpInterface task : getTasks(layer)) {
    if (auto fire = dyn_cast<FireOp>(task.getOperation()))
      operands = writeOperands(fire);
    code += writeTask(task);
  }
  std::string variables;
  if (code.find("max = ") != std::string::npos)
    variables += "int32_t max = 0;\n"; // the first number is taken in any case
  for (const char *name : {"y", "x", "pixel", "first"})
    if (code.find(fmt::format("({} = 0;", name)) != std::string::npos ||
        code.find(fmt::format("{} = 0;\n", name)) != std::string::npos)
      variables += fmt::format("uint32_t {};\n", name);
  return code.empty() ? "" : indent(operands + variables + code, 2);
}

} // namespace snnc::c
