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
      }], "bool", "isBilinear", (ins), [{}], "return false;">,
    InterfaceMethod<"What it adds to what its streams give, or nothing.", "::snnc::snn::AddedConstant",
      "getAddedConstant", (ins), [{}], "return {};">,
    InterfaceMethod<[{
        What streams must be multiplied by to multiply the current by `factor`, one number per element: for each stream as
        many, or none where it stays as it is. What is added (`getAddedConstant`) is multiplied by `factor` itself. Nothing
        where there is no such factor, or only in the weights.
      }], "::std::optional<::llvm::SmallVector<::std::vector<double>>>", "pullFactor",
      (ins "const ::std::vector<double> &":$factor), [{}], [{
        return ::snnc::snn::detail::pullThroughMap($_op, factor);
      }]>,
    InterfaceMethod<[{
        What the current is multiplied by where stream `index` is multiplied by `factor`. Nothing where its elements
        are sums of elements with different factors, or in the weights.
      }], "::std::optional<::std::vector<double>>", "pushFactor",
      (ins "unsigned":$index, "const ::std::vector<double> &":$factor), [{}], [{
        return ::snnc::snn::detail::pushThroughMap($_op, index, factor);
      }]>
  ];
  let verify = "return ::snnc::snn::detail::verifySynapse($_op);";
}

def SNN_IndexMapOpInterface : OpInterface<"IndexMapOpInterface"> {
  let cppNamespace = "::snnc::snn";
  let description = [{
    A synapse that moves elements and does nothing else: each element of its current is one of a stream, or lies in a border.
  }];
  let methods = [
    InterfaceMethod<"Where elements of the current come from in stream `index`.", "::snn::IndexMap", "getIndexMap",
      (ins "unsigned":$index)>,
    InterfaceMethod<"What an element is that comes from no stream.", "double", "getBorder", (ins), [{}], "return 0;">
  ];
}

def SNN_DecomposableOpInterface : OpInterface<"DecomposableOpInterface"> {
  let cppNamespace = "::snnc::snn";
  let description = [{
    A synapse that others make up, with weights or without: a matrix of few bands is a matrix, a locally connected layer a
    gather, a scale and a sum. It means what they mean, and needs no other form (`--snn-decompose-synapses`).
  }];
  let methods = [
    InterfaceMethod<"Its current by other synapses of its streams, none of which is like it.", "::mlir::Value", "decompose",
      (ins "::mlir::OpBuilder &":$builder)>
  ];
}

def SNN_WeightedOpInterface : OpInterface<"WeightedOpInterface"> {
  let cppNamespace = "::snnc::snn";
  let description = [{
    A synapse that sums up elements of one stream, times weights that belong to pairs of channels.
  }];
  let methods = [
    InterfaceMethod<"The stream that it reads.", "::mlir::Value", "getStream", (ins), [{
        return $_op.getStream();
      }]>,
    InterfaceMethod<"The current it delivers.", "::mlir::Value", "getCurrent", (ins), [{
        return $_op.getCurrent();
      }]>,
    InterfaceMethod<"Its weights.", "::mlir::Value", "getWeight", (ins), [{
        return $_op.getWeight();
      }]>,
    InterfaceMethod<"Its bias, one number per output channel, or null.", "::mlir::Value", "getBias", (ins), [{
        return $_op.getBias();
      }]>,
    InterfaceMethod<"Gives it other weights, of the same type.", "void", "setWeight", (ins "::mlir::Value":$weight), [{
        $_op.getWeightMutable().assign(weight);
      }]>,
    InterfaceMethod<"Gives it another bias, of the same type.", "void", "setBias", (ins "::mlir::Value":$bias), [{
        $_op.getBiasMutable().assign(bias);
      }]>,
    InterfaceMethod<"Integer weights count two to this power.", "unsigned", "getWeightShift", (ins), [{
        return static_cast<unsigned>($_op.getShift());
      }]>,
    InterfaceMethod<"Which channels its weights connect.", "::snnc::snn::WeightLayout", "getWeightLayout">
  ];
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
