//===- Operations of the snn dialect --------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SNN_SNNOPS_TD
#define SNNC_DIALECTS_SNN_SNNOPS_TD

include "dialects/snn/SNNOpBase.td"
include "dialects/snn/SNNNeurons.td"
include "dialects/snn/SNNSynapses.td"

//===- Into and out of the spiking domain --------------------------------------------------------===//

def SNN_EncodeOp : SNN_Op<"encode"> {
  let summary = "turns the network's input into events";
  let description = [{
    With the input `in`, an estimate `e` that starts at 0 and the step size `eta`:

    | code | sends |
    |---|---|
    | `direct` | `in`, as one graded change, in step 0; then nothing |
    | `float` | the graded change `-eta * (e - in)`, by which `e` moves |
    | `spike` | the sign of `in - e`; `e` moves by `eta` in that direction |
    | `analog` | `in` in every step, as a rate |

    `float` and `spike` need a schedule. The optional `mean` and `std` (one number per channel)
    normalize the input first: `(in - mean) / std`. `fixed` says how an integer network reads its
    input.

    Example: `%s = snn.encode %x direct : tensor<?x1x8x8xf32> -> !snn.spikes<1x8x8, graded>`
  }];
  let arguments = (ins SNN_Tensor:$input, SNN_InputCodeAttr:$code,
                       OptionalAttr<SNN_ScheduleAttr>:$schedule,
                       OptionalAttr<DenseF64ArrayAttr>:$mean, OptionalAttr<DenseF64ArrayAttr>:$std,
                       OptionalAttr<SNN_FixedInputAttr>:$fixed);
  let results = (outs SNN_Spikes:$spikes);
  let assemblyFormat = [{
    $input custom<InputCodeName>($code) (`schedule` $schedule^)? (`mean` $mean^)? (`std` $std^)? (`fixed` $fixed^)? attr-dict
    `:` type($input) `->` qualified(type($spikes))
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$spikes, "::mlir::Value":$input,
      "::snnc::snn::InputCode":$code, "::snnc::snn::ScheduleAttr":$schedule,
      "::mlir::DenseF64ArrayAttr":$mean, "::mlir::DenseF64ArrayAttr":$std), [{
    build($_builder, $_state, spikes, input, code, schedule, mean, std, FixedInputAttr());
  }]>];
  let hasVerifier = 1;
}

def SNN_DecodeOp : SNN_Op<"decode"> {
  let summary = "reads an output of the network: adds up changes, or averages rates";
  let description = [{
    A current of rates is averaged with the steps of `schedule` (`inverse(1)`: the mean so far); a
    current of changes is summed and takes no schedule. `fixed` says how an integer network scales
    its output.

    A network with several outputs has a decoder for each of them, at its end. Behind a decoder stand functions
    that the host computes of what was decoded (softmax, log_softmax, sigmoid, hard_sigmoid, tanh and argmax of
    the ann dialect), and moves of elements among them (reshape, flatten, transpose).

    Example:
    ```mlir
    %y = snn.decode %c : !snn.current<10> -> tensor<?x10xf32>
    %p = ann.softmax %y axis = 1 : (tensor<?x10xf32>) -> tensor<?x10xf32>
    ```
  }];
  let arguments = (ins SNN_Current:$current, OptionalAttr<SNN_ScheduleAttr>:$schedule,
                       OptionalAttr<SNN_FixedOutputAttr>:$fixed);
  let results = (outs SNN_Tensor:$output);
  let assemblyFormat = [{
    $current (`schedule` $schedule^)? (`fixed` $fixed^)? attr-dict
    `:` qualified(type($current)) `->` type($output)
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$output, "::mlir::Value":$current,
      "::snnc::snn::ScheduleAttr":$schedule), [{
    build($_builder, $_state, output, current, schedule, FixedOutputAttr());
  }]>];
  let hasVerifier = 1;
}

#endif
