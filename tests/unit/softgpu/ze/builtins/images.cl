// Every image function once, applied to arrays of coordinates (always four per texel); called by image_test.cpp.
#pragma OPENCL EXTENSION cl_khr_fp16 : enable
#pragma OPENCL EXTENSION cl_khr_3d_image_writes : enable

#define READ_SAMPLED(shape, part)                                                                           \
  void sample_f_##shape(read_only image##shape##_t image, sampler_t sampler, global const float4* at,       \
                        global float4* out, int count) {                                                    \
    for (int i = 0; i < count; ++i) out[i] = read_imagef(image, sampler, at[i].part);                       \
  }                                                                                                         \
  void sample_h_##shape(read_only image##shape##_t image, sampler_t sampler, global const float4* at,       \
                        global float4* out, int count) {                                                    \
    for (int i = 0; i < count; ++i) out[i] = convert_float4(read_imageh(image, sampler, at[i].part));       \
  }                                                                                                         \
  void sample_i_##shape(read_only image##shape##_t image, sampler_t sampler, global const float4* at,       \
                        global int4* out, int count) {                                                      \
    for (int i = 0; i < count; ++i) out[i] = read_imagei(image, sampler, at[i].part);                       \
  }                                                                                                         \
  void sample_ui_##shape(read_only image##shape##_t image, sampler_t sampler, global const float4* at,      \
                         global uint4* out, int count) {                                                    \
    for (int i = 0; i < count; ++i) out[i] = read_imageui(image, sampler, at[i].part);                      \
  }                                                                                                         \
  void sample_at_f_##shape(read_only image##shape##_t image, sampler_t sampler, global const int4* at,      \
                           global float4* out, int count) {                                                 \
    for (int i = 0; i < count; ++i) out[i] = read_imagef(image, sampler, at[i].part);                       \
  }                                                                                                         \
  void sample_at_i_##shape(read_only image##shape##_t image, sampler_t sampler, global const int4* at,      \
                           global int4* out, int count) {                                                   \
    for (int i = 0; i < count; ++i) out[i] = read_imagei(image, sampler, at[i].part);                       \
  }                                                                                                         \
  void sample_at_ui_##shape(read_only image##shape##_t image, sampler_t sampler, global const int4* at,     \
                            global uint4* out, int count) {                                                 \
    for (int i = 0; i < count; ++i) out[i] = read_imageui(image, sampler, at[i].part);                      \
  }

#define READ(shape, part, access, code)                                                                                 \
  void load_f_##shape##_##code(access image##shape##_t image, global const int4* at, global float4* out, int count) {   \
    for (int i = 0; i < count; ++i) out[i] = read_imagef(image, at[i].part);                                            \
  }                                                                                                                     \
  void load_h_##shape##_##code(access image##shape##_t image, global const int4* at, global float4* out, int count) {   \
    for (int i = 0; i < count; ++i) out[i] = convert_float4(read_imageh(image, at[i].part));                            \
  }                                                                                                                     \
  void load_i_##shape##_##code(access image##shape##_t image, global const int4* at, global int4* out, int count) {     \
    for (int i = 0; i < count; ++i) out[i] = read_imagei(image, at[i].part);                                            \
  }                                                                                                                     \
  void load_ui_##shape##_##code(access image##shape##_t image, global const int4* at, global uint4* out, int count) {   \
    for (int i = 0; i < count; ++i) out[i] = read_imageui(image, at[i].part);                                           \
  }

#define WRITE(shape, part, access, code)                                                                                 \
  void store_f_##shape##_##code(access image##shape##_t image, global const int4* at, global float4* color, int count) { \
    for (int i = 0; i < count; ++i) write_imagef(image, at[i].part, color[i]);                                           \
  }                                                                                                                      \
  void store_h_##shape##_##code(access image##shape##_t image, global const int4* at, global float4* color, int count) { \
    for (int i = 0; i < count; ++i) write_imageh(image, at[i].part, convert_half4(color[i]));                            \
  }                                                                                                                      \
  void store_i_##shape##_##code(access image##shape##_t image, global const int4* at, global int4* color, int count) {   \
    for (int i = 0; i < count; ++i) write_imagei(image, at[i].part, color[i]);                                           \
  }                                                                                                                      \
  void store_ui_##shape##_##code(access image##shape##_t image, global const int4* at, global uint4* color, int count) { \
    for (int i = 0; i < count; ++i) write_imageui(image, at[i].part, color[i]);                                          \
  }

#define UNSAMPLED(shape, part)         \
  READ(shape, part, read_only, ro)     \
  READ(shape, part, read_write, rw)    \
  WRITE(shape, part, write_only, wo)   \
  WRITE(shape, part, read_write, rw)

READ_SAMPLED(1d, x)
READ_SAMPLED(1d_array, xy)
READ_SAMPLED(2d, xy)
READ_SAMPLED(2d_array, xyzw)
READ_SAMPLED(3d, xyzw)
UNSAMPLED(1d, x)
UNSAMPLED(1d_buffer, x)
UNSAMPLED(1d_array, xy)
UNSAMPLED(2d, xy)
UNSAMPLED(2d_array, xyzw)
UNSAMPLED(3d, xyzw)

#define DEPTH(shape, part)                                                                                    \
  void sample_depth_##shape(read_only image##shape##_t image, sampler_t sampler, global const float4* at,     \
                            global float* out, int count) {                                                   \
    for (int i = 0; i < count; ++i) out[i] = read_imagef(image, sampler, at[i].part);                         \
  }                                                                                                           \
  void load_depth_##shape(read_only image##shape##_t image, global const int4* at, global float* out, int count) { \
    for (int i = 0; i < count; ++i) out[i] = read_imagef(image, at[i].part);                                  \
  }                                                                                                           \
  void store_depth_##shape(write_only image##shape##_t image, global const int4* at, global float* depth, int count) { \
    for (int i = 0; i < count; ++i) write_imagef(image, at[i].part, depth[i]);                                \
  }
DEPTH(2d_depth, xy)
DEPTH(2d_array_depth, xyzw)

// Width, height, depth, layers, order, type; 0 where the shape has no such thing.
#define QUERY(shape, height, depth, layers)                                                 \
  void query_##shape(read_only image##shape##_t image, global int* out) {                   \
    out[0] = get_image_width(image), out[1] = height, out[2] = depth, out[3] = layers;      \
    out[4] = get_image_channel_order(image), out[5] = get_image_channel_data_type(image);   \
  }
QUERY(1d, 0, 0, 0)
QUERY(1d_buffer, 0, 0, 0)
QUERY(1d_array, 0, 0, get_image_array_size(image))
QUERY(2d, get_image_height(image), 0, 0)
QUERY(2d_array, get_image_dim(image).y, 0, get_image_array_size(image))
QUERY(3d, get_image_height(image), get_image_dim(image).z, 0)
QUERY(2d_depth, get_image_height(image), 0, 0)
QUERY(2d_array_depth, get_image_dim(image).y, 0, get_image_array_size(image))

kernel void imagesPresent(void) {}
