//===- Interfaces of the snn dialect: synapses and neurons --------------------------------------===//
#ifndef SNNC_DIALECTS_SNN_SNNINTERFACES_TD
#define SNNC_DIALECTS_SNN_SNNINTERFACES_TD

include "mlir/IR/OpBase.td"

def SNN_SynapseOpInterface : OpInterface<"SynapseOpInterface"> {
  let cppNamespace = "::snnc::snn";
  let description = [{
    An affine map from streams to a current: linear in what the streams carry, plus a constant that
    is where a receiver of changes starts (or what a receiver of rates gets in every step).
  }];
  let methods = [
    InterfaceMethod<"The streams it reads: its first operands.", "::mlir::OperandRange",
      "getStreams", (ins), [{}], [{
        return ::snnc::snn::detail::getLeadingStreams($_op);
      }]>,
    InterfaceMethod<"The current it delivers.", "::mlir::TypedValue<::snnc::snn::CurrentType>",
      "getCurrent", (ins), [{}], [{
        return ::llvm::cast<::mlir::TypedValue<::snnc::snn::CurrentType>>($_op->getResult(0));
      }]>,
    InterfaceMethod<[{
        Synaptic operations that one event on stream `index` causes, at most (at a border of a
        convolution it is fewer).
      }], "int64_t", "getFanOut", (ins "unsigned":$index), [{}], "return 1;">,
    InterfaceMethod<[{
        Whether it is linear in each of its two streams, not in both together: a product of estimates,
        which it keeps (docs/spec/snn.md, "Bilinear synapses").
      }], "bool", "isBilinear", (ins), [{}], "return false;">
  ];
  let verify = "return ::snnc::snn::detail::verifySynapse($_op);";
}

def SNN_NeuronOpInterface : OpInterface<"NeuronOpInterface"> {
  let cppNamespace = "::snnc::snn";
  let description = [{
    A population of neurons: takes one current per operand of its function and sends spikes on the
    steps of its schedule.
  }];
  let methods = [
    InterfaceMethod<"The currents it is charged by, one per operand of its function.",
      "::mlir::OperandRange", "getCurrents", (ins), [{}], "return $_op->getOperands();">,
    InterfaceMethod<"The spikes it sends.", "::mlir::TypedValue<::snnc::snn::SpikesType>",
      "getSpikes", (ins), [{}], [{
        return ::llvm::cast<::mlir::TypedValue<::snnc::snn::SpikesType>>($_op->getResult(0));
      }]>,
    InterfaceMethod<"When it sends, and how big a step each event is.",
      "::snnc::snn::ScheduleAttr", "getSchedule">,
    InterfaceMethod<"State variables per neuron, counted in numbers.", "int64_t",
      "getStateSize", (ins), [{}], "return $_op->getNumOperands() + 1;">
  ];
}

#endif
