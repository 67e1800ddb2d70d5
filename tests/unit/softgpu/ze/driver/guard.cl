// Kernels of driver_guard_test.cpp: each way in which work-items run touches element `at` of memory.
kernel void plain(global int* memory, long at) {
  if (get_global_id(0) == 5) memory[at] += 7;
}

// Barriers that all work-items surely reach: loops one after the other.
kernel void fissioned(global int* memory, long at, local int* scratch) {
  const size_t i = get_local_id(0);
  scratch[i] = (int)i;
  barrier(CLK_LOCAL_MEM_FENCE);
  if (i == 3) memory[at] += scratch[i + 1];
  barrier(CLK_LOCAL_MEM_FENCE);
  scratch[i] = 0;
}

// Barriers that depend on the work-item: coroutines.
kernel void coroutines(global int* memory, long at, local int* scratch) {
  const size_t i = get_local_id(0);
  scratch[i] = (int)i;
  for (size_t round = 0; round < 2; ++round) {
    if (i < 1000) barrier(CLK_LOCAL_MEM_FENCE);
    if (i == 3) memory[at] += scratch[i + 1];
  }
}

kernel void pastLocal(global int* memory, long at, local int* scratch) {
  scratch[at] = 1;
  barrier(CLK_LOCAL_MEM_FENCE);
  memory[0] = scratch[0];
}

kernel void divides(global int* memory, long at) { memory[0] = memory[0] / memory[at]; }

kernel void everywhere(global int* memory, long at) { memory[get_global_id(0)] += (int)at; }

// The address of the memory is in memory.
kernel void follows(global int* memory, long at) {
  if (get_global_id(0) == 5) (*(global int* global*)memory)[at] += 7;
}

// For cooperative launches: all groups wait for one, which touches element `at` first.
void meet(global volatile int* memory, long at, bool last) {
  if (last) {
    memory[at] += 7;
    atomic_inc(memory);
  } else {
    while (atomic_add(memory, 0) == 0) {
    }
  }
}
kernel void waitsForTheFirst(global volatile int* memory, long at) { meet(memory, at, get_group_id(0) == 0); }
kernel void waitsForTheLast(global volatile int* memory, long at) {
  meet(memory, at, get_group_id(0) == get_num_groups(0) - 1);
}
// The same with coroutines, which wait for each other in between.
kernel void waitsInBarriers(global volatile int* memory, long at, local int* scratch) {
  for (size_t round = 0; round < 2; ++round) {
    if (get_local_id(0) < 1000) barrier(CLK_LOCAL_MEM_FENCE);
    if (get_local_id(0) == 3) meet(memory, at, get_group_id(0) == 0);
  }
  scratch[0] = 0;
}
