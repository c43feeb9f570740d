//===- The snn dialect: a spiking network, its streams and its time ---------------------------===//
#ifndef SNNC_DIALECTS_SNN_SNNDIALECT_TD
#define SNNC_DIALECTS_SNN_SNNDIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def SNN_Dialect : Dialect {
  let name = "snn";
  let hasCanonicalizer = 1;
  let cppNamespace = "::snnc::snn";
  let summary = "a spiking network: streams of events over time steps";
  let description = [{
    A value of this dialect is a *stream*: something that flows in every time step, so that time is
    implicit in the graph and explicit in the types. `!snn.spikes` is what neurons (and the encoder)
    send, `!snn.current` is what synapses deliver to neurons (and the decoder). Streams are per
    sample; the batch dimension of tensors does not appear in them.

    One time step runs through the graph in topological order; an operation sees what its operands
    emitted in the *same* step.

    Streams carry one of two things:

    - *changes* (codes `sign`, `ternary`, `graded`): a neuron keeps an estimate `y` of its output
      and sends the change of `y`; synapses map changes linearly, and the receiver adds them up. A
      bias is not sent but is where the receiver starts. This is sign gradient descent (Oh & Lee,
      ICML 2024, arXiv 2407.01645).
    - *rates* (codes `binary`, `analog`): what is sent in a step is a sample of the value, and the
      receiver averages. A bias is added in every step. This is rate coding.

    See docs/spec/snn.md for the arithmetic and the numbered constraints.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
    void registerTypes();
    void registerOperations();
  }];
}

#endif
