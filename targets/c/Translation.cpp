#include "targets/c/Translation.h"

#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "snn/Program.h"
#include "targets/c/EmitC.h"
#include "targets/cpu/ProgramWriter.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace snnc::c {

namespace {

namespace cl = llvm::cl;

/// The network's program, whose plan is what the writers print.
FailureOr<::snn::Program> makeProgram(ModuleOp module, const std::string &name) {
  auto functions = llvm::to_vector(module.getOps<func::FuncOp>());
  if (functions.size() != 1)
    return module.emitError() << "has " << functions.size() << " functions; a network is one";
  func::FuncOp network = functions.front();
  FailureOr<std::vector<uint8_t>> bytes =
      cpu::writeProgram(network, {name, cpu::getNaturalSteps(network).value_or(0)});
  if (failed(bytes))
    return failure();
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  auto program = ::snn::Program::fromBytes({first, first + bytes->size()}, name);
  if (!program)
    return network.emitError() << program.error();
  return *program;
}

LogicalResult emitModule(Operation *op, raw_ostream &stream, const EmitOptions &options) {
  auto module = cast<ModuleOp>(op);
  if (std::string problem = checkName(options.name); !problem.empty())
    return module.emitError() << "'" << options.name << "' " << problem;
  FailureOr<::snn::Program> program = makeProgram(module, options.name);
  if (failed(program))
    return failure();
  auto text = emitOneFile(*program, options);
  if (!text)
    return module.emitError() << text.error();
  stream << *text;
  return success();
}

} // namespace

void registerEmitCTranslation() {
  static cl::opt<std::string> name("emit-c-name", cl::init("network"),
                                   cl::desc("--emit-c: prefix of all names"));
  static cl::opt<Order> order(
      "emit-c-order", cl::init(Order::Steps), cl::desc("--emit-c: order of the work"),
      cl::values(clEnumValN(Order::Steps, "steps", "step by step, all state live"),
                 clEnumValN(Order::Layers, "layers", "layer by layer, least memory")));
  static cl::opt<Kernels> kernels(
      "emit-c-kernels", cl::init(Kernels::Shared), cl::desc("--emit-c: where the kernels are"),
      cl::values(clEnumValN(Kernels::Shared, "shared", "functions that all layers call"),
                 clEnumValN(Kernels::Inline, "inline", "compiled for each layer")));
  static TranslateFromMLIRRegistration emitC(
      "emit-c", "an integer snn network as one C99 file",
      [](Operation *op, raw_ostream &stream) {
        EmitOptions options;
        options.name = name;
        options.order = order;
        options.kernels = kernels;
        return emitModule(op, stream, options);
      },
      [](DialectRegistry &registry) {
        registry.insert<snn::SNNDialect, arith::ArithDialect, func::FuncDialect>();
      });
}

} // namespace snnc::c
