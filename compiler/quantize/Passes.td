//===- From real numbers to integers ------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_PASSES_TD
#define SNNC_COMPILER_QUANTIZE_PASSES_TD

include "compiler/options/Options.td"

def ObservePass : Pass<"snn-observe", "::mlir::func::FuncOp"> {
  let summary = "keep what populations and the input see on images";
  let description = [{
    Evaluates the network on the images of `data` as the ANN that it stands for. Each population gets `snn.observed`: for each
    operand the least and the greatest number, and how many had which power of two for their magnitude, in the unit that it is
    compared in. The input gets two: as it is read, and normalized. Every stream gets `snn.magnitudes`, the largest magnitude of
    each element, and every synapse with weights `snn.moments`, how what it reads varies together, damped for data that go
    `headroom` times beyond these images. They hold for the network as it stands.

    `snn-quantize` does the same when it is given images; without, it goes by what it finds. Of large networks these are many
    numbers: `--mlir-elide-resource-strings-if-larger=N` does not print them.
  }];
  let options = [
    Calibration,
    Option<"limit", "limit", "unsigned", "100", "use only the first images; 0: all">,
    Headroom
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect"];
}

def PrepareIntegersPass : Pass<"snn-prepare-integers", "::mlir::func::FuncOp"> {
  let summary = "give every synapse of a network in real numbers an integer form";
  let description = [{
    Borders of pads become biases. What joins others in a sum, without weights of its own, gets an `snn.scale` by 1, whose factor
    brings it to the LSB of the sum. Operands of products, and in a network with products what weights or sums take from sums,
    get an `snn.requantize`. What those are to be is planned in attributes (docs/spec/attributes.md).
  }];
  let dependentDialects = ["::snnc::snn::SNNDialect", "::mlir::arith::ArithDialect"];
}

def ChooseFormatsPass : Pass<"snn-choose-formats", "::mlir::func::FuncOp"> {
  let summary = "choose the integers of a prepared network";
  let description = [{
    Writes `snn.format`: on populations the fraction bits of steps and estimates, and the steps; on the input how it is read; on
    synapses the LSBs of what they deliver, where these do not follow from what they read, with bits and shift of weights and
    the limit of a requantize. Populations and the input are chosen for by the ranges of `snn-observe`, and without these for
    estimates up to 8 units. Where weights would be lost, scales and requantizes are put in front of them.

    The network stays in real numbers; `snn-convert-integers` makes integers by what is written.
  }];
  let options = [
    WeightBits, StateBits,
    Option<"input", "input", "std::string", "\"\"", "u8 or i16: what the border gives [i16]">,
    Option<"steps", "steps", "unsigned", "32", "time steps of schedules without an end">,
    Option<"signFraction", "sign-fraction", "unsigned", "12",
      "12 or 10: most fraction bits of the sign code's steps">,
    Headroom, InputHeadroom
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect", "::mlir::arith::ArithDialect"];
}

def ConvertIntegersPass : Pass<"snn-convert-integers", "::mlir::func::FuncOp"> {
  let summary = "turn a network into the integers that were chosen for it";
  let description = [{
    Weights, biases, streams, populations, input and outputs become integers by their `snn.format`, which is gone afterwards.
    Weights are rounded by their `snn.moments`, without them to the nearest. Whether sums fit in 32 bits, `snn-prove-sums` says.
  }];
  let dependentDialects = ["::snnc::snn::SNNDialect", "::mlir::arith::ArithDialect"];
}

def ProveSumsPass : Pass<"snn-prove-sums", "::mlir::func::FuncOp"> {
  let summary = "prove that no sum of an integer network leaves 32 bits";
  let description = [{
    Refuses a network where one may (FX-Q4), with an error at each such operation that says by how many bits. Changes nothing.
  }];
}

def QuantizePass : Pass<"snn-quantize", "::mlir::func::FuncOp"> {
  let summary = "turn a spiking network into integers";
  let description = [{
    Weights, biases, step sizes, estimates and the input become integers, by the rules of
    docs/spec/fixed-point.md; the streams become `fixed`. It is `snn-observe`, `snn-prepare-integers`, `snn-choose-formats`,
    `snn-convert-integers` and `snn-prove-sums`, the last three again with fewer bits or a requantize where a sum does not
    fit. Works on networks that carry changes (signGD);
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
