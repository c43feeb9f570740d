#include "tools/driver/SelectOutputs.h"

#include "dialects/ann/Attributes.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;

namespace snnc {

std::vector<std::string> getOutputNames(func::FuncOp network) {
  std::vector<std::string> names;
  for (unsigned i = 0; i < network.getNumResults(); ++i) {
    auto name = network.getResultAttrOfType<StringAttr>(i, ann::kNameAttrName);
    names.push_back(name                           ? name.str()
                    : network.getNumResults() == 1 ? "output"
                                                   : fmt::format("output_{}", i));
  }
  return names;
}

std::string selectOutputs(func::FuncOp network, const std::vector<std::string> &names) {
  if (names.empty())
    return "";
  std::vector<std::string> known = getOutputNames(network);
  Operation *end = network.front().getTerminator();
  SmallVector<Value> results;
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> attributes;
  for (const std::string &name : names) {
    auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end())
      return fmt::format("has no output '{}'; its outputs are {}", name, fmt::join(known, ", "));
    auto i = static_cast<unsigned>(found - known.begin());
    results.push_back(end->getOperand(i));
    types.push_back(results.back().getType());
    auto attribute = network.getResultAttrDict(i);
    attributes.push_back(attribute ? attribute : DictionaryAttr::get(network.getContext()));
  }
  end->setOperands(results);
  network.setType(FunctionType::get(network.getContext(), network.getArgumentTypes(), types));
  network.setAllResultAttrs(attributes);
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(network.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  return "";
}

} // namespace snnc
