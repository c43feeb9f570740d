/* Runs the network on the inputs of self_test.h, on a machine without an operating system, and reports
 * through semihosting: a debugger's (or QEMU's) console. Exits with 0 when every output is as it must be;
 * with SNN_COUNT_EVENTS also every number of events. */
#include "firmware.h"

#include "self_test.h"
#include "snn_kernels.h"

#include <stddef.h>
#include <string.h>

static MODEL(_state) state;

#ifdef SNN_COUNT_EVENTS
uint32_t snn_events_sent;
#endif

/* One call to the host: operation and argument. */
static long semihost(long operation, const void *argument) {
#if defined(__riscv)
  register long a0 __asm("a0") = operation;
  register const void *a1 __asm("a1") = argument;
  __asm volatile(
      ".balign 16\n .option push\n .option norvc\n slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n "
      ".option pop"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return a0;
#else
  register long r0 __asm("r0") = operation;
  register const void *r1 __asm("r1") = argument;
  __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
#endif
}

static void print(const char *text) { (void)semihost(0x04, text); }

static void print_number(uint32_t number) {
  char digits[11];
  char *at = digits + 10;
  *at = '\0';
  do {
    *--at = (char)('0' + number % 10U);
    number /= 10U;
  } while (number != 0U);
  print(at);
}

/* Not static, so that instruction counts can name it. */
int run_self_test(void);
int run_self_test(void) {
  int32_t output[MODEL(_OUTPUT_SIZE)];
  uint32_t i, good = 0;
  for (i = 0; i < SELF_TEST_SIZE; ++i) {
    int is_good = 1;
#ifdef SNN_COUNT_EVENTS
    snn_events_sent = 0;
#endif
    MODEL(_run)(&state, self_test_inputs + i * MODEL(_INPUT_SIZE), output);
    if (memcmp(output, self_test_outputs + i * MODEL(_OUTPUT_SIZE), sizeof(output)) != 0) {
      is_good = 0;
    }
#ifdef SNN_COUNT_EVENTS
    if (snn_events_sent != self_test_events[i]) {
      is_good = 0;
    }
#endif
    if (is_good != 0) {
      ++good;
    }
  }
  print_number(good);
  print(" of ");
  print_number(SELF_TEST_SIZE);
#ifdef SNN_COUNT_EVENTS
  print(" outputs and numbers of events as they must be, state of ");
#else
  print(" outputs as they must be, state of ");
#endif
  print_number((uint32_t)sizeof(state));
  print(" bytes\n");
  return good == SELF_TEST_SIZE ? 0 : 1;
}

int main(void) {
  unsigned long exit_code[2];
  exit_code[1] = (unsigned long)run_self_test();
  exit_code[0] = 0x20026UL; /* application exit */
  (void)semihost(0x20, exit_code);
  for (;;) {
  }
}
