//===- Attributes of the snn dialect: codes, schedules, functions ------------------------------===//
#ifndef SNNC_DIALECTS_SNN_SNNATTRS_TD
#define SNNC_DIALECTS_SNN_SNNATTRS_TD

include "dialects/snn/SNNDialect.td"

//===- What a spike stream carries -------------------------------------------------------------===//

class SNN_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::snnc::snn";
  let genSpecializedAttr = 0;
}

def SNN_SpikeCode : SNN_Enum<"SpikeCode", "what a spike stream carries", [
  I32EnumAttrCase<"Sign", 0, "sign">,         // -1 or +1 from every element in every step
  I32EnumAttrCase<"Ternary", 1, "ternary">,   // -1, +1, or no event
  I32EnumAttrCase<"Graded", 2, "graded">,     // a change of any size, or no event
  I32EnumAttrCase<"Binary", 3, "binary">,     // an event or none; a rate
  I32EnumAttrCase<"Analog", 4, "analog">      // a value in every step; a rate
]>;

def SNN_StreamMeaning : SNN_Enum<"StreamMeaning", "what the numbers of a stream are", [
  I32EnumAttrCase<"Change", 0, "change">,
  I32EnumAttrCase<"Rate", 1, "rate">
]>;

def SNN_InputCode : SNN_Enum<"InputCode", "how an input value becomes events", [
  I32EnumAttrCase<"Direct", 0, "direct">,     // all of it, as one graded event, in the first step
  I32EnumAttrCase<"Float", 1, "float">,       // graded: the remaining error times the step size
  I32EnumAttrCase<"Spike", 2, "spike">,       // the sign of the remaining error
  I32EnumAttrCase<"Analog", 3, "analog">      // the value itself in every step; a rate
]>;
def SNN_InputCodeAttr : EnumAttr<SNN_Dialect, SNN_InputCode, "input_code"> {
  let assemblyFormat = "$value";
}

def SNN_CodeAttr : AttrDef<SNN_Dialect, "Code"> {
  let mnemonic = "code";
  let summary = "how a neuron turns its error into an event";
  let description = [{
    With `d = y - f(x)` and the step size `eta` of the neuron's schedule:

    - `sign`: sends -1 where `d >= 0` (or `d > 0`, by the function's tie rule), else +1: always one.
    - `ternary`: sends -1 where `d > dead_zone * eta`, +1 where `d < -dead_zone * eta`, else nothing.

    What is sent is the sign of the change of `y`, which moves by `eta` in that direction.

    `early` gives dead zones of their own to a neuron's first steps: where coarse steps are taken on an
    input that still moves, a wider zone saves events that would have to be taken back.

    Example: `#snn.code<sign>`, `#snn.code<ternary, 0.5>`, `#snn.code<ternary, 0.6, early = [0.8, 0.75]>`
  }];
  let parameters = (ins "::snnc::snn::SpikeCode":$kind, APFloatParameter<"">:$deadZoneValue,
                        OptionalParameter<"::mlir::DenseF64ArrayAttr">:$early);
  let builders = [AttrBuilder<(ins "::snnc::snn::SpikeCode":$kind, CArg<"double", "0.0">:$deadZone,
      CArg<"::mlir::DenseF64ArrayAttr", "{}">:$early), [{
    return $_get($_ctxt, kind, ::llvm::APFloat(deadZone), early);
  }]>];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Of the ternary code, in step sizes; `early` ones apart.
    double getDeadZone() const { return getDeadZoneValue().convertToDouble(); }
    /// The dead zones of the first steps, empty for most codes.
    ::llvm::ArrayRef<double> getEarlyDeadZones() const {
      return getEarly() ? getEarly().asArrayRef() : ::llvm::ArrayRef<double>();
    }
    /// The dead zone of a neuron's own step k, in step sizes.
    double getDeadZone(int64_t k) const {
      auto early = getEarlyDeadZones();
      return k < static_cast<int64_t>(early.size()) ? early[k] : getDeadZone();
    }
  }];
}

//===- How the steps shrink --------------------------------------------------------------------===//

def SNN_ScheduleKind : SNN_Enum<"ScheduleKind", "the law by which step sizes shrink", [
  I32EnumAttrCase<"Exponential", 0, "exponential">, // first * ratio^k
  I32EnumAttrCase<"Inverse", 1, "inverse">,         // first / (k + 1)
  I32EnumAttrCase<"Constant", 2, "constant">,       // first
  I32EnumAttrCase<"Dyadic", 3, "dyadic">            // first * 2^-floor(k / repeat)
]>;

def SNN_ScheduleAttr : AttrDef<SNN_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "the step size of a layer in each time step";
  let description = [{
    In time step `t` (from 0) a layer takes its own step `k = t - start`. Before `start`, and from
    `k = steps` on when `steps` is given, it is silent: it goes on charging but sends nothing.

    | kind | step size eta(k) |
    |---|---|
    | `exponential(first, ratio)` | `first * ratio^k`, 1/2 <= ratio < 1 |
    | `inverse(first)` | `first / (k + 1)` |
    | `constant(first)` | `first` |
    | `dyadic(first, repeat)` | `first * 2^-floor(k / repeat)`, `first` a power of two |

    Example: `#snn.schedule<exponential(1.5e-01, 9.5e-01)>`,
    `#snn.schedule<dyadic(5.0e-01, 1), start = 2, steps = 6>`
  }];
  let parameters = (ins "::snnc::snn::ScheduleKind":$kind, APFloatParameter<"">:$firstValue,
                        APFloatParameter<"">:$ratioValue, "int64_t":$repeat, "int64_t":$start,
                        "int64_t":$steps);
  let builders = [AttrBuilder<(ins "::snnc::snn::ScheduleKind":$kind, "double":$first,
      CArg<"double", "1.0">:$ratio, CArg<"int64_t", "1">:$repeat, CArg<"int64_t", "0">:$start,
      CArg<"int64_t", "kUnlimited">:$steps), [{
    return $_get($_ctxt, kind, ::llvm::APFloat(first), ::llvm::APFloat(ratio), repeat, start, steps);
  }]>];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// `steps` of a schedule that never ends.
    static constexpr int64_t kUnlimited = -1;
    double getFirst() const { return getFirstValue().convertToDouble(); }
    /// Of `exponential`; 1 otherwise.
    double getRatio() const { return getRatioValue().convertToDouble(); }
    /// The same schedule, beginning at another time step.
    ScheduleAttr withStart(int64_t start) const;
    /// Whether the layer may send in time step `t`.
    bool isActive(int64_t t) const;
    /// The step size in time step `t`; 0 where the layer is silent.
    double getStepSize(int64_t t) const;
    /// The largest |y| the schedule can reach: the sum of all its step sizes (infinite for
    /// `inverse` and `constant` without `steps`).
    double getReach() const;
  }];
}

//===- What a neuron computes --------------------------------------------------------------------===//

def SNN_FunctionAttr : AttrDef<SNN_Dialect, "Function"> {
  let mnemonic = "function";
  let summary = "the function a neuron follows";
  let description = [{
    One of the table that dialect, event program and runtime share, runtime/include/snn/Functions.def;
    docs/spec/snn.md says what each of them computes.

    Example: `#snn.function<leaky_relu>`; `leaky_relu` as an operand of `snn.neuron`
  }];
  let parameters = (ins "::snnc::snn::Function":$value);
  let hasCustomAssemblyFormat = 1;
  let returnType = "::snnc::snn::Function";
  let convertFromStorage = "$_self.getValue()";
  let constBuilderCall = "::snnc::snn::FunctionAttr::get($_builder.getContext(), $0)";
}

//===- Integers: what takes the place of real numbers (docs/spec/fixed-point.md) ----------------===//

def SNN_RawInput : SNN_Enum<"RawInput", "the integer that the border gives for an input value", [
  I32EnumAttrCase<"U8", 0, "u8">,             // a byte
  I32EnumAttrCase<"I16", 1, "i16">            // 16 bits, some of them fraction bits
]>;

def SNN_FixedInputAttr : AttrDef<SNN_Dialect, "FixedInput"> {
  let mnemonic = "fixed_input";
  let summary = "how an integer network reads its input";
  let description = [{
    The input in `fraction` bits is `sat16(round_shift(raw * multiplier + offset, shift))`, with one
    multiplier and one offset per channel. `raw` is a byte or has `raw_fraction` fraction bits. Codes
    with a schedule send in steps of `event_fraction` bits, `steps` one for each step.

    Example: `#snn.fixed_input<raw = u8, raw_fraction = 0, multipliers = [16448], offsets = [0], shift = 10,
    fraction = 12, event_fraction = 0, steps = []>`
  }];
  let parameters = (ins EnumParameter<SNN_RawInput>:$raw, "int64_t":$raw_fraction,
                        "::mlir::DenseI64ArrayAttr":$multipliers, "::mlir::DenseI64ArrayAttr":$offsets,
                        "int64_t":$shift, "int64_t":$fraction, "int64_t":$event_fraction,
                        "::mlir::DenseI64ArrayAttr":$steps);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def SNN_FixedNeuronAttr : AttrDef<SNN_Dialect, "FixedNeuron"> {
  let mnemonic = "fixed_neuron";
  let summary = "the numbers of an integer population";
  let description = [{
    `state` bits of the estimates (16 or 32); `event_fraction` bits of y and of the `steps`;
    `operand_fraction` bits of the estimates compared and of the `zones` (of the ternary code); for each
    operand a shift, and a tensor of multipliers that broadcasts to the population. A function of one
    operand that is not exact on integers has a `table` of 257 values, and `gains`, with a `gain_shift`, that bring
    these to the ranges of the neurons where they have not all the same. A clip has bounds, `lower` and `upper`, tensors
    of i16 in the unit of the estimates that broadcast to the population. A product, quotient or norm has an
    `align`, the shift that brings its sides to the same fraction bits, and a norm its `epsilon` in those of
    its second operand.
  }];
  let parameters = (ins "int64_t":$state, "int64_t":$event_fraction, "int64_t":$operand_fraction,
                        "::mlir::DenseI64ArrayAttr":$steps, "::mlir::DenseI64ArrayAttr":$zones,
                        "::mlir::DenseI64ArrayAttr":$shifts, "::mlir::ArrayAttr":$multipliers,
                        OptionalParameter<"::mlir::DenseI64ArrayAttr">:$table,
                        OptionalParameter<"::mlir::ElementsAttr">:$gains,
                        DefaultValuedParameter<"int64_t", "0">:$gain_shift,
                        DefaultValuedParameter<"int64_t", "0">:$align,
                        DefaultValuedParameter<"int64_t", "0">:$epsilon,
                        OptionalParameter<"::mlir::ElementsAttr">:$lower,
                        OptionalParameter<"::mlir::ElementsAttr">:$upper);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The sum of the steps: no |y| exceeds it.
    int64_t getReach() const;
  }];
}

def SNN_FixedOutputAttr : AttrDef<SNN_Dialect, "FixedOutput"> {
  let mnemonic = "fixed_output";
  let summary = "how an integer network scales its output";
  let description = [{
    The output, in `fraction` bits, is `rescale(sum, multiplier, shift)`; `multipliers` broadcast to it.

    Example: `#snn.fixed_output<shift = 20, fraction = 12, multipliers = dense<1000> : tensor<1xi32>>`
  }];
  let parameters = (ins "int64_t":$shift, "int64_t":$fraction, "::mlir::ElementsAttr":$multipliers);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif
