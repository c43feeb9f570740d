//===- Placement: which buffers an order needs, how long, and where they lie -------------------------------===//
#ifndef SNNC_COMPILER_SCHEDULE_PLACEMENT_H
#define SNNC_COMPILER_SCHEDULE_PLACEMENT_H

#include "compiler/schedule/Places.h"
#include "compiler/schedule/Schedule.h"
#include <map>
#include <optional>

namespace snnc::exec {

/// Plans without changing the program, so that orders can be compared.
class Placement {
public:
  /// `updates`: as a program that takes them.
  Placement(ProgramOp program, Order order, uint64_t shortIndices, bool updates);

  /// What keeps the network from this order, or an empty string.
  const std::string &getProblem() const { return problem; }
  /// Of all element types, 32 bits first, rounded up to words; step by step with the number of steps done.
  uint64_t getBytes() const {
    return (4 * sizes[0] + 2 * sizes[1] + sizes[2] + 3) / 4 * 4 + (inLayers() ? 0 : 4);
  }

  /// Adds the buffers to the program, with their lives and places, and gives them to the tasks that use them.
  void write();

private:
  struct Buffer {
    std::string name, purpose;
    std::vector<int64_t> shape;
    unsigned bits = 32;
    bool isUnsigned = false;
    std::optional<int64_t> part; ///< so many elements are there at a time
    bool isOutput = false;       ///< it lies in the array of outputs
    mlir::Value stream;          ///< that these are the values of
    int64_t slots = 1;
    int64_t first = 0, last = 0;   ///< layers that need it
    BufferOp sums;                 ///< one that is there already
    mlir::DenseI64ArrayAttr range; ///< of a new one, where it is known
    int64_t at = 0;

    int64_t getSize() const;
  };
  /// Buffers of a task by number, before there are any.
  struct Uses {
    std::vector<size_t> estimates, kept, marks;
    std::optional<size_t> values, encoded, sent, outputs,
        events; ///< values: of the input, and of neurons
    bool isTrain = false;
  };

  ProgramOp program;
  Order order;
  uint64_t shortIndices;
  bool updates;
  std::string problem;
  std::vector<LayerOp> layers;
  mlir::DenseMap<mlir::Operation *, int64_t> layerOf; ///< by task
  mlir::DenseMap<mlir::Value, int64_t> lastReader;    ///< by stream, as its sender gives it
  std::vector<Buffer> buffers;
  std::map<std::string, int> named; ///< how often
  mlir::DenseMap<mlir::Operation *, Uses> uses;
  uint64_t sizes[3] = {0, 0, 0}; ///< elements of 32, of 16 and of 8 bits

  bool inLayers() const { return order != Order::Steps; }
  bool byValues() const { return order == Order::Values; }
  int64_t getEnd() const { return static_cast<int64_t>(layers.size()) - 1; }
  std::string nameOf(int64_t layer) {
    return layers[static_cast<size_t>(layer)].getSymName().str() + "_";
  }
  int64_t getLastReader(mlir::Value stream) const;
  /// The layers that need what belongs to the state of one: all of them, where states live on or steps go through all layers.
  std::pair<int64_t, int64_t> getLifeOfState(int64_t layer) const {
    return inLayers() && !updates ? std::pair(layer, layer) : std::pair(int64_t{0}, getEnd());
  }

  void findReaders();
  size_t add(const std::string &name, std::string purpose, mlir::ArrayRef<int64_t> shape,
             unsigned bits, int64_t first, int64_t last);
  void addSums();
  void addSums(BufferOp sums);
  void addEvents(mlir::Operation *task, mlir::Value stream, size_t steps);
  bool readsInPlace(EncodeOp encode);
  void addInput(EncodeOp encode);
  void addPopulation(FireOp fire);
  void addValues(FireOp fire);
  void addMarks(mlir::Operation *task, const std::string &name, const char *purpose, int64_t words,
                int64_t first, int64_t last);
  void addKept(mlir::Operation *task);
  void addPass(PassOp pass);
  void describeValues(Buffer &buffer, RequantizeOp writer);
  void placeInOutput(Buffer &buffer, DecodeOp decode);
  std::vector<Overwrite> findOverwrites(const std::vector<size_t> &numbers) const;
  void place();
};

} // namespace snnc::exec

#endif
