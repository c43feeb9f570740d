/* Reset of a RISC-V hart: stack, zeros, main. */
.section .reset, "ax"
.globl reset
reset:
  la sp, stack_top
  la t0, bss_start
  la t1, bss_end
1:
  bgeu t0, t1, 2f
  sb zero, 0(t0)
  addi t0, t0, 1
  j 1b
2:
  call main
3:
  j 3b
