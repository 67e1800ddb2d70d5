// Kernels of driver_whole_test.cpp: driver, engine and builtins together.
kernel void add(global const int* a, global const int* b, global int* sum) {
  const size_t i = get_global_id(0);
  sum[i] = a[i] + b[i];
}

// Sums each group through local memory.
kernel void sumGroups(global const uint* in, global uint* out, local uint* scratch) {
  const size_t i = get_local_id(0);
  scratch[i] = in[get_global_id(0)];
  for (size_t step = get_local_size(0) / 2; step > 0; step /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (i < step) scratch[i] += scratch[i + step];
  }
  if (i == 0) out[get_group_id(0)] = scratch[0];
}

// Copies with the first two channels exchanged.
kernel void swapChannels(read_only image2d_t from, write_only image2d_t to, sampler_t nearest) {
  const int2 at = (int2)(get_global_id(0), get_global_id(1));
  write_imagef(to, at, read_imagef(from, nearest, at).yxzw);
}

kernel void sizes(read_only image2d_t image, global int* out) {
  out[0] = get_image_width(image);
  out[1] = get_image_height(image);
}

// The first texel, the border and the order of channels.
kernel void look(read_only image2d_t image, sampler_t border, global float4* out, global int* order) {
  out[0] = read_imagef(image, (int2)(0, 0));
  out[1] = read_imagef(image, border, (int2)(-1, 0));
  *order = get_image_channel_order(image);
}
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void paint(write_only image2d_t image) {
  write_imagef(image, (int2)(0, 0), (float4)(0.2f, 0.4f, 0.6f, 0.8f));
}

kernel void where(global uint* out) {
  const size_t i = get_global_id(0) - get_global_offset(0);
  out[i] = (uint)get_global_id(0);
}

kernel void subgroups(global uint* out) {
  if (get_global_id(0) == 0) *out = get_max_sub_group_size();
}
