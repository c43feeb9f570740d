//===- Passes that bring an imported network into portable form ---------------------------------===//
#ifndef SNNC_COMPILER_PORT_PASSES_TD
#define SNNC_COMPILER_PORT_PASSES_TD

include "compiler/options/Options.td"

def RecognizeClustersPass : Pass<"ann-recognize-clusters", "::mlir::func::FuncOp"> {
  let summary = "find functions that exporters spell out in several operators";
  let description = [{
    - Arithmetic around `ann.erf`, `ann.tanh`, `ann.sigmoid`, `ann.hard_sigmoid` or a clip to [0, 6]
      that comes to GELU, SiLU, HardSwish or HardSigmoid becomes that operator, in whatever order it
      is written.
    - `(x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon)` over the last dimensions becomes
      `ann.layer_norm`.
    - An instance normalization between two reshapes becomes `ann.group_norm`, as PyTorch exports it.
    - A constant factor or summand behind `ann.layer_norm`, `ann.instance_norm` or `ann.group_norm`
      goes into its scale or bias.

    Before:
    ```mlir
    %0 = ann.sigmoid %x : tensor<?x8xf32>
    %1 = ann.mul %x, %0 : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
    ```
    After:
    ```mlir
    %1 = ann.silu %x : tensor<?x8xf32>
    ```
  }];
  let dependentDialects = ["::snnc::ann::ANNDialect"];
}

def FuseBatchNormPass : Pass<"ann-fuse-batch-norm", "::mlir::func::FuncOp"> {
  let summary = "fold batch normalization into the convolution or gemm before it";
  let description = [{
    In inference a batch normalization is a scale and a shift per channel. Where the operation
    before it is a convolution or a gemm with constant weights that nothing else reads, both go into
    its weights and bias. Elsewhere it stays, and becomes a scale and a bias of its own on
    conversion. Reports how many were fused as a remark on the function.

    Before:
    ```mlir
    %0 = ann.conv %x, %w ...
    %1 = ann.batch_norm %0, %scale, %bias, %mean, %variance epsilon = 1.0e-5 ...
    ```
    After:
    ```mlir
    %1 = ann.conv %x, %w1 bias %b1 ...
    ```
  }];
  let dependentDialects = ["::snnc::ann::ANNDialect"];
}

def DecomposePass : Pass<"ann-decompose", "::mlir::func::FuncOp"> {
  let summary = "break operators down into what neurons and synapses can do";
  let description = [{
    - `ann.max_pool` becomes a tree of two-operand `ann.max`, over the rows of the window first, then
      over its columns, on strided slices. That order is the reference implementation's, so that results
      can be compared. Where a window reaches over the border, the nearest element of it stands in for what
      is not there (`ann.gather`), so that padding is no value. An `ann.pad` with the lowest number or minus infinity before
      a pool is its padding.
    - `ann.layer_norm`, `ann.instance_norm` and `ann.group_norm` become mean, difference, square, mean,
      `ann.norm` (x / sqrt(v + epsilon)), scale and bias.
    - `ann.softmax` becomes the maximum of a row as a tree of `ann.max`, a difference, `ann.exp`,
      `ann.reduce_sum`, `ann.div`. With `softmax=bound` there is no maximum: the conversion
      subtracts the largest input that calibration has seen in that row (nothing in the paper's units). That takes fewer
      neurons, and fails where the largest input varies between images by more than the logarithm of
      the neurons' resolution.
    - A constant mask is left out of the softmax behind it: what it takes to minus infinity, or so far down that its
      exponential is no normal number of float32 beside the best of its row. The elements that are left are one list,
      row by row; masked ones have no neurons, and are 0. Where a mask is finite, an `ann.spread`
      attribute says by how much scores may differ for that to be exact in float32, and `--ann-calibrate` checks it.
    - `ann.log_softmax` becomes x - max - log(sum(exp(x - max))), `ann.reduce_max` and `ann.reduce_min`
      trees of `ann.max` and `ann.min`.
    - `ann.average_pool` with `ceil_mode` becomes one without; with dilations, or in three dimensions, a
      convolution of each channel. A convolution in three dimensions becomes one in two: an `ann.gather`
      makes channels of what lies at each place of the kernel along the first two.
    - `ann.prelu` becomes `max(x, slope * x)` where no slope exceeds 1, else a difference of two relus.
    - A constant divided by x becomes a multiple of `ann.reciprocal`; `ann.max` and `ann.min` with a
      constant become a shifted `ann.relu`.

    Constants that are infinite, or the largest number of float32, must be gone then.
  }];
  let options = [
    Softmax
  ];
  let dependentDialects = ["::snnc::ann::ANNDialect"];
}

def InsertIdentitiesPass : Pass<"ann-insert-identities", "::mlir::func::FuncOp"> {
  let summary = "let neurons stand between linear operators, where that makes updates cheap";
  let description = [{
    What a linear operator gives and another one reads becomes a current, and of a current every element that changes at
    all is an event of the synapse behind it. In an update (docs/spec/snn.md) that is almost every element. Neurons that
    follow the identity (`ann.leaky_relu` with alpha = 1) send what changed by more than their dead zone.

    They are inserted before convolutions and products with a constant matrix in which an element of the operand has `fan-out`
    weights or more, where the operand is neither the input nor an activation, or either of them moved. They cost an
    event for what a neuron says, time steps where layers start one after another, and the error of a neuron.

    Before: `%1 = ann.conv %0, ...; %2 = ann.conv %1, ...`
    After:  `%1 = ann.conv %0, ...; %i = ann.leaky_relu %1 alpha = 1.0; %2 = ann.conv %i, ...`
  }];
  let options = [
    Bottlenecks,
    Option<"fanOut", "fan-out", "int64_t", "16", "weights that an element of the operand must have">
  ];
  let dependentDialects = ["::snnc::ann::ANNDialect"];
}

def PlaceHeadsPass : Pass<"ann-place-heads", "::mlir::func::FuncOp"> {
  let summary = "leave functions that end a network to the host";
  let description = [{
    Softmax, log_softmax, sigmoid, hard_sigmoid, tanh and argmax whose result nothing reads but the network's
    outputs are exact where the host computes them of decoded numbers. As spikes they cost neurons and time steps, and
    accuracy. `head=host` marks them, and moves of elements behind them, with `ann.host`: no other pass touches them,
    and `--convert-ann-to-snn` puts them behind the decoder. `head=spikes` takes the marks away.

    Before: `%1 = ann.softmax %0 axis = 1 : ...`
    After:  `%1 = ann.softmax %0 axis = 1 {ann.host} : ...`
  }];
  let options = [Head];
  let dependentDialects = ["::snnc::ann::ANNDialect"];
}

def MergeInputsPass : Pass<"ann-merge-inputs", "::mlir::func::FuncOp"> {
  let summary = "make several inputs one, and drop those that nothing reads";
  let description = [{
    A spiking network has one encoder. Several inputs become slices of one flat input, which holds a sample of each, one after
    another; their names and shapes stay in its attribute `ann.parts`.

    Before: `func.func @f(%a: tensor<?x2x3xf32> {ann.name = "a"}, %b: tensor<?x4xf32> {ann.name = "b"})`
    After:  `func.func @f(%x: tensor<?x10xf32> {ann.parts = [{name = "a", shape = array<i64: 2, 3>}, {name = "b", shape = array<i64: 4>} ]})`
  }];
  let dependentDialects = ["::snnc::ann::ANNDialect"];
}

def SetPrecisionPass : Pass<"ann-set-precision", "::mlir::ModuleOp"> {
  let summary = "compute a network in another floating-point type";
  let description = [{
    Converts every tensor of the module to `to` (f32 or f64), constants included. In f64 everything
    that is folded into weights later is folded in f64 too, which exact comparison needs.
  }];
  let options = [Precision];
  let dependentDialects = ["::snnc::ann::ANNDialect"];
}

#endif
