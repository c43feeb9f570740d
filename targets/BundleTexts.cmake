# Writes a C++ file with texts, so that the tools need no files:
#   cmake -DOUTPUT=... -DFILES="a.toml;b.toml" -DNAMESPACE=core -DNAME=Model -P this
# defines snnc::core::getBundledModels(), name and text of each, by name.
list(SORT FILES)
set(text "// Made by BundleTexts.cmake.\n#include \"compiler/data/Toml.h\"\nnamespace snnc::${NAMESPACE} {\n")
string(APPEND text "static const data::BundledToml kTexts[] = {\n")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} content)
  string(APPEND text "    {\"${name}\", R\"toml(${content})toml\"},\n")
endforeach()
string(APPEND text "};\nstd::span<const data::BundledToml> getBundled${NAME}s() { return kTexts; }\n} // namespace snnc::${NAMESPACE}\n")
file(WRITE ${OUTPUT} "${text}")
