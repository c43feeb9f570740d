"""What is made of Options.td: Options.inc for C++, and the page docs/guides/options.md.

    options.py inc  < RECORDS.json      (RECORDS.json: llvm-tblgen --dump-json Options.td)
    options.py page < RECORDS.json
"""
import json
import sys

COMMANDS = [
    ("snnc compile MODEL", ["Compile", "Network", "Pipeline", "Tuning", "Report"],
     "`MODEL` is an ONNX file, or a network in the ann or the snn dialect as `.mlir` (text) or `.mlirbc` (MLIR bytecode). Only\n"
     "`MODEL` and, unless the network has its ranges already, `--calibrate` are needed."),
    ("snnc emit c MODEL", ["EmitC"],
     "Those of `snnc compile`, which compiles and quantizes `MODEL` first (a program `.snnb` that was quantized needs none), and:"),
    ("snnc map MODEL", ["Map"], "Those of `snnc compile`, and:"),
    ("snnc check MODEL", ["Check"], "`--dynamics`, `--head`, `--output-name` and `--input-shape` of `snnc compile`, and:"),
    ("snnc run PROGRAM", ["Run"], ""),
]


def settings(records):
    """All of them, in the order of the table."""
    found = [records[name] for name in records["!instanceof"]["Setting"]]
    return sorted(found, key=lambda setting: int(setting["!locs"][0].rsplit(":", 1)[1]))


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def flag(setting):
    """As CLI11 wants it: "-o,--output", or the name of a positional argument."""
    if setting["isPositional"]:
        return setting["flag"]
    names = ["--" + name if len(name) > 1 else "-" + name for name in setting["flag"].split(",")]
    return ",".join(names) + ("{%s}" % setting["implied"] if setting["implied"] else "")


def traits(setting):
    parts = []
    if setting["choices"]:
        parts.append(".choices = {%s}" % ", ".join(map(quote, setting["choices"])))
    if setting["shown"]:
        parts.append(".shown = " + quote(setting["shown"]))
    for bound in ("min", "max"):
        if setting[bound]:
            parts.append(f".{bound} = {setting[bound]}")
    if setting["isRequired"]:
        parts.append(".isRequired = true")
    if setting["delimiter"]:
        parts.append(f".delimiter = '{setting['delimiter']}'")
    if setting["implied"]:
        parts.append(".hasImplied = true")
    return "".join(", " + part for part in parts)


def initial(setting):
    plain = setting["memberType"] == setting["type"]
    return setting["memberInitial"] if plain and setting["memberInitial"] else "{}"


def inc(records):
    found = settings(records)
    lines = ["// Made from Options.td by options.py. SNNC_OPTION_GROUP(TYPE, MEMBER, INITIAL, FLAG, HELP, TRAITS...)"]
    for choice in (s for s in found if s["choices"]):
        cases = ", ".join(word.capitalize() for word in choice["choices"])
        words = ", ".join(map(quote, choice["choices"]))
        lines += ["#ifdef SNNC_CHOICE", f"SNNC_CHOICE({choice['!name']}, {quote(choice['argument'])}, ({cases}), ({words}))",
                  "#endif"]
    lines += ["#undef SNNC_CHOICE"]
    for group in dict.fromkeys(s["group"] for s in found):
        macro = "SNNC_OPTION_" + group.upper()
        lines.append("#ifdef " + macro)
        lines += [f"{macro}({s['memberType']}, {s['cppName']}, {initial(s)}, {quote(flag(s))}, {quote(s['description'])}"
                  f"{traits(s)})" for s in found if s["group"] == group]
        lines += ["#endif", "#undef " + macro]
    return "\n".join(lines) + "\n"


def row(setting):
    names = ", ".join(f"`{name}`" for name in flag(setting).split("{")[0].split(","))
    value = setting["placeholder"] or " \\| ".join(setting["choices"])
    if setting["implied"]:
        names, value = f"{names}, `--{setting['flag']}=VALUE`", ""
    if value:
        names = names[:-1] + f" {value}`"
    known = setting["memberInitial"].strip('"') if not setting["isRequired"] else ""
    default = setting["shown"] or ("" if known in ("false", "{}") else known)
    if default and (not setting["shown"] or setting["shown"].startswith(("ternary", "agreement"))) or default == "auto":
        default = f"`{default}`"
    default = default and default + " "
    text = setting["page"] or setting["description"].replace("|", "\\|")
    return f"| {names} | {default}| {text} |"


def page(records):
    found = settings(records)
    lines = ["# Options", "",
             "All flags of `snnc`. The same names are options of `snn-opt --snnc-pipeline=\"...\"`, as far as they say how a network",
             "becomes a spiking one, and of its single passes. `snnc COMMAND --help` has them in short.",
             "Written by `scripts/write-options` from `compiler/options/Options.td`."]
    for command, groups, text in COMMANDS:
        lines += ["", "## " + command] + ([text] if text else [])
        lines += ["", "| flag | default | meaning |", "|---|---|---|"]
        lines += [row(s) for group in groups for s in found if s["group"] == group and not s["isPositional"]]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write({"inc": inc, "page": page}[sys.argv[1]](json.load(sys.stdin)))
