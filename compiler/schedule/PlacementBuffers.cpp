//===- Placement: which buffers tasks need, and how long ---------------------------------------------------===//
#include "compiler/schedule/Placement.h"
#include "dialects/exec/Pixels.h"
#include "dialects/support/Shapes.h"
#include <algorithm>
#include <fmt/format.h>

using namespace mlir;

namespace snnc::exec {

namespace {

bool isGraded(Value stream) {
  auto spikes = dyn_cast<snn::SpikesType>(stream.getType());
  return !spikes || spikes.getCode() == snn::SpikeCode::Graded;
}

} // namespace

/// Sums live from the first layer that adds to them to the last one that reads what they pass on.
void Placement::addSums() {
  for (auto sums : program.getBody().getOps<BufferOp>())
    addSums(sums);
}

void Placement::addSums(BufferOp sums) {
  int64_t owner = -1, first = 0, last = 0, slots = 1;
  std::optional<int64_t> part;
  std::string name = "sums", purpose = "sums of currents";
  auto use = [&](int64_t layer) {
    owner = owner < 0 ? layer : owner;
    first = std::min(first, layer);
    last = std::max(last, layer);
  };
  SmallVector<Operation *> users(sums.getMemory().getUsers());
  llvm::sort(users, [&](Operation *a, Operation *b) { return layerOf[a] < layerOf[b]; });
  first = users.empty() ? 0 : layerOf[users[0]];
  for (Operation *user : users) {
    use(layerOf[user]);
    if (auto pass = dyn_cast<PassOp>(user)) {
      int64_t reader = getLastReader(pass.getCurrent());
      use(reader);
      name = "passed";
      purpose = "sums that pass on";
      // Later layers take their steps when this one has taken all of its own.
      if (inLayers() && !byValues() && reader != layerOf[user]) {
        slots = static_cast<int64_t>(program.getSteps());
        purpose = "sums of all steps that pass on";
      }
    }
    // What is decoded is read at the end. States of 32 bits are the sums themselves.
    auto fire = dyn_cast<FireOp>(user);
    bool isState = isa<DecodeOp>(user) || (fire && fire.getFixed().getState() != 16);
    auto decode = dyn_cast<DecodeOp>(user);
    if (decode && byValues())
      part = getOutputPart(decode);
    if (decode && !part)
      use(getEnd());
    if (isState) {
      auto [from, to] = getLifeOfState(layerOf[user]);
      use(from);
      use(to);
    }
  }
  if (owner < 0)
    return; // nothing adds to them and nothing reads them
  RequantizeOp writer = getWriter(sums.getMemory());
  if (writer) {
    name = "values";
    purpose = "what sums are passed on as";
  }
  size_t number =
      add(nameOf(owner) + "_" + name, purpose, getShape(sums.getMemory()), 32, first, last);
  buffers[number].slots = slots;
  buffers[number].sums = sums;
  if (byValues() && isByPixel(sums.getMemory()))
    part = getPixelSize(getShape(sums.getMemory()));
  buffers[number].part = part;
  buffers[number].range = sums.getRangeAttr();
  if (writer)
    describeValues(buffers[number], writer);
  for (Operation *user : users)
    if (auto decode = dyn_cast<DecodeOp>(user))
      placeInOutput(buffers[number], decode);
}

/// What a requantize writes, in as few bits as hold it.
void Placement::describeValues(Buffer &buffer, RequantizeOp writer) {
  int64_t max = buffer.range ? buffer.range[1] : INT32_MAX;
  buffer.bits = max <= INT8_MAX ? 8 : max <= INT16_MAX ? 16 : 32;
  for (Operation *user : writer.getTarget().getUsers())
    if (auto pass = dyn_cast<PassOp>(user))
      buffer.stream = pass.getCurrent();
}

/// Sums that become numbers of 32 bits one for one are added up where these are to be, but for those of a network that goes on,
/// or has no other state.
void Placement::placeInOutput(Buffer &buffer, DecodeOp decode) {
  int64_t pixel = getPixelSize(buffer.shape), size = countElements(buffer.shape);
  bool isMoved = buffer.shape.size() == 3 && pixel != size && pixel != 1;
  bool isAlone =
      program.walk([](FireOp) { return WalkResult::interrupt(); }) == WalkResult::advance();
  if (!inLayers() || updates || isMoved || isAlone || decode.getForm() != OutputForm::Int32)
    return;
  buffer.isOutput = true;
  for (LayerOp layer : layers)
    for (auto other : layer.getBody().front().getOps<DecodeOp>()) {
      if (other == decode)
        return;
      buffer.at += other.getGivenSize();
    }
}

/// A list of the events of a step; or a train of those of all steps, a few bits for each neuron: layer by layer, and of
/// layers whose elements 16 bits cannot number.
void Placement::addEvents(Operation *task, Value stream, size_t steps) {
  if (isGraded(stream))
    return;
  ArrayRef<int64_t> shape = snn::getStreamShape(stream.getType());
  int64_t size = countElements(shape), layer = layerOf[task], reader = getLastReader(stream);
  bool isWide = static_cast<uint64_t>(size) > shortIndices - 1;
  uses[task].isTrain = inLayers() || isWide;
  std::string sender = nameOf(layer);
  if (!uses[task].isTrain) {
    uses[task].events = add(sender + "_events", "events of a step", {size}, 16, layer, reader);
    return;
  }
  bool isTernary = cast<snn::SpikesType>(stream.getType()).getCode() == snn::SpikeCode::Ternary;
  size_t bits = steps * (isTernary ? 2 : 1);
  // Step by step, a train is also the state of its neurons.
  uses[task].events = add(sender + "_train", "events of all steps", shape, bits <= 16 ? 16 : 32,
                          inLayers() ? layer : 0, inLayers() ? reader : getEnd());
  if (bits <= 32 || !problem.empty())
    return;
  std::string what =
      fmt::format("layer '{}': the events of a neuron in all its steps take {} bits, "
                  "more than 32",
                  getTaskName(task), bits);
  if (isWide)
    problem =
        fmt::format("{}, and its {} elements are more than a list of events numbers ({}); use "
                    "fewer steps",
                    what, size, shortIndices - 1);
  else if (updates)
    problem = what + "; use fewer steps";
  else if (layer != reader)
    problem = what + "; use fewer steps or the order of steps";
}

/// By values, whether all who read the input look at each number once, or at bytes that a small table normalizes: then it is
/// read where it is.
bool Placement::readsInPlace(EncodeOp encode) {
  constexpr int64_t kTables = 4;
  if (encode.getForm() != InputForm::Raw)
    return false;
  ArrayRef<int64_t> shape = encode.getSpikes().getType().getShape();
  bool isByte = encode.getFixed().getRaw() == snn::RawInput::U8;
  for (LayerOp layer : layers)
    for (auto deliver : layer.getBody().front().getOps<DeliverOp>()) {
      if (getSender(deliver.getStream()) != encode)
        continue;
      Kernel kernel = deliver.getKernel().value_or(Kernel::Map);
      if (!deliver.getMap().empty())
        return false;
      bool isWindow = kernel == Kernel::GatherConv && isByte && shape[0] <= kTables;
      bool isVector = kernel == Kernel::GatherGemm && !isByte && shape.size() == 1;
      if (!isWindow && !isVector)
        return false;
    }
  return true;
}

void Placement::addInput(EncodeOp encode) {
  Value stream = encode.getSpikes();
  snn::InputCode code = encode.getCode();
  addEvents(encode, stream, encode.getFixed().getSteps().size());
  ArrayRef<int64_t> shape = encode.getSpikes().getType().getShape();
  int64_t layer = layerOf[encode], reader = getLastReader(stream);
  // Layer by layer, the float and the spike code have sent everything before the second layer begins.
  int64_t until = !inLayers() || updates           ? getEnd()
                  : code == snn::InputCode::Direct ? reader
                                                   : layer;
  Uses &use = uses[encode];
  if (byValues() && readsInPlace(encode))
    return;
  use.values =
      add("input_values", updates ? "what has been sent of the input" : "the input, normalized",
          shape, 16, 0, until);
  buffers.back().stream = stream;
  if (updates) {
    use.sent = add("input_sent", "what changed of the input", shape, 32, 0, reader);
    addMarks(encode, "input_marks", "elements that changed", countMarkWords(countElements(shape)),
             0, reader);
    return;
  }
  if (code == snn::InputCode::Float || (code == snn::InputCode::Spike && !use.isTrain))
    use.encoded = add("input_estimates", "what has been sent of the input", shape, 32, 0, until);
  if (code != snn::InputCode::Float)
    return;
  bool keepsSteps = inLayers() && reader != layer;
  use.sent = add("input_sent", keepsSteps ? "what is sent in all steps" : "what is sent in a step",
                 shape, 32, 0, reader);
  buffers[*use.sent].slots = keepsSteps ? static_cast<int64_t>(program.getSteps()) : 1;
}

/// What neurons end at, less what they start at, in as few bits as hold it.
void Placement::addValues(FireOp fire) {
  auto final = fire.getFinal();
  int64_t min = final ? (*final)[0] : 0, max = final ? (*final)[1] : 0;
  bool isUnsigned = min >= 0 && max <= UINT8_MAX;
  bool isByte = isUnsigned || (min >= INT8_MIN && max <= INT8_MAX);
  int64_t layer = layerOf[fire];
  uses[fire].values = add(nameOf(layer) + "_values", "what neurons have sent in the end",
                          fire.getSpikes().getType().getShape(), isByte ? 8 : 16, layer,
                          getLastReader(fire.getSpikes()));
  buffers.back().isUnsigned = isUnsigned;
  buffers.back().range = fire.getFinalAttr();
  buffers.back().stream = fire.getSpikes();
}

void Placement::addPopulation(FireOp fire) {
  if (byValues())
    return addValues(fire);
  addEvents(fire, fire.getSpikes(), fire.getFixed().getSteps().size());
  ArrayRef<int64_t> shape = fire.getSpikes().getType().getShape();
  int64_t layer = layerOf[fire];
  auto [from, to] = getLifeOfState(layer);
  Uses &use = uses[fire];
  if (updates) {
    const int64_t words = countMarkWords(countElements(shape));
    const std::string name = nameOf(layer);
    addMarks(fire, name + "_restless", "neurons to compare in the next update", words, from, to);
    addMarks(fire, name + "_sent", "neurons that sent an event", words, layer,
             getLastReader(fire.getSpikes()));
    addMarks(fire, name + "_marks", "neurons at work", 3 * words, layer, layer);
  }
  if (!use.isTrain || updates)
    use.outputs = add(nameOf(layer) + "_y", "outputs", shape, 16, from, to);
  if (fire.getFixed().getState() == 16)
    for (size_t n = 0; n < fire.getSums().size(); ++n)
      use.estimates.push_back(add(nameOf(layer) + "_v", "estimates", shape, 16, from, to));
}

/// Numbers of 32 bits, for tasks of a program with updates.
void Placement::addMarks(Operation *task, const std::string &name, const char *purpose,
                         int64_t words, int64_t first, int64_t last) {
  size_t number = add(name, purpose, {words}, 32, first, last);
  uses[task].marks.push_back(number);
}

/// Whether sums that later layers read have anything to pass on.
void Placement::addPass(PassOp pass) {
  int64_t layer = layerOf[pass], reader = getLastReader(pass.getCurrent());
  if (updates && reader != layer)
    addMarks(pass, nameOf(layer) + "_changed", "whether anything is passed on", 1, layer, reader);
}

/// What changes of operands have added up to: 16 bits hold both factors of a product, or 32.
void Placement::addKept(Operation *task) {
  int64_t layer = layerOf[task];
  auto [from, to] = getLifeOfState(layer);
  SmallVector<Value> operands = cast<TaskOpInterface>(task).getReadSums();
  bool isProduct = isa<MultiplyOp>(task);
  bool isShort = isProduct && llvm::all_of(operands, [](Value memory) {
                   auto range = getBuffer(memory).getRange();
                   return range && (*range)[1] <= INT16_MAX;
                 });
  const char *name = !isProduct ? "_kept" : isShort ? "_factors" : "_operands";
  for (Value memory : operands) {
    uses[task].kept.push_back(add(nameOf(layer) + name, "what changes have added up to",
                                  getShape(memory), isShort ? 16 : 32, from, to));
    buffers.back().range = getBuffer(memory).getRangeAttr();
  }
}

} // namespace snnc::exec
