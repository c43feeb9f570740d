//===- The exec dialect: registration, and the way through a program ----------------------------------===//
#include "dialects/exec/Exec.h"

#include "dialects/support/DialectAttributes.h"
#include "dialects/support/Locations.h"

using namespace mlir;

#include "dialects/exec/ExecDialect.cpp.inc"
#include "dialects/exec/ExecOpInterfaces.cpp.inc"

namespace snnc::exec {

void ExecDialect::initialize() {
  registerAttributes();
  registerOperations();
}

/// The dialect has no attributes on other operations: what it has to say is in operations of its own.
LogicalResult ExecDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  return verifyAttribute({}, attribute, OnOperation, op);
}

LogicalResult ExecDialect::verifyRegionArgAttribute(Operation *op, unsigned region,
                                                    unsigned argument, NamedAttribute attribute) {
  return verifyAttribute({}, attribute, OnArgument, op, argument);
}

LogicalResult ExecDialect::verifyRegionResultAttribute(Operation *op, unsigned region,
                                                       unsigned result, NamedAttribute attribute) {
  return verifyAttribute({}, attribute, OnResult, op, result);
}

BufferOp getBuffer(Value memory) { return memory.getDefiningOp<BufferOp>(); }

ArrayRef<int64_t> getShape(Value memory) { return cast<MemRefType>(memory.getType()).getShape(); }

RequantizeOp getWriter(Value memory) {
  for (Operation *user : memory.getUsers())
    if (auto requantize = dyn_cast<RequantizeOp>(user);
        requantize && requantize.getWhole() && requantize.getTarget() == memory)
      return requantize;
  return {};
}

Value getValues(Value stream) {
  Operation *sender = getSender(stream);
  if (auto fire = dyn_cast<FireOp>(sender))
    return fire.getValues();
  auto pass = dyn_cast<PassOp>(sender);
  return pass ? pass.getFrom() : cast<EncodeOp>(sender).getValues();
}

TaskOpInterface getSender(Value stream) {
  Operation *op = stream.getDefiningOp();
  if (auto layer = dyn_cast<LayerOp>(op))
    op = cast<YieldOp>(layer.getBody().front().getTerminator()).getSent().getDefiningOp();
  return cast<TaskOpInterface>(op);
}

int64_t getPixelSize(ArrayRef<int64_t> shape) {
  return shape.empty() ? 1 : shape.size() == 3 ? shape[0] : shape.back();
}

std::string getTaskName(Operation *task) {
  std::string name = getFirstName(task->getLoc());
  return name.empty() ? task->getName().stripDialect().str() : name;
}

TaskOpInterface getLast(LayerOp layer) {
  TaskOpInterface last;
  for (TaskOpInterface task : getTasks(layer))
    last = task;
  return last;
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
