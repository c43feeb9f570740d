#include "compiler/schedule/Placement.h"

#include "dialects/exec/Pixels.h"
#include "dialects/support/Shapes.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>
#include <fmt/format.h>

using namespace mlir;

namespace snnc::exec {

int64_t Placement::Buffer::getSize() const { return slots * part.value_or(countElements(shape)); }

Placement::Placement(ProgramOp program, Order order, uint64_t shortIndices, bool updates)
    : program(program), order(order), shortIndices(shortIndices), updates(updates),
      layers(program.getBody().op_begin<LayerOp>(), program.getBody().op_end<LayerOp>()) {
  if (updates && !inLayers())
    problem = "updates run layer by layer, not step by step; use the order of layers";
  findReaders();
  if (byValues())
    problem = findValuesProblem(program);
  addSums();
  for (LayerOp layer : layers)
    for (Operation &op : layer.getBody().front())
      llvm::TypeSwitch<Operation *>(&op)
          .Case([&](EncodeOp encode) { addInput(encode); })
          .Case([&](FireOp fire) { addPopulation(fire); })
          .Case([&](PassOp pass) { addPass(pass); })
          .Case<MultiplyOp, RequantizeOp>([&](auto task) {
            if (!byValues()) // what is whole keeps nothing
              addKept(task);
          });
  place();
}

void Placement::findReaders() {
  for (auto [i, layer] : llvm::enumerate(layers))
    for (TaskOpInterface task : getTasks(layer)) {
      layerOf[task] = static_cast<int64_t>(i);
      for (Value stream : {task.getGivenStream(), task.getTakenStream()})
        if (stream)
          lastReader[getSender(stream).getGivenStream()] = static_cast<int64_t>(i);
    }
}

int64_t Placement::getLastReader(Value stream) const { return lastReader.lookup(stream); }

size_t Placement::add(const std::string &name, std::string purpose, ArrayRef<int64_t> shape,
                      unsigned bits, int64_t first, int64_t last) {
  int count = ++named[name];
  Buffer &buffer = buffers.emplace_back();
  buffer.name = count > 1 ? name + std::to_string(count) : name;
  buffer.purpose = std::move(purpose);
  buffer.shape.assign(shape.begin(), shape.end());
  buffer.bits = bits;
  buffer.first = first;
  buffer.last = last;
  return buffers.size() - 1;
}

/// Why a layer takes steps.
static std::string explainSteps(ProgramOp program, FireOp fire) {
  std::string layer = fmt::format("layer '{}'", getTaskName(fire));
  snn::FixedNeuronAttr form = fire.getFixed();
  if (form.getState() == 16)
    return layer +
           " has states of 16 bits, which are rounded in every step; use --state-bits 32 or "
           "another order";
  if (fire.getStart() + form.getSteps().size() > static_cast<size_t>(program.getSteps()))
    return layer + " has steps left when the program ends; use more --steps or another order";
  return layer + " begins before its inputs are final, so that it takes steps; use a --skew of at "
                 "least one less than the steps of its inputs, or another order";
}

std::string findValuesProblem(ProgramOp program) {
  for (TaskOpInterface task : getTasks(program)) {
    auto fire = dyn_cast<FireOp>(task.getOperation());
    auto encode = dyn_cast<EncodeOp>(task.getOperation());
    if (fire && !fire.getFinal())
      return explainSteps(program, fire);
    if (encode && encode.getCode() != snn::InputCode::Direct)
      return "the input is sent step by step; use --input-code direct or another order";
  }
  return "";
}

//===- Where it lies ---------------------------------------------------------------------------------------===//

/// What layers may write over: values that no later layer reads.
std::vector<Overwrite> Placement::findOverwrites(const std::vector<size_t> &numbers) const {
  std::vector<Overwrite> overwrites;
  for (auto [i, from] : llvm::enumerate(numbers))
    for (auto [j, to] : llvm::enumerate(numbers)) {
      const Buffer &read = buffers[from], &written = buffers[to];
      if (from == to || !byValues() || !read.stream || !written.stream ||
          read.last != written.first)
        continue;
      LayerOp layer = layers[static_cast<size_t>(written.first)];
      overwrites.push_back({i, j, getLead(layer, read.stream)});
    }
  return overwrites;
}

void Placement::place() {
  constexpr unsigned kBits[] = {32, 16, 8};
  for (auto [bits, size] : llvm::zip(kBits, sizes)) {
    std::vector<size_t> numbers;
    std::vector<Place> places;
    for (auto [i, buffer] : llvm::enumerate(buffers))
      if (buffer.bits == bits && !buffer.isOutput) {
        numbers.push_back(i);
        places.push_back({buffer.getSize(), buffer.first, buffer.last});
      }
    size = static_cast<uint64_t>(choosePlaces(places, findOverwrites(numbers)));
    for (auto [number, place] : llvm::zip(numbers, places))
      buffers[number].at = place.at;
  }
}

void Placement::write() {
  OpBuilder builder(layers.front());
  std::vector<Value> memory;
  for (Buffer &buffer : buffers) {
    auto signedness = buffer.isUnsigned ? IntegerType::Unsigned : IntegerType::Signless;
    auto type = MemRefType::get(buffer.shape,
                                IntegerType::get(builder.getContext(), buffer.bits, signedness));
    Location loc = buffer.sums ? buffer.sums.getLoc() : program.getLoc();
    auto part = buffer.part ? builder.getI64IntegerAttr(*buffer.part) : IntegerAttr();
    auto made = builder.create<BufferOp>(loc, type, buffer.name, buffer.purpose, part,
                                         buffer.isOutput, buffer.slots, buffer.range,
                                         builder.getDenseI64ArrayAttr({buffer.first, buffer.last}),
                                         builder.getI64IntegerAttr(buffer.at));
    memory.push_back(made);
    if (buffer.sums) {
      buffer.sums.getMemory().replaceAllUsesWith(made);
      buffer.sums.erase();
    }
  }
  auto assign = [&](MutableOperandRange operand, std::optional<size_t> buffer) {
    if (buffer)
      operand.assign(memory[*buffer]);
  };
  auto assignAll = [&](MutableOperandRange operands, const std::vector<size_t> &numbers) {
    SmallVector<Value> values;
    for (size_t number : numbers)
      values.push_back(memory[number]);
    operands.assign(values);
  };
  for (auto &[task, use] : uses) {
    if (auto encode = dyn_cast<EncodeOp>(task)) {
      encode.setTrain(use.isTrain);
      assign(encode.getValuesMutable(), use.values);
      assign(encode.getEstimatesMutable(), use.encoded);
      assign(encode.getSentMutable(), use.sent);
      assign(encode.getEventsMutable(), use.events);
      if (!use.marks.empty())
        assign(encode.getMarksMutable(), use.marks.front());
    } else if (auto fire = dyn_cast<FireOp>(task)) {
      fire.setTrain(use.isTrain);
      assignAll(fire.getEstimatesMutable(), use.estimates);
      assign(fire.getOutputsMutable(), use.outputs);
      assign(fire.getEventsMutable(), use.events);
      assign(fire.getValuesMutable(), use.values);
      assignAll(fire.getMarksMutable(), use.marks);
    } else if (auto pass = dyn_cast<PassOp>(task)) {
      assign(pass.getMarksMutable(), use.marks.front());
    } else if (auto product = dyn_cast<MultiplyOp>(task)) {
      assignAll(product.getKeptMutable(), use.kept);
    } else if (auto requantize = dyn_cast<RequantizeOp>(task)) {
      assignAll(requantize.getKeptMutable(), use.kept);
    }
  }
  program.setOrder(order);
  SmallVector<int64_t> arena(std::begin(sizes), std::end(sizes));
  if (!byValues())
    arena.pop_back();
  program.setArena(arena);
}

} // namespace snnc::exec
