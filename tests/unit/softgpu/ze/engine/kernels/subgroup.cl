#pragma OPENCL EXTENSION cl_khr_fp16 : enable
// What clang's header does not declare.
#define OV __attribute__((overloadable, convergent))
#define ROTATE(type) \
  type OV sub_group_rotate(type, int); \
  type OV sub_group_clustered_rotate(type, int, uint);
ROTATE(int)
ROTATE(half)
int OV work_group_reduce_mul(int);
float OV work_group_scan_inclusive_mul(float);
int OV work_group_scan_exclusive_logical_or(int);
uint OV work_group_reduce_xor(uint);
#define BLOCK(suffix, type, scalar)                                                   \
  type OV intel_sub_group_block_read##suffix(const global scalar*);                   \
  type OV intel_sub_group_block_read##suffix(read_only image2d_t, int2);              \
  void OV intel_sub_group_block_write##suffix(global scalar*, type);                  \
  void OV intel_sub_group_block_write##suffix(write_only image2d_t, int2, type);
BLOCK(, uint, uint)
BLOCK(4, uint4, uint)
BLOCK(_us8, ushort8, ushort)
BLOCK(_uc16, uchar16, uchar)
BLOCK(_ul2, ulong2, ulong)
BLOCK(_uc2, uchar2, uchar)

#define SIZE(n) __attribute__((intel_reqd_sub_group_size(n)))

kernel SIZE(16) void masks(global uint* out) {
  global uint* own = out + get_global_id(0) * 12;
  const uint id = get_sub_group_local_id();
  const uint4 ballot = sub_group_ballot(id % 3 == 0);
  own[0] = ballot.x;
  own[1] = sub_group_inverse_ballot(ballot);
  own[2] = sub_group_ballot_bit_extract(ballot, 6);
  own[3] = sub_group_ballot_bit_count(ballot | (uint4)(0xffff0000));
  own[4] = sub_group_ballot_inclusive_scan(ballot);
  own[5] = sub_group_ballot_exclusive_scan(ballot);
  own[6] = sub_group_ballot_find_lsb(ballot & (uint4)(~1u));
  own[7] = sub_group_ballot_find_msb(ballot);
  own[8] = get_sub_group_eq_mask().x + get_sub_group_ge_mask().x;
  own[9] = get_sub_group_gt_mask().x;
  own[10] = get_sub_group_le_mask().x;
  own[11] = get_sub_group_lt_mask().x;
}

kernel SIZE(8) void nonUniform(global int* out) {
  const int id = get_sub_group_local_id();
  global int* own = out + get_global_id(0) * 12;
  for (int i = 0; i < 12; ++i) {
    own[i] = -1;
  }
  if (id % 2 == 1) {
    own[0] = sub_group_elect();
    own[1] = sub_group_non_uniform_reduce_add(id);
    own[2] = sub_group_broadcast_first(id * 10);
    own[3] = sub_group_ballot(1).x;
    own[4] = sub_group_non_uniform_all(id % 2) + 2 * sub_group_non_uniform_any(id == 2);
  } else {
    own[5] = sub_group_non_uniform_scan_exclusive_mul(id + 1);
    own[6] = sub_group_non_uniform_all_equal(id & 1) + 2 * sub_group_non_uniform_all_equal(id);
    own[7] = sub_group_non_uniform_broadcast(id, 4);
  }
  own[8] = sub_group_non_uniform_reduce_max(id);
  // Work-items leave the loop in different rounds; each round has those that are still in it.
  int sum = 0;
  for (int round = 0; round <= id; ++round) {
    if ((round + id) % 2) {
      sum += 100 * sub_group_ballot_bit_count(sub_group_ballot(1));
    }
    sum += sub_group_ballot_bit_count(sub_group_ballot(1));
  }
  own[9] = sum;
  own[10] = sub_group_ballot_bit_count(sub_group_ballot(1));
  // One value at a time, whoever has it.
  bool todo = true;
  while (todo) {
    const int first = sub_group_broadcast_first(id / 3);
    if (first == id / 3) {
      own[11] = sub_group_non_uniform_reduce_add(id);
      todo = false;
    }
  }
}

// Work-items take part in a call together in the same round of all seven loops only.
#define ROUNDS(variable, count) for (int variable = 0; variable <= (count); ++variable)
kernel SIZE(8) void deep(global uint* out) {
  const int id = get_sub_group_local_id();
  uint hash = 1;
  ROUNDS(a, id & 1)
    ROUNDS(b, id >> 1 & 1)
      ROUNDS(c, id >> 2 & 1)
        ROUNDS(d, id % 3)
          ROUNDS(e, id > 5)
            ROUNDS(f, id % 2)
              ROUNDS(g, id / 3)
                hash = hash * 31 + sub_group_ballot(1).x;
  out[id] = hash;
}

#define OPERATIONS(type, name)                                                   \
  kernel SIZE(8) void operations_##name(global type* out, global const type* in) { \
    const type x = in[get_global_id(0)];                                         \
    global type* own = out + get_global_id(0) * 8;                               \
    own[0] = sub_group_non_uniform_reduce_add(x);                                \
    own[1] = sub_group_non_uniform_reduce_mul(x);                                \
    own[2] = sub_group_scan_inclusive_min(x);                                    \
    own[3] = sub_group_scan_exclusive_max(x);                                    \
    own[4] = sub_group_clustered_reduce_add(x, 4u);                              \
    own[5] = sub_group_shuffle(x, 7 - get_sub_group_local_id());                 \
    own[6] = sub_group_shuffle_up(x, 1);                                         \
    own[7] = sub_group_broadcast(x, 2);                                          \
  }
OPERATIONS(char, char)
OPERATIONS(ushort, ushort)
OPERATIONS(long, long)
OPERATIONS(half, half)
OPERATIONS(double, double)

kernel SIZE(16) void bits(global int* out) {
  const int id = get_sub_group_local_id();
  global int* own = out + get_global_id(0) * 10;
  own[0] = sub_group_non_uniform_reduce_and(id | 0x40);
  own[1] = sub_group_non_uniform_scan_inclusive_or(1 << id);
  own[2] = sub_group_non_uniform_reduce_xor(1 << id);
  own[3] = sub_group_non_uniform_reduce_logical_and(id != 3) + 2 * sub_group_non_uniform_reduce_logical_or(id == 3) +
           4 * sub_group_non_uniform_reduce_logical_xor(id < 3);
  own[4] = sub_group_clustered_reduce_max(id * 5 % 7, 4u);
  own[5] = sub_group_clustered_reduce_xor(1 << id, 2u);
  own[6] = sub_group_shuffle_xor(id, 3);
  own[7] = sub_group_shuffle_down(id, 1);
  own[8] = sub_group_rotate(id, 5);
  own[9] = sub_group_clustered_rotate(id, 1, 4u);
}

kernel void groupArithmetic(global int* out, global float* floats) {
  const int id = get_local_id(0);
  out[3 * id] = work_group_reduce_mul(id + 1);
  out[3 * id + 1] = work_group_scan_exclusive_logical_or(id == 2);
  out[3 * id + 2] = work_group_reduce_xor((uint)id * 3);
  floats[id] = work_group_scan_inclusive_mul(id == 0 ? 0.5f : 2.0f);
}

kernel SIZE(16) void blocks(global uint* words, global ushort* shorts, global uchar* bytes, global ulong* longs) {
  const uint offset = get_sub_group_id() * 64;
  const uint4 w = intel_sub_group_block_read4(words + offset);
  intel_sub_group_block_write4(words + offset, w.wzyx + get_sub_group_local_id());
  intel_sub_group_block_write_us8(shorts, intel_sub_group_block_read_us8(shorts).s76543210);
  intel_sub_group_block_write_uc16(bytes + 256, intel_sub_group_block_read_uc16(bytes));
  intel_sub_group_block_write_ul2(longs, intel_sub_group_block_read_ul2(longs).yx);
}
