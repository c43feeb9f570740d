#include "compiler/data/NpyHeader.h"

#include <bit>
#include <charconv>
#include <fmt/format.h>

namespace snnc::data {

namespace {

/// numpy 2 has at most 64 dimensions.
constexpr size_t kMaxRank = 64;

struct Fields {
  std::optional<std::string> descr;
  std::optional<bool> fortranOrder;
  std::optional<Shape> shape;
};

/// A parser by recursive descent; each function returns false where the text is another.
class Parser {
public:
  explicit Parser(std::string_view text) : text(text) {}

  bool parse(Fields &fields) {
    if (!take('{'))
      return false;
    while (!take('}')) {
      std::string key;
      if (!parseString(key) || !take(':') || !parseValue(key, fields))
        return false;
      if (!take(',') && !(skipSpace(), at < text.size() && text[at] == '}'))
        return false;
    }
    skipSpace();
    return at == text.size();
  }

  size_t position() const { return at; }

private:
  void skipSpace() {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n'))
      ++at;
  }

  bool take(char expected) {
    skipSpace();
    if (at >= text.size() || text[at] != expected)
      return false;
    ++at;
    return true;
  }

  bool takeWord(std::string_view word) {
    skipSpace();
    if (text.substr(at, word.size()) != word)
      return false;
    at += word.size();
    return true;
  }

  bool parseString(std::string &value) {
    char quote = take('\'') ? '\'' : take('"') ? '"' : '\0';
    size_t end = quote ? text.find(quote, at) : std::string_view::npos;
    if (end == std::string_view::npos)
      return false;
    value = text.substr(at, end - at);
    at = end + 1;
    return true;
  }

  bool parseValue(const std::string &key, Fields &fields) {
    if (key == "descr")
      return parseString(fields.descr.emplace());
    if (key == "shape")
      return parseShape(fields.shape.emplace());
    if (key != "fortran_order")
      return false;
    fields.fortranOrder = takeWord("True");
    return *fields.fortranOrder || takeWord("False");
  }

  bool parseShape(Shape &shape) {
    if (!take('('))
      return false;
    while (!take(')')) {
      skipSpace();
      int64_t extent = 0;
      auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), extent);
      if (error != std::errc() || extent < 0 || shape.size() == kMaxRank)
        return false;
      at = end - text.data();
      // Python 2 wrote long integers as 3L.
      takeWord("L");
      shape.push_back(extent);
      if (!take(',') && !(at < text.size() && text[at] == ')'))
        return false;
    }
    return true;
  }

  std::string_view text;
  size_t at = 0;
};

std::optional<Array::Type> typeOf(std::string_view code) {
  using Type = Array::Type;
  constexpr std::pair<std::string_view, Type> known[] = {
      {"u1", Type::U8},  {"i1", Type::I8},  {"i2", Type::I16}, {"u2", Type::U16},
      {"i4", Type::I32}, {"u4", Type::U32}, {"i8", Type::I64}, {"u8", Type::U64},
      {"f2", Type::F16}, {"f4", Type::F32}, {"f8", Type::F64}, {"b1", Type::Bool}};
  for (auto [name, type] : known)
    if (code == name)
      return type;
  return std::nullopt;
}

constexpr std::string_view kOrders = "<>|=";

Status readDescr(std::string_view descr, NpyHeader &header, const std::string &where) {
  bool hasOrder = !descr.empty() && kOrders.find(descr[0]) != std::string_view::npos;
  std::string_view code = hasOrder ? descr.substr(1) : descr;
  if (code.starts_with('O'))
    return Error{
        fmt::format("{}: pickled arrays (dtype object) are not supported; save numbers, for "
                    "instance x.astype('float32')",
                    where)};
  std::optional<Array::Type> type = typeOf(code);
  if (!type)
    return Error{
        fmt::format("{}: dtype '{}' is not supported, only booleans, integers and floats up "
                    "to 64 bits; save for instance x.astype('float32')",
                    where, descr)};
  header.type = *type;
  header.isBigEndian =
      hasOrder && descr[0] != '<' && (descr[0] == '>' || std::endian::native == std::endian::big);
  return success();
}

} // namespace

Result<NpyHeader> parseNpyHeader(std::string_view text, const std::string &where) {
  if (text.find("'descr': [") != std::string_view::npos)
    return Error{fmt::format("{}: structured arrays are not supported; save each field as an array "
                             "of its own",
                             where)};
  Fields fields;
  Parser parser(text);
  if (!parser.parse(fields))
    return Error{
        fmt::format("{}: the header is not one that numpy writes, see its byte {}; save the "
                    "array again with np.save",
                    where, parser.position())};
  if (!fields.descr || !fields.fortranOrder || !fields.shape)
    return Error{fmt::format("{}: the header lacks '{}'; save the array again with np.save", where,
                             !fields.descr          ? "descr"
                             : !fields.fortranOrder ? "fortran_order"
                                                    : "shape")};
  NpyHeader header;
  header.isFortranOrder = *fields.fortranOrder;
  header.shape = std::move(*fields.shape);
  if (Status status = readDescr(*fields.descr, header, where); !status)
    return Error{status.error()};
  return header;
}

} // namespace snnc::data
