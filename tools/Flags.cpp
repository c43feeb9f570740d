#include "tools/Flags.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace snnc {

void finish(CLI::Option &option, const std::string &help, bool hasInitial,
            const OptionTraits &traits) {
  if (*traits.shown)
    option.description(fmt::format("{} [{}]", help, traits.shown));
  else if (hasInitial)
    option.capture_default_str();
  option.required(traits.isRequired);
  if (traits.delimiter)
    option.delimiter(traits.delimiter);
  if (!traits.choices.empty())
    option.check(
        [choices = traits.choices](const std::string &text) {
          return llvm::is_contained(choices, text)
                     ? std::string()
                     : fmt::format("'{}' is not one of {}", text, llvm::join(choices, ", "));
        },
        "");
  if (std::isfinite(traits.min))
    option.check(
        [min = traits.min, max = traits.max](const std::string &text) {
          double number = 0;
          bool isWithin = CLI::detail::lexical_cast(text, number) && number >= min && number <= max;
          return isWithin ? std::string() : fmt::format("'{}' is not in {} to {}", text, min, max);
        },
        fmt::format("in [{} - {}]", traits.min, traits.max));
}

std::string describeUnknown(const CLI::App &command) {
  std::vector<std::string> unknown = command.remaining();
  if (unknown.empty())
    return {};
  auto flag = llvm::find_if(unknown, [](llvm::StringRef text) { return text.starts_with("-"); });
  if (flag == unknown.end())
    return fmt::format("'{}' is one argument too many", unknown.front());
  llvm::StringRef given = llvm::StringRef(*flag).split('=').first;
  std::string near;
  // Two letters wrong, or a third of a long name.
  unsigned closest = std::max<unsigned>(2, static_cast<unsigned>(given.size()) / 3) + 1;
  for (const CLI::Option *option : command.get_options())
    for (const std::string &name : option->get_lnames()) {
      unsigned distance = given.edit_distance("--" + name, true, closest);
      if (distance < closest) {
        closest = distance;
        near = "--" + name;
      }
    }
  return fmt::format("{} is not known{}", given.str(),
                     near.empty() ? "" : fmt::format(": did you mean {}?", near));
}

} // namespace snnc
