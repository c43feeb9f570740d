#include "targets/c/Lines.h"

#include <algorithm>

namespace snnc::c {

std::string indent(const std::string &lines, size_t by) {
  std::string text(lines.empty() ? 0 : by, ' ');
  for (size_t i = 0; i < lines.size(); ++i)
    text += lines[i] == '\n' && i + 1 < lines.size() ? "\n" + std::string(by, ' ')
                                                     : std::string(1, lines[i]);
  return text;
}

std::string wrapLines(const std::string &text) {
  constexpr size_t kWidth = 100;
  std::string wrapped;
  for (size_t start = 0; start < text.size();) {
    size_t end = std::min(text.find('\n', start), text.size());
    std::string line = text.substr(start, end - start);
    std::string margin(std::min(line.find_first_not_of(' '), line.size()), ' ');
    bool isComment = line.compare(margin.size(), 2, "/*") == 0;
    margin += isComment ? " * " : "    ";
    while (line.size() > kWidth) {
      size_t at = line.rfind(isComment ? " " : ", ", kWidth - 1);
      if (at == std::string::npos || at <= margin.size())
        break;
      wrapped += line.substr(0, isComment ? at : at + 1) + "\n";
      line = margin + line.substr(isComment ? at + 1 : at + 2);
    }
    wrapped += line + "\n";
    start = end + 1;
  }
  return wrapped;
}

} // namespace snnc::c
