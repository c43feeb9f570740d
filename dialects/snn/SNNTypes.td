//===- Types of the snn dialect: streams --------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SNN_SNNTYPES_TD
#define SNNC_DIALECTS_SNN_SNNTYPES_TD

include "dialects/snn/SNNAttrs.td"

class SNN_Type<string name, string typeMnemonic> : TypeDef<SNN_Dialect, name> {
  let mnemonic = typeMnemonic;
}

def SNN_SpikesType : SNN_Type<"Spikes", "spikes"> {
  let summary = "per step and element: an event or none";
  let description = [{
    Example: `!snn.spikes<16x8x8, ternary>`: 16 channels of 8 x 8 neurons, each of which may send
    a positive or a negative event, or nothing, in a step. With `fixed`, `!snn.spikes<10, sign, fixed>`,
    what they carry is an integer (docs/spec/fixed-point.md).
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape, EnumParameter<SNN_SpikeCode>:$code,
                        "bool":$isFixed);
  let builders = [TypeBuilder<(ins "::llvm::ArrayRef<int64_t>":$shape, "::snnc::snn::SpikeCode":$code), [{
    return $_get($_ctxt, shape, code, /*isFixed=*/false);
  }]>];
  let assemblyFormat = "`<` custom<Shape>($shape) `,` custom<Contents>($code, $isFixed) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    int64_t getNumElements() const;
    StreamMeaning getMeaning() const;
  }];
}

def SNN_CurrentType : SNN_Type<"Current", "current"> {
  let summary = "what synapses deliver to each element in a step";
  let description = [{
    Example: `!snn.current<16x8x8>` (changes), `!snn.current<16x8x8, rate>` (rates),
    `!snn.current<16x8x8, fixed>` (changes, as integers).
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape,
                        "::snnc::snn::StreamMeaning":$meaning, "bool":$isFixed);
  let builders = [TypeBuilder<(ins "::llvm::ArrayRef<int64_t>":$shape,
                                   "::snnc::snn::StreamMeaning":$meaning), [{
    return $_get($_ctxt, shape, meaning, /*isFixed=*/false);
  }]>];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    int64_t getNumElements() const;
  }];
}

def SNN_Spikes : Type<CPred<"::llvm::isa<::snnc::snn::SpikesType>($_self)">, "spike stream",
                      "::snnc::snn::SpikesType">;
def SNN_Current : Type<CPred<"::llvm::isa<::snnc::snn::CurrentType>($_self)">, "current stream",
                       "::snnc::snn::CurrentType">;
def SNN_Stream : AnyTypeOf<[SNN_Spikes, SNN_Current], "spike or current stream">;

#endif
