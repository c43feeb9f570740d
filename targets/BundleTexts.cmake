# Writes a C++ file with texts, so that the tools need no files:
#   cmake -DOUTPUT=... -DFILES="a.toml;b.toml" -DNAMESPACE=core -DNAME=Model -P this
# defines snnc::core::kBundledModels (name and text of each, by name) and kBundledModelCount.
list(SORT FILES)
list(LENGTH FILES count)
set(type Bundled${NAME})
set(text "// Made by BundleTexts.cmake.\n#include <cstddef>\nnamespace snnc::${NAMESPACE} {\nstruct ${type} {\n  const char *name, *text;\n};\nextern const ${type} k${type}s[];\nextern const size_t k${type}Count;\nconst ${type} k${type}s[] = {\n")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} content)
  string(APPEND text "    {\"${name}\", R\"toml(${content})toml\"},\n")
endforeach()
string(APPEND text "};\nconst size_t k${type}Count = ${count};\n} // namespace snnc::${NAMESPACE}\n")
file(WRITE ${OUTPUT} "${text}")
