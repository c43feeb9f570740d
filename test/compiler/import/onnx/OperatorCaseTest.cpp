//===- ONNX's own tests of operators, and the table in docs/onnx-operators.md ----------------------------------------===//
//
// With SNNC_UPDATE_DOCS=1 the last test writes the table; without, it holds the table to what passes.
//
//===----------------------------------------------------------------------------------------------------===//
#include "test/compiler/import/onnx/OperatorCase.h"

#include "compiler/import/onnx/ONNXImport.h"
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace {

using namespace snnc::test;

class OperatorCaseTest : public testing::TestWithParam<std::string> {};

TEST_P(OperatorCaseTest, GivesWhatONNXGives) {
  OperatorCase test = OperatorCase::load(getCasesFolder() + "/" + GetParam());
  ASSERT_FALSE(test.op.empty()) << "cannot be read";
  std::string problem = run(test);
  auto unsupported = listUnsupported();
  auto listed = unsupported.find(GetParam());
  if (listed == unsupported.end()) {
    EXPECT_EQ(problem, "");
    return;
  }
  EXPECT_FALSE(problem.empty()) << "passes: take it out of unsupported.txt";
  EXPECT_NE(problem.find(listed->second), std::string::npos)
      << "unsupported.txt says '" << listed->second << "', found: " << problem;
}

INSTANTIATE_TEST_SUITE_P(Cases, OperatorCaseTest, testing::ValuesIn(listCases()),
                         [](const auto &info) { return info.param; });

TEST(OperatorTable, UnsupportedCasesExist) {
  auto cases = listCases();
  for (const auto &[name, reason] : listUnsupported())
    EXPECT_TRUE(std::binary_search(cases.begin(), cases.end(), name)) << name;
}

struct Row {
  int passed = 0, total = 0;
  std::map<std::string, int> limits;
};

std::string makeTable() {
  std::map<std::string, Row> rows;
  for (const std::string &op : snnc::listONNXOperators())
    rows[op];
  auto unsupported = listUnsupported();
  for (const std::string &name : listCases()) {
    OperatorCase test = OperatorCase::load(getCasesFolder() + "/" + name);
    if (!rows.count(test.op))
      continue;
    Row &row = rows[test.op];
    ++row.total;
    auto listed = unsupported.find(name);
    if (listed == unsupported.end())
      ++row.passed;
    else
      ++row.limits[listed->second];
  }
  std::ostringstream table;
  table << "| operator | cases that pass | what is refused |\n|---|---|---|\n";
  for (const auto &[op, row] : rows) {
    table << "| " << op << " | ";
    if (row.total)
      table << row.passed << " of " << row.total;
    table << " | ";
    const char *separator = "";
    for (const auto &[reason, count] : row.limits) {
      table << separator << reason << " (" << count << ")";
      separator = "; ";
    }
    table << " |\n";
  }
  return table.str();
}

TEST(OperatorTable, IsUpToDate) {
  const std::string path = std::string(SNNC_TEST_DIR) + "/../docs/onnx-operators.md";
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  std::string text = content.str(), begin = "<!-- table -->\n", end = "<!-- end of table -->";
  size_t first = text.find(begin), last = text.find(end);
  ASSERT_TRUE(first != std::string::npos && last != std::string::npos) << path;
  first += begin.size();
  std::string table = makeTable();
  if (std::getenv("SNNC_UPDATE_DOCS"))
    std::ofstream(path) << text.substr(0, first) + table + text.substr(last);
  else
    EXPECT_EQ(text.substr(first, last - first), table) << "run with SNNC_UPDATE_DOCS=1";
}

} // namespace
