constant sampler_t edge = CLK_NORMALIZED_COORDS_FALSE | CLK_ADDRESS_CLAMP_TO_EDGE | CLK_FILTER_NEAREST;
constant sampler_t linear = CLK_NORMALIZED_COORDS_TRUE | CLK_ADDRESS_CLAMP | CLK_FILTER_LINEAR;

kernel void copy(read_only image2d_t in, write_only image2d_t out, int dx) {
  const int2 at = (int2)(get_global_id(0), get_global_id(1));
  write_imageui(out, at, read_imageui(in, edge, at + (int2)(dx, 0)));
}

kernel void sample(read_only image2d_t in, sampler_t given, global float4* out) {
  out[0] = read_imagef(in, linear, (float2)(0.5f, 0.5f));
  out[1] = read_imagef(in, linear, (float2)(0.0f, 0.0f));
  out[2] = read_imagef(in, given, (int2)(-1, 0));
  out[3] = read_imagef(in, given, (int2)(1, 1));
  out[4] = read_imagef(in, (int2)(0, 1));
}

kernel void query(read_only image2d_t in, global int* out) {
  out[0] = get_image_width(in);
  out[1] = get_image_height(in);
  const int2 size = get_image_dim(in);
  out[2] = size.x * 1000 + size.y;
  out[3] = get_image_channel_data_type(in) == CLK_UNORM_INT8;
  out[4] = get_image_channel_order(in) == CLK_RG;
}

kernel void inPlace(read_write image2d_t image) {
  const int2 at = (int2)(get_global_id(0), get_global_id(1));
  write_imagef(image, at, 1.0f - read_imagef(image, at));
}
