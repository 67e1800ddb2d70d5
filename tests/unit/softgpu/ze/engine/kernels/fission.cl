// Barriers in uniform and in other control flow, with values that live across them.

// Rotates by n in all, one and then the next; `turns` and `steps` are the same for all work-items.
kernel void nested(global int* out, local int* shared, int turns, int steps) {
  int kept[5];
  int at = get_local_linear_id(), count = get_local_size(0) * get_local_size(1) * get_local_size(2);
  for (int i = 0; i < 5; ++i) kept[i] = at * 10 + i;
  int value = at;
  for (int turn = 0; turn < turns; ++turn) {
    for (int step = 0; step < steps; ++step) {
      shared[at] = value;
      barrier(CLK_LOCAL_MEM_FENCE);
      value = shared[(at + step) % count];
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    kept[(at + turn) % 5] += value;
  }
  int sum = value;
  for (int i = 0; i < 5; ++i) sum = sum * 3 + kept[i];
  size_t group = (get_group_id(2) * get_num_groups(1) + get_group_id(1)) * get_num_groups(0) + get_group_id(0);
  out[group * count + at] = sum;
}

// Each side of a uniform condition has its barrier; a third way has none.
kernel void conditional(global int* out, local int* shared, int way) {
  int at = get_local_id(0), size = get_local_size(0), mine = at + 1;
  shared[at] = mine;
  if (way == 1) {
    barrier(CLK_LOCAL_MEM_FENCE);
    mine += shared[size - 1 - at];
  } else if (way == 2) {
    int more = at & 1 ? 100 : 200;
    barrier(CLK_LOCAL_MEM_FENCE);
    mine += more + shared[0];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  out[get_global_id(0)] = mine;
}

// A loop that takes each work-item another number of times, between barriers; what is uniform in it is not behind.
kernel void uneven(global int* out, local int* shared) {
  int at = get_local_id(0), size = get_local_size(0);
  int n = 0;
  for (;; ++n)
    if (n * n >= at) break;
  shared[at] = n;
  barrier(CLK_LOCAL_MEM_FENCE);
  int other = shared[size - 1 - at];
  out[get_global_id(0)] = n * 1000 + other;
}

// The number of barriers is read from memory that a work-item changes.
kernel void counted(global int* left, global int* out) {
  int rounds = 0;
  while (*left > 0) {
    barrier(CLK_GLOBAL_MEM_FENCE);
    if (get_local_id(0) == 0) --*left;
    barrier(CLK_GLOBAL_MEM_FENCE);
    ++rounds;
  }
  out[get_local_id(0)] = rounds;
}

// Against the rules, but it ends.
kernel void early(global int* out, local int* shared, int n) {
  int at = get_local_id(0);
  if (at >= n) return;
  shared[at] = at;
  barrier(CLK_LOCAL_MEM_FENCE);
  out[at] = shared[n - 1 - at] + 1;
}

struct Pair {
  int first;
  double second;
};
kernel void by_value(struct Pair pair, global double* out, local double* shared) {
  int at = get_local_id(0);
  shared[at] = pair.second * at;
  barrier(CLK_LOCAL_MEM_FENCE);
  pair.first += at;
  barrier(CLK_LOCAL_MEM_FENCE);
  out[at] = shared[get_local_size(0) - 1 - at] + pair.first;
}

kernel void atomics(global uint* out) {
  local uint bins[4], most, swaps;
  int at = get_local_id(0);
  if (at < 4) bins[at] = 0;
  if (at == 0) most = swaps = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  atomic_inc(&bins[at % 3]);
  atomic_max(&most, at * 7 % 40);
  if (atomic_cmpxchg(&swaps, at, at + 1) != at) atomic_add(&bins[3], 1);
  barrier(CLK_LOCAL_MEM_FENCE);
  if (at < 4) out[at] = bins[at];
  if (at == 0) out[4] = most;
}

// The step differs between rounds, the way to combine between launches: neither does between work-items. Ids are made
// narrower than they are.
kernel void narrow_ids(global const int* in, global int* out, local int* shared, int largest) {
  const uint item = get_local_id(0);
  const uchar low = get_local_id(0);
  const short place = get_global_id(0) & 0x7fff;
  shared[item] = in[(int)get_global_id(0)] + low;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (uint step = get_local_size(0) / 2; step > 0; step >>= 1) {
    if (largest) {
      if (item < step) shared[item] = max(shared[item], shared[item + step]);
    } else {
      if (item < step) shared[item] += shared[item + step];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  out[place] = shared[0] + low;
}
