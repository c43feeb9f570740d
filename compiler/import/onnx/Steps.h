//===- Steps: the nodes of a graph in the order in which they are imported ----------------------------------===//
//
// What a file has around its nodes is gone here: calls of the model's functions have become the functions'
// bodies, quantized operators (QLinearConv) what they stand for (DequantizeLinear, Conv, QuantizeLinear), and
// nodes that nobody reads are marked.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_STEPS_H
#define SNNC_COMPILER_IMPORT_ONNX_STEPS_H

#include "compiler/data/Result.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <memory>
#include <onnx/onnx_pb.h>
#include <string>
#include <vector>

namespace snnc::onnx_import {

/// Which opset of each domain the nodes of a graph or of a function are of.
struct Opsets {
  llvm::StringMap<int64_t> versions; ///< the standard domain is ""

  /// Of the standard operators; 0 where none is imported.
  int64_t getStandard() const { return versions.lookup(""); }
};

/// A node to import.
struct Step {
  ONNX_NAMESPACE::NodeProto node;
  std::shared_ptr<const Opsets> opsets;
  std::string name, op; ///< of the node in the file, of which this may be a part
  bool isRead = true;   ///< whether an output of the network depends on it
  bool isPart = false;  ///< whether a step before it is of the same node
};
using Steps = std::vector<Step>;

/// "ai.onnx" is another name of "".
std::string getDomain(const ONNX_NAMESPACE::NodeProto &node);
/// A node's operator as people write it, with the domain where that is not the standard one: "Relu",
/// "com.microsoft::Gelu".
std::string spellOperator(const ONNX_NAMESPACE::NodeProto &node);

std::shared_ptr<const Opsets>
readOpsets(const google::protobuf::RepeatedPtrField<ONNX_NAMESPACE::OperatorSetIdProto> &imports);

/// Makes steps of nodes. Functions of `model` are looked up by domain, name and overload.
class StepMaker {
public:
  explicit StepMaker(const ONNX_NAMESPACE::ModelProto &model);

  /// Appends `node`, which it takes the content of; `name` is what it is called. Fails where
  /// functions call each other too deeply.
  data::Status append(Steps &steps, ONNX_NAMESPACE::NodeProto &node,
                      std::shared_ptr<const Opsets> opsets, std::string name);
  /// The nodes of `graph`, a branch of the node called `name`. All names that it defines get that name in front,
  /// here and in `graph`.
  data::Status appendBranch(Steps &steps, ONNX_NAMESPACE::GraphProto &graph,
                            std::shared_ptr<const Opsets> opsets, const std::string &name);

private:
  llvm::StringMap<const ONNX_NAMESPACE::FunctionProto *> functions;
  int64_t depth = 0, made = 0;

  data::Status inlineCall(Steps &steps, const ONNX_NAMESPACE::NodeProto &call,
                          const ONNX_NAMESPACE::FunctionProto &function, const std::string &name);
};

/// A node's name, or that of its first output where it has none.
std::string getName(const ONNX_NAMESPACE::NodeProto &node);

/// Marks the steps that nothing in `needed` depends on, and adds to `needed` all that the others read.
void markUnread(Steps &steps, llvm::StringSet<> &needed);

/// The steps that `node`, a quantized operator such as QLinearConv, stands for; false where it is none.
bool expandQuantized(const ONNX_NAMESPACE::NodeProto &node, const std::string &name,
                     std::shared_ptr<const Opsets> opsets, Steps &steps);
/// The operators that it knows, as people write them.
std::vector<std::string> listQuantizedOperators();

} // namespace snnc::onnx_import

#endif
