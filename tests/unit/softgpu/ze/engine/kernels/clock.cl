// cl_khr_kernel_clock, which clang's header does not declare.
ulong __attribute__((overloadable)) clock_read_device(void);
ulong __attribute__((overloadable)) clock_read_work_group(void);
ulong __attribute__((overloadable)) clock_read_sub_group(void);
uint2 __attribute__((overloadable)) clock_read_hilo_device(void);
uint2 __attribute__((overloadable)) clock_read_hilo_work_group(void);
uint2 __attribute__((overloadable)) clock_read_hilo_sub_group(void);

// Reads of a work-item one after the other; those of the other work-items come before or after.
kernel void clocks(global ulong* out) {
  global ulong* own = out + get_global_id(0) * 7;
  own[0] = clock_read_device();
  own[1] = clock_read_work_group();
  own[2] = clock_read_sub_group();
  own[3] = as_ulong(clock_read_hilo_device());
  own[4] = as_ulong(clock_read_hilo_work_group());
  own[5] = as_ulong(clock_read_hilo_sub_group());
  barrier(CLK_GLOBAL_MEM_FENCE);
  own[6] = clock_read_work_group();
}
