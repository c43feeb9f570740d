#include "compiler/import/onnx/Advice.h"

#include "llvm/ADT/StringMap.h"

namespace snnc::onnx_import {

llvm::StringRef getAdvice(llvm::StringRef op) {
  constexpr llvm::StringLiteral recurrent = "recurrence is not supported; unroll it over its time "
                                            "steps into Gemm, Sigmoid, Tanh and Mul, or "
                                            "train convolutions over time instead";
  constexpr llvm::StringLiteral classes =
      "end the network at its logits; snnc run takes the largest by itself";
  constexpr llvm::StringLiteral data = "its shape depends on data; only fixed shapes convert";
  constexpr llvm::StringLiteral control = "export the network without control flow";
  static const llvm::StringMap<llvm::StringRef> table = {
      {"LSTM", recurrent},
      {"GRU", recurrent},
      {"RNN", recurrent},
      {"ArgMin", classes},
      {"TopK", classes},
      {"Hardmax", classes},
      {"NonZero", data},
      {"Unique", data},
      {"Compress", data},
      {"NonMaxSuppression", data},
      {"Loop", control},
      {"Scan", control},
      {"ReduceProd", "write it as Mul"},
      {"LpPool", "use AveragePool or MaxPool"},
      {"LRN", "train with BatchNormalization"},
      {"Einsum", "write it as MatMul, Transpose and ReduceSum"},
      {"GridSample", "only Resize is supported, whose places are fixed"},
      {"GatherElements", "only Gather with constant indices is supported"},
      {"GatherND", "only Gather with constant indices is supported"},
      {"Attention", "export it as MatMul, Mul and Softmax (opset 22 or older)"},
  };
  return table.lookup(op);
}

} // namespace snnc::onnx_import
