#include "targets/c/Translation.h"

#include "compiler/schedule/Schedule.h"
#include "dialects/ann/ANN.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "targets/c/EmitC.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace snnc::c {

namespace {

namespace cl = llvm::cl;

/// The program of an integer network, or one that is ready already.
FailureOr<exec::ProgramOp> getProgram(ModuleOp module, const exec::ScheduleOptions &options) {
  auto programs = llvm::to_vector(module.getOps<exec::ProgramOp>());
  if (programs.size() == 1)
    return programs.front();
  auto functions = llvm::to_vector(module.getOps<func::FuncOp>());
  if (functions.size() != 1)
    return module.emitError() << "has " << functions.size() << " functions; a network is one";
  FailureOr<exec::Scheduled> scheduled = exec::schedule(module, options);
  if (failed(scheduled))
    return failure();
  return scheduled->program;
}

LogicalResult emitModule(Operation *op, raw_ostream &stream, const EmitOptions &options,
                         exec::Order order) {
  auto module = cast<ModuleOp>(op);
  if (std::string problem = checkName(options.name); !problem.empty())
    return module.emitError() << "'" << options.name << "' " << problem;
  FailureOr<exec::ProgramOp> program = getProgram(
      module, {options.name, 0, exec::stringifyOrder(order).str(), options.shortIndices});
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
  static cl::opt<exec::Order> order(
      "emit-c-order", cl::init(exec::Order::Steps), cl::desc("--emit-c: order of the work"),
      cl::values(
          clEnumValN(exec::Order::Steps, "steps", "step by step, all state live"),
          clEnumValN(exec::Order::Layers, "layers", "layer by layer, least memory"),
          clEnumValN(exec::Order::Values, "values", "layer by layer, by what neurons end at")));
  static cl::opt<Kernels> kernels(
      "emit-c-kernels", cl::init(Kernels::Shared), cl::desc("--emit-c: where the kernels are"),
      cl::values(clEnumValN(Kernels::Shared, "shared", "functions that all layers call"),
                 clEnumValN(Kernels::Inline, "inline", "compiled for each layer")));
  static TranslateFromMLIRRegistration emitC(
      "emit-c", "an integer snn network as one C99 file",
      [](Operation *op, raw_ostream &stream) {
        EmitOptions options;
        options.name = name;
        options.kernels = kernels;
        return emitModule(op, stream, options, order);
      },
      [](DialectRegistry &registry) {
        registry.insert<ann::ANNDialect, exec::ExecDialect, snn::SNNDialect, arith::ArithDialect,
                        func::FuncDialect>();
      });
}

} // namespace snnc::c
