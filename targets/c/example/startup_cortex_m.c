/* Reset and faults of a Cortex-M. */
#include <stdint.h>
#include <string.h>

extern uint32_t data_source, data_start, data_end, bss_start, bss_end, stack_top;
extern int main(void);
void reset(void);
void stop(void);

void reset(void) {
  memcpy(&data_start, &data_source, (size_t)((char *)&data_end - (char *)&data_start));
  memset(&bss_start, 0, (size_t)((char *)&bss_end - (char *)&bss_start));
  (void)main();
}

/* A fault ends the run with exit code 99. */
void stop(void) {
  static const uint32_t exit_code[2] = {0x20026U, 99U};
  register uint32_t r0 __asm("r0") = 0x20U;
  register const void *r1 __asm("r1") = exit_code;
  __asm volatile("bkpt 0xAB" : : "r"(r0), "r"(r1) : "memory");
  for (;;) {
  }
}

typedef void (*handler)(void);
__attribute__((section(".vectors"), used)) static const struct {
  uint32_t *stack;
  handler handlers[15];
} vectors = {&stack_top, {reset, stop, stop, stop, stop, stop}};
