//===- TableWriter: the constants of a network as C tables --------------------------------------------------===//
#ifndef SNNC_TARGETS_C_TABLEWRITER_H
#define SNNC_TARGETS_C_TABLEWRITER_H

#include "targets/c/Layout.h"

namespace snnc::c {

/// Writes all tables in the order of the layers that use them.
class TableWriter {
public:
  explicit TableWriter(const Layout &layout) : layout(layout) {}

  std::string write();

  /// The kernel of a Deliver task and the table it works with, as two arguments.
  static std::string getSynapse(const Layout &layout, size_t group, uint32_t task);

private:
  const Layout &layout;
  std::string tables;

  void addInput();
  void addPopulation(size_t p);
  void addNeurons(const std::string &name, size_t p);
  void addNumbers(const std::string &comment, const std::string &name,
                  const std::vector<int32_t> &values);

  // ---- Synapses ----
  using Delivery = ::snn::detail::Delivery<int32_t>;
  void addSynapse(const Layout::Task &task, const std::string &name);
  void addWeights(const Layout::Operation &op, const Delivery &d, const std::string &name);
  void addPool(const Layout::Operation &op, const Delivery &d, const std::string &name);
  void addMap(const Layout::Task &task, const Delivery &d, const std::string &name);
  void addCopy(const Layout::Operation &op, const Delivery &d, const std::string &name);
};

} // namespace snnc::c

#endif
