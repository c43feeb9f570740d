//===- From real numbers to integers ------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_PASSES_TD
#define SNNC_COMPILER_QUANTIZE_PASSES_TD

include "compiler/options/Options.td"

def ObservePass : Pass<"snn-observe", "::mlir::func::FuncOp"> {
  let summary = "keep what populations and the input see on images";
  let description = [{
    Evaluates the network on the images of `data` as the ANN that it stands for. Each population gets `snn.observed`: for each
    operand the least and the greatest number, and how many had which power of two for their magnitude, in the unit that it is
    compared in. The input gets two: as it is read, and normalized. They hold for the network as it stands.

    `snn-quantize` does the same when it is given images; without, it chooses formats by the ranges that it finds.
  }];
  let options = [
    Calibration,
    Option<"limit", "limit", "unsigned", "100", "use only the first images; 0: all">
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect"];
}

def QuantizePass : Pass<"snn-quantize", "::mlir::func::FuncOp"> {
  let summary = "turn a spiking network into integers";
  let description = [{
    Weights, biases, step sizes, estimates and the input become integers, by the rules of
    docs/spec/fixed-point.md; the streams become `fixed`. Works on networks that carry changes (signGD);
    rates have no integer form. Schedules without an end get one at time step `steps`.

    Fraction bits are chosen so that the estimates do not saturate on the images of `data`, with a
    factor of two to spare; without images, by the ranges of `snn-observe`, and without these for estimates up to 8 units. 32-bit states may saturate where
    the function of their neurons stays what it is. Every sum is proven to
    fit in 32 bits; where one would not, the weights in front of it get fewer bits. With images, weights
    are rounded together so that what they leave out of their sums varies least on them, and biases
    take back the mean of it.

    Each population gets an `snn.quantization` attribute: the range of its estimates on the images,
    how many of them saturate. A remark sums up.

    Before: `%c = snn.gemm %s, %w : (!snn.spikes<64, sign>, tensor<64x10xf32>) -> !snn.current<10>`
    After:  `%c = snn.gemm %s, %w : (!snn.spikes<64, sign, fixed>, tensor<64x10xi8>) -> !snn.current<10, fixed>`
  }];
  let options = [
    WeightBits, StateBits, Calibration,
    Option<"input", "input", "std::string", "\"\"",
      "u8 or i16: what the border gives [u8 for images of bytes, else i16]">,
    Option<"steps", "steps", "unsigned", "32", "time steps of schedules without an end">,
    Option<"limit", "limit", "unsigned", "100", "use only the first images; 0: all">,
    Headroom, InputHeadroom
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect", "::mlir::arith::ArithDialect"];
}

#endif
