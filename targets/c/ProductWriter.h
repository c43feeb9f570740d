//===- ProductWriter: synapses that keep what changes add up to, in C ----------------------------------------===//
//
// Products of two streams and requantizes. What they keep of each operand lasts from step to step; the changes of a
// step share their memory with those of other layers.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_PRODUCTWRITER_H
#define SNNC_TARGETS_C_PRODUCTWRITER_H

#include "targets/c/Layout.h"
#include <functional>

namespace snnc::c {

class ProductWriter {
public:
  ProductWriter(const Layout &layout, size_t group, const Layout::Task &task)
      : layout(layout), task(task), planned(layout.typed.products[task.delivery]),
        places(layout.products[task.delivery]),
        name(layout.layerNames[group] + "_product" + std::to_string(task.delivery)) {}

  std::string writeTables() const;
  /// Before the first step.
  std::string writeStart() const;
  /// `step`: the step of a stream's source, as a C expression.
  std::string writeStep(const std::function<std::string(uint32_t)> &step) const;

private:
  const Layout &layout;
  const Layout::Task &task;
  const ::snn::detail::PlannedProduct &planned;
  const Layout::ProductPlaces &places;
  std::string name;

  const Layout::Terminal &terminalOf(size_t n) const {
    return layout.typed.terminals[planned.terminals[n]];
  }
  std::string getKept(size_t n) const;
  std::string getBackground(size_t n, uint32_t stream) const;
};

} // namespace snnc::c

#endif
