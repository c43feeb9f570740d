//===- LayerWriter: what each layer does, as C statements ----------------------------------------------------===//
#ifndef SNNC_TARGETS_C_LAYERWRITER_H
#define SNNC_TARGETS_C_LAYERWRITER_H

#include "targets/c/Layout.h"

namespace snnc::c {

/// Every function returns whole lines, which use `state`, the time `t` and the number `step`.
class LayerWriter {
public:
  explicit LayerWriter(const Layout &layout) : layout(layout) {}

  /// The layer's operations by their names in the model, its function and shape.
  std::string describe(size_t group) const;
  /// The input, before the first step.
  std::string writeInit() const;
  /// Sums that last, and outputs, before the first step.
  std::string writeStart(const Layout::Population &population) const;
  /// The same of products and requantizes of a layer.
  std::string writeProductStarts(size_t group) const;
  /// Step by step: the trains there are, before the first step.
  std::string writeTrainStarts() const;
  /// Layer by layer: all that a layer starts with.
  std::string writeLayerStart(size_t group) const;
  /// What the steps of a layer use: its operands, and the trains it reads and writes.
  std::string writeVariables(size_t group) const;
  /// One time step.
  std::string writeStep(size_t group) const;
  /// The output.
  std::string writeDecode() const;
  /// The list of a stream's events in a step, or its train.
  std::string getEvents(uint32_t stream) const {
    return (layout.hasTrain(stream) ? "from_" : "events_") + layout.senderOf(stream);
  }

private:
  const Layout &layout;

  using Task = Layout::Task;
  std::string writeClears(size_t group) const;
  std::string writeTask(size_t group, uint32_t task) const;
  std::string writeDeliver(size_t group, uint32_t task) const;
  std::string writeDeliverEvents(size_t group, uint32_t task) const;
  std::string writeBackgrounds(const Layout::Population &population) const;
  std::string writeCharge(const Layout::Population &population) const;
  std::string writeOperands(const Layout::Population &population) const;
  std::string writeFire(const Task &task) const;
  std::string writeEncode(const Task &task) const;
  std::string writeTrain(uint32_t stream) const;

  const Layout::Places &placesOf(const Layout::Population &population) const;
  std::string stepOf(uint32_t stream) const;
  std::string stepNumberOf(uint32_t stream) const;
  std::string writeTrace(uint32_t layer, const std::string &time) const;
};

} // namespace snnc::c

#endif
