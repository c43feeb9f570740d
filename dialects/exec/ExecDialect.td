//===- The exec dialect: how a network runs on a processor --------------------------------------===//
#ifndef SNNC_DIALECTS_EXEC_EXECDIALECT_TD
#define SNNC_DIALECTS_EXEC_EXECDIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Exec_Dialect : Dialect {
  let name = "exec";
  let cppNamespace = "::snnc::exec";
  let summary = "how a spiking network runs on a processor";
  let description = [{
    The snn dialect says *what* a network computes; this one says *how*: which tasks a time step has
    and in which order they run, what is added to which sums, by which kernel, where each
    buffer lies in memory. Back ends print it; they decide nothing.

    A time step is a list of *tasks* over streams (what is sent, of the snn dialect's types) and
    buffers (what is kept, memrefs):

    | task | |
    |---|---|
    | `exec.encode`, `exec.fire` | put events on a stream |
    | `exec.deliver` | takes them through a synapse to sums |
    | `exec.background` | what all neurons of a sign-coded population send together |
    | `exec.pass` | makes graded events of sums, and empties them |
    | `exec.multiply`, `exec.requantize` | take changes of sums through a synapse that keeps what they add up to |
    | `exec.decode` | reads an output |

    Tasks that end in one source of events, or in sums that several sources read, are a layer
    (`exec.layer`): what may run through all time steps before the next layer begins.

    All numbers are those of the network in logical order: tensors that broadcast to the shape of a stream.
    In memory, streams and buffers of three dimensions lie row by row, pixel by pixel, channels last;
    all others row by row.

    Comes from `--convert-snn-to-exec`. Each pass behind it adds one kind of fact: `--exec-fuse-maps`,
    `--exec-form-layers`, `--exec-prove-ranges`, `--exec-find-final`, `--exec-choose-kernels`, `--exec-place-buffers`.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let dependentDialects = ["::snnc::snn::SNNDialect"];
  let extraClassDeclaration = [{
    void registerAttributes();
    void registerOperations();
  }];
}

#endif
