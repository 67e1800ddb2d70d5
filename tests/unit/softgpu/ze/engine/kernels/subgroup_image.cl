// clang's header does not declare these.
#define OV __attribute__((overloadable, convergent))
uint OV intel_sub_group_block_read(read_only image2d_t, int2);
uchar2 OV intel_sub_group_block_read_uc2(read_only image2d_t, int2);
void OV intel_sub_group_block_write(write_only image2d_t, int2, uint);
void OV intel_sub_group_block_write_uc2(write_only image2d_t, int2, uchar2);

kernel __attribute__((intel_reqd_sub_group_size(8))) void blocks(read_only image2d_t in, write_only image2d_t out,
                                                                 global uint* read) {
  read[get_local_id(0)] = intel_sub_group_block_read(in, (int2)(4, 5));
  intel_sub_group_block_write_uc2(out, (int2)(2, 0), intel_sub_group_block_read_uc2(in, (int2)(0, 1)));
  intel_sub_group_block_write(out, (int2)(20, 3), read[get_local_id(0)]);
}
