//===- The core dialect: a program for a mesh of neuromorphic cores ----------------------------===//
#ifndef SNNC_DIALECTS_CORE_COREDIALECT_TD
#define SNNC_DIALECTS_CORE_COREDIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"

def Core_Dialect : Dialect {
  let name = "core";
  let cppNamespace = "::snnc::core";
  let summary = "a spiking network laid out over a mesh of neuromorphic cores";
  let description = [{
    Says *what* each layer computes (`core.layer`, whose body is of the snn dialect) and *where*
    (`core.core`, `core.population`, `core.route`). The core model it was made for is an attribute of
    the program, so that verifiers check the program against it without reading files.

    Time on a chip is a wavefront. In its step `h` the layer of depth `d` takes its own time step
    `t = h - d`: what a layer sends is there in the next step of the chip, or as many steps later as
    the difference of depths asks for. All cores work at the same time, a barrier ends each step, and
    every layer sees the very events it sees when layers run one after another.

    Comes from `--convert-snn-to-core`; `--core-partition` adds cores, `--core-place` their places.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
    void registerOperations();
  }];
  let dependentDialects = ["::snnc::snn::SNNDialect"];
}

def Core_ModelAttr : AttrDef<Core_Dialect, "Model"> {
  let mnemonic = "model";
  let summary = "limits and capabilities of a core and its mesh";
  let description = [{
    The keys of a core model file (docs/format/core-model.md), sections `mesh`, `core` and
    `capabilities`; a limit that is missing is none.

    Example: `#core.model<"tiny", {height = 2 : i64, neurons = 64 : i64, width = 2 : i64}>`
  }];
  let parameters = (ins StringRefParameter<"">:$name, "::mlir::DictionaryAttr":$keys);
  let assemblyFormat = "`<` $name `,` $keys `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// A number of the model, or `otherwise` where it has none.
    int64_t getNumber(::llvm::StringRef key, int64_t otherwise) const;
    /// A limit of a core, if the model has it.
    std::optional<int64_t> getLimit(::llvm::StringRef key) const;
    /// Whether it has a capability (true where the model says nothing).
    bool can(::llvm::StringRef key) const;
    /// Whether its neurons can be programmed.
    bool isProgrammable() const;
    /// Routers and cores.
    int64_t getWidth() const { return getNumber("width", 1); }
    int64_t getHeight() const { return getNumber("height", 1); }
    int64_t getCoresPerRouter() const { return getNumber("cores_per_router", 1); }
    int64_t getCores() const { return getWidth() * getHeight() * getCoresPerRouter(); }
  }];
}

#endif
