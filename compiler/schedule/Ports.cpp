#include "compiler/schedule/Ports.h"

#include "compiler/data/InputParts.h"
#include "dialects/support/Head.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace snnc::exec {

ArrayAttr getInputs(func::FuncOp network) {
  Builder builder(network.getContext());
  SmallVector<Attribute> inputs;
  for (const data::InputPart &part : getInputParts(network))
    inputs.push_back(
        InputAttr::get(builder.getContext(), part.name, builder.getDenseI64ArrayAttr(part.shape)));
  if (inputs.empty())
    inputs.push_back(InputAttr::get(
        builder.getContext(), "",
        builder.getDenseI64ArrayAttr(
            (*network.getOps<snn::EncodeOp>().begin()).getSpikes().getType().getShape())));
  return builder.getArrayAttr(inputs);
}

FailureOr<ArrayAttr> getOutputs(func::FuncOp network) {
  Builder builder(network.getContext());
  SmallVector<Attribute> outputs;
  auto end = cast<func::ReturnOp>(network.front().getTerminator());
  for (auto [i, result] : llvm::enumerate(end.getOperands())) {
    auto name = network.getResultAttrOfType<StringAttr>(i, "ann.name");
    std::string other = end.getNumOperands() > 1 ? "output_" + std::to_string(i) : "output";
    std::optional<snn::OutputPath> path = snn::getOutputPath(result);
    if (!path)
      return network.emitError() << "returns a value that no 'snn.decode' leads to";
    int64_t decoder = 0;
    for (auto decode : network.getOps<snn::DecodeOp>()) {
      if (decode == path->decode)
        break;
      ++decoder;
    }
    StringRef head;
    for (Operation *op : path->head)
      if (!op->hasTrait<Move>())
        head = op->getName().stripDialect();
    outputs.push_back(
        OutputAttr::get(builder.getContext(), name ? name.str() : other, decoder, head));
  }
  return builder.getArrayAttr(outputs);
}

} // namespace snnc::exec
