#include "targets/cpu/OutputWriter.h"

#include "dialects/ann/ANN.h"
#include "dialects/ann/Attributes.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
namespace fb = ::snn::format;

namespace snnc::cpu {

namespace {

/// A step of a head, before it is written.
struct Step {
  fb::HeadFunction function = fb::HeadFunction_Reshape;
  std::vector<uint32_t> shape, perm;
  int64_t axis = 1; ///< with the batch
  std::vector<double> parameters;
};

std::optional<Step> read(Operation *op) {
  Step step;
  auto along = [&](fb::HeadFunction function, auto op) {
    step.function = function;
    step.axis = static_cast<int64_t>(op.getAxis());
    return true;
  };
  bool isKnown =
      llvm::TypeSwitch<Operation *, bool>(op)
          .Case<ann::ReshapeOp, ann::FlattenOp>([&](auto) { return true; })
          .Case([&](ann::TransposeOp op) {
            step.function = fb::HeadFunction_Transpose;
            for (int64_t dimension : op.getPerm().drop_front())
              step.perm.push_back(static_cast<uint32_t>(dimension - 1));
            return op.getPerm().front() == 0;
          })
          .Case([&](ann::SoftmaxOp op) { return along(fb::HeadFunction_Softmax, op); })
          .Case([&](ann::LogSoftmaxOp op) { return along(fb::HeadFunction_LogSoftmax, op); })
          .Case([&](ann::ArgMaxOp op) { return along(fb::HeadFunction_ArgMax, op); })
          .Case([&](ann::SigmoidOp) { return step.function = fb::HeadFunction_Sigmoid, true; })
          .Case([&](ann::TanhOp) { return step.function = fb::HeadFunction_Tanh, true; })
          .Case([&](ann::HardSigmoidOp op) {
            step.function = fb::HeadFunction_HardSigmoid;
            step.parameters = {op.getAlpha().convertToDouble(), op.getBeta().convertToDouble()};
            return true;
          })
          .Default([](Operation *) { return false; });
  ArrayRef<int64_t> shape = getTensorShape(op->getResult(0));
  bool keepsBatch = shape.size() > 1 && shape[0] == getTensorShape(op->getOperand(0))[0];
  if (!isKnown || !keepsBatch || step.axis < 1)
    return std::nullopt;
  for (int64_t dimension : shape.drop_front())
    step.shape.push_back(static_cast<uint32_t>(dimension));
  return step;
}

} // namespace

LogicalResult OutputWriter::write() {
  auto end = cast<func::ReturnOp>(network.front().getTerminator());
  for (auto [i, result] : llvm::enumerate(end.getOperands())) {
    auto name = network.getResultAttrOfType<StringAttr>(i, ann::kNameAttrName);
    std::string fallback = end.getNumOperands() > 1 ? "output_" + std::to_string(i) : "output";
    if (failed(writeOutput(result, name ? name.str() : fallback)))
      return failure();
  }
  plain &= outputs.size() == 1;
  return success();
}

LogicalResult OutputWriter::writeOutput(Value result, const std::string &name) {
  std::optional<snn::OutputPath> path = snn::getOutputPath(result);
  if (!path)
    return network.emitError() << "returns '" << name << "', which no 'snn.decode' leads to";
  uint32_t decoder = 0;
  for (auto decode : network.getOps<snn::DecodeOp>()) {
    if (decode == path->decode)
      break;
    ++decoder;
  }
  std::vector<flatbuffers::Offset<fb::HeadStep>> head;
  for (Operation *op : path->head) {
    std::optional<Step> step = read(op);
    if (!step)
      return op->emitOpError()
             << "has no place behind a decoder: it does not leave the batch alone";
    head.push_back(fb::CreateHeadStepDirect(
        builder, step->function, &step->shape, static_cast<uint32_t>(step->axis - 1),
        step->perm.empty() ? nullptr : &step->perm,
        step->parameters.empty() ? nullptr : &step->parameters));
  }
  plain &= head.empty();
  outputs.push_back(fb::CreateOutputDirect(builder, name.c_str(), decoder, &head));
  return success();
}

} // namespace snnc::cpu
