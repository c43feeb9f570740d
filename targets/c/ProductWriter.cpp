#include "targets/c/ProductWriter.h"

#include "targets/c/Tables.h"
#include <fmt/format.h>

namespace snnc::c {

using namespace ::snn::detail;

namespace {

std::string writeLayout(const Product::Layout &layout) {
  return fmt::format("{{{}, {}, {}}}", layout.batch, layout.row, layout.column);
}

std::string writeNumbers(const std::string &comment, const std::string &name,
                         const std::vector<int32_t> &values) {
  std::vector<int32_t> period = getPeriod(values);
  return makeTable(comment, "int32_t", name + "_values", period) +
         fmt::format("static const snn_numbers {0} = {{{0}_values, {1}}};\n\n", name,
                     period.size());
}

} // namespace

std::string ProductWriter::getBackground(size_t n, uint32_t stream) const {
  return fmt::format("{}_from_{}{}", name, layout.senderOf(stream), n ? "2" : "");
}

std::string ProductWriter::getKept(size_t n) const {
  return places.isShort ? layout.half(places.kept[n]) : layout.word(places.kept[n]);
}

std::string ProductWriter::writeTables() const {
  const std::string &operation = layout.network.operations[task.operation].name;
  std::string tables;
  for (size_t n = 0; n < planned.terminals.size(); ++n) {
    tables += writeNumbers(operation + ": where its sums start, A(0)",
                           fmt::format("{}_start{}", name, n ? "2" : ""), terminalOf(n).start);
    for (const Background<int32_t> &background : terminalOf(n).backgrounds)
      tables +=
          makeTable(fmt::format("{}: what all neurons of {} send together", operation,
                                layout.senderOf(background.stream)),
                    "int32_t", getBackground(n, background.stream), background.value.expand());
  }
  if (planned.rounding)
    return tables +
           makeTable(operation + ": from its sums to what they pass on", "int32_t", name + "_scale",
                     getPeriod(planned.rounding->multipliers)) +
           fmt::format("static const snn_rounding {0} = {{{{{0}_scale, {1}}}, {2}, {3}, {4}}};\n\n",
                       name, getPeriod(planned.rounding->multipliers).size(),
                       planned.rounding->shift, planned.rounding->limit,
                       terminalOf(0).start.size());
  const Product &d = planned.product;
  return tables + fmt::format("static const snn_matmul {} = {{{}, {}, {}, {}, {}, {}, {}}};\n\n",
                              name, d.batch, d.rows, d.inner, d.columns, writeLayout(d.lhs),
                              writeLayout(d.rhs), writeLayout(d.out));
}

std::string ProductWriter::writeStart() const {
  std::string code;
  for (size_t n = 0; n < planned.terminals.size(); ++n)
    code +=
        fmt::format("  snn_start_{}({}_start{}, {}, {});\n", places.isShort ? "factors" : "sums",
                    name, n ? "2" : "", terminalOf(n).start.size(), getKept(n));
  return code;
}

std::string ProductWriter::writeStep(const std::function<std::string(uint32_t)> &step) const {
  std::string code, operands;
  for (size_t n = 0; n < planned.terminals.size(); ++n)
    for (const Background<int32_t> &background : terminalOf(n).backgrounds)
      code += fmt::format(
          "    step = {};\n    if (step != 0) {{\n      snn_add_background({}, {}, step, {});\n    "
          "}}\n",
          step(background.stream), getBackground(n, background.stream), background.value.size(),
          layout.word(places.changes[n]));
  for (size_t buffer : places.changes)
    operands += layout.word(buffer) + ", ";
  for (size_t n = 0; n < places.kept.size(); ++n)
    operands += getKept(n) + ", ";
  const char *multiply = places.isShort ? "snn_multiply16" : "snn_multiply32";
  return code + fmt::format("    {}(&{}, {}{});\n",
                            planned.rounding ? "snn_pass_rounded" : multiply, name, operands,
                            layout.sumsOf(task.accumulator));
}

} // namespace snnc::c
