//===- OperatorCase: one of ONNX's own tests of an operator -------------------------------------------------------===//
//
// The ONNX project ships a model of one node with inputs and outputs for each way to use an operator
// (onnx/backend/test/data/node, Apache-2.0). A case is a folder: model.onnx and
// test_data_set_0/{input,output}_N.pb.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TEST_COMPILER_IMPORT_ONNX_OPERATORCASE_H
#define SNNC_TEST_COMPILER_IMPORT_ONNX_OPERATORCASE_H

#include "compiler/reference/Tensor.h"
#include <map>
#include <onnx/onnx_pb.h>
#include <string>
#include <vector>

namespace snnc::test {

struct OperatorCase {
  std::string op;
  int64_t opset = 0;
  ONNX_NAMESPACE::ModelProto model;        ///< parameters bound, outputs of training removed
  std::vector<reference::Tensor> inputs;   ///< of the activations
  std::vector<reference::Tensor> expected; ///< one per output of `model`

  /// Reads the case in `folder`. Integers, and floats that are parameters rather than activations (the
  /// bounds of Clip), become initializers: the importer wants them constant.
  static OperatorCase load(const std::string &folder);
};

/// Imports and evaluates. Returns why it cannot or what differs; nothing where all is well. An error
/// may be 1e-6, or 1e-5 of the expected number (ONNX's own runner allows 1e-3).
std::string run(const OperatorCase &test);

/// Names of all cases, sorted.
std::vector<std::string> listCases();
/// Cases that are not supported, and a part of the message that says why.
std::map<std::string, std::string> listUnsupported();
/// Where the cases are.
std::string getCasesFolder();

} // namespace snnc::test

#endif
