//===- Flags: rows of the table of options as flags of a command ------------------------------------------------===//
//
//   #define SNNC_OPTION_RUN(type, member, initial, flag, help, ...) add(*command, flag, options.member, help, {__VA_ARGS__});
//   #include "compiler/options/Options.inc"
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TOOLS_FLAGS_H
#define SNNC_TOOLS_FLAGS_H

#include "compiler/options/Options.h"
#include <CLI/CLI.hpp>
#include <optional>

namespace snnc {

/// What holds for a flag of any type: its values, bounds, default, and whether it must be there.
void finish(CLI::Option &option, const std::string &help, bool hasInitial,
            const OptionTraits &traits);

/// Adds `flag` to `command`, which sets `member`; `help` is the row's sentence.
template <typename T>
void add(CLI::App &command, const char *flag, T &member, const char *help,
         const OptionTraits &traits = {}) {
  if constexpr (std::is_same_v<T, bool>) {
    command.add_flag(flag, member, help);
  } else if (traits.hasImplied) {
    finish(*command.add_flag(flag, member, help), help, false, traits);
  } else {
    bool hasInitial = false;
    if constexpr (std::is_same_v<T, std::string>)
      hasInitial = !member.empty();
    else
      hasInitial = std::is_arithmetic_v<T>;
    finish(*command.add_option(flag, member, help), help, hasInitial, traits);
  }
}

/// The sentence about arguments that `command` does not take: the first flag among them, and the flag that was meant, if
/// one is near. Empty where there are none.
std::string describeUnknown(const CLI::App &command);

} // namespace snnc

#endif
