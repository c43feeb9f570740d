#include "compiler/support/Text.h"

#include <cctype>
#include <fmt/format.h>

namespace snnc {

namespace {

bool isControl(unsigned char c) { return c < 0x20 || c == 0x7f; }
bool isPrintable(unsigned char c) { return c >= 0x20 && c < 0x7f; }

/// How many bytes the UTF-8 character at the front has; 0 when it is none.
size_t countBytes(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char first = byte(0);
  size_t size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first > 0xf4 || size > text.size())
    return 0;
  for (size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
  // Longer than need be, halves of UTF-16, and what lies beyond Unicode.
  bool isWrong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) >= 0xa0) ||
                 (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) >= 0x90);
  return isWrong ? 0 : size;
}

/// Calls `give` with each character, or with one byte and false where there is none.
template <typename Give>
void forEachCharacter(std::string_view text, Give give) {
  while (!text.empty()) {
    size_t size = countBytes(text);
    give(text.substr(0, size ? size : 1), size > 0);
    text.remove_prefix(size ? size : 1);
  }
}

} // namespace

std::string showText(std::string_view text) {
  std::string shown;
  forEachCharacter(text, [&](std::string_view character, bool isValid) {
    auto first = static_cast<unsigned char>(character[0]);
    // U+0080 to U+009F control terminals, too.
    bool isHigh =
        character.size() == 2 && first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
    if (first == '\n')
      shown += "\\n";
    else if (first == '\t')
      shown += "\\t";
    else if (!isValid || isControl(first) || isHigh)
      for (char byte : character)
        shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    else
      shown += character;
  });
  return shown;
}

std::string toComment(std::string_view text) {
  std::string safe;
  for (char c : text) {
    bool isKept = isPrintable(static_cast<unsigned char>(c)) && c != '\\' && c != '?';
    char last = safe.empty() ? ' ' : safe.back();
    if ((last == '*' && c == '/') || (last == '/' && c == '*'))
      safe += ' ';
    safe += isKept ? c : '_';
  }
  return safe;
}

std::string toCString(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || c == '?') // two question marks may be a trigraph
      quoted += {'\\', c};
    else if (isPrintable(byte))
      quoted += c;
    else
      quoted += fmt::format("\\{:03o}", byte);
  }
  return quoted + "\"";
}

std::string toXML(std::string_view text) {
  std::string safe;
  forEachCharacter(text, [&](std::string_view character, bool isValid) {
    char first = character[0];
    bool isSpace = first == '\n' || first == '\t' || first == '\r';
    bool isOutside = character == "\xef\xbf\xbe" || character == "\xef\xbf\xbf";
    if (!isValid || isOutside ||
        (isControl(static_cast<unsigned char>(first)) && first != 0x7f && !isSpace))
      safe += "\xef\xbf\xbd";
    else if (isSpace)
      safe += ' ';
    else if (first == '&')
      safe += "&amp;";
    else if (first == '<')
      safe += "&lt;";
    else if (first == '>')
      safe += "&gt;";
    else if (first == '"')
      safe += "&quot;";
    else
      safe += character;
  });
  return safe;
}

std::string toIdentifier(const std::string &text) {
  std::string name;
  for (char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)))
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  if (!name.empty() && name.back() == '_')
    name.pop_back();
  if (name.empty())
    return "network";
  return std::isdigit(static_cast<unsigned char>(name[0])) ? "layer_" + name : name;
}

} // namespace snnc
