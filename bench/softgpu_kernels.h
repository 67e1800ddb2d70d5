// The kernels of bench/softgpu, in OpenCL C: what image filters, linear algebra and FFmpeg's OpenCL filters
// do.
#pragma once

inline constexpr const char* kKernels = R"CL(
#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
constant sampler_t nearest = CLK_NORMALIZED_COORDS_FALSE | CLK_ADDRESS_CLAMP_TO_EDGE | CLK_FILTER_NEAREST;
constant sampler_t linear = CLK_NORMALIZED_COORDS_FALSE | CLK_ADDRESS_CLAMP_TO_EDGE | CLK_FILTER_LINEAR;

kernel void empty(global int* unused) {}

kernel void saxpy(global const float* x, global float* y, float a) {
  size_t i = get_global_id(0);
  y[i] = a * x[i] + 0.5f * y[i];
}

kernel void blur_buffer(global const float* from, global float* to, int width, int height) {
  int x = get_global_id(0), y = get_global_id(1);
  float sum = 0;
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx)
      sum += from[clamp(y + dy, 0, height - 1) * width + clamp(x + dx, 0, width - 1)];
  to[y * width + x] = sum / 9.0f;
}

kernel void blur_image(read_only image2d_t from, write_only image2d_t to) {
  int2 at = (int2)(get_global_id(0), get_global_id(1));
  float4 sum = 0;
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx) sum += read_imagef(from, nearest, at + (int2)(dx, dy));
  write_imagef(to, at, sum / 9.0f);
}

kernel void scale(read_only image2d_t from, write_only image2d_t to) {
  int2 at = (int2)(get_global_id(0), get_global_id(1));
  float2 ratio = convert_float2(get_image_dim(from)) / convert_float2(get_image_dim(to));
  write_imagef(to, at, read_imagef(from, linear, (convert_float2(at) + 0.5f) * ratio));
}

kernel void nv12_to_rgba(read_only image2d_t luma, read_only image2d_t chroma, write_only image2d_t to) {
  int2 at = (int2)(get_global_id(0), get_global_id(1));
  float y = 1.164f * (read_imagef(luma, nearest, at).x - 0.0625f);
  int2 pair = (int2)(at.x & ~1, at.y / 2);
  float2 uv = (float2)(read_imagef(chroma, nearest, pair).x, read_imagef(chroma, nearest, pair + (int2)(1, 0)).x) - 0.5f;
  float4 rgba = (float4)(y + 1.793f * uv.y, y - 0.213f * uv.x - 0.533f * uv.y, y + 2.112f * uv.x, 1.0f);
  write_imagef(to, at, clamp(rgba, 0.0f, 1.0f));
}

kernel void reduce(global const int* from, global int* sums, local int* shared) {
  uint item = get_local_id(0);
  shared[item] = from[get_global_id(0)];
  barrier(CLK_LOCAL_MEM_FENCE);
  for (uint step = get_local_size(0) / 2; step > 0; step >>= 1) {
    if (item < step) shared[item] += shared[item + step];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (item == 0) sums[get_group_id(0)] = shared[0];
}

kernel void matrix(global const float* a, global const float* b, global float* c, int n) {
  local float tileA[16][16], tileB[16][16];
  int x = get_local_id(0), y = get_local_id(1);
  int column = get_global_id(0), row = get_global_id(1);
  float sum = 0;
  for (int tile = 0; tile < n; tile += 16) {
    tileA[y][x] = a[row * n + tile + x];
    tileB[y][x] = b[(tile + y) * n + column];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < 16; ++k) sum += tileA[y][k] * tileB[k][x];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  c[row * n + column] = sum;
}

kernel void histogram(global const uchar* from, global uint* bins, int each) {
  local uint own[256];
  own[get_local_id(0)] = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  size_t base = get_group_id(0) * get_local_size(0) * each + get_local_id(0);
  for (int i = 0; i < each; ++i) atomic_inc(&own[from[base + i * get_local_size(0)]]);
  barrier(CLK_LOCAL_MEM_FENCE);
  bins[get_group_id(0) * 256 + get_local_id(0)] = own[get_local_id(0)];
}

kernel void nlmeans(read_only image2d_t from, global float* to, int width, int radius, float strength) {
  int x = get_global_id(0), y = get_global_id(1);
  float weights = 0, sum = 0;
  for (int dy = -radius; dy <= radius; ++dy)
    for (int dx = -radius; dx <= radius; ++dx) {
      float distance = 0;
      for (int py = -1; py <= 1; ++py)
        for (int px = -1; px <= 1; ++px) {
          float difference = read_imagef(from, nearest, (int2)(x + px, y + py)).x -
                             read_imagef(from, nearest, (int2)(x + dx + px, y + dy + py)).x;
          distance += difference * difference;
        }
      float weight = exp(-distance * strength);
      weights += weight;
      sum += weight * read_imagef(from, nearest, (int2)(x + dx, y + dy)).x;
    }
  to[y * width + x] = sum / weights;
}

kernel void mandelbrot(global int* to, int width, float left, float top, float step) {
  int px = get_global_id(0), py = get_global_id(1);
  float cx = left + px * step, cy = top + py * step, x = 0, y = 0;
  int n = 0;
  while (n < 200 && x * x + y * y < 4.0f) {
    float next = x * x - y * y + cx;
    y = 2.0f * x * y + cy;
    x = next;
    ++n;
  }
  to[py * width + px] = n;
}

kernel void mandelbrot_double(global int* to, int width, double left, double top, double step) {
  int px = get_global_id(0), py = get_global_id(1);
  double cx = left + px * step, cy = top + py * step, x = 0, y = 0;
  int n = 0;
  while (n < 200 && x * x + y * y < 4.0) {
    double next = x * x - y * y + cx;
    y = 2.0 * x * y + cy;
    x = next;
    ++n;
  }
  to[py * width + px] = n;
}
)CL";
