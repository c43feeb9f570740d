#include "compiler/import/onnx/InputShapes.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <optional>

using namespace mlir;
using namespace ONNX_NAMESPACE;

namespace snnc::onnx_import {

namespace {

/// 1x3x224x224.
std::optional<std::vector<int64_t>> parseShape(StringRef text) {
  std::vector<int64_t> shape;
  for (StringRef part : llvm::split(text, 'x')) {
    int64_t size = 0;
    if (part.getAsInteger(10, size) || size < 1)
      return std::nullopt;
    shape.push_back(size);
  }
  return shape;
}

std::string setShape(ValueInfoProto &input, ArrayRef<int64_t> sizes, StringRef text) {
  if (!input.type().has_tensor_type())
    return "input '" + input.name() + "' is no tensor";
  TypeProto_Tensor &type = *input.mutable_type()->mutable_tensor_type();
  const TensorShapeProto &old = type.shape();
  bool fits = !type.has_shape() || old.dim_size() == static_cast<int>(sizes.size());
  std::string found;
  for (auto [d, dimension] : llvm::enumerate(old.dim())) {
    bool isFixed = dimension.dim_value() > 0;
    // A batch of any size runs one sample after the other.
    fits &= !isFixed || d >= sizes.size() || d == 0 || dimension.dim_value() == sizes[d];
    found += d > 0 ? "x" : "";
    found += isFixed                         ? std::to_string(dimension.dim_value())
             : dimension.dim_param().empty() ? "?"
                                             : dimension.dim_param();
  }
  if (!fits)
    return ("input '" + input.name() + "' has the shape " + found + ", which --input-shape " +
            text + " does not fit")
        .str();
  type.clear_shape();
  for (int64_t size : sizes)
    type.mutable_shape()->add_dim()->set_dim_value(size);
  return "";
}

} // namespace

std::string setInputShapes(ModelProto &model, const std::vector<std::string> &texts) {
  llvm::StringSet<> weights;
  for (const TensorProto &tensor : model.graph().initializer())
    weights.insert(tensor.name());
  std::vector<ValueInfoProto *> inputs;
  std::vector<std::string> names;
  for (ValueInfoProto &input : *model.mutable_graph()->mutable_input())
    if (!weights.contains(input.name())) {
      inputs.push_back(&input);
      names.push_back(input.name());
    }
  for (const std::string &text : texts) {
    auto [name, sizes] = StringRef(text).rsplit('=');
    bool isNamed = StringRef(text).contains('=');
    std::optional<std::vector<int64_t>> shape = parseShape(isNamed ? sizes : StringRef(text));
    if (!shape)
      return "--input-shape takes NAME=1x3x224x224, or 1x3x224x224 where there is one input; found "
             "'" +
             text + "'";
    auto input = llvm::find_if(inputs, [&, name = name](ValueInfoProto *one) {
      return isNamed ? one->name() == name : inputs.size() == 1;
    });
    if (input == inputs.end())
      return (isNamed
                  ? "--input-shape names no input '" + name.str() + "'"
                  : "--input-shape " + text + " needs the name of an input in front (NAME=...)") +
             "; there are " + llvm::join(names, ", ");
    if (std::string problem = setShape(**input, *shape, text); !problem.empty())
      return problem;
  }
  return "";
}

} // namespace snnc::onnx_import
