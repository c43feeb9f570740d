# Writes a C++ file with the text of the C files that go beside generated programs:
# cmake -DOUTPUT=... -DFIXED=fixed.h -DHEADER=snn_core.h -DSOURCE=snn_core.c -P this.
file(READ ${FIXED} fixed)
file(READ ${HEADER} header)
file(READ ${SOURCE} source)
file(WRITE ${OUTPUT} "// Made by BundleKernels.cmake.
namespace snnc::core {
extern const char *const kFixedHeader, *const kCoreHeader, *const kCoreSource;
const char *const kFixedHeader = R\"text(${fixed})text\";
const char *const kCoreHeader = R\"text(${header})text\";
const char *const kCoreSource = R\"text(${source})text\";
} // namespace snnc::core
")
