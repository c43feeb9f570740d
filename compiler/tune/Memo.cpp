#include "compiler/tune/Memo.h"

#include "compiler/data/Files.h"
#include "compiler/support/Json.h"
#include <fmt/format.h>
#include <fstream>
#include <span>

namespace snnc::tune {

/// A search finds hundreds of things a minute; a run that is cut off may lose the last of them.
constexpr auto kSeldom = std::chrono::seconds(5);

data::Result<Memo> Memo::open(const std::string &path, const std::string &identity) {
  Memo memo;
  memo.path = path;
  memo.content = {{"of", identity}, {"found", nlohmann::json::object()}};
  std::ifstream file(path, std::ios::binary);
  if (path.empty() || !file)
    return memo;
  nlohmann::json content = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!content.is_object() || !content.contains("of") || !content.contains("found") ||
      !content["of"].is_string() || !content["found"].is_object())
    return data::Error{fmt::format("{}: is not the state of a search", path)};
  if (content["of"] != identity)
    return data::Error{
        fmt::format("{}: is the state of a search with another network, data or options; remove it "
                    "or name another file",
                    path)};
  memo.content = std::move(content);
  return memo;
}

const nlohmann::json *Memo::find(const std::string &name) const {
  auto found = content["found"].find(name);
  return found == content["found"].end() ? nullptr : &*found;
}

data::Status Memo::keep(const std::string &name, nlohmann::json value) {
  content["found"][name] = std::move(value);
  bool isTime = std::chrono::steady_clock::now() - written > kSeldom;
  return isTime ? flush() : data::success();
}

data::Status Memo::flush() {
  if (path.empty())
    return data::success();
  std::string text = toText(content);
  auto status = data::writeFile(path, std::as_bytes(std::span(text.data(), text.size())));
  written = std::chrono::steady_clock::now();
  return status;
}

} // namespace snnc::tune
