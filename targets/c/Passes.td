//===- Passes that decide how generated C computes ------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_PASSES_TD
#define SNNC_TARGETS_C_PASSES_TD

include "mlir/Pass/PassBase.td"

def CChooseProductsPass : Pass<"c-choose-products", "::snnc::exec::ProgramOp"> {
  let summary = "multiply all inputs of a layer where that takes fewer instructions than to look for those that are not 0";
  let description = [{
    In the order of values, a delivery by gather_conv or gather_gemm adds a row of weights for each input that is not 0. A
    processor with a DSP extension multiplies two inputs at a time: where few inputs are 0, dot products of all of them take
    less. Marks such deliveries `dense`, by the costs of the processor (docs/format/processor.md). They have weights of 8
    bits, none of them -128, and values of at most 16 bits. Runs when buffers have places.

    Before:
    ```mlir
    exec.deliver %s -> %sums through (#exec.gemm<shift = 0>) weights dense<1> : tensor<64x8xi8> by gather_gemm
      : !snn.spikes<64, ternary, fixed>, memref<8xi32>
    ```
    After:
    ```mlir
    exec.deliver %s -> %sums through (#exec.gemm<shift = 0>) weights dense<1> : tensor<64x8xi8> by gather_gemm dense
      : !snn.spikes<64, ternary, fixed>, memref<8xi32>
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"cortex-m4\"", "the processor: name of a bundled one, or FILE.toml">,
    Option<"nonZero", "nonzero", "double", "0.5", "the share of values that are not 0, of what encoders and populations send">
  ];
}

#endif
