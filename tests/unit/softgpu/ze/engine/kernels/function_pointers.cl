#pragma OPENCL EXTENSION __cl_clang_function_pointers : enable

typedef int (*Binary)(int, int);
typedef void (*Store)(__global int*, int);

int add(int a, int b) { return a + b; }
int sub(int a, int b) { return a - b; }
int twice(int a, int b) { return add(a, a) + add(b, b); }
void store(__global int* to, int value) { *to = value; }
static int factorial(int n, int one);
static Binary again(void) { return factorial; }
static int factorial(int n, int one) { return n <= one ? one : n * again()(n - one, one); }

// The host knows the address.
__kernel void callOf(ulong function, __global int* out) {
  const size_t i = get_global_id(0);
  out[i] = ((Binary)function)((int)i, 10);
}

__kernel void callOneOf(__global int* out) {
  const size_t i = get_global_id(0);
  Binary functions[4] = {add, sub, twice, factorial};
  const Binary function = functions[i % 4];
  Store put = store;
  put(out + i, function((int)i, i % 4 == 3 ? 1 : 10));
}

// Work-items go on after the barrier with pointers they chose before it.
__kernel void callAfterBarrier(__global int* out, __local int* shared) {
  const size_t i = get_local_id(0);
  const Binary function = i % 2 ? add : sub;
  shared[i] = (int)i;
  barrier(CLK_LOCAL_MEM_FENCE);
  out[i] = function(shared[(i + 1) % get_local_size(0)], 100);
}

// Not all reach the barriers together.
__kernel void callAmongBarriers(__global int* out, __local int* shared) {
  const size_t i = get_local_id(0);
  const Binary function = i % 2 ? add : twice;
  int sum = 0;
  for (size_t round = 0; round <= i % 3; ++round) {
    sum = function(sum, (int)i);
    sub_group_barrier(CLK_LOCAL_MEM_FENCE);
  }
  shared[i] = sum;
  barrier(CLK_LOCAL_MEM_FENCE);
  out[i] = shared[get_local_size(0) - 1 - i];
}

__kernel void same(__global int* out) {
  Binary one = add, other = sub;
  out[0] = one == (Binary)add;
  out[1] = one == other;
}
