//===- Network: what the writers look up in a program ------------------------------------------------------===//
//
// The program says which layers, tasks and buffers there are, and where they lie. Here each gets its names and
// expressions in C.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_NETWORK_H
#define SNNC_TARGETS_C_NETWORK_H

#include "targets/c/EmitC.h"

namespace snnc::c {

class Network {
public:
  Network(exec::ProgramOp program, const EmitOptions &options);

  mutable exec::ProgramOp program;
  const EmitOptions &options;
  /// In the order in which they run.
  std::vector<exec::LayerOp> layers;
  mutable exec::EncodeOp encode;

  struct Decoder {
    exec::DecodeOp op;
    uint64_t offset = 0, size = 0; ///< among all that is given
  };
  std::vector<Decoder> decoders;
  uint64_t decodedSize = 0;
  /// Where an output begins among all that is given.
  uint64_t offsetOf(exec::DecodeOp decode) const;

  bool takesUpdates() const { return program.getUpdates(); }
  bool inLayers() const { return program.getOrder() != exec::Order::Steps; }
  /// Layer by layer by what neurons end at, without steps.
  bool byValues() const { return program.getOrder() == exec::Order::Values; }
  /// Whether a layer's sums are those of the output, or become it part by part: its function then has the parameter `output`.
  bool writesOutput(exec::LayerOp layer) const;
  /// A type of numbers.
  struct NumberType {
    const char *name; ///< in C
    unsigned bits;
  };
  /// Of the numbers that the network is given.
  NumberType inputNumbers() const;
  const char *inputType() const { return inputNumbers().name; }
  exec::InputForm inputForm() const { return encode.getForm(); }
  /// The type of an output, and its bits.
  const char *outputType() const;
  unsigned outputBits() const;
  bool isByte() const { return encode.getFixed().getRaw() == snn::RawInput::U8; }
  mlir::ArrayRef<int64_t> inputShape() const { return encode.getSpikes().getType().getShape(); }
  uint64_t inputSize() const;

  /// Prefix of the names of a layer. Each ends in _, no other two underscores follow each other in names, and no name that
  /// is made of one of a layer reads like that of another layer, of a kernel or of the network.
  std::string nameOf(exec::LayerOp layer) const { return layer.getSymName().str() + "_"; }
  std::string nameOf(mlir::Operation *task) const;
  /// Of the layer that sends a stream.
  std::string senderOf(mlir::Value stream) const;
  /// A name for what belongs to one task of several in its layer.
  std::string nameOf(mlir::Operation *task, const char *what) const;

  /// Number of an encoder or population among those whose events are traced.
  uint32_t getTraceNumber(mlir::Operation *task) const;

  bool isGraded(mlir::Value stream) const;
  /// Whether a stream's events are kept for all steps, instead of as a list of one step.
  bool hasTrain(mlir::Value stream) const;
  /// Bits that a step of a stream takes in a train.
  unsigned getEventBits(mlir::Value stream) const;
  /// The list or the train of a stream.
  exec::BufferOp eventsOf(mlir::Value stream) const;
  mlir::ArrayRef<int64_t> stepsOf(mlir::Value stream) const;
  uint32_t startOf(mlir::Value stream) const;

  // ---- C expressions ----
  /// Where memory is: in time step `time`, where it has a slot for each.
  std::string at(mlir::Value memory, const char *time = "t") const;
  /// Marks, as the kernels take them.
  std::string marksAt(mlir::Value memory) const { return "(uint32_t *)" + at(memory); }
  /// The step of a stream's source at time t, 0 outside of its schedule.
  std::string stepOf(mlir::Value stream) const;
  /// The number of that step.
  std::string stepNumberOf(mlir::Value stream) const;
  /// The list of a stream's events in a step, or its train.
  std::string getEvents(mlir::Value stream) const {
    return (hasTrain(stream) ? "from_" : "events_") + senderOf(stream);
  }

private:
  mlir::DenseMap<mlir::Operation *, uint32_t> traceNumbers;
  mlir::DenseMap<mlir::Operation *, unsigned> numbers;    ///< of a task in its layer
  mlir::DenseMap<mlir::Operation *, std::string> members; ///< of the state, of a buffer
};

/// What a program gives of its outputs, the same of all.
exec::OutputForm getOutputForm(exec::ProgramOp program);

/// The files of kernels that a program needs.
std::vector<std::string> getKernelSources(exec::ProgramOp program);

/// Elements of memory, of one slot.
uint64_t getSize(mlir::Value memory);
/// Elements of a stream.
uint64_t getStreamSize(mlir::Value stream);

/// What takes events to sums, and with which tables: of a delivery.
struct Synapse {
  bool isMapped = false; ///< a map of elements in memory comes before its kernel
  bool isWide = false;   ///< 16 bits do not number all places that elements go to
  ::snn::IndexMap map;   ///< of elements in memory
};
Synapse getSynapse(const Network &network, exec::DeliverOp deliver);

/// How far apart in memory the inputs of a matrix are, and its sums: 1 where they are neighbours.
int64_t getInner(exec::DeliverOp deliver);

/// In how many bits (24 or 32) products of some of the inputs of a delivery stay, with a sign, so that one number may hold the
/// weights of two outputs. Nothing where that is not proven, or a weight is -128.
std::optional<unsigned> getDotBits(exec::DeliverOp deliver);

} // namespace snnc::c

#endif
