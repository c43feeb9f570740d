//===- Synapses that nothing in the project knows ------------------------------------------------------===//
#ifndef SNNC_TEST_EQUIVALENCE_NEW_NEWSYNAPSES_TD
#define SNNC_TEST_EQUIVALENCE_NEW_NEWSYNAPSES_TD

include "dialects/snn/SNNOpBase.td"

def New_Dialect : Dialect {
  let name = "new";
  let cppNamespace = "::snnc::test::fresh";
  let summary = "what somebody adds";
  let dependentDialects = ["::snnc::snn::SNNDialect"];
}

class New_Op<string mnemonic, list<string> methods = [], list<string> mapMethods = []>
    : Op<New_Dialect, mnemonic, [
        Pure, InferTypeOpAdaptor, DeclareOpInterfaceMethods<SNN_SynapseOpInterface, methods>,
        DeclareOpInterfaceMethods<SNN_IndexMapOpInterface, mapMethods>]> {
  let results = (outs SNN_Current:$current);
}

def New_RollOp : New_Op<"roll"> {
  let summary = "elements in a row, each `by` places further on; those at the end come first";
  let arguments = (ins SNN_Stream:$stream, I64Attr:$by);
  let assemblyFormat = "$stream `by` $by attr-dict `:` functional-type(operands, results)";
}

def New_SpreadOp : New_Op<"spread", [], ["getBorder"]> {
  let summary = "a border of one element between any two of the last dimension";
  let arguments = (ins SNN_Stream:$stream, F64Attr:$value);
  let assemblyFormat = "$stream `border` $value attr-dict `:` functional-type(operands, results)";
}

def New_MirrorOp : New_Op<"mirror", ["getFanOut"]> {
  let summary = "the last dimension, and the same backwards behind it";
  let arguments = (ins SNN_Stream:$stream);
  let assemblyFormat = "$stream attr-dict `:` functional-type(operands, results)";
}

def New_WeaveOp : New_Op<"weave", [], ["getBorder"]> {
  let summary = "elements of two streams by turns, along the last dimension";
  let arguments = (ins SNN_Stream:$even, SNN_Stream:$odd, DefaultValuedAttr<F64Attr, "0.0">:$value);
  let assemblyFormat = "$even `,` $odd (`border` $value^)? attr-dict `:` functional-type(operands, results)";
}

def New_BandOp : Op<New_Dialect, "band", [
    Pure, InferTypeOpAdaptor, DeclareOpInterfaceMethods<SNN_SynapseOpInterface>,
    DeclareOpInterfaceMethods<SNN_DecomposableOpInterface>]> {
  let summary = "each element m: what elements m, m + 1 ... of the last dimension carry, times its own row of the weights, M x taps";
  let arguments = (ins SNN_Stream:$stream, ElementsAttr:$weights);
  let results = (outs SNN_Current:$current);
  let assemblyFormat = "$stream `,` $weights attr-dict `:` functional-type(operands, results)";
}

#endif
