#pragma OPENCL EXTENSION cl_khr_fp16 : enable
// Of every type and width: five elements there, scattered two apart, and gathered three apart into local memory and out.
#define WIDTH(T, V, at)                                                                        \
  {                                                                                            \
    global V* to = (global V*)(out + at * 240);                                                \
    event_t event = async_work_group_copy((local V*)scratch, (const global V*)in, 5, 0);       \
    wait_group_events(1, &event);                                                              \
    event = async_work_group_strided_copy(to, (const local V*)scratch, 5, 2, 0);               \
    wait_group_events(1, &event);                                                              \
    event = async_work_group_strided_copy((local V*)scratch, (const global V*)in, 5, 3, 0);    \
    wait_group_events(1, &event);                                                              \
    event = async_work_group_copy((global V*)(out + at * 240 + 160), (local V*)scratch, 5, 0); \
    wait_group_events(1, &event);                                                              \
  }
#define COPIES(T)                                                                     \
  kernel void copies_##T(global T* out, const global T* in, local T* scratch) {       \
    WIDTH(T, T, 0)                                                                    \
    WIDTH(T, T##2, 1) WIDTH(T, T##3, 2) WIDTH(T, T##4, 3) WIDTH(T, T##8, 4) WIDTH(T, T##16, 5) \
  }
COPIES(char)
COPIES(uchar)
COPIES(short)
COPIES(ushort)
COPIES(int)
COPIES(uint)
COPIES(long)
COPIES(ulong)
COPIES(half)
COPIES(float)
COPIES(double)
