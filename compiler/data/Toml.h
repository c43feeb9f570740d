//===- Toml: files of settings, taken apart key by key ----------------------------------------------------------===//
//
// Errors are one line: file, line, key, and what is wrong. The first one counts, so that readers go on and ask at the
// end. Keys that nobody asked for are errors, too: a misspelt one must not pass for a default.
//
//===----------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_DATA_TOML_H
#define SNNC_COMPILER_DATA_TOML_H

#include "compiler/data/Result.h"
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace snnc::data {

class TomlDocument {
public:
  /// Parses `text`; `file` names it in errors.
  TomlDocument(std::string_view text, std::string file);

  /// The first problem; empty where there is none.
  const std::string &error() const { return problem; }
  /// All of it; empty where it could not be parsed.
  const toml::table &root() const { return top; }

  /// Says what is wrong with a key, which stands at `where` (null: at the beginning).
  void fail(const toml::node *where, const std::string &key, const std::string &what);

private:
  std::string file, problem;
  toml::table top;
};

/// A table of a document, and which of its keys are known.
class TomlTable {
public:
  /// `name` comes before its keys in errors; empty: it is the whole document.
  TomlTable(TomlDocument &document, const toml::table &table, std::string name)
      : document(&document), table(&table), name(std::move(name)) {}

  /// The value of a key, or null. The key is known from now on.
  const toml::node *take(const std::string &key);
  /// The key as errors name it.
  std::string getName(const std::string &key) const {
    return name.empty() ? key : name + "." + key;
  }
  /// The keys that are known: "width, height".
  std::string getKeys() const;
  void fail(const toml::node *where, const std::string &key, const std::string &what) {
    document->fail(where ? where : table, getName(key), what);
  }
  /// Keys that are not known are errors, which go on with `what`.
  void checkKeys(const std::string &what);

  // What must be there. `result` stays as it is where it is not, or is something else.
  void readText(const std::string &key, std::string &result);
  void readNumber(const std::string &key, double &result);

  // What a value must be.
  void convert(const toml::node &value, const std::string &key, double &result);
  void convert(const toml::node &value, const std::string &key, bool &result);
  void convertInteger(const toml::node &value, const std::string &key, int64_t &result,
                      int64_t min);

private:
  TomlDocument *document;
  const toml::table *table;
  std::string name;
  std::vector<std::string> known;
};

/// A value as it was written.
std::string show(const toml::node &value);

/// A file that is compiled in (targets/BundleTexts.cmake): its name without the ending, and its text.
struct BundledToml {
  const char *name, *text;
};
std::vector<std::string> getNames(std::span<const BundledToml> bundled);

/// A text, and the file that errors name.
struct TomlText {
  std::string file, text;
};
/// The bundled text of that name, or that in the file of that path (recognized by its ending .toml). `what` says what
/// is asked for: "processor".
Result<TomlText> findToml(const std::string &nameOrPath, std::span<const BundledToml> bundled,
                          std::string_view what);

} // namespace snnc::data

#endif
