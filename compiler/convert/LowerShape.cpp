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

/// Constants beside activations, as class tokens are, have become sums on import.
FailureOr<Value> lowerConcat(Operation *op, Lowering &lowering) {
  auto concat = cast<ann::ConcatOp>(op);
  if (concat.getAxis() == 0)
    return op->emitOpError() << "joins batches, which has no spiking form";
  SmallVector<Value> streams;
  for (Value input : concat.getInputs()) {
    Value stream = lowering.getStream(input);
    if (!stream)
      return op->emitOpError()
             << "joins a constant, which has no spiking form; pad the activation, "
                "and add the constant to it";
    streams.push_back(stream);
  }
  auto axis = static_cast<int64_t>(concat.getAxis()) - 1;
  return lowering.builder.create<snn::ConcatOp>(op->getLoc(), streams, axis).getCurrent();
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
