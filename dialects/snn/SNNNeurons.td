//===- Neurons of the snn dialect -----------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SNN_SNNNEURONS_TD
#define SNNC_DIALECTS_SNN_SNNNEURONS_TD

include "dialects/snn/SNNOpBase.td"

//===- Neurons ---------------------------------------------------------------------------------------===//

def SNN_NeuronOp : SNN_Op<"neuron", [DeclareOpInterfaceMethods<SNN_NeuronOpInterface>]> {
  let summary = "a population that follows a function by sign gradient descent";
  let description = [{
    Each neuron keeps an estimate `x` of every operand (starting at the affine map of a silent
    network) and an estimate `y` of its output (starting at 0). In each time step it adds the
    current to `x`; on a step of its schedule it compares `y` with `f(x)`, sends an event by its
    code, and moves `y` by the step size against the sign of the error.

    With `range` (of the population's shape, 1 in dimensions along which it is the same, positive)
    `y` counts in units of it: `range * y` is compared with `f(x)`. `params` are the function's
    parameters, as many as it has (runtime/include/snn/Functions.def).
    `fixed` holds the numbers of the integer form.

    `initial` (of such a shape) is where `y` starts instead of at 0; receivers know it, so that their
    estimates start there too, and no event is spent on it. `offset` is what receivers take the output to
    be beyond `y`, from the start on: it absorbs the mean error that a coarse `y` is left with. In the
    integer form both are tensors of i16 and count as the steps do.

    `hysteresis`, in units of the last step, is a dead zone for updates (a new input to a running network):
    no dead zone of an update is smaller.

    Example:
    ```mlir
    %s = snn.neuron relu(%c) schedule <exponential(1.5e-01, 9.5e-01)> code <sign>
       : (!snn.current<16x8x8>) -> !snn.spikes<16x8x8, sign>
    %t = snn.neuron leaky_relu(%d) params [1.0e-01] schedule <inverse(1.0)> code <ternary, 0.5>
       : (!snn.current<8>) -> !snn.spikes<8, ternary>
    ```
  }];
  let arguments = (ins Variadic<SNN_Current>:$currents, SNN_FunctionAttr:$function,
                       SNN_ScheduleAttr:$schedule, SNN_CodeAttr:$code,
                       OptionalAttr<ElementsAttr>:$range, OptionalAttr<DenseF64ArrayAttr>:$params,
                       OptionalAttr<ElementsAttr>:$initial, OptionalAttr<ElementsAttr>:$offset,
                       OptionalAttr<F64Attr>:$hysteresis, OptionalAttr<SNN_FixedNeuronAttr>:$fixed);
  let results = (outs SNN_Spikes:$spikes);
  let assemblyFormat = [{
    custom<FunctionName>($function) `(` $currents `)` (`params` custom<Parameters>($params)^)?
    `schedule` $schedule `code` $code (`range` $range^)?
    (`initial` $initial^)? (`offset` $offset^)? (`hysteresis` $hysteresis^)? (`fixed` $fixed^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$spikes, "::mlir::ValueRange":$currents,
      "::snnc::snn::Function":$function, "::snnc::snn::ScheduleAttr":$schedule,
      "::snnc::snn::CodeAttr":$code, CArg<"::mlir::ElementsAttr", "{}">:$range,
      CArg<"::mlir::DenseF64ArrayAttr", "{}">:$params), [{
    build($_builder, $_state, spikes, currents, function, schedule, code, range, params,
          /*initial=*/::mlir::ElementsAttr(), /*offset=*/::mlir::ElementsAttr(),
          /*hysteresis=*/::mlir::FloatAttr(), FixedNeuronAttr());
  }]>];
  let hasVerifier = 1;
}

def SNN_IfOp : SNN_Op<"if", [DeclareOpInterfaceMethods<SNN_NeuronOpInterface>]> {
  let summary = "a rate-coded integrate-and-fire population (the paper's subgradient dynamics)";
  let description = [{
    Keeps the running means `x` of its current and `y` of its spikes. With the step size `eta` (for
    `inverse(1)` the means are exact): `x <- x - eta * (x - current)`, sends an event where
    `x > y`, `y <- y - eta * (y - event)`. Approximates `relu` clipped at 1.

    Example:
    ```mlir
    %s = snn.if %c schedule <inverse(1.0)> : !snn.current<16x8x8, rate> -> !snn.spikes<16x8x8, binary>
    ```
  }];
  let arguments = (ins SNN_Current:$current, SNN_ScheduleAttr:$schedule);
  let results = (outs SNN_Spikes:$spikes);
  let assemblyFormat = [{
    $current `schedule` $schedule attr-dict `:` qualified(type($current)) `->` qualified(type($spikes))
  }];
  let hasVerifier = 1;
}

#endif
