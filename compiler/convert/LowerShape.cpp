//===- Shape operators become synapses that move events --------------------------------------------------===//
#include "compiler/convert/Lowering.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace snnc {

namespace {

/// The result's shape without batch: an activation's first dimension must still be the batch.
FailureOr<ArrayRef<int64_t>> getSampleShape(Operation *op) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (type.getRank() < 2)
    return op->emitOpError() << "result must keep the batch as its first dimension";
  return type.getShape().drop_front();
}

FailureOr<Value> lowerReshape(Operation *op, Lowering &lowering) {
  FailureOr<ArrayRef<int64_t>> shape = getSampleShape(op);
  if (failed(shape))
    return failure();
  int64_t count = 1;
  for (int64_t dimension : *shape)
    count *= dimension;
  Value stream = lowering.getStream(op->getOperand(0));
  int64_t elements = 1;
  for (int64_t dimension : snn::getStreamShape(stream.getType()))
    elements *= dimension;
  if (count != elements)
    return op->emitOpError() << "mixes the batch with other dimensions, which has no spiking form";
  return lowering.builder.create<snn::ReshapeOp>(op->getLoc(), stream, *shape).getCurrent();
}

FailureOr<Value> lowerTranspose(Operation *op, Lowering &lowering) {
  auto transpose = cast<ann::TransposeOp>(op);
  if (transpose.getPerm()[0] != 0)
    return op->emitOpError() << "moves the batch dimension, which has no spiking form";
  auto perm =
      llvm::map_to_vector(transpose.getPerm().drop_front(), [](int64_t d) { return d - 1; });
  return lowering.builder
      .create<snn::TransposeOp>(op->getLoc(), lowering.getStream(transpose.getInput()), perm)
      .getCurrent();
}

FailureOr<Value> lowerPad(Operation *op, Lowering &lowering) {
  auto pad = cast<ann::PadOp>(op);
  size_t rank = pad.getPads().size() / 2;
  SmallVector<int64_t> pads(pad.getPads().slice(1, rank - 1));
  llvm::append_range(pads, pad.getPads().drop_front(rank + 1));
  return lowering.builder
      .create<snn::PadOp>(op->getLoc(), lowering.getStream(pad.getInput()), pads, pad.getValue())
      .getCurrent();
}

FailureOr<Value> lowerSlice(Operation *op, Lowering &lowering) {
  auto slice = cast<ann::SliceOp>(op);
  bool wholeBatch = slice.getStarts()[0] == 0 && slice.getSizes()[0] == -1;
  if (!wholeBatch)
    return op->emitOpError() << "takes a part of the batch, which has no spiking form";
  return lowering.builder
      .create<snn::SliceOp>(op->getLoc(), lowering.getStream(slice.getInput()),
                            slice.getStarts().drop_front(), slice.getSizes().drop_front(),
                            slice.getSteps().drop_front())
      .getCurrent();
}

/// The numbers of constant `input` of a concatenation, for one sample.
FailureOr<std::vector<double>> getConstantPart(Operation *op, Value input, Lowering &lowering) {
  FailureOr<std::vector<double>> numbers = lowering.getConstant(op, input, "operand");
  if (succeeded(numbers) && cast<RankedTensorType>(input.getType()).getDimSize(0) != 1)
    return op->emitOpError() << "joins a constant that has a batch dimension of its own";
  return numbers;
}

/// Constant parts are silent: room for them in the concatenation of the others, and a bias.
FailureOr<Value> lowerConcat(Operation *op, Lowering &lowering) {
  auto concat = cast<ann::ConcatOp>(op);
  if (concat.getAxis() == 0)
    return op->emitOpError() << "joins batches, which has no spiking form";
  int64_t axis = concat.getAxis() - 1;
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(concat.getOutput().getType()).getShape().drop_front();
  int64_t inner = 1;
  for (int64_t dimension : shape.drop_front(axis + 1))
    inner *= dimension;
  int64_t outer = 1;
  for (int64_t dimension : shape.take_front(axis))
    outer *= dimension;
  std::vector<double> bias(outer * shape[axis] * inner, 0.0);
  SmallVector<Value> streams;
  int64_t offset = 0, room = 0; // room: constants seen since the last stream
  bool hasConstants = false;
  auto leaveRoom = [&](int64_t begin, int64_t end) {
    SmallVector<int64_t> pads(2 * shape.size(), 0);
    pads[axis] = begin;
    pads[shape.size() + axis] = end;
    streams.back() =
        lowering.builder.create<snn::PadOp>(op->getLoc(), streams.back(), pads, llvm::APFloat(0.0));
  };
  for (Value input : concat.getInputs()) {
    int64_t size = cast<RankedTensorType>(input.getType()).getDimSize(concat.getAxis());
    if (Value stream = lowering.getStream(input)) {
      streams.push_back(stream);
      if (room > 0)
        leaveRoom(room, 0);
      room = 0;
    } else {
      FailureOr<std::vector<double>> numbers = getConstantPart(op, input, lowering);
      if (failed(numbers))
        return failure();
      for (int64_t o = 0; o < outer; ++o)
        std::copy_n(numbers->begin() + o * size * inner, size * inner,
                    bias.begin() + (o * shape[axis] + offset) * inner);
      hasConstants = true;
      room += size;
    }
    offset += size;
  }
  if (streams.empty())
    return op->emitOpError() << "of constants has no spiking form";
  if (room > 0)
    leaveRoom(0, room);
  Value result = streams.front();
  if (streams.size() > 1 || !hasConstants)
    result = lowering.builder.create<snn::ConcatOp>(op->getLoc(), streams, axis);
  if (hasConstants)
    result = lowering.builder.create<snn::BiasOp>(op->getLoc(), result,
                                                  lowering.constant(op->getLoc(), shape, bias));
  return result;
}

FailureOr<Value> lowerGather(Operation *op, Lowering &lowering) {
  auto gather = cast<ann::GatherOp>(op);
  if (gather.getAxis() == 0)
    return op->emitOpError() << "chooses among the batch, which has no spiking form";
  return lowering.builder
      .create<snn::GatherOp>(op->getLoc(), lowering.getStream(gather.getInput()),
                             gather.getAxis() - 1, gather.getIndices())
      .getCurrent();
}

FailureOr<Value> lowerExpand(Operation *op, Lowering &lowering) {
  FailureOr<ArrayRef<int64_t>> shape = getSampleShape(op);
  if (failed(shape))
    return failure();
  return lowering.expand(op, lowering.getStream(op->getOperand(0)), *shape);
}

/// Each spatial position as often as its dimension is scaled.
FailureOr<Value> lowerResize(Operation *op, Lowering &lowering) {
  auto resize = cast<ann::ResizeOp>(op);
  Value stream = lowering.getStream(resize.getInput());
  for (auto [d, scale] : llvm::enumerate(resize.getScales())) {
    SmallVector<int64_t> indices;
    for (int64_t i = 0; i < snn::getStreamShape(stream.getType())[d + 1] * scale; ++i)
      indices.push_back(i / scale);
    if (scale != 1)
      stream = lowering.builder.create<snn::GatherOp>(op->getLoc(), stream,
                                                      static_cast<int64_t>(d) + 1, indices);
  }
  return stream;
}

} // namespace

void addShapeHandlers(HandlerTable &table) {
  table["ann.flatten"] = lowerReshape;
  table["ann.reshape"] = lowerReshape;
  table["ann.transpose"] = lowerTranspose;
  table["ann.pad"] = lowerPad;
  table["ann.slice"] = lowerSlice;
  table["ann.concat"] = lowerConcat;
  table["ann.gather"] = lowerGather;
  table["ann.expand"] = lowerExpand;
  table["ann.resize"] = lowerResize;
}

} // namespace snnc
