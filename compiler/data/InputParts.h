//===- InputParts: the inputs that a file of data may have arrays for ------------------------------------------===//
#ifndef SNNC_COMPILER_DATA_INPUTPARTS_H
#define SNNC_COMPILER_DATA_INPUTPARTS_H

#include "compiler/data/Dataset.h"
#include "dialects/ann/Attributes.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "snn/Program.h"

namespace snnc {

/// Of a network with one argument, into which several inputs may have been merged (`ann.parts`).
inline std::vector<data::InputPart> getInputParts(mlir::func::FuncOp network) {
  std::vector<data::InputPart> parts;
  if (network.getNumArguments() != 1)
    return parts;
  if (auto attr = network.getArgAttrOfType<mlir::ArrayAttr>(0, ann::kPartsAttrName)) {
    for (mlir::Attribute entry : attr) { // may have been written by hand
      auto part = mlir::dyn_cast<mlir::DictionaryAttr>(entry);
      auto name = part ? part.getAs<mlir::StringAttr>("name") : mlir::StringAttr();
      auto shape = part ? part.getAs<mlir::DenseI64ArrayAttr>("shape") : mlir::DenseI64ArrayAttr();
      if (!name || !shape)
        return {};
      parts.push_back(
          {name.str(), data::Shape(shape.asArrayRef().begin(), shape.asArrayRef().end())});
    }
    return parts;
  }
  if (auto name = network.getArgAttrOfType<mlir::StringAttr>(0, ann::kNameAttrName)) {
    auto shape = getTensorShape(network.getArgument(0));
    parts.push_back(
        {name.str(), shape.empty() ? data::Shape() : data::Shape(shape.begin() + 1, shape.end())});
  }
  return parts;
}

/// Of a program.
inline std::vector<data::InputPart> getInputParts(const ::snn::Program &program) {
  std::vector<data::InputPart> parts;
  for (const ::snn::InputInfo &input : program.inputs())
    parts.push_back({input.name, data::Shape(input.shape.begin(), input.shape.end())});
  return parts;
}

} // namespace snnc

#endif
