#pragma OPENCL EXTENSION cl_khr_fp16 : enable
// cl_khr_integer_dot_product and cl_khr_extended_bit_ops, which clang's header does not declare.
#define OV __attribute__((overloadable))
#define DOT(a, b, r) \
  r OV dot(a, b);    \
  r OV dot_acc_sat(a, b, r);
DOT(char4, char4, int)
DOT(uchar4, uchar4, uint)
DOT(char4, uchar4, int)
DOT(uchar4, char4, int)
#define PACKED(s, r)                      \
  r OV dot_4x8packed_##s##_##r(uint, uint); \
  r OV dot_acc_sat_4x8packed_##s##_##r(uint, uint, r);
PACKED(ss, int)
PACKED(uu, uint)
PACKED(su, int)
PACKED(us, int)
#define BITS(t, u, s)                           \
  t OV bitfield_insert(t, t, uint, uint);       \
  s OV bitfield_extract_signed(t, uint, uint);  \
  u OV bitfield_extract_unsigned(t, uint, uint); \
  t OV bit_reverse(t);
BITS(uint, uint, int)
BITS(uchar4, uchar4, char4)
BITS(long, ulong, long)

kernel void dots(global int* out, global const uchar4* a, global const uchar4* b) {
  const int i = get_global_id(0);
  global int* w = out + i * 16;
  const uchar4 ua = a[i], ub = b[i];
  const char4 sa = as_char4(ua), sb = as_char4(ub);
  const uint pa = as_uint(ua), pb = as_uint(ub);
  w[0] = dot(sa, sb);
  w[1] = dot(ua, ub);
  w[2] = dot(sa, ub);
  w[3] = dot(ua, sb);
  w[4] = dot_acc_sat(sa, sb, 0x7fffffff);
  w[5] = dot_acc_sat(ua, ub, 0xfffffff0u);
  w[6] = dot_acc_sat(sa, ub, -0x7fffffff);
  w[7] = dot_acc_sat(ua, sb, 5);
  w[8] = dot_4x8packed_ss_int(pa, pb);
  w[9] = dot_4x8packed_uu_uint(pa, pb);
  w[10] = dot_4x8packed_su_int(pa, pb);
  w[11] = dot_4x8packed_us_int(pa, pb);
  w[12] = dot_acc_sat_4x8packed_ss_int(pa, pb, 0x7fffffff);
  w[13] = dot_acc_sat_4x8packed_uu_uint(pa, pb, 0xfffffff0u);
  w[14] = dot_acc_sat_4x8packed_su_int(pa, pb, -0x7fffffff);
  w[15] = dot_acc_sat_4x8packed_us_int(pa, pb, 5);
}

kernel void fields(global uint* out, global const uint* in, global const uchar4* bytes, global long* wide) {
  out[0] = bitfield_insert(in[0], in[1], 4, 8);
  out[1] = bitfield_extract_signed(in[0], 4, 8);
  out[2] = bitfield_extract_unsigned(in[0], 4, 8);
  out[3] = bit_reverse(in[0]);
  out[4] = as_uint(bitfield_insert(bytes[0], bytes[1], 2, 3));
  out[5] = as_uint(bitfield_extract_signed(bytes[0], 2, 3));
  out[6] = as_uint(bit_reverse(bytes[0]));
  out[7] = bitfield_insert(in[0], in[1], 0, 32);
  out[8] = bitfield_insert(in[0], in[1], 7, 0);
  wide[0] = bitfield_insert(wide[0], wide[1], 20, 40);
  wide[1] = bit_reverse(wide[1]);
}

// The optimiser likes to compute these in half; the code generator has no instruction for vectors of it.
kernel void leastAndMost(global half2* pairs, global half8* rows) {
  pairs[2] = fmax(pairs[0], pairs[1]);
  pairs[3] = convert_half2(fmin(convert_float2(pairs[0]), convert_float2(pairs[1])));
  rows[2] = convert_half8(fmax(convert_float8(rows[0]), convert_float8(rows[1])));
  rows[3] = fmin(rows[0], rows[1]);
}
