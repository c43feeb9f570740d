#include "targets/core/Stages.h"

#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace snnc::core {

static std::vector<int16_t> getWeights(Value weight) {
  std::vector<double> numbers = snn::readWeights(weight);
  return {numbers.begin(), numbers.end()};
}

namespace {

void fill(Stage &stage, snn::ConvOp conv) {
  stage.kind = Stage::Kind::Conv;
  stage.weight = getWeights(conv.getWeight());
  stage.weightShape = toShape(getTensorShape(conv.getWeight()));
  stage.strides = toShape(conv.getStrides());
  stage.pads = toInts(conv.getPads());
  stage.dilations = toShape(conv.getDilations());
  stage.group = toUnsigned(conv.getGroup());
  stage.shift = toUnsigned(conv.getShift());
}

void fill(Stage &stage, snn::GemmOp gemm) {
  stage.kind = Stage::Kind::Gemm;
  stage.weight = getWeights(gemm.getWeight());
  stage.weightShape = toShape(getTensorShape(gemm.getWeight()));
  stage.shift = toUnsigned(gemm.getShift());
}

void fill(Stage &stage, snn::AveragePoolOp pool) {
  stage.kind = Stage::Kind::Pool;
  stage.kernel = toShape(pool.getKernelShape());
  stage.strides = toShape(pool.getStrides());
  stage.pads = toInts(pool.getPads());
  stage.common = toUnsigned(snn::getCommonCount(pool));
  stage.countIncludePad = pool.getCountIncludePad();
}

void fill(Stage &stage, snn::ScaleOp scale) {
  stage.kind = Stage::Kind::Scale;
  stage.weight = getWeights(scale.getFactor());
  stage.weightShape = toShape(getTensorShape(scale.getFactor()));
}

void fill(Stage &stage, snn::ReshapeOp) { stage.kind = Stage::Kind::Reshape; }

void fill(Stage &stage, snn::TransposeOp transpose) {
  stage.kind = Stage::Kind::Transpose;
  stage.perm = toShape(transpose.getPerm());
}

void fill(Stage &stage, snn::SliceOp slice) {
  stage.kind = Stage::Kind::Slice;
  stage.starts = toShape(slice.getStarts());
  stage.steps = toInts(slice.getSteps());
}

void fill(Stage &stage, snn::PadOp pad) {
  stage.kind = Stage::Kind::Pad;
  stage.pads = toInts(pad.getPads());
}

void fill(Stage &stage, snn::GatherOp gather) {
  stage.kind = Stage::Kind::Gather;
  stage.axis = toUnsigned(gather.getAxis());
  stage.indices = toShape(gather.getIndices());
}

} // namespace

std::optional<Stage> makeStage(Operation *op) {
  Stage stage;
  auto synapse = cast<snn::SynapseOpInterface>(op);
  stage.from = toShape(snn::getStreamShape(synapse.getStreams().front().getType()));
  stage.to = toShape(synapse.getCurrent().getType().getShape());
  return llvm::TypeSwitch<Operation *, std::optional<Stage>>(op)
      .Case<snn::ConvOp, snn::GemmOp, snn::AveragePoolOp, snn::ScaleOp, snn::ReshapeOp,
            snn::TransposeOp, snn::SliceOp, snn::PadOp, snn::GatherOp>([&](auto op) {
        fill(stage, op);
        return stage;
      })
      .Default([](Operation *) { return std::nullopt; });
}

} // namespace snnc::core
