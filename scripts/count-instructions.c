/* A QEMU plugin (API 1) that counts the guest's instructions, exactly, and prints their number to standard
 * error at exit; with mark=ADDRESS (hexadecimal) also how many there were each time before the one at that address. Declares what it uses of the interface itself: Debian ships the plugins' loader without its
 * header. Build: cc -shared -fPIC -O2 -o count-instructions.so count-instructions.c */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { QEMU_PLUGIN_INLINE_ADD_U64 = 0 };

extern void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
                                                  void (*visit)(uint64_t, struct qemu_plugin_tb *));
extern void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *instruction, int op,
                                                       void *counter, uint64_t amount);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction,
                                                   void (*visit)(unsigned, void *), int flags,
                                                   void *data);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block,
                                                        size_t i);
extern void qemu_plugin_register_atexit_cb(uint64_t id, void (*visit)(uint64_t, void *),
                                           void *data);

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

static uint64_t executed, mark = UINT64_MAX;

static void note(unsigned processor, void *data) {
  (void)processor;
  (void)data;
  fprintf(stderr, "mark %" PRIu64 "\n", executed);
}

static void translate(uint64_t id, struct qemu_plugin_tb *block) {
  size_t i;
  (void)id;
  for (i = 0; i < qemu_plugin_tb_n_insns(block); ++i) {
    struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
    if (qemu_plugin_insn_vaddr(instruction) == mark)
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, note, 0, NULL);
    qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64, &executed,
                                               1);
  }
}

static void finish(uint64_t id, void *data) {
  (void)id;
  (void)data;
  fprintf(stderr, "instructions %" PRIu64 "\n", executed);
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv) {
  int i;
  (void)info;
  for (i = 0; i < argc; ++i)
    if (strncmp(argv[i], "mark=", 5) == 0)
      mark = strtoull(argv[i] + 5, NULL, 16);
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  qemu_plugin_register_atexit_cb(id, finish, NULL);
  return 0;
}
