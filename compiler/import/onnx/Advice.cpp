#include "compiler/import/onnx/Advice.h"

#include "llvm/ADT/StringMap.h"

namespace snnc::onnx_import {

llvm::StringRef getAdvice(llvm::StringRef op) {
  constexpr llvm::StringLiteral recurrent =
      "recurrent state has no signGD neuron; unroll it over time into Gemm, Sigmoid, Tanh and Mul";
  constexpr llvm::StringLiteral classes =
      "end the network at its logits; snnc run takes the largest by itself";
  constexpr llvm::StringLiteral data = "its shape depends on data; only fixed shapes convert";
  constexpr llvm::StringLiteral control = "export the network without control flow";
  static const llvm::StringMap<llvm::StringRef> table = {
      {"LSTM", recurrent},
      {"GRU", recurrent},
      {"RNN", recurrent},
      {"ArgMax", classes},
      {"ArgMin", classes},
      {"TopK", classes},
      {"Hardmax", classes},
      {"LogSoftmax", "Softmax or the logits themselves have the same order of classes"},
      {"NonZero", data},
      {"Unique", data},
      {"Compress", data},
      {"NonMaxSuppression", data},
      {"Loop", control},
      {"Scan", control},
      {"Selu", "train with Elu"},
      {"Celu", "train with Elu"},
      {"Mish", "train with SiLU or HardSwish"},
      {"Softsign", "train with Tanh"},
      {"ThresholdedRelu", "train with Relu or Clip"},
      {"Log", "its range has no bound below; train with Softplus"},
      {"ReduceMax", "write it as MaxPool over the same dimensions"},
      {"ReduceProd", "write it as Mul"},
      {"LpPool", "use AveragePool or MaxPool"},
      {"LRN", "train with BatchNormalization"},
      {"LpNormalization", "train with LayerNormalization"},
      {"Einsum", "write it as MatMul, Transpose and ReduceSum"},
      {"GridSample", "only Resize with mode nearest is supported"},
      {"GatherElements", "only Gather with constant indices is supported"},
      {"GatherND", "only Gather with constant indices is supported"},
      {"Tile", "write it as Expand or Concat"},
      {"DepthToSpace", "write it as Reshape, Transpose, Reshape"},
      {"SpaceToDepth", "write it as Reshape, Transpose, Reshape"},
      {"Attention", "export it as MatMul, Mul and Softmax (opset 22 or older)"},
      {"RMSNormalization", "train with LayerNormalization"},
  };
  return table.lookup(op);
}

} // namespace snnc::onnx_import
