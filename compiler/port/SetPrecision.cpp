//===- Compute a network in another floating-point type -------------------------------------------===//
#include "compiler/options/Options.h"
#include "compiler/port/Passes.h"
#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_SETPRECISIONPASS
#include "compiler/port/Passes.h.inc"

namespace {

struct SetPrecision : impl::SetPrecisionPassBase<SetPrecision> {
  using SetPrecisionPassBase::SetPrecisionPassBase;

  void runOnOperation() override {
    auto to =
        options::parse<options::Precision>(precision, [&] { return getOperation().emitError(); });
    if (failed(to))
      return signalPassFailure();
    Builder builder(&getContext());
    elementType =
        *to == options::Precision::F64 ? Type(builder.getF64Type()) : Type(builder.getF32Type());
    for (auto function : getOperation().getOps<func::FuncOp>())
      convert(function);
  }

private:
  Type elementType;

  Type convert(Type type) const {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.getElementType().isF32() != elementType.isF32()
               ? tensor.clone(elementType)
               : type;
  }

  void convert(func::FuncOp function) {
    function.walk([&](Operation *op) {
      for (Value result : op->getResults())
        result.setType(convert(result.getType()));
      for (Region &region : op->getRegions())
        for (BlockArgument argument : region.getArguments())
          argument.setType(convert(argument.getType()));
      if (auto constant = dyn_cast<ann::ConstantOp>(op))
        convert(constant);
    });
    auto map = [&](TypeRange types) {
      return llvm::map_to_vector(types, [&](Type type) { return convert(type); });
    };
    FunctionType type = function.getFunctionType();
    function.setType(
        FunctionType::get(&getContext(), map(type.getInputs()), map(type.getResults())));
  }

  void convert(ann::ConstantOp constant) {
    if (FailureOr<std::vector<double>> numbers = readNumbers(constant.getValue());
        succeeded(numbers))
      constant.setValueAttr(makeConstant(cast<RankedTensorType>(constant.getType()), *numbers));
  }
};

} // namespace
} // namespace snnc
