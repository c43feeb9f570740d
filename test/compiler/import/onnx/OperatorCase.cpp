#include "test/compiler/import/onnx/OperatorCase.h"

#include "compiler/import/onnx/ONNXImport.h"
#include "compiler/reference/Evaluator.h"
#include "mlir/IR/Diagnostics.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

using namespace ONNX_NAMESPACE;
namespace fs = std::filesystem;

namespace snnc::test {

namespace {

template <typename Message>
bool parse(const fs::path &path, Message &message) {
  std::ifstream file(path, std::ios::binary);
  return file && message.ParseFromIstream(&file);
}

/// Float inputs that are parameters: their places, by operator.
bool isParameter(const std::string &op, int index) {
  static const std::map<std::string, std::set<int>> parameters = {
      {"Clip", {1, 2}}, {"Dropout", {1, 2}}, {"Pad", {2}},
      {"Pow", {1}},     {"Resize", {1, 2}},  {"Upsample", {1}},
  };
  auto found = parameters.find(op);
  return found != parameters.end() && found->second.count(index);
}

/// Outputs behind the first that only training needs.
bool hasTrainingOutputs(const std::string &op) {
  return op == "Dropout" || op == "LayerNormalization" || op == "MaxPool";
}

bool isFloat(const TensorProto &tensor) {
  return tensor.data_type() == TensorProto::FLOAT || tensor.data_type() == TensorProto::DOUBLE;
}

template <typename T>
void append(const std::string &raw, std::vector<double> &values) {
  for (size_t at = 0; at + sizeof(T) <= raw.size(); at += sizeof(T)) {
    T element;
    std::memcpy(&element, raw.data() + at, sizeof(T));
    values.push_back(static_cast<double>(element));
  }
}

reference::Tensor toTensor(const TensorProto &proto) {
  reference::Tensor tensor;
  tensor.shape.assign(proto.dims().begin(), proto.dims().end());
  if (proto.data_type() == TensorProto::INT32) {
    tensor.data.assign(proto.int32_data().begin(), proto.int32_data().end());
    append<int32_t>(proto.raw_data(), tensor.data);
  } else if (proto.data_type() == TensorProto::INT64) {
    tensor.data.assign(proto.int64_data().begin(), proto.int64_data().end());
    append<int64_t>(proto.raw_data(), tensor.data);
  } else if (proto.data_type() == TensorProto::DOUBLE) {
    tensor.data.assign(proto.double_data().begin(), proto.double_data().end());
    append<double>(proto.raw_data(), tensor.data);
  } else {
    tensor.data.assign(proto.float_data().begin(), proto.float_data().end());
    append<float>(proto.raw_data(), tensor.data);
  }
  return tensor;
}

std::string show(const std::vector<int64_t> &shape) {
  std::string text = "(";
  for (int64_t dimension : shape)
    text += std::to_string(dimension) + " ";
  return text + ")";
}

std::string compare(const reference::Tensor &found, const reference::Tensor &expected) {
  if (found.shape != expected.shape)
    return "shape " + show(found.shape) + " instead of " + show(expected.shape);
  for (int64_t i = 0; i < expected.size(); ++i) {
    double error = std::abs(found.data[i] - expected.data[i]);
    bool same = found.data[i] == expected.data[i]; // infinities, too
    if (!same && !(error <= 1e-6 + 1e-5 * std::abs(expected.data[i])))
      return "element " + std::to_string(i) + " is " + std::to_string(found.data[i]) +
             " instead of " + std::to_string(expected.data[i]);
  }
  return "";
}

} // namespace

OperatorCase OperatorCase::load(const std::string &folder) {
  OperatorCase test;
  if (!parse(fs::path(folder) / "model.onnx", test.model))
    return test;
  GraphProto &graph = *test.model.mutable_graph();
  test.op = graph.node(graph.node_size() - 1).op_type();
  test.opset = test.model.opset_import(0).version();
  fs::path data = fs::path(folder) / "test_data_set_0";
  for (int i = 0; i < graph.input_size(); ++i) {
    TensorProto tensor;
    bool isTensor = graph.input(i).type().has_tensor_type() &&
                    parse(data / ("input_" + std::to_string(i) + ".pb"), tensor);
    // The first of several inputs is data, of whatever type.
    bool isData = i == 0 && graph.input_size() > 1;
    bool isActivation = isTensor && (isFloat(tensor) || isData) && !isParameter(test.op, i);
    if (isActivation) {
      test.inputs.push_back(toTensor(tensor));
    } else if (isTensor) {
      tensor.set_name(graph.input(i).name());
      *graph.add_initializer() = tensor;
    }
  }
  if (hasTrainingOutputs(test.op))
    graph.mutable_output()->DeleteSubrange(1, graph.output_size() - 1);
  for (int i = 0; i < graph.output_size(); ++i) {
    TensorProto tensor;
    if (parse(data / ("output_" + std::to_string(i) + ".pb"), tensor))
      test.expected.push_back(toTensor(tensor));
  }
  return test;
}

std::string run(const OperatorCase &test) {
  fs::path path = fs::temp_directory_path() / ("snnc-" + std::to_string(getpid()) + "-case.onnx");
  {
    std::ofstream file(path, std::ios::binary);
    if (!test.model.SerializeToOstream(&file))
      return "cannot write " + path.string();
  }
  mlir::MLIRContext context;
  std::string message;
  mlir::ScopedDiagnosticHandler capture(&context, [&](mlir::Diagnostic &diagnostic) {
    message += diagnostic.str() + "\n";
    return mlir::success();
  });
  ONNXImportOptions options;
  options.keepBatch = true;
  mlir::OwningOpRef<mlir::ModuleOp> module = importONNXFile(path.string(), context, options);
  fs::remove(path);
  if (!module)
    return message;
  auto main = *module->getOps<mlir::func::FuncOp>().begin();
  auto evaluator = reference::Evaluator::create(main);
  if (failed(evaluator))
    return message;
  auto results = evaluator->run(test.inputs);
  if (!results)
    return results.error();
  if (results->size() != test.expected.size())
    return std::to_string(results->size()) + " outputs instead of " +
           std::to_string(test.expected.size());
  for (size_t i = 0; i < results->size() && message.empty(); ++i)
    message = compare((*results)[i], test.expected[i]);
  return message;
}

std::string getCasesFolder() { return SNNC_TEST_DIR "/compiler/import/onnx/cases"; }

std::vector<std::string> listCases() {
  std::vector<std::string> names;
  for (const fs::directory_entry &entry : fs::directory_iterator(getCasesFolder()))
    if (entry.is_directory())
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::map<std::string, std::string> listUnsupported() {
  std::map<std::string, std::string> table;
  std::ifstream file(getCasesFolder() + "/unsupported.txt");
  for (std::string line; std::getline(file, line);) {
    size_t colon = line.find(": ");
    if (!line.empty() && line[0] != '#' && colon != std::string::npos)
      table[line.substr(0, colon)] = line.substr(colon + 2);
  }
  return table;
}

} // namespace snnc::test
