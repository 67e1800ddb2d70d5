#pragma OPENCL EXTENSION cl_khr_int64_base_atomics : enable
#pragma OPENCL EXTENSION cl_khr_int64_extended_atomics : enable

kernel void atomics1(volatile global int* a, volatile global uint* u, volatile global float* f, global int* olds) {
  const int i = get_global_id(0);
  atomic_add(a + 0, i);
  atomic_sub(a + 1, i);
  atomic_inc(a + 2);
  atomic_dec(a + 3);
  atomic_min(a + 4, -i);
  atomic_max(a + 5, i);
  atomic_and(a + 6, ~(1 << (i & 31)));
  atomic_or(a + 7, 1 << (i & 31));
  atomic_xor(a + 8, i);
  atomic_min(u + 0, 0xf0000000u + i);
  atomic_max(u + 1, 0xf0000000u + i);
  if (atomic_cmpxchg(a + 9, 5, 6) == 5) {
    olds[0] = i;
  }
  olds[1 + i] = atomic_xchg(a + 10, i);
  atomic_xchg(f, 2.5f);
}

kernel void atomics64(volatile global long* a, volatile global ulong* u) {
  const long i = get_global_id(0);
  atom_add(a + 0, i << 33);
  atom_min(a + 1, -(i << 33));
  atom_max(u + 0, 0xf000000000000000ul + i);
  atom_inc(u + 1);
  atom_cmpxchg(a + 2, 0l, 77l);
  atom_xor(u + 2, 1ul << i);
}

kernel void atomics2(volatile global atomic_int* a, volatile global atomic_uint* u, volatile global atomic_long* l,
                     volatile global atomic_flag* flag, global int* out, volatile global atomic_float* f) {
  const int i = get_global_id(0);
  local atomic_int here;
  if (get_local_id(0) == 0) {
    atomic_init(&here, 100);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  atomic_fetch_add(a + 0, i);
  atomic_fetch_sub_explicit(a + 1, i, memory_order_relaxed, memory_scope_device);
  atomic_fetch_min(u + 0, 0xf0000000u + i);
  atomic_fetch_max(u + 1, 0xf0000000u + i);
  atomic_fetch_min(a + 2, -i);
  atomic_fetch_xor(l, (long)1 << (i + 10));
  atomic_fetch_add_explicit(&here, 1, memory_order_acq_rel, memory_scope_work_group);
  atomic_work_item_fence(CLK_GLOBAL_MEM_FENCE, memory_order_seq_cst, memory_scope_device);
  if (!atomic_flag_test_and_set(flag)) {
    out[0] = i;
  }
  int expected = atomic_load(a + 3);
  while (!atomic_compare_exchange_weak(a + 3, &expected, expected * 2 + 1)) {
  }
  expected = -1;
  out[1] = atomic_compare_exchange_strong(a + 4, &expected, 9);
  out[2] = expected;
  atomic_store(a + 5, 31);
  atomic_exchange(a + 6, 32);
  atomic_store(f, 1.25f);
  barrier(CLK_LOCAL_MEM_FENCE);
  out[4 + i] = atomic_load(&here);
}

void addOne(int* p) { *p += 1; }

kernel void genericPointers(global int* g, global int* out) {
  local int l[4];
  int p = 5;
  const int i = get_local_id(0);
  l[i] = 10 * i;
  int* choice = i == 0 ? (int*)&p : i == 1 ? (int*)g : (int*)(l + i);
  addOne(choice);
  int* both = i & 1 ? (int*)l + i : (int*)g + i;
  int exponent;
  out[8 * i + 5] = (int)(frexp(8.0f, &exponent) * 100) + exponent;
  barrier(CLK_LOCAL_MEM_FENCE);
  out[8 * i + 0] = p;
  out[8 * i + 1] = *choice;
  out[8 * i + 2] = to_global(choice) != 0;
  out[8 * i + 3] = to_local(choice) != 0;
  out[8 * i + 4] = to_private(choice) != 0;
  out[8 * i + 6] = get_fence(choice) == CLK_LOCAL_MEM_FENCE;
  out[8 * i + 7] = *both;
}

constant float weights[3] = {0.25f, 0.5f, 0.25f};
struct Entry {
  constant float* values;
  int count;
};
constant struct Entry entry = {weights, 3};

kernel void constants(global const float* in, constant float* factor, global float* out) {
  const int i = get_global_id(0);
  float sum = 0;
  for (int k = 0; k < entry.count; ++k) {
    sum += entry.values[k] * in[i + k];
  }
  out[i] = sum * *factor;
}

kernel void builtins(global float4* f, global int4* n, global half* h) {
  f[0] = mix(f[0], f[1], 0.5f);
  f[1] = (float4)(dot(f[1], f[1]), clamp(5.0f, 0.0f, 1.0f), fma(2.0f, 3.0f, 4.0f), sqrt(16.0f));
  n[0] = convert_int4_sat_rte(f[2]);
  n[1] = select(n[1], n[2], n[3] < 0);
  n[2] = (int4)(popcount(255), clz(1), (int)abs_diff(-3, 4), mul_hi(1 << 30, 8));
  vstore_half(vload_half(0, h) * 2, 1, h);
  vstore3(vload3(1, (global int*)n).zyx, 4, (global int*)n);
}

kernel void floatAtomics(volatile global atomic_float* f, volatile global atomic_double* d) {
  const float i = get_global_id(0);
  atomic_fetch_add_explicit(f, 0.5f, memory_order_relaxed, memory_scope_device);
  atomic_fetch_max_explicit(f + 1, i, memory_order_relaxed, memory_scope_device);
  atomic_fetch_min_explicit(f + 2, -i, memory_order_relaxed, memory_scope_device);
  atomic_fetch_add_explicit(d, 0.25, memory_order_relaxed, memory_scope_device);
  atomic_exchange(f + 3, 8.0f);
}
