//===- TableWriter: the constants of a network as C tables --------------------------------------------------===//
#ifndef SNNC_TARGETS_C_TABLEWRITER_H
#define SNNC_TARGETS_C_TABLEWRITER_H

#include "dialects/exec/Axes.h"
#include "targets/c/Network.h"
#include "targets/c/Tables.h"

namespace snnc::c {

/// Writes all tables in the order of the layers that use them.
class TableWriter {
public:
  explicit TableWriter(const Network &network) : network(network) {}

  std::string write();
  /// Those of the input, and of one layer; without those that only traces of events read.
  std::string writeInput();
  std::string writeLayer(exec::LayerOp layer, bool withTraces = true);

  /// The kernel of a delivery and the table it works with, as two arguments.
  static std::string getKernel(const Network &network, exec::DeliverOp deliver);

private:
  const Network &network;
  std::string tables;
  bool withTraces = true;

  void addInput();
  void addNumbers(const std::string &comment, const std::string &name,
                  const std::vector<int32_t> &values);
  /// Numbers that repeat, which a table of C refers to; the initializer of them.
  std::string addPeriod(const std::string &comment, const std::string &name,
                        const std::vector<int32_t> &values);
  std::string addBounds(const std::string &name, const std::vector<int32_t> &lower,
                        const std::vector<int32_t> &upper);

  // ---- Neurons and outputs ----
  void addOperand(const std::string &name, const std::string &suffix, mlir::Value sums,
                  mlir::ElementsAttr start, mlir::ElementsAttr multipliers, bool isDecoder);
  void addFire(exec::FireOp fire);
  void addEnd(exec::FireOp fire, const std::string &zones);

  // ---- Synapses ----
  void addSynapse(exec::DeliverOp deliver);
  void addConv(exec::DeliverOp deliver, const std::string &name);
  void addFactors(exec::DeliverOp deliver, const std::string &name);
  void addGemm(exec::DeliverOp deliver, const std::string &name);
  std::string addDot(exec::DeliverOp deliver, const PackedWeights &rows, int64_t columns,
                     int64_t shift, const std::string &name);
  void addPool(exec::DeliverOp deliver, const std::string &name);
  void addAxes(const std::string &op, const exec::Axes &axes, const char *which, bool isWide,
               const std::string &name);
  void addMove(exec::DeliverOp deliver, const Synapse &synapse, const std::string &name);
  void addMap(exec::DeliverOp deliver, const Synapse &synapse, const std::string &name);
  void addCopy(exec::DeliverOp deliver, const Synapse &synapse, const std::string &name);
  void addMultiply(exec::MultiplyOp product);
  void addRequantize(exec::RequantizeOp op);
};

} // namespace snnc::c

#endif
