#pragma OPENCL EXTENSION __cl_clang_function_pointers : enable

int where(int a) { return a + (int)get_global_id(0); }
int nowhere(int a) { return a; }

__kernel void asks(__global int* out, int which) {
  int (*function)(int) = which ? where : nowhere;
  out[get_global_id(0)] = function(1);
}
