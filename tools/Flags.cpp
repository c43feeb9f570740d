#include "tools/Flags.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
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

} // namespace snnc
