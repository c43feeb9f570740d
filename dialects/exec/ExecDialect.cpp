//===- The exec dialect: registration, and the way through a program ----------------------------------===//
#include "dialects/exec/Exec.h"

#include "dialects/support/Locations.h"

using namespace mlir;

#include "dialects/exec/ExecDialect.cpp.inc"
#include "dialects/exec/ExecOpInterfaces.cpp.inc"

namespace snnc::exec {

void ExecDialect::initialize() {
  registerAttributes();
  registerOperations();
}

BufferOp getBuffer(Value memory) { return memory.getDefiningOp<BufferOp>(); }

TaskOpInterface getSender(Value stream) {
  Operation *op = stream.getDefiningOp();
  if (auto layer = dyn_cast<LayerOp>(op))
    op = cast<YieldOp>(layer.getBody().front().getTerminator()).getSent().getDefiningOp();
  return cast<TaskOpInterface>(op);
}

std::string getTaskName(Operation *task) {
  std::string name = getFirstName(task->getLoc());
  return name.empty() ? task->getName().stripDialect().str() : name;
}

std::vector<TaskOpInterface> getTasks(ProgramOp program) {
  std::vector<TaskOpInterface> tasks;
  program.walk([&](TaskOpInterface task) { tasks.push_back(task); });
  return tasks;
}

EncodeOp getEncode(ProgramOp program) {
  EncodeOp found;
  program.walk([&](EncodeOp encode) { found = encode; });
  return found;
}

} // namespace snnc::exec
