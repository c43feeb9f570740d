#include "compiler/port/MergeInputs.h"

#include "compiler/port/Passes.h"
#include "dialects/ann/ANN.h"
#include "dialects/ann/Attributes.h"
#include "dialects/support/Shapes.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_MERGEINPUTSPASS
#include "compiler/port/Passes.h.inc"

namespace {

std::string getInputName(func::FuncOp network, unsigned i) {
  auto name = network.getArgAttrOfType<StringAttr>(i, ann::kNameAttrName);
  return name ? name.str() : "input_" + std::to_string(i);
}

/// A batch of float samples, all of one type.
LogicalResult checkInputs(func::FuncOp network) {
  Type element;
  for (BlockArgument argument : network.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    std::string name = getInputName(network, argument.getArgNumber());
    if (!type || type.getRank() < 2 || !ShapedType::isDynamic(type.getDimSize(0)))
      return network.emitError() << "several inputs need a batch dimension each, input '" << name
                                 << "' is " << argument.getType()
                                 << "; make what is the same for all samples a constant";
    if (element && type.getElementType() != element)
      return network.emitError() << "several inputs need one type of numbers, input '" << name
                                 << "' is " << argument.getType();
    element = type.getElementType();
    for (StringRef attr : {ann::kMeanAttrName, ann::kStdAttrName})
      if (network.getArgAttr(argument.getArgNumber(), attr))
        return network.emitError() << "mean and std are for networks with one input; normalize the "
                                      "data of several";
  }
  return success();
}

} // namespace

LogicalResult mergeInputs(func::FuncOp network) {
  for (unsigned i = network.getNumArguments(); i-- > 0;)
    if (network.getNumArguments() > 1 && network.getArgument(i).use_empty())
      network.eraseArgument(i);
  if (network.getNumArguments() < 2)
    return success();
  if (failed(checkInputs(network)))
    return failure();
  Builder attributes(network.getContext());
  SmallVector<Attribute> parts;
  SmallVector<BlockArgument> inputs(network.getArguments());
  int64_t size = 0;
  for (BlockArgument input : inputs) {
    ArrayRef<int64_t> shape = getTensorShape(input).drop_front();
    std::string name = getInputName(network, input.getArgNumber());
    parts.push_back(attributes.getDictionaryAttr(
        {attributes.getNamedAttr("name", attributes.getStringAttr(name)),
         attributes.getNamedAttr("shape", attributes.getDenseI64ArrayAttr(shape))}));
    size += countElements(shape);
  }
  auto element = cast<RankedTensorType>(inputs.front().getType()).getElementType();
  auto merged = RankedTensorType::get({ShapedType::kDynamic, size}, element);
  auto count = static_cast<unsigned>(inputs.size());
  network.insertArgument(count, merged,
                         attributes.getDictionaryAttr(attributes.getNamedAttr(
                             ann::kPartsAttrName, attributes.getArrayAttr(parts))),
                         network.getLoc());
  OpBuilder builder = OpBuilder::atBlockBegin(&network.front());
  Value whole = network.getArgument(count);
  int64_t offset = 0;
  for (unsigned i = 0; i < count; ++i) {
    BlockArgument input = network.getArgument(i);
    ArrayRef<int64_t> shape = getTensorShape(input).drop_front();
    Location loc = NameLoc::get(builder.getStringAttr(getInputName(network, i)));
    int64_t elements = countElements(shape);
    Value part =
        builder.create<ann::SliceOp>(loc, whole, ArrayRef<int64_t>{0, offset},
                                     ArrayRef<int64_t>{-1, elements}, ArrayRef<int64_t>{1, 1});
    if (shape.size() > 1) {
      SmallVector<int64_t> restored{-1};
      restored.append(shape.begin(), shape.end());
      part = builder.create<ann::ReshapeOp>(loc, part, restored);
    }
    input.replaceAllUsesWith(part);
    offset += elements;
  }
  for (unsigned i = count; i-- > 0;)
    network.eraseArgument(i);
  return success();
}

namespace {

struct MergeInputs : impl::MergeInputsPassBase<MergeInputs> {
  void runOnOperation() override {
    if (!getOperation().isDeclaration() && failed(mergeInputs(getOperation())))
      signalPassFailure();
  }
};

} // namespace
} // namespace snnc
