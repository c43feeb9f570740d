#include "tools/driver/InputNormalization.h"

#include "dialects/ann/ANN.h"
#include "dialects/ann/Attributes.h"
#include "dialects/support/Constants.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <fmt/core.h>

using namespace mlir;

namespace snnc {

namespace {

/// The dimension of an activation that the first operator with channels behind it reads as such; `dimensions` says which
/// dimension of the input each of its own is. Nothing where there is no such operator before one that mixes them.
std::optional<int64_t> findChannels(Value activation, ArrayRef<int64_t> dimensions) {
  for (OpOperand &use : activation.getUses()) {
    Operation *op = use.getOwner();
    std::optional<int64_t> found;
    if (isa<ann::ConvOp, ann::ConvTransposeOp, ann::BatchNormOp, ann::InstanceNormOp>(op)) {
      found = dimensions[1];
    } else if (auto transpose = dyn_cast<ann::TransposeOp>(op)) {
      auto moved =
          llvm::map_to_vector(transpose.getPerm(), [&](int64_t from) { return dimensions[from]; });
      found = findChannels(transpose.getOutput(), moved);
    } else if (isa<ann::ElementwiseOpInterface, ann::PadOp, ann::SliceOp, ann::MaxPoolOp,
                   ann::AveragePoolOp, ann::ResizeOp>(op) &&
               cast<RankedTensorType>(op->getResult(0).getType()).getRank() ==
                   static_cast<int64_t>(dimensions.size())) {
      found = findChannels(op->getResult(0), dimensions);
    }
    if (found)
      return found;
  }
  return std::nullopt;
}

/// x `Op` numbers, which lie along dimension `channels`; `all` are the uses of x before.
template <typename Op>
Value apply(OpBuilder &builder, Value x, int64_t channels, ArrayRef<double> numbers) {
  auto type = cast<RankedTensorType>(x.getType());
  SmallVector<int64_t> shape(type.getRank() - 1, 1);
  if (numbers.size() > 1)
    shape[channels - 1] = static_cast<int64_t>(numbers.size());
  auto constantType = RankedTensorType::get(shape, type.getElementType());
  Value constant = builder.create<ann::ConstantOp>(x.getLoc(), makeConstant(constantType, numbers));
  return builder.create<Op>(x.getLoc(), type, x, constant);
}

/// As operators in front of the network, where channels are not the first dimension of a sample.
void normalizeInside(BlockArgument input, int64_t channels, ArrayRef<double> mean,
                     ArrayRef<double> std) {
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : input.getUses())
    uses.push_back(&use);
  OpBuilder builder = OpBuilder::atBlockBegin(input.getOwner());
  Value x = input;
  if (!mean.empty())
    x = apply<ann::SubOp>(builder, x, channels, mean);
  if (!std.empty())
    x = apply<ann::DivOp>(builder, x, channels, std);
  for (OpOperand *use : uses)
    use->set(x);
}

} // namespace

std::string setNormalization(func::FuncOp network, const std::vector<double> &mean,
                             const std::vector<double> &std) {
  if (mean.empty() && std.empty())
    return "";
  auto type = network.getNumArguments() == 1
                  ? dyn_cast<RankedTensorType>(network.getArgument(0).getType())
                  : RankedTensorType();
  if (!type || type.getRank() < 2)
    return "--mean and --std are for networks with one input that has channels";
  if (network.getArgAttr(0, ann::kBytesAttrName))
    return "the network takes bytes and scales them itself; --mean and --std are not for it";
  for (double number : std)
    if (!std::isfinite(number) || number <= 0)
      return fmt::format("--std must be positive, found {}", number);
  int64_t channels = 1;
  if (std::max(mean.size(), std.size()) > 1)
    channels = findChannels(network.getArgument(0), llvm::to_vector(llvm::seq(type.getRank())))
                   .value_or(1);
  // The batch is no dimension of channels.
  int64_t count = type.getDimSize(channels == 0 ? channels = 1 : channels);
  for (auto [flag, numbers] : {std::pair("--mean", &mean), std::pair("--std", &std)})
    if (numbers->size() > 1 && static_cast<int64_t>(numbers->size()) != count)
      return fmt::format("{} has {} numbers, but the input has {} channels", flag, numbers->size(),
                         count);
  if (channels != 1) {
    normalizeInside(network.getArgument(0), channels, mean, std);
    return "";
  }
  for (auto [attr, numbers] :
       {std::pair(ann::kMeanAttrName, &mean), std::pair(ann::kStdAttrName, &std)}) {
    std::vector<double> perChannel = *numbers;
    if (perChannel.size() == 1)
      perChannel.assign(count, perChannel.front());
    if (!perChannel.empty())
      network.setArgAttr(0, attr, DenseF64ArrayAttr::get(network.getContext(), perChannel));
  }
  return "";
}

} // namespace snnc
