kernel void reverse(global int* data, local int* scratch) {
  const size_t i = get_local_id(0);
  scratch[i] = data[get_global_id(0)];
  barrier(CLK_LOCAL_MEM_FENCE);
  data[get_global_id(0)] = scratch[get_local_size(0) - 1 - i];
}

kernel void sum(global const int* in, global int* out, int rounds) {
  local int values[256];
  local int total;
  const int i = get_local_id(0);
  for (int r = 0; r < rounds; ++r) {
    values[i] = in[get_global_id(0)] + r;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int step = get_local_size(0) / 2; step > 0; step /= 2) {
      if (i < step) {
        values[i] += values[i + step];
      }
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (i == 0) {
      total = values[0];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    out[get_global_id(0) * rounds + r] = total;
    barrier(CLK_LOCAL_MEM_FENCE);
  }
}

// The number of barriers depends on the group, values of a work-item live across them, and some leave at once.
kernel void divergent(global int* out, int n) {
  local int counter[64];
  const int i = get_local_id(0);
  const int group = get_group_id(0);
  counter[i] = 0;
  if (i >= n) {
    out[get_global_id(0)] = -1;
    return;
  }
  int kept[8];
  for (int k = 0; k < 8; ++k) {
    kept[k] = i * 100 + k;
  }
  int mine = i;
  while (mine < 10 * group + i) {
    counter[i] += 1;
    work_group_barrier(CLK_LOCAL_MEM_FENCE, memory_scope_work_group);
    mine += counter[(i + 1) % n];
    kept[mine & 7] += counter[(i + 2) % n];
    const bool stop = counter[0] == 4;
    work_group_barrier(CLK_LOCAL_MEM_FENCE);
    if (stop) {
      break;
    }
  }
  int result = mine;
  for (int k = 0; k < 8; ++k) {
    result += kept[k];
  }
  out[get_global_id(0)] = result;
}

void inner(local int* scratch, int i) {
  scratch[i] = i;
  barrier(CLK_LOCAL_MEM_FENCE);
}

kernel void inFunction(global int* out, local int* a, local double16* b) {
  local char odd;
  local long4 wide;
  const int i = get_local_id(0) + get_local_size(0) * get_local_id(1);
  inner(a, i);
  if (i == 0) {
    odd = 1;
    wide = (long4)(2, 3, 4, 5);
    b[1] = (double16)(6.0);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  double16 across = b[1] * (double)i;
  barrier(CLK_LOCAL_MEM_FENCE);
  out[i] = a[get_local_size(0) * get_local_size(1) - 1 - i] + odd + (int)wide.w + (int)across.sf +
           (int)((size_t)&wide & 31) + (int)((size_t)b & 127);
}

// Wide private values, one of them in memory, that live across barriers.
kernel void wideValues(global double* out, int n) {
  const int i = get_local_id(0);
  double16 value = (double16)(i);
  long8 table[3];
  for (int k = 0; k < 3; ++k) {
    table[k] = (long8)(k * i);
  }
  for (int k = 0; k < n; ++k) {
    barrier(CLK_LOCAL_MEM_FENCE);
    value += (double16)(1);
    table[k % 3] += 1;
  }
  out[i * 2] = value.s0 + value.sf;
  out[i * 2 + 1] = table[n % 3].s7;
}

kernel void collectives(global int* out, global long* wide, global float* floats) {
  const int i = get_local_id(0);
  global int* own = out + get_global_id(0) * 8;
  own[0] = work_group_reduce_add(i);
  own[1] = work_group_scan_exclusive_add(i + 1);
  own[2] = work_group_scan_inclusive_max((i * 7) % 5);
  own[3] = work_group_broadcast(i * 11, 3);
  own[4] = work_group_all(i < 10) + 2 * work_group_all(i < 5);
  own[5] = work_group_any(i == 10) + 2 * work_group_any(i == 5);
  own[6] = (int)work_group_reduce_min((uint)(i - 1));
  own[7] = work_group_reduce_min(i - 1);
  wide[get_global_id(0)] = work_group_reduce_add((long)i << 40);
  floats[get_global_id(0)] = work_group_scan_inclusive_add(0.5f * i);
}

kernel void subgroups(global int* out) {
  const uint i = get_local_id(0);
  global int* own = out + get_global_id(0) * 12;
  own[0] = get_sub_group_size();
  own[1] = get_max_sub_group_size();
  own[2] = get_num_sub_groups();
  own[3] = get_sub_group_id();
  own[4] = get_sub_group_local_id();
  own[5] = sub_group_reduce_add((int)i);
  own[6] = sub_group_broadcast((int)i, 1);
  own[7] = sub_group_scan_inclusive_add((int)i);
  // Sub-groups stop a different number of times between two barriers of the group.
  int total = 0;
  for (uint k = 0; k <= get_sub_group_id(); ++k) {
    total += sub_group_reduce_max((int)(i + k));
  }
  own[8] = total;
  own[9] = sub_group_all(i < 9) + 2 * sub_group_any(i == 9);
  local int shared[64];
  shared[i] = i;
  sub_group_barrier(CLK_LOCAL_MEM_FENCE);
  const uint mate = i ^ 1;
  own[10] = mate < get_local_size(0) ? shared[mate] : -1;
  barrier(CLK_LOCAL_MEM_FENCE);
  own[11] = shared[get_local_size(0) - 1 - i];
}

kernel void copies(global const int* in, global int* out, local int* scratch) {
  const size_t n = get_local_size(0);
  const int i = get_local_id(0);
  event_t event = async_work_group_copy(scratch, in + get_group_id(0) * n, n, 0);
  event = async_work_group_strided_copy(scratch + n, in, n, 2, event);
  wait_group_events(1, &event);
  scratch[i] += scratch[n + (i + 1) % n];
  barrier(CLK_LOCAL_MEM_FENCE);
  event = async_work_group_strided_copy(out + get_group_id(0) * n * 3, scratch, n, 3, 0);
  wait_group_events(1, &event);
}

// cl_intel_subgroups, which clang's header does not declare.
#define SHUFFLES(type)                                                                       \
  type __attribute__((overloadable, convergent)) intel_sub_group_shuffle(type, uint);        \
  type __attribute__((overloadable, convergent)) intel_sub_group_shuffle_xor(type, uint);    \
  type __attribute__((overloadable, convergent)) intel_sub_group_shuffle_up(type, type, uint); \
  type __attribute__((overloadable, convergent)) intel_sub_group_shuffle_down(type, type, uint);
SHUFFLES(int)
SHUFFLES(float4)

kernel __attribute__((intel_reqd_sub_group_size(16))) void shuffles(global int* out, global float4* vectors) {
  const int i = get_local_id(0);
  global int* own = out + i * 5;
  own[0] = intel_sub_group_shuffle(i, (get_sub_group_local_id() * 3) & 15);
  own[1] = intel_sub_group_shuffle_xor(i, 5);
  own[2] = intel_sub_group_shuffle_up(100 + i, i, 3);
  own[3] = intel_sub_group_shuffle_down(i, 100 + i, 3);
  own[4] = get_max_sub_group_size();
  vectors[i] = intel_sub_group_shuffle((float4)(i, 2 * i, 3 * i, 4 * i), 15 - get_sub_group_local_id());
}
